//! Channels that several businesses claim.

use bonafide::domain::{
    Business, BusinessId, Channel, ChannelValue, E164, Email, Profile, Provenance, Website,
};
use bonafide::store::{ChannelConflict, Store, StoreError, Upsert, UpsertCounts};

use super::{act, at, business, counts, everything, id, named, profile, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_number_that_two_businesses_claim_is_contested_until_one_lets_go,
    businesses_of_one_group_share_their_channels,
    pages_on_shared_hosts_are_nobodys_alone,
    a_settled_conflict_opens_anew_for_another_claimant_only,
    a_proved_channel_cannot_be_claimed_and_an_import_leaves_out_whoever_does,
    an_import_finds_conflicts_within_itself,
    of_two_who_claim_at_the_same_time_one_sees_the_other,
}

const NUMBER: &str = "+4930123456";

fn with(mut profile: Profile, values: impl IntoIterator<Item = ChannelValue>) -> Profile {
    profile.channels = values
        .into_iter()
        .map(|v| Channel::listed(v, None))
        .collect();
    profile
}

fn phone(number: &str) -> ChannelValue {
    ChannelValue::Phone(E164::parse(number).unwrap())
}

fn claiming(n: u128, number: &str) -> Business {
    business(n, with(named("A"), [phone(number)]))
}

async fn contested(store: &dyn Store, business: BusinessId) -> Vec<String> {
    let contested = store.contested(business).await.unwrap();
    contested.into_iter().map(|c| c.value).collect()
}

async fn open(store: &dyn Store) -> Vec<ChannelConflict> {
    store.list_conflicts(None, 100).await.unwrap()
}

async fn a_number_that_two_businesses_claim_is_contested_until_one_lets_go(db: TestDatabase) {
    let store = db.open().await;
    store.insert(&claiming(1, NUMBER), &act(1)).await.unwrap();
    assert_eq!(open(&*store).await, []);
    let second = claiming(2, NUMBER);
    store.insert(&second, &act(2)).await.unwrap();
    for n in [1, 2] {
        assert_eq!(contested(&*store, id(n)).await, [NUMBER]);
    }
    let listed = open(&*store).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].kind.as_str(), listed[0].value.as_str()),
        ("phone", NUMBER)
    );
    assert_eq!(listed[0].claimants, [id(1), id(2)]);
    assert_eq!(listed[0].opened_at, at(2));
    let without = Business {
        profile: named("A"),
        version: 2,
        ..second
    };
    store.replace(&without, 1, &act(3)).await.unwrap();
    assert_eq!(open(&*store).await, []);
    assert_eq!(contested(&*store, id(1)).await, [""; 0]);
}

async fn businesses_of_one_group_share_their_channels(db: TestDatabase) {
    let store = db.open().await;
    store.insert(&claiming(1, NUMBER), &act(1)).await.unwrap();
    for n in [2, 3] {
        let mut child = claiming(n, NUMBER);
        child.profile.parent = Some(id(1));
        store.insert(&child, &act(2)).await.unwrap();
    }
    assert_eq!(open(&*store).await, []);
}

async fn pages_on_shared_hosts_are_nobodys_alone(db: TestDatabase) {
    let store = db.open().await;
    for (n, page) in [(1, "a"), (2, "b")] {
        let site = |url: &str| ChannelValue::Website(Website::parse(url).unwrap());
        let page = site(&format!("https://facebook.com/{page}"));
        let mail = ChannelValue::Email(Email::parse(&format!("{n}@gmail.com")).unwrap());
        let new = with(named("A"), [page, mail, site("https://example.com/")]);
        store.insert(&business(n, new), &act(1)).await.unwrap();
    }
    assert_eq!(contested(&*store, id(1)).await, ["example.com"]);
}

