//! Laws of the claims' state machine and of the badge, along any path of events.
//!
//! The tests keep books of their own: what was found when, what was voided when. What the badge says is held against them.

use bonafide::domain::{
    Badge, BadgeState, Business, BusinessId, BusinessName, Channel, ChannelValue, Claim,
    ClaimEvent, ClaimId, ClaimState, ClaimSubject, Country, Domain, E164, Evidence, EvidenceId,
    EvidenceKind, LegalIdentity, ProblemKind, Profile, ProofPolicy, ProofProblem, Provenance, Text,
    UserId,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::policy;

const START: i64 = 1_700_000_000;

/// One step of a path. Numbers choose a claim.
#[derive(Debug, Clone)]
enum Step {
    /// So many hours go by.
    Wait(u16),
    Ask(usize),
    Find(usize),
    Miss(usize, ProblemKind),
    Tick(usize),
    Withdraw(usize),
    Reopen(usize),
    Rename,
    Hold,
    Lift,
}

fn step() -> impl Strategy<Value = Step> {
    let claim = 0..6_usize;
    let problem = prop::sample::select(ProblemKind::ALL.to_vec());
    prop_oneof![
        3 => (1..900_u16).prop_map(Step::Wait),
        1 => claim.clone().prop_map(Step::Ask),
        8 => claim.clone().prop_map(Step::Find),
        3 => (claim.clone(), problem).prop_map(|(c, p)| Step::Miss(c, p)),
        2 => claim.clone().prop_map(Step::Tick),
        1 => claim.clone().prop_map(Step::Withdraw),
        1 => claim.prop_map(Step::Reopen),
        1 => Just(Step::Rename),
        1 => Just(Step::Hold),
        1 => Just(Step::Lift),
    ]
}

fn subjects() -> [ClaimSubject; 6] {
    let user = |n| UserId::new(Uuid::from_u128(n));
    [
        ClaimSubject::Domain(Domain::parse("zenith.example.com").unwrap()),
        ClaimSubject::Phone(E164::parse("+442079460123").unwrap()),
        ClaimSubject::Whatsapp(E164::parse("+442079460124").unwrap()),
        ClaimSubject::LegalIdentity(LegalIdentity::Company(
            Country::parse("GB").unwrap(),
            Text::parse("company number", "00445790").unwrap(),
        )),
        ClaimSubject::Approval(user(1)),
        ClaimSubject::Approval(user(2)),
    ]
}

/// A business with its claims, and the books of the test.
struct Played {
    policy: ProofPolicy,
    now: Timestamp,
    business: Business,
    claims: Vec<Claim>,
    held: bool,
    ids: u128,
    /// When evidence of each claim was last found, if nothing has voided it since.
    found: [Option<Timestamp>; 6],
    /// Since when each was missed, if it was proved then and not found again.
    gone: [Option<Timestamp>; 6],
}

impl Played {
    fn new() -> Self {
        let now = Timestamp::from_second(START).unwrap();
        let id = BusinessId::new(Uuid::from_u128(7));
        let number = E164::parse("+442079460123").unwrap();
        let profile = Profile {
            channels: vec![Channel::listed(ChannelValue::Phone(number), None)],
            ..Profile::named(BusinessName::parse("Zenith").unwrap())
        };
        let numbered = (10..).zip(subjects());
        let claims = numbered
            .map(|(n, subject)| Claim::new(ClaimId::new(Uuid::from_u128(n)), id, subject, now));
        Self {
            policy: policy(),
            now,
            claims: claims.collect(),
            business: Business::new(id, profile, now),
            held: false,
            ids: 1_000,
            found: [None; 6],
            gone: [None; 6],
        }
    }

    fn play(&mut self, step: &Step) {
        match *step {
            Step::Wait(hours) => {
                self.now += SignedDuration::from_hours(hours.into());
                // Nobody has looked since: the badge is what it was, until it is settled.
            }
            Step::Ask(n) => self.apply(n, ClaimEvent::Asked),
            Step::Find(n) => self.find(n),
            Step::Miss(n, kind) => self.miss(n, kind),
            Step::Tick(n) => self.apply(n, ClaimEvent::Tick),
            Step::Withdraw(n) => {
                self.apply(n, ClaimEvent::Withdrawn);
                (self.found[n], self.gone[n]) = (None, None);
            }
            Step::Reopen(n) => self.apply(n, ClaimEvent::Reopened),
            Step::Rename => {
                let name = format!("Zenith {}", self.ids);
                self.ids += 1;
                let mut next = self.business.profile.clone();
                next.name = BusinessName::parse(&name).unwrap();
                self.business.take_profile(next, self.now);
                self.void();
            }
            Step::Hold => {
                self.held = true;
                self.void();
            }
            Step::Lift => {
                self.held = false;
                self.void();
            }
        }
        self.business = self
            .business
            .settled(&self.claims, self.held, &self.policy, self.now);
    }

    fn apply(&mut self, n: usize, event: ClaimEvent) {
        let times = self.policy.times(self.claims[n].kind());
        if let Ok(next) = self.claims[n].after(event, self.now, times) {
            assert_eq!(next.version, self.claims[n].version + 1);
            self.claims[n] = next;
        }
    }

    fn find(&mut self, n: usize) {
        self.ids += 1;
        let valid_for = self.policy.times(self.claims[n].kind()).valid_for;
        let evidence = Evidence {
            id: EvidenceId::new(Uuid::from_u128(self.ids)),
            kind: EvidenceKind::ALL[n],
            at: self.now,
            expires_at: self.now + valid_for,
            issuer: "test".to_owned(),
            detail: "found".to_owned(),
        };
        let open = self.claims[n].state != ClaimState::Withdrawn;
        self.apply(n, ClaimEvent::Found(evidence));
        if open {
            (self.found[n], self.gone[n]) = (Some(self.now), None);
        }
    }

    fn miss(&mut self, n: usize, kind: ProblemKind) {
        let counted = self.claims[n].counts(self.now);
        let problem = ProofProblem {
            kind,
            detail: "missed".to_owned(),
            at: self.now,
        };
        self.apply(n, ClaimEvent::Missed(problem));
        if counted && kind != ProblemKind::Unavailable && self.gone[n].is_none() {
            self.gone[n] = Some(self.now);
        }
    }

    fn void(&mut self) {
        for n in 0..self.claims.len() {
            self.apply(n, ClaimEvent::Voided);
        }
        (self.found, self.gone) = ([None; 6], [None; 6]);
    }

    /// By the books: whether evidence of a claim was found in this round, is not too old, and was not missed too long ago.
    fn is_fresh(&self, n: usize) -> bool {
        let times = self.policy.times(self.claims[n].kind());
        let young = self.found[n].is_some_and(|at| self.now.duration_since(at) < times.valid_for);
        let there = self.gone[n].is_none_or(|at| self.now.duration_since(at) < times.grace);
        young && there
    }

    /// By the books: the badge that the policy of these tests gives.
    fn deserved(&self) -> Badge {
        let [domain, phone, whatsapp, legal, one, two] =
            [0, 1, 2, 3, 4, 5].map(|n| self.is_fresh(n));
        match (domain && (phone || whatsapp), legal && one && two) {
            (true, true) => Badge::Official,
            (true, false) => Badge::Verified,
            (false, _) => Badge::None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_path_leads_to_an_active_badge_without_fresh_evidence(
        steps in prop::collection::vec(step(), 1..80)
    ) {
        let mut played = Played::new();
        for step in &steps {
            played.play(step);
            let Business { badge, badge_state, .. } = played.business;
            let active = badge != Badge::None && badge_state == BadgeState::Active;
            if active {
                prop_assert_eq!(badge, played.deserved(), "after {:?}", step);
                prop_assert!(!played.held, "held, after {:?}", step);
            } else if !played.held {
                prop_assert_eq!(played.deserved(), Badge::None, "a badge is withheld, after {:?}", step);
            }
            if played.held {
                prop_assert_eq!(badge_state, BadgeState::Suspended);
            }
        }
    }

    #[test]
    fn a_channel_is_proved_exactly_while_a_claim_of_it_counts(
        steps in prop::collection::vec(step(), 1..80)
    ) {
        let mut played = Played::new();
        for step in &steps {
            played.play(step);
            for channel in &played.business.profile.channels {
                let counts = |n: usize| {
                    played.claims[n].subject.proves(&channel.value) && played.is_fresh(n)
                };
                let proved = channel.provenance_at(Some(played.now)) == Provenance::Proved;
                prop_assert_eq!(proved, (0..6).any(counts), "{} after {:?}", channel.value, step);
                prop_assert!(!proved || channel.proof.is_some_and(|p| p.at <= played.now && played.now < p.until));
            }
        }
    }

    #[test]
    fn what_was_put_up_for_one_round_is_of_no_use_in_another(
        steps in prop::collection::vec(step(), 1..80)
    ) {
        let mut played = Played::new();
        let mut rounds = vec![1; 6];
        for step in &steps {
            played.play(step);
            for (claim, round) in played.claims.iter().zip(&mut rounds) {
                prop_assert!(claim.round >= *round);
                let voiding = matches!(step, Step::Rename | Step::Hold | Step::Lift | Step::Reopen(_));
                prop_assert!(claim.round == *round || voiding);
                if claim.round > *round {
                    prop_assert_eq!(claim.state, ClaimState::Unproved);
                    prop_assert_eq!(&claim.evidence, &None);
                }
                *round = claim.round;
            }
        }
    }

    #[test]
    fn what_counts_is_always_planned_to_be_looked_at_before_it_lapses(
        steps in prop::collection::vec(step(), 1..80)
    ) {
        let mut played = Played::new();
        for step in &steps {
            played.play(step);
            for claim in played.claims.iter().filter(|c| c.counts(played.now)) {
                let lapses = claim.evidence.as_ref().unwrap().expires_at;
                prop_assert!(claim.next_check_at.is_some_and(|next| next <= lapses), "{:?}", claim);
            }
        }
    }
}

/// 10,000 claims that are looked at together are not looked at together again.
#[test]
fn claims_that_were_due_together_are_spread() {
    let policy = policy();
    let now = Timestamp::from_second(START).unwrap();
    let subject = ClaimSubject::Domain(Domain::parse("example.com").unwrap());
    let times = policy.times(subject.kind());
    let mut minutes = std::collections::BTreeMap::<i64, u32>::new();
    for n in 0..10_000 {
        let id = Uuid::from_u128(0x0197_a3c5_d8f0_7c3e_9b1f_6a2b_4c8d_0e1f + n * 7_919);
        let business = BusinessId::new(Uuid::from_u128(1));
        let claim = Claim::new(ClaimId::new(id), business, subject.clone(), now);
        let evidence = Evidence {
            id: EvidenceId::new(id),
            kind: EvidenceKind::DnsTxt,
            at: now,
            expires_at: now + times.valid_for,
            issuer: String::new(),
            detail: String::new(),
        };
        let next = claim
            .after(ClaimEvent::Found(evidence), now, times)
            .unwrap();
        let wait = next.next_check_at.unwrap().duration_since(now);
        assert!(
            wait >= times.recheck_every && wait <= times.recheck_every + times.recheck_every / 10
        );
        *minutes.entry(wait.as_mins()).or_default() += 1;
    }
    // A tenth of a day is 144 minutes: 70 a minute if they were spread evenly.
    let most = minutes.values().max().unwrap();
    assert!(
        minutes.len() > 120 && *most < 150,
        "{} minutes, {most} at most",
        minutes.len()
    );
}
