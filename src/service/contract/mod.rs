//! The JSON contracts that other programs depend on: an account, an assessment, a registry line.
//!
//! One shape each for the command line, files and HTTP. They are plain data with names of the wire; parsing
//! them into domain types is what gives errors that point at the field.

mod account;
mod assessment;
mod audit;
mod badge_log;
mod business;
mod channel;
mod check;
mod field;
mod json;
mod registry_line;
pub mod words;

pub use account::{AccountInput, CatalogueItemInput, HandleInput};
pub use assessment::{
    AdviceBody, AssessmentBody, KnownChannelBody, MatchBody, PhoneBody, PhoneErrorBody, SignalBody,
    SpanBody,
};
pub use audit::AuditBody;
pub use badge_log::{BadgeEventBody, BadgeLogHeadBody, BadgeLogLine};
pub use business::{
    AddressBody, BusinessBody, ContestedBody, CoverageBody, HoursBody, NameBody, ProfileBody,
    ProtectedNameBody, RepresentativeBody,
};
pub use channel::ChannelBody;
pub use check::{BatchInput, CheckInput};
pub(crate) use field::Collector;
pub use field::{FieldError, FieldErrors};
pub use json::{merge_patch, read_from, read_json, read_value};
pub use registry_line::{HoursEntry, PhoneEntry, RegistryLine, SenderIdEntry, Texts, Warning};
