//! An index that grows and shrinks answers like one that is built at once.

use std::collections::BTreeMap;

use bonafide::domain::{
    Account, Business, BusinessId, BusinessName, Channel, ChannelValue, Coverage, DisplayName,
    E164, Profile,
};
use bonafide::engine::index::Index;
use bonafide::engine::screening::{Options, screen};
use uuid::Uuid;

/// Names of the collected namesakes: real ones, many of which share words.
const NAMES: &str = include_str!("../corpus/hard_negatives.tsv");

/// A small generator (SplitMix64), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

fn words() -> Vec<&'static str> {
    let rows = NAMES.lines().filter(|l| !l.starts_with('#'));
    rows.filter_map(|row| row.split('\t').next())
        .flat_map(str::split_whitespace)
        .collect()
}

/// A business of one to three words, and a number that tells its version.
fn business(id: usize, version: usize, words: &[&str], random: &mut Random) -> Business {
    let count = 1 + random.below(3);
    let name: Vec<&str> = (0..count)
        .map(|_| words[random.below(words.len())])
        .collect();
    let name = BusinessName::parse(&name.join(" ")).expect("words make a name");
    let mut profile = Profile::named(name);
    let number = format!("+4420794{:05}", (id * 7 + version) % 100_000);
    let number = E164::parse(&number).expect("a number");
    profile.channels = vec![Channel::listed(ChannelValue::Phone(number), None)];
    Business::new(
        BusinessId::new(Uuid::from_u128(id as u128)),
        profile,
        jiff::Timestamp::UNIX_EPOCH,
    )
}

/// What is asked: names as they are registered, and imitated.
fn questions(now: &BTreeMap<usize, Business>) -> Vec<Account> {
    let names = now.values().step_by(17).map(|b| b.profile.name.to_string());
    names
        .flat_map(|name| {
            [
                format!("{name} Support"),
                name.replace('o', "0"),
                name.chars().skip(1).collect(),
                name,
            ]
        })
        .filter_map(|name| {
            Some(Account {
                display_name: Some(DisplayName::parse(&name).ok()?),
                phone: Some("+442079460123".to_owned()),
                ..Account::default()
            })
        })
        .collect()
}

#[test]
fn ten_thousand_changes_leave_an_index_that_answers_like_a_new_one() {
    let (words, mut random) = (words(), Random(4));
    let mut now: BTreeMap<usize, Business> = (0..2_000)
        .map(|id| (id, business(id, 0, &words, &mut random)))
        .collect();
    let mut live = Index::build(now.values());
    let (mut done, mut merges, mut pending) = (0, 0, None);
    while done < 10_000 {
        let (mut upserts, mut removed) = (Vec::new(), Vec::new());
        for _ in 0..=random.below(40) {
            done += 1;
            let id = random.below(3_000);
            if random.below(4) == 0 {
                now.remove(&id);
                removed.push(BusinessId::new(Uuid::from_u128(id as u128)));
                upserts.retain(|b: &Business| b.id != removed[removed.len() - 1]);
            } else {
                let changed = business(id, done, &words, &mut random);
                upserts.retain(|b: &Business| b.id != changed.id);
                removed.retain(|r| *r != changed.id);
                upserts.push(changed.clone());
                now.insert(id, changed);
            }
        }
        live = live.apply(&upserts, &removed);
        // A merge is taken over after changes that it has not seen.
        if let Some((merge, segment)) = pending.take() {
            live = live
                .with_merged(&merge, segment)
                .expect("layers only came on top");
            merges += 1;
        } else if let Some(merge) = live.due() {
            live = live.closed();
            let segment = merge.build().into();
            pending = Some((merge, segment));
        }
    }
    assert!(merges > 10, "{merges} merges");
    let fresh = Index::build(now.values());
    assert_eq!(live.len(), now.len());
    assert_eq!(fresh.len(), now.len());
    let options = Options {
        assume_coverage: Some(Coverage::Complete),
        ..Options::default()
    };
    let questions = questions(&now);
    assert!(questions.len() > 300);
    let mut faint = 0;
    for account in &questions {
        let (grown, built) = (
            screen(&live, account, &options),
            screen(&fresh, account, &options),
        );
        let name = &account.display_name;
        assert_eq!(grown.verdict, built.verdict, "{name:?}");
        assert_eq!(
            grown.matches.first().map(|m| m.business_id),
            built.matches.first().map(|m| m.business_id),
            "{name:?}"
        );
        // Which faint likenesses are looked at depends on the layers; they count as rivals.
        faint += usize::from((grown.score - built.score).abs() > 1e-6);
    }
    assert!(
        faint * 100 <= questions.len(),
        "{faint} of {} scores differ",
        questions.len()
    );
}

#[test]
fn a_merge_that_came_too_late_is_refused() {
    let (words, mut random) = (words(), Random(5));
    let all: Vec<Business> = (0..400)
        .map(|id| business(id, 0, &words, &mut random))
        .collect();
    let index = Index::build(&all[..100]).apply(&all[100..], &[]);
    let merge = index.due().expect("more on top than below");
    let segment: std::sync::Arc<_> = merge.build().into();
    let merged = index
        .with_merged(&merge, std::sync::Arc::clone(&segment))
        .expect("nothing came between");
    assert_eq!(merged.len(), 400);
    assert!(merged.only_segment().is_some());
    assert!(merged.with_merged(&merge, segment).is_none());
}
