//! What handlers take from a request; whatever is wrong with it is a [`Problem`].

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::HttpState;
use super::layers::{RequestIdText, Spent};
use super::problem::Problem;
use super::signed_in::person_of;
use crate::domain::Reason;
use crate::service::access::{AccessError, Caller, Scope};
use crate::service::author::Author;
use crate::service::contract::{FieldErrors, read_from, read_json};

/// Largest body of a request about one thing.
pub const ONE: usize = 256 * 1024;
/// Largest body of a batch.
pub const BATCH: usize = 1024 * 1024;

/// A body of at most `LIMIT` bytes that says to be JSON, unread.
pub struct JsonText<const LIMIT: usize>(pub Bytes);

impl<const LIMIT: usize> FromRequest<HttpState> for JsonText<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &HttpState) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let bytes = read_body(request, LIMIT).await?;
        if bytes.is_empty() {
            let detail = "a JSON body is expected, and there is none";
            return Err(FieldErrors::one("", "invalid_json", detail).into());
        }
        Ok(Self(bytes))
    }
}

/// A JSON body of at most `LIMIT` bytes, with the bytes themselves.
pub struct JsonBody<const LIMIT: usize> {
    /// What was sent.
    pub value: Value,
    /// As it was sent.
    pub bytes: Bytes,
}

impl<const LIMIT: usize> FromRequest<HttpState> for JsonBody<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Problem> {
        let JsonText(bytes) = JsonText::<LIMIT>::from_request(request, state).await?;
        let value = read_json(&bytes)?;
        Ok(Self { value, bytes })
    }
}

/// Reads a body within a limit.
pub async fn read_body(request: Request, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || {
        let detail = format!(
            "The body is larger than {} KiB, the most that is read here.",
            limit / 1024
        );
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    };
    let stated = request.headers().get(header::CONTENT_LENGTH);
    let stated: Option<usize> = stated.and_then(|v| v.to_str().ok()?.parse().ok());
    if stated.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    axum::body::to_bytes(request.into_body(), limit)
        .await
        .map_err(|error| {
            let mut source: Option<&dyn std::error::Error> = Some(&error);
            while let Some(e) = source {
                if e.to_string().contains("length limit") {
                    return too_large();
                }
                source = e.source();
            }
            Problem::new(
                StatusCode::BAD_REQUEST,
                "body_unreadable",
                "The body could not be read to its end.",
            )
        })
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let stated = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let essence = stated
        .and_then(|v| v.split(';').next())
        .unwrap_or_default()
        .trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let essence = essence.to_ascii_lowercase();
    if essence.starts_with("application/") && essence.ends_with("+json") {
        return Ok(());
    }
    let detail = match stated {
        None => "The Content-Type header is missing; send application/json.".to_owned(),
        Some(_) => {
            "The body must be application/json, as the Content-Type header must say.".to_owned()
        }
    };
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        detail,
    ))
}

/// Why a write is made, for the audit log.
pub const REASON: HeaderName = HeaderName::from_static("x-reason");

/// Who asks, by key or, where none is given, by the cookie of a session; refused only when a key is given that is not
/// valid, or asks too much, or when an unsafe request by cookie may be another site's.
pub struct Asking {
    caller: Caller,
    reason: Option<Reason>,
    request_id: Option<RequestIdText>,
}

impl Asking {
    /// The caller, if it has a scope.
    pub fn with(self, scope: Scope) -> Result<Caller, Problem> {
        self.caller.require(scope)?;
        Ok(self.caller)
    }

    /// The caller, if it has a key of any scope.
    pub fn caller(self) -> Result<Caller, Problem> {
        Ok(self.into_author()?.0)
    }

    /// Whoever asks, as somebody who writes what anybody may.
    pub fn anybody(self) -> Author {
        let request_id = self.request_id.map(|id| id.0.to_string());
        self.caller.author(self.reason, request_id)
    }

