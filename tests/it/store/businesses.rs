//! Single businesses: what is written is read back, and every way in which a write is refused.

use bonafide::domain::{
    Address, Badge, BadgeState, Business, BusinessName, CatalogueItem, Channel, ChannelKind,
    ChannelValue, Coverage, Domain, E164, Email, ExternalId, Handle, KindedName, Language,
    NameKind, OpeningHours, Platform, Price, Profile, ProtectedKind, ProtectedName, Provenance,
    Purpose, Representative, RepresentativeKind, SenderId, Text, Validity, Website,
};
use bonafide::store::{FeedPlace, StoreError};

use super::{act, at, at_home, business, everything, id, named, profile, renamed, upserts};
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    everything_of_a_business_is_read_back_by_another_process,
    a_business_that_is_not_there_is_none_and_cannot_be_changed,
    businesses_are_found_by_many_external_ids_at_once,
    an_external_id_belongs_to_one_business,
    a_replaced_business_may_take_an_external_id_that_is_free_and_no_other,
    a_deleted_business_is_gone_with_its_channels_and_may_come_again,
    a_write_that_is_refused_takes_no_number,
}

fn channel(value: ChannelValue) -> Channel {
    Channel::listed(value, None)
}

fn whole() -> Profile {
    let number = E164::parse("+442079460123").unwrap();
    let mut proved = channel(ChannelValue::Phone(number));
    proved.provenance = Provenance::Proved;
    proved.label = Some("lost \"cards\"\0".to_owned());
    proved.confirmed_at = Some(at(5));
    let mut inbound = channel(ChannelValue::Whatsapp(
        E164::parse("+442079460456").unwrap(),
    ));
    inbound.never_originates = true;
    let domain = Domain::parse("example.com").unwrap();
    let scheduled = Channel {
        purpose: Some(Purpose::Fraud),
        validity: Validity::new(Some(at(1)), Some(at(2))).unwrap(),
        ..channel(ChannelValue::Phone(number))
    };
    Profile {
        aliases: vec![BusinessName::parse("Ζένιθ 𝒁 王府井").unwrap()],
        names: vec![KindedName {
            name: BusinessName::parse("Zenith \"Holding\" AG").unwrap(),
            kind: NameKind::Legal,
            language: Language::parse("de").ok(),
        }],
        protected_names: vec![ProtectedName {
            name: BusinessName::parse("Zennith").unwrap(),
            kind: ProtectedKind::Variant,
        }],
        representatives: vec![Representative {
            name: BusinessName::parse("天顶代理").unwrap(),
            kind: RepresentativeKind::Agency,
            channels: vec![scheduled],
        }],
        parent: Some(id(77)),
        addresses: vec![Address {
            street: Text::parse("street", "1 Rd\nLevel 2").ok(),
            ..Address::default()
        }],
        channels: vec![
            proved,
            inbound,
            channel(ChannelValue::SenderId(
                SenderId::parse("ZENITH").unwrap(),
                None,
            )),
            channel(ChannelValue::Website(
                Website::parse("https://example.com/a").unwrap(),
            )),
            // The same domain, hence the same key, as another website.
            channel(ChannelValue::Website(
                Website::parse("https://example.com/b").unwrap(),
            )),
            channel(ChannelValue::Email(Email::parse("me@example.com").unwrap())),
            channel(ChannelValue::EmailDomain(domain)),
            channel(ChannelValue::Handle(
                Handle::parse(Platform::Instagram, "zenith").unwrap(),
            )),
        ],
        coverage: [(ChannelKind::Phone, Coverage::Complete)].into(),
        category: Some(Text::parse("category", "shop/clothes").unwrap()),
        vertical: Some("RETAIL".parse().unwrap()),
        about: Some(Text::parse("about", "Line\nbreak").unwrap()),
        description: Some(Text::parse("description", "'; DROP TABLE business; --").unwrap()),
        address: Some(Text::parse("address", "1 Rd").unwrap()),
        hours: Some(
            OpeningHours::parse(
                "Europe/Berlin",
                std::array::from_fn(|_| vec!["09:00-12:30".to_owned()]),
            )
            .unwrap(),
        ),
        languages: vec![Language::parse("zh-Hans").unwrap()],
        logo_url: Some(Website::parse("https://example.com/logo.png").unwrap()),
        catalogue: vec![CatalogueItem {
            title: Text::parse("title", "Tea").unwrap(),
            price: Some(Price::parse(250, "EUR").unwrap()),
            image_url: None,
            link: None,
        }],
        source: Some(Text::parse("source", "crm").unwrap()),
        ..at_home("DE", profile("crm-1", "Zenith"))
    }
}

async fn everything_of_a_business_is_read_back_by_another_process(db: TestDatabase) {
    let mut kept = business(1, whole());
    kept.badge = Badge::Official;
    kept.badge_state = BadgeState::Suspended;
    kept.updated_at = at(9);
    kept.version = 7;
    assert_eq!(db.open().await.insert(&kept, &act(0)).await, Ok(1));
    let store = db.open().await;
    assert_eq!(store.get(kept.id).await, Ok(Some(kept.clone())));
    let external_id = ExternalId::parse("crm-1").unwrap();
    assert_eq!(
        store.find_external(&external_id).await,
        Ok(Some(kept.clone()))
    );
    assert_eq!(everything(&*store).await, [kept]);
}

