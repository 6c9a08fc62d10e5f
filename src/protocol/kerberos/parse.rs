//! The basic types of Kerberos in DER (RFC 4120 section 5.2), the record mark of TCP, and the judgement whether bytes
//! are a message. One value each; what is not of the expected type is nothing.

use crate::protocol::Likelihood;
use crate::wire::der::{self, Tlv, tag};
use crate::wire::{Parsed, Timestamp, der::Children};
use nom::Parser;
use nom::combinator::map;
use nom::number::complete::be_u32;

/// GeneralString, the type of every KerberosString.
const GENERAL_STRING: u32 = 27;
/// GeneralizedTime, the type of every KerberosTime.
const GENERALIZED_TIME: u32 = 24;
/// UTF8String, IA5String, VisibleString: what careless encoders write instead of a GeneralString.
const OTHER_STRINGS: [u32; 3] = [12, 22, 26];
/// No message of a KDC is larger; 64 KiB is the usual limit for a ticket with all its groups.
pub const MAX_RECORD: u32 = 512 * 1024;

/// The record mark of a message on TCP: one reserved bit, then 31 bits of length (RFC 4120 section 7.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordMark {
    /// The reserved bit; RFC 5021 gives it to extensions that nobody uses.
    pub reserved: bool,
    /// Bytes of the message behind the mark.
    pub length: u32,
}

/// Reads a record mark.
pub fn record_mark(input: &[u8]) -> Parsed<'_, RecordMark> {
    map(be_u32, |n| RecordMark { reserved: n >> 31 != 0, length: n & 0x7fff_ffff }).parse(input)
}

/// INTEGER as the signed number of Int32; larger ones keep their low bits.
pub fn int32(value: Tlv<'_>) -> Option<i32> {
    integer(value).map(|_| {
        let start: i32 = if value.body.first().is_some_and(|b| b & 0x80 != 0) { -1 } else { 0 };
        value.body.iter().fold(start, |n, b| n << 8 | i32::from(*b))
    })
}

/// INTEGER as the unsigned number of UInt32. Encoders that write the upper half as negative numbers are understood.
pub fn uint32(value: Tlv<'_>) -> Option<u32> {
    integer(value).map(|body| body.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}

fn integer(value: Tlv<'_>) -> Option<&[u8]> {
    let numeric = value.is_universal(tag::INTEGER) || value.is_universal(tag::ENUMERATED);
    (numeric && !value.cut && (1..=8).contains(&value.body.len())).then_some(value.body)
}

/// A string's bytes.
pub fn string(value: Tlv<'_>) -> Option<&[u8]> {
    let text = value.class == 0 && (value.tag == GENERAL_STRING || OTHER_STRINGS.contains(&value.tag));
    text.then_some(value.body)
}

/// An OCTET STRING's bytes.
pub fn octets(value: Tlv<'_>) -> Option<&[u8]> {
    value.is_universal(tag::OCTET_STRING).then_some(value.body)
}

/// A BIT STRING's bytes, bit 0 the highest of the first.
pub fn bits(value: Tlv<'_>) -> Option<&[u8]> {
    let (unused, bits) = value.body.split_first()?;
    (value.is_universal(tag::BIT_STRING) && *unused < 8).then_some(bits)
}

/// The bits as KerberosFlags: 32 of them, bit 0 the highest; what is not there is 0.
pub fn flags(bits: &[u8]) -> u32 {
    (0..4).fold(0, |n, at| n << 8 | u32::from(bits.get(at).copied().unwrap_or(0)))
}

/// GeneralizedTime. Kerberos writes `YYYYMMDDHHMMSSZ`; seconds may be absent, fractions and offsets are understood.
pub fn time(value: Tlv<'_>) -> Option<Timestamp> {
    if !value.is_universal(GENERALIZED_TIME) || value.cut {
        return None;
    }
    let (digits, rest) = value.body.split_at(value.body.iter().take_while(|b| b.is_ascii_digit()).count());
    let pair = |at: usize| Some(number(digits.get(at..at.checked_add(2)?)?));
    let year = number(digits.get(..4)?);
    let (month, day, hour, minute) = (pair(4)?, pair(6)?, pair(8)?, pair(10)?);
    let second = if digits.len() == 12 { 0 } else { pair(12)? };
    if digits.len() > 14 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let small = |n: i64| u8::try_from(n).ok();
    let (month, day) = (small(month)?, small(day)?);
    let time = Timestamp::from_civil(year, month, day, small(hour)?, small(minute)?, 0);
    // A day beyond its month would come back as another date.
    let (_, m, d, ..) = time.civil();
    if (m, d) != (month, day) {
        return None;
    }
    let (fraction, zone) = fraction(rest);
    let nanos = second.checked_mul(1_000_000_000)?.checked_add(fraction)?.checked_sub(offset(zone)?)?;
    time.0.checked_add(nanos).map(Timestamp)
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0_i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b.wrapping_sub(b'0'))))
}

