//! GLEIF's API of Legal Entity Identifiers (JSON:API, v1).

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::ACCEPT;
use serde::Deserialize;

use super::client::{Answer, Call, Client};
use super::{Failure, LegalEntities, LeiRecord, Refusal, Trouble};
use crate::domain::{Country, Lei};

/// Other names of an entity that are kept.
const MOST_NAMES: usize = 50;
/// Longest text of a record that is kept, in characters.
const LONGEST: usize = 500;

/// Asks GLEIF.
#[derive(Clone)]
pub struct Gleif {
    client: Client,
    base: String,
}

impl Gleif {
    /// Asks by a client; `base` is the address with its version, `https://api.gleif.org/api/v1`.
    pub fn new(client: Client, base: &str) -> Self {
        Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
        }
    }
}

#[async_trait]
impl LegalEntities for Gleif {
    async fn record(&self, lei: &Lei) -> Result<LeiRecord, Failure> {
        let url = format!("{}/lei-records/{lei}", self.base);
        let call = Call::of_operator(Method::GET, &url).with(ACCEPT, "application/vnd.api+json")?;
        let answer = self.client.call(call).await?;
        if let Some(trouble) = answer.trouble() {
            return Err(Failure::unavailable(answer.at, trouble));
        }
        let Answer {
            at, status, body, ..
        } = answer;
        match status {
            200 => {}
            404 => {
                let looked_for = format!("the record of LEI {lei}");
                return Err(Failure::not_found(looked_for, at, "no such record"));
            }
            other => {
                return Err(Failure::refused(
                    at,
                    Refusal::Answer(format!("status {other}")),
                ));
            }
        }
        let read: Result<Document, _> = serde_json::from_slice(&body);
        let unreadable = |why: String| Failure::unavailable(&at, Trouble::Unreadable(why));
        let read =
            read.map_err(|e| unreadable(format!("line {}, column {}", e.line(), e.column())))?;
        let attributes = read.data.attributes;
        if Lei::parse(&attributes.lei).ok().as_ref() != Some(lei) {
            return Err(unreadable(
                "it is the record of another identifier".to_owned(),
            ));
        }
        Ok(attributes.record(*lei))
    }
}

#[derive(Deserialize)]
struct Document {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    lei: String,
    entity: Entity,
    registration: Registration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entity {
    legal_name: Name,
    #[serde(default)]
    other_names: Vec<Name>,
    #[serde(default)]
    transliterated_other_names: Vec<Name>,
    #[serde(default)]
    legal_address: Option<Address>,
    #[serde(default)]
    jurisdiction: Option<String>,
    #[serde(default)]
    registered_as: Option<String>,
    #[serde(default)]
    registered_at: Option<Register>,
    #[serde(default)]
    status: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    country: Option<String>,
}

#[derive(Deserialize)]
struct Register {
    #[serde(default)]
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    status: String,
    #[serde(default)]
    next_renewal_date: Option<String>,
    #[serde(default)]
    last_update_date: Option<String>,
}

impl Attributes {
    fn record(self, lei: Lei) -> LeiRecord {
        let Self {
            entity,
            registration,
            ..
        } = self;
        let instant = |text: Option<String>| text.and_then(|t| t.parse::<Timestamp>().ok());
        let names = entity.other_names.into_iter();
        let names = names.chain(entity.transliterated_other_names);
        let address = entity.legal_address.and_then(|a| a.country);
        LeiRecord {
            lei,
            legal_name: short(entity.legal_name.name),
            other_names: names.take(MOST_NAMES).map(|n| short(n.name)).collect(),
            country: address.and_then(|c| Country::parse(&c).ok()),
            jurisdiction: entity.jurisdiction.map(short),
            company_number: entity.registered_as.map(short),
            register: entity.registered_at.and_then(|r| r.id).map(short),
            is_active: entity.status.as_deref() == Some("ACTIVE"),
            registration_status: short(registration.status),
            next_renewal: instant(registration.next_renewal_date),
            updated_at: instant(registration.last_update_date),
        }
    }
}

fn short(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => text[..end].to_owned(),
    }
}
