//! What the store appends, on each engine.

use std::sync::Arc;

use bonafide::domain::{Act, Badge, BadgeChange, BadgeState, BusinessId, RunId};
use bonafide::store::{BadgeLogEntry, BadgeLogListing, ImportRun, Store, StoreError, Upsert};
use uuid::Uuid;

use super::{act, at, business, independent};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    every_change_of_a_badge_is_an_event_of_the_write_that_made_it,
    what_changes_no_badge_or_comes_to_nothing_is_not_in_the_log,
    an_import_that_renames_suspends_and_its_undoing_brings_no_badge_back,
    twenty_writers_leave_no_hole,
    events_are_listed_by_business_and_page_by_page,
}

/// Everything in the log; its tree is the one that the second implementation makes of what is listed.
async fn log(store: &dyn Store) -> Vec<BadgeLogEntry> {
    let tree = store.badge_tree().await.unwrap();
    let listing = BadgeLogListing {
        limit: 10_000,
        ..BadgeLogListing::default()
    };
    let entries = store.list_badge_events(&listing).await.unwrap();
    assert_eq!(entries.len() as u64, tree.size());
    let numbers = entries.iter().map(|e| e.index);
    assert!(numbers.eq(0..tree.size()), "there is a hole");
    let leaves: Vec<_> = entries.iter().map(leaf_of).collect();
    assert!(
        entries
            .iter()
            .map(|e| e.leaf_hash)
            .eq(leaves.iter().copied())
    );
    assert_eq!(independent::root(&leaves), tree.root());
    entries
}

/// The hash of a leaf, from the description of its encoding alone.
fn leaf_of(entry: &BadgeLogEntry) -> independent::Hash {
    let event = &entry.event;
    let mut leaf = Vec::new();
    for field in [
        "bonafide badge event v1".to_owned(),
        event.at.to_string(),
        event.business.to_string(),
        event.name.to_string(),
        event.badge.to_string(),
        event.change.to_string(),
        event.reason.to_string(),
    ] {
        leaf.extend((field.len() as u32).to_be_bytes());
        leaf.extend(field.into_bytes());
    }
    independent::leaf(&leaf)
}

/// An event in short: the name, the badge, what became of it, why.
fn told(entries: &[BadgeLogEntry]) -> Vec<String> {
    let told = entries.iter().map(|BadgeLogEntry { event, .. }| {
        format!(
            "{} {} {}: {}",
            event.name, event.badge, event.change, event.reason
        )
    });
    told.collect()
}

async fn every_change_of_a_badge_is_an_event_of_the_write_that_made_it(db: TestDatabase) {
    use BadgeState::{Active, Expired, Revoked, Suspended};
    let store = db.open().await;
    let mut last = business(1, "Ärzte 中文", Badge::Verified, Active);
    store.insert(&last, &act("a.grant")).await.unwrap();
    for (name, badge, state, action) in [
        ("New name", Badge::Verified, Suspended, "b.rename"),
        ("New name", Badge::Verified, Active, "c.prove"),
        ("New name", Badge::Verified, Expired, "d.lapse"),
        ("New name", Badge::Official, Active, "e.raise"),
        ("New name", Badge::Verified, Suspended, "f.lower"),
        ("New name", Badge::Verified, Revoked, "g.revoke"),
        ("Newer name", Badge::None, Active, "h.forget"),
        ("Newer name", Badge::Official, Active, "i.grant"),
    ] {
        let mut next = business(1, name, badge, state);
        next.version = last.version + 1;
        store
            .replace(&next, last.version, &act(action))
            .await
            .unwrap();
        last = next;
    }
    store.delete(last.id, None, &act("j.delete")).await.unwrap();
    let entries = log(&*store).await;
    assert_eq!(
        told(&entries),
        [
            "Ärzte 中文 verified granted: a.grant",
            // The name that lost the badge, not the one that was taken.
            "Ärzte 中文 verified suspended: b.rename",
            "New name verified resumed: c.prove",
            "New name verified expired: d.lapse",
            "New name official granted: e.raise",
            "New name official revoked: f.lower",
            "New name verified granted: f.lower",
            "New name verified suspended: f.lower",
            "New name verified revoked: g.revoke",
            "Newer name official granted: i.grant",
            "Newer name official revoked: j.delete",
        ]
    );
    assert!(entries.iter().all(|e| e.event.business == last.id));
    assert!(entries.iter().all(|e| e.event.at == at(0)));
}

