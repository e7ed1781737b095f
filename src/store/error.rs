//! What can go wrong in a store, without the words of SQL or HTTP.

/// Why a store could not do what was asked. Each is one plain sentence that an operator can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("there is no {0}")]
    NotFound(String),
    /// A unique name is taken.
    #[error("{0}")]
    Conflict(String),
    /// A channel that another business has proved; which one is nobody's business.
    #[error("{0}")]
    Proved(String),
    /// The row has changed since it was read.
    #[error("it has been changed since: its version is now {current}")]
    Stale {
        /// The version that it has now.
        current: u64,
    },
    /// A text that no engine keeps, so that all answer alike.
    #[error("it cannot be kept: {0}")]
    Unstorable(String),
    /// Another process holds the write lock for too long.
    #[error("the database is locked by another writer; try again, or stop what holds it")]
    Locked,
    /// No room on the disk.
    #[error("the disk that holds the database is full; nothing was written")]
    Full,
    /// No permission to write.
    #[error("the database is read-only: its file or directory cannot be written by this user")]
    ReadOnly,
    /// The file cannot be opened at all.
    #[error("the database cannot be opened: {0}")]
    CannotOpen(String),
    /// The file is no database, or a damaged one.
    #[error("the database is damaged or is not a database of this program: {0}")]
    Corrupt(String),
    /// A newer program has migrated it.
    #[error(
        "the database was made by a newer version of this program (its schema is {found}, this one knows {known}); upgrade the program"
    )]
    TooNew {
        /// Schema version of the database.
        found: i64,
        /// Newest schema version that this program knows.
        known: i64,
    },
    /// It does not answer now.
    #[error("the database is not available: {0}")]
    Unavailable(String),
}

impl StoreError {
    /// Whether the same request may succeed later without anybody acting.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Locked | Self::Unavailable(_))
    }
}
