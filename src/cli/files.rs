//! Input files: plain or gzip, or standard input, told apart by their first bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::CliError;

/// Opens a file, `-` for standard input, and unpacks it when it is gzip.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read + Send>, CliError> {
    if path.as_os_str() == "-" {
        return unpacked(io::stdin()).map_err(|e| CliError::file(path, e));
    }
    let file = File::open(path).map_err(|e| CliError::file(path, e))?;
    unpacked(file).map_err(|e| CliError::file(path, e))
}

/// Unpacks a stream that begins as gzip does (RFC 1952); gives any other as it is.
pub(super) fn unpacked(stream: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut buffered = BufReader::with_capacity(1 << 16, stream);
    if buffered.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        Ok(Box::new(MultiGzDecoder::new(buffered)))
    } else {
        Ok(Box::new(buffered))
    }
}
