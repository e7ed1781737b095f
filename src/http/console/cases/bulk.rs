//! One ruling on every open case that the filters find: with a preview, and undone together.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::PATH;
use super::decide::{ruling, whole};
use super::queue::{Row, wanted};
use crate::domain::{BulkId, ReasonCode, RulingKind, say};
use crate::http::extract::IdOf;
use crate::http::pages::{Fields, Flash, Frame, Submitted, Visitor, page, see_other, told, words};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::review::{BulkDone, BulkPreview};

use super::super::actors::Actors;

/// What can be ruled on many cases without looking at each.
const RULINGS: [RulingKind; 4] = [
    RulingKind::ConfirmedImpostor,
    RulingKind::Legitimate,
    RulingKind::NotEnoughEvidence,
    RulingKind::Escalate,
];

#[derive(Debug, Template)]
#[template(
    path = "console/cases/bulk.html",
    config = "src/http/pages/askama.toml"
)]
struct BulkPage {
    frame: Frame,
    filters: Fields,
    count: usize,
    token: String,
    rows: Vec<Row>,
    typed: Fields,
    error: Option<String>,
}

#[derive(Debug, Template)]
#[template(
    path = "console/cases/bulk_done.html",
    config = "src/http/pages/askama.toml"
)]
struct DonePage {
    frame: Frame,
    id: BulkId,
    ruled: u64,
    proposed: u64,
    /// Cases that were left alone, and why.
    skipped: Vec<(String, String)>,
}

impl BulkPage {
    fn ruling_name(&self, ruling: &RulingKind) -> &'static str {
        words::ruling(*ruling, self.frame.language).words
    }

    fn effect(&self, ruling: &RulingKind) -> &'static str {
        words::effect(*ruling, self.frame.language)
    }

    fn reason_name(&self, reason: &ReasonCode) -> &'static str {
        words::reason(*reason, self.frame.language)
    }
}

pub(super) async fn preview(
    State(state): State<HttpState>,
    visitor: Visitor,
    filters: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let shown = bulk_page(&state, &visitor, filters).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn bulk_page(
    state: &HttpState,
    visitor: &Visitor,
    filters: Fields,
) -> Result<BulkPage, Problem> {
    let language = visitor.language;
    let query = wanted(&filters, visitor)?;
    let BulkPreview {
        count,
        first,
        token,
    } = state.services.review.preview(&query).await?;
    let actors = Actors::default();
    let mut rows = Vec::with_capacity(first.len());
    for listed in &first {
        rows.push(Row::of(state, listed, &actors, language).await?);
    }
    let title = say!(language; en: "Rule on many cases"; zh: "批量裁定");
    Ok(BulkPage {
        frame: visitor.frame(title, PATH),
        filters,
        count,
        token,
        rows,
        typed: Fields::default(),
        error: None,
    })
}

pub(super) async fn decide(
    State(state): State<HttpState>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let filters = Fields::parse(fields.text("filters").as_bytes());
    let done: Result<BulkDone, Problem> = async {
        whole(fields.text("sentence"))?;
        let query = wanted(&filters, &visitor)?;
        let terms = ruling(&fields).parse()?;
        let review = &state.services.review;
        let token = fields.text("token");
        let author = visitor.author();
        Ok(review.decide_bulk(&query, token, &terms, &author).await?)
    }
    .await;
    match done {
        Ok(done) => Ok(page(
            StatusCode::OK,
            visitor.language,
            &done_page(&visitor, done),
        )),
        Err(problem) if problem.status().is_client_error() => {
            let mut shown = bulk_page(&state, &visitor, filters).await?;
            shown.error = Some(told(&problem, visitor.language).into());
            shown.typed = fields;
            Ok(page(problem.status(), visitor.language, &shown))
        }
        Err(problem) => Err(problem),
    }
}

fn done_page(visitor: &Visitor, done: BulkDone) -> DonePage {
    let title = say!(visitor.language; en: "Ruled on many cases"; zh: "批量裁定完成");
    let skipped = done.skipped.into_iter();
    DonePage {
        frame: visitor.frame(title, PATH),
        id: done.id,
        ruled: done.ruled,
        proposed: done.proposed,
        skipped: skipped.map(|(id, why)| (id.to_string(), why)).collect(),
    }
}

pub(super) async fn undo(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BulkId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let review = &state.services.review;
    let undone = review.undo_bulk(id, &visitor.author()).await?;
    let (count, left) = (undone.ruled, undone.skipped.len());
    let words = say!(visitor.language;
        en: "Undone on {count} cases; {left} could not be undone any more.";
        zh: "已撤销 {count} 个案件的裁定；{left} 个已无法撤销。");
    Ok(Flash::good(words).on(&state, see_other(PATH)))
}
