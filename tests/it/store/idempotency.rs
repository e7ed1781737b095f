//! Requests that are done once.

use std::sync::Arc;

use bonafide::store::{Claim, Store, VoidClaims};

use super::at;
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    the_first_claim_is_ours_and_the_answer_is_given_again,
    a_key_of_one_caller_is_nothing_to_another,
    another_request_under_the_same_key_is_refused,
    a_request_given_back_can_be_tried_again_and_a_finished_one_stays,
    an_answer_lapses_with_its_time_and_an_unfinished_request_sooner,
    of_many_at_once_one_is_the_first,
    claims_are_purged_by_their_age,
}

const HASH: [u8; 32] = [3; 32];

/// Claims key `k` for caller `me` at a second, with answers kept for 100 seconds and requests of at most 10.
async fn claim(store: &Arc<dyn Store>, second: i64) -> Claim {
    claim_as(store, b"me", HASH, second).await
}

async fn claim_as(store: &Arc<dyn Store>, caller: &[u8], hash: [u8; 32], second: i64) -> Claim {
    let void = VoidClaims {
        made_before: at(second - 100),
        unfinished_before: at(second - 10),
    };
    store
        .claim(caller, "k", &hash, at(second), void)
        .await
        .unwrap()
}

fn done() -> Claim {
    Claim::Done {
        status: 201,
        body: b"\x00\xffmade".to_vec(),
    }
}

async fn finish(store: &Arc<dyn Store>) {
    store
        .finish(b"me", "k", 201, b"\x00\xffmade")
        .await
        .unwrap();
}

async fn the_first_claim_is_ours_and_the_answer_is_given_again(db: TestDatabase) {
    let (store, other) = (db.open().await, db.open().await);
    assert_eq!(claim(&store, 0).await, Claim::Ours);
    assert_eq!(claim(&other, 1).await, Claim::InProgress);
    finish(&store).await;
    assert_eq!(claim(&other, 2).await, done());
}

async fn a_key_of_one_caller_is_nothing_to_another(db: TestDatabase) {
    let store = db.open().await;
    assert_eq!(claim(&store, 0).await, Claim::Ours);
    assert_eq!(claim_as(&store, b"", HASH, 0).await, Claim::Ours);
    assert_eq!(claim_as(&store, b"you", HASH, 0).await, Claim::Ours);
}

async fn another_request_under_the_same_key_is_refused(db: TestDatabase) {
    let store = db.open().await;
    claim(&store, 0).await;
    assert_eq!(
        claim_as(&store, b"me", [4; 32], 0).await,
        Claim::OtherRequest
    );
    finish(&store).await;
    assert_eq!(
        claim_as(&store, b"me", [4; 32], 0).await,
        Claim::OtherRequest
    );
}

async fn a_request_given_back_can_be_tried_again_and_a_finished_one_stays(db: TestDatabase) {
    let store = db.open().await;
    claim(&store, 0).await;
    store.abandon(b"me", "k").await.unwrap();
    assert_eq!(claim(&store, 1).await, Claim::Ours);
    finish(&store).await;
    store.abandon(b"me", "k").await.unwrap();
    assert_eq!(claim(&store, 2).await, done());
}

async fn an_answer_lapses_with_its_time_and_an_unfinished_request_sooner(db: TestDatabase) {
    let store = db.open().await;
    claim(&store, 0).await;
    assert_eq!(claim(&store, 10).await, Claim::InProgress);
    assert_eq!(claim(&store, 11).await, Claim::Ours, "its process died");
    finish(&store).await;
    assert_eq!(claim(&store, 111).await, done());
    assert_eq!(claim(&store, 112).await, Claim::Ours);
}

async fn of_many_at_once_one_is_the_first(db: TestDatabase) {
    let stores = [db.open().await, db.open().await];
    let claiming: Vec<_> = (0..24)
        .map(|n| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move { claim(&store, 0).await })
        })
        .collect();
    let mut ours = 0;
    for task in claiming {
        match task.await.unwrap() {
            Claim::Ours => ours += 1,
            other => assert_eq!(other, Claim::InProgress),
        }
    }
    assert_eq!(ours, 1);
}

async fn claims_are_purged_by_their_age(db: TestDatabase) {
    let store = db.open().await;
    claim(&store, 0).await;
    finish(&store).await;
    assert_eq!(store.purge_claims(at(0)).await, Ok(0));
    assert_eq!(store.purge_claims(at(1)).await, Ok(1));
    assert_eq!(claim(&store, 1).await, Claim::Ours);
}
