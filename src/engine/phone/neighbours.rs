//! Numbers that resemble a registered one: one digit changed, missing or added, two swapped, or the same block.
//!
//! 76 % of one-digit changes of a valid number are valid again (measured), so a look-alike number costs an
//! impostor nothing. The other side of it: a large business owns whole blocks, so that a number that differs
//! only in its last digits may well be its own extension. [`Neighbourhood`] says both and judges neither.

use smallvec::SmallVec;

use crate::domain::E164;

/// How the digits of a checked number differ from those of a registered one. Positions count from 0 at the
/// first digit after the `+`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// One digit is another.
    Substituted {
        /// Which digit.
        position: u8,
        /// The digit in the checked number.
        checked: u8,
        /// The digit in the registered number.
        registered: u8,
    },
    /// Two adjacent digits are swapped.
    Transposed {
        /// The first of the two.
        position: u8,
    },
    /// The checked number lacks a digit of the registered one.
    Missing {
        /// Where it stands in the registered number; the last place of a run of equal digits.
        position: u8,
        /// The digit.
        digit: u8,
    },
    /// The checked number has a digit that the registered one has not.
    Extra {
        /// Where it stands in the checked number; the last place of a run of equal digits.
        position: u8,
        /// The digit.
        digit: u8,
    },
    /// Equal but for more than one of the last three digits.
    SameBlock,
}

/// A checked number's relation to a registered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Neighbourhood {
    /// The smallest difference.
    pub relation: Relation,
    /// How many last digits, 1 to 3, hold the whole difference between two numbers of equal length: they are
    /// then in one block of 10, 100 or 1,000. None when the difference lies further left.
    pub block: Option<u8>,
}

/// Last digits that a block leaves open.
const BLOCK: usize = 3;

/// Marks the key of a block among [`neighbour_keys`]; no number reaches this bit.
const BLOCK_KEY: u64 = 1 << 63;

/// How `checked` resembles `registered`; none when they are equal or further apart. The relation holds in both
/// directions, with missing and extra exchanged.
pub fn neighbour(checked: E164, registered: E164) -> Option<Neighbourhood> {
    let (ours, theirs) = (Digits::of(checked), Digits::of(registered));
    let (a, b) = (ours.as_slice(), theirs.as_slice());
    if a == b || a.len().abs_diff(b.len()) > 1 {
        return None;
    }
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    if a.len() != b.len() {
        let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
        if start + end < short.len() {
            return None;
        }
        let (position, digit) = (start as u8, long[start]);
        let relation = if a.len() > b.len() {
            Relation::Extra { position, digit }
        } else {
            Relation::Missing { position, digit }
        };
        return Some(Neighbourhood {
            relation,
            block: None,
        });
    }
    let block = (a.len() - start <= BLOCK).then_some((a.len() - start) as u8);
    let relation = match a.len() - start - end {
        1 => Relation::Substituted {
            position: start as u8,
            checked: a[start],
            registered: b[start],
        },
        2 if a[start] == b[start + 1] && a[start + 1] == b[start] => Relation::Transposed {
            position: start as u8,
        },
        _ if block.is_some() => Relation::SameBlock,
        _ => return None,
    };
    Some(Neighbourhood { relation, block })
}

/// The keys under which an index keeps a registered number, so that [`neighbour_keys`] of any neighbour meets
/// one of them: its own value, and its block.
pub fn stored_keys(number: E164) -> [u64; 2] {
    [number.as_u64(), block_key(number)]
}

