//! API keys as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Invalid, OrganisationId, Text};
use crate::service::access::{DayOfUse, KeyRecord, KeyTerms, NewKey, Usage};
use crate::service::contract::{Collector, FieldErrors, words};

/// What a new key is to allow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyTerms)]
pub(in crate::http) struct KeyInput {
    /// What people call it, 1–100 characters.
    #[schema(example = "shop front", max_length = 100)]
    name: String,
    /// What it allows.
    #[schema(value_type = Vec<words::Scope>, min_items = 1, example = json!(["check"]))]
    scopes: Vec<String>,
    /// When it lapses; RFC 3339. Never when left out.
    #[serde(default)]
    #[schema(nullable = false, example = "2027-01-31T00:00:00Z")]
    expires_at: Option<String>,
    /// The organisation whose businesses alone it may write, `org_…`; every business when left out.
    #[serde(default)]
    #[schema(nullable = false)]
    organisation_id: Option<String>,
    /// Most requests a minute; the server's setting when left out.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1)]
    rate_per_minute: Option<u32>,
    /// Most units a calendar month (UTC): a request is one, a batch as many as it has items. Without end when left out.
    #[serde(default)]
    #[schema(nullable = false)]
    monthly_quota: Option<u64>,
}

impl KeyInput {
    pub(in crate::http) fn parse(&self, now: Timestamp) -> Result<KeyTerms, FieldErrors> {
        let mut errors = Collector::default();
        let e = &mut errors;
        let name = e.note("/name", Text::<100>::parse("name", &self.name));
        let scopes: Vec<_> = (0..)
            .zip(&self.scopes)
            .filter_map(|(i, scope)| e.note(&format!("/scopes/{i}"), scope.parse()))
            .collect();
        if self.scopes.is_empty() {
            e.push(
                "/scopes",
                "required",
                "a key needs at least one scope".to_owned(),
            );
        }
        if self.rate_per_minute == Some(0) {
            let detail = "at least 1 request a minute must be let through";
            e.push("/rate_per_minute", "out_of_range", detail.to_owned());
        }
        let terms = KeyTerms {
            name: name.map(|n| n.as_str().to_owned()).unwrap_or_default(),
            scopes,
            expires_at: e.parse("/expires_at", self.expires_at.as_ref(), |at| later(at, now)),
            organisation: e.parse("/organisation_id", self.organisation_id.as_ref(), |id| {
                id.parse::<OrganisationId>()
            }),
            rate_per_minute: self.rate_per_minute,
            monthly_quota: self.monthly_quota,
        };
        errors.finish(terms)
    }
}

fn later(text: &str, now: Timestamp) -> Result<Timestamp, Invalid> {
    let at: Timestamp = text
        .trim()
        .parse()
        .map_err(|e| Invalid::new("instant", text, e))?;
    if at <= now {
        return Err(Invalid::new("instant", text, "it has passed already"));
    }
    Ok(at)
}

/// How a key is replaced.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = KeyRotation)]
pub(in crate::http) struct RotationInput {
    /// Hours for which the old key still works, 0–720; 24 when left out.
    #[schema(nullable = false, minimum = 0, maximum = 720, default = 24)]
    overlap_hours: Option<u16>,
}

impl RotationInput {
    pub(in crate::http) fn overlap(&self) -> Result<jiff::SignedDuration, FieldErrors> {
        let hours = self.overlap_hours.unwrap_or(24);
        if hours > 720 {
            let detail = format!("an overlap is 0 to 720 hours, but {hours} was given");
            return Err(FieldErrors::one("/overlap_hours", "out_of_range", detail));
        }
        Ok(jiff::SignedDuration::from_hours(hours.into()))
    }
}

