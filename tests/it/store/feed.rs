//! The change feed: whoever follows it misses nothing, and learns when it cannot follow.

use bonafide::store::{FeedPlace, Store};

use super::{act, at, business, everything, id, named, profile, renamed, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_follower_sees_what_changed_as_it_is_now_and_once,
    many_changes_are_told_in_parts_that_lead_to_the_same,
    what_was_added_and_removed_since_is_removed,
    a_follower_that_is_up_to_date_gets_nothing,
    a_place_of_another_epoch_or_beyond_the_head_is_too_old,
    a_follower_behind_what_was_forgotten_loads_anew,
    another_process_gives_the_same_epoch_and_goes_on_counting,
    numbers_follow_each_other_without_holes_whoever_writes,
}

/// The feed's very start.
async fn start(store: &dyn Store) -> FeedPlace {
    FeedPlace {
        seq: 0,
        ..store.load_all(&mut |_| {}).await.unwrap()
    }
}

fn seq(place: FeedPlace, seq: u64) -> FeedPlace {
    FeedPlace { seq, ..place }
}

async fn a_follower_sees_what_changed_as_it_is_now_and_once(db: TestDatabase) {
    let store = db.open().await;
    let start = start(&*store).await;
    let a = business(1, named("A"));
    store.insert(&a, &act(0)).await.unwrap();
    store
        .insert(&business(2, named("B")), &act(0))
        .await
        .unwrap();
    store.replace(&renamed(&a, "A2"), 1, &act(0)).await.unwrap();
    let changes = store.changes_since(seq(start, 2), u32::MAX).await.unwrap();
    assert_eq!((changes.seq, changes.too_old), (3, false));
    assert_eq!(changes.upserts, [renamed(&a, "A2")]);
    assert_eq!(changes.removed, []);
    let all = store.changes_since(start, u32::MAX).await.unwrap();
    assert_eq!(
        all.upserts.len(),
        2,
        "one entry a business, however often it changed"
    );
}

async fn many_changes_are_told_in_parts_that_lead_to_the_same(db: TestDatabase) {
    let store = db.open().await;
    let start = start(&*store).await;
    let a = business(1, named("A"));
    store.insert(&a, &act(0)).await.unwrap();
    for (n, name) in [(2, "B"), (3, "C"), (4, "D")] {
        let added = business(n, named(name));
        store.insert(&added, &act(0)).await.unwrap();
    }
    store.replace(&renamed(&a, "A2"), 1, &act(0)).await.unwrap();
    store.delete(id(2), None, &act(1)).await.unwrap();
    let mut known = std::collections::BTreeMap::new();
    let (mut place, mut parts) = (start, Vec::new());
    loop {
        let changes = store.changes_since(place, 2).await.unwrap();
        parts.push(changes.seq);
        place = seq(start, changes.seq);
        known.extend(changes.upserts.into_iter().map(|b| (b.id, b)));
        known.retain(|id, _| !changes.removed.contains(id));
        if !changes.more {
            break;
        }
    }
    assert_eq!(parts, [2, 4, 6]);
    let whole = store.changes_since(start, u32::MAX).await.unwrap();
    assert!(!whole.more);
    let whole = whole.upserts.into_iter().map(|b| (b.id, b)).collect();
    assert_eq!(known, whole);
    assert_eq!(known.len(), 3);
}

async fn what_was_added_and_removed_since_is_removed(db: TestDatabase) {
    let store = db.open().await;
    let start = start(&*store).await;
    store
        .insert(&business(1, named("A")), &act(0))
        .await
        .unwrap();
    store.delete(id(1), None, &act(1)).await.unwrap();
    let changes = store.changes_since(start, u32::MAX).await.unwrap();
    assert_eq!((changes.seq, changes.upserts), (2, Vec::new()));
    assert_eq!(changes.removed, [id(1)]);
}

async fn a_follower_that_is_up_to_date_gets_nothing(db: TestDatabase) {
    let store = db.open().await;
    store
        .insert(&business(1, named("A")), &act(0))
        .await
        .unwrap();
    let now = store.load_all(&mut |_| {}).await.unwrap();
    assert_eq!(now.seq, 1);
    let changes = store.changes_since(now, u32::MAX).await.unwrap();
    assert!(!changes.too_old);
    assert_eq!(
        (changes.seq, changes.upserts.len(), changes.removed.len()),
        (1, 0, 0)
    );
}