/// The keys to look up for a checked number, each once: every number one edit away, then the block. About 250
/// for 12 digits, so that the index holds two keys a number instead of seventeen. What is met still has to
/// pass [`neighbour`]: a block key meets the number itself too.
pub fn neighbour_keys(number: E164) -> Vec<u64> {
    let digits = Digits::of(number);
    let digits = digits.as_slice();
    let mut keys = Vec::with_capacity(digits.len() * 21 + 12);
    for at in 0..digits.len() {
        let place = 10_u64.pow((digits.len() - 1 - at) as u32);
        let value = number.as_u64();
        let (above, digit, below) = (value / place / 10, u64::from(digits[at]), value % place);
        let with = |digit: u64| (above * 10 + digit) * place + below;
        keys.extend(
            (0..10)
                .filter(|&d| d != digit && (at > 0 || d > 0))
                .map(with),
        );
        if digits
            .get(at + 1)
            .is_some_and(|&next| next != digits[at] && (at > 0 || next > 0))
        {
            let next = u64::from(digits[at + 1]);
            let lower = place / 10;
            keys.push(((above * 10 + next) * 10 + digit) * lower + below % lower);
        }
        // Of a run of equal digits, dropping or doubling any gives the same number.
        if digits.get(at + 1) != Some(&digits[at]) {
            keys.push(above * place + below);
        }
        keys.extend(
            (0..10)
                .filter(|&d| d != digit && (at > 0 || d > 0))
                .map(|d| {
                    let inserted = above * 10 + d;
                    (inserted * 10 + digit) * place + below
                }),
        );
    }
    keys.extend((0..10).map(|digit| number.as_u64() * 10 + digit));
    keys.retain(|&key| E164::from_u64(key).is_ok());
    keys.push(block_key(number));
    keys
}

/// A block is its leading digits together with the length of the number.
fn block_key(number: E164) -> u64 {
    let length = Digits::of(number).as_slice().len() as u64;
    BLOCK_KEY | (length << 56) | (number.as_u64() / 10_u64.pow(BLOCK as u32))
}

/// The decimal digits of a number, first digit first.
struct Digits(SmallVec<[u8; 16]>);

impl Digits {
    fn of(number: E164) -> Self {
        let mut rest = number.as_u64();
        let mut digits = SmallVec::new();
        while rest > 0 {
            digits.push((rest % 10) as u8);
            rest /= 10;
        }
        digits.reverse();
        Self(digits)
    }

    fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> E164 {
        E164::parse(text).expect("the tests give E.164 numbers")
    }

    fn relation(checked: &str, registered: &str) -> Option<(Relation, Option<u8>)> {
        neighbour(number(checked), number(registered)).map(|n| (n.relation, n.block))
    }

    #[test]
    fn one_other_digit_is_a_substitution_and_says_where() {
        let expected = Relation::Substituted {
            position: 4,
            checked: 8,
            registered: 7,
        };
        assert_eq!(
            relation("+442089460000", "+442079460000"),
            Some((expected, None))
        );
        let expected = Relation::Substituted {
            position: 11,
            checked: 1,
            registered: 0,
        };
        assert_eq!(
            relation("+442079460001", "+442079460000"),
            Some((expected, Some(1)))
        );
    }

    #[test]
    fn swapped_missing_and_extra_digits_are_told_apart() {
        assert_eq!(
            relation("+447021946000", "+442071946000").map(|r| r.0),
            None
        );
        assert_eq!(
            relation("+447091946000", "+440791946000"),
            Some((Relation::Transposed { position: 2 }, None))
        );
        let missing = Relation::Missing {
            position: 5,
            digit: 9,
        };
        assert_eq!(
            relation("+44207460000", "+442079460000"),
            Some((missing, None))
        );
        let extra = Relation::Extra {
            position: 5,
            digit: 9,
        };
        assert_eq!(
            relation("+442079460000", "+44207460000"),
            Some((extra, None))
        );
    }

    #[test]
    fn the_last_three_digits_make_a_block() {
        assert_eq!(
            relation("+442079460123", "+442079460000"),
            Some((Relation::SameBlock, Some(3)))
        );
        assert_eq!(
            relation("+442079460023", "+442079460000"),
            Some((Relation::SameBlock, Some(2)))
        );
        assert_eq!(relation("+442079461123", "+442079460000"), None);
    }

    #[test]
    fn a_number_is_no_neighbour_of_itself() {
        assert_eq!(relation("+442079460000", "+442079460000"), None);
    }

    #[test]
    fn keys_are_few_and_none_is_asked_twice() {
        for text in ["+442079460000", "+6837012", "+491511234567890", "+11111111"] {
            let mut keys = neighbour_keys(number(text));
            let all = keys.len();
            assert!(all <= 310, "{all}");
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), all, "{text}");
        }
    }
}
