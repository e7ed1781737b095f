//! Claims and what follows from them, on each engine.

use std::sync::Arc;

use bonafide::domain::{
    ActId, Badge, BadgeState, Business, Channel, ChannelValue, Claim, ClaimEvent, ClaimId,
    ClaimSubject, Domain, E164, Evidence, EvidenceId, EvidenceKind, HoldCause, ProblemKind,
    ProofProblem, Provenance,
};
use bonafide::store::{AuditListing, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{act, at, business, id, named, profile, renamed, upserts};
use crate::proof::policy;
use crate::support::{TestDatabase, on_every_engine};

on_every_engine! {
    a_claim_is_read_back_as_it_was_written_and_made_once,
    evidence_settles_channels_and_badge_in_one_transaction,
    a_claim_that_has_changed_meanwhile_is_left_alone,
    whatever_renames_a_business_voids_its_proofs,
    an_undone_import_does_not_bring_a_badge_back,
    a_held_business_proves_nothing_until_it_is_let_go,
    a_channel_that_two_businesses_prove_is_contested,
    claims_go_with_their_business,
}

pub(super) fn number() -> E164 {
    E164::parse("+442079460123").unwrap()
}

pub(super) fn claim(n: u128, of: u128, subject: ClaimSubject) -> Claim {
    Claim::new(ClaimId::new(Uuid::from_u128(n)), id(of), subject, at(0))
}

fn domain(n: u128, of: u128) -> Claim {
    claim(
        n,
        of,
        ClaimSubject::Domain(Domain::parse("example.com").unwrap()),
    )
}

fn phone(n: u128, of: u128) -> Claim {
    claim(n, of, ClaimSubject::Whatsapp(number()))
}

pub(super) fn evidence(n: u128, kind: EvidenceKind, second: i64) -> Evidence {
    Evidence {
        id: EvidenceId::new(Uuid::from_u128(n)),
        kind,
        at: at(second),
        expires_at: at(second) + SignedDuration::from_hours(24 * 30),
        issuer: "the test".to_owned(),
        detail: "it was found".to_owned(),
    }
}

pub(super) fn after(claim: &Claim, event: ClaimEvent, second: i64) -> Claim {
    let policy = policy();
    let times = policy.times(claim.kind());
    claim.after(event, at(second), times).unwrap()
}

pub(super) fn found(claim: &Claim, n: u128, kind: EvidenceKind, second: i64) -> Claim {
    after(claim, ClaimEvent::Found(evidence(n, kind, second)), second)
}

pub(super) async fn the_claim(store: &dyn Store, claim: &Claim) -> Claim {
    store.get_claim(claim.id).await.unwrap().unwrap()
}

async fn the_business(store: &dyn Store, of: u128) -> Business {
    store.get(id(of)).await.unwrap().unwrap()
}

/// A business with a proved domain and a proved number, hence a badge; gives its claims.
pub(super) async fn verified(store: &dyn Store) -> [Claim; 2] {
    let mut new = business(1, profile("zenith", "Zenith"));
    new.profile.channels = vec![Channel::listed(ChannelValue::Whatsapp(number()), None)];
    store.insert(&new, &act(0)).await.unwrap();
    let made = [domain(11, 1), phone(12, 1)];
    for claim in &made {
        store.insert_claim(claim, None, &act(0)).await.unwrap();
    }
    let proved = [
        found(&made[0], 21, EvidenceKind::DnsTxt, 10),
        found(&made[1], 22, EvidenceKind::WhatsappBusiness, 10),
    ];
    let settled = store
        .change_claims(&proved, &policy(), &act(10))
        .await
        .unwrap();
    assert_eq!(settled.stale, []);
    proved
}

async fn a_claim_is_read_back_as_it_was_written_and_made_once(db: TestDatabase) {
    let store = db.open().await;
    store
        .insert(&business(1, named("Zenith")), &act(0))
        .await
        .unwrap();
    let mut made = phone(11, 1);
    made.outside.thing = Some("106540352242922".to_owned());
    made.outside.account = Some("102290129340398".to_owned());
    store
        .insert_claim(&made, Some(b"sealed"), &act(0))
        .await
        .unwrap();
    assert_eq!(the_claim(&*store, &made).await, made);
    assert_eq!(
        store.claim_token(made.id).await,
        Ok(Some(b"sealed".to_vec()))
    );
    let again = store.insert_claim(&phone(12, 1), None, &act(0)).await;
    let told = "the business claims the whatsapp +442079460123 already";
    assert_eq!(again, Err(StoreError::Conflict(told.to_owned())));
    let nobodys = store.insert_claim(&phone(13, 9), None, &act(0)).await;
    assert!(
        matches!(nobodys, Err(StoreError::NotFound(_))),
        "{nobodys:?}"
    );
    let problem = ProofProblem {
        kind: ProblemKind::Unavailable,
        detail: "nobody answers".to_owned(),
        at: at(5),
    };
    let missed = after(&made, ClaimEvent::Missed(problem), 5);
    let proved = found(&missed, 21, EvidenceKind::WhatsappBusiness, 6);
    let withdrawn = after(&proved, ClaimEvent::Withdrawn, 7);
    for next in [missed, proved, withdrawn] {
        let written = std::slice::from_ref(&next);
        store
            .change_claims(written, &policy(), &act(7))
            .await
            .unwrap();
        assert_eq!(the_claim(&*store, &made).await, next);
        assert_eq!(store.claims_of(id(1)).await, Ok(vec![next]));
    }
    let kept = store.evidence_of(made.id, 10).await.unwrap();
    assert_eq!(kept, [evidence(21, EvidenceKind::WhatsappBusiness, 6)]);
}

async fn evidence_settles_channels_and_badge_in_one_transaction(db: TestDatabase) {
    let store = db.open().await;
    let before = store.audit_head().await.unwrap().seq;
    let proved = verified(&*store).await;
    let business = the_business(&*store, 1).await;
    assert_eq!(
        (business.badge, business.badge_state),
        (Badge::Verified, BadgeState::Active)
    );
    assert_eq!(business.version, 2);
    let channels = &business.profile.channels;
    // The domain's website was not there, and is now.
    assert_eq!(channels.len(), 2);
    for (channel, claim) in channels.iter().zip([&proved[1], &proved[0]]) {
        assert_eq!(channel.provenance, Provenance::Proved);
        let proof = channel.proof.unwrap();
        let evidence = claim.evidence.as_ref().unwrap();
        assert_eq!(
            (proof.evidence, proof.at, proof.until),
            (evidence.kind, at(10), evidence.expires_at)
        );
        assert_eq!(channel.confirmed_at, Some(at(10)));
    }
    // Four writes: the business, two claims, and what was found.
    assert_eq!(store.audit_head().await.unwrap().seq, before + 4);
    assert_eq!(store.seq().await, Ok(2));
    let listing = AuditListing {
        newest_first: true,
        limit: 1,
        ..AuditListing::default()
    };
    let entry = store.list_audit(&listing).await.unwrap().remove(0);
    let told = entry.after.unwrap();
    assert!(
        told.contains("\"badge\":\"verified\"") && told.contains("\"state\":\"proved\""),
        "{told}"
    );
    let versions = store.versions(id(1), None, 10).await.unwrap();
    assert_eq!(versions.len(), 2);
}

async fn a_claim_that_has_changed_meanwhile_is_left_alone(db: TestDatabase) {
    let store = db.open().await;
    let [domain, phone] = verified(&*store).await;
    let late = found(&domain, 31, EvidenceKind::WellKnown, 20);
    let first = after(&domain, ClaimEvent::Tick, 19);
    let fresh = found(&phone, 32, EvidenceKind::WhatsappBusiness, 20);
    store
        .change_claims(std::slice::from_ref(&first), &policy(), &act(19))
        .await
        .unwrap();
    let both = [late, fresh.clone()];
    let settled = store
        .change_claims(&both, &policy(), &act(20))
        .await
        .unwrap();
    assert_eq!(settled.stale, [domain.id]);
    assert_eq!(the_claim(&*store, &domain).await, first);
    assert_eq!(the_claim(&*store, &phone).await, fresh);
}

async fn whatever_renames_a_business_voids_its_proofs(db: TestDatabase) {
    let store = db.open().await;
    let claims = verified(&*store).await;
    let old = the_business(&*store, 1).await;
    let mut next = renamed(&old, "Zenith");
    let mut other = old.profile.clone();
    other.name = named("Zenith Bank").name;
    next.take_profile(other, at(60));
    store.replace(&next, old.version, &act(60)).await.unwrap();
    for claim in &claims {
        let voided = the_claim(&*store, claim).await;
        assert_eq!(voided, after(claim, ClaimEvent::Voided, 60));
    }
    let suspended = the_business(&*store, 1).await;
    assert_eq!(suspended.badge_state, BadgeState::Suspended);
    let listed = |b: &Business| {
        let mut channels = b.profile.channels.iter();
        channels.all(|c| c.provenance == Provenance::Listed && c.proof.unwrap().until == at(60))
    };
    assert!(listed(&suspended));
    // The old evidence is of another round: a look that was under way is late.
    let late = found(&claims[0], 41, EvidenceKind::DnsTxt, 61);
    let settled = store.change_claims(&[late], &policy(), &act(61)).await;
    assert_eq!(settled.unwrap().stale, [claims[0].id]);
    // Both prove anew, and the badge is back; then an import renames the business.
    let mut again = Vec::new();
    for (n, claim) in (51..).zip(&claims) {
        let kind = claim.evidence.as_ref().unwrap().kind;
        again.push(found(&the_claim(&*store, claim).await, n, kind, 70));
    }
    store
        .change_claims(&again, &policy(), &act(70))
        .await
        .unwrap();
    assert_eq!(
        the_business(&*store, 1).await.badge_state,
        BadgeState::Active
    );
    let imported = upserts(77, [profile("zenith", "Zenith Support")]);
    store.upsert_batch(imported, &act(80)).await.unwrap();
    let renamed = the_business(&*store, 1).await;
    assert_eq!(
        (renamed.badge, renamed.badge_state),
        (Badge::Verified, BadgeState::Suspended)
    );
    assert_eq!(the_claim(&*store, &claims[0]).await.round, 3);
}

async fn an_undone_import_does_not_bring_a_badge_back(db: TestDatabase) {
    let store = db.open().await;
    verified(&*store).await;
    let run = bonafide::domain::RunId::new(Uuid::from_u128(5));
    let mut import = act(80);
    import.run = Some(run);
    import.id = ActId::new(Uuid::from_u128(987_654));
    let begun = bonafide::store::ImportRun {
        id: run,
        actor: "command:test".to_owned(),
        source: "a file".to_owned(),
        started_at: at(80),
        finished_at: None,
        undone_at: None,
        counts: super::counts(0, 0, 0),
        rejected: 0,
    };
    store.begin_run(&begun, &act(79)).await.unwrap();
    let file = upserts(77, [profile("zenith", "Zenith Support")]);
    store.upsert_batch(file, &import).await.unwrap();
    let undone = store.undo_some(run, 10, &act(90)).await.unwrap();
    assert_eq!(undone.restored, 1);
    let restored = the_business(&*store, 1).await;
    assert_eq!(restored.profile.name.as_str(), "Zenith");
    assert_eq!(restored.badge_state, BadgeState::Suspended);
    let listed = |c: &Channel| c.provenance == Provenance::Listed;
    assert!(restored.profile.channels.iter().all(listed));
}

async fn a_held_business_proves_nothing_until_it_is_let_go(db: TestDatabase) {
    let store = db.open().await;
    let claims = verified(&*store).await;
    let hold = |cause, second: i64| {
        let store = Arc::clone(&store);
        async move { store.set_hold(id(1), cause, &policy(), &act(second)).await }
    };
    let cause = Some(HoldCause::SimSwap);
    let held = hold(cause, 20).await.unwrap();
    assert_eq!(
        (held.badge, held.badge_state),
        (Badge::Verified, BadgeState::Suspended)
    );
    assert_eq!(held, the_business(&*store, 1).await);
    let told = store.hold_of(id(1)).await.unwrap().unwrap();
    assert_eq!((told.cause, told.at), (HoldCause::SimSwap, at(20)));
    let again = hold(cause, 21).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    let prove = |round: u128, second: i64| {
        let (store, claims) = (Arc::clone(&store), claims.clone());
        async move {
            let mut proved = Vec::new();
            for (n, claim) in (0..).zip(&claims) {
                let kind = claim.evidence.as_ref().unwrap().kind;
                let now = the_claim(&*store, claim).await;
                proved.push(found(&now, 100 * round + n, kind, second));
            }
            store
                .change_claims(&proved, &policy(), &act(second))
                .await
                .unwrap();
            the_business(&*store, 1).await.badge_state
        }
    };
    assert_eq!(prove(1, 30).await, BadgeState::Suspended);
    let lifted = hold(None, 40).await.unwrap();
    assert_eq!(
        lifted.badge_state,
        BadgeState::Suspended,
        "what was proved meanwhile counts for nothing"
    );
    assert_eq!(store.hold_of(id(1)).await, Ok(None));
    assert_eq!(prove(2, 50).await, BadgeState::Active);
    let again = hold(None, 60).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
}

async fn a_channel_that_two_businesses_prove_is_contested(db: TestDatabase) {
    let store = db.open().await;
    verified(&*store).await;
    store
        .insert(&business(2, named("Other")), &act(0))
        .await
        .unwrap();
    let other = phone(15, 2);
    store.insert_claim(&other, None, &act(0)).await.unwrap();
    let proved = found(&other, 71, EvidenceKind::WhatsappBusiness, 30);
    store
        .change_claims(&[proved], &policy(), &act(30))
        .await
        .unwrap();
    let contested = store.contested(id(1)).await.unwrap();
    let told: Vec<_> = contested.iter().map(|c| c.value.as_str()).collect();
    assert_eq!(told, ["+442079460123"]);
}

async fn claims_go_with_their_business(db: TestDatabase) {
    let store = db.open().await;
    let claims = verified(&*store).await;
    store.delete(id(1), None, &act(20)).await.unwrap();
    assert_eq!(store.get_claim(claims[0].id).await, Ok(None));
    let late = found(&claims[0], 31, EvidenceKind::DnsTxt, 21);
    let settled = store.change_claims(&[late], &policy(), &act(21)).await;
    assert_eq!(settled.unwrap().stale, [claims[0].id]);
    let due = store.lease_due(Timestamp::MAX, at(30), 10).await;
    assert_eq!(due, Ok(vec![]));
}
