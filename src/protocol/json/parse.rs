//! A walk over JSON text (RFC 8259): where objects and arrays begin and end, their keys, and the values between.
//!
//! Each byte is looked at once. The walk ends at the end of the value, at the end of the text, or where the text stops
//! being JSON; it says which.

use std::borrow::Cow;

/// Nesting that is followed.
pub const MAX_DEPTH: usize = 64;

/// A piece of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'b> {
    /// `{` or `[`
    Open(Shape),
    /// `}` or `]`
    Close,
    /// The name of a member, with its quotes.
    Key(&'b [u8]),
    /// A value that holds no others, with quotes if it is a string.
    Scalar(Scalar, &'b [u8]),
}

/// What holds values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
}

/// The kinds of values that hold no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It has not yet.
    #[default]
    Open,
    /// With the value; what follows it is blank.
    Whole,
    /// With the value, and something follows.
    Trailing,
    /// The text ended first.
    Cut,
    /// What comes next is no JSON.
    Broken,
    /// Nested deeper than is followed.
    TooDeep,
}

/// What may come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Value,
    FirstValue,
    FirstKey,
    Comma,
}

/// Iterates over the pieces.
#[derive(Clone, Debug, Default)]
pub struct Events<'b> {
    rest: &'b [u8],
    open: Vec<Shape>,
    next: Next,
    end: End,
}

impl<'b> Events<'b> {
    /// Over `text`, a byte order mark stepped over.
    pub fn of(text: &'b [u8]) -> Self {
        Self { rest: text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text), ..Self::default() }
    }

    /// What was not read yet.
    pub const fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// How the walk ended.
    pub const fn end(&self) -> End {
        self.end
    }

    fn stop<T>(&mut self, end: End) -> Option<T> {
        self.end = end;
        None
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|b| is_blank(**b)).count();
        self.rest = self.rest.get(blanks..).unwrap_or(&[]);
    }

    fn take(&mut self, len: usize) -> &'b [u8] {
        let (piece, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        piece
    }

    fn open(&mut self, shape: Shape) -> Option<Event<'b>> {
        if self.open.len() >= MAX_DEPTH {
            return self.stop(End::TooDeep);
        }
        self.take(1);
        self.open.push(shape);
        self.next = if shape == Shape::Object { Next::FirstKey } else { Next::FirstValue };
        Some(Event::Open(shape))
    }

    fn close(&mut self) -> Event<'b> {
        self.take(1);
        self.open.pop();
        self.valued();
        Event::Close
    }

    /// A value is complete.
    fn valued(&mut self) {
        self.next = Next::Comma;
        if self.open.is_empty() {
            self.end = if self.rest.iter().all(|b| is_blank(*b)) { End::Whole } else { End::Trailing };
        }
    }

    fn scalar(&mut self, kind: Scalar, len: usize) -> Event<'b> {
        let raw = self.take(len);
        self.valued();
        Event::Scalar(kind, raw)
    }

    fn value(&mut self) -> Option<Event<'b>> {
        match self.rest.first() {
            None => self.stop(End::Cut),
            Some(b'{') => self.open(Shape::Object),
            Some(b'[') => self.open(Shape::Array),
            Some(b'"') => match quoted(self.rest) {
                Some(len) => Some(self.scalar(Scalar::Text, len)),
                None => self.stop(End::Cut),
            },
            Some(b'-' | b'0'..=b'9') => {
                let digits = |b: &&u8| matches!(**b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let len = self.rest.iter().take_while(digits).count();
                Some(self.scalar(Scalar::Number, len))
            }
            Some(_) => {
                for (word, kind) in [(&b"true"[..], Scalar::True), (b"false", Scalar::False), (b"null", Scalar::Null)] {
                    if self.rest.starts_with(word) {
                        return Some(self.scalar(kind, word.len()));
                    }
                    if word.starts_with(self.rest) {
                        return self.stop(End::Cut);
                    }
                }
                self.stop(End::Broken)
            }
        }
    }

    fn key(&mut self) -> Option<Event<'b>> {
        if self.rest.is_empty() {
            return self.stop(End::Cut);
        }
        if self.rest.first() != Some(&b'"') {
            return self.stop(End::Broken);
        }
        let Some(len) = quoted(self.rest) else { return self.stop(End::Cut) };
        let raw = self.take(len);
        self.skip_blanks();
        match self.rest.first() {
            Some(b':') => {
                self.take(1);
                self.next = Next::Value;
                Some(Event::Key(raw))
            }
            Some(_) => self.stop(End::Broken),
            None => self.stop(End::Cut),
        }
    }

    fn comma(&mut self) -> Option<Event<'b>> {
        let shape = self.open.last().copied();
        match (self.rest.first(), shape) {
            (Some(b','), Some(shape)) => {
                self.take(1);
                self.skip_blanks();
                if shape == Shape::Object { self.key() } else { self.value() }
            }
            (Some(b'}'), Some(Shape::Object)) | (Some(b']'), Some(Shape::Array)) => Some(self.close()),
            (Some(_), _) => self.stop(End::Broken),
            (None, _) => self.stop(End::Cut),
        }
    }
}

impl<'b> Iterator for Events<'b> {
    type Item = Event<'b>;

    fn next(&mut self) -> Option<Event<'b>> {
        if self.end != End::Open {
            return None;
        }
        self.skip_blanks();
        match (self.next, self.rest.first()) {
            (Next::FirstKey, Some(b'}')) | (Next::FirstValue, Some(b']')) => Some(self.close()),
            (Next::FirstKey, _) => self.key(),
            (Next::FirstValue | Next::Value, _) => self.value(),
            (Next::Comma, _) => self.comma(),
        }
    }
}

const fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

/// The length of a string with its quotes.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut at = 1_usize;
    loop {
        let found = memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        at = at.checked_add(found)?;
        if text.get(at) == Some(&b'"') {
            return at.checked_add(1);
        }
        at = at.checked_add(2)?;
    }
}

/// The text of a string, escapes undone (RFC 8259 §7); what is no escape stays as it is.
pub fn text(raw: &[u8]) -> Cow<'_, [u8]> {
    let inside = raw.strip_prefix(b"\"").unwrap_or(raw);
    let inside = inside.strip_suffix(b"\"").unwrap_or(inside);
    if !inside.contains(&b'\\') {
        return inside.into();
    }
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((&b, after)) = rest.split_first() {
        if let Some((c, after)) = escape(rest) {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            rest = after;
        } else {
            out.push(b);
            rest = after;
        }
    }
    out.into()
}

/// The character of the escape that `text` begins with, and what follows it.
fn escape(text: &[u8]) -> Option<(char, &[u8])> {
    let (b'\\', [kind, rest @ ..]) = text.split_first()? else { return None };
    let c = match kind {
        b'"' | b'\\' | b'/' => char::from(*kind),
        b'b' => '\x08',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let (high, rest) = unit(rest)?;
            if !(0xd800..0xdc00).contains(&high) {
                return char::from_u32(high.into()).map(|c| (c, rest));
            }
            let (low, rest) = unit(rest.strip_prefix(b"\\u")?)?;
            let c = char::decode_utf16([high, low]).next()?.ok()?;
            return Some((c, rest));
        }
        _ => return None,
    };
    Some((c, rest))
}

/// Four hexadecimal digits.
fn unit(text: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = text.split_at_checked(4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|d| !d.starts_with('+'))?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}
