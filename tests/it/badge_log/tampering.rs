//! Whatever is done to an exported log shows, and where it can be told, at which event.

use bonafide::domain::{Badge, BadgeChange, BadgeState, Hex, TreeHead};
use bonafide::service::badge_log::{
    BadgeLog, BadgeLogEntry, BadgeLogKey, BrokenLog, LogVerifier, SignedHead,
};
use bonafide::service::contract::BadgeLogLine;
use proptest::prelude::*;

use super::{act, business, independent};
use crate::support::{TestDatabase, world};

/// An export, read: its events, its head, and the key.
#[derive(Clone)]
struct Log {
    entries: Vec<BadgeLogEntry>,
    head: SignedHead,
    key: BadgeLogKey,
}

impl Log {
    /// The log of a database of its own with so many events, in steps of two.
    async fn of(size: usize) -> Self {
        let db = TestDatabase::sqlite();
        let store = db.open().await;
        for n in 0..size as u128 / 2 {
            let one = business(n, "A", Badge::Official, BadgeState::Suspended);
            store.insert(&one, &act("grant")).await.unwrap();
        }
        let log = BadgeLog::new(store, world(0));
        let mut export = log.export().await.unwrap();
        let mut text = String::new();
        while let Some(lines) = export.next().await.unwrap() {
            text.push_str(&lines);
        }
        let (mut entries, mut head) = (Vec::new(), None);
        for line in text.lines() {
            match serde_json::from_str(line).unwrap() {
                BadgeLogLine::Event(body) => entries.push(body.parse().unwrap()),
                BadgeLogLine::Head(body) => head = Some(body.parse().unwrap()),
            }
        }
        Self {
            entries,
            head: head.unwrap(),
            key: log.key(),
        }
    }

    /// What the log was when it had so many events.
    fn noted(&self, size: usize) -> TreeHead {
        let leaves: Vec<_> = self.entries[..size].iter().map(|e| e.leaf_hash).collect();
        TreeHead {
            size: size as u64,
            root: Hex(independent::root(&leaves)),
        }
    }

    fn verified(&self, noted: Option<TreeHead>) -> Result<SignedHead, BrokenLog> {
        let mut verifier = LogVerifier::new(self.key, noted);
        for entry in &self.entries {
            verifier.follow(entry)?;
        }
        verifier.sealed_by(self.head)?;
        verifier.finish()
    }
}

/// A change of one event, its hash made to fit when `forged`.
fn change(entry: &mut BadgeLogEntry, forged: bool) {
    entry.event.change = BadgeChange::Revoked;
    if forged {
        entry.leaf_hash = entry.event.leaf_hash();
    }
}

#[tokio::test]
async fn a_true_log_is_whole_against_every_head_that_it_had() {
    for size in [0, 2, 6] {
        let log = Log::of(size).await;
        assert_eq!(log.entries.len(), size);
        assert_eq!(log.verified(None), Ok(log.head));
        for earlier in 0..=size {
            assert_eq!(log.verified(Some(log.noted(earlier))), Ok(log.head));
        }
    }
}

#[tokio::test]
async fn each_way_of_tampering_is_named() {
    let log = Log::of(8).await;
    let tampered = |tamper: &dyn Fn(&mut Log)| {
        let mut changed = log.clone();
        tamper(&mut changed);
        changed.verified(None).unwrap_err()
    };
    let size = 8;
    let noted = None;
    assert_eq!(
        tampered(&|log| change(&mut log.entries[3], false)),
        BrokenLog::Changed { index: 3 }
    );
    assert_eq!(
        tampered(&|log| log.entries[5].leaf_hash[31] ^= 1),
        BrokenLog::Changed { index: 5 }
    );
    assert_eq!(
        tampered(&|log| change(&mut log.entries[3], true)),
        BrokenLog::OtherRoot { size, noted }
    );
    assert_eq!(
        tampered(&|log| drop(log.entries.remove(2))),
        BrokenLog::Missing {
            expected: 2,
            found: 3
        }
    );
    assert_eq!(
        tampered(&|log| log.entries.swap(4, 5)),
        BrokenLog::Missing {
            expected: 4,
            found: 5
        }
    );
    let renumbered = |log: &mut Log| {
        for (index, entry) in (0..).zip(&mut log.entries) {
            entry.index = index;
        }
    };
    assert_eq!(
        tampered(&|log| {
            log.entries.swap(4, 5);
            renumbered(log);
        }),
        BrokenLog::OtherRoot { size, noted }
    );
    assert_eq!(
        tampered(&|log| {
            log.entries.remove(2);
            renumbered(log);
        }),
        BrokenLog::OtherSize {
            found: 7,
            signed: 8
        }
    );
    assert_eq!(
        tampered(&|log| log.entries.truncate(6)),
        BrokenLog::OtherSize {
            found: 6,
            signed: 8
        }
    );
    assert_eq!(
        tampered(&|log| log.head.head.size = 7),
        BrokenLog::Forged,
        "the size is signed"
    );
    assert_eq!(
        tampered(&|log| log.head.signature.0[0] ^= 1),
        BrokenLog::Forged
    );
    assert_eq!(tampered(&|log| log.key.0[0] ^= 1), BrokenLog::Forged);
}

