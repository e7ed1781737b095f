//! The JSON contracts that other programs depend on: an account, an assessment, a registry line.
//!
//! One shape each for the command line, files and HTTP. They are plain data with names of the wire; parsing
//! them into domain types is what gives errors that point at the field.

mod account;
mod assessment;
mod field;
mod registry_line;

pub use account::{AccountInput, CatalogueItemInput, HandleInput};
pub use assessment::{
    AdviceBody, AssessmentBody, KnownChannelBody, MatchBody, PhoneBody, PhoneErrorBody, SignalBody,
};
pub use field::{FieldError, FieldErrors};
pub(crate) use registry_line::pointer;
pub use registry_line::{HoursEntry, PhoneEntry, RegistryLine, SenderIdEntry, Texts, Warning};
