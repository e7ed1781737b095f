//! Keys of cases: what is known of an account is read only by the key of its case, so that erasing is destroying a key.
//!
//! The key is 32 random bytes, kept sealed by a key that is derived from the secret of the database: a copy of the tables
//! alone says nothing.

use crate::domain::CaseId;
use crate::service::seal::Seal;
use crate::service::world::World;
use crate::store::{CaseSecret, Sealer};

/// Makes and opens keys of cases.
pub(in crate::service) struct CaseSeal {
    master: Seal,
    world: World,
}

/// The key of one case.
pub(in crate::service) struct CaseKey {
    seal: Seal,
    world: World,
}

impl CaseSeal {
    pub(in crate::service) fn new(secret: &[u8; 32], world: World) -> Self {
        let key = blake3::derive_key("bonafide 2026 case keys", secret);
        Self {
            master: Seal::new(key),
            world,
        }
    }

    /// A new key of a case, and what is kept of it and of the account. None where the account is too large to be sealed,
    /// which no account is.
    pub(in crate::service) fn secret(&self, case: CaseId, account: &[u8]) -> Option<CaseSecret> {
        let bytes: [u8; 32] = self.world.random();
        let sealed_key = self.master.seal(&self.world, &purpose(case), &bytes)?;
        let key = CaseKey {
            seal: Seal::new(bytes),
            world: self.world.clone(),
        };
        Some(CaseSecret {
            sealed_key,
            account: key.seal("account", account)?,
        })
    }

    /// The key of a case, if what is kept of it is whole and this case's.
    pub(in crate::service) fn open(&self, case: CaseId, sealed_key: &[u8]) -> Option<CaseKey> {
        let bytes = self.master.open(&purpose(case), sealed_key)?;
        Some(CaseKey {
            seal: Seal::new(<[u8; 32]>::try_from(bytes).ok()?),
            world: self.world.clone(),
        })
    }
}

impl CaseKey {
    /// Seals a message for one use.
    pub(in crate::service) fn seal(&self, purpose: &str, message: &[u8]) -> Option<Vec<u8>> {
        self.seal.seal(&self.world, purpose.as_bytes(), message)
    }

    /// Opens what was sealed for this use.
    pub(in crate::service) fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.seal.open(purpose.as_bytes(), sealed)
    }

    /// The same, as text.
    pub(in crate::service) fn open_text(&self, purpose: &str, sealed: &[u8]) -> Option<String> {
        String::from_utf8(self.open(purpose, sealed)?).ok()
    }
}

impl Sealer for CaseSeal {
    fn seal(
        &self,
        case: CaseId,
        sealed_key: &[u8],
        purpose: &str,
        message: &[u8],
    ) -> Option<Vec<u8>> {
        self.open(case, sealed_key)?.seal(purpose, message)
    }
}

fn purpose(case: CaseId) -> Vec<u8> {
    [b"case key ".as_slice(), case.as_uuid().as_bytes()].concat()
}
