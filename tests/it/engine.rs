//! Claims about the engine: what it finds, what it leaves alone, and the laws that hold for any input.

use bonafide::domain::{
    Account, BadgeState, Business, BusinessId, BusinessName, Channel, ChannelKind, ChannelValue,
    Coverage, DisplayName, E164, Email, ExternalId, Medium, Profile, Provenance, Text, Verdict,
    Website,
};
use bonafide::engine::index::Index;
use bonafide::engine::screening::{Options, nearest, screen};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

const AMAZON_NUMBER: &str = "+442079460001";
const UNKNOWN_NUMBER: &str = "+442079460123";

fn business(id: u128, name: &str, aliases: &[&str], numbers: &[&str]) -> Business {
    let mut profile = Profile::named(BusinessName::parse(name).unwrap());
    profile.external_id = Some(ExternalId::parse(name).unwrap());
    profile.aliases = aliases
        .iter()
        .map(|a| BusinessName::parse(a).unwrap())
        .collect();
    profile.channels = numbers
        .iter()
        .map(|n| Channel::listed(ChannelValue::Phone(E164::parse(n).unwrap()), None))
        .collect();
    Business::new(
        BusinessId::new(uuid::Uuid::from_u128(id)),
        profile,
        jiff::Timestamp::UNIX_EPOCH,
    )
}

fn registry() -> Vec<Business> {
    vec![
        business(1, "Amazon", &["Amazon.com"], &[AMAZON_NUMBER]),
        business(2, "PayPal", &[], &["+442079460002"]),
        business(3, "Delivery Hero", &[], &[]),
        business(4, "Vodafone", &[], &["+442079460003"]),
        business(5, "Сбербанк", &["Sberbank"], &[]),
        business(6, "顺丰速运", &["SF Express"], &[]),
        business(7, "Shell", &[], &[]),
        business(8, "Delta Air Lines", &["Delta"], &[]),
        business(9, "McDonald's", &[], &[]),
        business(10, "Coinbase", &[], &[]),
    ]
}

fn index() -> Index {
    Index::build(&registry())
}

fn account(name: Option<&str>, phone: Option<&str>) -> Account {
    Account {
        display_name: name.map(|n| DisplayName::parse(n).unwrap()),
        phone: phone.map(str::to_owned),
        medium: Some(Medium::Whatsapp),
        ..Account::default()
    }
}

fn complete() -> Options {
    Options {
        assume_coverage: Some(Coverage::Complete),
        ..Options::default()
    }
}

#[test]
fn every_disguise_of_a_registered_name_is_seen_through() {
    let index = index();
    for (name, imitated) in [
        ("Amaz0n Customer Support ✅", "Amazon"),
        ("РауРаl", "PayPal"),
        ("РауРа\u{406}", "PayPal"),
        ("𝐏𝐚𝐲𝐏𝐚𝐥", "PayPal"),
        ("P a y P a l", "PayPal"),
        ("Pay\u{200b}Pal", "PayPal"),
        (
            "V\u{363}\u{34f}o\u{35d}\u{312}d\u{321}a\u{31b}f\u{310}o\u{331}n\u{353}e\u{333}",
            "Vodafone",
        ),
        ("Ϲoіոbаѕе", "Coinbase"),
        ("🅲🅾🅸🅽🅱🅰🆂🅴", "Coinbase"),
        ("Ａｍａｚｏｎ", "Amazon"),
        ("Arnazon support", "Amazon"),
        ("Водафоне", "Vodafone"),
        ("順豐速運客服", "顺丰速运"),
    ] {
        let answer = screen(
            &index,
            &account(Some(name), Some(UNKNOWN_NUMBER)),
            &complete(),
        );
        assert_eq!(
            answer.matches.first().map(|m| m.name.as_str()),
            Some(imitated),
            "{name}"
        );
        assert!(
            matches!(
                answer.verdict,
                Verdict::LikelyImpostor | Verdict::Suspicious
            ),
            "{name}: {:?} {}",
            answer.verdict,
            answer.score
        );
    }
}

