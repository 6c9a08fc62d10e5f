//! What each attribute says (RFC 8489 §14, RFC 8656 §18, RFC 8445 §16, [MS-TURN] 2.2.2, [MS-ICE2] 2.2.3,
//! [MS-TURNBWM] 2.2), under Wireshark's names.

use super::fields as f;
use super::names;
use super::parse::{Attribute, COOKIE, u16_at, u32_at};
use crate::field::{Field, Value};
use crate::protocol::{Message, Out, data};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What a value looks like.
#[derive(Clone, Copy)]
enum Shape {
    /// Reserved byte, family, port, address.
    Plain,
    /// The same, mixed with cookie and transaction id.
    Mixed,
    /// Text.
    Text(&'static Field),
    /// Bytes.
    Bytes(&'static Field),
    /// Four bytes in network order.
    Word(&'static Field),
    /// Numbers in network order one after the other: field and bytes.
    Parts(&'static [(&'static Field, usize)]),
    /// What only its own reader knows.
    Special(for<'b> fn(&'b [u8], &mut Out<'_, 'b>)),
    /// Data of a peer.
    Data,
    /// Nothing.
    Empty,
}
use Shape::{Bytes, Data, Empty, Mixed, Parts, Plain, Special, Text, Word};

/// Type, name, shape; by type.
#[rustfmt::skip]
static ATTRIBUTES: &[(u16, &str, Shape)] = &[
    (0x0001, "MAPPED-ADDRESS", Plain),
    (0x0002, "RESPONSE_ADDRESS", Plain),
    (0x0003, "CHANGE_REQUEST", Special(change)),
    (0x0004, "SOURCE_ADDRESS", Plain),
    (0x0005, "CHANGED_ADDRESS", Plain),
    (0x0006, "USERNAME", Text(&f::USERNAME)),
    (0x0007, "PASSWORD", Bytes(&f::PASSWORD)),
    (0x0008, "MESSAGE-INTEGRITY", Bytes(&f::HMAC)),
    (0x0009, "ERROR-CODE", Special(error)),
    (0x000a, "UNKNOWN-ATTRIBUTES", Special(unknown)),
    (0x000b, "REFLECTED-FROM", Plain),
    (0x000c, "CHANNEL-NUMBER", Parts(&[(&f::CHANNEL_NUM, 2), (&f::RESERVED, 2)])),
    (0x000d, "LIFETIME", Word(&f::LIFETIME)),
    (0x000e, "MS-ALTERNATE-SERVER", Plain),
    (0x000f, "MAGIC-COOKIE", Word(&f::MAGIC)),
    (0x0010, "BANDWIDTH", Word(&f::BANDWIDTH)),
    (0x0011, "DESTINATION-ADDRESS", Plain),
    (0x0012, "XOR-PEER-ADDRESS", Mixed),
    (0x0013, "DATA", Data),
    (0x0014, "REALM", Text(&f::REALM)),
    (0x0015, "NONCE", Text(&f::NONCE)),
    (0x0016, "XOR-RELAYED-ADDRESS", Mixed),
    (0x0017, "REQUESTED-ADDRESS-FAMILY", Parts(&[(&f::FAMILY, 1), (&f::RESERVED, 3)])),
    (0x0018, "EVEN-PORT", Special(even_port)),
    (0x0019, "REQUESTED-TRANSPORT", Parts(&[(&f::TRANSPORT, 1), (&f::RESERVED, 3)])),
    (0x001a, "DONT-FRAGMENT", Empty),
    (0x001b, "ACCESS-TOKEN", Bytes(&f::VALUE)),
    (0x001c, "MESSAGE-INTEGRITY-SHA256", Bytes(&f::VALUE)),
    (0x001d, "PASSWORD-ALGORITHM", Special(algorithms)),
    (0x001e, "USERHASH", Bytes(&f::VALUE)),
    (0x0020, "XOR-MAPPED-ADDRESS", Mixed),
    (0x0022, "RESERVATION-TOKEN", Bytes(&f::TOKEN)),
    (0x0024, "PRIORITY", Word(&f::PRIORITY)),
    (0x0025, "USE-CANDIDATE", Empty),
    (0x0026, "PADDING", Special(padding)),
    (0x0027, "XOR-RESPONSE-TARGET", Mixed),
    (0x002a, "CONNECTION-ID", Bytes(&f::VALUE)),
    (0x8000, "ADDITIONAL-ADDRESS-FAMILY", Bytes(&f::VALUE)),
    (0x8001, "ADDRESS-ERROR-CODE", Bytes(&f::VALUE)),
    (0x8002, "PASSWORD-ALGORITHMS", Special(algorithms)),
    (0x8003, "ALTERNATE-DOMAIN", Bytes(&f::VALUE)),
    (0x8004, "ICMP", Parts(&[(&f::ICMP_TYPE, 1), (&f::ICMP_CODE, 1)])),
    (0x8006, "MS-TURN UNKNOWN 8006", Bytes(&f::UNKNOWN_8006)),
    (0x8008, "MS-VERSION", Word(&f::MS_VERSION)),
    (0x8020, "XOR-MAPPED-ADDRESS", Mixed),
    (0x8022, "SOFTWARE", Text(&f::SOFTWARE)),
    (0x8023, "ALTERNATE-SERVER", Plain),
    (0x8027, "CACHE-TIMEOUT", Word(&f::CACHE_TIMEOUT)),
    (FINGERPRINT, "FINGERPRINT", Word(&f::CRC)),
    (0x8029, "ICE-CONTROLLED", Bytes(&f::TIE_BREAKER)),
    (0x802a, "ICE-CONTROLLING", Bytes(&f::TIE_BREAKER)),
    (0x802b, "RESPONSE-ORIGIN", Plain),
    (0x802c, "OTHER-ADDRESS", Plain),
    (0x8032, "MS-ALTERNATE-HOST-NAME", Bytes(&f::VALUE)),
    (0x8037, "MS-APP-ID", Bytes(&f::VALUE)),
    (0x8050, "MS-SEQUENCE-NUMBER", Parts(&[(&f::MS_CONNECTION, 20), (&f::MS_SEQUENCE, 4)])),
    (0x8054, "MS-CANDIDATE-IDENTIFIER", Text(&f::MS_FOUNDATION)),
    (0x8055, "MS-SERVICE-QUALITY", Parts(&[(&f::MS_STREAM, 2), (&f::MS_QUALITY, 2)])),
    (0x8056, "Bandwidth Admission Control Message", Parts(&[(&f::RESERVED, 2), (&f::ACM_TYPE, 2)])),
    (0x8057, "Bandwidth Reservation Identifier", Bytes(&f::RSV_ID)),
    (0x8058, "Bandwidth Reservation Amount", Parts(&[
        (&f::RSV_MAX_SEND, 4), (&f::RSV_MIN_SEND, 4), (&f::RSV_MAX_RECV, 4), (&f::RSV_MIN_RECV, 4),
    ])),
    (0x8059, "Remote Site Address", Mixed),
    (0x805a, "Remote Relay Site Address", Mixed),
    (0x805b, "Local Site Address", Mixed),
    (0x805c, "Local Relay Site Address", Mixed),
    (0x805d, "Remote Site Address Response", Special(site)),
    (0x805e, "Remote Relay Site Address Response", Special(relay_site)),
    (0x805f, "Local Site Address Response", Special(site)),
    (0x8060, "Local Relay Site Address Response", Special(relay_site)),
    (0x8061, "SIP Dialog Identifier", Bytes(&f::SIP_DIALOG)),
    (0x8062, "SIP Call Identifier", Bytes(&f::SIP_CALL)),
    (0x8068, "Location Profile", Parts(&[(&f::LP_PEER, 1), (&f::LP_SELF, 1), (&f::LP_FEDERATION, 1), (&f::RESERVED, 1)])),
    (0x8070, "MS-IMPLEMENTATION-VERSION", Word(&f::MS_ICE)),
    (0x8090, "MS-ALT-MAPPED-ADDRESS", Plain),
    (0x8095, "MS-MULTIPLEXED-TURN-SESSION-ID", Parts(&[(&f::MS_MUX, 8)])),
    (0xc000, "CISCO-STUN-FLOWDATA", Bytes(&f::VALUE)),
    (0xc001, "ENF-FLOW-DESCRIPTION", Bytes(&f::VALUE)),
    (0xc057, "GOOG-NETWORK-INFO", Parts(&[(&f::GOOGLE_ID, 2), (&f::GOOGLE_COST, 2)])),
    (0xc060, "GOOG-MESSAGE_INTEGRITY-32", Bytes(&f::VALUE)),
    (0xff05, "@FF05", Bytes(&f::VALUE)),
];

