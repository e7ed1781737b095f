//! A segment as bytes: its arrays, one after the other, each with its length before it.
//!
//! Reading trusts no length: what does not fit is an error, never a crash. That the bytes are those that were
//! written is for a checksum to say; that they mean the same to this build is for [`fingerprint`].

use super::segment::Segment;

/// The bytes are no segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not those of an index: {0}")]
pub struct Damaged(&'static str);

/// Bytes of a [`fingerprint`].
pub const FINGERPRINT_BYTES: usize = 32;

/// Grows with every change to the arrays or to what stands in them.
const FORMAT: u32 = 5;

/// Names that between them pass through every kind of fold, key and word: two builds that table them alike table all alike.
const PROBES: &[&str] = &[
    "Amazon",
    "Café Zürich GmbH & Co. KG",
    "РауРаl",
    "Сбербанк России",
    "Ελληνικά Ταχυδρομεία",
    "中国工商银行",
    "東京三菱UFJ銀行",
    "삼성전자",
    "بنك الراجحي",
    "בנק הפועלים",
    "ธนาคารกรุงเทพ",
    "भारतीय स्टेट बैंक",
    "McDonald's",
    "Barclays [UK]",
    "7-Eleven",
    "A.B.C. Bank",
    "𝐍𝐞𝐭𝐟𝐥𝐢𝐱",
    "Wells Fargo Customer Care",
    "Deutsche Bahn",
    "Łódź Święto",
    "Straße",
    "O2",
    "H&M",
    "Phở Việt",
    "ＦＡＭＩＬＹ",
];

/// What this build makes of the probes: a file that another fold, lexicon or format wrote has another one.
pub fn fingerprint() -> [u8; FINGERPRINT_BYTES] {
    let segment = Segment::of_names(PROBES);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&FORMAT.to_le_bytes());
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    for table in crate::engine::name::shipped_tables() {
        hasher.update(table);
    }
    segment.encode(&mut |bytes| {
        hasher.update(bytes);
    });
    *hasher.finalize().as_bytes()
}

/// Names every array of a segment once, for writing and reading.
macro_rules! arrays {
    ($segment:ident, $do:ident) => {
        $do!($segment.ids);
        $do!($segment.record_starts);
        $do!($segment.records);
        $do!($segment.owners);
        $do!($segment.which);
        $do!($segment.text_starts);
        $do!($segment.text);
        $do!($segment.key_letters);
        $do!($segment.key_weights);
        $do!($segment.further_keys);
        $do!($segment.exact.starts);
        $do!($segment.exact.tags);
        $do!($segment.exact.values);
        $do!($segment.filter.words);
        $do!($segment.deletions.starts);
        $do!($segment.deletions.tags);
        $do!($segment.deletions.values);
        $do!($segment.pieces.starts);
        $do!($segment.pieces.tags);
        $do!($segment.pieces.values);
        $do!($segment.orders.starts);
        $do!($segment.orders.tags);
        $do!($segment.orders.values);
        $do!($segment.grams.lists.starts);
        $do!($segment.grams.lists.tags);
        $do!($segment.grams.lists.values);
        $do!($segment.grams.bytes);
        $do!($segment.channels.starts);
        $do!($segment.channels.tags);
        $do!($segment.channels.values);
        $do!($segment.words.numbers.starts);
        $do!($segment.words.numbers.tags);
        $do!($segment.words.numbers.values);
        $do!($segment.words.known);
    };
}

impl Segment {
    /// Gives all its bytes, piece by piece.
    pub fn encode(&self, out: &mut dyn FnMut(&[u8])) {
        macro_rules! write {
            ($($array:tt)*) => {{
                let bytes: &[u8] = bytemuck::cast_slice(&$($array)*);
                out(&(bytes.len() as u64).to_le_bytes());
                out(bytes);
            }};
        }
        arrays!(self, write);
    }

    /// Reads what [`Segment::encode`] gave.
    pub fn decode(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut rest = bytes;
        let mut segment = Self::default();
        macro_rules! read {
            ($($array:tt)*) => {
                $($array)* = array(&mut rest)?
            };
        }
        arrays!(segment, read);
        if !rest.is_empty() {
            return Err(Damaged("bytes are left over"));
        }
        segment.sound()?;
        Ok(segment)
    }

    /// Refuses arrays that do not fit each other, so that no number in them leads outside.
    fn sound(&self) -> Result<(), Damaged> {
        let (businesses, names, keys) = (self.len(), self.names(), self.key_letters.len());
        let check = |holds: bool, reason| if holds { Ok(()) } else { Err(Damaged(reason)) };
        let below = |numbers: &[u32], end: usize| numbers.iter().all(|&n| (n as usize) < end);
        check(self.ids.is_sorted(), "the ids are not in order")?;
        check(
            covers(&self.record_starts, businesses, self.records.len()),
            "the records do not fit",
        )?;
        check(
            covers(&self.text_starts, names, self.text.len()),
            "the text does not fit",
        )?;
        check(
            std::str::from_utf8(&self.text).is_ok() && self.which.len() == names,
            "the names cannot be read",
        )?;
        check(
            self.owners.is_sorted() && below(&self.owners, businesses),
            "a name is nobody's",
        )?;
        check(
            names + self.further_keys.len() == keys && self.key_weights.len() == keys,
            "the keys do not fit",
        )?;
        check(below(&self.further_keys, names), "a key has no name")?;
        let tables = self.exact.is_sound()
            && self.filter.is_sound()
            && self.grams.lists.is_sound()
            && self.channels.is_sound()
            && self.deletions.is_sound()
            && self.pieces.is_sound()
            && self.orders.is_sound()
            && self.words.is_sound();
        check(tables, "a table is broken")?;
        let inside = below(&self.exact.values, keys)
            && below(&self.deletions.values, keys)
            && below(&self.pieces.values, names)
            && below(&self.orders.values, names)
            && below(&self.channels.values, businesses);
        check(inside, "a table leads outside")
    }
}

/// Whether `starts` parts `0..end` into `parts` stretches.
fn covers(starts: &[u32], parts: usize, end: usize) -> bool {
    if parts == 0 && starts.is_empty() {
        return end == 0;
    }
    starts.len() == parts + 1
        && starts.is_sorted()
        && starts.first() == Some(&0)
        && starts.last().is_some_and(|&last| last as usize == end)
}

fn array<T: bytemuck::Pod>(rest: &mut &[u8]) -> Result<Vec<T>, Damaged> {
    let cut = Damaged("it is cut short");
    let (length, after) = rest.split_first_chunk::<8>().ok_or(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut)?;
    let bytes = after.get(..length).ok_or(cut)?;
    if length % size_of::<T>() != 0 {
        return Err(Damaged("an array ends within a number"));
    }
    *rest = &after[length..];
    let mut array = vec![T::zeroed(); length / size_of::<T>()];
    bytemuck::cast_slice_mut(&mut array).copy_from_slice(bytes);
    Ok(array)
}
