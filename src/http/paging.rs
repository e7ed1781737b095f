//! Pages of lists: `limit` and `cursor`.

use std::str::FromStr;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::service::contract::FieldErrors;

/// Most entries of a page.
pub const MAX_LIMIT: u32 = 200;
/// Entries of a page where nothing is said.
pub const DEFAULT_LIMIT: u32 = 50;

/// Where a page starts and how long it is.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Most entries of a page, 1–200; 50 when left out.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The place after which to go on, and how many entries are wanted.
    pub fn parse<T: FromStr>(&self) -> Result<(Option<T>, u32), FieldErrors> {
        Ok((cursor(self.cursor.as_deref())?, limit(self.limit)?))
    }
}

/// How many entries are wanted.
pub fn limit(stated: Option<u32>) -> Result<u32, FieldErrors> {
    let limit = stated.unwrap_or(DEFAULT_LIMIT);
    if (1..=MAX_LIMIT).contains(&limit) {
        return Ok(limit);
    }
    let detail = format!("limit is 1 to {MAX_LIMIT}, but {limit} was given");
    Err(FieldErrors::one("/limit", "out_of_range", detail))
}

/// The place that a cursor names.
pub fn cursor<T: FromStr>(stated: Option<&str>) -> Result<Option<T>, FieldErrors> {
    let read = stated.map(|text| text.parse::<T>().map_err(|_| invalid_cursor()));
    read.transpose()
}

/// Refuses a cursor that is none of ours.
pub fn invalid_cursor() -> FieldErrors {
    let detail = "it is not a next_cursor that this API gave";
    FieldErrors::one("/cursor", "invalid_cursor", detail)
}
