//! Errors on the wire: RFC 9457 `application/problem+json`, and the one table from errors to statuses.
//!
//! A handler answers with a [`Problem`]; the outermost layer writes it, with the request's id, and does the
//! same for every error that comes from elsewhere (a router, an extractor, a panic).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::StoreError;
use crate::service::access::AccessError;
use crate::service::badge_log::BadgeLogError;
use crate::service::check::CheckError;
use crate::service::contract::{FieldError, FieldErrors};
use crate::service::people::PeopleError;
use crate::service::people::oidc::OidcError;
use crate::service::registry::RegistryError;
use crate::service::review::ReviewError;
use crate::service::verification::VerificationError;

/// What went wrong, as handlers say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    /// Stable code.
    pub code: &'static str,
    /// What happened this time, for a person.
    pub detail: String,
    /// The fields that are wrong.
    pub errors: Vec<FieldError>,
    retry_after: Option<u32>,
    /// The version that the thing has now, for whoever came too late.
    version: Option<u64>,
    /// What is behind it, for the log only.
    cause: Option<String>,
}

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:bonafide:problem:invalid_request")]
    kind: String,
    /// The kind in a few words.
    #[schema(example = "Unprocessable Entity")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What happened this time, for a person.
    #[schema(example = "/default_region: \"Germany\" is not a valid country")]
    detail: &'a str,
    /// Stable code; new ones may come.
    #[schema(example = "invalid_request")]
    code: &'a str,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    /// Names this request in our logs; give it when you ask us about it.
    #[schema(example = "req_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    request_id: &'a str,
}

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

impl Problem {
    /// A problem of a status and code.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            version: None,
            cause: None,
        }
    }

    /// The problem of an error response that came without one.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("not_found", "There is nothing at this address."),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "This address does not take this method; the Allow header lists those that it does.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "The body is too large."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "unsupported_media_type",
                "The body's type or encoding is not supported; send application/json.",
            ),
            StatusCode::INTERNAL_SERVER_ERROR => return Self::internal(),
            s if s.is_client_error() => ("bad_request", "The request cannot be understood."),
            _ => ("unavailable", "The service cannot answer now."),
        };
        Self::new(status, code, detail)
    }

    /// A fault of ours, about which the caller learns nothing but the request's id.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something went wrong on our side. It has been logged under the request_id.",
        )
    }

    /// The same, with what is behind it, which goes to the log beside the request's id.
    pub fn fault(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::internal()
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Seconds after which to try again, if that helps.
    pub fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// What is behind it, for the log only.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Something that is not there.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// The service is busy or down for `seconds`.
    pub fn unavailable(code: &'static str, detail: impl Into<String>, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
        }
    }

    /// The caller asks too much, for `seconds` yet.
    pub fn too_many(code: &'static str, detail: impl Into<String>, seconds: u64) -> Self {
        Self {
            retry_after: Some(u32::try_from(seconds).unwrap_or(u32::MAX)),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail)
        }
    }

    /// Fields that are wrong: 400 when the text is no JSON at all, 422 otherwise.
    pub fn fields(errors: FieldErrors) -> Self {
        let no_json = errors.0.iter().any(|e| e.code == "invalid_json");
        let (status, code) = if no_json {
            (StatusCode::BAD_REQUEST, "invalid_json")
        } else {
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request")
        };
        Self {
            errors: errors.0.clone(),
            ..Self::new(status, code, errors.to_string())
        }
    }

    /// The response of this problem for one request.
    pub fn render(&self, request_id: &str) -> Response {
        let body = ProblemBody {
            kind: format!("urn:bonafide:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            errors: &self.errors,
            request_id,
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response =
            (self.status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(version) = self.version
            && let Ok(etag) = HeaderValue::try_from(format!("\"{version}\""))
        {
            headers.insert(header::ETAG, etag);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Leaves the writing to the outermost layer, which knows the request's id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        Self::fields(errors)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let detail = error.to_string();
        match error {
            StoreError::NotFound(what) => Self::not_found(format!("There is no {what}.")),
            StoreError::Proved(detail) => Self::new(StatusCode::CONFLICT, "channel_proved", detail),
            StoreError::Conflict(detail) => Self::new(StatusCode::CONFLICT, "conflict", detail),
            StoreError::Stale { current } => Self {
                version: Some(current),
                ..Self::new(StatusCode::PRECONDITION_FAILED, "version_mismatch", detail)
            },
            StoreError::Unstorable(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", detail)
            }
            StoreError::Locked => Self::unavailable("database_locked", detail, 1),
            StoreError::Full => Self::unavailable("database_full", detail, 60),
            StoreError::ReadOnly => Self::unavailable("database_read_only", detail, 60),
            StoreError::Unavailable(_) => Self {
                cause: Some(detail),
                ..Self::unavailable(
                    "database_unavailable",
                    "The database does not answer now.",
                    5,
                )
            },
            StoreError::CannotOpen(_) | StoreError::Corrupt(_) | StoreError::TooNew { .. } => {
                Self::fault(detail)
            }
        }
    }
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Store(error) => error.into(),
            RegistryError::Fields(errors) => errors.into(),
            RegistryError::NotYours(_) => {
                Self::new(StatusCode::FORBIDDEN, "not_yours", error.to_string())
            }
        }
    }
}

impl From<ReviewError> for Problem {
    fn from(error: ReviewError) -> Self {
        let detail = error.to_string();
        match error {
            ReviewError::Fields(errors) => errors.into(),
            ReviewError::Changed { current, .. } => Self {
                version: Some(current),
                ..Self::new(StatusCode::PRECONDITION_FAILED, "version_mismatch", detail)
            },
            ReviewError::QueueEmpty => Self::new(StatusCode::NOT_FOUND, "queue_empty", detail),
            ReviewError::Erased(_) => Self::new(StatusCode::GONE, "erased", detail),
            ReviewError::TooFast { wait } => Self::too_many("rate_limited", detail, wait),
            ReviewError::UnknownToken => Self::not_found(detail),
            ReviewError::CodeRefused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "code_refused", detail)
            }
            ReviewError::NoWayToSend(_) => Self::new(StatusCode::CONFLICT, "no_code", detail),
            ReviewError::Check(error) => error.into(),
            ReviewError::Store(error) => error.into(),
        }
    }
}

