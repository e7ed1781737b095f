//! Input files, plain, gzip or zip, or standard input, told apart by their first bytes; and output files that are whole
//! or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::CrcReader;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use zip::{CompressionMethod, ZipArchive};

use super::CliError;

/// How a zip archive that holds anything begins.
const ZIP: &[u8] = b"PK\x03\x04";

/// Opens a file, `-` for standard input, and unpacks it when it is gzip, or a zip archive of one file.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read + Send>, CliError> {
    open_with(path, |file| file)
}

/// The same, with something that goes between the bytes of a file and their unpacking, such as a progress bar.
pub(super) fn open_with<R: Read + Seek + Send + 'static>(
    path: &Path,
    between: impl FnOnce(File) -> R,
) -> Result<Box<dyn Read + Send>, CliError> {
    if path.as_os_str() == "-" {
        return unpacked(io::stdin()).map_err(|e| CliError::file(path, e));
    }
    let open = || {
        let mut file = File::open(path)?;
        let mut start = [0; ZIP.len()];
        // A pipe cannot be read twice; nobody keeps an archive in one.
        if file.metadata()?.is_file() {
            let read = file.read(&mut start)?;
            file.seek(SeekFrom::Start(0))?;
            if start.get(..read) == Some(ZIP) {
                return unzipped(between(file));
            }
        }
        unpacked(between(file))
    };
    open().map_err(|e| CliError::file(path, e))
}

/// Unpacks a stream that begins as gzip does (RFC 1952); gives any other as it is.
fn unpacked(stream: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut buffered = BufReader::with_capacity(1 << 16, stream);
    let start = buffered.fill_buf()?;
    if start.starts_with(ZIP) {
        return Err(io::Error::other(
            "a zip archive cannot be read from a stream; unzip it first, or name the file",
        ));
    }
    if start.starts_with(&[0x1f, 0x8b]) {
        Ok(Box::new(MultiGzDecoder::new(buffered)))
    } else {
        Ok(Box::new(buffered))
    }
}

/// The one file of an archive, unpacked while it is read; its checksum is compared at its end.
fn unzipped(stream: impl Read + Seek + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut archive = ZipArchive::new(stream)?;
    let (mut files, mut found) = (0, None);
    for i in 0..archive.len() {
        let file = archive.by_index_raw(i)?;
        if file.is_file() {
            files += 1;
            found = file.data_start().map(|start| {
                let packed = (file.compression(), file.encrypted());
                (start, file.compressed_size(), file.crc32(), packed)
            });
        }
    }
    let (1, Some((start, length, sum, packed))) = (files, found) else {
        let detail =
            format!("the zip archive holds {files} files; unzip it and name the one to read");
        return Err(io::Error::other(detail));
    };
    let mut stream = archive.into_inner();
    stream.seek(SeekFrom::Start(start))?;
    let bytes = BufReader::with_capacity(1 << 16, stream.take(length));
    match packed {
        (CompressionMethod::Deflated, false) => Ok(Box::new(Summed {
            stream: CrcReader::new(DeflateDecoder::new(bytes)),
            sum,
        })),
        (CompressionMethod::Stored, false) => Ok(Box::new(Summed {
            stream: CrcReader::new(bytes),
            sum,
        })),
        _ => Err(io::Error::other(
            "the zip archive is encrypted or packed in an unusual way; unzip it first",
        )),
    }
}

/// A stream whose CRC-32 must be `sum` at its end.
struct Summed<R> {
    stream: CrcReader<R>,
    sum: u32,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        if read == 0 && !buffer.is_empty() && self.stream.crc().sum() != self.sum {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file within the zip archive is damaged",
            ));
        }
        Ok(read)
    }
}

/// A file in the making beside the one that it will be; gone when it comes to nothing.
pub(super) struct Part {
    making: PathBuf,
    place: PathBuf,
    done: bool,
}

impl Part {
    /// Begins a file that will be at `place`.
    pub(super) fn of(place: &Path) -> Result<(Self, File), CliError> {
        // What a link leads to is replaced, not the link.
        let place = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
        let mut part = place.as_os_str().to_owned();
        part.push(format!(".part-{}", std::process::id()));
        let part = PathBuf::from(part);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&part)
            .map_err(|e| CliError::file(&part, e))?;
        let this = Self {
            making: part,
            place,
            done: false,
        };
        Ok((this, file))
    }

    /// Puts the file in its place, over what is there, once it is safe on the disk.
    pub(super) fn put(mut self, file: &File) -> Result<(), CliError> {
        let put = || {
            file.sync_all()?;
            fs::rename(&self.making, &self.place)
        };
        put().map_err(|e| CliError::file(&self.place, e))?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.done {
            // Nothing more can be done about one that stays behind; its name says what it is.
            let _ = fs::remove_file(&self.making);
        }
    }
}
