//! Small things that only this database's programs can read: sealed by a key derived from its secret.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::service::world::World;

/// Bytes of a nonce: so many that random ones never meet.
const NONCE: usize = 24;

/// Seals and opens.
pub(in crate::service) struct Seal(XChaCha20Poly1305);

impl Seal {
    pub(in crate::service) fn new(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Seals a message for one use, `purpose`: sealed for another it does not open. None where it is too long to be.
    pub(in crate::service) fn seal(
        &self,
        world: &World,
        purpose: &[u8],
        message: &[u8],
    ) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE] = world.random();
        let payload = Payload {
            msg: message,
            aad: purpose,
        };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this use, if it is whole.
    pub(in crate::service) fn open(&self, purpose: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: purpose,
        };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}
