//! The first line and the header lines of a message (RFC 3261 §7): bytes in, borrowed parts out.
//!
//! A header is one line and the lines that continue it (they begin with a blank or tab). Nothing is unfolded here; who
//! needs a value whole reads over the line ends.

use super::header::Name;
use crate::wire::Parsed;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take, take_till1, take_while1};
use nom::character::complete::{char, digit1};
use nom::combinator::{eof, map_res, rest, verify};
use nom::sequence::terminated;

/// The first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartLine<'a> {
    /// `REGISTER sip:corvid.example SIP/2.0`
    Request {
        /// `REGISTER`; case matters.
        method: &'a [u8],
        /// The Request-URI.
        uri: &'a [u8],
    },
    /// `SIP/2.0 200 OK`
    Status {
        /// The three digits.
        code: &'a [u8],
        /// Their value.
        status: u16,
        /// What stands behind them.
        phrase: &'a [u8],
    },
}

/// Reads a first line without its line end.
pub fn start_line(line: &[u8]) -> Parsed<'_, StartLine<'_>> {
    alt((status_line, request_line)).parse(line)
}

// SIP-Version SP Status-Code SP Reason-Phrase; some leave out the last blank.
fn status_line(line: &[u8]) -> Parsed<'_, StartLine<'_>> {
    let (line, _) = tag_no_case("SIP/2.0 ").parse(line)?;
    let (line, code) = verify(take(3_usize), |d: &[u8]| d.iter().all(u8::is_ascii_digit)).parse(line)?;
    let (line, phrase) = alt((eof, (char(' '), rest).map(|(_, phrase)| phrase))).parse(line)?;
    let status = number(code).unwrap_or(0);
    Ok((line, StartLine::Status { code, status: u16::try_from(status).unwrap_or(0), phrase }))
}

// Method SP Request-URI SP SIP-Version
fn request_line(line: &[u8]) -> Parsed<'_, StartLine<'_>> {
    let (line, method) = terminated(take_while1(is_token), char(' ')).parse(line)?;
    let is_uri = |uri: &[u8]| memchr::memchr(b':', uri).is_some_and(|at| at > 0);
    let (line, uri) = terminated(verify(take_till1(|b| b == b' '), is_uri), char(' ')).parse(line)?;
    let (line, _) = terminated(tag_no_case("SIP/2.0"), eof).parse(line)?;
    Ok((line, StartLine::Request { method, uri }))
}

/// True for the characters of a token (RFC 3261 §25.1).
pub const fn is_token(b: u8) -> bool {
    matches!(b, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
}

/// Splits off a line: the line without its end, the line with it, what follows. A lone CR ends a line too.
pub fn line(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let at = memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
    let len = match bytes.get(at..) {
        Some([b'\r', b'\n', ..]) => at.saturating_add(2),
        Some([_, ..]) => at.saturating_add(1),
        _ => at,
    };
    let (raw, rest) = bytes.split_at(len.min(bytes.len()));
    (without_end(raw), raw, rest)
}

/// A line without its line end.
pub fn without_end(raw: &[u8]) -> &[u8] {
    let without = raw.strip_suffix(b"\n").unwrap_or(raw);
    without.strip_suffix(b"\r").unwrap_or(without)
}

/// One header with its continuation lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// All of it, line ends included.
    pub raw: &'a [u8],
    /// Before the colon.
    pub name: &'a [u8],
    /// What the name means.
    pub meaning: Name,
    /// Behind the colon and the blanks that follow it, up to the last line end.
    pub value: &'a [u8],
}

/// One line of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A header.
    Header(Header<'a>),
    /// A line without a colon.
    Other(&'a [u8]),
}

/// Walks the lines of a head up to and over the empty line.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    rest: &'a [u8],
    ended: bool,
}

impl<'a> Lines<'a> {
    /// Over what follows the first line.
    pub const fn of(rest: &'a [u8]) -> Self {
        Self { rest, ended: false }
    }

    /// What was not walked yet; the body once the walk is over.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// True if the empty line was there.
    pub const fn ended(&self) -> bool {
        self.ended
    }

    /// Only the headers.
    pub fn headers(self) -> impl Iterator<Item = Header<'a>> {
        self.filter_map(|line| match line {
            Line::Header(header) => Some(header),
            Line::Other(_) => None,
        })
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.ended || self.rest.is_empty() {
            return None;
        }
        let (first, mut raw, mut rest) = line(self.rest);
        if first.is_empty() {
            (self.rest, self.ended) = (rest, true);
            return None;
        }
        while let [b' ' | b'\t', ..] = rest {
            let after = line(rest).2;
            let len = self.rest.len().saturating_sub(after.len());
            (raw, rest) = self.rest.split_at(len);
        }
        self.rest = rest;
        let whole = without_end(raw);
        let Some((name, value)) = memchr::memchr(b':', whole).and_then(|at| whole.split_at_checked(at)) else {
            return Some(Line::Other(raw));
        };
        let value = after_blanks(value.get(1..).unwrap_or(&[]));
        Some(Line::Header(Header { raw, name, meaning: Name::of(before_blanks(name)), value }))
    }
}