#[test]
fn people_and_other_businesses_are_left_alone() {
    let index = index();
    for name in [
        "Anna Kowalska",
        "潘晨",
        "Shelly's Diner",
        "Delta Dental of Ohio",
        "Hero Motors",
        "Brow Palace",
        "Елена Иванова",
    ] {
        let answer = screen(
            &index,
            &account(Some(name), Some(UNKNOWN_NUMBER)),
            &complete(),
        );
        assert_ne!(
            answer.verdict,
            Verdict::LikelyImpostor,
            "{name}: {}",
            answer.summary
        );
    }
}

#[test]
fn a_registered_number_under_its_own_name_is_verified_as_listed() {
    let answer = screen(
        &index(),
        &account(Some("Amazon Support"), Some("0044 20 7946 0001")),
        &complete(),
    );
    assert_eq!(answer.verdict, Verdict::Verified);
    assert_eq!(answer.basis, Some(Provenance::Listed));
    assert!(answer.score.abs() < f64::EPSILON);
    assert!(answer.summary.contains("unproved"), "{}", answer.summary);
}

#[test]
fn a_number_alone_is_answered_by_whose_it_is() {
    let answer = screen(
        &index(),
        &account(None, Some(AMAZON_NUMBER)),
        &Options::default(),
    );
    assert_eq!(
        (answer.verdict, answer.matches[0].name.as_str()),
        (Verdict::Verified, "Amazon")
    );
    let stranger = screen(
        &index(),
        &account(None, Some(UNKNOWN_NUMBER)),
        &Options::default(),
    );
    assert_eq!(stranger.verdict, Verdict::Unknown);
    assert!(stranger.matches.is_empty());
}

#[test]
fn another_businesss_number_under_a_brand_name_is_suspicious_and_names_both() {
    let answer = screen(
        &index(),
        &account(Some("PayPal"), Some(AMAZON_NUMBER)),
        &complete(),
    );
    assert_eq!(
        (answer.verdict, answer.matches[0].name.as_str()),
        (Verdict::Suspicious, "PayPal")
    );
    assert!(
        answer.summary.contains("Amazon") && answer.summary.contains("PayPal"),
        "{}",
        answer.summary
    );
}

#[test]
fn a_bare_name_is_no_proof_while_the_list_of_numbers_may_be_incomplete() {
    let open = screen(
        &index(),
        &account(Some("Amazon"), Some(UNKNOWN_NUMBER)),
        &Options::default(),
    );
    assert_ne!(open.verdict, Verdict::LikelyImpostor);
    let disguised = screen(
        &index(),
        &account(Some("Αmаzоn"), Some(UNKNOWN_NUMBER)),
        &Options::default(),
    );
    assert_eq!(
        disguised.verdict,
        Verdict::LikelyImpostor,
        "{}",
        disguised.summary
    );
}

#[test]
fn an_inbound_only_number_that_calls_is_forged() {
    let mut never = business(20, "Royal Bank", &[], &["+442079460009"]);
    never.profile.channels[0].never_originates = true;
    let index = Index::build([&never]);
    let mut call = account(Some("Royal Bank"), Some("+442079460009"));
    call.medium = Some(Medium::Voice);
    let answer = screen(&index, &call, &Options::default());
    assert_eq!(answer.verdict, Verdict::Suspicious);
    assert!(
        answer
            .signals
            .iter()
            .any(|s| s.code == "inbound_only_number")
    );
}

