//! What every store keeps to, on each engine: the claims stand once, `on_every_engine` makes the tests of them.

mod audit;
mod batches;
mod businesses;
mod checks;
mod conflicts;
mod feed;
mod history;
mod idempotency;
mod keys;
mod labels;
mod listing;
mod outage;
mod people;
mod postgres;
mod proof;
mod proof_turns;
mod races;
mod runs;
mod story;
mod texts;

use bonafide::domain::{Act, Business, BusinessId, BusinessName, Country, ExternalId, Profile};
use bonafide::store::{Store, Upsert, UpsertCounts};
use jiff::Timestamp;
use uuid::Uuid;

use crate::support::act_at;

/// An instant, in seconds after some other.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// Somebody's act at an instant.
fn act(second: i64) -> Act {
    act_at(at(second))
}

/// An id whose order is that of its number.
fn id(n: u128) -> BusinessId {
    BusinessId::new(Uuid::from_u128(n))
}

pub(crate) fn named(name: &str) -> Profile {
    Profile::named(BusinessName::parse(name).unwrap())
}

fn profile(external_id: &str, name: &str) -> Profile {
    Profile {
        external_id: Some(ExternalId::parse(external_id).unwrap()),
        ..named(name)
    }
}

fn at_home(country: &str, profile: Profile) -> Profile {
    Profile {
        country: Some(Country::parse(country).unwrap()),
        ..profile
    }
}

fn business(n: u128, profile: Profile) -> Business {
    Business::new(id(n), profile, at(0))
}

/// The same business one version on, under another name.
fn renamed(business: &Business, name: &str) -> Business {
    let mut next = business.clone();
    next.profile.name = BusinessName::parse(name).unwrap();
    next.version += 1;
    next.updated_at = at(60);
    next
}

/// Upserts with ids from `first` on.
fn upserts(first: u128, profiles: impl IntoIterator<Item = Profile>) -> Vec<Upsert> {
    let numbered = (first..).zip(profiles);
    numbered
        .map(|(n, profile)| Upsert {
            id_if_new: id(n),
            profile,
            organisation: None,
        })
        .collect()
}

fn counts(created: u64, updated: u64, unchanged: u64) -> UpsertCounts {
    UpsertCounts {
        created,
        updated,
        unchanged,
        refused: 0,
    }
}

/// Everything in a store, in the order of ids.
async fn everything(store: &dyn Store) -> Vec<Business> {
    let mut all = Vec::new();
    store.load_all(&mut |b| all.push(b)).await.unwrap();
    all.sort_by_key(|b| b.id);
    all
}

/// Both engines have the same migrations: a store of one version is of that version on either.
#[test]
fn the_engines_have_migrations_of_equal_numbers_and_names() {
    let names = |engine| {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let files = std::fs::read_dir(dir.join(engine)).unwrap();
        let mut names: Vec<_> = files.map(|f| f.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}
