//! SQLite's result codes as errors of the store.

use crate::store::StoreError;

/// Result codes of <https://www.sqlite.org/rescode.html>; the low byte of an extended code is the primary.
pub(in crate::store) fn error_of_code(extended: i32, message: &str) -> StoreError {
    match extended & 0xff {
        5 | 6 => StoreError::Locked,
        8 => StoreError::ReadOnly,
        13 => StoreError::Full,
        11 | 26 => StoreError::Corrupt(message.to_owned()),
        14 => StoreError::CannotOpen(message.to_owned()),
        19 => StoreError::Conflict(message.to_owned()),
        _ => StoreError::Unavailable(message.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_fail_has_its_name_extended_codes_included() {
        for (code, expected) in [
            (5, StoreError::Locked),
            (517, StoreError::Locked),
            (13, StoreError::Full),
            (8, StoreError::ReadOnly),
            (1032, StoreError::ReadOnly),
            (11, StoreError::Corrupt("x".to_owned())),
            (26, StoreError::Corrupt("x".to_owned())),
            (14, StoreError::CannotOpen("x".to_owned())),
            (2067, StoreError::Conflict("x".to_owned())),
            (10, StoreError::Unavailable("x".to_owned())),
        ] {
            assert_eq!(error_of_code(code, "x"), expected, "code {code}");
        }
    }
}
