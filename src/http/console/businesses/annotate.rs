//! What people put on a business: labels, notes, an organisation.

use axum::extract::State;
use axum::response::Response;

use super::PATH;
use crate::domain::{BusinessId, LabelId, NoteId, OrganisationId, Text, say};
use crate::http::extract::{IdOf, IdsOf};
use crate::http::pages::Submitted;
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::FieldErrors;

fn wrong(field: &str, invalid: crate::domain::Invalid) -> Problem {
    FieldErrors::one(field, "invalid_value", invalid.to_string()).into()
}

pub(super) async fn put_label(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let label = fields.text("label_id").parse::<LabelId>();
    let done = async {
        let label = label.map_err(|e| wrong("/label_id", e))?;
        let registry = &state.services.registry;
        registry.put_label(label, id, &visitor.author()).await?;
        Ok(say!(visitor.language; en: "Labelled."; zh: "已添加标签。"))
    };
    visitor.back(&state, &format!("{PATH}/{id}"), done.await)
}

pub(super) async fn take_label(
    State(state): State<HttpState>,
    IdsOf(id, label): IdsOf<BusinessId, LabelId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let registry = &state.services.registry;
    registry.take_label(label, id, &visitor.author()).await?;
    let done = say!(visitor.language; en: "The label is off."; zh: "已移除标签。");
    visitor.back(&state, &format!("{PATH}/{id}"), Ok(done))
}

pub(super) async fn add_note(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let done = async {
        let text = Text::parse("note", fields.text("text")).map_err(|e| wrong("/text", e))?;
        let registry = &state.services.registry;
        registry.add_note(id, &text, &visitor.author()).await?;
        Ok(say!(visitor.language; en: "The note is kept."; zh: "备注已保存。"))
    };
    visitor.back(&state, &format!("{PATH}/{id}"), done.await)
}

pub(super) async fn delete_note(
    State(state): State<HttpState>,
    IdsOf(id, note): IdsOf<BusinessId, NoteId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let registry = &state.services.registry;
    registry.delete_note(id, note, &visitor.author()).await?;
    let done = say!(visitor.language; en: "The note is deleted."; zh: "备注已删除。");
    visitor.back(&state, &format!("{PATH}/{id}"), Ok(done))
}

pub(super) async fn assign(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Admin)?;
    let done = async {
        let to = fields.given("organisation_id");
        let to = to.map(|id| id.parse::<OrganisationId>()).transpose();
        let to = to.map_err(|e| wrong("/organisation_id", e))?;
        // A page without the version that was seen is none of ours; it changes nothing.
        let expected = fields.text("version").parse().unwrap_or_default();
        let registry = &state.services.registry;
        registry.assign(id, expected, to, &visitor.author()).await?;
        Ok(say!(visitor.language; en: "The organisation is changed."; zh: "所属组织已更改。"))
    };
    visitor.back(&state, &format!("{PATH}/{id}"), done.await)
}
