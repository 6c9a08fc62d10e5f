//! Describes an Ethernet frame.

use super::fields::{ADDR, DST, DST_IG, DST_LG, ETH, IG, LEN, LG, SRC, SRC_IG, SRC_LG, TYPE};
use super::{Mac, trailer};
use crate::field::{Field, Value};
use crate::protocol::{Message, Out, Portion, ethertype, llc};
use crate::wire::At;

/// The largest length of an IEEE 802.3 payload; a larger number is an EtherType, from [`MIN_TYPE`] on.
const MAX_LEN: u16 = 1500;
const MIN_TYPE: u16 = 1536;

#[derive(Clone, Copy)]
enum Cargo {
    Type(u16),
    Llc(u16),
    Nothing,
}

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let frame = Portion::of(message);
    let packet_wire = usize::try_from(message.context.frame.wire_len).unwrap_or(0);
    let mut rest = frame;
    let cargo = out.group(&ETH, frame.head(14), |out| {
        let cargo = header(&mut rest, out);
        if cargo.is_none() {
            rest.short(out);
        }
        let announced = match cargo? {
            Cargo::Type(ethertype) => ethertype::announced(ethertype, rest.bytes),
            Cargo::Llc(length) => Some(usize::from(length)),
            Cargo::Nothing => None,
        };
        if let Some(length) = announced {
            let mut behind = rest;
            if behind.wire > length && behind.take(length).is_some() {
                trailer::describe(out, frame.wire, packet_wire, behind);
            }
        }
        cargo
    });
    match cargo {
        Some(Cargo::Type(ethertype)) => {
            out.column("Ethernet", format_args!("Ethernet II"));
            ethertype::hand_over(out, message, ethertype, rest);
        }
        Some(Cargo::Llc(length)) => {
            out.column("Ethernet", format_args!("IEEE 802.3 Ethernet"));
            out.give(&llc::PROTOCOL, &rest.cut(usize::from(length)).message(message));
        }
        Some(Cargo::Nothing) => out.column("Ethernet", format_args!("Ethernet II")),
        None => out.column("Ethernet", format_args!("[Packet size limited during capture]")),
    }
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<Cargo> {
    let dst = rest.array::<6>()?;
    address(out, &DST, [&DST_LG, &DST_IG], dst);
    let src = rest.array::<6>()?;
    address(out, &SRC, [&SRC_LG, &SRC_IG], src);
    let kind = rest.u16()?;
    let (src, dst) = (Mac(src.value), Mac(dst.value));
    // Type 0 is no length: such frames are Ethernet II with an unknown type.
    if (1..=MAX_LEN).contains(&kind.value) {
        out.label(format_args!("IEEE 802.3 Ethernet, Src: {src}, Dst: {dst}"));
        out.number(&LEN, kind.raw, kind.value);
        return Some(Cargo::Llc(kind.value));
    }
    out.label(format_args!("Ethernet II, Src: {src}, Dst: {dst}"));
    out.number(&TYPE, kind.raw, kind.value);
    if kind.value != 0 && kind.value < MIN_TYPE {
        out.malformed(kind.raw, "neither a length nor a type");
        return Some(Cargo::Nothing);
    }
    Some(Cargo::Type(kind.value))
}

fn address<'b>(out: &mut Out<'_, 'b>, field: &'static Field, bits: [&'static Field; 2], at: At<'b, [u8; 6]>) {
    let first = at.value[0];
    let oui = at.raw.get(..3).unwrap_or(at.raw);
    out.node(field, at.raw, Value::Mac(at.value), |out| {
        out.value(&ADDR, at.raw, Value::Mac(at.value));
        let [local, group] = bits;
        out.flag(local, oui, first & 2 != 0);
        out.flag(&LG, oui, first & 2 != 0);
        out.flag(group, oui, first & 1 != 0);
        out.flag(&IG, oui, first & 1 != 0);
    });
}
