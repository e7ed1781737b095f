//! Import runs.

use bonafide::domain::{Act, OrganisationId, RunId};
use bonafide::store::{ImportRun, Organisation, Store, StoreError, Undone, Upsert, UpsertCounts};
use uuid::Uuid;

use super::{act, at, counts, everything, id, profile, renamed, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_run_counts_its_batches_and_ends,
    undoing_a_run_brings_back_what_was_there_before,
    what_somebody_changed_since_a_run_is_left_alone,
    an_organisation_changes_nothing_of_others,
}

fn run(n: u128) -> ImportRun {
    ImportRun {
        id: RunId::new(Uuid::from_u128(n)),
        actor: "command:test".to_owned(),
        source: "файл.jsonl".to_owned(),
        started_at: at(0),
        finished_at: None,
        undone_at: None,
        counts: UpsertCounts::default(),
        rejected: 0,
    }
}

fn part_of(run: &ImportRun) -> Act {
    Act {
        run: Some(run.id),
        ..act(1)
    }
}

async fn a_run_counts_its_batches_and_ends(db: TestDatabase) {
    let store = db.open().await;
    for n in 1..=3 {
        store.begin_run(&run(n), &act(0)).await.unwrap();
    }
    let first = run(1);
    let batch = || upserts(1, [profile("a", "A"), profile("b", "B")]);
    store.upsert_batch(batch(), &part_of(&first)).await.unwrap();
    store.upsert_batch(batch(), &part_of(&first)).await.unwrap();
    let more = upserts(3, [profile("b", "B2"), profile("c", "C")]);
    store.upsert_batch(more, &part_of(&first)).await.unwrap();
    store.finish_run(first.id, 7, &act(9)).await.unwrap();
    let ended = ImportRun {
        finished_at: Some(at(9)),
        counts: counts(3, 1, 2),
        rejected: 7,
        ..run(1)
    };
    assert_eq!(store.get_run(first.id).await, Ok(Some(ended.clone())));
    let listed = store.list_runs(None, None, 2).await.unwrap();
    assert_eq!(listed, [run(3), run(2)]);
    let rest = store
        .list_runs(Some(run(2).id), Some("command:test"), 2)
        .await;
    assert_eq!(rest, Ok(vec![ended]));
    assert_eq!(
        store.list_runs(None, Some("server"), 2).await,
        Ok(Vec::new())
    );
    let missing = StoreError::NotFound(format!("import {}", run(9).id));
    assert_eq!(store.finish_run(run(9).id, 0, &act(1)).await, Err(missing));
}

async fn undoing_a_run_brings_back_what_was_there_before(db: TestDatabase) {
    let store = db.open().await;
    let before = upserts(1, (0..30).map(|n| profile(&format!("{n:02}"), "Before")));
    store.upsert_batch(before, &act(0)).await.unwrap();
    let first = run(1);
    store.begin_run(&first, &act(0)).await.unwrap();
    // The first twenty are changed twice, ten are left, and twenty are new, of which some change again.
    for (seed, name) in [(100_u128, "Wrong"), (200, "More wrong")] {
        let batch = (0..20)
            .chain(40..60)
            .map(|n| profile(&format!("{n:02}"), name));
        store
            .upsert_batch(upserts(seed, batch), &part_of(&first))
            .await
            .unwrap();
    }
    assert_eq!(store.changed_since_run(first.id).await, Ok(0));
    let mut undone = Undone::default();
    loop {
        let step = store.undo_some(first.id, 7, &act(5)).await.unwrap();
        assert!(step.deleted + step.restored <= 7);
        if step == Undone::default() {
            break;
        }
        undone += step;
    }
    assert_eq!((undone.deleted, undone.restored), (20, 20));
    let all = everything(&*store).await;
    assert_eq!(all.len(), 30);
    assert!(all.iter().all(|b| b.profile.name.as_str() == "Before"));
    assert_eq!(all[0].version, 4, "it goes on, it is no going back");
    store.finish_undo(first.id, &act(6)).await.unwrap();
    let kept = store.get_run(first.id).await.unwrap().unwrap();
    assert_eq!(kept.undone_at, Some(at(6)));
    let twice = store.finish_undo(first.id, &act(7)).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
}

async fn what_somebody_changed_since_a_run_is_left_alone(db: TestDatabase) {
    let store = db.open().await;
    let first = run(1);
    store.begin_run(&first, &act(0)).await.unwrap();
    let batch = upserts(1, [profile("a", "A"), profile("b", "B")]);
    store.upsert_batch(batch, &part_of(&first)).await.unwrap();
    let a = store.get(id(1)).await.unwrap().unwrap();
    store
        .replace(&renamed(&a, "By hand"), 1, &act(2))
        .await
        .unwrap();
    assert_eq!(store.changed_since_run(first.id).await, Ok(1));
    let undone = store.undo_some(first.id, 10, &act(5)).await.unwrap();
    assert_eq!((undone.deleted, undone.restored), (1, 0));
    let left = everything(&*store).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].profile.name.as_str(), "By hand");
}

async fn an_organisation_changes_nothing_of_others(db: TestDatabase) {
    let store = db.open().await;
    let organisations = [5, 6].map(|n| OrganisationId::new(Uuid::from_u128(n)));
    for owner in organisations {
        let new = Organisation {
            id: owner,
            name: owner.to_string(),
            created_at: at(0),
        };
        store.insert_organisation(&new, &act(0)).await.unwrap();
    }
    let by = |owner: Option<OrganisationId>, first, names: [(&str, &str); 2]| -> Vec<Upsert> {
        let batch = upserts(
            first,
            names.map(|(external_id, name)| profile(external_id, name)),
        );
        let owned = batch.into_iter().map(|u| Upsert {
            organisation: owner,
            ..u
        });
        owned.collect()
    };
    let [ours, theirs] = organisations.map(Some);
    store
        .upsert_batch(by(None, 1, [("a", "A"), ("b", "B")]), &act(1))
        .await
        .unwrap();
    store
        .upsert_batch(by(theirs, 3, [("c", "C"), ("d", "D")]), &act(1))
        .await
        .unwrap();
    let written = store
        .upsert_batch(by(ours, 5, [("a", "Mine"), ("c", "Mine")]), &act(2))
        .await;
    assert_eq!(
        written,
        Ok(UpsertCounts {
            refused: 2,
            ..UpsertCounts::default()
        })
    );
    let written = store
        .upsert_batch(by(ours, 7, [("d", "Mine"), ("e", "E")]), &act(3))
        .await;
    assert_eq!(
        written,
        Ok(UpsertCounts {
            created: 1,
            refused: 1,
            ..UpsertCounts::default()
        })
    );
    assert_eq!(names(&*store).await, ["A", "B", "C", "D", "E"]);
    // Whoever may change everything may change theirs, which they keep.
    store
        .upsert_batch(by(None, 9, [("c", "C2"), ("e", "E")]), &act(4))
        .await
        .unwrap();
    assert_eq!(
        store.get(id(3)).await.unwrap().unwrap().organisation,
        theirs
    );
    assert_eq!(names(&*store).await, ["A", "B", "C2", "D", "E"]);
}

async fn names(store: &dyn Store) -> Vec<String> {
    let all = everything(store).await;
    all.iter().map(|b| b.profile.name.to_string()).collect()
}
