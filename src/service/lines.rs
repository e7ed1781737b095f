//! Lines of a stream, read in bounded memory whatever the stream holds.

use std::io::{self, BufRead, BufReader, Read};

/// One line of a stream, without its line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    /// Counts from 1.
    pub number: u64,
    /// The line; only its first [`RawLine::KEPT_OF_LONG`] bytes when it is too long.
    pub bytes: Vec<u8>,
    /// Whether it is longer than the reader's bound.
    pub too_long: bool,
}

impl RawLine {
    /// What is kept of a line that is too long, enough to find the id in it.
    pub const KEPT_OF_LONG: usize = 4_096;

    /// Whether nothing but white space stands on it.
    pub fn is_blank(&self) -> bool {
        !self.too_long && self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// Reads lines of at most `max` bytes; longer ones are skipped over and said to be so.
#[derive(Debug)]
pub struct LineReader<R> {
    inner: BufReader<R>,
    max: usize,
    number: u64,
    position: u64,
}

impl<R: Read> LineReader<R> {
    /// Wraps a stream; `max` bounds a line in bytes, its line break not counted.
    pub fn new(stream: R, max: usize) -> Self {
        Self {
            inner: BufReader::with_capacity(1 << 16, stream),
            max,
            number: 0,
            position: 0,
        }
    }

    /// Bytes of the stream that the lines so far took, their line breaks included.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next line, or none at the end of the stream. A byte order mark before the first line is dropped.
    pub fn next_line(&mut self) -> io::Result<Option<RawLine>> {
        let mut bytes = Vec::new();
        let limit = self.max as u64 + 2;
        let read = (&mut self.inner)
            .take(limit)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.position += read as u64;
        self.number += 1;
        let ended = bytes.last() == Some(&b'\n');
        if ended {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        }
        let too_long = bytes.len() > self.max;
        if too_long {
            if !ended {
                self.position += self.inner.skip_until(b'\n')? as u64;
            }
            bytes.truncate(RawLine::KEPT_OF_LONG);
            bytes.shrink_to_fit();
        }
        if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        Ok(Some(RawLine {
            number: self.number,
            bytes,
            too_long,
        }))
    }

    /// Whether another whole line is in memory already, so that reading it cannot block.
    pub fn has_line_ready(&self) -> bool {
        self.inner.buffer().contains(&b'\n')
    }

    /// The stream behind the lines read so far, with what was read ahead.
    pub fn into_inner(self) -> BufReader<R> {
        self.inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(stream: &[u8], max: usize) -> Vec<(u64, Vec<u8>, bool)> {
        let mut reader = LineReader::new(stream, max);
        std::iter::from_fn(|| reader.next_line().unwrap())
            .map(|l| (l.number, l.bytes, l.too_long))
            .collect()
    }

    #[test]
    fn lines_end_in_either_line_break_or_with_the_stream() {
        assert_eq!(
            lines(b"\xef\xbb\xbfa\r\n\nb", 10),
            [
                (1, b"a".to_vec(), false),
                (2, vec![], false),
                (3, b"b".to_vec(), false)
            ]
        );
    }

    #[test]
    fn a_line_over_the_bound_is_skipped_and_the_next_is_whole() {
        let stream = [vec![b'x'; 100_000], b"\nshort".to_vec()].concat();
        let read = lines(&stream, 5_000);
        assert_eq!(read[0].1.len(), RawLine::KEPT_OF_LONG);
        assert!(read[0].2);
        assert_eq!(read[1], (2, b"short".to_vec(), false));
        let mut reader = LineReader::new(&*stream, 5_000);
        while reader.next_line().unwrap().is_some() {}
        assert_eq!(reader.position(), stream.len() as u64);
        assert_eq!(
            lines(b"12345678\r\n", 8),
            [(1, b"12345678".to_vec(), false)]
        );
        assert!(lines(b"123456789\n1", 8)[0].2);
    }
}
