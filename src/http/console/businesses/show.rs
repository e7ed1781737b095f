//! One business: names, channels and where they are from, badge, labels, notes, history.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::actors::Actors;
use super::super::difference::{Difference, differences};
use super::{PATH, ShownBadge};
use crate::domain::{
    AnswerLanguage, Bilingual, Business, BusinessId, Channel, ChannelKind, ChannelValue, Coverage,
    OrganisationId, Provenance, Timing, say,
};
use crate::http::extract::IdOf;
use crate::http::pages::{Frame, Shown, Visitor, When, page};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::registry::{Change, Label, Organisation};

/// Most changes and notes that are shown.
const MOST: u32 = 20;

#[derive(Debug, Template)]
#[template(
    path = "console/businesses/show.html",
    config = "src/http/pages/askama.toml"
)]
struct BusinessPage {
    frame: Frame,
    business: Business,
    name: Shown,
    badge: ShownBadge,
    channels: Vec<ChannelRow>,
    /// Whether the visitor sees its proofs.
    may_prove: bool,
    parent: Option<(String, Shown)>,
    /// What reviewers see; none for others.
    review: Option<ReviewPart>,
    /// Who changed what; none for those who may not see it.
    changes: Option<Vec<ChangeRow>>,
    organisation: Option<Organisation>,
    /// Every organisation, for those who give businesses to them; none for others.
    organisations: Option<Vec<Organisation>>,
}

#[derive(Debug)]
struct ChannelRow {
    kind: &'static str,
    value: Shown,
    country: String,
    proved: bool,
    never_originates: bool,
    confirmed: Option<When>,
    label: Shown,
    purpose: &'static str,
    timing: Option<String>,
    /// The open conflict over it, if there is one.
    conflict: Option<String>,
}

#[derive(Debug)]
struct ReviewPart {
    labels: Vec<Label>,
    /// Those that it does not bear.
    others: Vec<Label>,
    notes: Vec<NoteRow>,
}

#[derive(Debug)]
struct NoteRow {
    id: String,
    at: When,
    by: String,
    text: String,
}

#[derive(Debug)]
struct ChangeRow {
    version: u64,
    at: When,
    by: Option<String>,
    action: String,
    reason: Option<String>,
    differences: Vec<Difference>,
}

