//! Laws of cases and appeals: whatever is tried, only legal steps are taken.

use bonafide::domain::{
    Appeal, AppealId, AppealOutcome, AppealState, AppealStep, Appellant, Case, CaseId, CaseState,
    CaseStep, Clusters, Control, Decision, KeyKind, Reach, RulingId, RulingKind, Verdict,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

fn case() -> Case {
    Case {
        id: CaseId::new(Uuid::from_u128(1)),
        version: 1,
        key_digest: [0; 32],
        key_kind: KeyKind::Phone,
        state: CaseState::Open,
        business: None,
        verdict: Verdict::LikelyImpostor,
        score: 0.9,
        signals: Vec::new(),
        medium: None,
        reach: Reach {
            reports: 0,
            independent: 0.0,
            business: 1.0,
        },
        priority: 0.0,
        opened_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        escalated: None,
        claim: None,
        proposal: None,
        standing: None,
        merged_into: None,
        clusters: Clusters::default(),
        golden: None,
    }
}

fn person() -> impl Strategy<Value = String> {
    prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(str::to_owned)
}

fn kind() -> impl Strategy<Value = RulingKind> {
    proptest::sample::select(RulingKind::ALL)
}

fn step() -> impl Strategy<Value = CaseStep> {
    prop_oneof![
        4 => person().prop_map(|by| CaseStep::Claim {
            by,
            until: Timestamp::from_second(50_000_000).unwrap(),
        }),
        1 => person().prop_map(|by| CaseStep::Release { by }),
        1 => Just(CaseStep::Lapse),
        4 => (person(), kind(), any::<bool>(), any::<u128>()).prop_map(|(by, kind, needs_second, id)| {
            CaseStep::Decide(Decision {
                ruling: RulingId::new(Uuid::from_u128(id)),
                kind,
                by,
                needs_second,
                duplicate_of: None,
            })
        }),
        1 => person().prop_map(|by| CaseStep::Undo { by }),
        1 => Just(CaseStep::Reopen),
        2 => Just(CaseStep::Appeal),
        1 => Just(CaseStep::Withdraw),
        2 => (person(), proptest::option::of((any::<u128>(), kind()))).prop_map(|(by, instead)| {
            CaseStep::Judge {
                by,
                instead: instead.map(|(id, kind)| (RulingId::new(Uuid::from_u128(id)), kind)),
            }
        }),
        1 => Just(CaseStep::Close),
    ]
}

/// Every way from one state to another.
fn is_legal(from: CaseState, step: &CaseStep, to: CaseState) -> bool {
    use CaseState::{Appealed, Claimed, Closed, Decided, Open};
    matches!(
        (from, step, to),
        (Open | Claimed, CaseStep::Claim { .. }, Claimed)
            | (Claimed, CaseStep::Release { .. } | CaseStep::Lapse, Open)
            | (Claimed, CaseStep::Decide(_), Decided | Open)
            | (Decided, CaseStep::Undo { .. } | CaseStep::Reopen, Open)
            | (Decided, CaseStep::Appeal, Appealed)
            | (Decided, CaseStep::Close, Closed)
            | (Appealed, CaseStep::Withdraw, Decided)
            | (Appealed, CaseStep::Judge { .. }, Closed)
    )
}

proptest! {
    #[test]
    fn only_legal_steps_are_taken_and_a_refused_one_changes_nothing(
        steps in proptest::collection::vec((step(), 0_i64..1_000_000), 1..40),
    ) {
        let mut case = case();
        let mut at = Timestamp::UNIX_EPOCH;
        for (step, seconds) in steps {
            at += SignedDuration::from_secs(seconds);
            let before = case.clone();
            if case.take(&step, at).is_err() {
                prop_assert_eq!(&case, &before);
                continue;
            }
            prop_assert!(is_legal(before.state, &step, case.state), "{:?} {step:?} {:?}", before.state, case.state);
            prop_assert_eq!(case.version, before.version + 1);
            prop_assert_eq!(case.claim.is_some(), case.state == CaseState::Claimed);
            let is_ruled = !matches!(case.state, CaseState::Open | CaseState::Claimed);
            prop_assert_eq!(case.standing.is_some(), is_ruled);
            if let (CaseStep::Decide(decision), Some(claim)) = (&step, &before.claim) {
                prop_assert_eq!(&decision.by, &claim.by, "only its holder rules");
                if decision.needs_second && case.state == CaseState::Decided {
                    let standing = case.standing.as_ref().unwrap();
                    prop_assert!(standing.first.as_ref().is_some_and(|f| *f != standing.by));
                }
            }
            if let (CaseStep::Judge { by, .. }, Some(standing)) = (&step, &before.standing) {
                prop_assert_ne!(by, &standing.by, "another person judges");
                prop_assert_ne!(Some(by), standing.first.as_ref());
            }
        }
    }

    #[test]
    fn an_appeal_ends_only_by_a_judgement_or_by_being_taken_back(
        steps in proptest::collection::vec(0_usize..7, 1..20),
        proved in any::<bool>(),
    ) {
        let every = [
            AppealStep::Prove,
            AppealStep::GoOn,
            AppealStep::Judge(AppealOutcome::Upheld),
            AppealStep::Judge(AppealOutcome::Reversed),
            AppealStep::Judge(AppealOutcome::Conditional),
            AppealStep::Answer,
            AppealStep::Withdraw,
        ];
        let mut appeal = Appeal {
            id: AppealId::new(Uuid::nil()),
            case: CaseId::new(Uuid::nil()),
            ruling: RulingId::new(Uuid::nil()),
            by: Appellant::Accused,
            report: None,
            state: if proved { AppealState::Received } else { AppealState::Unproved },
            control: Control::Unproved,
            at: Timestamp::UNIX_EPOCH,
            judged_at: None,
            judged_by: None,
        };
        for step in steps {
            let step = every[step];
            let before = appeal.clone();
            if appeal.take(step).is_err() {
                prop_assert_eq!(&appeal, &before);
                continue;
            }
            prop_assert!(!before.state.is_final(), "nothing follows {}", before.state);
            let is_judged = matches!(appeal.state, AppealState::Upheld | AppealState::Reversed);
            prop_assert_eq!(is_judged, matches!(
                step,
                AppealStep::Judge(AppealOutcome::Upheld | AppealOutcome::Reversed)
            ));
            prop_assert_eq!(
                before.control != Control::Proved && appeal.control == Control::Proved,
                step == AppealStep::Prove
            );
        }
    }
}
