//! Phone numbers: extraction, normalisation, variants and neighbours.
//!
//! [`read`] turns whatever stands in a phone field into one [`PhoneReading`](crate::domain::PhoneReading), and
//! [`read_on_whatsapp`] does so for what WhatsApp wrote; [`variants()`] lists the other forms of the same line;
//! [`neighbour`] and [`neighbour_keys`] relate a number to registered ones that it resembles;
//! [`second_opinion`] asks another library when a business registers a number.
//!
//! Nothing here panics, whatever the input, and nothing guesses silently: an input that holds two numbers, or
//! a masked one, is refused with a sentence that says so. Regions are facts, never identities: `+44 7911…`
//! belongs to Guernsey by its plan, so compare calling codes ([`calling_code`]).

mod clean;
mod link;
mod neighbours;
mod opinion;
mod plan;
mod reader;
mod scan;
mod search;
mod sender;
mod vanity;
mod variants;

pub use neighbours::{Neighbourhood, Relation, neighbour, neighbour_keys, stored_keys};
pub use opinion::{SecondOpinion, second_opinion};
pub use reader::{LONGEST, read, read_on_whatsapp};
pub use variants::variants;

use crate::domain::{E164, PhoneNumber};

/// The facts of a number's plan; none when the plan has no such number, or it is written otherwise
/// (`+44 020…`), which [`read`] would have put right.
pub fn facts(number: E164) -> Option<PhoneNumber> {
    plan::facts(number)
}

/// The country calling code, 1–999, by the structure of E.164: `+1` and `+7` have one digit, a fixed set has
/// two, all others three, assigned or not. Costs nothing, unlike [`facts`].
pub fn calling_code(number: E164) -> u16 {
    /// Two-digit calling codes (ITU-T E.164, list of assigned codes), by first digit then second digit.
    const TWO_DIGITS: [&[u64]; 10] = [
        &[],
        &[],
        &[0, 7],
        &[0, 1, 2, 3, 4, 6, 9],
        &[0, 1, 3, 4, 5, 6, 7, 8, 9],
        &[1, 2, 3, 4, 5, 6, 7, 8],
        &[0, 1, 2, 3, 4, 5, 6],
        &[],
        &[1, 2, 4, 6],
        &[0, 1, 2, 3, 4, 5, 8],
    ];
    let mut lead = number.as_u64();
    while lead > 999 {
        lead /= 10;
    }
    let (first, second) = (lead / 100, lead / 10 % 10);
    let code = match first {
        1 | 7 => first,
        _ if TWO_DIGITS
            .get(first as usize)
            .is_some_and(|set| set.contains(&second)) =>
        {
            lead / 10
        }
        _ => lead,
    };
    u16::try_from(code).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calling_codes_follow_the_structure_of_e164() {
        for (number, code) in [
            ("+12125550100", 1),
            ("+74951234567", 7),
            ("+447911123456", 44),
            ("+390669812345", 39),
            ("+35312345678", 353),
            ("+80012345678", 800),
            ("+6837012", 683),
            ("+4212345678", 421),
        ] {
            let Ok(number) = E164::parse(number) else {
                panic!("{number}")
            };
            assert_eq!(calling_code(number), code);
        }
    }
}