async fn a_business_that_is_not_there_is_none_and_cannot_be_changed(db: TestDatabase) {
    let store = db.open().await;
    let ghost = business(1, named("Ghost"));
    assert_eq!(store.get(ghost.id).await, Ok(None));
    let external_id = ExternalId::parse("x").unwrap();
    assert_eq!(store.find_external(&external_id).await, Ok(None));
    let missing = Err(StoreError::NotFound(format!("business {}", ghost.id)));
    assert_eq!(
        store.replace(&renamed(&ghost, "G"), 1, &act(0)).await,
        missing
    );
    assert_eq!(store.delete(ghost.id, None, &act(1)).await, missing);
    assert_eq!(store.delete(ghost.id, Some(1), &act(1)).await, missing);
}

async fn businesses_are_found_by_many_external_ids_at_once(db: TestDatabase) {
    let store = db.open().await;
    // More than one statement takes, and as many again that nobody has.
    let names: Vec<String> = (0..1_500).map(|n| format!("id-{n}")).collect();
    let profiles = names.iter().map(|name| profile(name, name));
    store
        .upsert_batch(upserts(1, profiles), &act(0))
        .await
        .unwrap();
    store
        .insert(&business(9_999, named("None")), &act(0))
        .await
        .unwrap();
    let ids = |prefix: &str| -> Vec<ExternalId> {
        let ids = (0..1_500).map(|n| ExternalId::parse(&format!("{prefix}{n}")).unwrap());
        ids.collect()
    };
    let asked = [ids("id-"), ids("ID-")].concat();
    let found = store.find_externals(&asked).await.unwrap();
    let mut found: Vec<_> = found
        .into_iter()
        .map(|b| b.profile.name.to_string())
        .collect();
    found.sort_by_key(|name| name[3..].parse::<u32>().unwrap());
    assert_eq!(found, names);
    let first = &asked[0];
    let twice = [first.clone(), first.clone()];
    assert_eq!(store.find_externals(&twice).await.unwrap().len(), 1);
    assert_eq!(store.find_externals(&[]).await, Ok(vec![]));
}

async fn an_external_id_belongs_to_one_business(db: TestDatabase) {
    let store = db.open().await;
    store
        .insert(&business(1, profile("a", "A")), &act(0))
        .await
        .unwrap();
    let taken = store.insert(&business(2, profile("a", "B")), &act(0)).await;
    let Err(StoreError::Conflict(why)) = taken else {
        panic!("{taken:?}");
    };
    assert_eq!(why, "another business has the external_id \"a\"");
    // Without one there is nothing to be taken.
    store
        .insert(&business(3, named("A")), &act(0))
        .await
        .unwrap();
    store
        .insert(&business(4, named("A")), &act(0))
        .await
        .unwrap();
    assert_eq!(everything(&*store).await.len(), 3);
}

async fn a_replaced_business_may_take_an_external_id_that_is_free_and_no_other(db: TestDatabase) {
    let store = db.open().await;
    let first = business(1, profile("a", "A"));
    store.insert(&first, &act(0)).await.unwrap();
    store
        .insert(&business(2, profile("b", "B")), &act(0))
        .await
        .unwrap();
    let mut next = renamed(&first, "A2");
    next.profile.external_id = Some(ExternalId::parse("b").unwrap());
    assert!(matches!(
        store.replace(&next, 1, &act(0)).await,
        Err(StoreError::Conflict(_))
    ));
    assert_eq!(
        store.get(first.id).await,
        Ok(Some(first)),
        "nothing of it is written"
    );
    next.profile.external_id = Some(ExternalId::parse("c").unwrap());
    assert_eq!(store.replace(&next, 1, &act(0)).await, Ok(3));
    assert_eq!(store.get(next.id).await, Ok(Some(next)));
}

async fn a_deleted_business_is_gone_with_its_channels_and_may_come_again(db: TestDatabase) {
    let store = db.open().await;
    let kept = business(1, whole());
    store.insert(&kept, &act(0)).await.unwrap();
    let stale = Err(StoreError::Stale { current: 1 });
    assert_eq!(store.delete(kept.id, Some(2), &act(1)).await, stale);
    assert_eq!(store.delete(kept.id, Some(1), &act(1)).await, Ok(2));
    assert_eq!(store.get(kept.id).await, Ok(None));
    let again = Business {
        version: 3,
        ..kept.clone()
    };
    assert_eq!(
        store.insert(&again, &act(0)).await,
        Ok(3),
        "its channels are not in the way"
    );
    assert_eq!(store.delete(kept.id, None, &act(2)).await, Ok(4));
    assert_eq!(everything(&*store).await, []);
}

async fn a_write_that_is_refused_takes_no_number(db: TestDatabase) {
    let store = db.open().await;
    let first = business(1, profile("a", "A"));
    store.insert(&first, &act(0)).await.unwrap();
    store
        .insert(&business(2, profile("a", "B")), &act(0))
        .await
        .unwrap_err();
    store
        .insert(&business(1, named("same id")), &act(0))
        .await
        .unwrap_err();
    store
        .replace(&renamed(&first, "B"), 9, &act(0))
        .await
        .unwrap_err();
    store.delete(id(9), None, &act(0)).await.unwrap_err();
    assert_eq!(store.seq().await, Ok(1));
    let place = FeedPlace {
        seq: 0,
        ..store.load_all(&mut |_| {}).await.unwrap()
    };
    let changes = store.changes_since(place, u32::MAX).await.unwrap();
    assert_eq!((changes.seq, changes.upserts), (1, vec![first]));
}
