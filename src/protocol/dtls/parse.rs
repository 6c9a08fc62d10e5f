//! The record layer (RFC 6347 §4.1) and the frame of handshake messages (§4.2.2). All numbers are big-endian.
//!
//! ```text
//! record:    type(1) version(2) epoch(2) sequence_number(6) length(2) fragment
//! handshake: type(1) length(3) message_seq(2) fragment_offset(3) fragment_length(3) fragment
//! ```

use crate::protocol::Likelihood;
use crate::protocol::announce::Announced;
use crate::protocol::tls::handshake::{datagram_client_hello, extension};
use crate::protocol::tls::parse::{content, handshake_type};
use crate::wire::{At, Parsed, at};
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_u8, be_u16, be_u24};

/// A record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    /// Header and fragment.
    pub raw: &'a [u8],
    pub content: At<'a, u8>,
    pub version: At<'a, u16>,
    /// How often the keys changed before it.
    pub epoch: At<'a, u16>,
    pub sequence: At<'a, u64>,
    pub length: At<'a, u16>,
    /// Shorter than `length` if the datagram ends before.
    pub fragment: &'a [u8],
}

impl Record<'_> {
    pub(super) fn is_cut(&self) -> bool {
        self.fragment.len() < usize::from(self.length.value)
    }
}

/// Reads a record as far as it is there; only a header that is cut, or that cannot be one, is an error.
pub(super) fn record(input: &[u8]) -> Parsed<'_, Record<'_>> {
    if !may_be_record(input) {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)));
    }
    let sequence = take(6_usize).map(|raw: &[u8]| raw.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    let (rest, (content, version, epoch, sequence, length)) =
        (at(be_u8), at(be_u16), at(be_u16), at(sequence), at(be_u16)).parse(input)?;
    let (fragment, rest) = rest.split_at(usize::from(length.value).min(rest.len()));
    let raw = input.get(..input.len().saturating_sub(rest.len())).unwrap_or(input);
    Ok((rest, Record { raw, content, version, epoch, sequence, length, fragment }))
}

/// A known type, and a version of DTLS 1.0 or 1.2.
fn may_be_record(input: &[u8]) -> bool {
    matches!(input, [20..=24, 0xfe, 0xff | 0xfd, ..])
}

/// Judges a datagram: it is DTLS if it holds nothing but records.
pub(super) fn probe(bytes: &[u8]) -> Likelihood {
    let mut rest = bytes;
    loop {
        match record(rest) {
            Ok(([], record)) if !record.is_cut() => return Likelihood::Surely,
            Ok((after, record)) if !record.is_cut() => rest = after,
            // The capture may have cut the datagram.
            Ok(_) => return Likelihood::Perhaps,
            Err(_) => return Likelihood::No,
        }
    }
}

/// A handshake message, or a piece of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handshake<'a> {
    /// Header and body.
    pub raw: &'a [u8],
    pub kind: At<'a, u8>,
    /// Of the whole message.
    pub length: At<'a, u32>,
    pub number: At<'a, u16>,
    pub offset: At<'a, u32>,
    pub piece: At<'a, u32>,
    /// Shorter than `piece` if the record ends before.
    pub body: &'a [u8],
}

impl Handshake<'_> {
    /// True if the record ended inside it.
    pub(super) fn is_cut(&self) -> bool {
        u32::try_from(self.body.len()).is_ok_and(|have| have < self.piece.value)
    }

    /// True if it is all of the message.
    pub(super) const fn is_whole(&self) -> bool {
        self.offset.value == 0 && self.piece.value == self.length.value
    }

    /// True if it lies inside its message.
    pub(super) fn is_inside(&self) -> bool {
        self.offset.value.saturating_add(self.piece.value) <= self.length.value
    }
}

/// Reads a handshake message as far as it is there; only a header that is cut is an error.
pub(super) fn handshake(input: &[u8]) -> Parsed<'_, Handshake<'_>> {
    let (rest, (kind, length, number, offset, piece)) =
        (at(be_u8), at(be_u24), at(be_u16), at(be_u24), at(be_u24)).parse(input)?;
    let wanted = usize::try_from(piece.value).unwrap_or(usize::MAX);
    let (body, rest) = rest.split_at(wanted.min(rest.len()));
    let raw = input.get(..input.len().saturating_sub(rest.len())).unwrap_or(input);
    Ok((rest, Handshake { raw, kind, length, number, offset, piece, body }))
}

/// What a ClientHello announces that offers SRTP (RFC 5764): media, in the same conversation.
pub(super) fn announces(bytes: &[u8]) -> Vec<Announced> {
    let offered = || {
        let (_, record) = record(bytes).ok().filter(|(_, record)| record.epoch.value == 0)?;
        let (_, hello) = handshake(record.fragment).ok().filter(|(_, h)| h.is_whole() && !h.is_cut())?;
        let is_hello = hello.kind.value == handshake_type::CLIENT_HELLO;
        is_hello.then(|| datagram_client_hello(hello.body))??.has(extension::USE_SRTP).then_some(())
    };
    // Anything but a handshake is turned away at its first byte.
    let says = bytes.first() == Some(&content::HANDSHAKE) && offered().is_some();
    if says { vec![Announced { at: None, control: false, secure: true }] } else { Vec::new() }
}
