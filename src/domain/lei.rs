use std::fmt;

use super::Invalid;

/// A Legal Entity Identifier, ISO 17442: 18 letters and digits and two check digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lei([u8; 20]);

impl Lei {
    /// Parses 20 letters and digits, in either case, whose check digits are right (ISO 7064, MOD 97-10).
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &str| Err(Invalid::new("LEI", value, reason));
        let Ok(mut code) = <[u8; 20]>::try_from(value.trim().as_bytes()) else {
            return refuse("an LEI has 20 letters and digits");
        };
        code.make_ascii_uppercase();
        if !code.iter().all(u8::is_ascii_alphanumeric) {
            return refuse("an LEI has only letters and digits");
        }
        if !code[18..].iter().all(u8::is_ascii_digit) || remainder(&code) != 1 {
            return refuse("its check digits are wrong");
        }
        Ok(Self(code))
    }

    /// The 20 characters, upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The code as a number, letters read as 10 to 35, modulo 97.
fn remainder(code: &[u8; 20]) -> u32 {
    code.iter().fold(0, |sum, &byte| {
        let digit = char::from(byte).to_digit(36).unwrap_or(0);
        (sum * if digit < 10 { 10 } else { 100 } + digit) % 97
    })
}

impl fmt::Display for Lei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LEIs of Deutsche Bank, Apple, HSBC Holdings and GLEIF itself, as published.
    const REAL: [&str; 4] = [
        "7LTWFZYICNSX8D621K86",
        "HWUPKR0MPOU8FGXBT394",
        "MLU0ZO3ML4LN2LL2TL39",
        "506700GE1G29325QX363",
    ];

    #[test]
    fn published_leis_are_read_in_either_case() {
        for lei in REAL {
            let small = format!(" {} ", lei.to_lowercase());
            assert_eq!(Lei::parse(&small).unwrap().as_str(), lei);
        }
    }

    #[test]
    fn every_wrong_letter_and_every_wrong_digit_is_noticed() {
        for lei in REAL {
            for at in 0..20 {
                for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".chars() {
                    let mut wrong: Vec<char> = lei.chars().collect();
                    // A letter counts as two digits, so that a digit in its place may pass, once in 97.
                    let alike = wrong[at].is_ascii_digit() == other.is_ascii_digit();
                    if wrong[at] == other || !alike {
                        continue;
                    }
                    wrong[at] = other;
                    let wrong: String = wrong.iter().collect();
                    assert!(Lei::parse(&wrong).is_err(), "{wrong}");
                }
            }
        }
        let error = Lei::parse("7LTWFZYICNSX8D621K87").unwrap_err().to_string();
        assert!(error.contains("7LTWFZYICNSX8D621K87") && error.contains("check digits"));
        assert!(Lei::parse("7LTWFZYICNSX8D621K").is_err());
        assert!(Lei::parse("7LTWFZYICNSX8D62é86").is_err());
    }
}
