//! API keys.

use bonafide::domain::KeyId;
use bonafide::store::{KeyRecord, StoreError};
use uuid::Uuid;

use super::at;
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_key_is_read_back_whole_and_keys_are_listed_oldest_first,
    revoking_twice_keeps_the_first_instant_and_an_unknown_key_is_said_to_be,
    uses_of_two_processes_add_up_and_the_latest_counts,
}

fn key(n: u128) -> KeyRecord {
    KeyRecord {
        id: KeyId::new(Uuid::from_u128(n)),
        name: format!("key {n} – ключ"),
        secret_hash: [u8::try_from(n).unwrap(); 32],
        scopes: vec!["check".to_owned(), "registry:write".to_owned()],
        created_at: at(1),
        expires_at: Some(at(1_000)),
        revoked_at: None,
        last_used_at: None,
        uses: 0,
    }
}

async fn a_key_is_read_back_whole_and_keys_are_listed_oldest_first(db: TestDatabase) {
    let store = db.open().await;
    let bare = KeyRecord {
        scopes: Vec::new(),
        expires_at: None,
        last_used_at: Some(at(3)),
        uses: 5,
        ..key(1)
    };
    store.insert_key(&key(2)).await.unwrap();
    store.insert_key(&bare).await.unwrap();
    assert_eq!(store.list_keys().await, Ok(vec![bare.clone(), key(2)]));
    assert_eq!(store.get_key(bare.id).await, Ok(Some(bare)));
    assert_eq!(store.get_key(key(9).id).await, Ok(None));
    let twice = store.insert_key(&key(2)).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
}

async fn revoking_twice_keeps_the_first_instant_and_an_unknown_key_is_said_to_be(db: TestDatabase) {
    let store = db.open().await;
    store.insert_key(&key(1)).await.unwrap();
    for second in [10, 20] {
        store.revoke_key(key(1).id, at(second)).await.unwrap();
    }
    let kept = store.get_key(key(1).id).await.unwrap().unwrap();
    assert_eq!(kept.revoked_at, Some(at(10)));
    let unknown = key(2).id;
    let missing = StoreError::NotFound(format!("key {unknown}"));
    assert_eq!(store.revoke_key(unknown, at(1)).await, Err(missing));
}

async fn uses_of_two_processes_add_up_and_the_latest_counts(db: TestDatabase) {
    let (one, other) = (db.open().await, db.open().await);
    let keys: Vec<_> = (1..=20).map(key).collect();
    for key in &keys {
        one.insert_key(key).await.unwrap();
    }
    let counting = [(one.clone(), 7, false), (other, 9, true)].map(|(store, second, backwards)| {
        let mut uses: Vec<_> = keys.iter().map(|k| (k.id, 2, at(second))).collect();
        if backwards {
            uses.reverse();
        }
        tokio::spawn(async move {
            for _ in 0..20 {
                store.count_uses(&uses).await.unwrap();
            }
        })
    });
    for task in counting {
        task.await.unwrap();
    }
    let nobody = [(KeyId::new(Uuid::from_u128(99)), 1, at(1))];
    one.count_uses(&nobody).await.unwrap();
    for kept in one.list_keys().await.unwrap() {
        assert_eq!((kept.uses, kept.last_used_at), (80, Some(at(9))));
    }
}