/// Strips white space in front, folds included.
pub fn after_blanks(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// Strips blanks and tabs behind.
fn before_blanks(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// A decimal number that may be followed by anything; saturates.
pub fn number(text: &[u8]) -> Option<u64> {
    let digits: Parsed<'_, &[u8]> = digit1(text);
    let (_, digits) = digits.ok()?;
    Some(digits.iter().fold(0_u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d & 0x0f))))
}

/// A decimal number of 32 bits and nothing else but white space around it.
pub fn number32(text: &[u8]) -> Option<u32> {
    let whole: Parsed<'_, u32> =
        map_res(terminated(digit1, eof), |d: &[u8]| u32::try_from(number(d).unwrap_or(u64::MAX)))
            .parse(crate::wire::text::trim(text));
    whole.ok().map(|(_, n)| n)
}

/// `CSeq`: the number and the method behind it.
pub fn cseq(value: &[u8]) -> (&[u8], &[u8]) {
    let digits = value.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, rest) = value.split_at(digits.min(value.len()));
    let method = rest.iter().position(u8::is_ascii_alphabetic).and_then(|at| rest.get(at..)).unwrap_or(&[]);
    (number, method)
}

/// One `name=value` or bare name of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// All of it without the separators.
    pub raw: &'a [u8],
    /// Before the `=`.
    pub name: &'a [u8],
    /// Behind the `=` as it stands; nothing for a bare name.
    pub value: Option<&'a [u8]>,
}

impl<'a> Parameter<'a> {
    fn of(raw: &'a [u8]) -> Self {
        let raw = crate::wire::text::trim(raw);
        match memchr::memchr(b'=', raw).and_then(|at| Some((raw.get(..at)?, raw.get(at.saturating_add(1)..)?))) {
            Some((name, value)) => Self { raw, name: before_blanks(name), value: Some(after_blanks(value)) },
            None => Self { raw, name: raw, value: None },
        }
    }

    /// True if this is the parameter `name`, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value without the quotes around it.
    pub fn bare(&self) -> &'a [u8] {
        unquoted(self.value.unwrap_or(&[]))
    }
}

/// `text` without the quotes around it, if there are any.
pub fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] => inner,
        [b'"', inner @ ..] => inner,
        _ => text,
    }
}

/// Walks `;name=value;name` as it follows an address, a reason or a diagnostics id. Semicolons inside quotes belong to
/// the value; a comma outside of quotes ends the list.
#[derive(Clone, Debug)]
pub struct Parameters<'a> {
    rest: &'a [u8],
}

impl<'a> Parameters<'a> {
    /// Over `text`, which begins with `;` (or ends the walk at once).
    pub const fn of(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    /// What follows the list: empty, or beginning with the comma.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The value of the parameter `name`, without quotes.
    pub fn find(&mut self, name: &str) -> Option<&'a [u8]> {
        self.find_map(|p| p.is(name).then(|| p.bare()))
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Parameter<'a>;

    fn next(&mut self) -> Option<Parameter<'a>> {
        let text = after_blanks(self.rest);
        let [b';', text @ ..] = text else {
            // Anything but a comma here is debris; what comes behind it still counts.
            let comma = memchr::memchr2(b';', b',', text).unwrap_or(text.len());
            self.rest = text.get(comma..).unwrap_or(&[]);
            return if matches!(self.rest, [b';', ..]) { self.next() } else { None };
        };
        let len = item_end(text);
        let (raw, rest) = text.split_at(len.min(text.len()));
        self.rest = rest;
        Some(Parameter::of(raw))
    }
}

/// Where an item of a list ends: before the first `;` or `,` outside of quotes. A quote that is never closed reaches to
/// the end.
fn item_end(text: &[u8]) -> usize {
    let mut at = 0_usize;
    while let Some(n) = text.get(at..).and_then(|rest| memchr::memchr3(b'"', b';', b',', rest)) {
        at = at.saturating_add(n);
        if text.get(at) != Some(&b'"') {
            return at;
        }
        let inner = at.saturating_add(1);
        let Some(n) = text.get(inner..).and_then(|rest| memchr::memchr(b'"', rest)) else { break };
        at = inner.saturating_add(n).saturating_add(1);
    }
    text.len()
}
