//! Representatives: who may speak for a business on channels of their own.

use bonafide::domain::{
    AnswerLanguage, BadgeState, Business, Channel, ChannelValue, Handle, Medium, Platform,
    Provenance, Representative, RepresentativeKind, Verdict,
};
use bonafide::engine::screening::{Options, screen};

use super::{UNKNOWN, account, ask, business, complete, first, index, name, phone};

const STORE: &str = "+442079460021";

fn represented(kind: RepresentativeKind, channels: Vec<Channel>) -> Vec<Business> {
    let mut apple = business(31, "Lumora Phones", &["+442079460020"]);
    apple.profile.representatives = vec![Representative {
        name: name("Tech Corner"),
        kind,
        channels,
    }];
    vec![apple, business(32, "PayPal", &["+442079460022"])]
}

fn reseller() -> Vec<Business> {
    represented(RepresentativeKind::Reseller, vec![phone(STORE)])
}

#[test]
fn a_representative_under_its_own_name_or_the_businesss_is_verified_and_told_as_one() {
    let index = index(reseller());
    for shown in [
        "Tech Corner",
        "TECH CORNER Berlin",
        "Lumora Phones Support",
        "",
    ] {
        let answer = ask(&index, &account(shown, STORE));
        assert_eq!(answer.verdict, Verdict::Verified, "{shown}: {answer:#?}");
        assert_eq!(answer.basis, Some(Provenance::Listed));
        assert_eq!(first(&answer), Some("Lumora Phones"));
        let told = "Tech Corner, who may speak for Lumora Phones as its reseller";
        assert!(answer.summary.contains(told), "{}", answer.summary);
        assert!(answer.signals[0].detail.contains(told));
        assert!(answer.advice.text.contains("may speak for"));
    }
}

#[test]
fn the_basis_is_that_of_the_representatives_channel() {
    let mut proved = phone(STORE);
    proved.provenance = Provenance::Proved;
    let index = index(represented(RepresentativeKind::Agency, vec![proved]));
    let answer = ask(&index, &account("Tech Corner", STORE));
    assert_eq!(answer.basis, Some(Provenance::Proved));
    assert!(
        answer.summary.contains("as its agency"),
        "{}",
        answer.summary
    );
}

#[test]
fn under_a_third_businesss_name_or_nobodys_it_is_what_it_was_before() {
    let with = index(reseller());
    let mut bare = reseller();
    bare[0].profile.representatives.clear();
    let without = index(bare);
    for shown in [
        "PayPal",
        "PayPal Support",
        "Corner Bakery",
        "Maria",
        "Customer Support",
    ] {
        let account = account(shown, STORE);
        let (answer, before) = (ask(&with, &account), ask(&without, &account));
        assert_eq!(answer.verdict, before.verdict, "{shown}");
        assert_eq!(answer.matches, before.matches, "{shown}");
        assert_eq!(answer.summary, before.summary, "{shown}");
    }
    for shown in [
        "Tech Corner PayPal",
        "Tech Corner PayPaI Support",
        "Lumora Phones PayPal",
    ] {
        let answer = ask(&with, &account(shown, STORE));
        assert_ne!(answer.verdict, Verdict::Verified, "{shown}: {answer:#?}");
    }
}

#[test]
fn the_representatives_name_on_another_number_gives_nothing() {
    let index = index(reseller());
    for shown in ["Tech Corner", "Lumora Phones"] {
        let answer = ask(&index, &account(shown, UNKNOWN));
        assert_ne!(answer.verdict, Verdict::Verified, "{shown}");
    }
    let mut beside = account("Tech Corner", STORE);
    beside.handle = Handle::parse(Platform::Instagram, "somebody.else").ok();
    let answer = ask(&index, &beside);
    assert_ne!(
        answer.verdict,
        Verdict::Verified,
        "a channel of nobody's beside it"
    );
}

#[test]
fn a_registered_business_that_represents_another_stays_itself() {
    let mut businesses = reseller();
    businesses.push(business(33, "Tech Corner", &[STORE]));
    let index = index(businesses);
    let itself = ask(&index, &account("Tech Corner", STORE));
    assert_eq!(
        (itself.verdict, first(&itself)),
        (Verdict::Verified, Some("Tech Corner"))
    );
    let speaking = ask(&index, &account("Lumora Phones", STORE));
    assert_eq!(
        (speaking.verdict, first(&speaking)),
        (Verdict::Verified, Some("Lumora Phones"))
    );
}

#[test]
fn a_suspended_business_and_an_inbound_only_number_lend_nothing() {
    let mut businesses = reseller();
    businesses[0].badge_state = BadgeState::Suspended;
    let answer = ask(&index(businesses), &account("Tech Corner", STORE));
    assert_ne!(answer.verdict, Verdict::Verified);
    let mut inbound = phone(STORE);
    inbound.never_originates = true;
    let index = index(represented(RepresentativeKind::Other, vec![inbound]));
    let mut call = account("Tech Corner", STORE);
    call.medium = Some(Medium::Voice);
    assert_ne!(ask(&index, &call).verdict, Verdict::Verified);
    call.medium = None;
    assert_eq!(ask(&index, &call).verdict, Verdict::Verified);
}

#[test]
fn every_kind_of_channel_and_of_representative_is_told_in_both_languages() {
    let handle = Handle::parse(Platform::Instagram, "techcorner").unwrap();
    for (kind, en, zh) in [
        (RepresentativeKind::Reseller, " as its reseller", "经销商"),
        (RepresentativeKind::Agency, " as its agency", "代理机构"),
        (RepresentativeKind::Branch, " as its branch", "分支机构"),
        (RepresentativeKind::Other, "Lumora Phones;", "代表"),
    ] {
        let channel = Channel::listed(ChannelValue::Handle(handle.clone()), None);
        let index = index(represented(kind, vec![channel]));
        let mut shown = account("Tech Corner", "");
        shown.handle = Some(handle.clone());
        let english = screen(&index, &shown, &complete());
        assert_eq!(english.verdict, Verdict::Verified);
        assert!(english.summary.contains(en), "{}", english.summary);
        let options = Options {
            language: AnswerLanguage::SimplifiedChinese,
            ..complete()
        };
        let chinese = screen(&index, &shown, &options);
        assert!(chinese.summary.contains(zh), "{}", chinese.summary);
        assert!(chinese.summary.ends_with('。') && chinese.advice.text.ends_with('。'));
    }
}
