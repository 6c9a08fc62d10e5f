//! The text of HTTP/1 heads (RFC 9112 §2 to §5): start line and field lines.
//!
//! Lenient where implementations are: a bare LF ends a line, and a line that begins with a blank continues the one
//! before. What does not fit stays a line of its own; nothing here fails as a whole.

use crate::wire::text::trim;
use memchr::memchr;

/// The first line of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartLine<'b> {
    /// `METHOD target HTTP/1.1`
    Request {
        /// The method.
        method: &'b [u8],
        /// The target.
        target: &'b [u8],
        /// `HTTP/1.1`
        version: &'b [u8],
    },
    /// `HTTP/1.1 401 Unauthorized`
    Response {
        /// `HTTP/1.1`
        version: &'b [u8],
        /// Three digits.
        code: &'b [u8],
        /// What they say.
        status: u16,
        /// The reason phrase, which may be empty.
        phrase: &'b [u8],
    },
}

/// Bytes a method may have; WebDAV's longest, `UPDATEREDIRECTREF`, has 17.
const MAX_METHOD: usize = 24;

/// Reads the first line, without its end.
pub fn start_line(line: &[u8]) -> Option<StartLine<'_>> {
    if line.starts_with(b"HTTP/1.") {
        let (version, rest) = split_blank(line)?;
        let (code, phrase) = split_blank(rest).unwrap_or((rest, &[]));
        let status = std::str::from_utf8(code).ok()?.parse().ok().filter(|s| (100..1000).contains(s))?;
        return (is_version(version) && code.len() == 3).then_some(StartLine::Response {
            version,
            code,
            status,
            phrase,
        });
    }
    let (method, rest) = split_blank(line)?;
    let at = rest.iter().rposition(|b| *b == b' ')?;
    let (target, version) = rest.split_at_checked(at)?;
    let version = trim(version);
    let target = trim(target);
    let sound = is_method(method) && is_version(version) && !target.is_empty();
    sound.then_some(StartLine::Request { method, target, version })
}

/// Reads a first line that was cut: a response's code, or a request's target as far as it came.
pub fn cut_start_line(line: &[u8]) -> Option<StartLine<'_>> {
    if let Some(whole) = start_line(line) {
        return Some(whole);
    }
    let (method, rest) = split_blank(line)?;
    let known = super::probe::METHODS.contains(&method);
    let (target, version) = split_blank(rest).unwrap_or((rest, &[]));
    (known && !target.is_empty()).then_some(StartLine::Request { method, target, version })
}

fn split_blank(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, after) = line.split_at_checked(memchr(b' ', line)?)?;
    Some((before, after.get(1..)?))
}

/// True for `HTTP/1.` and a digit.
fn is_version(text: &[u8]) -> bool {
    matches!(text, [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor] if minor.is_ascii_digit())
}

fn is_method(text: &[u8]) -> bool {
    !text.is_empty()
        && text.len() <= MAX_METHOD
        && text.iter().all(|b| b.is_ascii_uppercase() || matches!(b, b'-' | b'_'))
}

/// True if `bytes` may be the beginning of a head: the first line is one, or can still become one.
pub fn may_begin_head(bytes: &[u8]) -> bool {
    if let Some((line, _)) = first_line(bytes) {
        return start_line(line).is_some();
    }
    let known = bytes.get(..7).unwrap_or(bytes);
    if b"HTTP/1.".starts_with(known) {
        return true;
    }
    let line = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    match memchr(b' ', line) {
        Some(at) => is_method(line.get(..at).unwrap_or(&[])) && line.iter().all(|b| *b >= b' '),
        None => is_method(line),
    }
}

/// The first line without its end, and what follows it.
pub fn first_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (line, rest) = bytes.split_at_checked(memchr(b'\n', bytes)?)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..)?))
}

/// A field line, with the lines that continue it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldLine<'b> {
    /// All of it, its end included.
    pub raw: &'b [u8],
    /// What stands before the colon; empty if there is no colon.
    pub name: &'b [u8],
    /// What stands behind the colon, without blanks around it.
    pub value: &'b [u8],
    /// The same with the blanks behind it: what Wireshark takes for the value.
    pub padded: &'b [u8],
}

impl FieldLine<'_> {
    /// True if the name is `name`; names ignore case (RFC 9110 §5.1).
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The field lines of a head, up to the empty line or the end.
#[derive(Clone, Debug)]
pub struct FieldLines<'b> {
    rest: &'b [u8],
}

impl<'b> FieldLines<'b> {
    /// Over what follows the start line.
    pub const fn of(rest: &'b [u8]) -> Self {
        Self { rest }
    }

    /// What was not read: once the lines are over, the empty line and the body.
    pub const fn rest(&self) -> &'b [u8] {
        self.rest
    }
}

impl<'b> Iterator for FieldLines<'b> {
    type Item = FieldLine<'b>;

    fn next(&mut self) -> Option<FieldLine<'b>> {
        if matches!(self.rest, [] | [b'\n' | b'\r', ..]) {
            return None;
        }
        let mut len = 0_usize;
        loop {
            let rest = self.rest.get(len..).unwrap_or(&[]);
            len = len.saturating_add(memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1)));
            if !matches!(self.rest.get(len..), Some([b' ' | b'\t', ..])) {
                break;
            }
        }
        let (raw, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        let (name, value) = match memchr(b':', raw) {
            Some(at) => (raw.get(..at).unwrap_or(&[]), raw.get(at.saturating_add(1)..).unwrap_or(&[])),
            None => (&[][..], raw),
        };
        let blanks = value.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let padded = value.get(blanks..).unwrap_or(&[]);
        let padded = padded.strip_suffix(b"\n").unwrap_or(padded);
        let padded = padded.strip_suffix(b"\r").unwrap_or(padded);
        Some(FieldLine { raw, name: trim(name), value: trim(value), padded })
    }
}

/// The parts of a comma-separated list, trimmed, without empty ones (RFC 9110 §5.6.1). No quoted strings inside.
pub fn list(value: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    value.split(|b| *b == b',').map(trim).filter(|part| !part.is_empty())
}

/// A decimal number; nothing if there is anything but digits.
pub fn decimal(text: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(text).ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok()
}
