//! Whose turn it is, on each engine: leases of due claims, and tries at codes.

use std::sync::Arc;

use bonafide::domain::{
    Claim, ClaimEvent, ClaimId, ClaimState, ClaimSubject, Domain, EvidenceKind,
};
use bonafide::store::{CodeLimits, CodePlace, CodeTry, NewCode, OutsideRef, Store};
use jiff::SignedDuration;

use super::proof::{after, claim, found, number, the_claim, verified};
use super::{act, at, business, named};
use crate::proof::policy;
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    due_claims_are_leased_to_one_process_at_a_time,
    news_from_outside_makes_a_claim_due_and_a_look_under_way_late,
    codes_are_counted_by_address_and_business,
    a_code_is_tried_five_times_and_used_once,
}

async fn due_claims_are_leased_to_one_process_at_a_time(db: TestDatabase) {
    let store = db.open().await;
    store
        .insert(&business(1, named("Zenith")), &act(0))
        .await
        .unwrap();
    let mut changed = Vec::new();
    for n in 0..40 {
        let subject = ClaimSubject::Domain(Domain::parse(&format!("z{n}.example.com")).unwrap());
        let claim = claim(100 + n, 1, subject);
        store.insert_claim(&claim, None, &act(0)).await.unwrap();
        changed.push(found(&claim, 500 + n, EvidenceKind::DnsTxt, 1));
    }
    store
        .change_claims(&changed, &policy(), &act(1))
        .await
        .unwrap();
    let now = at(1) + SignedDuration::from_hours(27);
    let until = now + SignedDuration::from_mins(15);
    assert_eq!(store.lease_due(at(2), until, 100).await, Ok(vec![]));
    let takers = (0..4).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut taken = Vec::new();
            loop {
                let leased = store.lease_due(now, until, 7).await.unwrap();
                if leased.is_empty() {
                    return taken;
                }
                taken.extend(leased.iter().map(|c| c.id));
            }
        })
    });
    let mut taken = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        taken.extend(taker.await.unwrap());
    }
    taken.sort_unstable();
    let all: Vec<ClaimId> = changed.iter().map(|c| c.id).collect();
    assert_eq!(taken, all, "each is taken, and by one");
    // One is done; the others' process has died, and they are taken again when the lease lapses.
    let done = found(&changed[0], 900, EvidenceKind::DnsTxt, 100_000);
    store
        .change_claims(&[done], &policy(), &act(100_000))
        .await
        .unwrap();
    let later = store.lease_due(until, until, 100).await.unwrap();
    assert_eq!(later.len(), 39);
}

async fn news_from_outside_makes_a_claim_due_and_a_look_under_way_late(db: TestDatabase) {
    let store = db.open().await;
    let [_, phone] = verified(&*store).await;
    let by_number = OutsideRef {
        number: Some("+442079460123"),
        ..OutsideRef::default()
    };
    assert_eq!(store.make_due(OutsideRef::default(), at(20)).await, Ok(0));
    assert_eq!(store.make_due(by_number, at(20)).await, Ok(1));
    let due = store.lease_due(at(20), at(30), 10).await.unwrap();
    assert_eq!(due.iter().map(|c| c.id).collect::<Vec<_>>(), [phone.id]);
    let late = found(&phone, 31, EvidenceKind::WhatsappBusiness, 20);
    let settled = store.change_claims(&[late], &policy(), &act(20)).await;
    assert_eq!(settled.unwrap().stale, [phone.id]);
}

fn code(n: u8, second: i64) -> NewCode {
    NewCode {
        hash: [n; 32],
        address: [7; 32],
        expires_at: at(second) + SignedDuration::from_mins(10),
    }
}

const LIMITS: CodeLimits = CodeLimits {
    per_address: 3,
    per_business: 4,
    window: SignedDuration::from_hours(1),
};

async fn asked(store: &dyn Store, claim: &Claim, code: NewCode, second: i64) -> CodePlace {
    let next = after(&the_claim(store, claim).await, ClaimEvent::Asked, second);
    let placed = store.place_code(&next, &code, LIMITS, &act(second)).await;
    placed.unwrap()
}

