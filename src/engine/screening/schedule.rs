//! Channels that are registered for another time than that of the check.

use jiff::Timestamp;

use crate::domain::{AnswerLanguage, Sentence, Timing, say};

/// A channel of the account that a business has registered for another time.
#[derive(Debug, Clone)]
pub struct ScheduledChannel {
    /// The name of the business.
    pub business: String,
    /// When it begins or when it ended.
    pub timing: Timing,
    /// As the account shows it.
    pub shown: String,
}

impl ScheduledChannel {
    /// When it is the business's, as a clause.
    pub fn clause(&self, language: AnswerLanguage) -> Sentence {
        let Self {
            business, shown, ..
        } = self;
        match self.timing {
            Timing::Lapsed(until) => {
                let until = day(until);
                say!(language;
                    en: "{shown} was registered for {business} until {until}";
                    zh: "{shown} 在“{business}”名下的登记有效至 {until}")
            }
            Timing::Upcoming(from) => {
                let from = day(from);
                say!(language;
                    en: "{shown} is registered for {business} from {from}";
                    zh: "{shown} 自 {from} 起登记在“{business}”名下")
            }
            Timing::Current => say!(language;
                en: "{shown} is registered for {business}";
                zh: "{shown} 登记在“{business}”名下"),
        }
    }
}

/// A day, and the time of day unless it is midnight, UTC.
fn day(at: Timestamp) -> String {
    let format = if at.as_second().rem_euclid(86_400) == 0 {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%d %H:%M UTC"
    };
    at.strftime(format).to_string()
}
