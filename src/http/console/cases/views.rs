//! Views of the queue that people save for themselves, as the API has them.

use axum::extract::State;
use axum::response::Response;

use super::PATH;
use super::queue::filter_of;
use crate::domain::{ViewId, say};
use crate::http::api::cases::dto::Filter;
use crate::http::extract::IdOf;
use crate::http::pages::{Fields, Submitted};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::review::View;

/// The query of the queue that a view stands for.
pub(super) fn query_of(view: &View) -> String {
    let filter: Filter = serde_json::from_str(&view.filter).unwrap_or_default();
    let value = serde_json::to_value(&filter).unwrap_or_default();
    let fields = value.as_object().into_iter().flatten();
    let pairs = fields.map(|(name, value)| match value.as_str() {
        Some(text) => (name, text.to_owned()),
        None => (name, value.to_string()),
    });
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

pub(super) async fn save(
    State(state): State<HttpState>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let filters = Fields::parse(fields.text("filters").as_bytes());
    let done = async {
        let author = visitor.author();
        let filter = filter_of(&filters);
        filter.parse(&author.actor.to_string())?;
        let filter = serde_json::to_value(&filter).unwrap_or_default();
        let review = &state.services.review;
        review
            .create_view(fields.text("name"), &filter, &author)
            .await?;
        Ok(say!(visitor.language; en: "The view is saved."; zh: "视图已保存。"))
    };
    let path = format!("{PATH}?{}", filters.query_without("cursor"));
    visitor.back(&state, &path, done.await)
}

pub(super) async fn delete(
    State(state): State<HttpState>,
    IdOf(id): IdOf<ViewId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let review = &state.services.review;
    let deleted = review.delete_view(id, &visitor.author()).await;
    let done = deleted
        .map_err(Problem::from)
        .map(|()| say!(visitor.language; en: "The view is deleted."; zh: "视图已删除。"));
    visitor.back(&state, PATH, done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_view_leads_to_the_filters_that_it_was_saved_with() {
        let fields = Fields::parse(b"state=claimed&mine=true&signal=disguise_leet");
        let filter = serde_json::to_string(&filter_of(&fields)).unwrap();
        let view = View {
            id: ViewId::new(Uuid::nil()),
            owner: String::new(),
            name: String::new(),
            filter,
        };
        let again = Fields::parse(query_of(&view).as_bytes());
        for name in ["state", "mine", "signal"] {
            assert_eq!(again.text(name), fields.text(name));
        }
    }
}