async fn codes_are_counted_by_address_and_business(db: TestDatabase) {
    let store = db.open().await;
    for n in 1..=2 {
        store
            .insert(&business(n, named("Zenith")), &act(0))
            .await
            .unwrap();
    }
    let (first, second) = (
        claim(11, 1, ClaimSubject::Phone(number())),
        claim(12, 2, ClaimSubject::Phone(number())),
    );
    for claim in [&first, &second] {
        store.insert_claim(claim, None, &act(0)).await.unwrap();
    }
    assert_eq!(
        asked(&*store, &first, code(1, 0), 0).await,
        CodePlace::Placed
    );
    assert_eq!(
        asked(&*store, &second, code(2, 60), 60).await,
        CodePlace::Placed
    );
    assert_eq!(
        asked(&*store, &first, code(3, 120), 120).await,
        CodePlace::Placed
    );
    // The address has had three, by whomever: the next is free an hour after the first.
    let refused = asked(&*store, &second, code(4, 180), 180).await;
    assert_eq!(refused, CodePlace::TooMany(at(3_600)));
    assert_eq!(the_claim(&*store, &second).await.state, ClaimState::Pending);
    let elsewhere = |n: u8, second: i64| NewCode {
        address: [n; 32],
        ..code(n, second)
    };
    for n in 20..22 {
        assert_eq!(
            asked(&*store, &first, elsewhere(n, 200), 200).await,
            CodePlace::Placed
        );
    }
    let refused = asked(&*store, &first, elsewhere(30, 210), 210).await;
    assert_eq!(refused, CodePlace::TooMany(at(3_600)), "the business's own");
    assert_eq!(
        asked(&*store, &second, code(5, 3_601), 3_601).await,
        CodePlace::Placed
    );
    assert_eq!(store.purge_codes(at(100)).await, Ok(2));
}

async fn a_code_is_tried_five_times_and_used_once(db: TestDatabase) {
    let store = db.open().await;
    store
        .insert(&business(1, named("Zenith")), &act(0))
        .await
        .unwrap();
    let made = claim(11, 1, ClaimSubject::Phone(number()));
    store.insert_claim(&made, None, &act(0)).await.unwrap();
    let attempt = |round, second| store.try_code(made.id, round, 5, at(second));
    assert_eq!(attempt(1, 0).await, Ok(CodeTry::None));
    asked(&*store, &made, code(1, 0), 0).await;
    assert_eq!(attempt(2, 1).await, Ok(CodeTry::None), "of another round");
    let left = |left| {
        Ok(CodeTry::Open {
            hash: [1; 32],
            left,
        })
    };
    for n in (0..5).rev() {
        assert_eq!(attempt(1, 1).await, left(n));
    }
    assert_eq!(attempt(1, 1).await, Ok(CodeTry::Spent));
    assert_eq!(attempt(1, 600).await, Ok(CodeTry::Expired));
    asked(&*store, &made, code(1, 700), 700).await;
    assert_eq!(attempt(1, 701).await, left(4));
    // Two right answers at once: one is told that the claim has changed.
    let pending = the_claim(&*store, &made).await;
    let answers = (60..64).map(|n| found(&pending, n, EvidenceKind::PhoneCode, 702));
    let answered = answers.map(|answer| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let settled = store.change_claims(&[answer], &policy(), &act(702)).await;
            settled.unwrap().stale.is_empty()
        })
    });
    let mut won = 0;
    for answer in answered.collect::<Vec<_>>() {
        won += usize::from(answer.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(attempt(1, 703).await, Ok(CodeTry::Used));
    // Without a code there is no evidence by code.
    let proved = the_claim(&*store, &made).await;
    let replayed = found(&proved, 99, EvidenceKind::PhoneCode, 704);
    let settled = store.change_claims(&[replayed], &policy(), &act(704)).await;
    assert_eq!(settled.unwrap().stale, [made.id]);
}
