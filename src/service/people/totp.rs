//! The second factor: TOTP (RFC 6238: SHA-1, 6 digits, 30 seconds, one step of skew) and recovery codes.

use totp_rs::{Builder, Secret, Totp};

use super::PeopleError;
use crate::domain::{Email, UserId};
use crate::service::seal::Seal;
use crate::service::world::World;
use crate::store::{SecondFactor, UserRecord};

/// Recovery codes that are given at once.
pub const CODES: usize = 10;
/// What authenticator apps list the account under.
const ISSUER: &str = "Bonafide";
/// Crockford's base 32: no letter that reads like a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Seals, opens and checks second factors.
pub(super) struct Totps {
    seal: Seal,
    recovery_key: [u8; 32],
    world: World,
}

/// Recovery codes just made: shown once, kept as hashes.
pub(super) struct RecoveryCodes {
    pub(super) shown: Vec<String>,
    pub(super) hashes: Vec<[u8; 32]>,
}

impl Totps {
    pub(super) fn new(secret: &[u8; 32], world: World) -> Self {
        let key = blake3::derive_key("bonafide 2026 totp secrets", secret);
        Self {
            seal: Seal::new(key),
            recovery_key: blake3::derive_key("bonafide 2026 recovery codes", secret),
            world,
        }
    }

    /// A new secret, sealed for a person; the sealed one opens for nobody else.
    pub(super) fn new_secret(&self, id: UserId) -> Result<([u8; 20], Vec<u8>), PeopleError> {
        let secret: [u8; 20] = self.world.random();
        let sealed = self
            .seal
            .seal(&self.world, id.as_uuid().as_bytes(), &secret);
        let sealed =
            sealed.ok_or_else(|| PeopleError::Fault("a secret was not sealed".to_owned()))?;
        Ok((secret, sealed))
    }

    fn open(&self, id: UserId, sealed: &[u8]) -> Result<[u8; 20], PeopleError> {
        let opened = self.seal.open(id.as_uuid().as_bytes(), sealed);
        opened
            .and_then(|secret| secret.try_into().ok())
            .ok_or_else(|| PeopleError::Fault(format!("the TOTP secret of {id} does not open")))
    }

    /// The time step whose code this is, if it is one of now and of no step that was used before.
    pub(super) fn step_of(
        &self,
        user: &UserRecord,
        code: &str,
    ) -> Result<Option<u64>, PeopleError> {
        let Some(sealed) = &user.totp_secret else {
            return Ok(None);
        };
        let totp = totp(self.open(user.id, sealed)?, &user.email)?;
        let now = u64::try_from(self.world.now().as_second()).unwrap_or(0);
        let step = totp.check(code, now);
        Ok(step.filter(|step| user.totp_step.is_none_or(|used| used < *step)))
    }

    /// The second factor that a person typed: six digits are a TOTP code, anything else a recovery code. Whether a
    /// recovery code is one of the person's is known to the store alone.
    pub(super) fn factor(
        &self,
        user: &UserRecord,
        typed: &str,
    ) -> Result<Option<SecondFactor>, PeopleError> {
        let bare: String = typed
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(64)
            .collect();
        if bare.len() == 6 && bare.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(self.step_of(user, &bare)?.map(SecondFactor::Totp));
        }
        Ok(Some(SecondFactor::Recovery(
            self.recovery_hash(user.id, &bare),
        )))
    }

    /// New recovery codes of a person: 80 random bits each, so that a keyed hash is enough to keep them.
    pub(super) fn new_codes(&self, id: UserId) -> RecoveryCodes {
        let shown: Vec<String> = (0..CODES).map(|_| written(self.world.random())).collect();
        let hashes = shown.iter().map(|c| self.recovery_hash(id, c)).collect();
        RecoveryCodes { shown, hashes }
    }

    fn recovery_hash(&self, id: UserId, code: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.recovery_key);
        hasher.update(id.as_uuid().as_bytes());
        for c in code
            .chars()
            .filter(|c| *c != '-')
            .flat_map(char::to_lowercase)
        {
            // As the alphabet's author wants it read.
            let c = match c {
                'o' => '0',
                'i' | 'l' => '1',
                other => other,
            };
            hasher.update(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

/// The TOTP of a secret.
fn totp(secret: [u8; 20], email: &Email) -> Result<Totp, PeopleError> {
    // The label of the address knows no colon.
    let account = email.to_string().replace(':', "");
    Builder::new()
        .with_secret(Secret::new_stack(secret))
        .with_skew(1)
        .with_account_name(account)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|e| PeopleError::Fault(format!("TOTP of {ISSUER}: {e}")))
}

/// A secret as apps take it: in base 32 to be typed, and as an `otpauth:` address to be scanned.
pub(super) fn told(secret: [u8; 20], email: &Email) -> Result<(String, String), PeopleError> {
    let totp = totp(secret, email)?;
    let uri = totp.to_url();
    let uri = uri.map_err(|e| PeopleError::Fault(format!("TOTP of {ISSUER}: {e}")))?;
    Ok((totp.secret().to_base32(), uri))
}

/// 80 bits as `xxxx-xxxx-xxxx-xxxx`.
fn written(bits: [u8; 10]) -> String {
    let bits = bits
        .iter()
        .fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    let mut code = String::with_capacity(19);
    for place in 0..16 {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(
            ALPHABET[(bits >> (75 - 5 * place) & 31) as usize],
        ));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_with_all_its_bits() {
        assert_eq!(written([0; 10]), "0000-0000-0000-0000");
        assert_eq!(written([255; 10]), "zzzz-zzzz-zzzz-zzzz");
        assert_eq!(
            written([0, 0, 0, 0, 0, 0, 0, 0, 0, 33]),
            "0000-0000-0000-0011"
        );
    }

    /// RFC 6238, appendix B: the last six digits of its SHA-1 rows.
    #[test]
    fn codes_are_those_of_the_standard() {
        let email = Email::parse("a@example.com").unwrap();
        let totp = totp(*b"12345678901234567890", &email).unwrap();
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(totp.generate(second).to_string(), code);
            assert_eq!(totp.check(code, second + 30), Some(second / 30));
            assert_eq!(totp.check(code, second + 90), None);
        }
    }
}
