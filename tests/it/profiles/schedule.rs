//! Channels that are scheduled: they count within their time and no other.

use bonafide::domain::{
    AnswerLanguage, Business, Channel, ChannelValue, Domain, Email, Timing, Validity, Verdict,
    Website,
};
use bonafide::engine::screening::{Options, screen};
use jiff::Timestamp;

use super::{account, assert_sum, business, codes, index, phone};

const NUMBER: &str = "+442079460031";
const FROM: &str = "2026-12-01T00:00:00Z";
const UNTIL: &str = "2027-02-28T12:30:00Z";

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn scheduled(channel: Channel) -> Channel {
    Channel {
        validity: Validity::new(Some(instant(FROM)), Some(instant(UNTIL))).unwrap(),
        ..channel
    }
}

fn seasonal() -> Business {
    let mut business = business(41, "Quorvex Travel", &["+442079460032"]);
    business.profile.channels.push(scheduled(phone(NUMBER)));
    business
}

fn at(text: &str) -> Options {
    Options {
        at: Some(instant(text)),
        ..Options::default()
    }
}

#[test]
fn a_scheduled_number_is_verified_within_its_time_only() {
    let index = index(vec![seasonal()]);
    for (when, verified) in [
        ("2026-11-30T23:59:59Z", false),
        (FROM, true),
        ("2027-01-10T09:00:00Z", true),
        (UNTIL, true),
        ("2027-02-28T12:30:01Z", false),
    ] {
        for shown in ["Quorvex Travel", ""] {
            let answer = screen(&index, &account(shown, NUMBER), &at(when));
            let is_verified = answer.verdict == Verdict::Verified;
            assert_eq!(is_verified, verified, "{shown} at {when}: {answer:#?}");
        }
    }
    let always = screen(&index, &account("", NUMBER), &Options::default());
    assert_eq!(always.verdict, Verdict::Verified, "no instant was given");
}

#[test]
fn outside_its_time_it_weighs_like_a_number_that_is_not_listed_and_the_explanation_says_so() {
    let with = index(vec![seasonal()]);
    let mut bare = seasonal();
    bare.profile.channels.pop();
    let without = index(vec![bare]);
    let shown = account("Quorvex Travel", NUMBER);
    for (when, told) in [
        (
            "2026-03-01T00:00:00Z",
            "is registered for Quorvex Travel from 2026-12-01",
        ),
        (
            "2027-03-01T00:00:00Z",
            "was registered for Quorvex Travel until 2027-02-28 12:30 UTC",
        ),
    ] {
        let (answer, before) = (
            screen(&with, &shown, &at(when)),
            screen(&without, &shown, &at(when)),
        );
        assert_eq!(answer.verdict, before.verdict);
        assert!((answer.score - before.score).abs() < f64::EPSILON);
        assert_sum(&answer);
        let signal = answer
            .signals
            .iter()
            .find(|s| s.code == "scheduled_channel");
        let signal = signal.unwrap_or_else(|| panic!("{:?}", codes(&answer)));
        assert!(signal.detail.contains(told), "{}", signal.detail);
        assert!(signal.weight.abs() < f64::EPSILON);
        let alone = screen(&with, &account("", NUMBER), &at(when));
        assert_eq!(alone.verdict, Verdict::Unknown);
        assert!(alone.matches.is_empty());
        assert!(alone.summary.contains(told), "{}", alone.summary);
    }
}

#[test]
fn the_schedule_is_told_in_chinese() {
    let index = index(vec![seasonal()]);
    let options = Options {
        language: AnswerLanguage::SimplifiedChinese,
        ..at("2026-03-01T00:00:00Z")
    };
    let answer = screen(&index, &account("", NUMBER), &options);
    assert!(
        answer
            .summary
            .contains("自 2026-12-01 起登记在“Quorvex Travel”名下")
    );
    assert!(answer.signals.iter().all(|s| s.detail.ends_with('。')));
}

#[test]
fn a_channel_out_of_its_time_is_not_advised_and_not_counted() {
    let index = index(vec![seasonal()]);
    let told = |when| {
        let answer = screen(
            &index,
            &account("Quorv3x Travel", "+442079460077"),
            &at(when),
        );
        let advised: Vec<String> = (answer.advice.known_channels.iter())
            .map(|c| c.value.clone())
            .collect();
        (advised, answer.summary)
    };
    let (advised, summary) = told("2026-03-01T00:00:00Z");
    assert_eq!(advised, ["+442079460032"]);
    assert!(summary.contains("the one number"), "{summary}");
    let (advised, summary) = told("2027-01-01T00:00:00Z");
    assert_eq!(advised, ["+442079460032", NUMBER]);
    assert!(summary.contains("the 2 numbers"), "{summary}");
}

#[test]
fn a_wider_channel_counts_where_the_closer_one_is_out_of_its_time() {
    let mut shop = business(42, "Quorvex Shop", &[]);
    let listed = |value| Channel::listed(value, None);
    let site = |url: &str| ChannelValue::Website(Website::parse(url).unwrap());
    shop.profile.channels = vec![
        listed(site("https://quorvex-shop.com/")),
        scheduled(listed(site("https://winter.quorvex-shop.com/"))),
        listed(ChannelValue::EmailDomain(
            Domain::parse("quorvex-shop.com").unwrap(),
        )),
        scheduled(listed(ChannelValue::Email(
            Email::parse("winter@quorvex-shop.com").unwrap(),
        ))),
    ];
    let index = index(vec![shop]);
    let mut shown = account("Quorvex Shop", "");
    shown.website = Website::parse("https://winter.quorvex-shop.com/").ok();
    shown.email = Email::parse("winter@quorvex-shop.com").ok();
    let answer = screen(&index, &shown, &at("2026-03-01T00:00:00Z"));
    assert_eq!(answer.verdict, Verdict::Verified, "{answer:#?}");
}

#[test]
fn a_scheduled_number_of_one_gives_way_to_another_who_has_it_now() {
    let index = index(vec![seasonal(), business(43, "Norvik Hotels", &[NUMBER])]);
    let now = at("2026-03-01T00:00:00Z");
    let holder = screen(&index, &account("Norvik Hotels", NUMBER), &now);
    assert_eq!(holder.verdict, Verdict::Verified);
    let early = screen(&index, &account("Quorvex Travel", NUMBER), &now);
    assert_eq!(early.verdict, Verdict::Suspicious);
    assert!(codes(&early).contains(&"scheduled_channel"));
}

#[test]
fn a_time_is_kept_to_the_microsecond() {
    let from = Timestamp::from_nanosecond(1_000_000_000_123_456_789).unwrap();
    let validity = Validity::new(Some(from), None).unwrap();
    let kept = Timestamp::from_microsecond(1_000_000_000_123_456).unwrap();
    assert_eq!(validity.from(), Some(kept));
    let mut seasonal = seasonal();
    seasonal.profile.channels[1].validity = validity;
    let index = index(vec![seasonal]);
    let verdict = |micro| {
        let options = Options {
            at: Timestamp::from_microsecond(micro).ok(),
            ..Options::default()
        };
        screen(&index, &account("", NUMBER), &options).verdict
    };
    assert_eq!(verdict(1_000_000_000_123_455), Verdict::Unknown);
    assert_eq!(verdict(1_000_000_000_123_456), Verdict::Verified);
    assert_eq!(validity.timing(kept), Timing::Current);
}
