use proptest::prelude::*;

use super::*;
use crate::domain::{
    Address, BusinessId, Channel, E164, KindedName, NameKind, ProtectedKind, ProtectedName,
    Provenance, Purpose, Representative, RepresentativeKind, Validity,
};

fn name(name: &str) -> BusinessName {
    BusinessName::parse(name).unwrap()
}

#[test]
fn a_document_of_before_there_were_names_groups_and_schedules_still_reads() {
    let old = r#"{"name":"Zenith","aliases":["Z"],"channels":[{"kind":"phone","value":"+442079460123","confirmed_at":5000000}],"address":"1 Rd"}"#;
    let profile = read(old).unwrap();
    assert_eq!(profile.channels[0].purpose, None);
    assert!(profile.channels[0].validity.is_always());
    assert!(profile.names.is_empty() && profile.addresses.is_empty() && profile.parent.is_none());
    assert_eq!(write(&profile), old, "and is written as it was");
}

#[test]
fn a_value_that_cannot_be_is_a_damaged_document_and_named() {
    for (document, value) in [
        (r#"{"name":"A","names":[{"name":"B","kind":"pet"}]}"#, "pet"),
        (r#"{"name":"A","parent":"biz_1"}"#, "biz_1"),
        (
            r#"{"name":"A","channels":[{"kind":"phone","value":"+442079460123","valid_from":9,"valid_until":9}]}"#,
            "valid_until",
        ),
    ] {
        let error = read(document).unwrap_err().to_string();
        assert!(error.contains(value), "{error}");
    }
}

prop_compose! {
    fn channel()(
        number in 2_079_460_000u64..2_079_469_999, from in prop::option::of(0i64..1 << 50), long in prop::option::of(1i64..1 << 50),
        purpose in prop::option::of(0..Purpose::ALL.len()), proved in any::<bool>(), never in any::<bool>(),
    ) -> Channel {
        let micros = |t: i64| Timestamp::from_microsecond(t).unwrap();
        let until = long.map(|long| micros(from.unwrap_or(0) + long));
        let number = E164::parse(&format!("+44{number}")).unwrap();
        Channel {
            provenance: if proved { Provenance::Proved } else { Provenance::Listed },
            never_originates: never,
            purpose: purpose.map(|p| Purpose::ALL[p]),
            validity: Validity::new(from.map(micros), until).unwrap(),
            ..Channel::listed(ChannelValue::Phone(number), from.map(micros))
        }
    }
}

prop_compose! {
    fn profile()(
        channels in prop::collection::vec(channel(), 0..3), represented in prop::collection::vec(channel(), 0..3),
        word in "[a-z中é\"\\\\]{1,6}", parent in prop::option::of(any::<u128>()),
        kinds in (0..NameKind::ALL.len(), 0..ProtectedKind::ALL.len(), 0..RepresentativeKind::ALL.len()), some in 0usize..3,
    ) -> Profile {
        Profile {
            names: vec![KindedName { name: name(&word), kind: NameKind::ALL[kinds.0], language: Language::parse("pt-BR").ok() }; some],
            protected_names: vec![ProtectedName { name: name(&word), kind: ProtectedKind::ALL[kinds.1] }; some],
            addresses: vec![Address { city: Text::parse("city", &word).ok(), country: Country::parse("PT").ok(), ..Address::default() }; some],
            representatives: vec![Representative { name: name(&word), kind: RepresentativeKind::ALL[kinds.2], channels: represented }; some],
            parent: parent.map(|p| BusinessId::new(uuid::Uuid::from_u128(p))),
            channels,
            ..Profile::named(name(&word))
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(profile in profile()) {
        prop_assert_eq!(read(&write(&profile)).unwrap(), profile);
    }
}
