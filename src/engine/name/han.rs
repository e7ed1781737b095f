//! Traditional Han characters as simplified ones, one at a time.

use std::sync::LazyLock;

/// First and last code point that the table covers: the unified ideographs of the basic plane.
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

/// Filled from `fast2s` (MIT) once; a name is then one load a character instead of a context search.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let all: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    all.iter()
        .map(|&c| {
            let mut buffer = [0; 4];
            fast2s::convert(c.encode_utf8(&mut buffer))
                .chars()
                .next()
                .unwrap_or(c)
        })
        .collect()
});

/// The simplified form of a Han character; any other character as it is.
pub fn simplified(c: char) -> char {
    match c as u32 {
        code @ FIRST..=LAST => SIMPLIFIED[(code - FIRST) as usize],
        _ => c,
    }
}
