//! Rolling hashes of letters, so that every stretch of a name is looked up without copying it.

/// FNV-like step: cheap, and good enough with a 64-bit state finished by [`seal`].
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hash of no letters.
pub const EMPTY: u64 = 0xCBF2_9CE4_8422_2325;

/// Adds one letter.
#[inline]
pub const fn step(hash: u64, c: char) -> u64 {
    (hash ^ (c as u64)).wrapping_mul(STEP).rotate_left(29)
}

/// The hash of a stretch of letters.
pub fn of(letters: impl IntoIterator<Item = char>) -> u64 {
    letters.into_iter().fold(EMPTY, step)
}

/// Spreads a hash over all its bits (the finaliser of SplitMix64), so that any of them may choose a bucket.
#[inline]
pub const fn seal(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}
