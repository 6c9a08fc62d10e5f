//! Describes an ARP packet.

use super::fields::{
    ARP, DST_HW, DST_IPV4, DST_MAC, DST_PROTO, HW_SIZE, HW_TYPE, IS_ANNOUNCEMENT, IS_GRATUITOUS, IS_PROBE, OPCODE,
    PROTO_SIZE, PROTO_TYPE, SRC_HW, SRC_IPV4, SRC_MAC, SRC_PROTO, opcode_name,
};
use crate::field::{Field, Value};
use crate::protocol::eth::Mac;
use crate::protocol::{Message, Out, Portion, ethertype};
use crate::wire::text;
use std::fmt;
use std::net::Ipv4Addr;

const REQUEST: u16 = 1;
const REPLY: u16 = 2;

/// The kinds of addresses a packet speaks of.
#[derive(Clone, Copy)]
struct Kinds {
    ethernet: bool,
    ipv4: bool,
    hardware_size: usize,
    protocol_size: usize,
}

/// An address as the packet list shows it.
struct Shown<'b>(&'b [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(address) = <[u8; 4]>::try_from(self.0) {
            write!(f, "{}", Ipv4Addr::from(address))
        } else if let Ok(address) = <[u8; 6]>::try_from(self.0) {
            write!(f, "{}", Mac(address))
        } else {
            f.write_str(&text::hex(self.0))
        }
    }
}

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    let length = ethertype::announced(ethertype::ARP, whole.bytes).unwrap_or(8);
    out.column("ARP", format_args!("Address Resolution Protocol"));
    out.group(&ARP, whole.head(length), |out| {
        if packet(&mut rest, out).is_none() {
            rest.short(out);
        }
    });
}

fn packet<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let hardware = rest.u16()?;
    out.number(&HW_TYPE, hardware.raw, hardware.value);
    let protocol = rest.u16()?;
    out.number(&PROTO_TYPE, protocol.raw, protocol.value);
    let hardware_size = rest.u8()?;
    out.number(&HW_SIZE, hardware_size.raw, hardware_size.value);
    let protocol_size = rest.u8()?;
    out.number(&PROTO_SIZE, protocol_size.raw, protocol_size.value);
    let opcode = rest.u16()?;
    let name = opcode_name(opcode.value.into()).unwrap_or("unknown");
    out.label(format_args!("Address Resolution Protocol ({name})"));
    out.number(&OPCODE, opcode.raw, opcode.value);
    let kinds = Kinds {
        ethernet: matches!(hardware.value, 1 | 6) && hardware_size.value == 6,
        ipv4: protocol.value == ethertype::IPV4 && protocol_size.value == 4,
        hardware_size: hardware_size.value.into(),
        protocol_size: protocol_size.value.into(),
    };
    // A copy walks ahead: the column and the marks of RFC 5227 need all four addresses.
    let mut ahead = *rest;
    if let Some(addresses) = addresses(&mut ahead, kinds) {
        summary(out, opcode.value, kinds, &addresses);
    }
    hardware_address(rest, out, kinds, &SRC_MAC, &SRC_HW)?;
    protocol_address(rest, out, kinds, &SRC_IPV4, &SRC_PROTO)?;
    hardware_address(rest, out, kinds, &DST_MAC, &DST_HW)?;
    protocol_address(rest, out, kinds, &DST_IPV4, &DST_PROTO)
}

struct Addresses<'b> {
    sender_hardware: &'b [u8],
    sender: &'b [u8],
    target: &'b [u8],
}

fn addresses<'b>(rest: &mut Portion<'b>, kinds: Kinds) -> Option<Addresses<'b>> {
    let sender_hardware = rest.take(kinds.hardware_size)?;
    let sender = rest.take(kinds.protocol_size)?;
    rest.take(kinds.hardware_size)?;
    let target = rest.take(kinds.protocol_size)?;
    Some(Addresses { sender_hardware, sender, target })
}

fn summary<'b>(out: &mut Out<'_, 'b>, opcode: u16, kinds: Kinds, addresses: &Addresses<'b>) {
    let (sender, target) = (Shown(addresses.sender), Shown(addresses.target));
    let gratuitous = kinds.ipv4 && addresses.sender == addresses.target;
    let probe = kinds.ipv4 && opcode == REQUEST && addresses.sender == [0; 4];
    if gratuitous {
        out.flag(&IS_GRATUITOUS, &[], true);
    } else if probe {
        out.flag(&IS_PROBE, &[], true);
    }
    match opcode {
        REQUEST if gratuitous => {
            out.flag(&IS_ANNOUNCEMENT, &[], true);
            out.column("ARP", format_args!("ARP Announcement for {target}"));
        }
        REQUEST if probe => out.column("ARP", format_args!("Who has {target}? (ARP Probe)")),
        REQUEST => out.column("ARP", format_args!("Who has {target}? Tell {sender}")),
        REPLY if gratuitous => out.column("ARP", format_args!("Gratuitous ARP for {sender} (Reply)")),
        REPLY if kinds.ethernet => {
            out.column("ARP", format_args!("{sender} is at {}", Shown(addresses.sender_hardware)));
        }
        REPLY => out.column("ARP", format_args!("{sender} is at {}", text::hex(addresses.sender_hardware))),
        _ => out.column("ARP", format_args!("Unknown ARP opcode 0x{opcode:04x}")),
    }
}

fn hardware_address<'b>(
    rest: &mut Portion<'b>,
    out: &mut Out<'_, 'b>,
    kinds: Kinds,
    mac: &'static Field,
    other: &'static Field,
) -> Option<()> {
    let raw = rest.take(kinds.hardware_size)?;
    match (kinds.ethernet, raw.try_into()) {
        (true, Ok(address)) => out.value(mac, raw, Value::Mac(address)),
        _ if raw.is_empty() => {}
        _ => out.bytes(other, raw),
    }
    Some(())
}

fn protocol_address<'b>(
    rest: &mut Portion<'b>,
    out: &mut Out<'_, 'b>,
    kinds: Kinds,
    ipv4: &'static Field,
    other: &'static Field,
) -> Option<()> {
    let raw = rest.take(kinds.protocol_size)?;
    match (kinds.ipv4, <[u8; 4]>::try_from(raw)) {
        (true, Ok(address)) => out.value(ipv4, raw, Value::Address(address.into())),
        _ if raw.is_empty() => {}
        _ => out.bytes(other, raw),
    }
    Some(())
}
