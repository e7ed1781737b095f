//! What stands around a case: what happened, who told what, evidence, appeals, other cases that have something in common.

use super::super::actors::Actors;
use super::queue::called;
use crate::domain::{AnswerLanguage, Bilingual, CaseId};
use crate::http::pages::words::Toned;
use crate::http::pages::{Shown, When, words};
use crate::service::review::{CaseFile, Clusters, Listed, OpenedAppeal};

/// Most other cases that are shown.
const OTHERS: usize = 12;

/// Something that happened.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) at: When,
    pub(super) by: String,
    pub(super) what: String,
    pub(super) detail: String,
}

/// Something that somebody told.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) at: When,
    pub(super) by: String,
    pub(super) text: String,
}

/// A report, never with who made it.
#[derive(Debug)]
pub(super) struct ReportRow {
    pub(super) id: String,
    pub(super) at: When,
    pub(super) harm: &'static str,
    pub(super) text: String,
    pub(super) contact: Option<String>,
    /// Whether it is known to be made up.
    pub(super) false_one: bool,
}

/// A file of evidence.
#[derive(Debug)]
pub(super) struct FileRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    /// Kilobytes, rounded up.
    pub(super) size: u64,
}

/// An appeal against a ruling on the case.
#[derive(Debug)]
pub(super) struct AppealRow {
    pub(super) id: String,
    pub(super) at: When,
    pub(super) by: &'static str,
    pub(super) state: Toned,
}

/// Another case that has something in common with this one.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) id: String,
    pub(super) name: Shown,
    pub(super) state: Toned,
    pub(super) why: &'static str,
}

pub(super) fn timeline(file: &CaseFile, actors: &Actors) -> Vec<Moment> {
    let events = file.events.iter().rev().map(|event| Moment {
        at: event.at.into(),
        by: actors.name(&event.actor),
        what: event.what.replace('_', " "),
        detail: event.detail.clone().unwrap_or_default().replace('_', " "),
    });
    events.collect()
}

pub(super) fn reports(file: &CaseFile, language: AnswerLanguage) -> Vec<ReportRow> {
    let reports = file.reports.iter().map(|report| ReportRow {
        id: report.id.to_string(),
        at: report.at.into(),
        harm: words::harm(report.harm, language),
        text: report.text.clone(),
        contact: report.contact.clone(),
        false_one: report.bad_faith_at.is_some(),
    });
    reports.collect()
}

pub(super) fn files(file: &CaseFile) -> Vec<FileRow> {
    let files = file.files.iter().map(|file| FileRow {
        id: file.id.to_string(),
        name: file.name.clone(),
        kind: file.kind.as_str(),
        size: file.size.div_ceil(1024),
    });
    files.collect()
}

pub(super) fn notes(file: &CaseFile, actors: &Actors) -> Vec<Told> {
    let notes = file.notes.iter().rev().map(|note| Told {
        at: note.at.into(),
        by: actors.name(&note.by),
        text: note.text.clone(),
    });
    notes.collect()
}

pub(super) fn appeals(appeals: Vec<OpenedAppeal>, language: AnswerLanguage) -> Vec<AppealRow> {
    let rows = appeals.iter().map(|opened| AppealRow {
        id: opened.appeal.id.to_string(),
        at: opened.appeal.at.into(),
        by: words::appellant(opened.appeal.by, language),
        state: words::appeal_state(opened.appeal.state, language),
    });
    rows.collect()
}

/// Other cases, each once, with the first thing that they have in common.
pub(super) fn others(clusters: Clusters, language: AnswerLanguage) -> Vec<Other> {
    let mut others: Vec<(CaseId, Other)> = Vec::new();
    for (listed, en, zh) in [
        (clusters.name, "same name", "同名"),
        (clusters.block, "same block of numbers", "同一号段"),
        (clusters.site, "same website", "同一网站"),
        (clusters.reporters, "same reporters", "同一举报人"),
    ] {
        let why = *Bilingual { en, zh }.of(language);
        for listed in &listed {
            let known = others.iter().any(|(id, _)| *id == listed.case.id);
            if !known && others.len() < OTHERS {
                others.push((listed.case.id, Other::of(listed, why, language)));
            }
        }
    }
    others.into_iter().map(|(_, other)| other).collect()
}

impl Other {
    fn of(listed: &Listed, why: &'static str, language: AnswerLanguage) -> Self {
        Self {
            id: listed.case.id.to_string(),
            name: called(listed.account.as_ref(), language).0,
            state: words::state(listed.case.state, language),
            why,
        }
    }
}
