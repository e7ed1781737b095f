//! The index of registered businesses: built once, frozen, and layered for changes.

use std::sync::Arc;

use crate::domain::{Business, BusinessId};

/// A frozen index of businesses, cheap to share between threads and to replace as a whole.
#[derive(Debug, Clone, Default)]
pub struct Index {
    businesses: Vec<Arc<Business>>,
}

impl Index {
    /// Builds an index of all the businesses given.
    pub fn build(businesses: Vec<Arc<Business>>) -> Self {
        Self { businesses }
    }

    /// The index after a change: `upserts` replace businesses of the same id, `removed` disappear.
    #[must_use]
    pub fn apply(&self, upserts: Vec<Arc<Business>>, removed: &[BusinessId]) -> Self {
        let gone = |id: BusinessId| removed.contains(&id) || upserts.iter().any(|u| u.id == id);
        let mut businesses: Vec<_> = self
            .businesses
            .iter()
            .filter(|b| !gone(b.id))
            .cloned()
            .collect();
        businesses.extend(upserts);
        Self { businesses }
    }

    /// How many businesses it holds.
    pub fn len(&self) -> usize {
        self.businesses.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.businesses.is_empty()
    }

    /// Every business, in no stated order.
    pub fn businesses(&self) -> impl Iterator<Item = &Arc<Business>> {
        self.businesses.iter()
    }
}
