//! Protected names: blocked spellings imitate, people count beside the business only.

use bonafide::domain::{KindedName, NameKind, ProtectedKind, Verdict};
use bonafide::engine::screening::{Options, screen};

use super::{
    UNKNOWN, account, ask, assert_sum, business, codes, first, index, name, protecting, with_about,
};

const OWN: &str = "+442079460001";

fn paypal() -> super::Business {
    let paypal = business(1, "PayPal", &[OWN]);
    protecting(
        paypal,
        ProtectedKind::Variant,
        &["PayPall Resolution", "Pai Pal"],
    )
}

#[test]
fn a_blocked_variant_imitates_its_business_even_where_its_numbers_may_be_incomplete() {
    let index = index(vec![paypal()]);
    for shown in ["PayPall Resolution", "pai pal", "Pai Pal Support"] {
        let answer = screen(&index, &account(shown, UNKNOWN), &Options::default());
        assert_sum(&answer);
        assert_eq!(first(&answer), Some("PayPal"), "{shown}");
        assert_eq!(
            answer.verdict,
            Verdict::LikelyImpostor,
            "{shown}: {answer:#?}"
        );
        let signal = answer.signals.iter().find(|s| s.code == "blocked_variant");
        let signal = signal.unwrap_or_else(|| panic!("{shown}: {:?}", codes(&answer)));
        assert!((signal.weight - 4.0).abs() < f64::EPSILON);
        assert!(signal.detail.contains("PayPal"), "{}", signal.detail);
    }
}

#[test]
fn without_the_block_the_same_name_weighs_less() {
    let blocked = ask(&index(vec![paypal()]), &account("Pai Pal", UNKNOWN));
    let plain = business(1, "PayPal", &[OWN]);
    let plain = ask(&index(vec![plain]), &account("Pai Pal", UNKNOWN));
    assert!(!codes(&plain).contains(&"blocked_variant"));
    assert!(blocked.score > plain.score);
}

#[test]
fn a_blocked_variant_is_no_name_by_which_a_number_is_verified() {
    let index = index(vec![paypal()]);
    let own = ask(&index, &account("PayPal", OWN));
    assert_eq!(own.verdict, Verdict::Verified);
    let blocked = ask(&index, &account("PayPall Resolution", OWN));
    assert_ne!(blocked.verdict, Verdict::Verified, "{blocked:#?}");
    let alone = ask(&index, &account("Pai Pal", OWN));
    assert_ne!(alone.verdict, Verdict::Verified, "{alone:#?}");
}

#[test]
fn what_is_only_nearly_a_blocked_variant_is_held_against_the_name_itself() {
    let index = index(vec![paypal()]);
    for shown in ["Paid Pals", "PayPal", "Resolution Books", "Pal Pai Ltd"] {
        let answer = ask(&index, &account(shown, UNKNOWN));
        assert!(!codes(&answer).contains(&"blocked_variant"), "{shown}");
    }
}

#[test]
fn a_further_name_of_any_kind_is_a_name_to_checks() {
    let mut named = business(1, "PayPal", &[OWN]);
    let kinds = NameKind::ALL.iter().zip([
        "Confinity Holdings Incorporated",
        "Xoomwire",
        "PYPL",
        "Confinity",
        "Пейпал",
    ]);
    named.profile.names = kinds
        .map(|(kind, further)| KindedName {
            name: name(further),
            kind: *kind,
            language: None,
        })
        .collect();
    let index = index(vec![named.clone()]);
    for further in &named.profile.names {
        let shown = further.name.as_str();
        let own = ask(&index, &account(shown, OWN));
        assert_eq!(own.verdict, Verdict::Verified, "{shown}");
        let stranger = ask(&index, &account(shown, UNKNOWN));
        assert_eq!(first(&stranger), Some("PayPal"), "{shown}");
    }
}

fn quorvex() -> super::Business {
    let quorvex = business(2, "Quorvex", &[OWN]);
    let quorvex = protecting(
        quorvex,
        ProtectedKind::Person,
        &["Henrik Quorvex", "Jane Okoro"],
    );
    protecting(quorvex, ProtectedKind::Variant, &["Quorvex Refund Desk"])
}

#[test]
fn a_protected_person_counts_beside_the_business_and_is_told() {
    let index = index(vec![quorvex(), business(3, "Brandholm Energy", &[])]);
    let plain = ask(&index, &account("Quorvex Support", UNKNOWN));
    for account in [
        account("Quorvex Support - Jane Okoro", UNKNOWN),
        account("Henrik Quorvex, Quorvex Support", UNKNOWN),
        with_about(account("Quorvex Support", UNKNOWN), "Ask for Jane Okoro"),
    ] {
        let answer = ask(&index, &account);
        assert_eq!(first(&answer), Some("Quorvex"), "{account:?}: {answer:#?}");
        let signal = answer.signals.iter().find(|s| s.code == "protected_person");
        let signal = signal.unwrap_or_else(|| panic!("{account:?}: {:?}", codes(&answer)));
        assert!((signal.weight - 2.0).abs() < f64::EPSILON);
        assert_ne!(answer.verdict, Verdict::Unknown);
    }
    assert!(!codes(&plain).contains(&"protected_person"));
}

#[test]
fn a_business_that_is_named_in_the_about_text_only_is_met_through_its_protected_person() {
    let energy = business(3, "Brandholm Energy", &[]);
    let energy = protecting(energy, ProtectedKind::Person, &["Jane Okoro"]);
    let index = index(vec![energy, quorvex()]);
    let executive = with_about(account("Jane Okoro", UNKNOWN), "CEO of Brandholm Energy");
    let answer = ask(&index, &executive);
    assert_eq!(first(&answer), Some("Brandholm Energy"), "{answer:#?}");
    assert!(codes(&answer).contains(&"protected_person"));
    let somebody = with_about(account("Jane Okello", UNKNOWN), "CEO of Brandholm Energy");
    let answer = ask(&index, &somebody);
    assert!(!codes(&answer).contains(&"protected_person"));
}

#[test]
fn a_protected_persons_name_alone_says_nothing() {
    let index = index(vec![quorvex()]);
    let before = index_without_protection();
    for account in [
        account("Jane Okoro", UNKNOWN),
        account("Henrik Quorvex", UNKNOWN),
        with_about(account("Henrik Quorvex", UNKNOWN), "I am Henrik Quorvex"),
        with_about(account("Jane Okoro", UNKNOWN), "Mother of two, hiking"),
    ] {
        let (answer, without) = (ask(&index, &account), ask(&before, &account));
        assert!(!codes(&answer).contains(&"protected_person"), "{account:?}");
        assert_eq!(answer.verdict, without.verdict, "{account:?}");
    }
    // On the business's own number its executive may speak.
    let own = ask(&index, &account("Quorvex - Jane Okoro", OWN));
    assert_eq!(own.verdict, Verdict::Verified);
}

fn index_without_protection() -> super::Index {
    index(vec![business(2, "Quorvex", &[OWN])])
}
