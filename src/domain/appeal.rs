//! Appeals against a ruling, by the accused or by the reporter whose report was refused.

use jiff::{SignedDuration, Timestamp};

use super::error::word_enum;
use super::{AppealId, CaseId, Refused, ReportId, RulingId};

word_enum! {
    /// Who appeals.
    "appellant" Appellant {
        /// Who is said to imitate a business.
        Accused = "accused",
        /// Whose report was refused.
        Reporter = "reporter",
    }
}

word_enum! {
    /// What is known of the appellant's control of the account.
    "control" Control {
        /// Nothing was asked for: a reporter has no account to control.
        NotNeeded = "not_needed",
        /// Nobody has shown it; there may be no way to send a code to the account.
        Unproved = "unproved",
        /// A code that was sent to the account came back.
        Proved = "proved",
    }
}

word_enum! {
    /// Where an appeal stands.
    "state of an appeal" AppealState {
        /// It waits for a code to come back.
        Unproved = "unproved",
        /// It waits for a person to judge it.
        Received = "received",
        /// It waits for the appellant to do something, and to say so.
        Conditional = "conditional",
        /// The appellant has said so.
        Answered = "answered",
        /// The ruling stands.
        Upheld = "upheld",
        /// The ruling is reversed.
        Reversed = "reversed",
        /// The appellant took it back, or never proved control or met the condition.
        Withdrawn = "withdrawn",
    }
}

impl AppealState {
    /// Whether nothing more happens to it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Upheld | Self::Reversed | Self::Withdrawn)
    }
}

word_enum! {
    /// What a person finds.
    "outcome of an appeal" AppealOutcome {
        /// The ruling stands.
        Upheld = "upheld",
        /// It does not.
        Reversed = "reversed",
        /// It would not if something were done first.
        Conditional = "conditional",
    }
}

/// One thing that happens to an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppealStep {
    /// A code that was sent to the account came back.
    Prove,
    /// The appellant goes on without, where no code can be sent.
    GoOn,
    /// A person judges.
    Judge(AppealOutcome),
    /// The appellant answers a condition.
    Answer,
    /// The appellant takes it back, or time is over.
    Withdraw,
}

/// An appeal, as far as its course goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// The id.
    pub id: AppealId,
    /// The case.
    pub case: CaseId,
    /// The ruling that is appealed.
    pub ruling: RulingId,
    /// Who appeals.
    pub by: Appellant,
    /// The refused report, for a reporter.
    pub report: Option<ReportId>,
    /// Where it stands.
    pub state: AppealState,
    /// Whether the appellant has the account.
    pub control: Control,
    /// When it was made.
    pub at: Timestamp,
    /// When it was judged.
    pub judged_at: Option<Timestamp>,
    /// Who judged.
    pub judged_by: Option<String>,
}

impl Appeal {
    /// How long the appellant has for a code or a condition, before the appeal counts as taken back.
    pub const WAITS: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// Takes a step; the appeal is unchanged where it is refused.
    pub fn take(&mut self, step: AppealStep) -> Result<(), Refused> {
        use AppealState as State;
        let next = match (self.state, step) {
            (State::Unproved, AppealStep::Prove) => {
                self.control = Control::Proved;
                State::Received
            }
            (State::Unproved, AppealStep::GoOn) => State::Received,
            (State::Received | State::Answered, AppealStep::Judge(outcome)) => match outcome {
                AppealOutcome::Upheld => State::Upheld,
                AppealOutcome::Reversed => State::Reversed,
                AppealOutcome::Conditional => State::Conditional,
            },
            // Who does not meet a condition can be told so at any time.
            (State::Conditional, AppealStep::Judge(AppealOutcome::Upheld)) => State::Upheld,
            (State::Conditional, AppealStep::Answer) => State::Answered,
            (state, AppealStep::Withdraw) if !state.is_final() => State::Withdrawn,
            (state, _) => {
                return Err(Refused(format!(
                    "the appeal is {state}, so this cannot be done to it"
                )));
            }
        };
        self.state = next;
        Ok(())
    }
}