#[test]
fn a_suspended_business_protects_its_name_but_verifies_nobody() {
    let mut suspended = business(21, "Nordbank", &[], &["+442079460008"]);
    suspended.badge_state = BadgeState::Suspended;
    let index = Index::build([&suspended]);
    let answer = screen(
        &index,
        &account(Some("Nordbank"), Some("+442079460008")),
        &complete(),
    );
    assert_ne!(answer.verdict, Verdict::Verified);
    let other = screen(
        &index,
        &account(Some("N0rdbank Support ✅"), Some(UNKNOWN_NUMBER)),
        &complete(),
    );
    assert_eq!(other.matches[0].name, "Nordbank");
}

#[test]
fn what_is_left_of_a_name_is_found_beside_words_that_many_names_hold() {
    let letters = || ('a'..='z').step_by(3);
    let others = letters().flat_map(|a| letters().map(move |b| format!("Member Services {a}{b}o")));
    let mut registered: Vec<Business> = (100..)
        .zip(others)
        .map(|(id, name)| business(id, &name, &[], &[]))
        .collect();
    registered.push(business(1, "Kotak Mahindra Bank", &[], &[]));
    let index = Index::build(&registered);
    let kotak = registered.last().unwrap().id;
    let found = nearest(&index, "Kotak Bank Member Services", 64);
    assert!(found.iter().any(|n| n.business == kotak), "{found:?}");
}

#[test]
fn a_slip_is_told_against_the_name_that_it_is_nearest_to() {
    let index = Index::build(&[
        business(1, "Ryanair", &[], &[]),
        business(2, "Commerzbank", &["Commerzbank AG"], &[]),
    ]);
    for (name, registered) in [("Ryanairr", "Ryanair"), ("Comerzbank", "Commerzbank")] {
        let account = account(Some(name), Some(UNKNOWN_NUMBER));
        let answer = screen(&index, &account, &complete());
        assert_ne!(answer.verdict, Verdict::Unknown, "{name}: {}", answer.score);
        let told: Vec<&str> = (answer.signals.iter()).map(|s| s.detail.as_ref()).collect();
        let one_letter = format!("The account's name holds {registered:?} but for one letter.");
        assert!(told.contains(&one_letter.as_str()), "{name}: {told:?}");
        assert!(
            answer.signals.iter().all(|s| s.code != "cut_word"),
            "{name}"
        );
    }
}

#[test]
fn a_service_that_accounts_name_to_be_reached_by_is_a_business_like_others() {
    let index = Index::build(&[
        business(1, "WhatsApp", &[], &["+442079460009"]),
        business(2, "Telegram", &[], &[]),
        business(3, "Nordbank", &[], &[]),
    ]);
    let ask = |name: &str, options: &Options| {
        screen(&index, &account(Some(name), Some(UNKNOWN_NUMBER)), options)
    };
    for (name, imitated) in [
        ("WhatsApp Support", "WhatsApp"),
        ("WhatsAap Support", "WhatsApp"),
        ("Telegram Support", "Telegram"),
        ("Nordbank WhatsApp", "Nordbank"),
    ] {
        let answer = ask(name, &Options::default());
        assert_eq!(
            answer.verdict,
            Verdict::Suspicious,
            "{name}: {}",
            answer.score
        );
        assert_eq!(answer.matches[0].name, imitated, "{name}");
    }
    for name in ["WhatsApp Support", "Nordbank WhatsApp"] {
        let answer = ask(name, &complete());
        assert_eq!(
            answer.verdict,
            Verdict::LikelyImpostor,
            "{name}: {}",
            answer.score
        );
    }
}

#[test]
fn service_words_alone_name_nobody() {
    let answer = screen(
        &index(),
        &account(Some("Customer Support ✅"), Some(UNKNOWN_NUMBER)),
        &complete(),
    );
    assert_eq!(answer.verdict, Verdict::Unknown);
    assert!(
        answer
            .signals
            .iter()
            .any(|s| s.code == "generic_service_name")
    );
}

