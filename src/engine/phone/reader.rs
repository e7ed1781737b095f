//! From whatever stands in a phone field to one reading: sender ID, short code, or one number, or a sentence
//! that says why there is none.
//!
//! The order matters. 28 of 200 random strings of 3–6 digits parse as a valid number somewhere (measured), so
//! short codes and sender IDs are decided before any number is looked for.

use super::clean::{clean, percent_decoded};
use super::scan::is_label;
use super::search::Search;
use super::{plan, sender};
use crate::domain::{Bilingual, Country, PhoneError, PhoneKind, PhoneReading};

/// Most characters that are looked at; a longer field is refused unread.
pub const LONGEST: usize = 250;

/// Reads one phone field. `default_region` is where a number without calling code is dialled; a number with
/// one is never bent to it, and digits that are no number there are not taken for one abroad.
pub fn read(raw: &str, default_region: Option<Country>) -> PhoneReading {
    read_with(raw, default_region, false)
}

/// Reads a phone field that WhatsApp filled in: like [`read`], but digits without `+` may be an id of any
/// country although a region is given, and a form that only WhatsApp keeps (`+521…`, a Brazilian mobile
/// without its 9, an eight-digit Ivorian number) is read as the number it stands for.
pub fn read_on_whatsapp(raw: &str, default_region: Option<Country>) -> PhoneReading {
    read_with(raw, default_region, true)
}

fn read_with(raw: &str, region: Option<Country>, whatsapp: bool) -> PhoneReading {
    if raw.len() > LONGEST && raw.chars().nth(LONGEST).is_some() {
        return refused(PhoneError::TooLong);
    }
    let mut text = clean(raw);
    if text.contains('%')
        && !text.contains("://")
        && !text.contains('?')
        && let Some(decoded) = percent_decoded(&text)
    {
        text = clean(&decoded);
    }
    if text.is_empty() {
        return refused(PhoneError::Empty);
    }
    if let Some(reading) = not_a_number(&text, region) {
        return reading;
    }
    let mut search = Search::new(region, whatsapp);
    search.run(&text);
    match search.outcome() {
        Ok(number) => PhoneReading {
            kind: PhoneKind::Number,
            number: Some(number),
            code: None,
            error: None,
        },
        Err((error, _)) if error != PhoneError::Masked && sender::is_sender_id(&text) => {
            coded(PhoneKind::SenderId, &text)
        }
        Err(error) => PhoneReading {
            kind: PhoneKind::Number,
            number: None,
            code: None,
            error: Some(error),
        },
    }
}

/// What is certainly not a number: a withheld caller, a short code, a command, a sender ID.
fn not_a_number(text: &str, region: Option<Country>) -> Option<PhoneReading> {
    let first = text.bytes().next()?;
    if first == b'+'
        && text
            .bytes()
            .all(|b| b == b'+' || b == b' ' || b.is_ascii_digit())
    {
        return None;
    }
    if let Some(code) = short_code(text, region) {
        return Some(coded(PhoneKind::ShortCode, &code));
    }
    if sender::is_withheld(text) {
        return Some(refused_because(
            PhoneError::NotANumber,
            Bilingual {
                en: "The caller withheld the number.",
                zh: "来电者隐藏了号码。",
            },
        ));
    }
    if sender::is_service_command(text) {
        return Some(refused_because(
            PhoneError::NotANumber,
            Bilingual {
                en: "This is a command to the network, not a number.",
                zh: "这是发给运营商网络的指令，不是号码。",
            },
        ));
    }
    let has_letter = text.bytes().any(|b| b.is_ascii_alphabetic());
    // One that starts with a digit may be a vanity number or have an extension: the number is tried first.
    let named = has_letter && !first.is_ascii_digit() && sender::is_sender_id(text);
    (named && !sender::is_masked(text) && !starts_with_label(text))
        .then(|| coded(PhoneKind::SenderId, text))
}

/// Three to six digits, alone or behind a label, unless numbers of the region are that short.
fn short_code(text: &str, region: Option<Country>) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    if start > 0 && !is_label(&text[..start]) {
        return None;
    }
    let mut digits = String::new();
    for c in text[start..].chars() {
        match c {
            '0'..='9' if digits.len() < 7 => digits.push(c),
            ' ' | '-' => {}
            _ => return None,
        }
    }
    if !(3..=6).contains(&digits.len()) {
        return None;
    }
    let number = region.is_some_and(|region| plan::is_short_number(&digits, region));
    (!number).then_some(digits)
}

/// `T 020…`, `Tel.020…`: a label and then digits, which a sender ID could be in shape.
fn starts_with_label(text: &str) -> bool {
    text.find(|c: char| c.is_ascii_digit() || c == '+')
        .is_some_and(|start| {
            start > 0
                && !text[..start].ends_with(|c: char| c.is_alphabetic())
                && is_label(&text[..start])
        })
}

fn coded(kind: PhoneKind, code: &str) -> PhoneReading {
    PhoneReading {
        kind,
        number: None,
        code: Some(code.to_owned()),
        error: None,
    }
}

fn refused(error: PhoneError) -> PhoneReading {
    refused_because(error, sentence(error))
}

fn refused_because(error: PhoneError, sentence: Bilingual<&str>) -> PhoneReading {
    PhoneReading {
        kind: PhoneKind::Number,
        number: None,
        code: None,
        error: Some((error, sentence.map(str::to_owned))),
    }
}

/// What to tell a person. None repeats the input: it may be a third person's number.
pub(super) fn sentence(error: PhoneError) -> Bilingual<&'static str> {
    let (en, zh) = match error {
        PhoneError::Empty => ("There is nothing here to read.", "这里没有可读取的内容。"),
        PhoneError::TooLong => (
            "This has more than 250 characters; give the number alone.",
            "内容超过 250 个字符；请只填写号码。",
        ),
        PhoneError::NotANumber => ("There is no phone number here.", "这里没有电话号码。"),
        PhoneError::Masked => (
            "Some digits are hidden; the whole number is needed.",
            "有些数字被隐藏了；需要完整的号码。",
        ),
        PhoneError::Multiple => (
            "There is more than one number; give one.",
            "这里有多个号码；请只填写一个。",
        ),
        PhoneError::NoRegion => (
            "This could be a number of several countries; add + and the calling code, or name the country.",
            "这可能是多个国家或地区的号码；请加上 + 和国际区号，或注明国家或地区。",
        ),
        PhoneError::UnknownCallingCode => (
            "No country has the calling code with which this number starts.",
            "没有任何国家或地区使用这个号码开头的国际区号。",
        ),
        PhoneError::TooShort => (
            "This is too short to be a phone number.",
            "作为电话号码，这太短了。",
        ),
        PhoneError::TooLongForPlan => (
            "This is too long to be a phone number.",
            "作为电话号码，这太长了。",
        ),
        PhoneError::NotInPlan => (
            "The numbering plan of this country has no such number.",
            "该国家或地区的编号计划中没有这个号码。",
        ),
        PhoneError::NotAPhoneIdentifier => (
            "This identifier of a messenger carries no phone number.",
            "这个通讯软件的标识符不含电话号码。",
        ),
    };
    Bilingual { en, zh }
}
