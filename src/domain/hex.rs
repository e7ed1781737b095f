use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// Bytes of a fixed number, shown as hexadecimal digits: hashes, public keys, signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hex<const N: usize>(pub [u8; N]);

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<const N: usize> FromStr for Hex<N> {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (pairs, rest) = value.as_bytes().as_chunks::<2>();
        let mut bytes = [0; N];
        let fits = rest.is_empty() && pairs.len() == N;
        let whole = fits
            && bytes.iter_mut().zip(pairs).all(|(byte, [high, low])| {
                let read = digit(*high).zip(digit(*low));
                *byte = read.map_or(0, |(high, low)| (high << 4 | low) as u8);
                read.is_some()
            });
        whole.then_some(Self(bytes)).ok_or_else(|| {
            let digits = 2 * N;
            Invalid::new(
                "hexadecimal value",
                value,
                format_args!("it must be {digits} hexadecimal digits"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_they_are_written_and_nothing_else_is() {
        let bytes = Hex([0, 0x7f, 0xa0, 0xff]);
        assert_eq!(bytes.to_string(), "007fa0ff");
        assert_eq!("007FA0ff".parse(), Ok(bytes));
        for wrong in [
            "",
            "007fa0f",
            "007fa0ff0",
            "007fa0fg",
            "007fa0ff00",
            "+07fa0ff",
            "007fa0é",
        ] {
            assert!(wrong.parse::<Hex<4>>().is_err(), "{wrong}");
        }
    }
}