    /// The caller, if it has a key of any scope, as somebody who writes.
    pub fn into_author(self) -> Result<(Caller, Author), Problem> {
        if self.caller.is_anonymous() {
            return Err(AccessError::KeyNeeded.into());
        }
        let request_id = self.request_id.map(|id| id.0.to_string());
        let author = self.caller.author(self.reason, request_id);
        Ok((self.caller, author))
    }

    /// The caller, if it has a scope, as somebody who writes.
    pub fn writing(self, scope: Scope) -> Result<(Caller, Author), Problem> {
        self.caller.require(scope)?;
        self.into_author()
    }
}

fn reason(headers: &HeaderMap) -> Result<Option<Reason>, Problem> {
    let Some(value) = headers.get(REASON) else {
        return Ok(None);
    };
    let text = std::str::from_utf8(value.as_bytes());
    let wrong = |detail: String| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_reason",
            format!("X-Reason: {detail}."),
        )
    };
    let text = text.map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    match Reason::parse("reason", text) {
        Ok(reason) => Ok(Some(reason)),
        Err(invalid) => Err(wrong(invalid.to_string())),
    }
}

impl FromRequestParts<HttpState> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION);
        if header.is_none()
            && let Some(person) = person_of(parts, state).await?
        {
            return Ok(Self {
                caller: person.caller(),
                reason: reason(&parts.headers)?,
                request_id: parts.extensions.get().cloned(),
            });
        }
        let token = header.map(|value| {
            let value = value.to_str().unwrap_or_default();
            let (scheme, token) = value.split_once(' ').unwrap_or(("", value));
            if scheme.eq_ignore_ascii_case("bearer") {
                token.trim()
            } else {
                ""
            }
        });
        let admitted = state.services.access.authenticate(token).await?;
        if let (Some(allowance), Some(slot)) = (admitted.allowance, parts.extensions.get::<Spent>())
        {
            // One request is let in once; a second extractor would see the same slot.
            let _ = slot.0.set(allowance);
        }
        Ok(Self {
            caller: admitted.caller,
            reason: reason(&parts.headers)?,
            request_id: parts.extensions.get().cloned(),
        })
    }
}

/// Query parameters; unknown ones are refused where the type denies them.
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<HttpState> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        Ok(Self(read_from(reader, "invalid_value")?))
    }
}

/// A segment of the path, parsed into a domain type; what cannot be an id names nothing, hence 404.
pub struct IdOf<T>(pub T);

impl<T> FromRequestParts<HttpState> for IdOf<T>
where
    T: std::str::FromStr<Err = crate::domain::Invalid>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let segment = PathText::from_request_parts(parts, state).await?.0;
        let id = segment
            .parse()
            .map_err(|invalid| Problem::not_found(format!("{invalid}.")))?;
        Ok(Self(id))
    }
}

/// Two segments of the path, parsed into domain types.
pub struct IdsOf<A, B>(pub A, pub B);

impl<A, B> FromRequestParts<HttpState> for IdsOf<A, B>
where
    A: std::str::FromStr<Err = crate::domain::Invalid>,
    B: std::str::FromStr<Err = crate::domain::Invalid>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let segments = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((first, second)) = segments.map_err(|_| invalid_path())?;
        let wrong = |invalid| Problem::not_found(format!("{invalid}."));
        Ok(Self(
            first.parse().map_err(wrong)?,
            second.parse().map_err(wrong)?,
        ))
    }
}

fn invalid_path() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "invalid_path",
        "The address holds an escape that is not UTF-8.",
    )
}

/// A segment of the path as text.
pub struct PathText(pub String);

impl FromRequestParts<HttpState> for PathText {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(segment)) => Ok(Self(segment)),
            Err(_) => Err(invalid_path()),
        }
    }
}

/// The version that an update expects, from `If-Match`.
pub fn expected_version(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let tag = value.to_str().unwrap_or_default().trim();
    let version = tag.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    match version.and_then(|v| v.parse().ok()) {
        Some(version) => Ok(Some(version)),
        None => Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "version_mismatch",
            "If-Match takes one ETag as this API gave it, such as \"3\".",
        )),
    }
}
