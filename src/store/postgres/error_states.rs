//! PostgreSQL's error codes as errors of the store.

use crate::store::StoreError;
use crate::store::failure::Failure;

/// Codes of <https://www.postgresql.org/docs/current/errcodes-appendix.html>; the first two characters are the class.
pub(in crate::store) fn failure_of_state(state: &str, message: &str) -> Failure {
    let message = || message.to_owned();
    let error = match state {
        // Serialization failure, deadlock: the transaction was rolled back for another one's sake.
        "40001" | "40P01" => return Failure::collision(),
        "55P03" => StoreError::Locked,
        "25006" => StoreError::ReadOnly,
        "53100" => StoreError::Full,
        // A character that the encoding does not have.
        "22021" | "22P05" => StoreError::Unstorable(message()),
        // Permission denied to the role; the other codes of its class say that tables are not as we made them.
        "42501" => StoreError::CannotOpen(message()),
        _ => match &state[..state.len().min(2)] {
            "23" => StoreError::Conflict(message()),
            "28" | "3D" => StoreError::CannotOpen(message()),
            "42" | "XX" => StoreError::Corrupt(message()),
            _ => StoreError::Unavailable(message()),
        },
    };
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_fail_has_its_name() {
        let text = || "x".to_owned();
        for (state, expected) in [
            ("55P03", StoreError::Locked),
            ("25006", StoreError::ReadOnly),
            ("53100", StoreError::Full),
            ("53300", StoreError::Unavailable(text())),
            ("57P01", StoreError::Unavailable(text())),
            ("08006", StoreError::Unavailable(text())),
            ("23505", StoreError::Conflict(text())),
            ("22021", StoreError::Unstorable(text())),
            ("28P01", StoreError::CannotOpen(text())),
            ("3D000", StoreError::CannotOpen(text())),
            ("42501", StoreError::CannotOpen(text())),
            ("42P01", StoreError::Corrupt(text())),
            ("XX001", StoreError::Corrupt(text())),
            ("", StoreError::Unavailable(text())),
        ] {
            let failure = failure_of_state(state, "x");
            assert_eq!(failure.error, expected, "{state}");
            assert!(!failure.again, "{state}");
        }
        for state in ["40001", "40P01"] {
            let failure = failure_of_state(state, "x");
            assert_eq!(failure.error, StoreError::Locked);
            assert!(failure.again, "{state}");
        }
    }
}
