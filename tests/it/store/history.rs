//! Versions of businesses.

use bonafide::domain::{Act, Badge, BadgeState, Business, OrganisationId};
use bonafide::store::{Organisation, Version};
use uuid::Uuid;

use super::{act, at, business, id, named, profile, renamed, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    every_version_is_kept_with_the_act_that_made_it,
    versions_come_page_by_page_and_those_of_a_deleted_business_stay,
    an_import_keeps_the_versions_that_it_replaces,
}

fn names(versions: &[Version]) -> Vec<(u64, Option<&str>)> {
    let named = versions.iter().map(|v| {
        let name = v.profile.as_ref().map(|p| p.name.as_str());
        (v.version, name)
    });
    named.collect()
}

async fn every_version_is_kept_with_the_act_that_made_it(db: TestDatabase) {
    let store = db.open().await;
    let owner = Organisation {
        id: OrganisationId::new(Uuid::from_u128(5)),
        name: "Owner".to_owned(),
        created_at: at(0),
    };
    store.insert_organisation(&owner, &act(0)).await.unwrap();
    let first = business(1, named("A"));
    let made = |action| Act { action, ..act(1) };
    store.insert(&first, &made("first")).await.unwrap();
    let second = Business {
        badge: Badge::Verified,
        badge_state: BadgeState::Suspended,
        organisation: Some(owner.id),
        ..renamed(&first, "B")
    };
    store.replace(&second, 1, &made("second")).await.unwrap();
    let versions = store.versions(id(1), None, 10).await.unwrap();
    assert_eq!(names(&versions), [(2, Some("B")), (1, Some("A"))]);
    let acts: Vec<_> = versions
        .iter()
        .map(|v| v.made.clone().unwrap().action)
        .collect();
    assert_eq!(acts, ["second", "first"]);
    assert_eq!(versions[0].organisation, Some(owner.id));
    assert_eq!(
        (versions[0].badge, versions[1].badge),
        (Badge::Verified, Badge::None)
    );
    assert_eq!(versions[0].badge_state, BadgeState::Suspended);
    assert_eq!((versions[0].at, versions[1].at), (at(60), at(0)));
    assert_eq!(store.get(id(1)).await.unwrap().unwrap(), second);
}

async fn versions_come_page_by_page_and_those_of_a_deleted_business_stay(db: TestDatabase) {
    let store = db.open().await;
    let mut current = business(1, named("0"));
    store.insert(&current, &act(0)).await.unwrap();
    for n in 1..=4 {
        current = renamed(&current, &n.to_string());
        store
            .replace(&current, current.version - 1, &act(n))
            .await
            .unwrap();
    }
    store.delete(id(1), None, &act(9)).await.unwrap();
    let newest = store.versions(id(1), None, 3).await.unwrap();
    assert_eq!(names(&newest), [(6, None), (5, Some("4")), (4, Some("3"))]);
    assert_eq!(newest[0].at, at(9));
    let rest = store.versions(id(1), Some(4), 3).await.unwrap();
    assert_eq!(
        names(&rest),
        [(3, Some("2")), (2, Some("1")), (1, Some("0"))]
    );
    assert_eq!(store.versions(id(2), None, 3).await, Ok(Vec::new()));
}

async fn an_import_keeps_the_versions_that_it_replaces(db: TestDatabase) {
    let store = db.open().await;
    for (second, name) in [(1, "A"), (2, "B"), (3, "B"), (4, "C")] {
        let batch = upserts(1, [profile("x", name), profile("y", "Y")]);
        store.upsert_batch(batch, &act(second)).await.unwrap();
    }
    let versions = store.versions(id(1), None, 10).await.unwrap();
    assert_eq!(
        names(&versions),
        [(3, Some("C")), (2, Some("B")), (1, Some("A"))]
    );
    assert_eq!(versions[0].at, at(4));
    let other = store.versions(id(2), None, 10).await.unwrap();
    assert_eq!(names(&other), [(1, Some("Y"))]);
}
