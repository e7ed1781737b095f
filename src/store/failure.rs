//! Errors of both engines, turned into the store's, and work done again after an error that passes.

use std::fmt::Display;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

use super::StoreError;

/// How often a transaction is tried that others' transactions make fail, before its caller learns of it.
const TRIES: u32 = 6;
/// The pause before the second try; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(5);

/// An error on its way out of an engine: `?` turns sqlx's errors into it, and it into [`StoreError`].
#[derive(Debug)]
pub(super) struct Failure {
    /// What is told.
    pub error: StoreError,
    /// Whether the whole transaction can be done again, since only its meeting another one made it fail.
    pub again: bool,
}

impl Failure {
    pub(super) fn corrupt(what: &str, why: impl Display) -> Self {
        StoreError::Corrupt(format!("{what}: {why}")).into()
    }

    pub(super) fn not_found(what: impl Display) -> Self {
        StoreError::NotFound(what.to_string()).into()
    }

    /// Two transactions got in each other's way; the one that is rolled back can be done again.
    pub(super) fn collision() -> Self {
        Self {
            error: StoreError::Locked,
            again: true,
        }
    }

    /// An error met while the database is opened, where "unavailable" means that it cannot be.
    pub(super) fn opening(error: sqlx::Error) -> StoreError {
        match Self::from(error).error {
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
                Self::from(error).error
            }
            other => StoreError::Corrupt(other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self {
            error,
            again: false,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        let error = match error {
            sqlx::Error::Database(error) => {
                return if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
                    super::postgres::failure_of_state(error.code(), error.message())
                } else {
                    let extended: i32 = error.code().and_then(|c| c.parse().ok()).unwrap_or(0);
                    super::sqlite::error_of_code(extended, error.message()).into()
                };
            }
            sqlx::Error::RowNotFound => StoreError::NotFound("such row".to_owned()),
            sqlx::Error::PoolTimedOut => {
                StoreError::Unavailable("no connection to it could be had in time".to_owned())
            }
            sqlx::Error::Configuration(why) => StoreError::CannotOpen(why.to_string()),
            sqlx::Error::ColumnDecode { index, source } => {
                StoreError::Corrupt(format!("{index}: {source}"))
            }
            other => StoreError::Unavailable(other.to_string()),
        };
        error.into()
    }
}

/// Does a whole transaction, again when it collided with another one, within [`TRIES`].
///
/// The transaction is boxed: its state is up to 16 KiB, which every future that awaits this would carry otherwise.
pub(super) async fn retrying<T, F>(transaction: impl Fn() -> F + Send) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, Failure>> + Send,
{
    let mut pause = PAUSE;
    let mut tries = 1;
    loop {
        match Box::pin(transaction()).await {
            Err(failure) if failure.again && tries < TRIES => {}
            outcome => return outcome.map_err(StoreError::from),
        }
        tries += 1;
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}

/// Refuses a text with a NUL character: PostgreSQL cannot keep one, so neither engine does.
pub(super) fn keepable<'a>(what: &str, text: &'a str) -> Result<&'a str, Failure> {
    if text.contains('\0') {
        return Err(StoreError::Unstorable(format!("{what} holds a NUL character")).into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_collision_is_tried_again_within_a_bound_and_other_failures_are_not() {
        let tries = AtomicU32::new(0);
        let failing = |failure: fn() -> Failure, succeeds_at: u32| {
            tries.store(0, Ordering::Relaxed);
            let tries = &tries;
            retrying(move || async move {
                let n = tries.fetch_add(1, Ordering::Relaxed) + 1;
                if n == succeeds_at {
                    Ok(n)
                } else {
                    Err(failure())
                }
            })
        };
        assert_eq!(failing(Failure::collision, 3).await, Ok(3));
        assert_eq!(
            failing(Failure::collision, u32::MAX).await,
            Err(StoreError::Locked)
        );
        assert_eq!(tries.load(Ordering::Relaxed), TRIES);
        let full = || Failure::from(StoreError::Full);
        assert_eq!(failing(full, 3).await, Err(StoreError::Full));
        assert_eq!(tries.load(Ordering::Relaxed), 1);
    }
}