async fn what_changes_no_badge_or_comes_to_nothing_is_not_in_the_log(db: TestDatabase) {
    let store = db.open().await;
    let plain = business(1, "A", Badge::None, BadgeState::Active);
    store.insert(&plain, &act("a")).await.unwrap();
    let mut renamed = business(1, "B", Badge::None, BadgeState::Suspended);
    renamed.version = 2;
    store.replace(&renamed, 1, &act("b")).await.unwrap();
    store.delete(plain.id, None, &act("c")).await.unwrap();
    let revoked = business(2, "C", Badge::Official, BadgeState::Revoked);
    store.insert(&revoked, &act("d")).await.unwrap();
    // Its external id is taken, its version is another, it is not there.
    let mut taken = business(3, "D", Badge::Verified, BadgeState::Active);
    taken.profile.external_id = revoked.profile.external_id.clone();
    store.insert(&taken, &act("e")).await.unwrap_err();
    let stale = business(2, "C", Badge::Official, BadgeState::Active);
    store.replace(&stale, 9, &act("f")).await.unwrap_err();
    store.delete(taken.id, None, &act("g")).await.unwrap_err();
    assert_eq!(log(&*store).await, []);
}

async fn an_import_that_renames_suspends_and_its_undoing_brings_no_badge_back(db: TestDatabase) {
    const BUSINESSES: u128 = 300;
    let store = db.open().await;
    for n in 0..BUSINESSES {
        let badge = if n % 3 == 0 {
            Badge::None
        } else {
            Badge::Verified
        };
        let one = business(n, "A", badge, BadgeState::Active);
        store.insert(&one, &act("grant")).await.unwrap();
    }
    let granted = log(&*store).await.len();
    assert_eq!(granted, 200);
    let run = ImportRun {
        id: RunId::new(Uuid::from_u128(7)),
        actor: "command:test".to_owned(),
        source: "a file".to_owned(),
        started_at: at(0),
        finished_at: None,
        undone_at: None,
        counts: bonafide::store::UpsertCounts::default(),
        rejected: 0,
    };
    store.begin_run(&run, &act("import.begin")).await.unwrap();
    let batch = (0..BUSINESSES).map(|n| Upsert {
        id_if_new: BusinessId::new(Uuid::from_u128(1_000 + n)),
        profile: business(n, "B", Badge::None, BadgeState::Active).profile,
        organisation: None,
    });
    let importing = Act {
        run: Some(run.id),
        ..act("registry.import")
    };
    let batch: Vec<_> = batch.collect();
    store.upsert_batch(batch.clone(), &importing).await.unwrap();
    // The same again changes nothing.
    store.upsert_batch(batch, &importing).await.unwrap();
    let imported = log(&*store).await;
    assert_eq!(imported.len(), 400);
    assert!(
        told(&imported[200..])
            .iter()
            .all(|e| e == "A verified suspended: registry.import")
    );
    store
        .undo_some(run.id, 1_000, &act("import.undo"))
        .await
        .unwrap();
    let undone = log(&*store).await;
    assert_eq!(undone, imported, "a badge comes back by fresh proof alone");
}

async fn twenty_writers_leave_no_hole(db: TestDatabase) {
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(db.open().await);
    }
    let writing = (0..20_u128).map(|writer| {
        let store: Arc<dyn Store> = Arc::clone(&stores[writer as usize % stores.len()]);
        tokio::spawn(async move {
            let mut appended = 0;
            for n in 0..10 {
                let new = business(
                    writer * 100 + n,
                    "A",
                    Badge::Official,
                    BadgeState::Suspended,
                );
                match store.insert(&new, &act("grant")).await {
                    Ok(_) => appended += 2,
                    Err(error) => assert_eq!(error, StoreError::Locked),
                }
            }
            appended
        })
    });
    let mut appended = 0;
    for task in writing.collect::<Vec<_>>() {
        appended += task.await.unwrap();
    }
    let entries = log(&*stores[0]).await;
    assert_eq!(entries.len(), appended);
    assert!(appended > 20, "{appended}");
    // What one write made stands side by side.
    for pair in entries.chunks(2) {
        assert_eq!(pair[0].event.change, BadgeChange::Granted);
        assert_eq!(pair[1].event.change, BadgeChange::Suspended);
        assert_eq!(pair[0].event.business, pair[1].event.business);
    }
}

async fn events_are_listed_by_business_and_page_by_page(db: TestDatabase) {
    let store = db.open().await;
    for n in 1..=6 {
        let one = business(n, "A", Badge::Verified, BadgeState::Suspended);
        store.insert(&one, &act("grant")).await.unwrap();
    }
    let numbers = async |business: Option<u128>, from, limit| -> Vec<u64> {
        let listing = BadgeLogListing {
            business: business.map(|n| BusinessId::new(Uuid::from_u128(n))),
            from,
            limit,
        };
        let found = store.list_badge_events(&listing).await.unwrap();
        found.iter().map(|e| e.index).collect()
    };
    assert_eq!(numbers(None, 0, 4).await, [0, 1, 2, 3]);
    assert_eq!(numbers(None, 10, 4).await, [10, 11]);
    assert_eq!(numbers(None, 12, 4).await, [0_u64; 0]);
    assert_eq!(numbers(None, u64::MAX, 4).await, [0_u64; 0]);
    assert_eq!(numbers(Some(3), 0, 4).await, [4, 5]);
    assert_eq!(numbers(Some(3), 5, 4).await, [5]);
    assert_eq!(numbers(Some(9), 0, 4).await, [0_u64; 0]);
}
