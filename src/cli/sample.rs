//! The sample data that is part of the program: well-known businesses, loaded like any import.

use super::CliError;
use crate::service::registry::Registry;
use crate::service::registry_file::{Format, RegistryReader};

const SAMPLE: &[u8] = include_bytes!("../../data/sample_registry.jsonl.gz");
const BATCH: usize = 1_000;

/// Loads it; businesses that are there with the same profile are left alone.
pub(super) async fn load(registry: &Registry) -> Result<(), CliError> {
    let broken = |e: &dyn std::fmt::Display| {
        CliError::failed("the sample data holds a line that is wrong", e)
    };
    let lines = flate2::read::GzDecoder::new(SAMPLE);
    let mut reader = RegistryReader::new(lines, Some(Format::Jsonl)).map_err(|e| broken(&e))?;
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        for entry in reader.by_ref().take(BATCH) {
            let (profile, _) = entry
                .map_err(|e| broken(&e))?
                .parse()
                .map_err(|e| broken(&e))?;
            batch.push(profile);
        }
        if batch.is_empty() {
            return Ok(());
        }
        registry.upsert_batch(batch).await?;
    }
}