/// The check at the end of a message.
pub const FINGERPRINT: u16 = 0x8028;

fn known(kind: u16) -> Option<(&'static str, Shape)> {
    let at = ATTRIBUTES.binary_search_by_key(&kind, |(kind, ..)| *kind).ok()?;
    ATTRIBUTES.get(at).map(|(_, name, shape)| (*name, *shape))
}

/// The name of an attribute.
pub fn name(kind: u64) -> Option<&'static str> {
    u16::try_from(kind).ok().and_then(known).map(|(name, _)| name)
}

/// Frames of [MS-TURN] 2.1.1.
pub fn frame_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        2 => "Control message",
        3 => "End-to-end data",
        _ => return None,
    })
}

/// Shows an attribute of a message with this transaction id (the cookie in front of it).
pub fn show<'b>(attribute: &Attribute<'b>, id: &[u8], message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let Attribute { raw, kind, value, length, padding, .. } = *attribute;
    let Some((type_raw, rest)) = raw.split_at_checked(2) else { return };
    let length_raw = rest.get(..2).unwrap_or(rest);
    let Some((name, shape)) = known(kind) else {
        return out.node(&f::STRANGE, raw, Value::Number(kind.into()), |out| {
            out.label(format_args!("Unknown attribute {kind:#06x}"));
            out.number(&f::ATT_LENGTH, length_raw, length);
            if !attribute.is_whole() {
                return out.malformed(value, "attribute longer than the message");
            }
            if !value.is_empty() {
                out.bytes(&f::VALUE, value);
            }
            pad(padding, out);
        });
    };
    out.node(&f::ATTRIBUTE, raw, Value::Number(kind.into()), |out| {
        match Said::of(kind, shape, value, id) {
            Said::Nothing => out.label(format_args!("{name}")),
            said => out.label(format_args!("{name}: {said}")),
        }
        out.node(&f::ATT_TYPE, type_raw, Value::Number(kind.into()), |out| {
            out.number(&f::ATT_MUST, type_raw, kind >> 15);
            out.number(&f::ATT_WHO, type_raw, kind >> 14 & 1);
        });
        out.number(&f::ATT_LENGTH, length_raw, length);
        if !attribute.is_whole() {
            return out.malformed(value, "attribute longer than the message");
        }
        shown(shape, value, id, message, out);
        pad(padding, out);
    });
}

