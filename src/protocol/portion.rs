//! The bytes of one header layer: those captured, and how many there were on the wire.
//!
//! Headers announce lengths, captures cut packets short, and links pad them. Every header protocol hands its cargo on as a
//! [`Portion`], so that the layers below know what was announced (`tcp.len` counts bytes that were never captured).

use super::{Message, Out};
use crate::field::Mark;
use crate::wire::{At, at};
use nom::Parser;
use nom::error::Error;
use nom::number::complete::{be_u8, be_u16, be_u24, be_u32};

/// Layout of the note that header protocols hand on: wire length, hop limit, quoted.
const WIRE: u64 = 0xffff_ffff;
const HOPS_SHIFT: u32 = 32;
const QUOTED: u64 = 1 << 40;

/// Bytes of a layer, `bytes.len() <= wire`; read from the front.
#[derive(Clone, Copy, Debug)]
pub struct Portion<'b> {
    /// What was captured of it.
    pub bytes: &'b [u8],
    /// How many bytes it had on the wire.
    pub wire: usize,
    /// Time to live or hop limit of the IP header around it; 0 if there is none.
    pub hops: u8,
    /// It is part of a datagram that ICMP quotes.
    pub quoted: bool,
}

impl<'b> Portion<'b> {
    /// What a message of a header protocol consists of.
    pub fn of(message: &Message<'b>) -> Self {
        let wire = usize::try_from(message.note & WIRE).unwrap_or(0).max(message.bytes.len());
        let hops = u8::try_from(message.note >> HOPS_SHIFT & 0xff).unwrap_or(0);
        Self { bytes: message.bytes, wire, hops, quoted: message.note & QUOTED != 0 }
    }

    /// The message that hands this on to the next layer.
    pub fn message(self, parent: &Message<'b>) -> Message<'b> {
        let wire = u64::try_from(self.wire).unwrap_or(WIRE).min(WIRE);
        let quoted = if self.quoted { QUOTED } else { 0 };
        Message { bytes: self.bytes, note: wire | u64::from(self.hops) << HOPS_SHIFT | quoted, ..*parent }
    }

    /// Takes what `parser` takes.
    pub fn read<T>(&mut self, parser: impl Parser<&'b [u8], Output = T, Error = Error<&'b [u8]>>) -> Option<At<'b, T>> {
        let (rest, value) = at(parser).parse(self.bytes).ok()?;
        self.bytes = rest;
        self.wire = self.wire.saturating_sub(value.raw.len());
        Some(value)
    }

    /// Takes `count` bytes.
    pub fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        self.wire = self.wire.saturating_sub(count);
        Some(taken)
    }

    /// Takes `N` bytes, by value.
    pub fn array<const N: usize>(&mut self) -> Option<At<'b, [u8; N]>> {
        let raw = self.take(N)?;
        Some(At { raw, value: raw.try_into().ok()? })
    }

    /// Takes one byte.
    pub fn u8(&mut self) -> Option<At<'b, u8>> {
        self.read(be_u8)
    }

    /// Takes two bytes, network order.
    pub fn u16(&mut self) -> Option<At<'b, u16>> {
        self.read(be_u16)
    }

    /// Takes three bytes, network order.
    pub fn u24(&mut self) -> Option<At<'b, u32>> {
        self.read(be_u24)
    }

    /// Takes four bytes, network order.
    pub fn u32(&mut self) -> Option<At<'b, u32>> {
        self.read(be_u32)
    }

    /// Keeps at most `wire` bytes: what lies behind belongs to an outer layer.
    pub fn cut(self, wire: usize) -> Self {
        Self { bytes: self.bytes.get(..wire).unwrap_or(self.bytes), wire: self.wire.min(wire), ..self }
    }

    /// The first `count` bytes, or what there is of them.
    pub fn head(self, count: usize) -> &'b [u8] {
        self.bytes.get(..count).unwrap_or(self.bytes)
    }

    /// True if the capture holds less than the wire did.
    pub const fn cut_off(self) -> bool {
        self.bytes.len() < self.wire
    }

    /// Says why a header could not be read on: the capture ends here, or the packet does. A quotation is short by design.
    pub fn short(self, out: &mut Out<'_, 'b>) {
        if self.cut_off() {
            out.mark(Mark::Truncated, self.bytes);
        } else if !self.quoted {
            out.malformed(self.bytes, "ends inside the header");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Context;

    #[test]
    fn lengths_travel_with_the_bytes() {
        let (bytes, context) = (b"0123456789", Context::default());
        let message = Message { bytes, from: crate::fact::Direction::ToServer, note: 0, context: &context };
        let mut portion = Portion { wire: 1500, hops: 64, quoted: true, ..Portion::of(&message) };
        assert_eq!(portion.u16().unwrap().value, 0x3031);
        let cargo = Portion::of(&portion.cut(100).message(&message));
        assert_eq!((cargo.bytes, cargo.wire, cargo.hops, cargo.quoted), (&bytes[2..], 100, 64, true));
        assert!(cargo.cut_off());
        assert_eq!(Portion::of(&cargo.cut(3).message(&message)).bytes, b"234");
    }

    #[test]
    fn a_failed_read_takes_nothing() {
        let context = Context::default();
        let message = Message { bytes: b"abc", from: crate::fact::Direction::ToServer, note: 0, context: &context };
        let mut portion = Portion::of(&message);
        assert!(portion.u32().is_none() && portion.take(4).is_none());
        assert_eq!((portion.bytes, portion.wire), (&b"abc"[..], 3));
    }
}
