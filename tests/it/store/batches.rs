//! Many profiles at once, by the importer's id.

use std::sync::Arc;

use bonafide::domain::{Badge, BadgeState, ExternalId, Profile};
use bonafide::service::import_preview::Preview;

use super::{act, at, business, counts, everything, id, named, profile, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_batch_creates_what_is_new_updates_what_has_changed_and_leaves_the_rest,
    a_batch_takes_one_number_and_an_unchanged_one_takes_none,
    of_several_profiles_with_one_external_id_the_last_counts,
    profiles_without_an_external_id_are_always_new,
    a_business_without_an_external_id_is_found_by_its_own_and_goes_on_without,
    an_update_keeps_id_badge_and_time_of_creation,
    a_batch_may_be_larger_than_any_statement,
    an_empty_batch_is_done_at_once,
}

async fn a_batch_creates_what_is_new_updates_what_has_changed_and_leaves_the_rest(
    db: TestDatabase,
) {
    let store = db.open().await;
    let first = upserts(1, [profile("a", "A"), profile("b", "B"), profile("c", "C")]);
    assert_eq!(
        store.upsert_batch(first, &act(1)).await,
        Ok(counts(3, 0, 0))
    );
    let second = upserts(
        11,
        [profile("d", "D"), profile("b", "B2"), profile("a", "A")],
    );
    assert_eq!(
        store.upsert_batch(second, &act(2)).await,
        Ok(counts(1, 1, 1))
    );
    let all: Vec<_> = everything(&*store)
        .await
        .into_iter()
        .map(|b| {
            (
                b.id,
                b.profile.name.as_str().to_owned(),
                b.version,
                b.updated_at,
            )
        })
        .collect();
    let expected = [
        (id(1), "A", 1, at(1)),
        (id(2), "B2", 2, at(2)),
        (id(3), "C", 1, at(1)),
        (id(11), "D", 1, at(2)),
    ];
    assert_eq!(
        all,
        expected.map(|(id, name, v, t)| (id, name.to_owned(), v, t))
    );
}

async fn a_batch_takes_one_number_and_an_unchanged_one_takes_none(db: TestDatabase) {
    let store = db.open().await;
    let batch = || upserts(1, (0..20).map(|n| profile(&n.to_string(), "Name")));
    store.upsert_batch(batch(), &act(1)).await.unwrap();
    assert_eq!(store.seq().await, Ok(1));
    assert_eq!(
        store.upsert_batch(batch(), &act(2)).await,
        Ok(counts(0, 0, 20))
    );
    assert_eq!(store.seq().await, Ok(1));
}

async fn of_several_profiles_with_one_external_id_the_last_counts(db: TestDatabase) {
    let store = db.open().await;
    let names = ["Z", "A", "M"];
    let batch = upserts(1, names.map(|name| profile("x", name)));
    assert_eq!(
        store.upsert_batch(batch, &act(1)).await,
        Ok(counts(1, 0, 0))
    );
    let kept = store.find_external(&ExternalId::parse("x").unwrap()).await;
    assert_eq!(kept.unwrap().unwrap().profile, profile("x", "M"));
}

async fn profiles_without_an_external_id_are_always_new(db: TestDatabase) {
    let store = db.open().await;
    for first in [1, 11] {
        let batch = upserts(first, [named("Same"), named("Same")]);
        assert_eq!(
            store.upsert_batch(batch, &act(1)).await,
            Ok(counts(2, 0, 0))
        );
    }
    assert_eq!(everything(&*store).await.len(), 4);
}

async fn a_business_without_an_external_id_is_found_by_its_own_and_goes_on_without(
    db: TestDatabase,
) {
    let store = db.open().await;
    let unnamed = business(7, named("Unnamed"));
    store.insert(&unnamed, &act(0)).await.unwrap();
    store
        .insert(&business(8, profile("x", "X")), &act(0))
        .await
        .unwrap();
    let batch = |name| [profile(&id(7).to_string(), name)];
    let mut preview = Preview::of(Some(Arc::clone(&store)));
    let mut seen = async |batch: [Profile; 1]| {
        let numbered = batch.into_iter().map(|profile| (1, profile));
        preview.compare(numbered.collect()).await.unwrap().0
    };
    assert_eq!(seen(batch("Unnamed")).await, counts(0, 0, 1));
    assert_eq!(
        store
            .upsert_batch(upserts(20, batch("Unnamed")), &act(1))
            .await,
        Ok(counts(0, 0, 1))
    );
    assert_eq!(seen(batch("Named")).await, counts(0, 1, 0));
    assert_eq!(
        store
            .upsert_batch(upserts(20, batch("Named")), &act(1))
            .await,
        Ok(counts(0, 1, 0))
    );
    let now = store.get(id(7)).await.unwrap().unwrap();
    assert_eq!((now.profile, now.version), (named("Named"), 2));
    // The id of a business that is known by another name, or of none, is a name like any other.
    for other in [8, 9] {
        let batch = [profile(&id(other).to_string(), "New")];
        assert_eq!(seen(batch.clone()).await, counts(1, 0, 0));
        let batch = upserts(20 + other, batch);
        assert_eq!(
            store.upsert_batch(batch, &act(2)).await,
            Ok(counts(1, 0, 0))
        );
    }
}

async fn an_update_keeps_id_badge_and_time_of_creation(db: TestDatabase) {
    let store = db.open().await;
    let mut kept = business(1, profile("a", "A"));
    kept.badge = Badge::Verified;
    kept.badge_state = BadgeState::Expired;
    store.insert(&kept, &act(0)).await.unwrap();
    store
        .upsert_batch(upserts(7, [profile("a", "B")]), &act(5))
        .await
        .unwrap();
    kept.profile = profile("a", "B");
    kept.version = 2;
    kept.updated_at = at(5);
    assert_eq!(everything(&*store).await, [kept]);
}

async fn a_batch_may_be_larger_than_any_statement(db: TestDatabase) {
    let store = db.open().await;
    let batch = |name: &str| upserts(1, (0..3_777).map(|n| profile(&n.to_string(), name)));
    let created = store.upsert_batch(batch("One"), &act(1)).await;
    assert_eq!(created, Ok(counts(3_777, 0, 0)));
    let updated = store.upsert_batch(batch("Two"), &act(2)).await;
    assert_eq!(updated, Ok(counts(0, 3_777, 0)));
    let all = everything(&*store).await;
    assert_eq!(all.len(), 3_777);
    assert!(all.iter().all(|b| b.version == 2));
}

async fn an_empty_batch_is_done_at_once(db: TestDatabase) {
    let store = db.open().await;
    assert_eq!(
        store.upsert_batch(Vec::new(), &act(1)).await,
        Ok(counts(0, 0, 0))
    );
    assert_eq!(store.seq().await, Ok(0));
}