/// Shows the value of a known attribute by itself.
pub fn show_value<'b>(attribute: &Attribute<'b>, id: &[u8], message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if let Some((_, shape)) = known(attribute.kind) {
        shown(shape, attribute.value, id, message, out);
    }
}

fn pad(padding: &[u8], out: &mut Out<'_, '_>) {
    if !padding.is_empty() {
        out.number(&f::PADDING, padding, padding.len() as u64);
    }
}

fn shown<'b>(shape: Shape, value: &'b [u8], id: &[u8], message: &Message<'b>, out: &mut Out<'_, 'b>) {
    match shape {
        Plain => address(value, None, out),
        Mixed => address(value, Some(id), out),
        Text(field) => {
            let end = value.iter().rposition(|b| *b != 0).map_or(0, |last| last.saturating_add(1));
            out.value(field, value, Value::Text(value.get(..end).unwrap_or(value)));
        }
        Bytes(field) => out.bytes(field, value),
        Word(field) => match u32_at(value, 0) {
            Some(number) => out.number(field, value.get(..4).unwrap_or(value), number),
            None => out.malformed(value, "shorter than four bytes"),
        },
        Parts(parts) => {
            let mut rest = value;
            for (field, count) in parts {
                let Some((raw, after)) = rest.split_at_checked(*count) else { return };
                rest = after;
                if field.kind == crate::field::Kind::Bytes {
                    out.bytes(field, raw);
                } else {
                    out.number(field, raw, raw.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)));
                }
            }
        }
        Special(reader) => reader(value, out),
        Data => {
            out.bytes(&f::VALUE, value);
            if !value.is_empty() {
                out.give(&data::PROTOCOL, &message.with(value));
            }
        }
        Empty => {}
    }
}

