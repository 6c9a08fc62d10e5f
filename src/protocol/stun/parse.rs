//! Heads, attributes, and what is one.
//!
//! ```text
//! 0 0 type(14) length(16) | cookie(32) 2112a442 | transaction id(96) | attributes: type(16) length(16) value, padded to 4
//! 0 1 channel(14) length(16) | data                                    ChannelData (RFC 8656 §12.4)
//! ```

use crate::protocol::Likelihood;

/// In every message since RFC 5389.
pub const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
/// Bytes of a head.
pub const HEAD: usize = 20;
/// Attributes of one message that are looked at.
pub const MAX_ATTRIBUTES: usize = 256;

/// The head of a message, and what follows it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'b> {
    /// Class and method, mixed.
    pub kind: u16,
    /// Bytes behind the head, as announced.
    pub length: u16,
    /// The cookie, or the first four bytes of an old transaction id.
    pub cookie: [u8; 4],
    /// The transaction id with the cookie in front.
    pub id: &'b [u8],
    /// Attributes, as far as they are there.
    pub body: &'b [u8],
}

impl<'b> Head<'b> {
    /// Reads a head; nothing if it is not whole.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        let length = u16_at(head, 2)?;
        Some(Self {
            kind: u16_at(head, 0)?,
            length,
            cookie: head.get(4..8)?.try_into().ok()?,
            id: head.get(4..)?,
            body: rest.get(..usize::from(length)).unwrap_or(rest),
        })
    }

    /// The two bits of the class: 0 request, 1 indication, 2 success, 3 error (RFC 8489 §5).
    pub const fn class(&self) -> u16 {
        self.kind >> 4 & 1 | self.kind >> 7 & 2
    }

    /// The method with the bits of the class left out, as it stands.
    pub const fn method(&self) -> u16 {
        self.kind & 0x3eef
    }

    /// The attributes. Today they are padded to four bytes. In the old form they are not, but some who speak it pad all the
    /// same: then only that way of reading ends where the message does.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'b>> {
        let fits = |padded| attributes(self.body, padded).last().is_none_or(|last| last.is_whole() && last.is_last);
        attributes(self.body, self.cookie == COOKIE || !fits(false) && fits(true))
    }

    /// True for one of today, of a method that anybody uses.
    pub fn is_message(&self) -> bool {
        self.kind & 0xc000 == 0 && self.cookie == COOKIE && self.method() <= 0xff
    }

    /// True for one of the old form: a type that RFC 3489 or [MS-TURN] knows, and no cookie.
    pub fn is_classic(&self) -> bool {
        self.cookie != COOKIE
            && matches!(
                self.kind,
                1..=4 | 6 | 0x101..=0x104 | 0x106 | 0x111 | 0x113..=0x115
            )
    }
}

/// Two bytes in network order.
pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let raw = bytes.get(at..at.checked_add(2)?)?;
    raw.try_into().ok().map(u16::from_be_bytes)
}

/// Four bytes in network order.
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let raw = bytes.get(at..at.checked_add(4)?)?;
    raw.try_into().ok().map(u32::from_be_bytes)
}

/// An attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'b> {
    /// With padding.
    pub raw: &'b [u8],
    /// Its type.
    pub kind: u16,
    /// Its value, as far as it is there.
    pub value: &'b [u8],
    /// Its length, as announced.
    pub length: u16,
    /// What fills up to the next attribute.
    pub padding: &'b [u8],
    /// The message ends with it.
    pub is_last: bool,
}

impl Attribute<'_> {
    /// True if the value is there whole.
    pub fn is_whole(&self) -> bool {
        self.value.len() == usize::from(self.length)
    }
}

/// The attributes one after the other.
fn attributes(mut rest: &[u8], padded: bool) -> impl Iterator<Item = Attribute<'_>> {
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(rest, 0)?, u16_at(rest, 2)?);
        let whole = rest;
        let behind = rest.get(4..)?;
        let value = behind.get(..usize::from(length)).unwrap_or(behind);
        let behind = behind.get(value.len()..).unwrap_or_default();
        let fill = if padded { usize::from(length).wrapping_neg() & 3 } else { 0 };
        let padding = behind.get(..fill).unwrap_or(behind);
        rest = behind.get(padding.len()..).unwrap_or_default();
        let raw = whole.get(..whole.len().saturating_sub(rest.len())).unwrap_or(whole);
        Some(Attribute { raw, kind, value, length, padding, is_last: rest.is_empty() })
    })
    .take(MAX_ATTRIBUTES)
}

/// The channel of ChannelData and its payload, if `bytes` are exactly that, padded or not.
pub fn channel_data(bytes: &[u8]) -> Option<(u16, u16, &[u8])> {
    let (channel, length) = (u16_at(bytes, 0)?, u16_at(bytes, 2)?);
    let payload = bytes.get(4..)?;
    let own = usize::from(length);
    let fits = payload.len() == own || payload.len() == own.next_multiple_of(4);
    (channel & 0xc000 != 0 && channel != 0xffff && fits && own > 0).then_some((channel, length, payload.get(..own)?))
}

/// Judges a datagram.
pub fn datagram(bytes: &[u8]) -> Likelihood {
    match bytes.first() {
        Some(0..=0x3f) => match Head::read(bytes) {
            Some(head) if head.is_message() && bytes.len() == HEAD.saturating_add(head.length.into()) => {
                Likelihood::Surely
            }
            _ => Likelihood::No,
        },
        Some(_) => match channel_data(bytes) {
            Some((0x4000..=0x7fff, ..)) => Likelihood::Surely,
            Some(_) => Likelihood::Perhaps,
            None => Likelihood::No,
        },
        None => Likelihood::No,
    }
}

/// Judges a datagram of the old form.
pub fn classic_datagram(bytes: &[u8]) -> Likelihood {
    if !matches!(bytes, [0 | 1, ..]) {
        return Likelihood::No;
    }
    let Some(head) = Head::read(bytes) else { return Likelihood::No };
    if !head.is_classic() || bytes.len() != HEAD.saturating_add(head.length.into()) {
        return Likelihood::No;
    }
    if head.attributes().all(|attribute| attribute.is_whole()) { Likelihood::Surely } else { Likelihood::Perhaps }
}
