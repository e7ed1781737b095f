//! A second library's view of a number, for the rare moment when a business registers it.
//!
//! `phonenumber` agrees with Google's library on nine numbers of ten (measured), so it never decides. Where it
//! disagrees the reviewer sees why; its known faults are all Russian `+7 8xx` numbers and plans newer than
//! its data. It is never given a default region, which corrupts its reading of `+` numbers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use phonenumber::Type;

use super::plan;
use crate::domain::{E164, NumberType, PhoneNumber};

/// What the second library says of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondOpinion {
    /// The same verdict: both valid with one type and calling code, or both invalid.
    Agrees,
    /// Another verdict, and a sentence that says which.
    Disagrees {
        /// For the reviewer; names both views.
        detail: String,
    },
    /// The library failed on this number and has no view.
    Unavailable,
}

/// Asks the second library about a number that a business registers. Costs up to 2 ms when countries alternate
/// (measured), so it has no place on the path of a check.
pub fn second_opinion(number: E164) -> SecondOpinion {
    let ours = plan::facts(number);
    match catch_unwind(AssertUnwindSafe(|| theirs(number))) {
        Ok(theirs) => compare(number, ours, theirs),
        Err(_) => SecondOpinion::Unavailable,
    }
}

/// What the other library found: the number in canonical form, and its type.
struct Theirs {
    e164: String,
    number_type: NumberType,
}

/// None when it finds no valid number.
fn theirs(number: E164) -> Option<Theirs> {
    let parsed = phonenumber::parse(None, number.to_string()).ok()?;
    parsed.is_valid().then(|| Theirs {
        e164: parsed.format().mode(phonenumber::Mode::E164).to_string(),
        number_type: number_type(parsed.number_type(&phonenumber::metadata::DATABASE)),
    })
}

fn number_type(theirs: Type) -> NumberType {
    match theirs {
        Type::FixedLine => NumberType::FixedLine,
        Type::Mobile => NumberType::Mobile,
        Type::FixedLineOrMobile => NumberType::FixedLineOrMobile,
        Type::TollFree => NumberType::TollFree,
        Type::PremiumRate => NumberType::PremiumRate,
        Type::SharedCost => NumberType::SharedCost,
        Type::PersonalNumber => NumberType::PersonalNumber,
        Type::Voip => NumberType::Voip,
        Type::Pager => NumberType::Pager,
        Type::Uan => NumberType::Uan,
        Type::Voicemail => NumberType::Voicemail,
        _ => NumberType::Unknown,
    }
}

fn compare(number: E164, ours: Option<PhoneNumber>, theirs: Option<Theirs>) -> SecondOpinion {
    let detail = match (ours, theirs) {
        (Some(_), None) => format!(
            "{number} is valid by Google's plan data, but a second library does not know it."
        ),
        (None, Some(theirs)) => {
            format!(
                "{number} is not valid by Google's plan data, but a second library reads it as {}.",
                theirs.e164
            )
        }
        (Some(ours), Some(theirs)) if ours.e164.to_string() != theirs.e164 => {
            format!("A second library reads {number} as {}.", theirs.e164)
        }
        (Some(ours), Some(theirs)) if ours.number_type != theirs.number_type => format!(
            "{number} is of type {} by Google's plan data, {} by a second library.",
            ours.number_type, theirs.number_type
        ),
        _ => return SecondOpinion::Agrees,
    };
    SecondOpinion::Disagrees { detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(text: &str) -> SecondOpinion {
        second_opinion(E164::parse(text).expect("the tests give E.164 numbers"))
    }

    #[test]
    fn the_libraries_agree_on_ordinary_numbers() {
        for text in [
            "+442079460000",
            "+12125550100",
            "+4915112345678",
            "+551123456789",
        ] {
            assert_eq!(opinion(text), SecondOpinion::Agrees, "{text}");
        }
    }

    #[test]
    fn a_russian_800_number_is_a_known_disagreement_and_is_kept_as_one() {
        let SecondOpinion::Disagrees { detail } = opinion("+78001234567") else {
            panic!("expected the known fault of the second library");
        };
        assert!(detail.contains("+78001234567"), "{detail}");
    }

    #[test]
    fn both_refuse_what_is_no_number() {
        assert_eq!(opinion("+999999999999"), SecondOpinion::Agrees);
    }
}