async fn a_place_of_another_epoch_or_beyond_the_head_is_too_old(db: TestDatabase) {
    let store = db.open().await;
    store
        .insert(&business(1, named("A")), &act(0))
        .await
        .unwrap();
    let now = store.load_all(&mut |_| {}).await.unwrap();
    let elsewhere = FeedPlace {
        epoch: uuid::Uuid::from_u128(4711),
        ..now
    };
    for place in [elsewhere, seq(now, 2), seq(elsewhere, 0)] {
        let changes = store.changes_since(place, u32::MAX).await.unwrap();
        assert!(changes.too_old, "{place:?}");
        assert_eq!(changes.upserts, []);
    }
}

async fn a_follower_behind_what_was_forgotten_loads_anew(db: TestDatabase) {
    let store = db.open().await;
    let start = start(&*store).await;
    assert_eq!(
        store.prune_changes(at(100)).await,
        Ok(0),
        "there is nothing yet"
    );
    let batch = |n: u128| upserts(n, [profile(&n.to_string(), "Name")]);
    for n in 1..=3 {
        store
            .upsert_batch(batch(n), &act(10 * i64::try_from(n).unwrap()))
            .await
            .unwrap();
    }
    assert_eq!(store.prune_changes(at(21)).await, Ok(2));
    assert_eq!(store.prune_changes(at(21)).await, Ok(0));
    assert!(
        store
            .changes_since(seq(start, 1), u32::MAX)
            .await
            .unwrap()
            .too_old
    );
    let changes = store.changes_since(seq(start, 2), u32::MAX).await.unwrap();
    assert_eq!((changes.too_old, changes.upserts.len()), (false, 1));
    assert_eq!(store.prune_changes(at(100)).await, Ok(1));
    assert_eq!(store.seq().await, Ok(3), "the numbers go on");
    assert_eq!(everything(&*store).await.len(), 3);
}

async fn another_process_gives_the_same_epoch_and_goes_on_counting(db: TestDatabase) {
    let one = db.open().await;
    one.insert(&business(1, named("A")), &act(0)).await.unwrap();
    let place = one.load_all(&mut |_| {}).await.unwrap();
    one.close().await;
    let other = db.open().await;
    assert_eq!(other.load_all(&mut |_| {}).await, Ok(place));
    assert_eq!(other.insert(&business(2, named("B")), &act(0)).await, Ok(2));
    assert_eq!(one.identity().secret, other.identity().secret);
}

/// Writers in two processes, and a follower that reads `seq > cursor` all the while.
async fn numbers_follow_each_other_without_holes_whoever_writes(db: TestDatabase) {
    const WRITERS: u128 = 6;
    const EACH: u128 = 25;
    let processes = [db.open().await, db.open().await];
    let follower = db.open().await;
    let mut place = start(&*follower).await;
    let writing: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = processes[usize::try_from(writer).unwrap() % 2].clone();
            tokio::spawn(async move {
                let mut numbers = Vec::new();
                for n in 0..EACH {
                    let new = business(writer * 1_000 + n, named("Name"));
                    numbers.push(store.insert(&new, &act(0)).await.unwrap());
                }
                numbers
            })
        })
        .collect();
    let mut seen = std::collections::HashSet::new();
    while place.seq < u64::try_from(WRITERS * EACH).unwrap() {
        let changes = follower.changes_since(place, u32::MAX).await.unwrap();
        assert!(!changes.too_old);
        let new: Vec<_> = changes.upserts.iter().map(|b| b.id).collect();
        assert_eq!(
            new.len() as u64,
            changes.seq - place.seq,
            "a number without its change"
        );
        seen.extend(new);
        place.seq = changes.seq;
        tokio::task::yield_now().await;
    }
    let mut numbers = Vec::new();
    for writer in writing {
        numbers.extend(writer.await.unwrap());
    }
    numbers.sort_unstable();
    assert!(
        numbers
            .into_iter()
            .eq(1..=u64::try_from(WRITERS * EACH).unwrap())
    );
    assert_eq!(seen.len(), everything(&*follower).await.len());
}
