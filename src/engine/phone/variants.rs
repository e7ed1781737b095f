//! Other forms of the same line, which a contact book or WhatsApp may still keep.
//!
//! Two numbers are variants only where the national plan says that they reach the same line; whatever is
//! merely similar is a [neighbour](super::neighbour).

use smallvec::SmallVec;

use crate::domain::E164;

/// Brazilian area codes where a WhatsApp id carries the mobile 9; elsewhere it usually lacks it (measured by
/// those who run WhatsApp gateways; the 9 came to these areas first, before WhatsApp was common).
const BRAZIL_WITH_NINE: [u64; 14] = [11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28];

/// The equivalent forms of a number, itself not among them; empty for most.
///
/// - Mexico: `+521…` and `+52…` (the mobile 1 was abolished in 2019).
/// - Ivory Coast (2021) and Benin (2024): eight-digit numbers and the ten-digit ones that replaced them.
/// - On WhatsApp only: Brazilian mobiles with and without the 9, and Argentine `+549…` and `+54…`, which are a
///   mobile and perhaps another person's landline everywhere else.
///
/// A form need not be valid by today's plan: the point is to meet those that no longer are.
pub fn variants(number: E164, on_whatsapp: bool) -> SmallVec<[E164; 2]> {
    let value = number.as_u64();
    let other = match value {
        5_210_000_000_000..5_220_000_000_000 => Some(520_000_000_000 + value % 10_000_000_000),
        521_000_000_000..530_000_000_000 => Some(5_210_000_000_000 + value % 10_000_000_000),
        22_900_000_000..23_000_000_000 => Some(2_290_100_000_000 + value % 100_000_000),
        2_290_100_000_000..2_290_200_000_000 => Some(22_900_000_000 + value % 100_000_000),
        22_500_000_000..22_600_000_000 => ivorian_today(value % 100_000_000),
        2_250_000_000_000..2_260_000_000_000 => ivorian_before(value),
        550_000_000_000..560_000_000_000 if on_whatsapp => brazilian_with_nine(value),
        5_500_000_000_000..5_600_000_000_000 if on_whatsapp => brazilian_without_nine(value),
        5_490_000_000_000..5_500_000_000_000 if on_whatsapp => {
            Some(540_000_000_000 + value % 10_000_000_000)
        }
        540_000_000_000..550_000_000_000 if on_whatsapp => {
            Some(5_490_000_000_000 + value % 10_000_000_000)
        }
        _ => None,
    };
    other
        .and_then(|value| E164::from_u64(value).ok())
        .into_iter()
        .collect()
}

/// `+55 AA XXXX-XXXX` with the 9 before the subscriber number, for mobiles, which begin with 6–9.
fn brazilian_with_nine(value: u64) -> Option<u64> {
    let (area, subscriber) = (value / 100_000_000 % 100, value % 100_000_000);
    (subscriber >= 60_000_000)
        .then_some((55 * 100 + area) * 1_000_000_000 + 900_000_000 + subscriber)
}

/// The reverse, where WhatsApp drops the 9.
fn brazilian_without_nine(value: u64) -> Option<u64> {
    let (area, subscriber) = (value / 1_000_000_000 % 100, value % 1_000_000_000);
    (subscriber >= 960_000_000 && !BRAZIL_WITH_NINE.contains(&area))
        .then_some((55 * 100 + area) * 100_000_000 + subscriber % 100_000_000)
}

/// The ten digits that replaced eight Ivorian ones on 31 January 2021 (ARTCI): the operator's prefix comes
/// before them, 01 Moov, 05 MTN, 07 Orange by the second digit of a mobile, and 21, 25, 27 in the same order
/// by the third digit of a landline (first digit 2 or 3).
fn ivorian_today(old: u64) -> Option<u64> {
    let (first, second, third) = (old / 10_000_000, old / 1_000_000 % 10, old / 100_000 % 10);
    let prefix = match (first, second, third) {
        (2 | 3, _, 8) => 21,
        (2 | 3, _, 0) => 25,
        (2 | 3, _, _) => 27,
        (1, _, _) => return None,
        (_, 0..=3, _) => 1,
        (_, 4..=6, _) => 5,
        _ => 7,
    };
    Some(2_250_000_000_000 + prefix * 100_000_000 + old)
}

fn ivorian_before(value: u64) -> Option<u64> {
    let old = value % 100_000_000;
    (ivorian_today(old) == Some(value)).then_some(22_500_000_000 + old)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> E164 {
        E164::parse(text).expect("the tests give E.164 numbers")
    }

    #[track_caller]
    fn are_variants(a: &str, b: &str, on_whatsapp: bool) {
        assert_eq!(variants(number(a), on_whatsapp).as_slice(), [number(b)]);
        assert_eq!(variants(number(b), on_whatsapp).as_slice(), [number(a)]);
    }

    #[test]
    fn a_mexican_mobile_is_itself_with_and_without_the_old_1() {
        are_variants("+525512345678", "+5215512345678", false);
    }

    #[test]
    fn an_argentine_mobile_loses_its_9_on_whatsapp_only() {
        are_variants("+5491123456789", "+541123456789", true);
        assert!(variants(number("+5491123456789"), false).is_empty());
    }

    #[test]
    fn a_brazilian_whatsapp_id_lacks_the_9_outside_the_first_area_codes() {
        are_variants("+5531987654321", "+553187654321", true);
        assert!(variants(number("+5511987654321"), true).is_empty());
        assert_eq!(
            variants(number("+551187654321"), true).as_slice(),
            [number("+5511987654321")]
        );
        assert!(
            variants(number("+553132654321"), true).is_empty(),
            "a landline never had a 9"
        );
        assert!(variants(number("+5531987654321"), false).is_empty());
    }

    #[test]
    fn old_forms_of_ivory_coast_and_benin_live_on() {
        are_variants("+22507123456", "+2250707123456", false);
        are_variants("+22505123456", "+2250505123456", false);
        are_variants("+22501123456", "+2250101123456", false);
        are_variants("+22520312345", "+2252720312345", false);
        are_variants("+22995011011", "+2290195011011", false);
        assert!(variants(number("+2250100000077"), false).len() <= 1);
    }

    #[test]
    fn most_numbers_have_one_form() {
        for text in ["+442079460000", "+12125550100", "+4915112345678"] {
            assert!(variants(number(text), true).is_empty());
        }
    }
}
