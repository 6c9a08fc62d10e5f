//! Describes an IEEE 802.11 frame.

use super::fields::{
    ADDR, BSSID, DA, DURATION, FC, FC_FRAG, FC_FROMDS, FC_PROTECTED, FC_RETRY, FC_SUBTYPE, FC_TODS, FC_TYPE,
    FC_VERSION, FLAGS, FRAG, RA, SA, SEQ, TA, TYPE_SUBTYPE, WLAN, kind_name,
};
use crate::field::{Field, Mark, Value};
use crate::protocol::{Message, Out, Portion, data, llc};
use nom::number::complete::le_u16;

const CONTROL: u8 = 1;
const DATA: u8 = 2;
/// Control frames that name their sender.
const WITH_SENDER: [u8; 4] = [8, 9, 10, 11];
/// Bits of a data frame's subtype: quality of service, no data.
const QOS: u8 = 8;
const NO_DATA: u8 = 4;
/// Flags of the frame control.
const TO_DS: u8 = 0x01;
const FROM_DS: u8 = 0x02;
const PROTECTED: u8 = 0x40;
const ORDER: u8 = 0x80;
/// The bit of QoS control that says several frames are packed into one.
const AGGREGATED: u16 = 0x0080;

enum Cargo {
    Llc,
    Encrypted,
    Other,
    Nothing,
}

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    out.column("802.11", format_args!("IEEE 802.11"));
    let cargo = out.group(&WLAN, whole.head(extent(whole.bytes)), |out| {
        let cargo = header(&mut rest, out);
        if cargo.is_none() {
            rest.short(out);
        }
        cargo
    });
    match cargo {
        Some(Cargo::Llc) => out.give(&llc::PROTOCOL, &rest.message(message)),
        Some(Cargo::Encrypted) => {
            out.mark(Mark::Undecrypted("a protected wireless network"), rest.bytes);
            data::show(out, message, rest);
        }
        Some(Cargo::Other) => data::show(out, message, rest),
        Some(Cargo::Nothing) | None => {}
    }
}

/// Length of a header: three addresses, a fourth between two access points, quality of service and its extension. Frames
/// that control have less.
fn extent(bytes: &[u8]) -> usize {
    let &[control, flags, ..] = bytes else { return bytes.len() };
    let (kind, subtype) = (control >> 2 & 3, control >> 4);
    match kind {
        CONTROL if WITH_SENDER.contains(&subtype) => 16,
        CONTROL => 10,
        DATA => {
            let fourth = if flags & (TO_DS | FROM_DS) == TO_DS | FROM_DS { 6 } else { 0 };
            let quality = if subtype & QOS == 0 { 0 } else { 2 };
            let extension = if quality > 0 && flags & ORDER != 0 { 4 } else { 0 };
            24 + fourth + quality + extension
        }
        _ => 24,
    }
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<Cargo> {
    let start = *rest;
    let control = rest.u8()?;
    let flags = rest.u8()?;
    let (kind, subtype) = (control.value >> 2 & 3, control.value >> 4);
    let both = u16::from_be_bytes([control.value, flags.value]);
    out.number(&TYPE_SUBTYPE, control.raw, kind << 4 | subtype);
    let name = kind_name(u64::from(kind << 4 | subtype)).unwrap_or("Unknown");
    out.label(format_args!("IEEE 802.11 {name}"));
    out.column("802.11", format_args!("{name}"));
    out.node(&FC, start.head(2), Value::Number(both.into()), |out| {
        out.number(&FC_VERSION, control.raw, control.value & 3);
        out.number(&FC_TYPE, control.raw, kind);
        out.number(&FC_SUBTYPE, control.raw, subtype);
        out.node(&FLAGS, flags.raw, Value::Number(flags.value.into()), |out| {
            out.flag(&FC_TODS, flags.raw, flags.value & TO_DS != 0);
            out.flag(&FC_FROMDS, flags.raw, flags.value & FROM_DS != 0);
            out.flag(&FC_FRAG, flags.raw, flags.value & 0x04 != 0);
            out.flag(&FC_RETRY, flags.raw, flags.value & 0x08 != 0);
            out.flag(&FC_PROTECTED, flags.raw, flags.value & PROTECTED != 0);
        });
    });
    let duration = rest.read(le_u16)?;
    out.number(&DURATION, duration.raw, duration.value & 0x7fff);
    if kind == CONTROL {
        address(rest, out, &[&RA])?;
        if WITH_SENDER.contains(&subtype) {
            address(rest, out, &[&TA])?;
        }
        return Some(Cargo::Nothing);
    }
    // What the addresses mean depends on whether the frame enters or leaves the distribution system (802.11, 9.3.2.1).
    let (to, from) = (flags.value & TO_DS != 0, flags.value & FROM_DS != 0);
    let roles: [&[&'static Field]; 3] = match (kind == DATA && to, kind == DATA && from) {
        (false, false) => [&[&RA, &DA], &[&TA, &SA], &[&BSSID]],
        (false, true) => [&[&RA, &DA], &[&TA, &BSSID], &[&SA]],
        (true, false) => [&[&RA, &BSSID], &[&TA, &SA], &[&DA]],
        (true, true) => [&[&RA], &[&TA], &[&DA]],
    };
    for fields in roles {
        address(rest, out, fields)?;
    }
    let sequence = rest.read(le_u16)?;
    out.number(&FRAG, sequence.raw, sequence.value & 0x0f);
    out.number(&SEQ, sequence.raw, sequence.value >> 4);
    if kind != DATA {
        return Some(Cargo::Other);
    }
    if to && from {
        address(rest, out, &[&SA])?;
    }
    let mut aggregated = false;
    if subtype & QOS != 0 {
        aggregated = rest.read(le_u16)?.value & AGGREGATED != 0;
        if flags.value & ORDER != 0 {
            rest.take(4)?;
        }
    }
    Some(match (subtype & NO_DATA != 0, flags.value & PROTECTED != 0) {
        (true, _) => Cargo::Nothing,
        (_, true) => Cargo::Encrypted,
        // A fragment but the first, or several frames in one, do not begin with LLC.
        _ if aggregated || sequence.value & 0x0f != 0 => Cargo::Other,
        _ => Cargo::Llc,
    })
}

fn address<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, roles: &[&'static Field]) -> Option<()> {
    let address = rest.array::<6>()?;
    for role in roles {
        out.value(role, address.raw, Value::Mac(address.value));
        out.value(&ADDR, address.raw, Value::Mac(address.value));
    }
    Some(())
}