#[tokio::test]
async fn a_log_that_its_owner_signed_anew_shows_against_a_noted_head_only() {
    let (long, short) = (Log::of(8).await, Log::of(4).await);
    // Both are of the one key, as if the owner had cut the log and signed the rest.
    assert_eq!(long.key, short.key);
    assert!(short.verified(None).is_ok());
    let noted = Some(long.noted(8));
    assert_eq!(
        short.verified(noted),
        Err(BrokenLog::Shorter { size: 4, noted: 8 })
    );
    let other = TreeHead {
        root: Hex([7; 32]),
        ..long.noted(6)
    };
    assert_eq!(
        long.verified(Some(other)),
        Err(BrokenLog::Rewritten { size: 6 })
    );
    let none = TreeHead {
        size: 0,
        root: Hex([7; 32]),
    };
    assert_eq!(
        long.verified(Some(none)),
        Err(BrokenLog::Rewritten { size: 0 })
    );
    // What was noted says up to where a changed log is true.
    let mut changed = long.clone();
    change(&mut changed.entries[6], true);
    let told = changed.verified(Some(long.noted(5))).unwrap_err();
    assert_eq!(
        told,
        BrokenLog::OtherRoot {
            size: 8,
            noted: Some(5)
        }
    );
    assert!(
        told.to_string()
            .ends_with("the first 5 are as they were noted")
    );
    change(&mut changed.entries[2], true);
    assert_eq!(
        changed.verified(Some(long.noted(5))),
        Err(BrokenLog::Rewritten { size: 5 })
    );
}

#[tokio::test]
async fn a_log_ends_with_its_one_head() {
    let log = Log::of(4).await;
    let mut verifier = LogVerifier::new(log.key, None);
    for entry in &log.entries {
        verifier.follow(entry).unwrap();
    }
    assert_eq!(
        verifier.clone().finish(),
        Err(BrokenLog::Headless { size: 4 })
    );
    verifier.sealed_by(log.head).unwrap();
    assert_eq!(verifier.sealed_by(log.head), Err(BrokenLog::TwoHeads));
    assert_eq!(
        verifier.follow(&log.entries[0]),
        Err(BrokenLog::AfterHead { index: 0 })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Any change of any event, with or without a hash that fits, any event left out or put in twice, any two exchanged.
    #[test]
    fn no_tampering_passes(what in 0..5_u8, one: prop::sample::Index, other: prop::sample::Index) {
        static LOG: std::sync::OnceLock<Log> = std::sync::OnceLock::new();
        let log = LOG.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(Log::of(60))
        });
        let mut changed = log.clone();
        let entries = &mut changed.entries;
        let (one, other) = (one.index(entries.len()), other.index(entries.len()));
        match what {
            0 => change(&mut entries[one], false),
            1 => change(&mut entries[one], true),
            2 => drop(entries.remove(one)),
            3 => entries.insert(one, entries[other].clone()),
            _ => entries.swap(one, other),
        }
        let same = changed.entries == log.entries;
        for numbered in [false, true] {
            if numbered {
                for (index, entry) in (0..).zip(&mut changed.entries) {
                    entry.index = index;
                }
            }
            prop_assert_eq!(changed.verified(None).is_ok(), same);
        }
    }
}