/// Nanoseconds behind a point or comma, and what follows.
fn fraction(rest: &[u8]) -> (i64, &[u8]) {
    let [b'.' | b',', rest @ ..] = rest else { return (0, rest) };
    let (digits, rest) = rest.split_at(rest.iter().take_while(|b| b.is_ascii_digit()).count());
    let nine = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
    (nine.fold(0_i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b.wrapping_sub(b'0')))), rest)
}

/// Nanoseconds that local time is ahead of UTC: `Z`, nothing, or `+HHMM`.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, digits) = match zone {
        [] | [b'Z'] => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    if digits.len() != 4 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (hours, minutes) = (number(digits.get(..2)?), number(digits.get(2..)?));
    Some(sign * (hours * 3600 + minutes * 60) * 1_000_000_000)
}

/// What stands behind the explicit tag `[n]` of a SEQUENCE.
fn field(sequence: Tlv<'_>, n: u32) -> Option<Tlv<'_>> {
    sequence.children().find(|t| t.is_context(n)).and_then(|t| t.inner())
}

/// True for the application tags that travel by themselves: AS-REQ to KRB-CRED, and KRB-ERROR.
pub const fn is_message(tag: u32) -> bool {
    matches!(tag, 10..=15 | 20..=22 | 30)
}

/// Judges the first bytes of a message: its tag, `pvno` 5, and a `msg-type` that equals the tag.
pub fn judge(input: &[u8]) -> Likelihood {
    let Some(first) = input.first() else { return Likelihood::Unsure };
    if !is_message(u32::from(first & 0x1f)) || first & 0xe0 != 0x60 {
        return Likelihood::No;
    }
    let Ok((rest, message)) = der::tlv(input) else { return short(input) };
    let Ok((_, sequence)) = der::tlv(message.body) else { return short(input) };
    if !sequence.is_universal(tag::SEQUENCE) || !sequence.constructed {
        return Likelihood::No;
    }
    // pvno and msg-type are [0] and [1], in a KDC-REQ [1] and [2].
    let first = u32::from(matches!(message.tag, 10 | 12));
    let version = field(sequence, first).and_then(int32);
    let kind = field(sequence, first + 1).and_then(uint32);
    match (version, kind) {
        (Some(5), Some(kind)) if kind == message.tag && rest.is_empty() => Likelihood::Surely,
        (Some(5), Some(kind)) if kind == message.tag => Likelihood::Perhaps,
        (None, _) | (Some(5), None) if message.cut => short(input),
        (Some(5), _) => Likelihood::Perhaps,
        _ => Likelihood::No,
    }
}

/// The longest header up to and with msg-type, where every length is in its longest form.
const ENOUGH: usize = 32;

fn short(input: &[u8]) -> Likelihood {
    if input.len() < ENOUGH { Likelihood::Unsure } else { Likelihood::No }
}

/// Judges the first bytes of a datagram or of a stream with record marks.
pub fn probe(input: &[u8]) -> Likelihood {
    let Ok((message, mark)) = record_mark(input) else {
        let start = input.first().is_none_or(|b| *b == 0 || b & 0xe0 == 0x60);
        return if start { Likelihood::Unsure } else { Likelihood::No };
    };
    if input.first() != Some(&0) {
        return judge(input);
    }
    if mark.length < 8 || mark.length > MAX_RECORD {
        return Likelihood::No;
    }
    let length = usize::try_from(mark.length).unwrap_or(usize::MAX);
    match judge(message.get(..length.min(message.len())).unwrap_or(&[])) {
        // The two lengths have to agree.
        Likelihood::Surely if announced(message) != Some(length) => Likelihood::Perhaps,
        other => other,
    }
}

/// The length of the message that begins `input`, header and body, by its own account.
pub fn announced(input: &[u8]) -> Option<usize> {
    let (&form, digits) = input.get(1..)?.split_first()?;
    let octets = usize::from(form & 0x7f);
    match form {
        0..=0x7f => octets.checked_add(2),
        0x81..=0x84 => {
            let length = digits.get(..octets)?.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b));
            length.checked_add(octets)?.checked_add(2)
        }
        _ => None,
    }
}

/// The elements of a SEQUENCE OF, for counting.
pub fn count(sequence: Tlv<'_>) -> u64 {
    Children::of(sequence.body).fold(0_u64, |n, _| n.saturating_add(1))
}
