//! The events that a webhook of WhatsApp carries, as types.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::{PhoneNumberId, open_words};
use crate::domain::{E164, Invalid};

/// Events of one body that are read; WhatsApp batches at most 1,000.
const MOST: usize = 1_000;

/// One event. `waba` is the id of the WhatsApp Business account that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// WhatsApp has looked at a new display name.
    NameUpdate(NameUpdate),
    /// WhatsApp tells of an account, or of its badge.
    AccountAlert(AccountAlert),
    /// WhatsApp has looked at an account; `decision` is `APPROVED`, `REJECTED` …
    AccountReview {
        /// The account.
        waba: String,
        /// WhatsApp's word.
        decision: String,
    },
    /// An account was changed, restricted or ended.
    AccountUpdate(AccountUpdate),
    /// Somebody wrote to a number.
    Message(Message),
    /// An event of a field that this program does not know, or of which it makes no use.
    Other {
        /// The account.
        waba: String,
        /// The field.
        field: String,
    },
    /// An event that is not as WhatsApp documents it.
    Unreadable {
        /// The field.
        field: String,
        /// What is wrong, without what stands there.
        why: String,
    },
}

open_words! {
    /// What became of a display name.
    NameDecision {
        /// It may be used, and people see it from now on.
        Approved = "APPROVED",
        /// It may not.
        Rejected = "REJECTED",
    }
}

/// WhatsApp has looked at a new display name (`phone_number_name_update`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameUpdate {
    /// The account.
    pub waba: String,
    /// The number, where what is shown is one.
    pub number: Option<E164>,
    /// What became of the name.
    pub decision: NameDecision,
    /// The name.
    pub requested_name: String,
    /// Why it was refused.
    pub rejection_reason: Option<String>,
}

/// WhatsApp tells of an account or number (`account_alerts`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountAlert {
    /// The account.
    pub waba: String,
    /// What it is about: `BUSINESS`, `WABA`, `PHONE_NUMBER`.
    pub entity_type: Option<String>,
    /// Its id.
    pub entity_id: Option<String>,
    /// What it says: `OBA_APPROVED`, `OBA_REJECTED` …
    pub alert: String,
}

/// An account was changed, restricted or ended (`account_update`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountUpdate {
    /// The account.
    pub waba: String,
    /// What happened: `ACCOUNT_VIOLATION`, `ACCOUNT_RESTRICTION`, `DISABLED_UPDATE` …
    pub event: String,
    /// The number that it is about, where it is about one.
    pub number: Option<E164>,
    /// Which rule was broken, of a violation: `SCAM`, `SPAM` …
    pub violation: Option<String>,
}

/// Somebody wrote to a number of ours. A sender without a visible number has none here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The number that was written to.
    pub to: PhoneNumberId,
    /// Tells it from any other: the same when it comes again.
    pub id: String,
    /// Who wrote, where a number is shown.
    pub from: Option<E164>,
    /// Who wrote, as WhatsApp knows them for this business only.
    pub user_id: Option<String>,
    /// What they call themselves.
    pub profile_name: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// What.
    pub kind: MessageKind,
}

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKind {
    /// Words.
    Text(String),
    /// Cards: the names and numbers on them, as they stand there.
    Contacts(Vec<(String, Vec<String>)>),
    /// A button of ours was pressed, by its id.
    Button(String),
    /// Anything else, by WhatsApp's word.
    Other(String),
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    object: String,
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    field: String,
    #[serde(default)]
    value: Value,
}

/// The events of a body whose signature was checked, in its order; at most 1,000.
pub fn events(body: &[u8]) -> Result<Vec<Event>, Invalid> {
    let refuse = |why: String| Invalid::new("event of WhatsApp", "…", why);
    // The error may quote what stands there, which is of third persons: only where it stands is told.
    let unreadable = |e: serde_json::Error| {
        refuse(format!(
            "line {}, column {} cannot be read",
            e.line(),
            e.column()
        ))
    };
    let body: Body = serde_json::from_slice(body).map_err(unreadable)?;
    if body.object != "whatsapp_business_account" {
        return Err(refuse(
            "its object is not whatsapp_business_account".to_owned(),
        ));
    }
    let mut events = Vec::new();
    for entry in body.entry {
        for change in entry.changes {
            read(&entry.id, change, &mut events);
            if events.len() >= MOST {
                events.truncate(MOST);
                return Ok(events);
            }
        }
    }
    Ok(events)
}

fn read(waba: &str, change: Change, events: &mut Vec<Event>) {
    let Change { field, value } = change;
    let waba = waba.to_owned();
    let one = match field.as_str() {
        "messages" => return messages(value, events),
        "phone_number_name_update" => as_a(value).map(|v: NameValue| v.event(waba)),
        "account_alerts" => as_a(value).map(|v: AlertValue| v.event(waba)),
        "account_review_update" => as_a(value).map(|v: ReviewValue| Event::AccountReview {
            waba,
            decision: v.decision,
        }),
        "account_update" => as_a(value).map(|v: UpdateValue| v.event(waba)),
        _ => Ok(Event::Other {
            waba,
            field: field.clone(),
        }),
    };
    events.push(one.unwrap_or_else(|why| Event::Unreadable { field, why }));
}

/// A value as a type. What serde tells of a mismatch may quote the value, but for the category.
fn as_a<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|e| format!("at {}", e.path()))
}

#[derive(Deserialize)]
struct NameValue {
    #[serde(default)]
    display_phone_number: String,
    decision: String,
    requested_verified_name: String,
    #[serde(default)]
    rejection_reason: Option<String>,
}