/// An API key. Its secret is shown once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub(super) struct KeyBody {
    /// Its id.
    #[schema(example = "key_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What people call it.
    name: String,
    /// What it allows.
    #[schema(value_type = Vec<words::Scope>)]
    scopes: Vec<String>,
    /// Whether it works now.
    #[schema(value_type = words::KeyState)]
    state: &'static str,
    /// RFC 3339, UTC.
    created_at: String,
    /// When it lapses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expires_at: Option<String>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    revoked_at: Option<String>,
    /// When it was last used, within some seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_used_at: Option<String>,
    /// Requests that it made.
    uses: u64,
    /// The organisation whose businesses alone it may write.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    organisation_id: Option<String>,
    /// Most requests a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rate_per_minute: Option<u32>,
    /// Most units a calendar month (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    monthly_quota: Option<u64>,
    /// The key that takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    successor_id: Option<String>,
}

impl KeyBody {
    pub(super) fn of(key: &KeyRecord, now: Timestamp) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            scopes: key.scopes.clone(),
            state: key.state(now).as_str(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
            last_used_at: key.last_used_at.map(|at| at.to_string()),
            uses: key.uses,
            organisation_id: key.organisation.map(|id| id.to_string()),
            rate_per_minute: key.rate_per_minute,
            monthly_quota: key.monthly_quota,
            successor_id: key.successor.map(|id| id.to_string()),
        }
    }
}

/// A key just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewKey)]
pub(super) struct NewKeyBody {
    /// What is kept of it.
    key: KeyBody,
    /// The whole key: keep it, it is not shown again.
    #[schema(example = "bf_live_<id>_<secret>")]
    token: String,
}

impl NewKeyBody {
    pub(super) fn of(new: NewKey, now: Timestamp) -> Self {
        Self {
            key: KeyBody::of(&new.record, now),
            token: new.token,
        }
    }
}

/// Every key, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyList)]
pub(super) struct KeyList {
    /// The keys, revoked ones too.
    pub(super) keys: Vec<KeyBody>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct UsageQuery {
    /// The key whose usage is asked for; your own when left out. Others' need the scope `admin`.
    #[param(nullable = false)]
    pub(super) key_id: Option<String>,
    /// The month, `YYYY-MM` (UTC); this one when left out.
    #[param(nullable = false, example = "2026-03")]
    pub(super) month: Option<String>,
}

impl UsageQuery {
    /// An instant within the month.
    pub(super) fn at(&self, now: Timestamp) -> Result<Timestamp, FieldErrors> {
        let Some(month) = &self.month else {
            return Ok(now);
        };
        let first: Result<Timestamp, _> = format!("{month}-01T00:00:00Z").parse();
        first.map_err(|_| {
            let detail =
                format!("{month:?} is not a month: it is written YYYY-MM, such as 2026-03");
            FieldErrors::one("/month", "invalid_value", detail)
        })
    }
}

/// What a key used in a month so far.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Usage)]
pub(super) struct UsageBody {
    /// The key.
    key_id: String,
    /// First day of the month (UTC).
    #[schema(example = "2026-03-01")]
    from: String,
    /// When the next month begins, and with it a new quota; RFC 3339.
    until: String,
    /// Requests of the month.
    requests: u64,
    /// Units of the month: a request is one, a batch as many as it has items.
    units: u64,
    /// Most units of a month; left out when there is no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quota: Option<u64>,
    /// Most requests a minute; left out when there is no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rate_per_minute: Option<u32>,
    /// Day by day; days without use are left out.
    days: Vec<DayBody>,
}

/// What a key used on one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayOfUse)]
pub(super) struct DayBody {
    /// The day (UTC).
    #[schema(example = "2026-03-01")]
    date: String,
    /// Requests.
    requests: u64,
    /// Units.
    units: u64,
}

impl From<&DayOfUse> for DayBody {
    fn from(day: &DayOfUse) -> Self {
        Self {
            date: day.date.to_string(),
            requests: day.requests,
            units: day.units,
        }
    }
}

impl From<Usage> for UsageBody {
    fn from(usage: Usage) -> Self {
        Self {
            key_id: usage.key.to_string(),
            from: usage.from.to_string(),
            until: usage.until.to_string(),
            requests: usage.requests,
            units: usage.units,
            quota: usage.quota,
            rate_per_minute: usage.rate_per_minute,
            days: usage.days.iter().map(DayBody::from).collect(),
        }
    }
}