#[test]
fn an_updated_index_answers_like_one_built_from_scratch() {
    let mut changed = registry();
    let base = Index::build(&changed);
    let renamed = business(2, "Payline", &[], &["+442079460002"]);
    let added = business(30, "Zalando", &[], &["+442079460030"]);
    let removed = changed[6].id;
    let live = base.apply(&[renamed.clone(), added.clone()], &[removed]);
    changed.retain(|b| b.id != removed && b.id != renamed.id);
    changed.extend([renamed, added]);
    let fresh = Index::build(&changed);
    for name in ["Payline", "PayPal", "Zalando Service", "Shell", "Amazon"] {
        let account = account(Some(name), Some(UNKNOWN_NUMBER));
        let (a, b) = (
            screen(&live, &account, &complete()),
            screen(&fresh, &account, &complete()),
        );
        assert_eq!(a.verdict, b.verdict, "{name}");
        assert_eq!(
            a.matches.first().map(|m| &m.name),
            b.matches.first().map(|m| &m.name),
            "{name}"
        );
    }
    assert_eq!(live.len(), fresh.len());
}

#[test]
fn coverage_of_one_kind_says_nothing_of_another() {
    let mut known = business(22, "Quorvex", &[], &["+442079460010"]);
    known
        .profile
        .coverage
        .insert(ChannelKind::Website, Coverage::Complete);
    let index = Index::build([&known]);
    let answer = screen(
        &index,
        &account(Some("Quorvex"), Some(UNKNOWN_NUMBER)),
        &Options::default(),
    );
    assert_ne!(answer.verdict, Verdict::LikelyImpostor);
}

#[test]
fn every_element_of_an_account_can_claim_a_name() {
    let index = index();
    let shown = |account: Account| {
        let answer = screen(&index, &account, &complete());
        let first = answer.matches.first().map(|m| m.name.clone());
        (answer.verdict, first)
    };
    let named = |name: &str| Account {
        display_name: Some(DisplayName::parse(name).unwrap()),
        phone: Some(UNKNOWN_NUMBER.to_owned()),
        ..Account::default()
    };
    let site = |url: &str| Account {
        website: Some(Website::parse(url).unwrap()),
        ..named("Maria")
    };
    let mail = |address: &str| Account {
        email: Some(Email::parse(address).unwrap()),
        ..named("Maria")
    };
    for account in [
        site("https://paypal-support-center.com/login"),
        site("https://coinbase.verify-account.net"),
        mail("paypal.support@gmail.com"),
        mail("info@coinbase-helpdesk.com"),
    ] {
        let (verdict, first) = shown(account.clone());
        assert_ne!(verdict, Verdict::Unknown, "{account:?}");
        assert!(
            matches!(first.as_deref(), Some("PayPal" | "Coinbase")),
            "{account:?}: {first:?}"
        );
    }
    let (verdict, _) = shown(mail("maria.lopez@gmail.com"));
    assert_eq!(verdict, Verdict::Unknown);
}

#[test]
fn a_second_copied_element_weighs_on_top_of_the_first() {
    let index = index();
    let score = |site: Option<&str>, about: Option<&str>| {
        let account = Account {
            display_name: Some(DisplayName::parse("Coinbase").unwrap()),
            phone: Some(UNKNOWN_NUMBER.to_owned()),
            website: site.map(|s| Website::parse(s).unwrap()),
            about: about.map(|a| Text::parse("about", a).unwrap()),
            ..Account::default()
        };
        let answer = screen(&index, &account, &Options::default());
        let copied = answer.signals.iter().any(|s| s.code == "copied_elements");
        (answer.score, copied)
    };
    let (alone, none) = score(None, None);
    let (with_site, told) = score(Some("https://coinbase-support.net"), None);
    assert!(
        !none && told && with_site > alone,
        "{with_site} and {alone}"
    );
    let (with_about, told) = score(None, Some("Official support account of Coinbase"));
    assert!(told && with_about > alone, "{with_about} and {alone}");
    let (honest, told) = score(None, Some("I love hiking and my dog"));
    assert!(!told && honest <= alone + 1e-9);
}

