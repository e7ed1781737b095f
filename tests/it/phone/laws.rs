//! Laws of the phone room, by random cases.
//!
//! A million of them: `PROPTEST_CASES=1000000 cargo test --release --test it laws::fuzz -- --ignored`.

use std::collections::HashSet;

use bonafide::domain::{Country, E164, PhoneKind, PhoneReading};
use bonafide::engine::phone::{
    Relation, calling_code, facts, neighbour, neighbour_keys, read, read_on_whatsapp,
    second_opinion, stored_keys, variants,
};
use proptest::prelude::*;

use super::{country, number};

/// Valid numbers of many plans, each as E.164 and the groups that its country writes.
const GROUPED: [&str; 16] = [
    "+44 20 7946 0000",
    "+1 212 555 0100",
    "+49 30 901820",
    "+39 06 698 12345",
    "+55 31 98765 4321",
    "+33 1 23 45 67 89",
    "+91 81234 56789",
    "+86 131 2345 6789",
    "+7 912 345 67 89",
    "+683 7012",
    "+800 1234 5678",
    "+54 9 11 2345 6789",
    "+225 07 07 12 34 56",
    "+971 50 123 4567",
    "+65 8123 4567",
    "+852 5123 4567",
];

fn any_number() -> impl Strategy<Value = E164> {
    prop_oneof![
        (100_000_u64..999_999_999_999_999).prop_map(|v| E164::from_u64(v).expect("6 to 15 digits")),
        (0..GROUPED.len(), 0_u64..2000).prop_map(|(i, add)| {
            let digits = GROUPED[i].replace(' ', "");
            E164::from_u64(number(&digits).as_u64() + add).expect("6 to 15 digits")
        }),
    ]
}

/// Text that looks like a phone field more often than not.
fn phone_soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,6}",
        2 => "[-+ ().,/;:#*xX=@%]",
        1 => prop::sample::select(vec![
            "tel:", "wa.me/", "https://", "@s.whatsapp.net", "@c.us", "?phone=", ";ext=", ";phone-context=+", "sip:", "00", "+44",
            "whatsapp:", "ext.", "%2B", "\u{202A}", "\u{200B}", "＋", "٤", "४", "4️⃣", "…", "***", "or", "доб", "\n", "api.whatsapp.com/send",
        ]).prop_map(str::to_owned),
        1 => "\\PC",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A reading is one thing: a number, a code or a refusal.
fn is_consistent(reading: &PhoneReading) -> bool {
    match reading.kind {
        PhoneKind::Number => {
            reading.code.is_none() && reading.number.is_some() != reading.error.is_some()
        }
        _ => reading.code.is_some() && reading.number.is_none() && reading.error.is_none(),
    }
}

fn check_reading(raw: &str, region: Option<Country>) -> Result<(), TestCaseError> {
    for reading in [read(raw, region), read_on_whatsapp(raw, region)] {
        prop_assert!(is_consistent(&reading), "{:?}", reading);
        if let Some(found) = reading.number {
            let again = read(&found.e164.to_string(), region);
            prop_assert_eq!(again.number, Some(found), "reading is not idempotent");
            prop_assert_eq!(facts(found.e164), Some(found));
            prop_assert_eq!(calling_code(found.e164), found.calling_code);
        }
    }
    Ok(())
}

fn any_region() -> impl Strategy<Value = Option<Country>> {
    prop_oneof![
        Just(None),
        prop::sample::select(vec!["US", "GB", "DE", "BR", "IT", "AR", "VU", "AQ"])
            .prop_map(|c| Some(country(c))),
        "[A-Y][A-Z]".prop_map(|c| Some(country(&c))),
    ]
}

proptest! {
    #[test]
    fn no_text_panics_and_reading_is_idempotent(raw in any::<String>(), region in any_region()) {
        check_reading(&raw, region)?;
    }

    #[test]
    fn no_soup_of_phone_pieces_panics_and_reading_is_idempotent(raw in phone_soup(), region in any_region()) {
        check_reading(&raw, region)?;
    }

    #[test]
    fn any_grouping_of_a_number_reads_the_same(
        which in 0..GROUPED.len(),
        gaps in prop::collection::vec(prop::sample::select(vec!["", " ", "-", ".", "\u{A0}", " \u{2013}", "\u{200B}", ") ", "  "]), 16),
        region in any_region(),
    ) {
        let digits = GROUPED[which].replace(' ', "");
        let mut written = String::from("+");
        for (i, digit) in digits.chars().skip(1).enumerate() {
            written.push(digit);
            written.push_str(gaps[i]);
        }
        let expected = number(&digits);
        prop_assert_eq!(read(&written, region).number.map(|n| n.e164), Some(expected), "{}", written);
    }

    #[test]
    fn being_a_neighbour_is_mutual(a in any_number(), b in any_number()) {
        prop_assert_eq!(neighbour(a, b).is_some(), neighbour(b, a).is_some());
    }

    #[test]
    fn every_edit_makes_a_neighbour_that_the_keys_find(a in any_number(), at in 0_usize..16, digit in 0_u8..10, how in 0..5) {
        let mut digits: Vec<u8> = a.as_u64().to_string().into_bytes();
        let at = at % digits.len();
        match how {
            0 => digits[at] = b'0' + digit,
            1 => digits.insert(at, b'0' + digit),
            2 => drop(digits.remove(at)),
            3 => { let next = (at + 1) % digits.len(); digits.swap(at, next); }
            _ => { let last = digits.len() - 1; digits[last] = b'0' + digit; digits[last - 1] = b'9'; digits[last - 2] = b'7'; }
        }
        let text = format!("+{}", String::from_utf8(digits).expect("digits"));
        let Ok(b) = E164::parse(&text) else { return Ok(()) };
        let wraps = how == 3 && at + 1 == a.to_string().len() - 1;
        if a != b && !wraps {
            let near = neighbour(b, a);
            prop_assert!(near.is_some(), "{} {}", a, b);
            if how == 3 {
                let swapped = matches!(near.map(|n| n.relation), Some(Relation::Transposed { .. }));
                prop_assert!(swapped, "{} {}", a, b);
            }
            let stored: HashSet<u64> = stored_keys(a).into();
            prop_assert!(neighbour_keys(b).iter().any(|key| stored.contains(key)));
        }
    }

    #[test]
    fn a_second_opinion_never_panics(a in any_number()) {
        drop(second_opinion(a));
    }

    #[test]
    fn variants_are_never_the_number_itself_and_keep_the_calling_code(a in any_number(), on_whatsapp in any::<bool>()) {
        for other in variants(a, on_whatsapp) {
            prop_assert_ne!(other, a);
            prop_assert_eq!(calling_code(other), calling_code(a));
        }
    }
}

mod fuzz {
    //! Long runs, by hand: see the command at the top of this file.
    use super::*;

    proptest! {
        #[test]
        #[ignore = "long: run by hand with PROPTEST_CASES=1000000"]
        fn a_million_soups(raw in phone_soup(), region in any_region()) {
            check_reading(&raw, region)?;
        }

        #[test]
        #[ignore = "long: run by hand with PROPTEST_CASES=1000000"]
        fn a_million_texts(raw in any::<String>(), region in any_region()) {
            check_reading(&raw, region)?;
        }
    }
}
