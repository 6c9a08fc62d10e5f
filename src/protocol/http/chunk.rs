//! The chunked transfer coding (RFC 9112 §7.1): `size[;extensions] CRLF data CRLF … 0 CRLF [trailer lines] CRLF`.
//!
//! [`Chunks`] walks over a body that may still grow and never looks at a byte twice: the conversation asks it where the
//! message ends, `dissect` asks it what is inside.

use super::parse::first_line;
use memchr::memchr;
use std::ops::Range;

/// Bytes of a size line with its extensions.
const MAX_LINE: usize = 4096;
/// Bytes of the trailer section.
const MAX_TRAILER: usize = 8 << 10;

/// What comes next in a chunked body. Ranges count from the start of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A chunk that is whole.
    Chunk {
        /// The size line with its end.
        line: Range<usize>,
        /// The data.
        data: Range<usize>,
    },
    /// The last chunk, the trailer lines and the empty line that ends the message.
    End {
        /// The size line with its end.
        line: Range<usize>,
        /// The trailer lines; empty without any.
        trailer: Range<usize>,
        /// Where the body ends.
        end: usize,
    },
    /// Nothing can be said before so many bytes of the body are there; 0 if that is unknown.
    More(usize),
    /// No chunk begins here.
    Broken,
}

/// A walk over a chunked body.
#[derive(Clone, Debug, Default)]
pub struct Chunks {
    at: usize,
    searched: usize,
    /// The size line just read and what it announced.
    open: Option<(Range<usize>, usize)>,
}

impl Chunks {
    /// Where the next piece begins, or the chunk that is being waited for.
    pub fn at(&self) -> usize {
        self.open.as_ref().map_or(self.at, |(line, _)| line.start)
    }

    /// How many bytes of data are still missing of a chunk that `len` bytes of body do not complete, its line end
    /// included; nothing between chunks.
    pub fn missing(&self, len: usize) -> Option<u64> {
        let (line, size) = self.open.as_ref().filter(|(_, size)| *size > 0)?;
        let end = line.end.checked_add(*size)?.checked_add(2)?;
        Some(end.saturating_sub(len) as u64)
    }

    /// The data that is there of a chunk that is not complete.
    pub fn begun<'b>(&self, body: &'b [u8]) -> &'b [u8] {
        let Some((line, size)) = &self.open else { return &[] };
        let here = body.get(line.end..).unwrap_or(&[]);
        here.get(..*size).unwrap_or(here)
    }

    /// The next piece of `body`, which begins as it did at the last call.
    pub fn next(&mut self, body: &[u8]) -> Piece {
        let (line, size) = match self.open.take() {
            Some(open) => open,
            None => match self.size_line(body) {
                Ok(open) => open,
                Err(piece) => return piece,
            },
        };
        let rest = body.get(line.end..).unwrap_or(&[]);
        let found = if size == 0 { last(rest) } else { data_end(rest, size) };
        match found {
            Found::At(len) => {
                let end = line.end.saturating_add(len);
                self.at = end;
                self.searched = end;
                if size == 0 {
                    let empty = if rest.get(..len).is_some_and(|t| t.ends_with(b"\r\n")) { 2 } else { 1 };
                    return Piece::End { trailer: line.end..end.saturating_sub(empty), line, end };
                }
                Piece::Chunk { data: line.end..line.end.saturating_add(size), line }
            }
            Found::Later(need) => {
                let need = if need == 0 { 0 } else { line.end.saturating_add(need) };
                self.open = Some((line, size));
                Piece::More(need)
            }
            Found::Never => Piece::Broken,
        }
    }

    fn size_line(&mut self, body: &[u8]) -> Result<(Range<usize>, usize), Piece> {
        let from = self.searched.max(self.at);
        let rest = body.get(from..).unwrap_or(&[]);
        let Some(found) = memchr(b'\n', rest) else {
            self.searched = body.len();
            return Err(if body.len().saturating_sub(self.at) > MAX_LINE { Piece::Broken } else { Piece::More(0) });
        };
        let end = from.saturating_add(found).saturating_add(1);
        let line = body.get(self.at..end).unwrap_or(&[]);
        match size(line) {
            Some(size) if line.len() <= MAX_LINE => Ok((self.at..end, size)),
            _ => Err(Piece::Broken),
        }
    }
}

enum Found {
    At(usize),
    Later(usize),
    Never,
}

/// The data and the line end behind it.
fn data_end(rest: &[u8], size: usize) -> Found {
    let Some(need) = size.checked_add(2) else { return Found::Never };
    match rest.get(size..).unwrap_or(&[]) {
        [b'\r', b'\n', ..] => Found::At(need),
        [b'\n', ..] => Found::At(size.saturating_add(1)),
        [] | [b'\r'] => Found::Later(need),
        _ => Found::Never,
    }
}

/// The trailer lines up to the empty line.
fn last(rest: &[u8]) -> Found {
    let mut len = 0_usize;
    let mut lines = rest;
    while let Some((line, after)) = first_line(lines) {
        len = rest.len().saturating_sub(after.len());
        if line.is_empty() {
            return Found::At(len);
        }
        lines = after;
    }
    if rest.len().max(len) > MAX_TRAILER { Found::Never } else { Found::Later(0) }
}

/// The number at the start of a size line.
pub fn size(line: &[u8]) -> Option<usize> {
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let (number, after) = line.split_at_checked(digits)?;
    if !matches!(after, [b';' | b' ' | b'\t' | b'\r' | b'\n', ..]) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(number).ok()?, 16).ok().filter(|n| *n <= 1 << 40)
}
