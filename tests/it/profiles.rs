//! What a full profile holds, from JSON to the answers of checks.

mod contested;
mod contract;
mod group;
mod laws;
mod protected;
mod representative;
mod schedule;

use bonafide::domain::{
    Account, Business, BusinessId, BusinessName, Channel, ChannelValue, Coverage, DisplayName,
    E164, ExternalId, Medium, Profile, ProtectedKind, ProtectedName, Text,
};
use bonafide::engine::index::Index;
use bonafide::engine::screening::{Options, screen};

const UNKNOWN: &str = "+442079460999";

fn id(number: u128) -> BusinessId {
    BusinessId::new(uuid::Uuid::from_u128(number))
}

fn name(name: &str) -> BusinessName {
    BusinessName::parse(name).unwrap()
}

fn phone(number: &str) -> Channel {
    Channel::listed(ChannelValue::Phone(E164::parse(number).unwrap()), None)
}

fn business(number: u128, named: &str, numbers: &[&str]) -> Business {
    Business::new(
        id(number),
        Profile {
            external_id: Some(ExternalId::parse(named).unwrap()),
            channels: numbers.iter().map(|n| phone(n)).collect(),
            ..Profile::named(name(named))
        },
        jiff::Timestamp::UNIX_EPOCH,
    )
}

fn protecting(mut business: Business, kind: ProtectedKind, names: &[&str]) -> Business {
    let names = names.iter().map(|n| ProtectedName {
        name: name(n),
        kind,
    });
    business.profile.protected_names.extend(names);
    business
}

fn account(display_name: &str, phone: &str) -> Account {
    Account {
        display_name: DisplayName::parse(display_name).ok(),
        phone: (!phone.is_empty()).then(|| phone.to_owned()),
        medium: Some(Medium::Whatsapp),
        ..Account::default()
    }
}

fn with_about(mut account: Account, about: &str) -> Account {
    account.about = Some(Text::parse("about", about).unwrap());
    account
}

fn complete() -> Options {
    Options {
        assume_coverage: Some(Coverage::Complete),
        ..Options::default()
    }
}

/// The weights and the prior of an answer sum to the log-odds of its score.
#[track_caller]
fn assert_sum(answer: &bonafide::domain::Assessment) {
    let sum: f64 = answer.prior_log_odds + answer.signals.iter().map(|s| s.weight).sum::<f64>();
    let log_odds = (answer.score / (1.0 - answer.score)).ln();
    assert!(
        (sum - log_odds).abs() < 0.001,
        "{sum} for {log_odds}: {answer:?}"
    );
}

fn codes(answer: &bonafide::domain::Assessment) -> Vec<&'static str> {
    answer.signals.iter().map(|s| s.code).collect()
}

fn first(answer: &bonafide::domain::Assessment) -> Option<&str> {
    answer.matches.first().map(|m| m.name.as_str())
}

/// Businesses beside which nothing is rare for want of others.
fn crowd() -> Vec<Business> {
    let names = [
        "Vodafone",
        "Delivery Hero",
        "Сбербанк",
        "Shell",
        "McDonald's",
        "Lufthansa",
        "Banco Santander",
        "Nordea",
        "Zalando",
        "Coinbase",
    ];
    (900..)
        .zip(names)
        .map(|(number, named)| business(number, named, &[]))
        .collect()
}

fn index(businesses: Vec<Business>) -> Index {
    let mut all = crowd();
    all.extend(businesses);
    Index::build(&all)
}

fn ask(index: &Index, account: &Account) -> bonafide::domain::Assessment {
    let answer = screen(index, account, &complete());
    if answer.verdict != bonafide::domain::Verdict::Verified {
        assert_sum(&answer);
    }
    answer
}
