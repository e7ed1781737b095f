//! Rulings: what a reviewer may say of a case, and why.

use jiff::SignedDuration;

use super::error::word_enum;
use super::{CaseId, Invalid, RulingId, Text};

word_enum! {
    /// What a reviewer rules.
    "ruling" RulingKind {
        /// The account imitates the business: further checks of its key say so.
        ConfirmedImpostor = "confirmed_impostor",
        /// The account is what it says it is, or claims nothing.
        Legitimate = "legitimate",
        /// Somebody who may speak for the business; is added to its representatives.
        AuthorisedRepresentative = "authorised_representative",
        /// A channel of the business that the registry lacks; the business is asked to prove it.
        NewChannel = "new_channel",
        /// Nobody can tell yet.
        NotEnoughEvidence = "not_enough_evidence",
        /// The same account as another case's.
        Duplicate = "duplicate",
        /// Somebody else has to decide.
        Escalate = "escalate",
    }
}

impl RulingKind {
    /// How long checks answer with a confirmed impostor, unless it is renewed: numbers are re-issued.
    pub const LASTS: SignedDuration = SignedDuration::from_hours(90 * 24);

    /// Whether it says something of the account that others act upon.
    pub fn has_effect(self) -> bool {
        matches!(
            self,
            Self::ConfirmedImpostor
                | Self::Legitimate
                | Self::AuthorisedRepresentative
                | Self::NewChannel
        )
    }

    /// Whether it says that the account is no impostor.
    pub fn clears(self) -> bool {
        self.has_effect() && self != Self::ConfirmedImpostor
    }

    /// Whether it goes against the report that opened the case, so that the reporter may appeal.
    pub fn refuses_report(self) -> bool {
        self.clears() || self == Self::NotEnoughEvidence
    }
}

word_enum! {
    /// Why a reviewer rules so: countable, beside the sentence that can be read.
    "reason code" ReasonCode {
        /// The name is copied, or disguised.
        CopiedName = "copied_name",
        /// Picture, texts or offers are copied.
        CopiedContent = "copied_content",
        /// It claims a tie to the business that there is not.
        FalseAffiliation = "false_affiliation",
        /// It asked for money, codes or documents.
        AskedForMoneyOrCodes = "asked_for_money_or_codes",
        /// The business says that it is not theirs.
        BusinessDenies = "business_denies",
        /// The business says that it is theirs.
        BusinessConfirms = "business_confirms",
        /// Another business or person of the same name.
        Namesake = "namesake",
        /// Parody, fan page or criticism that says so.
        Parody = "parody",
        /// A contract or list shows that it may speak for the business.
        AuthorisationShown = "authorisation_shown",
        /// The evidence does not carry a ruling.
        EvidenceLacking = "evidence_lacking",
        /// The same account or actor is in another case.
        SameAccount = "same_account",
        /// The report was made up.
        FalseReport = "false_report",
        /// It needs somebody with more say or knowledge.
        NeedsExpert = "needs_expert",
        /// Something else, as the sentence says.
        Other = "other",
    }
}

word_enum! {
    /// What became of a ruling.
    "state of a ruling" RulingState {
        /// It waits for a second person.
        Proposed = "proposed",
        /// It stands.
        Standing = "standing",
        /// It was undone in time.
        Undone = "undone",
        /// Another took its place.
        Replaced = "replaced",
        /// It changed nothing but the queue.
        Noted = "noted",
    }
}

/// The sentence that says why, 10–2,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(Text<2_000>);

impl Sentence {
    /// Fewest characters: a code is no sentence.
    pub const MIN_CHARS: usize = 10;

    /// Trims; refuses what is shorter than [`Self::MIN_CHARS`] or longer than 2,000 characters.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        if value.trim().chars().count() < Self::MIN_CHARS {
            let reason = format_args!(
                "say in a sentence of at least {} characters why",
                Self::MIN_CHARS
            );
            return Err(Invalid::new("sentence", value, reason));
        }
        Ok(Self(Text::parse("sentence", value)?))
    }

    /// The sentence.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A ruling as far as it moves its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub ruling: RulingId,
    /// What it says.
    pub kind: RulingKind,
    /// Who rules.
    pub by: String,
    /// Whether it takes two people: high reach, or the reversal of a ruling.
    pub needs_second: bool,
    /// For a duplicate: of which case.
    pub duplicate_of: Option<CaseId>,
}

impl Decision {
    /// Whether it takes two people, with what is known of the account: high reach, or the reversal of what was said of it.
    pub fn takes_two(&self, high_reach: bool, former: Option<RulingKind>) -> bool {
        let reverses = former.is_some_and(|former| {
            (former == RulingKind::ConfirmedImpostor && self.kind.clears())
                || (former.clears() && self.kind == RulingKind::ConfirmedImpostor)
        });
        self.needs_second || reverses || (high_reach && self.kind.has_effect())
    }
}
