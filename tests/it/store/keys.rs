//! API keys.

use bonafide::domain::KeyId;
use bonafide::store::{DayUsage, KeyRecord, KeyUse, StoreError};
use uuid::Uuid;

use super::{act, at};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_key_is_read_back_whole_and_keys_are_listed_oldest_first,
    revoking_twice_keeps_the_first_instant_and_an_unknown_key_is_said_to_be,
    uses_of_two_processes_add_up_and_the_latest_counts,
    a_key_is_replaced_once_and_the_old_one_ends_when_it_was_said_to,
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
        organisation: None,
        rate_per_minute: Some(60),
        monthly_quota: Some(10_000),
        successor: None,
    }
}

async fn a_key_is_read_back_whole_and_keys_are_listed_oldest_first(db: TestDatabase) {
    let store = db.open().await;
    let bare = KeyRecord {
        rate_per_minute: None,
        monthly_quota: None,
        scopes: Vec::new(),
        expires_at: None,
        last_used_at: Some(at(3)),
        uses: 5,
        ..key(1)
    };
    store.insert_key(&key(2), &act(0)).await.unwrap();
    store.insert_key(&bare, &act(0)).await.unwrap();
    assert_eq!(store.list_keys().await, Ok(vec![bare.clone(), key(2)]));
    assert_eq!(store.get_key(bare.id).await, Ok(Some(bare)));
    assert_eq!(store.get_key(key(9).id).await, Ok(None));
    let twice = store.insert_key(&key(2), &act(0)).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
}

async fn revoking_twice_keeps_the_first_instant_and_an_unknown_key_is_said_to_be(db: TestDatabase) {
    let store = db.open().await;
    store.insert_key(&key(1), &act(0)).await.unwrap();
    for second in [10, 20] {
        store.revoke_key(key(1).id, &act(second)).await.unwrap();
    }
    let kept = store.get_key(key(1).id).await.unwrap().unwrap();
    assert_eq!(kept.revoked_at, Some(at(10)));
    let unknown = key(2).id;
    let missing = StoreError::NotFound(format!("key {unknown}"));
    assert_eq!(store.revoke_key(unknown, &act(1)).await, Err(missing));
}

async fn uses_of_two_processes_add_up_and_the_latest_counts(db: TestDatabase) {
    let (one, other) = (db.open().await, db.open().await);
    let keys: Vec<_> = (1..=20).map(key).collect();
    for key in &keys {
        one.insert_key(key, &act(0)).await.unwrap();
    }
    let counting = [(one.clone(), 7, false), (other, 9, true)].map(|(store, second, backwards)| {
        let mut uses: Vec<_> = keys.iter().map(|k| used(k.id, second)).collect();
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
    let nobody = [used(KeyId::new(Uuid::from_u128(99)), 1)];
    one.count_uses(&nobody).await.unwrap();
    for kept in one.list_keys().await.unwrap() {
        assert_eq!((kept.uses, kept.last_used_at), (80, Some(at(9))));
        let sum = DayUsage {
            day: 20_000,
            requests: 80,
            units: 200,
        };
        assert_eq!(one.usage(kept.id, 20_000, 20_000).await, Ok(vec![sum]));
        assert_eq!(one.usage(kept.id, 20_001, 20_031).await, Ok(Vec::new()));
    }
    let sums = one.units_since(19_990).await.unwrap();
    assert!(sums.contains(&(keys[0].id, 200)), "{sums:?}");
    assert_eq!(one.units_since(20_001).await, Ok(Vec::new()));
}

/// Two requests of five units.
fn used(key: KeyId, second: i64) -> KeyUse {
    KeyUse {
        key,
        day: 20_000,
        requests: 2,
        units: 5,
        last: at(second),
    }
}

async fn a_key_is_replaced_once_and_the_old_one_ends_when_it_was_said_to(db: TestDatabase) {
    let store = db.open().await;
    store.insert_key(&key(1), &act(0)).await.unwrap();
    let (old, new) = (key(1).id, key(2));
    store.rotate_key(old, at(50), &new, &act(10)).await.unwrap();
    let kept = store.get_key(old).await.unwrap().unwrap();
    assert_eq!(
        (kept.successor, kept.expires_at),
        (Some(new.id), Some(at(50)))
    );
    assert_eq!(store.get_key(new.id).await, Ok(Some(new)));
    let again = store.rotate_key(old, at(60), &key(3), &act(11)).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert_eq!(
        store.get_key(key(3).id).await,
        Ok(None),
        "nothing is half done"
    );
    let unknown = store.rotate_key(key(9).id, at(60), &key(3), &act(12)).await;
    assert!(
        matches!(unknown, Err(StoreError::NotFound(_))),
        "{unknown:?}"
    );
    // A key that lapses sooner than its overlap ends is not prolonged by it.
    store.insert_key(&key(4), &act(0)).await.unwrap();
    store
        .rotate_key(key(4).id, at(2_000), &key(5), &act(13))
        .await
        .unwrap();
    let kept = store.get_key(key(4).id).await.unwrap().unwrap();
    assert_eq!(kept.expires_at, Some(at(1_000)));
}
