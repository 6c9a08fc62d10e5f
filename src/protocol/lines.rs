//! Protocols of lines (mail, FTP): lines, and places where they are lost.

use crate::fact::Direction;
use crate::protocol::{Found, Input, Progress};

/// Longer lines are no lines.
const MAX_LINE: usize = 64 << 10;

/// Which line, and what the side that reads it does with it.
pub trait Speaks: Send + std::fmt::Debug {
    /// A line with its end. What it answers is what comes next.
    fn line(&mut self, from: Direction, line: &[u8], found: &mut dyn Found) -> Next;

    /// Bytes of this direction are lost: what was to come line by line may be over.
    fn loses(&mut self, _from: Direction) {}

    /// Judges whether a line may begin where the place was lost.
    fn begins(&self, from: Direction, bytes: &[u8]) -> bool;
}

/// What follows a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another line.
    Line,
    /// So many bytes that are none.
    Bytes(u64),
    /// Something else than this protocol.
    Nothing,
    /// The line is the first of something else.
    Other,
    /// This is not the protocol.
    NotMine,
}

/// Cuts a connection into lines.
#[derive(Debug)]
pub struct Lines<S> {
    speaks: S,
    lost: [bool; 2],
}

impl<S> Lines<S> {
    /// Over what speaks this protocol.
    pub const fn new(speaks: S) -> Self {
        Self { speaks, lost: [false; 2] }
    }
}

impl<S: Speaks> crate::protocol::Conversation for Lines<S> {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let Some(lost) = self.lost.get_mut(from.index()) else { return Progress::NotMine };
        let bytes = match input {
            Input::Bytes(bytes) => bytes,
            Input::Gap(_) => {
                *lost = true;
                self.speaks.loses(from);
                return Progress::Took(0);
            }
            Input::End(rest) => return Progress::Took(rest.len()),
        };
        // A direction that lost its place takes up again at a segment that begins like a line.
        if *lost && !self.speaks.begins(from, bytes) {
            return Progress::Took(bytes.len());
        }
        *lost = false;
        let mut took = 0_usize;
        loop {
            let rest = bytes.get(took..).unwrap_or(&[]);
            let Some(end) = memchr::memchr(b'\n', rest) else {
                if rest.len() > MAX_LINE {
                    *lost = true;
                    return Progress::Took(bytes.len());
                }
                return Progress::More { took, need: 0 };
            };
            let line = rest.get(..end.saturating_add(1)).unwrap_or(rest);
            took = took.saturating_add(line.len());
            match self.speaks.line(from, line, found) {
                Next::Line => {}
                Next::Bytes(skip) => return Progress::Skip { took, skip },
                Next::Nothing => {
                    found.becomes(None);
                    return Progress::Took(took);
                }
                Next::Other => {
                    found.becomes(None);
                    return Progress::Took(took.saturating_sub(line.len()));
                }
                Next::NotMine => return Progress::NotMine,
            }
        }
    }
}

/// A line without its end.
pub fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The first word, and what follows the blanks behind it.
pub fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let at = memchr::memchr(b' ', text).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(at).unwrap_or((text, &[]));
    (word, rest.trim_ascii_start())
}

/// True if `word` is this one, in any case.
pub fn is(word: &[u8], name: &str) -> bool {
    word.eq_ignore_ascii_case(name.as_bytes())
}
