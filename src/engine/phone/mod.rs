//! Phone numbers: extraction, normalisation, variants and neighbours.

use crate::domain::{Country, E164, NumberType, PhoneError, PhoneKind, PhoneNumber, PhoneReading};

/// Reads a phone field; a stand-in that knows the strict form alone.
pub fn read(raw: &str, region: Option<Country>) -> PhoneReading {
    let digits: String = raw
        .chars()
        .filter(|c| *c == '+' || c.is_ascii_digit())
        .collect();
    let number = E164::parse(&digits).ok().map(|e164| PhoneNumber {
        e164,
        calling_code: 1,
        number_type: NumberType::Unknown,
        region,
    });
    PhoneReading {
        kind: PhoneKind::Number,
        number,
        code: None,
        error: number
            .is_none()
            .then(|| (PhoneError::NotANumber, "it is no number".to_owned())),
    }
}
