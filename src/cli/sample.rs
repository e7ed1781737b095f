//! The sample data that is part of the program: well-known businesses, loaded like any import.

use std::io::{BufRead, BufReader};

use flate2::read::GzDecoder;

use super::CliError;
use crate::service::contract::{ProfileBody, read_json};
use crate::service::registry::Registry;

const SAMPLE: &[u8] = include_bytes!("../../data/sample_registry.jsonl.gz");
const BATCH: usize = 1_000;

/// Loads it; businesses that are there with the same profile are left alone.
pub async fn load(registry: &Registry) -> Result<(), CliError> {
    let mut batch = Vec::with_capacity(BATCH);
    for line in BufReader::new(GzDecoder::new(SAMPLE)).lines() {
        let line =
            line.map_err(|e| CliError::Failed(format!("the sample data cannot be read: {e}")))?;
        let broken =
            |e| CliError::Failed(format!("the sample data holds a line that is wrong: {e}"));
        let body: ProfileBody = read_json(line.as_bytes()).map_err(broken)?;
        batch.push(body.parse(&[]).map_err(broken)?);
        if batch.len() == BATCH {
            registry.upsert_batch(std::mem::take(&mut batch)).await?;
        }
    }
    registry.upsert_batch(batch).await?;
    Ok(())
}