/// The address in a value, where it is whole; `id` takes the mixture off (RFC 8489 §14.2).
pub fn read_address(value: &[u8], id: Option<&[u8]>) -> Option<SocketAddr> {
    let port = u16_at(value, 2)? ^ if id.is_some() { u16::from_be_bytes([COOKIE[0], COOKIE[1]]) } else { 0 };
    let clear = |at: usize, byte: u8| byte ^ id.and_then(|id| id.get(at)).copied().unwrap_or(0);
    let ip = match (value.get(1)?, value.get(4..)?) {
        (1, [a, b, c, d, ..]) => IpAddr::V4(Ipv4Addr::new(clear(0, *a), clear(1, *b), clear(2, *c), clear(3, *d))),
        (2, raw) => {
            let mut octets = <[u8; 16]>::try_from(raw.get(..16)?).ok()?;
            octets.iter_mut().enumerate().for_each(|(at, byte)| *byte = clear(at, *byte));
            IpAddr::V6(Ipv6Addr::from(octets))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

fn address<'b>(value: &'b [u8], id: Option<&[u8]>, out: &mut Out<'_, 'b>) {
    let (Some(reserved), Some(family), Some(port)) = (value.get(..1), value.get(1..2), value.get(2..4)) else {
        return out.malformed(value, "not a family, a port and an address");
    };
    out.bytes(&f::RESERVED, reserved);
    out.number(&f::FAMILY, family, family.first().copied().unwrap_or(0));
    let Some(found) = read_address(value, id) else {
        return out.malformed(value, "not a family, a port and an address");
    };
    let (plain, mixed, len): (&'static Field, &'static Field, usize) =
        if found.is_ipv4() { (&f::IPV4, &f::IPV4_XORED, 4) } else { (&f::IPV6, &f::IPV6_XORED, 16) };
    let ip = value.get(4..len.saturating_add(4)).unwrap_or_default();
    if id.is_some() {
        out.bytes(&f::PORT_XORED, port);
    }
    out.number(&f::PORT, port, found.port());
    if id.is_some() {
        out.bytes(mixed, ip);
    }
    out.value(plain, ip, Value::Address(found.ip()));
}

fn change<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some(flags) = u32_at(value, 0) else { return out.malformed(value, "shorter than four bytes") };
    out.flag(&f::CHANGE_IP, value, flags & 4 != 0);
    out.flag(&f::CHANGE_PORT, value, flags & 2 != 0);
}

/// Hundreds, and the rest (RFC 8489 §14.8).
pub fn error_code(value: &[u8]) -> Option<u16> {
    let (class, number) = (value.get(2)? & 7, value.get(3)?);
    Some(u16::from(class).saturating_mul(100).saturating_add(u16::from(*number)))
}

fn error<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let (Some(reserved), Some(class), Some(number)) = (value.get(..2), value.get(2..3), value.get(3..4)) else {
        return out.malformed(value, "shorter than four bytes");
    };
    out.bytes(&f::RESERVED, reserved);
    out.number(&f::ERROR_CLASS, class, class.first().map_or(0, |byte| byte & 7));
    out.number(&f::ERROR, number, number.first().copied().unwrap_or(0));
    if let Some(reason) = value.get(4..).filter(|reason| !reason.is_empty()) {
        out.text(&f::ERROR_REASON, reason);
    }
}

fn unknown<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    for raw in value.chunks_exact(2) {
        out.number(&f::UNKNOWN, raw, u16_at(raw, 0).unwrap_or(0));
    }
}

fn even_port<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    if let Some(first) = value.first() {
        out.number(&f::RESERVE, value.get(..1).unwrap_or(value), first >> 7);
    }
}

fn padding<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    out.number(&f::PADDING, value, value.len() as u64);
}

