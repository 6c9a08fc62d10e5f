//! What an EtherType leads to. Not a protocol of its own, but Wireshark names the step in `frame.protocols`.

use super::{Claim, Message, Out, Portion, data, registry};

/// IPv4.
pub const IPV4: u16 = 0x0800;
/// IPv6.
pub const IPV6: u16 = 0x86dd;
/// ARP.
pub const ARP: u16 = 0x0806;

/// Gives `payload` to the protocol of an EtherType, naming the step.
pub fn hand_over<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, ethertype: u16, payload: Portion<'b>) {
    out.layer("ethertype");
    give(out, message, ethertype, payload);
}

/// Gives `payload` to the protocol of an EtherType, as GRE and Geneve do: without naming the step.
pub fn give<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, ethertype: u16, payload: Portion<'b>) {
    match registry::find(Claim::EtherType(ethertype)) {
        Some(protocol) => out.give(protocol, &payload.message(message)),
        None => data::show(out, message, payload),
    }
}

/// How long the payload says it is, where its header says so: what lies behind is padding or a trailer of the link.
pub fn announced(ethertype: u16, payload: &[u8]) -> Option<usize> {
    let number = |at: usize| Some(u16::from_be_bytes([*payload.get(at)?, *payload.get(at.checked_add(1)?)?]));
    match ethertype {
        // A length below that of the header means that somebody else cuts the segments; nothing can be told.
        IPV4 if payload.first()? >> 4 == 4 => number(2).filter(|n| *n >= 20).map(usize::from),
        IPV6 if payload.first()? >> 4 == 6 => number(4).filter(|n| *n > 0).map(|n| usize::from(n) + 40),
        ARP => {
            let (hardware, protocol) = (usize::from(*payload.get(4)?), usize::from(*payload.get(5)?));
            Some(8 + 2 * (hardware + protocol))
        }
        _ => None,
    }
}

/// Names of EtherTypes.
pub fn name(ethertype: u64) -> Option<&'static str> {
    Some(match ethertype {
        0x0800 => "IPv4",
        0x0806 => "ARP",
        0x0842 => "Wake on LAN",
        0x22eb => "ERSPAN Type III",
        0x22f0 => "IEEE 1722 Audio Video Bridging",
        0x6558 => "Transparent Ethernet bridging",
        0x8035 => "RARP",
        0x809b => "AppleTalk (EtherTalk)",
        0x80f3 => "AppleTalk Address Resolution Protocol",
        0x8100 => "802.1Q Virtual LAN",
        0x8137 => "IPX",
        0x86dd => "IPv6",
        0x8808 => "MAC Control",
        0x8809 => "Slow Protocols",
        0x880b => "PPP",
        0x8847 => "MPLS label switched packet",
        0x8848 => "MPLS multicast",
        0x8863 => "PPPoE Discovery",
        0x8864 => "PPPoE Session",
        0x887b => "HomePlug",
        0x888e => "802.1X Authentication",
        0x8899 => "Realtek Layer 2 Protocols",
        0x88a8 => "802.1ad Provider Bridge (Q-in-Q)",
        0x88b5 | 0x88b6 => "Local Experimental EtherType",
        0x88be => "ERSPAN",
        0x88cc => "802.1 Link Layer Discovery Protocol (LLDP)",
        0x88e5 => "802.1AE (MACsec)",
        0x88f7 => "PTPv2 over Ethernet (IEEE1588)",
        0x8906 => "FCoE",
        0x9000 => "Loopback",
        0x9100 => "802.1Q QinQ (deprecated)",
        _ => return None,
    })
}
