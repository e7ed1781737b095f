//! Values of rows as the domain's.

use std::str::FromStr;

use jiff::Timestamp;
use sqlx::Row;

use super::{DbRow, Failure};
use crate::domain::Invalid;
use crate::store::document;

pub(super) fn instant_of(row: &DbRow, column: &str) -> Result<Timestamp, Failure> {
    document::instant(row.try_get(column)?).map_err(|e| Failure::corrupt(column, e))
}

pub(super) fn optional_instant_of(row: &DbRow, column: &str) -> Result<Option<Timestamp>, Failure> {
    row.try_get::<Option<i64>, _>(column)?
        .map(|micros| document::instant(micros).map_err(|e| Failure::corrupt(column, e)))
        .transpose()
}

pub(super) fn count_of(row: &DbRow, column: &str) -> Result<u64, Failure> {
    Ok(row.try_get::<i64, _>(column)?.unsigned_abs())
}

pub(super) fn digest_of(row: &DbRow, column: &str) -> Result<[u8; 32], Failure> {
    <[u8; 32]>::try_from(row.try_get::<&[u8], _>(column)?)
        .map_err(|_| Failure::corrupt(column, "it is not 32 bytes"))
}

pub(super) fn word_of<T: FromStr<Err = Invalid>>(row: &DbRow, column: &str) -> Result<T, Failure> {
    let word: &str = row.try_get(column)?;
    word.parse().map_err(|e| Failure::corrupt(column, e))
}

pub(super) fn optional_word_of<T: FromStr<Err = Invalid>>(
    row: &DbRow,
    column: &str,
) -> Result<Option<T>, Failure> {
    row.try_get::<Option<&str>, _>(column)?
        .map(|word| word.parse().map_err(|e| Failure::corrupt(column, e)))
        .transpose()
}

/// A number of ours as databases keep it; ours never come near the sign bit.
pub(super) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
