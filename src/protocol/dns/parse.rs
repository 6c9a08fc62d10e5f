//! The pieces of a DNS message (RFC 1035 §4.1): header, names, questions, heads of resource records.
//!
//! A question or record is read whole or not at all; what stands before it stays.

use crate::wire::Parsed;
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_u16, be_u32};

/// The twelve bytes at the start.
///
/// ```text
///  +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///  |                      ID                       |
///  |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
///  |        QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT     |
///  +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// ID
    pub id: u16,
    /// The second row of the picture.
    pub flags: u16,
}

impl Header {
    /// QR
    pub const fn is_response(self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// Opcode
    pub const fn opcode(self) -> u8 {
        (self.flags >> 11 & 15) as u8
    }

    /// RCODE
    pub const fn rcode(self) -> u8 {
        (self.flags & 15) as u8
    }
}

/// The first two words of the header; the counts follow one by one.
pub fn header(input: &[u8]) -> Parsed<'_, Header> {
    (be_u16, be_u16).map(|(id, flags)| Header { id, flags }).parse(input)
}

/// What follows a question's name: type and class.
pub fn question_tail(input: &[u8]) -> Parsed<'_, (u16, u16)> {
    (be_u16, be_u16).parse(input)
}

/// What follows a record's name (RFC 1035 §3.2.1).
#[derive(Clone, Copy, Debug)]
pub struct RecordTail<'b> {
    /// The ten bytes before RDATA.
    pub fixed: &'b [u8],
    /// TYPE
    pub kind: u16,
    /// CLASS; in OPT the size of UDP payloads.
    pub class: u16,
    /// TTL in seconds; in OPT extended code, version and flags.
    pub ttl: u32,
    /// RDATA, as far as it is there.
    pub data: &'b [u8],
    /// RDLENGTH; larger than `data` if the message was cut.
    pub length: u16,
}

/// Reads type, class, TTL, length and data of a record.
pub fn record_tail(input: &[u8]) -> Parsed<'_, RecordTail<'_>> {
    let (rest, fixed) = take(10_usize).parse(input)?;
    let (_, (kind, class, ttl, length)) = (be_u16, be_u16, be_u32, be_u16).parse(fixed)?;
    let (data, rest) = rest.split_at(rest.len().min(usize::from(length)));
    Ok((rest, RecordTail { fixed, kind, class, ttl, data, length }))
}
