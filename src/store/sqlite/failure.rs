//! SQLite's errors, turned into the store's.

use std::fmt::Display;

use sqlx::migrate::MigrateError;

use crate::store::StoreError;

/// An error on its way out of this engine: `?` turns sqlx's errors into it, and it into [`StoreError`].
#[derive(Debug)]
pub(super) struct Failure(pub(super) StoreError);

impl Failure {
    pub(super) fn corrupt(what: &str, why: impl Display) -> Self {
        Self(StoreError::Corrupt(format!("{what}: {why}")))
    }

    pub(super) fn not_found(what: impl Display) -> Self {
        Self(StoreError::NotFound(what.to_string()))
    }

    /// An error met while the file is opened, where "unavailable" means that it cannot be.
    pub(super) fn opening(error: sqlx::Error) -> StoreError {
        match Self::from(error).0 {
            StoreError::Unavailable(why) => StoreError::CannotOpen(why),
            other => other,
        }
    }

    pub(super) fn migrating(error: MigrateError, known: i64) -> StoreError {
        match error {
            MigrateError::VersionMissing(found) => StoreError::TooNew { found, known },
            MigrateError::VersionMismatch(version) => StoreError::Corrupt(format!(
                "migration {version} was applied in another form than this program has"
            )),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                Self::from(error).0
            }
            other => StoreError::Corrupt(other.to_string()),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self(match error {
            sqlx::Error::Database(error) => {
                let extended: i32 = error.code().and_then(|c| c.parse().ok()).unwrap_or(0);
                from_code(extended, error.message())
            }
            sqlx::Error::RowNotFound => StoreError::NotFound("such row".to_owned()),
            sqlx::Error::PoolTimedOut => StoreError::Locked,
            sqlx::Error::ColumnDecode { index, source } => {
                StoreError::Corrupt(format!("{index}: {source}"))
            }
            other => StoreError::Unavailable(other.to_string()),
        })
    }
}

/// Result codes of <https://www.sqlite.org/rescode.html>; the low byte of an extended code is the primary.
fn from_code(extended: i32, message: &str) -> StoreError {
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
            assert_eq!(from_code(code, "x"), expected, "code {code}");
        }
    }
}
