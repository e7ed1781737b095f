//! Signed heads of the badge log: Ed25519 (RFC 8032).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::domain::{Hex, TreeHead};

/// The public key of a log.
pub type BadgeLogKey = Hex<32>;

/// What stands before a public key of Ed25519 in a SubjectPublicKeyInfo (RFC 8410).
const SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A public key as PEM, as OpenSSL and others read it.
pub fn pem(key: BadgeLogKey) -> String {
    let encoded = STANDARD.encode([SPKI.as_slice(), &key.0].concat());
    format!("-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n")
}

/// A head of the log, signed: the log's word that at this instant it was so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedHead {
    /// Events, and the hash of their tree.
    pub head: TreeHead,
    /// When it was signed, to the microsecond.
    pub at: Timestamp,
    /// Of [`SignedHead::signed`].
    pub signature: Hex<64>,
}

impl SignedHead {
    /// The bytes that are signed: four lines, each with a line feed at its end, of which the first says what they are. The others
    /// are the size, the hash of the tree in hexadecimal digits, and the instant (RFC 3339 in UTC with `Z`, and only as many
    /// digits of a second as it needs).
    pub fn signed(head: TreeHead, at: Timestamp) -> String {
        format!(
            "bonafide badge log head v1\n{}\n{}\n{at}\n",
            head.size, head.root
        )
    }

    /// Whether the holder of a key signed it.
    pub fn is_of(&self, key: BadgeLogKey) -> bool {
        let signed = Self::signed(self.head, self.at);
        let key = UnparsedPublicKey::new(&ED25519, key.0);
        key.verify(signed.as_bytes(), &self.signature.0).is_ok()
    }
}

/// What signs. The key follows from the secret of the database, so that every process on it, and a backup of it, has the same.
pub(super) struct Signer(Ed25519KeyPair);

impl Signer {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        let seed = blake3::derive_key("bonafide 2026 badge log heads", secret);
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed);
        Self(pair.expect("every 32 bytes are a seed"))
    }

    pub(super) fn key(&self) -> BadgeLogKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.public_key().as_ref());
        Hex(key)
    }

    pub(super) fn sign(&self, head: TreeHead, at: Timestamp) -> SignedHead {
        let signed = self.0.sign(SignedHead::signed(head, at).as_bytes());
        let mut signature = [0; 64];
        signature.copy_from_slice(signed.as_ref());
        SignedHead {
            head,
            at,
            signature: Hex(signature),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: u64) -> TreeHead {
        TreeHead {
            size,
            root: Hex([0xab; 32]),
        }
    }

    #[test]
    fn a_signature_holds_for_one_head_one_instant_and_one_key() {
        let signer = Signer::new(&[1; 32]);
        let at: Timestamp = "2026-03-01T09:00:00.5Z".parse().unwrap();
        let signed = signer.sign(head(7), at);
        let text = "bonafide badge log head v1\n7\nabababababababababababababababababababababababababababababababab\n2026-03-01T09:00:00.5Z\n";
        assert_eq!(SignedHead::signed(head(7), at), text);
        assert!(signed.is_of(signer.key()));
        assert!(!signed.is_of(Signer::new(&[2; 32]).key()));
        for forged in [
            SignedHead {
                head: head(8),
                ..signed
            },
            SignedHead {
                at: Timestamp::UNIX_EPOCH,
                ..signed
            },
            SignedHead {
                signature: Hex([0; 64]),
                ..signed
            },
        ] {
            assert!(!forged.is_of(signer.key()));
        }
    }

    /// RFC 8410 section 10.1 has this key in both forms.
    #[test]
    fn a_key_is_written_as_rfc_8410_writes_it() {
        let key = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
        let pem = pem(key.parse().unwrap());
        assert!(pem.contains("\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"));
    }
}
