//! What WhatsApp tells us unasked: the subscription, the signature, and the events.
//!
//! A body that was signed is read event by event: one that this program does not know, or cannot read, is kept as such and
//! spoils no other, since WhatsApp sends a body that was refused again for days. Whatever comes may come twice.

mod event;

use ring::hmac;
use subtle::ConstantTimeEq;

use crate::domain::Secret;

pub(super) use event::shown_number;
pub use event::{
    AccountAlert, AccountUpdate, Event, Message, MessageKind, NameDecision, NameUpdate, events,
};

/// Why a body does not count as WhatsApp's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// There is none.
    #[error("the header X-Hub-Signature-256 is missing")]
    Missing,
    /// It is none.
    #[error("X-Hub-Signature-256 must be sha256= and 64 hexadecimal digits")]
    Malformed,
    /// It is of other bytes, or by another secret.
    #[error("X-Hub-Signature-256 is not the signature of this body by this app's secret")]
    Wrong,
}

/// Checks that bytes, as they came, were signed by the app's secret: `sha256=` and HMAC-SHA-256 in hexadecimal digits, the
/// value of `X-Hub-Signature-256`.
pub fn verify(
    app_secret: &Secret,
    header: Option<&str>,
    body: &[u8],
) -> Result<(), SignatureFault> {
    let header = header.ok_or(SignatureFault::Missing)?;
    let digits = header.strip_prefix("sha256=").map(str::as_bytes);
    let digits = digits
        .filter(|d| d.len() == 64)
        .ok_or(SignatureFault::Malformed)?;
    let mut tag = [0; 32];
    for (byte, pair) in tag.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |b: u8| char::from(b).to_digit(16);
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            return Err(SignatureFault::Malformed);
        };
        *byte = (high << 4 | low) as u8;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.expose().as_bytes());
    hmac::verify(&key, body, &tag).map_err(|_| SignatureFault::Wrong)
}

/// What to answer when WhatsApp asks whether it shall send events here: the challenge, if the query is right.
pub fn challenge<'a>(
    verify_token: &Secret,
    mode: Option<&str>,
    token: Option<&str>,
    challenge: Option<&'a str>,
) -> Option<&'a str> {
    let ours = verify_token.expose().as_bytes();
    let same: bool = token.unwrap_or_default().as_bytes().ct_eq(ours).into();
    // The challenge goes back to whoever knows the token; its bound keeps the answer one of ours in size.
    challenge.filter(|c| same && !ours.is_empty() && mode == Some("subscribe") && c.len() <= 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2: key, data and HMAC-SHA-256.
    const KEY: &str = "Jefe";
    const DATA: &[u8] = b"what do ya want for nothing?";
    const TAG: &str = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn a_signature_counts_for_its_bytes_and_its_secret_only() {
        let key = Secret::from(KEY);
        assert_eq!(verify(&key, Some(TAG), DATA), Ok(()));
        let upper = TAG.to_uppercase().replace("SHA256", "sha256");
        assert_eq!(verify(&key, Some(&upper), DATA), Ok(()));
        let wrong = Err(SignatureFault::Wrong);
        assert_eq!(verify(&key, Some(TAG), &DATA[1..]), wrong);
        assert_eq!(verify(&Secret::from("jefe"), Some(TAG), DATA), wrong);
        assert_eq!(verify(&key, Some(&TAG.replace("5b", "5c")), DATA), wrong);
        assert_eq!(verify(&key, None, DATA), Err(SignatureFault::Missing));
        for header in [
            "",
            "sha256=",
            &TAG[7..],
            &TAG[..70],
            &TAG.replace("5b", "+b"),
            &format!("{TAG}0"),
            "sha256=é",
        ] {
            assert_eq!(
                verify(&key, Some(header), DATA),
                Err(SignatureFault::Malformed),
                "{header}"
            );
        }
    }

    #[test]
    fn the_challenge_is_for_whoever_knows_the_token() {
        let token = Secret::from("open sesame");
        let ask = |mode, given| challenge(&token, mode, given, Some("1158201444"));
        assert_eq!(
            ask(Some("subscribe"), Some("open sesame")),
            Some("1158201444")
        );
        for (mode, given) in [
            (Some("subscribe"), Some("open sesam")),
            (Some("subscribe"), Some("")),
            (Some("subscribe"), None),
            (Some("unsubscribe"), Some("open sesame")),
            (None, Some("open sesame")),
        ] {
            assert_eq!(ask(mode, given), None);
        }
        assert_eq!(
            challenge(&Secret::from(""), Some("subscribe"), Some(""), Some("1")),
            None
        );
    }
}
