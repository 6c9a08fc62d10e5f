//! A walk over BER/DER (X.690): tag, length, content. Small steps instead of whole structures, so that a broken part
//! leaves what stands before it.

use super::Parsed;
use nom::error::{Error, ErrorKind};
use std::fmt::Write;

/// One element: `raw` = header and `body`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// 0 universal, 1 application, 2 context, 3 private.
    pub class: u8,
    /// True if the body holds elements.
    pub constructed: bool,
    /// The tag number.
    pub tag: u32,
    /// The whole element.
    pub raw: &'a [u8],
    /// Its content; shorter than announced if `cut`.
    pub body: &'a [u8],
    /// True if the input ended before the announced length.
    pub cut: bool,
}

/// Universal tags used here.
pub mod tag {
    /// BOOLEAN
    pub const BOOLEAN: u32 = 1;
    /// INTEGER
    pub const INTEGER: u32 = 2;
    /// BIT STRING
    pub const BIT_STRING: u32 = 3;
    /// OCTET STRING
    pub const OCTET_STRING: u32 = 4;
    /// OBJECT IDENTIFIER
    pub const OID: u32 = 6;
    /// ENUMERATED
    pub const ENUMERATED: u32 = 10;
    /// SEQUENCE
    pub const SEQUENCE: u32 = 16;
    /// SET
    pub const SET: u32 = 17;
}

/// Reads one element. A body that ends early is returned `cut`; only a header that cannot be read is an error.
/// The indefinite form (length 0x80) is taken to run to the end of the input.
pub fn tlv(input: &[u8]) -> Parsed<'_, Tlv<'_>> {
    let fail = || nom::Err::Error(Error::new(input, ErrorKind::Eof));
    let (&first, mut rest) = input.split_first().ok_or_else(fail)?;
    let mut tag = u32::from(first & 0x1f);
    if tag == 0x1f {
        tag = 0;
        loop {
            let (&b, after) = rest.split_first().ok_or_else(fail)?;
            rest = after;
            tag = tag.checked_mul(128).ok_or_else(fail)? | u32::from(b & 0x7f);
            if b & 0x80 == 0 {
                break;
            }
        }
    }
    let (&first_length, mut rest) = rest.split_first().ok_or_else(fail)?;
    let length = match first_length {
        0x80 => rest.len(),
        n @ 0..0x80 => usize::from(n),
        n => {
            let octets = usize::from(n & 0x7f);
            if octets > 4 {
                return Err(fail());
            }
            let (digits, after) = rest.split_at_checked(octets).ok_or_else(fail)?;
            rest = after;
            digits.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b))
        }
    };
    let cut = length > rest.len();
    let (body, after) = rest.split_at(length.min(rest.len()));
    let (raw, _) = input.split_at(input.len().saturating_sub(after.len()));
    Ok((after, Tlv { class: first >> 6, constructed: first & 0x20 != 0, tag, raw, body, cut }))
}

impl<'a> Tlv<'a> {
    /// True for the context tag `[n]`.
    pub const fn is_context(&self, n: u32) -> bool {
        self.class == 2 && self.tag == n
    }

    /// True for the application tag `n`.
    pub const fn is_application(&self, n: u32) -> bool {
        self.class == 1 && self.tag == n
    }

    /// True for the universal tag `n`.
    pub const fn is_universal(&self, n: u32) -> bool {
        self.class == 0 && self.tag == n
    }

    /// The elements inside, up to the first that cannot be read.
    pub fn children(&self) -> Children<'a> {
        Children { rest: self.body }
    }

    /// The first element inside.
    pub fn inner(&self) -> Option<Tlv<'a>> {
        self.children().next()
    }

    /// The content as a signed integer of at most eight bytes.
    pub fn integer(&self) -> Option<i64> {
        let (&first, _) = self.body.split_first()?;
        if self.body.len() > 8 || self.cut {
            return None;
        }
        let start = if first & 0x80 == 0 { 0 } else { -1 };
        Some(self.body.iter().fold(start, |n: i64, b| n << 8 | i64::from(*b)))
    }
}

/// Iterates over elements that follow each other; [`Children::rest`] tells what could not be read.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    rest: &'a [u8],
}

impl<'a> Children<'a> {
    /// Over the elements in `bytes`.
    pub const fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes not read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Tlv<'a>;

    fn next(&mut self) -> Option<Tlv<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (rest, element) = tlv(self.rest).ok()?;
        self.rest = rest;
        Some(element)
    }
}

/// An object identifier's content in dotted form; what is cut or overlong ends with `?`.
pub fn oid(body: &[u8]) -> String {
    let mut out = String::new();
    let mut arc: u64 = 0;
    let mut open = false;
    for b in body {
        let Some(next) = arc.checked_mul(128).filter(|a| *a <= u64::MAX - 127) else {
            out.push_str(".?");
            return out;
        };
        arc = next | u64::from(b & 0x7f);
        open = b & 0x80 != 0;
        if !open {
            if out.is_empty() {
                let first = (arc / 40).min(2);
                out = format!("{first}.{}", arc.saturating_sub(first.saturating_mul(40)));
            } else {
                let _ = write!(out, ".{arc}");
            }
            arc = 0;
        }
    }
    if open {
        out.push_str(".?");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lengths_and_tags() {
        let (rest, t) = tlv(&[0x6e, 0x81, 0x02, 0xaa, 0xbb, 0xcc]).unwrap();
        assert!(t.is_application(14) && t.constructed && !t.cut);
        assert_eq!((t.body, rest), (&[0xaa, 0xbb][..], &[0xcc][..]));
        assert_eq!(tlv(&[0x1f, 0x81, 0x01, 0x00]).unwrap().1.tag, 129);
    }

    #[test]
    fn what_is_cut_says_so_and_what_is_absurd_is_refused() {
        let (_, t) = tlv(&[0x04, 0x05, 1, 2]).unwrap();
        assert!(t.cut);
        assert_eq!(t.body, [1, 2]);
        assert!(tlv(&[0x04, 0x85, 1, 2, 3, 4, 5]).is_err());
        assert!(tlv(&[]).is_err());
        assert!(tlv(&[0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
    }

    #[test]
    fn integers_are_signed() {
        assert_eq!(tlv(&[2, 1, 0x80]).unwrap().1.integer(), Some(-128));
        assert_eq!(tlv(&[2, 2, 0x00, 0x80]).unwrap().1.integer(), Some(128));
        assert_eq!(tlv(&[2, 0]).unwrap().1.integer(), None);
    }

    #[test]
    fn identifiers_of_the_mechanisms() {
        assert_eq!(oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02]), "1.2.840.113554.1.2.2");
        assert_eq!(oid(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x02]), "1.3.6.1.5.5.2");
        assert_eq!(oid(&[0x2b, 0x86]), "1.3.?");
    }
}
