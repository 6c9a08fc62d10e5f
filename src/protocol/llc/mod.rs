//! Logical Link Control (IEEE 802.2) with the Subnetwork Access Protocol that carries an EtherType (RFC 1042).

use super::{Message, Out, Portion, Protocol, data, ethertype, registry};
use crate::protocol::Claim;

crate::fields! {
    LLC     = Protocol "llc"         "Logical-Link Control";
    DSAP    = Hex2     "llc.dsap"    "DSAP", names sap_name;
    SSAP    = Hex2     "llc.ssap"    "SSAP", names sap_name;
    CONTROL = Hex4     "llc.control" "Control field";
    OUI     = Number   "llc.oui"     "Organization Code";
    TYPE    = Hex4     "llc.type"    "Type", names ethertype::name;
    PID     = Hex4     "llc.pid"     "Protocol ID";
}

/// Logical Link Control.
pub static PROTOCOL: Protocol = Protocol { name: "llc", column: "LLC", fields: ALL, dissect, ..Protocol::NONE };

/// Organisation codes whose protocol identifier is an EtherType: encapsulated Ethernet, and Apple.
const ETHERTYPE_OUIS: [u32; 2] = [0x00_0000, 0x00_00f8];

enum Cargo {
    Type(u16),
    Ip,
    Other,
}

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    out.column("LLC", format_args!("Logical-Link Control"));
    let cargo = out.group(&LLC, whole.head(extent(whole.bytes)), |out| {
        let cargo = header(&mut rest, out);
        if cargo.is_none() {
            rest.short(out);
        }
        cargo
    });
    match cargo {
        Some(Cargo::Type(ethertype)) => ethertype::give(out, message, ethertype, rest),
        Some(Cargo::Ip) => match registry::find(Claim::EtherType(ethertype::IPV4)) {
            Some(protocol) => out.give(protocol, &rest.message(message)),
            None => data::show(out, message, rest),
        },
        Some(Cargo::Other) => data::show(out, message, rest),
        None => {}
    }
}

/// Length of the header: one byte of control or two, and the five of SNAP.
fn extent(bytes: &[u8]) -> usize {
    let control = if bytes.get(2).is_some_and(|control| control & 3 == 3) { 1 } else { 2 };
    let snap = if bytes.first() == Some(&0xaa) { 5 } else { 0 };
    2 + control + snap
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<Cargo> {
    let dsap = rest.u8()?;
    out.number(&DSAP, dsap.raw, dsap.value);
    let ssap = rest.u8()?;
    out.number(&SSAP, ssap.raw, ssap.value);
    // Unnumbered frames have one byte of control, information and supervisory frames two.
    let control = rest.u8()?;
    if control.value & 3 == 3 {
        out.number(&CONTROL, control.raw, control.value);
    } else {
        let second = rest.u8()?;
        out.number(&CONTROL, control.raw, u16::from_le_bytes([control.value, second.value]));
    }
    if (dsap.value, ssap.value & 0xfe) == (0xaa, 0xaa) {
        let oui = rest.u24()?;
        out.number(&OUI, oui.raw, oui.value);
        let kind = rest.u16()?;
        if ETHERTYPE_OUIS.contains(&oui.value) {
            out.number(&TYPE, kind.raw, kind.value);
            return Some(Cargo::Type(kind.value));
        }
        out.number(&PID, kind.raw, kind.value);
        return Some(Cargo::Other);
    }
    Some(if dsap.value == 0x06 { Cargo::Ip } else { Cargo::Other })
}

fn sap_name(sap: u64) -> Option<&'static str> {
    Some(match sap {
        0x00 => "NULL LSAP",
        0x06 => "TCP/IP",
        0x42 => "Spanning Tree BPDU",
        0xaa => "SNAP",
        0xe0 => "NetWare",
        0xf0 => "NetBIOS",
        0xfe => "ISO Network Layer",
        0xff => "Global LSAP",
        _ => return None,
    })
}
