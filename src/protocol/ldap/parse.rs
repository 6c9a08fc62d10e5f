//! The head of a message, which is all that framing needs.
//!
//! ```text
//! LDAPMessage ::= SEQUENCE { messageID INTEGER (0..2147483647), protocolOp CHOICE { … }, controls [0] OPTIONAL }
//! ```
//!
//! Behind a bind that agreed on a layer of SASL, each buffer has its length in four bytes before it (RFC 4422 3.7).

use crate::protocol::{Likelihood, Pair};
use crate::wire::der::{Tlv, tag, tlv};

/// Note bit: the message is a buffer of SASL's.
pub const SASL: u64 = 1;

/// Largest buffer of SASL that is believed.
const MAX_BUFFER: u32 = 1 << 24;

/// Operations by application tag.
pub mod op {
    /// bindRequest
    pub const BIND: u32 = 0;
    /// bindResponse
    pub const BOUND: u32 = 1;
    /// searchResEntry
    pub const ENTRY: u32 = 4;
    /// searchResRef
    pub const REFERENCE: u32 = 19;
    /// extendedReq
    pub const EXTENDED: u32 = 23;
    /// extendedResp
    pub const EXTENDED_DONE: u32 = 24;
}

/// The head of a message.
#[derive(Clone, Copy, Debug)]
pub struct Head<'b> {
    /// The whole message as far as it came.
    pub message: Tlv<'b>,
    /// messageID
    pub id: Tlv<'b>,
    /// protocolOp
    pub operation: Tlv<'b>,
    /// What follows it: controls.
    pub rest: &'b [u8],
}

impl<'b> Head<'b> {
    /// Reads the head of `bytes`.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let (_, message) = tlv(bytes).ok().filter(|(_, t)| t.is_universal(tag::SEQUENCE) && t.constructed)?;
        let (rest, id) = tlv(message.body).ok().filter(|(_, t)| t.is_universal(tag::INTEGER) && t.body.len() <= 4)?;
        let (rest, operation) = tlv(rest).ok().filter(|(_, t)| t.class == 1 && t.tag <= 25)?;
        Some(Self { message, id, operation, rest })
    }

    /// The number that answers share with their request.
    pub fn number(&self) -> u32 {
        self.id.integer().and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
    }
}

/// How many bytes the message at the start of `bytes` has, as far as its first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A message of so many bytes.
    Message(usize),
    /// A buffer of SASL of so many bytes with its length.
    Buffer(usize),
    /// More bytes are needed.
    Short,
    /// Nothing of ours.
    Other,
}

/// Reads the length of the message at the start of `bytes`.
pub fn extent(bytes: &[u8]) -> Extent {
    match bytes {
        [0x30, short @ ..=0x7f, ..] => Extent::Message(usize::from(*short).saturating_add(2)),
        [0x30, octets @ 0x81..=0x84, rest @ ..] => {
            let count = usize::from(octets & 0x7f);
            let Some(digits) = rest.get(..count) else { return Extent::Short };
            let length = digits.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b));
            Extent::Message(length.saturating_add(count).saturating_add(2))
        }
        [0x30] | [] => Extent::Short,
        [0, ..] => match bytes.first_chunk::<4>().map(|b| u32::from_be_bytes(*b)) {
            None => Extent::Short,
            Some(length) if (1..MAX_BUFFER).contains(&length) => {
                Extent::Buffer(usize::try_from(length).unwrap_or(usize::MAX).saturating_add(4))
            }
            Some(_) => Extent::Other,
        },
        _ => Extent::Other,
    }
}

/// Judges the first bytes of a stream or datagram.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match (bytes, extent(bytes)) {
        // A capture may begin behind the bind: a token of GSS-API with its length.
        ([0, _, _, _, rest @ ..], Extent::Buffer(_)) => match rest {
            [0x60, ..] | [5, 4, ..] | [1, 0, 0, 0, ..] => Likelihood::Perhaps,
            [] => Likelihood::Unsure,
            _ => Likelihood::No,
        },
        ([0x30, ..], Extent::Short) => Likelihood::Unsure,
        ([0x30, ..], Extent::Message(_)) => message(bytes),
        _ => Likelihood::No,
    }
}

fn message(bytes: &[u8]) -> Likelihood {
    let digits = bytes.get(1).map_or(0, |b| if *b < 0x80 { 0 } else { usize::from(b & 0x7f) });
    if bytes.get(digits.saturating_add(2)).is_some_and(|tag| *tag != 2) {
        return Likelihood::No;
    }
    let Some(head) = Head::read(bytes) else {
        return if bytes.len() < 16 { Likelihood::Unsure } else { Likelihood::No };
    };
    if head.message.body.len() < 5 && !head.message.cut {
        return Likelihood::No;
    }
    match (head.operation.tag, head.operation.body) {
        // version 2 or 3, a name of a plain length
        (op::BIND, [2, 1, 2 | 3, 4, ..]) => Likelihood::Surely,
        (op::EXTENDED, [0x80, _, b'1', b'.', ..]) => Likelihood::Surely,
        (op::BOUND | 5 | op::EXTENDED_DONE, [10, 1, _, 4, ..]) => Likelihood::Surely,
        (3, [4, ..]) => Likelihood::Perhaps,
        (2 | 10 | 16, body) if body.len() < 64 => Likelihood::Perhaps,
        (4..=9 | 11..=15 | 19 | 23..=25, _) => Likelihood::Perhaps,
        (op::BIND | op::BOUND, body) if body.len() < 4 => Likelihood::Unsure,
        _ => Likelihood::No,
    }
}

/// Request and answer; entries of a search come before its end.
pub fn pair(bytes: &[u8], note: u64) -> Option<Pair> {
    if note & SASL != 0 {
        return None;
    }
    let head = Head::read(bytes)?;
    let opens = match head.operation.tag {
        0 | 3 | 6 | 8 | 10 | 12 | 14 | op::EXTENDED => true,
        1 | 4 | 5 | 7 | 9 | 11 | 13 | 15 | 19 | op::EXTENDED_DONE | 25 => false,
        _ => return None,
    };
    let last = !matches!(head.operation.tag, op::ENTRY | op::REFERENCE | 25);
    Some(Pair { last, ..Pair::new(head.number().into(), opens) })
}