fn log_odds(score: f64) -> f64 {
    (score / (1.0 - score)).ln()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_input_panics_and_weights_always_sum(name in "\\PC{1,60}", phone in "\\PC{0,30}") {
        prop_assume!(DisplayName::parse(&name).is_ok());
        let answer = screen(&index(), &account(Some(&name), Some(&phone)), &complete());
        prop_assert!((0.0..=1.0).contains(&answer.score));
        if answer.verdict != Verdict::Verified {
            let sum: f64 = answer.prior_log_odds + answer.signals.iter().map(|s| s.weight).sum::<f64>();
            prop_assert!((sum - log_odds(answer.score)).abs() < 0.001, "{} against {}", sum, log_odds(answer.score));
        }
    }

    #[test]
    fn composition_and_case_of_the_unicode_never_change_the_verdict(
        which in 0usize..6, upper in any::<bool>()
    ) {
        let name = ["Amazon Süpport", "Véódafone", "PayPal", "Сбербанк онлайн", "McDonald's", "Delta Café"][which];
        let verdict = |n: &str| screen(&index(), &account(Some(n), Some(UNKNOWN_NUMBER)), &complete()).verdict;
        let cased = if upper { name.to_uppercase() } else { name.to_lowercase() };
        let (nfc, nfd): (String, String) = (cased.nfc().collect(), cased.nfd().collect());
        prop_assert_eq!(verdict(name), verdict(&nfc));
        prop_assert_eq!(verdict(name), verdict(&nfd));
    }

    #[test]
    fn a_registered_number_with_its_own_name_is_never_flagged(
        which in 0usize..3, upper in any::<bool>(), affix in prop::sample::select(vec!["", " Support", " Customer Care", " UK", " ✅", " 客服"])
    ) {
        let (name, number) = [("Amazon", AMAZON_NUMBER), ("PayPal", "+442079460002"), ("Vodafone", "+442079460003")][which];
        let name = format!("{}{affix}", if upper { name.to_uppercase() } else { name.to_owned() });
        let answer = screen(&index(), &account(Some(&name), Some(number)), &complete());
        prop_assert_eq!(answer.verdict, Verdict::Verified, "{}", name);
    }

    #[test]
    fn a_hidden_character_never_makes_an_account_look_better(
        which in 0usize..4, at in 1usize..5, hidden in prop::sample::select(vec!['\u{200b}', '\u{2060}', '\u{feff}', '\u{34f}'])
    ) {
        let name = ["Amazon", "PayPal Support", "Coinbase", "Vodafone care"][which];
        let mut disguised: Vec<char> = name.chars().collect();
        disguised.insert(at, hidden);
        let disguised: String = disguised.into_iter().collect();
        let score = |n: &str| screen(&index(), &account(Some(n), Some(UNKNOWN_NUMBER)), &complete()).score;
        prop_assert!(score(&disguised) >= score(name) - 1e-9, "{} < {}", score(&disguised), score(name));
    }

    #[test]
    fn folding_a_latin_name_twice_is_folding_it_once(name in "[a-zA-Zà-öø-ÿÀ-ÖØ-Þ0-9 .&'-]{0,60}") {
        let once = bonafide::engine::index::folded_words(&name);
        prop_assert_eq!(&bonafide::engine::index::folded_words(&once), &once);
    }
}

/// `PROPTEST_CASES=1000000 cargo test --release --test it engine::fuzz -- --ignored`
mod fuzz {
    use super::*;

    proptest! {
        #[test]
        #[ignore = "long: run by hand with PROPTEST_CASES"]
        fn any_text_is_screened_without_panic(name in any::<String>(), phone in any::<String>()) {
            if DisplayName::parse(&name).is_ok() {
                screen(&index(), &account(Some(&name), Some(&phone)), &Options::default());
            }
        }
    }
}
