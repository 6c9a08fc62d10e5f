//! Describes a GRE header.

use super::fields::{
    ACK, CHECKSUM, FLAG_ACK, FLAG_CHECKSUM, FLAG_KEY, FLAG_RECURSION, FLAG_RESERVED, FLAG_ROUTING, FLAG_SEQUENCE,
    FLAG_STRICT, FLAG_VERSION, FLAGS, GRE, KEY, KEY_CALL, KEY_LENGTH, OFFSET, PROTO, ROUTING, SEQUENCE,
};
use crate::field::Value;
use crate::protocol::{Message, Out, Portion, eth, ethertype};

const CHECKSUM_PRESENT: u16 = 0x8000;
const ROUTING_PRESENT: u16 = 0x4000;
const KEY_PRESENT: u16 = 0x2000;
const SEQUENCE_PRESENT: u16 = 0x1000;
const ACK_PRESENT: u16 = 0x0080;
/// ERSPAN type I and II share this number.
const ERSPAN: u16 = 0x88be;

struct Head {
    protocol: u16,
    bits: u16,
}

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let packet = Portion::of(message);
    let mut rest = packet;
    let bits = packet.bytes.first_chunk::<2>().map_or(0, |bits| u16::from_be_bytes(*bits));
    // Where routing information ends is known when it was walked.
    let extent = if bits & ROUTING_PRESENT == 0 { extent(bits) } else { packet.bytes.len() };
    let head = out.group(&GRE, packet.head(extent), |out| {
        let head = header(&mut rest, out);
        if head.is_none() {
            rest.short(out);
        }
        head
    });
    let Some(Head { protocol, bits }) = head else { return };
    let name = ethertype::name(protocol.into()).unwrap_or("Unknown");
    out.column("GRE", format_args!("Encapsulated {name}"));
    if protocol == ERSPAN && bits & SEQUENCE_PRESENT == 0 {
        // Type I has no header of its own: the mirrored frame follows at once.
        out.layer("erspan");
        out.give(&eth::PROTOCOL, &rest.message(message));
    } else {
        ethertype::give(out, message, protocol, rest);
    }
}

/// Length of the header without routing information.
fn extent(bits: u16) -> usize {
    let present = [
        bits & (CHECKSUM_PRESENT | ROUTING_PRESENT) != 0,
        bits & KEY_PRESENT != 0,
        bits & SEQUENCE_PRESENT != 0,
        bits & 7 == 1 && bits & ACK_PRESENT != 0,
    ];
    4 + 4 * present.iter().filter(|present| **present).count()
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<Head> {
    let flags = rest.u16()?;
    let (raw, bits) = (flags.raw, flags.value);
    let version = bits & 7;
    out.node(&FLAGS, raw, Value::Number(bits.into()), |out| {
        out.flag(&FLAG_CHECKSUM, raw, bits & CHECKSUM_PRESENT != 0);
        out.flag(&FLAG_ROUTING, raw, bits & ROUTING_PRESENT != 0);
        out.flag(&FLAG_KEY, raw, bits & KEY_PRESENT != 0);
        out.flag(&FLAG_SEQUENCE, raw, bits & SEQUENCE_PRESENT != 0);
        out.flag(&FLAG_STRICT, raw, bits & 0x0800 != 0);
        out.number(&FLAG_RECURSION, raw, bits >> 8 & 7);
        if version == 1 {
            out.flag(&FLAG_ACK, raw, bits & ACK_PRESENT != 0);
            out.number(&FLAG_RESERVED, raw, bits >> 3 & 0x0f);
        } else {
            out.number(&FLAG_RESERVED, raw, bits >> 3 & 0x1f);
        }
        out.number(&FLAG_VERSION, raw, version);
    });
    let protocol = rest.u16()?;
    out.number(&PROTO, protocol.raw, protocol.value);
    let name = ethertype::name(protocol.value.into()).unwrap_or("unknown");
    out.label(format_args!("Generic Routing Encapsulation ({name})"));
    if bits & (CHECKSUM_PRESENT | ROUTING_PRESENT) != 0 {
        let sum = rest.u16()?;
        out.number(&CHECKSUM, sum.raw, sum.value);
        let offset = rest.u16()?;
        out.number(&OFFSET, offset.raw, offset.value);
    }
    if bits & KEY_PRESENT != 0 {
        if version == 1 {
            let length = rest.u16()?;
            out.number(&KEY_LENGTH, length.raw, length.value);
            let call = rest.u16()?;
            out.number(&KEY_CALL, call.raw, call.value);
        } else {
            let key = rest.u32()?;
            out.number(&KEY, key.raw, key.value);
        }
    }
    if bits & SEQUENCE_PRESENT != 0 {
        let sequence = rest.u32()?;
        out.number(&SEQUENCE, sequence.raw, sequence.value);
    }
    if version == 1 && bits & ACK_PRESENT != 0 {
        let number = rest.u32()?;
        out.number(&ACK, number.raw, number.value);
    }
    if bits & ROUTING_PRESENT != 0 {
        routing(rest, out)?;
    }
    Some(Head { protocol: protocol.value, bits })
}

/// Source route entries (RFC 1701): family, offset, length, information; one without length ends them.
fn routing<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    loop {
        let family = rest.u16()?.value;
        rest.u8()?;
        let length = rest.u8()?.value;
        if family == 0 && length == 0 {
            return Some(());
        }
        out.bytes(&ROUTING, rest.take(length.into())?);
    }
}
