//! What those are called who did something.

use std::collections::HashMap;

use crate::domain::{KeyId, UserId};
use crate::http::HttpState;
use crate::service::StoreError;

/// Names of actors, by how the audit log writes them.
#[derive(Debug, Default)]
pub(super) struct Actors(HashMap<String, String>);

impl Actors {
    /// Looks the names of some actors up; those that are gone keep their ids.
    pub(super) async fn of<'a>(
        state: &HttpState,
        actors: impl Iterator<Item = &'a str>,
    ) -> Result<Self, StoreError> {
        let mut names = HashMap::new();
        for actor in actors {
            if names.contains_key(actor) {
                continue;
            }
            if let Some(name) = name(state, actor).await? {
                names.insert(actor.to_owned(), name);
            }
        }
        Ok(Self(names))
    }

    /// What one of them is called.
    pub(super) fn name(&self, actor: &str) -> String {
        self.0
            .get(actor)
            .cloned()
            .unwrap_or_else(|| actor.to_owned())
    }
}

async fn name(state: &HttpState, actor: &str) -> Result<Option<String>, StoreError> {
    let services = &state.services;
    let found = if let Ok(id) = actor.parse::<UserId>() {
        let user = services.people.get(id).await;
        user.map(|user| user.name.as_str().to_owned())
    } else if let Ok(id) = actor.parse::<KeyId>() {
        let key = services.access.get(id).await;
        key.map(|key| format!("{} (API)", key.name))
    } else {
        return Ok(None);
    };
    match found {
        Ok(name) => Ok(Some(name)),
        Err(StoreError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
