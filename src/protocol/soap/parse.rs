//! A walk over XML text (XML 1.0 §2, §3): tags, text, and what is neither, one after the other.
//!
//! It judges nothing but the shape of a tag: it does not know a schema, expands no entity but the five predefined ones
//! and character references, reads no DTD and follows no reference. Each byte is looked at once.

use crate::wire::text::trim;
use memchr::{memchr, memchr2, memchr3, memmem};
use std::borrow::Cow;

/// A piece of XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'b> {
    /// `<p:name …>` or `<p:name …/>`
    Open {
        /// With the angle brackets.
        raw: &'b [u8],
        /// The name without its prefix.
        name: &'b [u8],
        /// What stands between name and end.
        attributes: &'b [u8],
        /// True if the element ends with its tag.
        empty: bool,
    },
    /// `</p:name>`
    Close {
        /// With the angle brackets.
        raw: &'b [u8],
        /// The name without its prefix.
        name: &'b [u8],
    },
    /// Text with something else than blanks in it, as written.
    Text(&'b [u8]),
    /// `<![CDATA[…]]>`: what stands inside.
    Verbatim(&'b [u8]),
    /// `<?…?>`
    Instruction(&'b [u8]),
    /// `<!--…-->`
    Comment(&'b [u8]),
    /// `<!…>`
    Declaration(&'b [u8]),
    /// What has no end.
    Cut(&'b [u8]),
}

/// Iterates over the pieces.
#[derive(Clone, Debug)]
pub struct Tokens<'b> {
    rest: &'b [u8],
}

impl<'b> Tokens<'b> {
    /// Over `bytes`, a byte order mark stepped over.
    pub fn of(bytes: &'b [u8]) -> Self {
        Self { rest: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) }
    }

    /// What was not read yet.
    pub const fn rest(&self) -> &'b [u8] {
        self.rest
    }

    fn take(&mut self, len: usize) -> &'b [u8] {
        let (piece, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        piece
    }

    /// Takes up to and with the end mark, or says that it is missing.
    fn take_to(&mut self, end: &[u8], from: usize) -> Result<&'b [u8], Token<'b>> {
        let behind = self.rest.get(from..).unwrap_or(&[]);
        match memmem::find(behind, end) {
            Some(at) => Ok(self.take(from.saturating_add(at).saturating_add(end.len()))),
            None => Err(Token::Cut(self.take(usize::MAX))),
        }
    }

    fn markup(&mut self) -> Result<Token<'b>, Token<'b>> {
        match self.rest {
            [b'<', b'!', b'-', b'-', ..] => self.take_to(b"-->", 4).map(Token::Comment),
            [b'<', b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => {
                let raw = self.take_to(b"]]>", 9)?;
                Ok(Token::Verbatim(raw.get(9..raw.len().saturating_sub(3)).unwrap_or(&[])))
            }
            [b'<', b'?', ..] => self.take_to(b"?>", 2).map(Token::Instruction),
            [b'<', b'!', ..] => {
                // An internal subset stands in square brackets and holds declarations of its own.
                let inside = memchr2(b'[', b'>', self.rest).filter(|at| self.rest.get(*at) == Some(&b'['));
                match inside {
                    Some(at) => self.take_to(b"]>", at).map(Token::Declaration),
                    None => self.take_to(b">", 2).map(Token::Declaration),
                }
            }
            [b'<', b'/', ..] => {
                let raw = self.take_to(b">", 2)?;
                Ok(Token::Close { raw, name: local(trim(raw.get(2..raw.len().saturating_sub(1)).unwrap_or(&[]))) })
            }
            _ => {
                let Some(len) = tag_len(self.rest) else { return Err(Token::Cut(self.take(usize::MAX))) };
                let raw = self.take(len);
                let inside = raw.get(1..len.saturating_sub(1)).unwrap_or(&[]);
                let (inside, empty) = inside.strip_suffix(b"/").map_or((inside, false), |inside| (inside, true));
                let end = inside.iter().position(u8::is_ascii_whitespace).unwrap_or(inside.len());
                let (name, attributes) = inside.split_at_checked(end).unwrap_or((inside, &[]));
                Ok(Token::Open { raw, name: local(name), attributes, empty })
            }
        }
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        loop {
            if *self.rest.first()? == b'<' {
                return Some(self.markup().unwrap_or_else(|cut| cut));
            }
            let len = memchr(b'<', self.rest).unwrap_or(self.rest.len());
            let text = trim(self.take(len));
            if !text.is_empty() {
                return Some(Token::Text(text));
            }
        }
    }
}

/// The length of a start tag: up to the first `>` outside quotes.
fn tag_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        let behind = bytes.get(at..)?;
        let found = memchr3(b'>', b'"', b'\'', behind)?;
        let next = at.checked_add(found)?.checked_add(1)?;
        let quote = *behind.get(found)?;
        if quote == b'>' {
            return Some(next);
        }
        at = memchr(quote, bytes.get(next..)?)?.checked_add(next)?.checked_add(1)?;
    }
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    // Names are short: a search that prepares itself costs more than it saves.
    name.iter().position(|b| *b == b':').and_then(|at| name.get(at.checked_add(1)?..)).unwrap_or(name)
}

/// `name="value"`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'b> {
    /// All of it.
    pub raw: &'b [u8],
    /// The name without its prefix.
    pub name: &'b [u8],
    /// What stands in the quotes, as written.
    pub value: &'b [u8],
}

/// The attributes of a start tag, up to the first that is none.
pub fn attributes(mut rest: &[u8]) -> impl Iterator<Item = Attribute<'_>> {
    std::iter::from_fn(move || {
        let start = trim(rest);
        let at = start.iter().position(|b| *b == b'=')?;
        let (name, after) = start.split_at_checked(at)?;
        let after = after.get(1..)?;
        let blanks = after.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let (quote, after) = after.get(blanks..)?.split_first().filter(|(q, _)| matches!(q, b'"' | b'\''))?;
        let (value, after) = after.split_at_checked(memchr(*quote, after)?)?;
        rest = after.get(1..)?;
        let raw = start.get(..start.len().saturating_sub(rest.len()))?;
        Some(Attribute { raw, name: local(trim(name)), value })
    })
}

/// Text with its references replaced (XML 1.0 §4.1, §4.6); an unknown reference stays as it is.
pub fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr(b'&', text) else { return text.into() };
    let mut out = text.get(..first).unwrap_or(&[]).to_vec();
    let mut rest = text.get(first..).unwrap_or(&[]);
    while let Some((&b, after)) = rest.split_first() {
        let reference = if b == b'&' { reference(after) } else { None };
        if let Some((c, after)) = reference {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            rest = after;
        } else {
            out.push(b);
            rest = after;
        }
    }
    out.into()
}

/// What a reference stands for, and what follows it.
fn reference(after: &[u8]) -> Option<(char, &[u8])> {
    let name = after.get(..memchr(b';', after.get(..12).unwrap_or(after))?)?;
    let rest = after.get(name.len().checked_add(1)?..)?;
    let number = |digits: &[u8], radix| {
        std::str::from_utf8(digits).ok().and_then(|d| u32::from_str_radix(d, radix).ok()).and_then(char::from_u32)
    };
    let c = match name {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => return None,
    };
    Some((c, rest))
}
