//! Reports: people's complaints about an account. They set the order of the queue, never a score or a verdict.

use jiff::{SignedDuration, Timestamp};

use super::error::word_enum;
use super::{Invalid, Text};

/// What happened, in the reporter's words; 1–4,000 characters.
pub type ReportText = Text<4_000>;

word_enum! {
    /// What the account did.
    "harm" Harm {
        /// It took money.
        MoneyLost = "money_lost",
        /// It asked for money.
        MoneyAsked = "money_asked",
        /// It asked for a code, password or card number.
        CodeAsked = "code_asked",
        /// It sent a link or file.
        LinkSent = "link_sent",
        /// It only pretends.
        Impersonation = "impersonation",
        /// Something else.
        Other = "other",
    }
}

word_enum! {
    /// The types of files that are taken as evidence, by their content.
    "type of evidence" EvidenceKind {
        /// A PNG picture.
        Png = "image/png",
        /// A JPEG picture.
        Jpeg = "image/jpeg",
        /// A WebP picture.
        Webp = "image/webp",
        /// A GIF picture.
        Gif = "image/gif",
        /// A PDF document.
        Pdf = "application/pdf",
        /// Plain text in UTF-8.
        Text = "text/plain",
    }
}

impl EvidenceKind {
    /// Largest file, in bytes.
    pub const MAX_BYTES: usize = 5 * 1024 * 1024;
    /// Most files of one report.
    pub const MAX_FILES: usize = 5;

    /// Refuses a file that is empty or too large.
    pub fn bounded(bytes: &[u8]) -> Result<(), Invalid> {
        let size = format!("{} bytes", bytes.len());
        if bytes.is_empty() {
            return Err(Invalid::new("file", &size, "it is empty"));
        }
        if bytes.len() > Self::MAX_BYTES {
            return Err(Invalid::new("file", &size, "it is larger than 5 MB"));
        }
        Ok(())
    }
}

/// What is known of somebody who reports, as a keyed digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reporter {
    /// Reports made.
    pub reports: u32,
    /// Reports that a reviewer found to be made up.
    pub bad_faith: u32,
    /// Until when the reports weigh nothing.
    pub suspended_until: Option<Timestamp>,
}

impl Reporter {
    /// So many made-up reports suspend.
    pub const SUSPENDS_AT: u32 = 2;
    /// For so long.
    pub const SUSPENDED_FOR: SignedDuration = SignedDuration::from_hours(180 * 24);

    /// How much a report weighs: nothing of somebody who is suspended or has reported the account before, otherwise the
    /// less the more reports came from the same source (a network, a partner).
    pub fn weight(&self, at: Timestamp, before: bool, same_source: u32) -> f64 {
        let suspended = self.suspended_until.is_some_and(|until| until > at);
        if suspended || before {
            return 0.0;
        }
        let trust = 1.0 / f64::from(1 + self.bad_faith);
        trust / f64::from(1 + same_source)
    }

    /// Notes a report that was found to be made up.
    pub fn note_bad_faith(&mut self, at: Timestamp) {
        self.bad_faith += 1;
        if self.bad_faith >= Self::SUSPENDS_AT {
            self.suspended_until = at.checked_add(Self::SUSPENDED_FOR).ok();
        }
    }
}
