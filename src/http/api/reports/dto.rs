//! Reports on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::RulingKind;
use crate::service::contract::{AccountInput, words};
use crate::service::review::{ReportInput, ReportStatus, Reported};

/// A report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Report)]
pub(super) struct ReportRequest {
    /// The account. It needs a number, handle, website of its own, e-mail address, or sender ID with `default_region`: a name
    /// alone could be anybody's.
    account: AccountInput,
    /// What happened, 1–4,000 characters.
    #[schema(
        max_length = 4000,
        example = "They called as my bank and asked for the code from my phone."
    )]
    what_happened: String,
    /// What the account did.
    #[serde(default)]
    #[schema(value_type = Option<words::Harm>, nullable = false)]
    harm: Option<String>,
    /// An e-mail address at which you can be asked.
    #[serde(default)]
    #[schema(nullable = false)]
    contact: Option<String>,
    /// A partner's own name of the person who reports, so that its people count one by one; at most 200 characters.
    #[serde(default)]
    #[schema(nullable = false, max_length = 200)]
    reporter: Option<String>,
}

impl From<ReportRequest> for ReportInput {
    fn from(request: ReportRequest) -> Self {
        Self {
            account: request.account,
            what_happened: request.what_happened,
            harm: request.harm,
            contact: request.contact,
            reporter: request.reporter,
        }
    }
}

/// A report that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reported)]
pub(super) struct ReportedBody {
    /// Its id.
    #[schema(example = "rep_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// By which evidence is added, and asked how it stands. It is told once.
    token: String,
}

impl From<Reported> for ReportedBody {
    fn from(reported: Reported) -> Self {
        Self {
            id: reported.id.to_string(),
            token: reported.token,
        }
    }
}

/// How a report stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportStatus)]
pub(super) struct StatusBody {
    /// Its id.
    id: String,
    /// When it came.
    at: String,
    /// Where the case stands.
    #[schema(value_type = words::CaseState)]
    state: &'static str,
    /// What was ruled, once it cannot be undone any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Ruling>, nullable = false)]
    outcome: Option<&'static str>,
    /// Until when you can appeal, where the ruling goes against the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    appeal_until: Option<String>,
}

impl From<ReportStatus> for StatusBody {
    fn from(status: ReportStatus) -> Self {
        Self {
            id: status.id.to_string(),
            at: status.at.to_string(),
            state: status.state.as_str(),
            outcome: status.outcome.map(RulingKind::as_str),
            appeal_until: status.appeal_until.map(|at| at.to_string()),
        }
    }
}

/// What a file is called.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileQuery {
    /// The name of the file; letters, digits, `-` and `_` are kept of it.
    #[param(nullable = false)]
    pub name: Option<String>,
}
