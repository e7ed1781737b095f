//! Passwords: which are taken, and how they are hashed.
//!
//! Argon2id with the parameters that OWASP names first for it (19 MiB, 2 passes, 1 lane). Hashing runs on the blocking
//! pool, as many at once as there are processors, and a bounded number waits. Which passwords are taken follows NIST
//! SP 800-63B: length alone, no rules of composition; refused are the commonest and what is told by the account itself.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::PeopleError;
use crate::domain::{Email, PersonName};
use crate::service::contract::FieldErrors;
use crate::service::world::World;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most characters.
pub const LONGEST: usize = 128;

/// Kibibytes of memory, passes, lanes.
const COST: (u32, u32, u32) = (19 * 1_024, 2, 1);
/// Hashes that are made or wait to be made at once.
const PLACES: usize = 64;

/// A hash of no password, of the same cost: who has none takes as long to be refused as who mistypes it.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$Ym9uYWZpZGUgbm9ib2R5IQ$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The commonest passwords of twelve characters and more, in lower case; shorter ones are refused by their length.
const COMMONEST: &[&str] = &[
    "000000000000",
    "0123456789012",
    "1234567890123",
    "123456789012",
    "1234567890qwertyuiop",
    "123456789abc",
    "123456qwerty",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "abc123456789",
    "abcd12345678",
    "abcdefghijkl",
    "adminadminadmin",
    "administrator",
    "administrator1",
    "bonafidebonafide",
    "changemechangeme",
    "changemenow1",
    "correcthorsebatterystaple",
    "football1234",
    "iloveyou1234",
    "letmein12345",
    "letmeinletmein",
    "password1234",
    "password12345",
    "password123456",
    "password123456789",
    "passwordpassword",
    "qazwsxedcrfv",
    "qwerty123456",
    "qwerty1234567",
    "qwertyqwerty",
    "qwertyuiop[]",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdfghjkl",
    "sunshine1234",
    "welcome12345",
    "zaq12wsxcde3",
];

/// Hashes passwords.
pub(super) struct Passwords {
    world: World,
    workers: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new(world: World) -> Self {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            world,
            workers: Arc::new(Semaphore::new(workers)),
            places: Arc::new(Semaphore::new(PLACES)),
        }
    }

    /// The hash of a password, in PHC form.
    pub(super) async fn hash(&self, password: String) -> Result<String, PeopleError> {
        let salt: [u8; 16] = self.world.random();
        self.run(move || {
            let hash = hasher()?.hash_password_with_salt(normal(&password).as_bytes(), &salt);
            hash.map(|h| h.to_string()).map_err(|e| e.to_string())
        })
        .await?
        .map_err(|e| PeopleError::Fault(format!("a password could not be hashed: {e}")))
    }

    /// Whether a password has a hash; without one it has none, after the same time.
    pub(super) async fn verify(
        &self,
        password: &str,
        hash: Option<&str>,
    ) -> Result<bool, PeopleError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODYS).to_owned();
        // What is too long to be anybody's is cut, so that it costs no more than a password.
        let password: String = password.chars().take(LONGEST + 1).collect();
        let same = self
            .run(move || {
                let password = normal(&password);
                hasher().is_ok_and(|h| h.verify_password(password.as_bytes(), &*hash).is_ok())
            })
            .await?;
        Ok(same && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PeopleError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| PeopleError::Busy)?;
        let worker = Arc::clone(&self.workers).acquire_owned().await;
        tokio::task::spawn_blocking(move || {
            // Both are held until the work is done, even when nobody waits for it any more.
            let _held = (place, worker);
            work()
        })
        .await
        .map_err(|e| PeopleError::Fault(format!("hashing a password was interrupted: {e}")))
    }
}

fn hasher() -> Result<Argon2<'static>, String> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|e| e.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// One form of what different keyboards make of the same password (NIST SP 800-63B §3.1.1.2).
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Refuses a password that is too short, too long, common, or told by the account; `pointer` is its field.
pub(super) fn require_good(
    pointer: &str,
    password: &str,
    email: &Email,
    name: &PersonName,
) -> Result<(), FieldErrors> {
    let refuse = |code: &str, detail: &str| Err(FieldErrors::one(pointer, code, detail));
    // The value itself is never repeated.
    if password.len() > LONGEST * 4 || password.chars().count() > LONGEST {
        return refuse("too_long", "a password has at most 128 characters");
    }
    if password.chars().count() < SHORTEST {
        return refuse(
            "too_short",
            "a password has at least 12 characters; several words are easy to remember",
        );
    }
    let folded = normal(password).to_lowercase();
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 4 || COMMONEST.contains(&folded.as_str()) {
        return refuse(
            "too_common",
            "this password is among the first that are guessed",
        );
    }
    let parts = [
        email.key(),
        email.local().to_lowercase(),
        name.as_str().to_lowercase(),
        name.as_str().to_lowercase().replace(' ', ""),
    ];
    // A short name stands within many words by chance.
    if parts
        .iter()
        .any(|p| p.chars().count() >= 4 && folded.contains(p.as_str()))
    {
        return refuse(
            "told_by_account",
            "a password does not hold your e-mail address or your name",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(password: &str) -> Option<String> {
        let email = Email::parse("ann.miller@example.com").unwrap();
        let name = PersonName::parse("Ann Miller").unwrap();
        let refused = require_good("/password", password, &email, &name).err()?;
        assert!(
            !refused.to_string().contains(password),
            "the value is repeated"
        );
        Some(refused.0[0].code.clone())
    }

    #[test]
    fn only_length_commonness_and_the_account_itself_count() {
        for good in [
            "lower case words only",
            "пароль из нескольких слов",
            "一二三四五六七八九十甲乙",
            "anne of green gables",
            &"long ".repeat(25),
        ] {
            assert_eq!(refusal(good), None, "{good}");
        }
        for (bad, code) in [
            ("eleven char", "too_short"),
            (&*"xy z".repeat(33), "too_long"),
            (&"x".repeat(1 << 20), "too_long"),
            ("Password1234", "too_common"),
            ("ｐａｓｓｗｏｒｄ1234", "too_common"),
            ("aaaaaaaaaaaab", "too_common"),
            ("Ann.Miller@example.com", "told_by_account"),
            ("my ann.miller pass", "told_by_account"),
            ("AnnMiller2026!", "told_by_account"),
        ] {
            assert_eq!(refusal(bad).as_deref(), Some(code), "{bad:.40}");
        }
    }

    #[test]
    fn the_commonest_are_of_a_length_that_would_be_taken() {
        for word in COMMONEST {
            assert!(word.chars().count() >= SHORTEST, "{word}");
            assert_eq!(*word, word.to_lowercase());
        }
    }

    #[test]
    fn nobodys_hash_costs_what_everybodys_does() {
        let hash = argon2::PasswordHash::new(NOBODYS).unwrap();
        let params = Params::try_from(&hash).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), COST);
        assert_eq!(hash.hash.unwrap().as_bytes().len(), 32);
    }
}
