//! The words of Bonafide as types.
//!
//! Raw strings become these types at the edge, by `parse`; inside, a wrong value cannot be made. This room
//! knows nothing of JSON, SQL, HTTP, files, clocks or the network. What the match index packs derives `serde`, for its own
//! records only: what comes from outside goes through `parse`.

mod account;
mod account_key;
mod act;
mod address;
mod answer_language;
mod appeal;
mod assessment;
mod badge_log;
mod badge_policy;
mod business;
mod case;
mod channel;
mod claim;
mod claim_subject;
mod error;
mod evidence;
mod hex;
pub(crate) mod hosts;
mod hours;
mod id;
mod lei;
pub mod merkle;
mod name;
mod person;
mod phone;
mod place;
mod platform_link;
mod report;
mod representative;
mod ruling;
mod secret;
mod text;
mod validity;
mod web;

pub use account::{Account, Medium};
pub use account_key::{AccountKey, KeyKind};
pub use act::{Act, Actor, AuditHead, KeyState, Reason};
pub use address::Address;
pub(crate) use answer_language::say;
pub use answer_language::{AnswerLanguage, Bilingual, Sentence};
pub use appeal::{Appeal, AppealOutcome, AppealState, AppealStep, Appellant, Control};
pub use assessment::{Advice, Assessment, Compared, KnownChannel, Match, Ruled, Signal, Verdict};
pub use badge_log::{BadgeChange, BadgeEvent, BadgeReason, TreeHead};
pub use badge_policy::{BadgeRule, BadgeStanding, HoldCause, Missing, ProofPolicy, ProofTimes};
pub use business::{Badge, BadgeState, Business, CatalogueItem, Price, Profile, Vertical};
pub use case::{
    Case, CaseClaim, CaseState, CaseStep, Clusters, Proposal, Reach, Refused, Standing,
};
pub use channel::{
    Channel, ChannelKind, ChannelValue, Coverage, Handle, Platform, Provenance, Purpose, SenderId,
};
pub use claim::{
    Claim, ClaimEvent, ClaimRefusal, ClaimState, OutsideIds, ProblemKind, ProofProblem,
};
pub use claim_subject::{ClaimKind, ClaimSubject, LegalIdentity};
pub use error::Invalid;
pub use evidence::{ChannelProof, Evidence, EvidenceKind};
pub use hex::Hex;
pub use hours::{OpenSpan, OpeningHours};
pub use id::{
    ActId, AppealId, BulkId, BusinessId, CaseId, CheckId, ClaimId, ConflictId, EvidenceId, FileId,
    KeyId, LabelId, NoteId, OrganisationId, ReportId, RequestId, RulingId, RunId, SessionId,
    TemplateId, UserId, ViewId,
};
pub use lei::Lei;
pub use name::{KindedName, NameKind, ProtectedKind, ProtectedName};
pub use person::{PersonName, Role};
pub use phone::{E164, NumberType, PhoneError, PhoneKind, PhoneNumber, PhoneReading};
pub use place::{Country, Language};
pub use report::{FileKind, Harm, ReportText, Reporter};
pub use representative::{Representative, RepresentativeKind};
pub use ruling::{Decision, ReasonCode, RulingKind, RulingState, Sentence as RulingSentence};
pub use secret::Secret;
pub use text::{BusinessName, DisplayName, ExternalId, Text};
pub use validity::{Timing, Validity};
pub use web::{Domain, Email, Website};
