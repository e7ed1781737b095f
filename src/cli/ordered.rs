//! Lines in, answers out in the same order, worked on by many threads in bounded memory.
//!
//! One thread reads chunks, workers answer them into bytes, the caller's thread writes. Each chunk carries the
//! slot in which its answer is awaited, and slots are awaited in the order of reading, so that nothing is sorted.
//! The threads are detached on purpose: when the output closes, one of them may be waiting for input for ever.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::service::lines::{LineReader, RawLine};

/// Lines of one chunk at most.
const CHUNK_LINES: usize = 256;
/// Bytes after which a chunk is closed; the last line may exceed it.
const CHUNK_BYTES: usize = 256 * 1024;
/// Chunks read ahead for each worker.
const AHEAD: usize = 4;

/// A chunk whose answers are awaited.
struct Awaited {
    answers: Receiver<Vec<u8>>,
    /// Answers that it will have: blank lines have none.
    accounts: u64,
    /// The byte of the input at which it ends.
    position: u64,
}

type Job = (Vec<RawLine>, SyncSender<Vec<u8>>);

/// Why answering stopped.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The input failed.
    Input(io::Error),
    /// The output failed.
    Output(io::Error),
    /// A worker died.
    Worker,
}

/// Answers every line of `input` by `answer`, which appends to the bytes given; `written` hears how many answers
/// each chunk that was written had, and at which byte of the input it ends.
pub(super) fn answer_lines(
    input: LineReader<impl Read + Send + 'static>,
    output: &mut impl Write,
    jobs: usize,
    answer: impl Fn(&RawLine, &mut Vec<u8>) + Send + Sync + 'static,
    mut written: impl FnMut(u64, u64),
) -> Result<(), Stopped> {
    let (slots_in, slots) = sync_channel::<io::Result<Awaited>>(jobs * AHEAD);
    let (jobs_in, queue) = sync_channel::<Job>(jobs * AHEAD);
    let queue = Arc::new(Mutex::new(queue));
    let answer = Arc::new(answer);
    for _ in 0..jobs {
        let (queue, answer) = (Arc::clone(&queue), Arc::clone(&answer));
        thread::spawn(move || work(&queue, answer.as_ref()));
    }
    thread::spawn(move || read_chunks(input, &jobs_in, &slots_in));
    for slot in slots {
        let chunk = slot.map_err(Stopped::Input)?;
        let answers = chunk.answers.recv().map_err(|_| Stopped::Worker)?;
        output
            .write_all(&answers)
            .and_then(|()| output.flush())
            .map_err(Stopped::Output)?;
        written(chunk.accounts, chunk.position);
    }
    Ok(())
}

fn work(queue: &Mutex<Receiver<Job>>, answer: &impl Fn(&RawLine, &mut Vec<u8>)) {
    loop {
        // The lock is held while waiting, which is fair enough: whoever waits next waits for the lock instead.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((lines, slot)) = job else { return };
        let mut answers = Vec::with_capacity(lines.len() * 512);
        for line in &lines {
            answer(line, &mut answers);
        }
        if slot.send(answers).is_err() {
            return;
        }
    }
}

fn read_chunks(
    mut input: LineReader<impl Read>,
    jobs: &SyncSender<Job>,
    slots: &SyncSender<io::Result<Awaited>>,
) {
    loop {
        match read_chunk(&mut input) {
            Ok(lines) if lines.is_empty() => return,
            Ok(lines) => {
                let (done, answers) = sync_channel(1);
                let chunk = Awaited {
                    answers,
                    accounts: lines.iter().filter(|line| !line.is_blank()).count() as u64,
                    position: input.position(),
                };
                if slots.send(Ok(chunk)).is_err() || jobs.send((lines, done)).is_err() {
                    return;
                }
            }
            Err(error) => {
                // Nobody listens only when the output is closed already.
                let _ = slots.send(Err(error));
                return;
            }
        }
    }
}

/// Whole lines that are there already, one at least: whoever asks line by line is answered line by line.
fn read_chunk(input: &mut LineReader<impl Read>) -> io::Result<Vec<RawLine>> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    while let Some(line) = input.next_line()? {
        bytes += line.bytes.len();
        lines.push(line);
        if lines.len() >= CHUNK_LINES || bytes >= CHUNK_BYTES || !input.has_line_ready() {
            break;
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_lines_whatever_takes_longer() {
        let numbers: Vec<String> = (0..5_000).map(|i| i.to_string()).collect();
        let input = numbers.join("\n") + "\n";
        let expected = input.clone();
        let mut output = Vec::new();
        let (mut lines, mut end) = (0, 0);
        answer_lines(
            LineReader::new(io::Cursor::new(input.into_bytes()), 100),
            &mut output,
            3,
            |line, out| {
                if line.number % 700 == 0 {
                    thread::yield_now();
                }
                out.extend_from_slice(&line.bytes);
                out.push(b'\n');
            },
            |n, position| (lines, end) = (lines + n, position),
        )
        .unwrap();
        assert_eq!(
            (end, lines, String::from_utf8(output).unwrap()),
            (expected.len() as u64, 5_000, expected)
        );
    }

    #[test]
    fn an_input_that_fails_is_told_after_what_came_before_it() {
        struct Failing(usize);
        impl Read for Failing {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                if self.0 > 1 {
                    return Err(io::Error::other("gone"));
                }
                buf[..2].copy_from_slice(b"a\n");
                Ok(2)
            }
        }
        let mut output = Vec::new();
        let echo = |line: &RawLine, out: &mut Vec<u8>| out.extend_from_slice(&line.bytes);
        let input = LineReader::new(Failing(0), 100);
        let stopped = answer_lines(input, &mut output, 2, echo, |_, _| {}).unwrap_err();
        assert!(matches!(stopped, Stopped::Input(_)));
        assert_eq!(output, b"a");
    }
}
