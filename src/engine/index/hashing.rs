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
