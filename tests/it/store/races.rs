//! Two who write at once: one of them is told, and nothing of the other's is lost.

use std::sync::Arc;

use bonafide::domain::Profile;
use bonafide::store::{Store, StoreError};

use super::{act, business, counts, everything, named, profile, renamed, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    of_editors_who_saw_the_same_version_one_wins,
    of_an_editor_and_a_deleter_one_wins,
    of_many_who_add_one_external_id_one_wins,
    importers_of_the_same_businesses_end_with_one_of_each,
    a_whole_load_is_of_one_moment,
}

/// Runs the work of several processes at once and gives what came of each.
async fn at_once<T>(
    db: &TestDatabase,
    processes: u128,
    work: impl AsyncFnOnce(Arc<dyn Store>, u128) -> T + Clone,
) -> Vec<T> {
    let mut stores = Vec::new();
    for _ in 0..processes {
        stores.push(db.open().await);
    }
    let tasks = (0..).zip(stores).map(|(n, store)| (work.clone())(store, n));
    futures_util::future::join_all(tasks).await
}

async fn of_editors_who_saw_the_same_version_one_wins(db: TestDatabase) {
    let first = business(1, profile("a", "A"));
    db.open().await.insert(&first, &act(0)).await.unwrap();
    let seen = first.clone();
    let outcomes = at_once(&db, 8, async move |store, n| {
        store
            .replace(&renamed(&seen, &format!("Editor {n}")), 1, &act(0))
            .await
    })
    .await;
    let winners: Vec<_> = (0..outcomes.len())
        .filter(|n| outcomes[*n].is_ok())
        .collect();
    let [winner] = winners[..] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(outcomes[winner], Ok(2));
    for (n, outcome) in outcomes.into_iter().enumerate() {
        if n != winner {
            assert_eq!(outcome, Err(StoreError::Stale { current: 2 }));
        }
    }
    let kept = renamed(&first, &format!("Editor {winner}"));
    assert_eq!(everything(&*db.open().await).await, [kept]);
}

async fn of_an_editor_and_a_deleter_one_wins(db: TestDatabase) {
    let store = db.open().await;
    for n in 1..=10 {
        let first = business(n, named("A"));
        store.insert(&first, &act(0)).await.unwrap();
        let before = store.seq().await.unwrap();
        let outcomes = at_once(&db, 2, async move |store, who| match who {
            0 => store.replace(&renamed(&first, "B"), 1, &act(0)).await,
            _ => store.delete(first.id, Some(1), &act(1)).await,
        })
        .await;
        let won = outcomes.iter().filter(|o| **o == Ok(before + 1)).count();
        assert_eq!(won, 1, "{outcomes:?}");
        let told = outcomes.into_iter().filter_map(Result::err).all(|e| {
            matches!(
                e,
                StoreError::Stale { current: 2 } | StoreError::NotFound(_)
            )
        });
        assert!(told);
    }
}

async fn of_many_who_add_one_external_id_one_wins(db: TestDatabase) {
    let outcomes = at_once(&db, 8, async |store, n| {
        store
            .insert(&business(n, profile("same", "A")), &act(0))
            .await
    })
    .await;
    let won = outcomes.iter().filter(|o| o.is_ok()).count();
    let told = outcomes
        .iter()
        .filter(|o| matches!(o, Err(StoreError::Conflict(_))))
        .count();
    assert_eq!((won, told), (1, 7), "{outcomes:?}");
    assert_eq!(db.open().await.seq().await, Ok(1));
}

/// Each importer has the same businesses in an order of its own, and writes them twice.
async fn importers_of_the_same_businesses_end_with_one_of_each(db: TestDatabase) {
    const BUSINESSES: u128 = 300;
    let counted = at_once(&db, 4, async |store, importer| {
        let mut done = counts(0, 0, 0);
        for round in 0..2 {
            let mut profiles: Vec<Profile> = (0..BUSINESSES)
                .map(|n| profile(&n.to_string(), &format!("Round {round}")))
                .collect();
            if importer % 2 == 1 {
                profiles.reverse();
            }
            let first = (importer * 2 + round) * 1_000;
            done += store
                .upsert_batch(upserts(first, profiles), &act(1))
                .await
                .unwrap();
        }
        done
    })
    .await;
    let created: u64 = counted.iter().map(|c| c.created).sum();
    assert_eq!(u128::from(created), BUSINESSES);
    let all = everything(&*db.open().await).await;
    assert_eq!(all.len() as u64, created);
    assert!(all.iter().all(|b| b.profile.name.as_str() == "Round 1"));
    let written: u64 = counted.iter().map(|c| c.created + c.updated).sum();
    let versions: u64 = all.iter().map(|b| b.version).sum();
    assert_eq!(
        written, versions,
        "every write that was counted is in a version, and no other"
    );
}

/// Every batch renames all businesses alike, so that a load between two of them would see two names.
async fn a_whole_load_is_of_one_moment(db: TestDatabase) {
    let outcomes = at_once(&db, 2, async |store, who| {
        for n in 0..15 {
            if who == 0 {
                let profiles = (0..200).map(|i| profile(&i.to_string(), &format!("Name {n}")));
                store
                    .upsert_batch(upserts(1, profiles), &act(1))
                    .await
                    .unwrap();
            } else {
                let mut names = Vec::new();
                let place = store
                    .load_all(&mut |b| names.push(b.profile.name))
                    .await
                    .unwrap();
                names.sort();
                names.dedup();
                let expected = place.seq.checked_sub(1).map(|n| format!("Name {n}"));
                assert_eq!(names.first().map(ToString::to_string), expected);
                assert!(names.len() < 2, "{names:?}");
            }
        }
    })
    .await;
    assert_eq!(outcomes.len(), 2);
}