async fn a_settled_conflict_opens_anew_for_another_claimant_only(db: TestDatabase) {
    let store = db.open().await;
    for n in [1, 2] {
        store.insert(&claiming(n, NUMBER), &act(1)).await.unwrap();
    }
    let conflict = open(&*store).await[0].id;
    store
        .settle_conflict(conflict, "a call centre – 客服", &act(3))
        .await
        .unwrap();
    assert_eq!(open(&*store).await, []);
    assert_eq!(contested(&*store, id(1)).await, [""; 0]);
    let settled = store.get_conflict(conflict).await.unwrap().unwrap();
    assert_eq!(settled.finding.as_deref(), Some("a call centre – 客服"));
    assert_eq!(
        (settled.settled_at, settled.settled_by.as_deref()),
        (Some(at(3)), Some("command:test"))
    );
    let twice = store.settle_conflict(conflict, "again", &act(4)).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    // A change of something else leaves it settled.
    let mut renamed = super::renamed(&claiming(1, NUMBER), "B");
    renamed.updated_at = at(5);
    store.replace(&renamed, 1, &act(5)).await.unwrap();
    assert_eq!(open(&*store).await, []);
    store.insert(&claiming(3, NUMBER), &act(6)).await.unwrap();
    let again = open(&*store).await;
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].id, again[0].claimants.len()), (conflict, 3));
    assert_eq!((again[0].settled_at, &again[0].finding), (None, &None));
}

async fn a_proved_channel_cannot_be_claimed_and_an_import_leaves_out_whoever_does(
    db: TestDatabase,
) {
    let store = db.open().await;
    let mut owner = claiming(1, NUMBER);
    owner.profile.channels[0].provenance = Provenance::Proved;
    store.insert(&owner, &act(1)).await.unwrap();
    let refused = store
        .insert(&claiming(2, NUMBER), &act(2))
        .await
        .unwrap_err();
    let StoreError::Proved(told) = &refused else {
        panic!("{refused:?}")
    };
    assert!(
        !told.contains(&id(1).to_string()),
        "who has it is nobody's business: {told}"
    );
    assert!(told.contains("phone") && told.contains(NUMBER), "{told}");
    let other = business(3, named("B"));
    store.insert(&other, &act(3)).await.unwrap();
    let grasping = Business {
        profile: with(named("B"), [phone(NUMBER)]),
        version: 2,
        ..other
    };
    let refused = store.replace(&grasping, 1, &act(4)).await;
    assert!(matches!(refused, Err(StoreError::Proved(_))), "{refused:?}");
    let batch = vec![
        with(profile("x", "X"), [phone(NUMBER)]),
        profile("y", "Y"),
        with(profile("z", "Z"), [phone("+4930999999")]),
    ];
    let written = store.upsert_batch(upserts(5, batch), &act(5)).await;
    assert_eq!(
        written,
        Ok(UpsertCounts {
            refused: 1,
            ..counts(2, 0, 0)
        })
    );
    assert_eq!(open(&*store).await, []);
    let all = everything(&*store).await;
    assert_eq!(all.len(), 4, "nothing else was written, or lost");
}

async fn an_import_finds_conflicts_within_itself(db: TestDatabase) {
    let store = db.open().await;
    let batch = || -> Vec<Upsert> {
        let one = |n: u32, number: &str| with(profile(&n.to_string(), "A"), [phone(number)]);
        let many = (10..1_200).map(|n| one(n, &format!("+49301{n:06}")));
        upserts(1, [one(1, NUMBER), one(2, NUMBER)].into_iter().chain(many))
    };
    store.upsert_batch(batch(), &act(1)).await.unwrap();
    assert_eq!(open(&*store).await.len(), 1);
    store
        .settle_conflict(open(&*store).await[0].id, "fine", &act(2))
        .await
        .unwrap();
    store.upsert_batch(batch(), &act(3)).await.unwrap();
    assert_eq!(
        open(&*store).await,
        [],
        "importing again claims nothing new"
    );
}

async fn of_two_who_claim_at_the_same_time_one_sees_the_other(db: TestDatabase) {
    let (one, other) = (db.open().await, db.open().await);
    for round in 0..10_u128 {
        let number = format!("+493012345{round:02}");
        let claims = [(&one, 1), (&other, 2)].map(|(store, n)| {
            let new = claiming(100 * round + n, &number);
            async move { store.insert(&new, &act(1)).await }
        });
        let [first, second] = claims;
        let (first, second) = tokio::join!(first, second);
        first.unwrap();
        second.unwrap();
    }
    assert_eq!(open(&*one).await.len(), 10);
}
