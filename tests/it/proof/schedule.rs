//! Re-checks on schedule: spread, bounded, finished; in the way of no check; alive after a restart.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bonafide::domain::{
    Business, BusinessId, Claim, ClaimEvent, ClaimId, ClaimSubject, Domain, Evidence, EvidenceId,
    EvidenceKind,
};
use bonafide::store::Upsert;
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use super::outside::Outside;
use super::{Prover, policy, proving, with_outside};
use crate::support::{TestDatabase, act_at};

const MANY: u128 = 10_000;
const OF_ONE: u128 = 10;

/// Businesses with many proved domains, all due at once a day later.
async fn many_claims(prover: &Prover) {
    let (store, now) = (&prover.app.store, prover.app.services.world.now());
    let id = |n: u128| BusinessId::new(Uuid::from_u128(n + 1));
    let batch = (0..MANY / OF_ONE).map(|n| Upsert {
        id_if_new: id(n),
        profile: crate::store::named(&format!("Business {n}")),
        organisation: None,
    });
    store
        .upsert_batch(batch.collect(), &act_at(now))
        .await
        .unwrap();
    let policy = policy();
    let mut proved = Vec::new();
    for n in 0..MANY {
        let domain = Domain::parse(&format!("d{n}.example.com")).unwrap();
        let subject = ClaimSubject::Domain(domain);
        let claim_id = ClaimId::new(prover.app.services.world.new_id());
        let claim = Claim::new(claim_id, id(n / OF_ONE), subject, now);
        store
            .insert_claim(&claim, None, &act_at(now))
            .await
            .unwrap();
        let evidence = Evidence {
            id: EvidenceId::new(Uuid::from_u128(1_000_000 + n)),
            kind: EvidenceKind::DnsTxt,
            at: now,
            expires_at: now + SignedDuration::from_hours(24 * 30),
            issuer: String::new(),
            detail: String::new(),
        };
        let times = policy.times(claim.kind());
        proved.push(
            claim
                .after(ClaimEvent::Found(evidence), now, times)
                .unwrap(),
        );
        if proved.len() == 100 {
            store
                .change_claims(&proved, &policy, &act_at(now))
                .await
                .unwrap();
            proved.clear();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_claims_due_at_once_are_bounded_and_finish_spread() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    many_claims(&prover).await;
    for n in 0..MANY {
        outside.put_txt(&format!("d{n}.example.com"), &["anything"]);
    }
    *outside.slow.lock().unwrap() = Duration::from_millis(1);
    prover.app.clock.advance(SignedDuration::from_hours(27));
    let started = Instant::now();
    // Two processes share the work.
    let mut other = prover.app.sibling().await;
    with_outside(&mut other, &outside);
    let verification = Arc::clone(&other.services.verification);
    other.clock.advance(SignedDuration::from_hours(27));
    let (here, there) = tokio::join!(prover.run_due(), verification.run_due());
    let there = there.unwrap();
    println!(
        "{MANY} claims in {:?}: {here} here, {there} there",
        started.elapsed()
    );
    assert_eq!((here + there) as u128, MANY, "each is looked at once");
    let [_, most, all] = [0, 1, 2].map(|n| outside.looks[n].load(Ordering::SeqCst));
    assert_eq!(all as u128, MANY);
    assert!(
        most <= 16,
        "{most} at once, of two processes with eight each"
    );
    assert_eq!(prover.run_due().await, 0);
    // Next time they come over two hours, not at once.
    let now = prover.app.services.world.now();
    let mut due = Vec::new();
    for minutes in [24 * 60, 24 * 60 + 36, 24 * 60 + 72, 24 * 60 + 108] {
        let at = now + SignedDuration::from_mins(minutes);
        let leased = prover
            .app
            .store
            .lease_due(at, at + SignedDuration::from_hours(9), 20_000);
        due.push(leased.await.unwrap().len());
    }
    assert!(due[0] < 50, "{due:?}");
    for quarter in &due[1..] {
        assert!((1_500..3_500).contains(quarter), "{due:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checks_are_answered_while_looks_hang() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee", "channels": [{"kind": "phone", "value": "+442079460123"}]})).await;
    let domain = json!({"kind": "domain", "value": "zenith-coffee.com"});
    let claim = prover.claim(&business, &domain).await;
    *outside.slow.lock().unwrap() = Duration::from_secs(600);
    let nothing = json!({});
    let hanging = prover.try_act(&business, &claim, "check", &nothing);
    let checks = async {
        while outside.looks[0].load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        for _ in 0..50 {
            let check = prover.check("+442079460123", "Zenith Coffee").await;
            assert_eq!(check["verdict"], "verified");
        }
    };
    tokio::select! {
        _ = hanging => panic!("the look has ended"),
        () = checks => {}
    }
}

#[tokio::test]
async fn the_schedule_survives_a_restart() {
    let (database, outside) = (TestDatabase::sqlite(), Arc::new(Outside::default()));
    let prover = proving(&database, &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    let domain = json!({"kind": "domain", "value": "zenith-coffee.com"});
    let claim = prover.claim(&business, &domain).await;
    outside.put_txt("zenith-coffee.com", &["anything"]);
    prover.act(&business, &claim, "check").await;
    // The process ends while it holds a lease; another comes, and the lease lapses.
    prover.app.clock.advance(SignedDuration::from_hours(27));
    let now = prover.app.services.world.now();
    let leased = prover
        .app
        .store
        .lease_due(now, now + SignedDuration::from_mins(15), 10)
        .await;
    assert_eq!(leased.unwrap().len(), 1);
    let mut sibling = prover.app.sibling().await;
    drop(prover);
    with_outside(&mut sibling, &outside);
    let next = Prover::of(sibling).await;
    next.app.clock.advance(SignedDuration::from_hours(27));
    assert_eq!(next.run_due().await, 0);
    next.app.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(next.run_due().await, 1);
}

#[tokio::test]
async fn what_is_gone_counts_for_three_days_and_what_cannot_be_asked_for_as_long_as_it_holds() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    let domain = json!({"kind": "domain", "value": "zenith-coffee.com"});
    let claim = prover.claim(&business, &domain).await;
    outside.put_txt("zenith-coffee.com", &["anything"]);
    prover.act(&business, &claim, "check").await;
    let state = || async { prover.checklist(&business).await["claims"][0].clone() };
    let app = &prover;
    let days = |n: i64| async move {
        for _ in 0..24 * n {
            app.app.clock.advance(SignedDuration::from_hours(1));
            app.run_due().await;
        }
    };
    outside.set_down(true);
    days(5).await;
    let claim = state().await;
    assert_eq!(
        (&claim["state"], &claim["proved"]),
        (&json!("proved"), &json!(true))
    );
    assert_eq!(claim["problem"]["kind"], "unavailable");
    outside.set_down(false);
    outside.put_txt("zenith-coffee.com", &[]);
    days(1).await;
    let claim = state().await;
    assert_eq!(
        (&claim["state"], &claim["proved"]),
        (&json!("failing"), &json!(true))
    );
    days(3).await;
    let claim = state().await;
    assert_eq!(
        (&claim["state"], &claim["proved"]),
        (&json!("expired"), &json!(false))
    );
    // Back again, it is found by itself.
    outside.put_txt("zenith-coffee.com", &["anything"]);
    prover
        .act(&business, claim["id"].as_str().unwrap(), "check")
        .await;
    assert_eq!(state().await["state"], "proved");
}

#[tokio::test]
async fn the_business_is_reminded_once_of_what_only_it_can_renew() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    outside.put_txt("zenith-coffee.com", &["anything"]);
    let domain = json!({"kind": "domain", "value": "zenith-coffee.com"});
    let domain = prover.claim(&business, &domain).await;
    prover.act(&business, &domain, "check").await;
    let mail = json!({"kind": "email", "value": "help@zenith-coffee.com"});
    let mail = prover.claim(&business, &mail).await;
    prover.send_code(&business, &mail).await;
    let code: String = outside.mails.lock().unwrap()[0]
        .text
        .chars()
        .take(6)
        .collect();
    assert_eq!(prover.answer(&business, &mail, &code).await.status, 200);
    for _ in 0..20 {
        prover.app.clock.advance(SignedDuration::from_hours(24));
        prover.run_due().await;
    }
    let list = prover.checklist(&business).await;
    assert_eq!(list["claims"][1]["renewal_due"], true);
    assert_ne!(list["claims"][1]["instructions"], json!([]));
    let mails = outside.mails.lock().unwrap();
    assert_eq!(mails.len(), 2, "the code and one reminder");
    assert_eq!(mails[1].subject, "A proof of yours lapses on 2026-03-31");
}

/// Businesses are compared whole elsewhere; here only that nothing else is changed by a look that finds what was there.
#[tokio::test]
async fn a_look_that_finds_what_was_there_makes_no_new_version_of_the_profile() {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    let domain = json!({"kind": "domain", "value": "zenith-coffee.com"});
    let claim = prover.claim(&business, &domain).await;
    outside.put_txt("zenith-coffee.com", &["anything"]);
    prover.act(&business, &claim, "check").await;
    let id: BusinessId = business.parse().unwrap();
    let version = || async {
        let found: Option<Business> = prover.app.store.get(id).await.unwrap();
        found.unwrap().version
    };
    let before = version().await;
    for _ in 0..5 {
        prover.app.clock.advance(SignedDuration::from_hours(27));
        assert_eq!(prover.run_due().await, 1);
    }
    assert_eq!(version().await, before);
    // After a week its date is written anew.
    for _ in 0..3 {
        prover.app.clock.advance(SignedDuration::from_hours(27));
        prover.run_due().await;
    }
    assert_eq!(version().await, before + 1);
}
