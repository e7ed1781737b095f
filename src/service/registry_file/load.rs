//! A registry file as an index in memory, for commands that run without a database.

use std::io::Read;
use std::sync::Arc;

use jiff::Timestamp;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use uuid::Builder as UuidBuilder;

use super::{Entry, Reading, RegistryFileError, RegistryReader, Tally};
use crate::domain::{Business, BusinessId, ExternalId, Profile};
use crate::engine::index::{self, Index};

/// A registry file in memory.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Its businesses, ready to be asked.
    pub index: Arc<Index>,
    /// How many entries were left out on purpose, such as LEI records that are not in force.
    pub left_out: u64,
    /// How many entries were refused.
    pub rejected: u64,
    /// The first refusal: line and reason.
    pub first_reject: Option<(u64, String)>,
    /// What was kept out.
    pub warnings: Tally,
}

/// Entries parsed at once; bounds what is held beside the businesses.
const BATCH: usize = 1_024;

/// Reads a whole registry file; refused entries are counted, and of two with one `external_id` the later counts.
pub fn load(stream: impl Read, reading: impl Into<Reading>) -> Result<Loaded, RegistryFileError> {
    let mut reader = RegistryReader::new(stream, reading)?;
    let mut loaded = Loaded::default();
    for column in reader.unknown_columns() {
        loaded.warnings.add_column(column);
    }
    let mut businesses = index::Builder::default();
    loop {
        let batch: Vec<Entry> = reader.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            break;
        }
        let parsed: Vec<_> = batch.par_iter().map(|e| (e.line(), e.parse())).collect();
        for (line, result) in parsed {
            match result {
                Ok(None) => loaded.left_out += 1,
                Ok(Some((profile, warnings))) => {
                    for warning in &warnings {
                        loaded.warnings.add(line, warning);
                    }
                    businesses.push(&registered(profile));
                }
                Err(errors) => {
                    loaded.rejected += 1;
                    loaded
                        .first_reject
                        .get_or_insert_with(|| (line, errors.to_string()));
                }
            }
        }
    }
    loaded.index = Arc::new(Index::of(businesses.finish()));
    Ok(loaded)
}

/// The business of a profile that no database has given an id: derived from `external_id`, so that two runs
/// over one file answer alike.
fn registered(profile: Profile) -> Business {
    let external_id = profile
        .external_id
        .as_ref()
        .map_or(profile.name.as_str(), ExternalId::as_str);
    let mut id = [0; 16];
    id.copy_from_slice(&blake3::hash(external_id.as_bytes()).as_bytes()[..16]);
    Business::new(
        BusinessId::new(UuidBuilder::from_custom_bytes(id).into_uuid()),
        profile,
        Timestamp::UNIX_EPOCH,
    )
}
