//! The audit log.

use bonafide::domain::{Act, Actor, AuditHead, KeyId, Reason, RunId};
use bonafide::service::audit::{Broken, Verifier};
use bonafide::store::{AuditEntry, AuditListing, Store, StoreError};
use uuid::Uuid;

use super::{act, business, id, named, profile, renamed, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    every_write_is_in_the_log_with_who_when_and_why,
    what_came_to_nothing_is_not_in_the_log,
    entries_are_listed_by_subject_actor_action_and_run_from_either_end,
    a_changed_a_missing_and_a_forged_entry_are_each_named,
    writers_side_by_side_make_one_chain,
}

fn all() -> AuditListing {
    AuditListing {
        limit: 1_000,
        ..AuditListing::default()
    }
}

async fn entries(store: &dyn Store) -> Vec<AuditEntry> {
    store.list_audit(&all()).await.unwrap()
}

fn verified(entries: &[AuditEntry]) -> Result<AuditHead, Broken> {
    let mut verifier = Verifier::new(None);
    entries.iter().try_for_each(|e| verifier.follow(e))?;
    verifier.finish()
}

async fn every_write_is_in_the_log_with_who_when_and_why(db: TestDatabase) {
    let store = db.open().await;
    assert_eq!(store.audit_head().await, Ok(AuditHead::EMPTY));
    let key = KeyId::new(Uuid::from_u128(7));
    let told = Act {
        actor: Actor::Key(key),
        action: "business.create",
        subject: Some(id(1).to_string()),
        reason: Some(Reason::parse("reason", "Ärger – 中文").unwrap()),
        request_id: Some("req-1".to_owned()),
        after: Some(r#"{"profile":{"name":"A \u0000"}}"#.to_owned()),
        ..act(5)
    };
    let first = business(1, named("A"));
    store.insert(&first, &told).await.unwrap();
    store
        .replace(&renamed(&first, "B"), 1, &act(6))
        .await
        .unwrap();
    store
        .upsert_batch(upserts(2, [profile("x", "X")]), &act(7))
        .await
        .unwrap();
    store.delete(id(1), None, &act(8)).await.unwrap();
    let log = entries(&*store).await;
    assert_eq!(log.len(), 4);
    let AuditEntry {
        seq,
        at,
        actor,
        action,
        subject,
        reason,
        request_id,
        before,
        after,
        ..
    } = &log[0];
    assert_eq!((*seq, *at), (1, super::at(5)));
    assert_eq!(
        (actor, action.as_str()),
        (&key.to_string(), "business.create")
    );
    assert_eq!(subject, &Some(id(1).to_string()));
    assert_eq!(reason.as_deref(), Some("Ärger – 中文"));
    assert_eq!(request_id.as_deref(), Some("req-1"));
    assert_eq!((before, after), (&None, &told.after));
    let batch: serde_json::Value = serde_json::from_str(log[2].after.as_ref().unwrap()).unwrap();
    assert_eq!(batch["created"], 1);
    let head = store.audit_head().await.unwrap();
    assert_eq!(verified(&log), Ok(head));
    assert_eq!(head.seq, 4);
}

async fn what_came_to_nothing_is_not_in_the_log(db: TestDatabase) {
    let store = db.open().await;
    let first = business(1, profile("a", "A"));
    store.insert(&first, &act(1)).await.unwrap();
    let head = store.audit_head().await;
    store
        .insert(&business(2, profile("a", "B")), &act(2))
        .await
        .unwrap_err();
    store
        .replace(&renamed(&first, "B"), 9, &act(3))
        .await
        .unwrap_err();
    store.delete(id(9), None, &act(4)).await.unwrap_err();
    store
        .revoke_key(KeyId::new(Uuid::from_u128(9)), &act(5))
        .await
        .unwrap_err();
    // Nothing is new in it.
    store
        .upsert_batch(upserts(2, [profile("a", "A")]), &act(6))
        .await
        .unwrap();
    assert_eq!(store.audit_head().await, head);
}

async fn entries_are_listed_by_subject_actor_action_and_run_from_either_end(db: TestDatabase) {
    let store = db.open().await;
    let run = RunId::new(Uuid::from_u128(3));
    for n in 1..=6_u8 {
        let told = Act {
            subject: Some(id((n % 3).into()).to_string()),
            actor: if n % 2 == 0 {
                Actor::Server
            } else {
                Actor::Command("test")
            },
            action: if n < 4 { "early" } else { "late" },
            run: (n == 5).then_some(run),
            ..act(n.into())
        };
        store
            .insert(&business(n.into(), named("A")), &told)
            .await
            .unwrap();
    }
    let numbers = async |listing: AuditListing| -> Vec<u64> {
        let found = store.list_audit(&listing).await.unwrap();
        found.iter().map(|e| e.seq).collect()
    };
    assert_eq!(numbers(all()).await, [1, 2, 3, 4, 5, 6]);
    let newest = AuditListing {
        newest_first: true,
        limit: 2,
        ..all()
    };
    assert_eq!(numbers(newest.clone()).await, [6, 5]);
    assert_eq!(
        numbers(AuditListing {
            after: Some(5),
            ..newest
        })
        .await,
        [4, 3]
    );
    assert_eq!(
        numbers(AuditListing {
            subject: Some(id(1).to_string()),
            ..all()
        })
        .await,
        [1, 4]
    );
    assert_eq!(
        numbers(AuditListing {
            actor: Some("server".into()),
            ..all()
        })
        .await,
        [2, 4, 6]
    );
    assert_eq!(
        numbers(AuditListing {
            action: Some("late".into()),
            ..all()
        })
        .await,
        [4, 5, 6]
    );
    assert_eq!(
        numbers(AuditListing {
            run: Some(run),
            ..all()
        })
        .await,
        [5]
    );
    assert_eq!(
        numbers(AuditListing {
            since: Some(super::at(5)),
            ..all()
        })
        .await,
        [5, 6]
    );
    let hostile = AuditListing {
        actor: Some("a\0b".into()),
        ..all()
    };
    assert_eq!(numbers(hostile).await, [0_u64; 0]);
}

async fn a_changed_a_missing_and_a_forged_entry_are_each_named(db: TestDatabase) {
    let store = db.open().await;
    for n in 1..=5 {
        store
            .insert(&business(n, named("A")), &act(1))
            .await
            .unwrap();
    }
    let log = entries(&*store).await;
    let head = verified(&log).unwrap();

    let mut changed = log.clone();
    changed[2].actor.clear();
    assert_eq!(verified(&changed), Err(Broken::Changed { seq: 3 }));

    let mut missing = log.clone();
    missing.remove(1);
    assert_eq!(
        verified(&missing),
        Err(Broken::Missing {
            expected: 2,
            found: 3
        })
    );

    // Written anew from the third on, with hashes that fit: only a head that was noted before shows it.
    let mut forged = log.clone();
    let mut previous = forged[1].hash;
    for entry in &mut forged[2..] {
        entry.actor.clear();
        entry.hash = entry.hash_after(&previous);
        previous = entry.hash;
    }
    assert!(verified(&forged).is_ok());
    let against = |log: &[AuditEntry]| {
        let mut verifier = Verifier::new(Some(head));
        log.iter().try_for_each(|e| verifier.follow(e))?;
        verifier.finish()
    };
    assert_eq!(against(&forged), Err(Broken::Rewritten { seq: 5 }));
    assert_eq!(
        against(&log[..3]),
        Err(Broken::Shorter { last: 3, noted: 5 })
    );
    assert_eq!(against(&log), Ok(head));
}

async fn writers_side_by_side_make_one_chain(db: TestDatabase) {
    let (one, other) = (db.open().await, db.open().await);
    let writing = [(one.clone(), 0_u128), (other, 100)].map(|(store, first)| {
        tokio::spawn(async move {
            for n in 1..=40 {
                let done = store
                    .insert(&business(first + n, named("A")), &act(1))
                    .await;
                assert!(done.is_ok() || done == Err(StoreError::Locked), "{done:?}");
            }
        })
    });
    for task in writing {
        task.await.unwrap();
    }
    let log = entries(&*one).await;
    assert_eq!(verified(&log).unwrap(), one.audit_head().await.unwrap());
    assert_eq!(log.len() as u64, one.seq().await.unwrap());
}
