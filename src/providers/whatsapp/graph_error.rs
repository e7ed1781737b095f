//! What the Graph API says no with (`error.code`; Meta, *Cloud API error codes*).
//!
//! Its own words are not passed on: "Malformed access token …" repeats the token.

use serde::Deserialize;

use super::super::client::Answer;
use super::super::{Failure, Refusal, Trouble};

#[derive(Deserialize)]
struct ErrorBody {
    error: GraphError,
}

#[derive(Deserialize)]
struct GraphError {
    code: i64,
    #[serde(default)]
    error_subcode: Option<i64>,
    #[serde(default)]
    is_transient: bool,
}

/// What an answer that is no success means.
pub(super) fn failure(answer: Answer) -> Failure {
    let trouble = answer.trouble();
    let Answer {
        at, status, body, ..
    } = answer;
    let Ok(ErrorBody { error }) = serde_json::from_slice(&body) else {
        let why = trouble.unwrap_or(Trouble::Unreadable(format!(
            "status {status} without an error"
        )));
        return Failure::unavailable(at, why);
    };
    let code = error.code;
    match (code, error.error_subcode) {
        // Limits: of the app, the user, the page, the account, the number, the pair of sender and recipient.
        (4 | 17 | 32 | 613 | 80007 | 130_429 | 131_048 | 131_056, _) => {
            let retry_after = match trouble {
                Some(Trouble::Busy { retry_after }) => retry_after,
                _ => None,
            };
            Failure::unavailable(at, Trouble::Busy { retry_after })
        }
        // 1 and 2 are "try again"; 131000 and 131016 trouble on WhatsApp's side.
        (1 | 2 | 131_000 | 131_016, _) => Failure::unavailable(at, Trouble::Status(status)),
        _ if error.is_transient => Failure::unavailable(at, Trouble::Status(status)),
        (100, Some(33)) => {
            Failure::not_found("the number", at, "no number that this access token may see")
        }
        (136_025, _) => Failure::not_found("the code", at, "another code, or one that is over"),
        _ => match trouble {
            Some(trouble) => Failure::unavailable(at, trouble),
            None => Failure::refused(at, Refusal::Answer(meaning(code, status))),
        },
    }
}

fn meaning(code: i64, status: u16) -> String {
    let words = match code {
        0 | 102 | 190 => "the access token does not count, or no longer",
        3 | 10 | 200..=299 => {
            "the access token lacks a permission: whatsapp_business_management is needed"
        }
        100 => "a field or parameter is not as it should be",
        368 | 131_031 => "the account is restricted for breaking WhatsApp's rules",
        131_026 => "the message cannot reach this number, which may not be on WhatsApp",
        131_030 => "the number is not among those that this sender may write to",
        132_000..=132_999 => "the template is missing, paused or not approved in this language",
        133_000..=133_999 => "the number is not registered for the API",
        136_024 => "no code can be sent to this number now",
        _ => "see the error codes of the Cloud API",
    };
    format!("error {code} with status {status}: {words}")
}