impl NameValue {
    fn event(self, waba: String) -> Event {
        Event::NameUpdate(NameUpdate {
            waba,
            number: shown_number(&self.display_phone_number),
            decision: NameDecision::of(&self.decision),
            requested_name: self.requested_verified_name,
            rejection_reason: self.rejection_reason.filter(|r| r != "NONE"),
        })
    }
}

#[derive(Deserialize)]
struct AlertValue {
    #[serde(default)]
    entity_type: Option<String>,
    #[serde(default)]
    entity_id: Option<String>,
    /// Where it stood once …
    #[serde(default)]
    alert_type: Option<String>,
    /// … and where it stands today.
    #[serde(default)]
    alert_info: Option<AlertInfo>,
}

#[derive(Deserialize)]
struct AlertInfo {
    alert_type: String,
}

impl AlertValue {
    fn event(self, waba: String) -> Event {
        let alert = self.alert_info.map(|i| i.alert_type).or(self.alert_type);
        let Some(alert) = alert else {
            return Event::Unreadable {
                field: "account_alerts".to_owned(),
                why: "it names no alert_type".to_owned(),
            };
        };
        Event::AccountAlert(AccountAlert {
            waba,
            entity_type: self.entity_type,
            entity_id: self.entity_id,
            alert,
        })
    }
}

#[derive(Deserialize)]
struct ReviewValue {
    decision: String,
}

#[derive(Deserialize)]
struct UpdateValue {
    event: String,
    #[serde(default)]
    phone_number: Option<String>,
    #[serde(default)]
    violation_info: Option<Violation>,
}

#[derive(Deserialize)]
struct Violation {
    violation_type: String,
}

impl UpdateValue {
    fn event(self, waba: String) -> Event {
        Event::AccountUpdate(AccountUpdate {
            waba,
            event: self.event,
            number: self.phone_number.as_deref().and_then(shown_number),
            violation: self.violation_info.map(|v| v.violation_type),
        })
    }
}

#[derive(Deserialize)]
struct MessagesValue {
    metadata: Metadata,
    #[serde(default)]
    contacts: Vec<Contact>,
    #[serde(default)]
    messages: Vec<Value>,
}

#[derive(Deserialize)]
struct Metadata {
    phone_number_id: String,
}

#[derive(Deserialize)]
struct Contact {
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    wa_id: Option<String>,
    #[serde(default)]
    user_id: Option<String>,
}

#[derive(Default, Deserialize)]
struct Profile {
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct MessageValue {
    id: String,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    from_user_id: Option<String>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<TextValue>,
    #[serde(default)]
    contacts: Vec<CardValue>,
    #[serde(default)]
    interactive: Option<InteractiveValue>,
}

#[derive(Deserialize)]
struct TextValue {
    body: String,
}

#[derive(Deserialize)]
struct CardValue {
    #[serde(default)]
    name: CardName,
    #[serde(default)]
    phones: Vec<CardPhone>,
}

#[derive(Default, Deserialize)]
struct CardName {
    #[serde(default)]
    formatted_name: String,
}

#[derive(Deserialize)]
struct CardPhone {
    #[serde(default)]
    phone: String,
}

#[derive(Deserialize)]
struct InteractiveValue {
    #[serde(default)]
    button_reply: Option<ButtonValue>,
}

#[derive(Deserialize)]
struct ButtonValue {
    id: String,
}

fn messages(value: Value, events: &mut Vec<Event>) {
    let unreadable = |why| Event::Unreadable {
        field: "messages".to_owned(),
        why,
    };
    let read = as_a::<MessagesValue>(value).and_then(|value| {
        let to = PhoneNumberId::parse(&value.metadata.phone_number_id);
        Ok((to.map_err(|e| e.reason)?, value))
    });
    match read {
        Err(why) => events.push(unreadable(why)),
        Ok((to, value)) => {
            // Statuses of what we sent come under the same field, without messages.
            for message in value.messages {
                let message = as_a::<MessageValue>(message);
                events.push(match message {
                    Ok(message) => message.event(to.clone(), &value.contacts),
                    Err(why) => unreadable(why),
                });
            }
        }
    }
}

impl MessageValue {
    fn event(self, to: PhoneNumberId, contacts: &[Contact]) -> Event {
        let sender = contacts.iter().find(|c| {
            (self.from.is_some() && c.wa_id == self.from)
                || (self.from_user_id.is_some() && c.user_id == self.from_user_id)
        });
        let seconds = self.timestamp.as_ref().and_then(|t| t.parse().ok());
        let button = self.interactive.and_then(|i| i.button_reply);
        let kind = match (self.text, button) {
            (Some(text), _) => MessageKind::Text(text.body),
            (None, Some(button)) => MessageKind::Button(button.id),
            (None, None) if !self.contacts.is_empty() => {
                MessageKind::Contacts(self.contacts.into_iter().map(CardValue::read).collect())
            }
            (None, None) => MessageKind::Other(self.kind),
        };
        Event::Message(Message {
            to,
            id: self.id,
            from: self.from.as_deref().and_then(shown_number),
            user_id: self.from_user_id.or_else(|| sender?.user_id.clone()),
            profile_name: sender.and_then(|s| s.profile.name.clone()),
            at: seconds.and_then(|s| Timestamp::from_second(s).ok()),
            kind,
        })
    }
}

impl CardValue {
    fn read(self) -> (String, Vec<String>) {
        let phones = self.phones.into_iter().map(|p| p.phone);
        (self.name.formatted_name, phones.collect())
    }
}

/// A number as WhatsApp shows it: calling code first, with or without `+`, spaces, hyphens and brackets.
pub(in super::super) fn shown_number(shown: &str) -> Option<E164> {
    let digits: String = shown
        .chars()
        .filter(char::is_ascii_digit)
        .take(20)
        .collect();
    E164::parse(&format!("+{digits}")).ok()
}
