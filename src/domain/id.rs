use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::Invalid;

/// Writes an identifier type: a UUIDv7 shown with a prefix, so that an id pasted in the wrong place is
/// refused by name instead of not found.
macro_rules! prefixed_id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        pub struct $name(Uuid);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a UUID; version 7 where it is made here, so that ids sort by time of creation.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID within.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(value: &str) -> Result<Self, Invalid> {
                value
                    .strip_prefix($prefix)
                    .filter(|rest| rest.len() == 32)
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or_else(|| Invalid::new("id", value, concat!("it must be ", $prefix, " and 32 hexadecimal digits")))
            }
        }
    };
}

prefixed_id!(
    /// Names a business of the registry.
    BusinessId,
    "biz_"
);
prefixed_id!(
    /// Names a kept check.
    CheckId,
    "chk_"
);
prefixed_id!(
    /// Names an API key (not its secret).
    KeyId,
    "key_"
);
prefixed_id!(
    /// Names one request in logs, errors and answers.
    RequestId,
    "req_"
);
prefixed_id!(
    /// Names an act: one write, and its entry in the audit log.
    ActId,
    "act_"
);
prefixed_id!(
    /// Names one import of one file.
    RunId,
    "run_"
);
prefixed_id!(
    /// Names an organisation that owns businesses.
    OrganisationId,
    "org_"
);
prefixed_id!(
    /// Names a person who signs in.
    UserId,
    "user_"
);
prefixed_id!(
    /// Names a session of a person: one sign-in on one device.
    SessionId,
    "ses_"
);
prefixed_id!(
    /// Names a label of businesses.
    LabelId,
    "lbl_"
);
prefixed_id!(
    /// Names a note on a business.
    NoteId,
    "note_"
);
prefixed_id!(
    /// Names a conflict of claims to a channel.
    ConflictId,
    "cfl_"
);
prefixed_id!(
    /// Names a case: one account under review.
    CaseId,
    "case_"
);
prefixed_id!(
    /// Names a report of an account.
    ReportId,
    "rep_"
);
prefixed_id!(
    /// Names a ruling on a case.
    RulingId,
    "rul_"
);
prefixed_id!(
    /// Names an appeal against a ruling.
    AppealId,
    "apl_"
);
prefixed_id!(
    /// Names a file of evidence.
    FileId,
    "file_"
);
prefixed_id!(
    /// Names a template of replies.
    TemplateId,
    "tpl_"
);
prefixed_id!(
    /// Names a saved view of the queue.
    ViewId,
    "view_"
);
prefixed_id!(
    /// Names a ruling on many cases at once.
    BulkId,
    "bulk_"
);
