//! The badge log as a file: JSON lines, each event in its order, then the signed head of exactly these.

use super::{BadgeLog, SignedHead};
use crate::service::contract::{BadgeEventBody, BadgeLogHeadBody, BadgeLogLine};
use crate::store::StoreError;

/// An export under way.
#[derive(Debug)]
pub struct BadgeLogExport {
    log: BadgeLog,
    head: SignedHead,
    /// The index of the next event; none once everything is written.
    next: Option<u64>,
}

impl BadgeLog {
    /// Begins an export of the log as it is now.
    pub async fn export(&self) -> Result<BadgeLogExport, StoreError> {
        Ok(BadgeLogExport {
            log: self.clone(),
            head: self.head().await?,
            next: Some(0),
        })
    }
}

impl BadgeLogExport {
    /// The next lines; none after the last.
    pub async fn next(&mut self) -> Result<Option<String>, StoreError> {
        let Some(from) = self.next else {
            return Ok(None);
        };
        let entries = self.log.part(from, self.head.head.size).await?;
        let mut lines = String::new();
        for entry in &entries {
            line(
                &BadgeLogLine::Event(BadgeEventBody::from(entry)),
                &mut lines,
            );
        }
        self.next = entries.last().map(|last| last.index + 1);
        if self.next.is_none() {
            let head = BadgeLogHeadBody::from(&self.head);
            line(&BadgeLogLine::Head(head), &mut lines);
        }
        Ok(Some(lines))
    }
}

fn line(line: &BadgeLogLine, lines: &mut String) {
    let text = serde_json::to_string(line);
    lines.push_str(&text.expect("a line has only JSON's own types"));
    lines.push('\n');
}