impl From<VerificationError> for Problem {
    fn from(error: VerificationError) -> Self {
        use VerificationError as E;
        let detail = error.to_string();
        let (status, code) = match error {
            E::Store(error) => return error.into(),
            E::Fields(errors) => return errors.into(),
            E::TooManyCodes { wait } => return Self::too_many("rate_limited", detail, wait),
            E::Unsent(failure) | E::Outside(failure) if failure.is_temporary() => {
                let wait = failure.retry_after().map_or(10, |wait| wait.as_secs());
                let wait = u32::try_from(wait).unwrap_or(u32::MAX);
                return Self::unavailable("provider_unavailable", detail, wait);
            }
            E::Fault(cause) => return Self::fault(cause),
            E::Unsent(_) | E::Outside(_) => (StatusCode::UNPROCESSABLE_ENTITY, "provider_refused"),
            E::NotYours(_) => (StatusCode::FORBIDDEN, "not_yours"),
            E::PersonNeeded => (StatusCode::FORBIDDEN, "person_needed"),
            E::OwnBusiness => (StatusCode::FORBIDDEN, "own_business"),
            E::Claim(_) | E::Changed => (StatusCode::CONFLICT, "conflict"),
            E::TooManyClaims(_) => (StatusCode::CONFLICT, "too_many_claims"),
            E::NotLookedUp(_) | E::NotByCode(_) | E::NotByDocument(_) | E::NoProfile(_) => {
                (StatusCode::CONFLICT, "other_proof")
            }
            E::DomainUnproved(_) => (StatusCode::CONFLICT, "domain_unproved"),
            E::Unproved => (StatusCode::CONFLICT, "claim_unproved"),
            E::NotSetUp(_) => (StatusCode::CONFLICT, "not_set_up"),
            E::CodeNone => (StatusCode::CONFLICT, "code_not_sent"),
            E::CodeExpired => (StatusCode::UNPROCESSABLE_ENTITY, "code_expired"),
            E::CodeSpent => (StatusCode::UNPROCESSABLE_ENTITY, "code_spent"),
            E::CodeUsed => (StatusCode::UNPROCESSABLE_ENTITY, "code_used"),
            E::CodeWrong { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "code_wrong"),
        };
        Self::new(status, code, detail)
    }
}

