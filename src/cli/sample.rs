//! The sample data that is part of the program: well-known businesses, loaded like any import.

use flate2::read::GzDecoder;

use super::CliError;
use crate::service::author::Author;
use crate::service::registry::Registry;
use crate::service::registry_file::{Entry, Format, RegistryReader};

const SAMPLE: &[u8] = include_bytes!("../../data/sample_registry.jsonl.gz");
const BATCH: usize = 1_000;

/// Loads it; businesses that are there with the same profile are left alone.
pub async fn load(registry: &Registry) -> Result<(), CliError> {
    let broken = |e: &dyn std::fmt::Display| CliError::failed("the sample data is damaged", e);
    let mut reader =
        RegistryReader::new(GzDecoder::new(SAMPLE), Format::Jsonl).map_err(|e| broken(&e))?;
    loop {
        let batch: Vec<Entry> = reader
            .by_ref()
            .take(BATCH)
            .collect::<Result<_, _>>()
            .map_err(|e| broken(&e))?;
        if batch.is_empty() {
            return Ok(());
        }
        let profiles: Vec<_> = batch
            .iter()
            .filter_map(|entry| entry.parse().transpose())
            .map(|parsed| parsed.map(|(profile, _)| profile))
            .collect::<Result<_, _>>()
            .map_err(|e| broken(&e))?;
        registry
            .upsert_batch(profiles, &Author::command("serve --sample-data"))
            .await?;
    }
}
