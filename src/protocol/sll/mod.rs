//! Linux cooked captures: what the kernel says when a capture runs on all interfaces at once.
//!
//! ```text
//! v1 (LINKTYPE_LINUX_SLL):   packet type (2), ARPHRD (2), address length (2), address (8), protocol (2)
//! v2 (LINKTYPE_LINUX_SLL2):  protocol (2), reserved (2), interface index (4), ARPHRD (2), packet type (1),
//!                            address length (1), address (8)
//! ```

use super::{Claim, Message, Out, Portion, Protocol, data, ethertype, llc};
use crate::field::{Field, Value};

crate::fields! {
    SLL      = Protocol "sll"          "Linux cooked capture";
    PKTTYPE  = Number   "sll.pkttype"  "Packet type", names packet_type;
    HATYPE   = Number   "sll.hatype"   "Link-layer address type", names hardware_type;
    HALEN    = Number   "sll.halen"    "Link-layer address length";
    SRC_ETH  = Mac      "sll.src.eth"  "Source";
    SRC_IPV4 = Address  "sll.src.ipv4" "Source";
    SRC      = Bytes    "sll.src.other" "Source";
    UNUSED   = Bytes    "sll.unused"   "Unused";
    ETYPE    = Hex4     "sll.etype"    "Protocol", names ethertype::name;
    LTYPE    = Hex4     "sll.ltype"    "Protocol", names frame_type;
    IFINDEX  = Number   "sll.ifindex"  "Interface index";
}

/// Linux cooked captures.
pub static PROTOCOL: Protocol = Protocol {
    name: "sll",
    column: "SLL",
    fields: ALL,
    claims: &[Claim::LinkType(113), Claim::LinkType(276)],
    dissect,
    ..Protocol::NONE
};

/// The link type of version 2.
const SLL2: u32 = 276;
/// Protocols below this are Linux' own numbers for frames without an EtherType.
const MIN_ETHERTYPE: u16 = 1536;
/// An LLC frame.
const LINUX_802_2: u16 = 4;

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    out.column("SLL", format_args!("Linux cooked-mode capture"));
    let second = message.context.frame.link_type == SLL2;
    let protocol = out.group(&SLL, whole.head(if second { 20 } else { 16 }), |out| {
        let read = if second { version_2 } else { version_1 };
        let protocol = read(&mut rest, out);
        if protocol.is_none() {
            rest.short(out);
        }
        protocol
    });
    match protocol {
        Some(LINUX_802_2) => out.give(&llc::PROTOCOL, &rest.message(message)),
        Some(protocol @ MIN_ETHERTYPE..) => ethertype::hand_over(out, message, protocol, rest),
        Some(_) => data::show(out, message, rest),
        None => {}
    }
}

fn version_1<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<u16> {
    out.label(format_args!("Linux cooked capture v1"));
    let kind = rest.u16()?;
    out.number(&PKTTYPE, kind.raw, kind.value);
    let hardware = rest.u16()?;
    out.number(&HATYPE, hardware.raw, hardware.value);
    let length = rest.u16()?;
    out.number(&HALEN, length.raw, length.value);
    source(out, usize::from(length.value), rest.take(8)?);
    protocol(rest, out)
}

fn version_2<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<u16> {
    out.label(format_args!("Linux cooked capture v2"));
    let protocol = protocol(rest, out)?;
    rest.take(2)?;
    let interface = rest.u32()?;
    out.number(&IFINDEX, interface.raw, interface.value);
    let hardware = rest.u16()?;
    out.number(&HATYPE, hardware.raw, hardware.value);
    let kind = rest.u8()?;
    out.number(&PKTTYPE, kind.raw, kind.value);
    let length = rest.u8()?;
    out.number(&HALEN, length.raw, length.value);
    source(out, usize::from(length.value), rest.take(8)?);
    Some(protocol)
}

fn protocol<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<u16> {
    let protocol = rest.u16()?;
    let field: &'static Field = if protocol.value < MIN_ETHERTYPE { &LTYPE } else { &ETYPE };
    out.number(field, protocol.raw, protocol.value);
    Some(protocol.value)
}

/// The sender's address: so many of eight bytes.
fn source<'b>(out: &mut Out<'_, 'b>, length: usize, raw: &'b [u8]) {
    let (address, unused) = raw.split_at_checked(length).unwrap_or((raw, &[]));
    if let Ok(mac) = <[u8; 6]>::try_from(address) {
        out.value(&SRC_ETH, address, Value::Mac(mac));
    } else if let Ok(ipv4) = <[u8; 4]>::try_from(address) {
        out.value(&SRC_IPV4, address, Value::Address(ipv4.into()));
    } else if !address.is_empty() {
        out.bytes(&SRC, address);
    }
    if !unused.is_empty() {
        out.bytes(&UNUSED, unused);
    }
}

fn packet_type(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Unicast to us",
        1 => "Broadcast",
        2 => "Multicast",
        3 => "Unicast to another host",
        4 => "Sent by us",
        _ => return None,
    })
}

fn hardware_type(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Ethernet",
        512 => "PPP",
        768 => "IPv4 tunnel",
        769 => "IPv6 tunnel",
        772 => "Loopback",
        778 => "IPv4 GRE tunnel",
        801 => "IEEE 802.11",
        824 => "Netlink",
        65534 => "No link-layer type",
        _ => return None,
    })
}

fn frame_type(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Raw 802.3",
        3 => "All protocols",
        4 => "802.2 LLC",
        _ => return None,
    })
}