impl From<CheckError> for Problem {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Overloaded => Self::unavailable("overloaded", error.to_string(), 1),
            CheckError::Interrupted => Self::fault(error.to_string()),
            CheckError::OtherAccount(_) => {
                let errors = FieldErrors::one("", "other_account", error.to_string());
                Self {
                    code: "other_account",
                    ..Self::fields(errors)
                }
            }
            CheckError::Store(error) => error.into(),
        }
    }
}

impl From<BadgeLogError> for Problem {
    fn from(error: BadgeLogError) -> Self {
        match error {
            BadgeLogError::OutOfRange(errors) => Self {
                code: "out_of_range",
                ..Self::fields(errors)
            },
            BadgeLogError::Store(error) => error.into(),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let detail = error.to_string();
        match error {
            PeopleError::SignInRefused => {
                Self::new(StatusCode::UNAUTHORIZED, "sign_in_refused", detail)
            }
            PeopleError::CodeNeeded => Self::new(StatusCode::UNAUTHORIZED, "code_needed", detail),
            PeopleError::StepLost => Self::new(StatusCode::UNAUTHORIZED, "step_lost", detail),
            PeopleError::TooFast { wait } => Self::too_many("rate_limited", detail, wait),
            PeopleError::Busy => Self::unavailable("overloaded", detail, 1),
            PeopleError::FreshNeeded => {
                Self::new(StatusCode::FORBIDDEN, "fresh_sign_in_needed", detail)
            }
            PeopleError::CodeRefused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "code_refused", detail)
            }
            PeopleError::ResetRefused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "link_refused", detail)
            }
            PeopleError::State(_) => Self::new(StatusCode::CONFLICT, "conflict", detail),
            PeopleError::Fields(errors) => errors.into(),
            PeopleError::Oidc(error) => error.into(),
            PeopleError::Fault(cause) => Self::fault(cause),
            PeopleError::Store(error) => error.into(),
        }
    }
}

impl From<OidcError> for Problem {
    fn from(error: OidcError) -> Self {
        let detail = error.to_string();
        match error {
            OidcError::NotSetUp => Self::not_found(detail),
            OidcError::FlowLost => Self::new(StatusCode::BAD_REQUEST, "oidc_flow_lost", detail),
            OidcError::Declined(_) => Self::new(StatusCode::FORBIDDEN, "oidc_declined", detail),
            OidcError::Token(_) => Self::new(StatusCode::FORBIDDEN, "oidc_token_refused", detail),
            OidcError::EmailUnverified => {
                Self::new(StatusCode::FORBIDDEN, "oidc_email_unverified", detail)
            }
            OidcError::UnknownPerson => {
                Self::new(StatusCode::FORBIDDEN, "oidc_unknown_person", detail)
            }
            OidcError::Provider(_) => Self {
                cause: Some(detail),
                ..Self::unavailable(
                    "oidc_unavailable",
                    "The OpenID provider does not answer as it should.",
                    5,
                )
            },
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        let detail = error.to_string();
        match error {
            AccessError::KeyNeeded => Self::new(StatusCode::UNAUTHORIZED, "key_needed", detail),
            AccessError::BadKey => Self::new(StatusCode::UNAUTHORIZED, "invalid_key", detail),
            AccessError::Revoked(_) => Self::new(StatusCode::UNAUTHORIZED, "key_revoked", detail),
            AccessError::Expired(_) => Self::new(StatusCode::UNAUTHORIZED, "key_expired", detail),
            AccessError::TooFast { wait, .. } => Self::too_many("rate_limited", detail, wait),
            AccessError::OverQuota { wait, .. } => Self::too_many("quota_exceeded", detail, wait),
            AccessError::ScopeNeeded(_) | AccessError::RoleLacks(_) => {
                Self::new(StatusCode::FORBIDDEN, "scope_needed", detail)
            }
            AccessError::SecondFactorNeeded => {
                Self::new(StatusCode::FORBIDDEN, "totp_needed", detail)
            }
            AccessError::Store(error) => error.into(),
        }
    }
}