fn algorithms<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = value;
    while let (Some(kind), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let (kind_raw, behind) = rest.split_at(2);
        let (length_raw, behind) = behind.split_at(2.min(behind.len()));
        out.number(&f::PW_ALGORITHM, kind_raw, kind);
        out.number(&f::PW_LENGTH, length_raw, length);
        let parameters = behind.get(..usize::from(length)).unwrap_or(behind);
        if !parameters.is_empty() {
            out.bytes(&f::PW_DATA, parameters);
        }
        rest = behind.get(usize::from(length).next_multiple_of(4)..).unwrap_or_default();
    }
}

fn site<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    bandwidths(value, true, out);
}

fn relay_site<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    bandwidths(value, false, out);
}

/// Flags and two bandwidths ([MS-TURNBWM] 2.2.7 to 2.2.10).
fn bandwidths<'b>(value: &'b [u8], pstn: bool, out: &mut Out<'_, 'b>) {
    let Some(flags) = u32_at(value, 0) else { return out.malformed(value, "shorter than four bytes") };
    let raw = value.get(..4).unwrap_or(value);
    out.flag(&f::RP_VALID, raw, flags & 0x8000_0000 != 0);
    if pstn {
        out.flag(&f::RP_PSTN, raw, flags & 0x4000_0000 != 0);
    }
    out.number(&f::RP_RESERVED, raw, flags & if pstn { 0x3fff_ffff } else { 0x7fff_ffff });
    for (at, field) in [(4_usize, &f::RP_SEND), (8, &f::RP_RECV)] {
        if let Some(number) = u32_at(value, at) {
            out.number(field, value.get(at..at.saturating_add(4)).unwrap_or_default(), number);
        }
    }
}

/// What an attribute's own line says.
enum Said<'b> {
    Nothing,
    Address(SocketAddr),
    Text(&'b [u8]),
    Error(u16),
    Number(u32),
    Name(&'static str),
}

impl<'b> Said<'b> {
    fn of(kind: u16, shape: Shape, value: &'b [u8], id: &[u8]) -> Self {
        let address = |id| read_address(value, id).map_or(Self::Nothing, Self::Address);
        match shape {
            Plain => address(None),
            Mixed => address(Some(id)),
            Text(_) => Self::Text(value),
            _ if kind == 9 => error_code(value).map_or(Self::Nothing, Self::Error),
            _ if matches!(kind, 0x0d | 0x10) => u32_at(value, 0).map_or(Self::Nothing, Self::Number),
            _ if kind == 0x8008 => {
                let name = u32_at(value, 0).and_then(|version| names::ms_version(version.into()));
                name.map_or(Self::Nothing, Self::Name)
            }
            _ => Self::Nothing,
        }
    }
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Address(address) => write!(f, "{}:{}", address.ip(), address.port()),
            Self::Text(text) => f.write_str(String::from_utf8_lossy(text).trim_end_matches('\0')),
            Self::Error(code) => write!(f, "{code} ({})", names::error(*code).unwrap_or("Unknown")),
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// What the packet list says of an attribute, if it says anything.
pub fn column<'b>(attribute: &Attribute<'b>, id: &[u8], out: &mut Out<'_, 'b>) {
    let Some((name, shape)) = known(attribute.kind) else { return };
    let said = Said::of(attribute.kind, shape, attribute.value, id);
    let value = attribute.value;
    match (attribute.kind, said) {
        (0x0c, _) => {
            let Some((number, _)) = value.split_first_chunk() else { return };
            out.column_more(format_args!(" ChannelNumber=0x{:x}", u16::from_be_bytes(*number)));
        }
        (0x19, _) => {
            let Some(name) = value.first().and_then(|number| names::transport((*number).into())) else { return };
            out.column_more(format_args!(" {name}"));
        }
        (_, Said::Nothing) => {}
        (6, said) => out.column_more(format_args!(" user: {said}")),
        (9, said) => {
            out.column_more(format_args!(" error-code: {said}"));
            let reason = String::from_utf8_lossy(value.get(4..).unwrap_or_default());
            if !reason.is_empty() {
                out.column_more(format_args!(" {reason}"));
            }
        }
        (0x0d, said) => out.column_more(format_args!(" lifetime: {said}")),
        (0x14, said) => out.column_more(format_args!(" realm: {said}")),
        (0x15, _) => out.column_more(format_args!(" with nonce")),
        (_, said @ Said::Address(_)) => out.column_more(format_args!(" {name}: {said}")),
        _ => {}
    }
}