pub(super) async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    IdOf(id): IdOf<BusinessId>,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::RegistryRead)?;
    let registry = &state.services.registry;
    let business = registry.get(id).await?;
    let name = Shown::name(business.profile.name.as_str());
    let parent = match business.profile.parent {
        Some(parent) => {
            let found = registry.get(parent).await?;
            Some((parent.to_string(), Shown::name(found.profile.name.as_str())))
        }
        None => None,
    };
    let organisation = match business.organisation {
        Some(id) if visitor.caller().may(Scope::Admin) => {
            Some(registry.get_organisation(id).await?)
        }
        _ => None,
    };
    let shown = BusinessPage {
        frame: visitor.frame(&name, PATH),
        badge: ShownBadge::of(business.badge, business.badge_state, visitor.language),
        channels: channels(&state, &business, visitor.language).await?,
        may_prove: may_prove(&visitor, &business),
        review: review(&state, &visitor, id).await?,
        changes: changes(&state, &visitor, &business).await?,
        organisations: organisations(&state, &visitor).await?,
        organisation,
        parent,
        name,
        business,
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

/// Reviewers see the proofs of every business, those who write the registry those of the businesses that they may write.
fn may_prove(visitor: &Visitor, business: &Business) -> bool {
    let caller = visitor.caller();
    let own = caller.organisation;
    let writes = caller.may(Scope::RegistryWrite) || caller.may(Scope::Review);
    writes && (own.is_none() || own == business.organisation)
}

async fn channels(
    state: &HttpState,
    business: &Business,
    language: AnswerLanguage,
) -> Result<Vec<ChannelRow>, Problem> {
    let contested = state.services.registry.contested(business.id).await?;
    let contested: HashMap<(String, String), String> = contested
        .into_iter()
        .map(|c| ((c.kind, c.value), c.conflict.to_string()))
        .collect();
    let now = state.services.world.now();
    let rows = business.profile.channels.iter().map(|channel| {
        let key = (
            channel.value.kind().as_str().to_owned(),
            channel.value.to_string(),
        );
        let timing = match channel.validity.timing(now) {
            Timing::Current => None,
            Timing::Upcoming(at) => {
                Some(say!(language; en: "from {}", When(at); zh: "自 {} 起", When(at)).into())
            }
            Timing::Lapsed(at) => {
                Some(say!(language; en: "until {}", When(at); zh: "至 {}", When(at)).into())
            }
        };
        ChannelRow::of(channel, timing, contested.get(&key).cloned(), language)
    });
    Ok(rows.collect())
}

impl ChannelRow {
    fn of(
        channel: &Channel,
        timing: Option<String>,
        conflict: Option<String>,
        language: AnswerLanguage,
    ) -> Self {
        let country = match &channel.value {
            ChannelValue::SenderId(_, Some(country)) => country.to_string(),
            _ => String::new(),
        };
        Self {
            kind: kind_name(channel.value.kind(), language),
            value: Shown::of(&channel.value.to_string(), 200),
            country,
            proved: channel.provenance == Provenance::Proved,
            never_originates: channel.never_originates,
            confirmed: channel.confirmed_at.map(When),
            label: Shown::of(channel.label.as_deref().unwrap_or_default(), 100),
            purpose: channel.purpose.map_or("", crate::domain::Purpose::as_str),
            timing,
            conflict,
        }
    }
}

/// What a kind of channel is called.
pub(in crate::http) fn kind_name(kind: ChannelKind, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match kind {
        ChannelKind::Phone => ("Phone", "电话"),
        ChannelKind::Whatsapp => ("WhatsApp", "WhatsApp"),
        ChannelKind::SenderId => ("Sender ID", "短信发件人"),
        ChannelKind::Website => ("Website", "网站"),
        ChannelKind::Email => ("E-mail", "电子邮箱"),
        ChannelKind::Handle => ("Profile", "社交账号"),
    };
    Bilingual { en, zh }.of(language)
}

impl BusinessPage {
    fn belongs_to(&self, organisation: &OrganisationId) -> bool {
        self.business.organisation == Some(*organisation)
    }

    /// How much is known of each kind of channel, where something is said of it.
    fn coverage(&self) -> Vec<(&'static str, &'static str)> {
        let stated = self.business.profile.coverage.iter();
        let stated = stated.filter(|(_, coverage)| **coverage != Coverage::Unknown);
        let named = stated.map(|(kind, coverage)| {
            let (en, zh) = match coverage {
                Coverage::Complete => ("complete: these are all", "完整：全部列出"),
                Coverage::Partial => ("partial", "部分"),
                Coverage::Unknown => ("unknown", "未知"),
            };
            let words = *Bilingual { en, zh }.of(self.frame.language);
            (kind_name(*kind, self.frame.language), words)
        });
        named.collect()
    }
}

/// Labels and notes, for those who review.
async fn review(
    state: &HttpState,
    visitor: &Visitor,
    id: BusinessId,
) -> Result<Option<ReviewPart>, Problem> {
    if !visitor.caller().may(Scope::Review) {
        return Ok(None);
    }
    let registry = &state.services.registry;
    let labels = registry.labels_of(id).await?;
    let mut others = registry.list_labels().await?;
    others.retain(|label| !labels.contains(label));
    let (notes, _) = registry.notes(id, None, MOST).await?;
    let actors = Actors::of(state, notes.iter().map(|n| n.actor.as_str())).await?;
    let notes = notes.into_iter().map(|note| NoteRow {
        id: note.id.to_string(),
        at: note.at.into(),
        by: actors.name(&note.actor),
        text: note.text,
    });
    Ok(Some(ReviewPart {
        notes: notes.collect(),
        labels,
        others,
    }))
}

/// The history, for those whom the API shows it.
async fn changes(
    state: &HttpState,
    visitor: &Visitor,
    business: &Business,
) -> Result<Option<Vec<ChangeRow>>, Problem> {
    let caller = visitor.caller();
    let own = caller.organisation.is_none() || caller.organisation == business.organisation;
    if !(own && (caller.may(Scope::Review) || caller.may(Scope::RegistryWrite))) {
        return Ok(None);
    }
    let registry = &state.services.registry;
    let author = visitor.author();
    let history = registry.history(business.id, None, MOST, &author).await?;
    let made = history.changes.iter().filter_map(|c| c.made.as_ref());
    let actors = Actors::of(state, made.map(|m| m.actor.as_str())).await?;
    let rows = history
        .changes
        .iter()
        .map(|change| ChangeRow::of(change, &actors));
    Ok(Some(rows.collect()))
}

impl ChangeRow {
    fn of(change: &Change, actors: &Actors) -> Self {
        let made = change.made.as_ref();
        Self {
            version: change.version,
            at: change.at.into(),
            by: made.map(|m| actors.name(&m.actor)),
            action: made.map(|m| m.action.clone()).unwrap_or_default(),
            reason: made.and_then(|m| m.reason.clone()),
            differences: differences(&change.before, &change.after),
        }
    }
}

/// Every organisation, as far as a page of them goes; for admins.
async fn organisations(
    state: &HttpState,
    visitor: &Visitor,
) -> Result<Option<Vec<Organisation>>, Problem> {
    if !visitor.caller().may(Scope::Admin) {
        return Ok(None);
    }
    let found = state
        .services
        .registry
        .list_organisations(None, 200)
        .await?;
    Ok(Some(found.organisations))
}
