//! Kept checks.

use bonafide::domain::{CheckId, KeyId, Medium, Provenance, Verdict};
use bonafide::store::{KeptCheck, StoreError};
use uuid::Uuid;

use super::{at, id};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_kept_check_is_read_back_to_the_last_bit,
    checks_are_kept_all_or_none,
    checks_are_purged_by_their_age,
}

fn check(n: u128, second: i64) -> KeptCheck {
    KeptCheck {
        id: CheckId::new(Uuid::from_u128(n)),
        at: at(second),
        digest: [1; 32],
        input_digest: [2; 32],
        medium: Some(Medium::Whatsapp),
        verdict: Verdict::Verified,
        basis: Some(Provenance::Listed),
        score: 0.1 + 0.2,
        prior_log_odds: -4.595_119_850_134_59,
        business_id: Some(id(3)),
        model: "2026-11-c".to_owned(),
        epoch: Uuid::from_u128(u128::MAX),
        registry_seq: u64::from(u32::MAX) + 1,
        grown_in: Some(Uuid::from_u128(5)),
        key_id: Some(KeyId::new(Uuid::from_u128(6))),
    }
}

async fn a_kept_check_is_read_back_to_the_last_bit(db: TestDatabase) {
    let store = db.open().await;
    let bare = KeptCheck {
        medium: None,
        verdict: Verdict::Unknown,
        basis: None,
        score: 5e-324,
        business_id: None,
        grown_in: None,
        key_id: None,
        ..check(2, 0)
    };
    store
        .keep_checks(&[check(1, 0), bare.clone()])
        .await
        .unwrap();
    let other = db.open().await;
    assert_eq!(other.get_check(check(1, 0).id).await, Ok(Some(check(1, 0))));
    assert_eq!(other.get_check(bare.id).await, Ok(Some(bare)));
    assert_eq!(other.get_check(check(3, 0).id).await, Ok(None));
}

async fn checks_are_kept_all_or_none(db: TestDatabase) {
    let store = db.open().await;
    store.keep_checks(&[]).await.unwrap();
    store.keep_checks(&[check(600, 0)]).await.unwrap();
    let many: Vec<_> = (1..=600).map(|n| check(n, 0)).collect();
    let refused = store.keep_checks(&many).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict(_))),
        "{refused:?}"
    );
    assert_eq!(store.get_check(many[0].id).await, Ok(None));
    store.keep_checks(&many[..599]).await.unwrap();
    assert_eq!(store.purge_checks(at(1)).await, Ok(600));
}

async fn checks_are_purged_by_their_age(db: TestDatabase) {
    let store = db.open().await;
    store
        .keep_checks(&[check(1, 10), check(2, 20)])
        .await
        .unwrap();
    assert_eq!(store.purge_checks(at(10)).await, Ok(0));
    assert_eq!(store.purge_checks(at(20)).await, Ok(1));
    assert_eq!(store.get_check(check(1, 10).id).await, Ok(None));
    assert!(store.get_check(check(2, 20).id).await.unwrap().is_some());
}
