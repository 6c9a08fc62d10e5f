//! Names in labels (RFC 1035 §3.1, §4.1.4), as DNS writes them and DHCP does after it.
//!
//! A name may point backwards into the message, and a hostile one may point in circles. Two bounds end every name:
//! `MAX_NAME` characters written and `MAX_JUMPS` pointers followed.

use super::Parsed;
use super::text::escape;
use nom::Parser;
use nom::bytes::complete::take;
use nom::error::{Error, ErrorKind};
use std::borrow::Cow;

/// Characters of a name; Wireshark's bound, four times what RFC 1035 §2.3.4 allows.
const MAX_NAME: usize = 1025;
/// Pointers followed for one name.
const MAX_JUMPS: usize = 128;

/// A name, put together from its labels.
#[derive(Clone, Debug)]
pub struct Name<'b> {
    /// Its bytes where it stands, up to and with the first pointer.
    pub raw: &'b [u8],
    /// Labels joined by dots; `<Root>` for none; what is wrong in angle brackets. Bytes that are no UTF-8 stay.
    pub text: Vec<u8>,
    /// Set if the name breaks the rules: it stays in the tree, marked.
    pub fault: Option<&'static str>,
}

impl Name<'_> {
    /// The text for facts; `None` for a broken name.
    pub fn sound(&self) -> Option<String> {
        self.fault.is_none().then(|| self.shown().into_owned())
    }

    /// The text for one line among others.
    pub fn line(&self) -> String {
        escape(self.shown().as_bytes()).into_owned()
    }

    /// The text as a value.
    pub fn shown(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }

    /// The name as Wireshark counts it: root has one label.
    pub fn labels(&self) -> usize {
        memchr::memchr_iter(b'.', &self.text).count().saturating_add(1)
    }

    fn faulty(self, text: &'static [u8], why: &'static str) -> Self {
        Self { text: text.to_vec(), fault: Some(why), ..self }
    }
}

/// Reads the name at `at`, a part of `whole` that reaches to its end.
pub fn name<'b>(whole: &'b [u8], at: &'b [u8]) -> Parsed<'b, Name<'b>> {
    let fail = || nom::Err::Error(Error::new(at, ErrorKind::Eof));
    let mut name = Name { raw: &[], text: Vec::new(), fault: None };
    let mut rest = at;
    // What follows the name where it stands: known at the first pointer or the end, whichever comes first.
    let mut behind: Option<&'b [u8]> = None;
    let mut jumps = 0_usize;
    loop {
        let (&length, after) = rest.split_first().ok_or_else(fail)?;
        match length {
            0 => {
                behind = behind.or(Some(after));
                break;
            }
            1..0x40 => {
                let (label, after) = after.split_at_checked(usize::from(length)).ok_or_else(fail)?;
                if name.text.len() < MAX_NAME {
                    if !name.text.is_empty() {
                        name.text.push(b'.');
                    }
                    name.text.extend_from_slice(label);
                }
                rest = after;
            }
            // Extended labels (RFC 2673) are historic, and nothing tells how long an unknown one is.
            0x40..0x80 => {
                behind = behind.or(Some(after));
                name = name.faulty(b"<Unknown extended label>", "label of an unknown type");
                break;
            }
            0x80..0xc0 => return Err(fail()),
            _ => {
                let (&low, after) = after.split_first().ok_or_else(fail)?;
                behind = behind.or(Some(after));
                jumps = jumps.saturating_add(1);
                if jumps > MAX_JUMPS {
                    name = name.faulty(b"<Name contains a pointer that loops>", "name that points in circles");
                    break;
                }
                let target = usize::from(length & 0x3f) << 8 | usize::from(low);
                rest = whole.get(target..).ok_or_else(fail)?;
            }
        }
        // Past the bound only the way to its end matters, where that is not known yet.
        if name.text.len() >= MAX_NAME && behind.is_some() {
            break;
        }
    }
    if name.text.len() >= MAX_NAME {
        name = name.faulty(b"<Name too long>", "name longer than allowed");
    }
    let rest = behind.unwrap_or(&[]);
    let (raw, _) = at.split_at(at.len().saturating_sub(rest.len()));
    name.raw = raw;
    if name.text.is_empty() {
        name.text.extend_from_slice(b"<Root>");
    }
    Ok((rest, name))
}

/// Steps over a name without reading it.
pub fn skip_name(at: &[u8]) -> Parsed<'_, ()> {
    let mut rest = at;
    loop {
        let (&length, after) = rest.split_first().ok_or_else(|| nom::Err::Error(Error::new(at, ErrorKind::Eof)))?;
        match length {
            0 | 0x40..0x80 => return Ok((after, ())),
            0x80..0xc0 => return Err(nom::Err::Error(Error::new(at, ErrorKind::Tag))),
            1..0x40 => rest = take(usize::from(length)).parse(after)?.0,
            _ => return take(1_usize).map(|_| ()).parse(after),
        }
    }
}
