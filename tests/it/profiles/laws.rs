//! What holds of every profile: it is the same after JSON and after a registry line.

use bonafide::domain::BusinessId;
use bonafide::service::contract::RegistryLine;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::contract::{parsed, written};

fn instant() -> impl Strategy<Value = String> {
    let seconds = 0i64..4_000_000_000;
    seconds.prop_map(|s| Timestamp::from_second(s).unwrap().to_string())
}

fn text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9äß中 ]{0,8}[a-z中]"
}

prop_compose! {
    fn channel()(
        digits in 1_000_000u64..9_999_999, purpose in prop::option::of(0usize..10), kind in 0usize..3,
        from in prop::option::of(instant()), until in prop::option::of(instant()), label in prop::option::of(text()),
    ) -> Value {
        let mut channel = match kind {
            0 => json!({"kind": "phone", "value": format!("+4930{digits}")}),
            1 => json!({"kind": "handle", "platform": "x", "value": format!("h{digits}")}),
            _ => json!({"kind": "website", "value": format!("https://h{digits}.example.com/")}),
        };
        let (from, until) = match (from, until) {
            (Some(from), Some(until)) if from == until => (Some(from), None),
            (Some(from), Some(until)) if from > until => (Some(until), Some(from)),
            pair => pair,
        };
        let purpose = purpose.map(|p| bonafide::domain::Purpose::ALL[p].to_string());
        for (field, value) in [("purpose", purpose), ("valid_from", from), ("valid_until", until),
            ("label", label.map(|l| l.trim().to_owned()))] {
            if let Some(value) = value {
                channel[field] = json!(value);
            }
        }
        channel
    }
}

prop_compose! {
    fn profile()(
        names in prop::collection::vec((text(), 0usize..5, prop::option::of("[a-z]{2}")), 0..4),
        protected in prop::collection::vec((text(), any::<bool>()), 0..4),
        cities in prop::collection::vec((text(), prop::option::of(text())), 0..3),
        channels in prop::collection::vec(channel(), 0..4),
        representatives in prop::collection::vec((text(), 0usize..4, prop::collection::vec(channel(), 0..3)), 0..3),
        parent in prop::option::of(any::<u128>()),
    ) -> Value {
        use bonafide::domain::{NameKind, RepresentativeKind};
        json!({
            "name": "A", "external_id": "a", "channels": channels,
            "names": names.into_iter().map(|(name, kind, language)| {
                json!({"name": name.trim(), "kind": NameKind::ALL[kind].as_str(), "language": language})
            }).collect::<Vec<_>>(),
            "protected_names": protected.into_iter().map(|(name, person)| {
                json!({"name": name.trim(), "kind": if person { "person" } else { "variant" }})
            }).collect::<Vec<_>>(),
            "addresses": cities.into_iter().map(|(city, label)| json!({"city": city, "label": label})).collect::<Vec<_>>(),
            "representatives": representatives.into_iter().map(|(name, kind, channels)| {
                json!({"name": name, "kind": RepresentativeKind::ALL[kind].as_str(), "channels": channels})
            }).collect::<Vec<_>>(),
            "parent": parent.map(|p| BusinessId::new(uuid::Uuid::from_u128(p)).to_string()),
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_profile_is_the_same_after_json_and_after_a_line(body in profile()) {
        let profile = parsed(&body);
        prop_assert_eq!(&parsed(&written(&profile)), &profile);
        let line = serde_json::to_vec(&RegistryLine::from(&profile)).unwrap();
        let (mut read, warnings) = RegistryLine::from_json(&line).unwrap().0.parse().unwrap();
        prop_assert_eq!(warnings, []);
        // A line keeps the channels of one kind together.
        let mut profile = profile;
        for channels in [&mut read.channels, &mut profile.channels] {
            channels.sort_by_key(|c| format!("{c:?}"));
        }
        prop_assert_eq!(read, profile);
    }
}
