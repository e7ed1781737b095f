//! The index on disk, so that a start need not fold every name again.
//!
//! Written beside and renamed, so that a reader sees the old file or the new one. Read only when its checksum is right and
//! when this build would make the same of the names; anything else is left, and the index is built from the database.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::engine::index::{Damaged, FINGERPRINT_BYTES, Segment, fingerprint};

const MAGIC: &[u8; 8] = b"BFINDEX\x01";
const CHECKSUM: usize = blake3::OUT_LEN;
const HEADER: usize = MAGIC.len() + FINGERPRINT_BYTES + 16 + 8;

/// Where an index is kept on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFile(PathBuf);

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// There is none.
    #[error("there is none yet")]
    Missing,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(io::Error),
    /// Not all of it is there, or something else is.
    #[error("it is damaged")]
    Checksum,
    /// The checksum is right and the content is not.
    #[error("{0}")]
    Content(#[from] Damaged),
    /// It was written by a build that folds names otherwise.
    #[error("another build wrote it")]
    OtherBuild,
}

/// An index that was read.
#[derive(Debug)]
pub struct Kept {
    /// The index.
    pub segment: Segment,
    /// The database of which it is.
    pub epoch: Uuid,
    /// The change number up to which it goes.
    pub seq: u64,
}

impl IndexFile {
    /// At a path; nothing is read or written yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What the file holds.
    pub fn read(&self) -> Result<Kept, Unusable> {
        let bytes = fs::read(&self.0).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Unusable::Missing,
            _ => Unusable::Unreadable(e),
        })?;
        let (content, checksum) = (bytes.len().checked_sub(CHECKSUM))
            .filter(|&content| content >= HEADER)
            .map(|content| bytes.split_at(content))
            .ok_or(Unusable::Checksum)?;
        if blake3::hash(content).as_bytes() != checksum || !content.starts_with(MAGIC) {
            return Err(Unusable::Checksum);
        }
        let (header, arrays) = content.split_at(HEADER);
        let (build, rest) = header[MAGIC.len()..].split_at(FINGERPRINT_BYTES);
        let (epoch, seq) = rest.split_at(16);
        if build != fingerprint() {
            return Err(Unusable::OtherBuild);
        }
        Ok(Kept {
            segment: Segment::decode(arrays)?,
            epoch: Uuid::from_slice(epoch).map_err(|_| Unusable::Checksum)?,
            seq: seq.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)),
        })
    }

    /// Writes the index of a database as of a change number; whoever reads meanwhile reads the file before.
    pub fn write(&self, segment: &Segment, epoch: Uuid, seq: u64) -> io::Result<()> {
        let beside = self.beside();
        let written = write_to(&beside, segment, epoch, seq).and_then(|()| {
            fs::rename(&beside, &self.0)?;
            // The name is safe once the folder is.
            match self.0.parent().filter(|p| !p.as_os_str().is_empty()) {
                Some(folder) => File::open(folder)?.sync_all(),
                None => File::open(".")?.sync_all(),
            }
        });
        if written.is_err() {
            // What is left over is of no use to anybody; that it cannot be removed changes nothing.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    /// Always the same name, so that a process that was killed leaves no more than one behind. Two that write at once may
    /// spoil each other's work, which the checksum shows.
    fn beside(&self) -> PathBuf {
        let mut name = self.0.clone().into_os_string();
        name.push(".tmp");
        name.into()
    }
}

fn write_to(path: &Path, segment: &Segment, epoch: Uuid, seq: u64) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut hasher = blake3::Hasher::new();
    let mut failed = None;
    let mut put = |bytes: &[u8]| {
        if failed.is_none() {
            hasher.update(bytes);
            failed = file.write_all(bytes).err();
        }
    };
    put(MAGIC);
    put(&fingerprint());
    put(epoch.as_bytes());
    put(&seq.to_le_bytes());
    segment.encode(&mut put);
    if let Some(error) = failed {
        return Err(error);
    }
    file.write_all(hasher.finalize().as_bytes())?;
    file.into_inner()?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Business, BusinessId, BusinessName, Profile};
    use crate::engine::index::Builder;

    fn segment() -> Segment {
        let mut builder = Builder::default();
        for (number, name) in (1u128..).zip([
            "Amazon",
            "Delta Air Lines",
            "中国移动",
            "Сбербанк",
            "Ärzte & Co.",
        ]) {
            builder.push(&Business::new(
                BusinessId::new(Uuid::from_u128(number)),
                Profile::named(BusinessName::parse(name).unwrap()),
                jiff::Timestamp::UNIX_EPOCH,
            ));
        }
        builder.finish()
    }

    fn encoded(segment: &Segment) -> Vec<u8> {
        let mut bytes = Vec::new();
        segment.encode(&mut |piece| bytes.extend_from_slice(piece));
        bytes
    }

    const EPOCH: Uuid = Uuid::from_u128(7);

    #[test]
    fn a_written_index_is_read_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = IndexFile::at(folder.path().join("a.index"));
        let segment = segment();
        file.write(&segment, EPOCH, 0x0102_0304_0506).unwrap();
        let kept = file.read().unwrap();
        assert_eq!((kept.epoch, kept.seq), (EPOCH, 0x0102_0304_0506));
        assert_eq!(encoded(&kept.segment), encoded(&segment));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_file_is_no_damaged_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = IndexFile::at(folder.path().join("a.index"));
        assert!(matches!(file.read(), Err(Unusable::Missing)));
    }

    /// A record is packed without names of its fields: one of another shape must not even be tried.
    #[test]
    fn a_whole_file_of_another_format_is_another_builds() {
        let folder = tempfile::tempdir().unwrap();
        let file = IndexFile::at(folder.path().join("a.index"));
        file.write(&segment(), EPOCH, 1).unwrap();
        let mut bytes = fs::read(file.path()).unwrap();
        bytes.truncate(bytes.len() - CHECKSUM);
        bytes[MAGIC.len()] ^= 1;
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        fs::write(file.path(), &bytes).unwrap();
        assert!(matches!(file.read(), Err(Unusable::OtherBuild)));
    }

    #[test]
    fn no_flipped_bit_and_no_cut_is_served() {
        let folder = tempfile::tempdir().unwrap();
        let file = IndexFile::at(folder.path().join("a.index"));
        file.write(&segment(), EPOCH, 1).unwrap();
        let whole = fs::read(file.path()).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(file.path(), &bytes).unwrap();
            assert!(file.read().is_err(), "byte {at}");
            fs::write(file.path(), &whole[..at]).unwrap();
            assert!(file.read().is_err(), "cut at {at}");
        }
    }

    #[test]
    fn arrays_with_hostile_numbers_are_refused_or_harmless() {
        let bytes = encoded(&segment());
        for at in 0..bytes.len() {
            for value in [0, 0x7F, 0xFF] {
                let mut hostile = bytes.clone();
                hostile[at] = value;
                if let Ok(segment) = Segment::decode(&hostile) {
                    ask(segment);
                }
            }
        }
    }

    /// Passes through every array; what it answers does not matter here.
    fn ask(segment: Segment) {
        use crate::engine::index::Index;
        use crate::engine::name::{Folded, views};
        let index = Index::of(segment);
        for name in [
            "Amaz0n Support",
            "Delta Airlines",
            "中国移动客服",
            "Sberbank",
        ] {
            let folded = Folded::of(name);
            for found in index.names_in(&folded, &views(&folded)) {
                let _ = index.registered(found.place);
            }
        }
    }
}
