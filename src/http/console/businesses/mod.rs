//! Businesses: found, looked at, labelled, noted upon, given to an organisation.

mod annotate;
mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::domain::AnswerLanguage;
use crate::domain::{Badge, BadgeState, Bilingual};
use crate::http::HttpState;

pub(super) use self::show::kind_name;

const PATH: &str = "/console/businesses";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list::list))
        .route("/console/businesses/{id}", get(show::show))
        .route("/console/businesses/{id}/labels", post(annotate::put_label))
        .route(
            "/console/businesses/{id}/labels/{label}/take",
            post(annotate::take_label),
        )
        .route("/console/businesses/{id}/notes", post(annotate::add_note))
        .route(
            "/console/businesses/{id}/notes/{note}/delete",
            post(annotate::delete_note),
        )
        .route(
            "/console/businesses/{id}/organisation",
            post(annotate::assign),
        )
}

/// A badge as a page shows it: the style and the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShownBadge {
    pub(super) tone: &'static str,
    pub(super) words: &'static str,
}

impl ShownBadge {
    pub(super) fn of(badge: Badge, state: BadgeState, language: AnswerLanguage) -> Self {
        let (tone, en, zh) = match (badge, state) {
            (Badge::None, BadgeState::Active) => ("calm", "no badge", "无徽章"),
            (Badge::Verified, BadgeState::Active) => ("good", "✓ verified", "✓ 已验证"),
            (Badge::Official, BadgeState::Active) => ("good", "✓ official", "✓ 官方"),
            (_, BadgeState::Suspended) => ("doubt", "suspended", "已暂停"),
            (_, BadgeState::Expired) => ("doubt", "expired", "已过期"),
            (_, BadgeState::Revoked) => ("bad", "revoked", "已撤销"),
        };
        Self {
            tone,
            words: Bilingual { en, zh }.of(language),
        }
    }
}
