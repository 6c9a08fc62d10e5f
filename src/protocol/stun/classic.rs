//! The old form (RFC 3489), as Wireshark names it. Attributes that Microsoft added are shown as those of today are.

use super::attributes::{self as today, error_code, read_address};
use super::parse::{Attribute, HEAD, Head, u16_at, u32_at};
use super::{learn, names};
use crate::field::{Field, Mark, Value};
use crate::protocol::{Message, Out, Pair, data};

crate::fields! {
    STUN        = Protocol "classicstun" "Simple Traversal of UDP Through NAT";
    TYPE        = Hex4     "classicstun.type" "Message Type", names names::classic;
    LENGTH      = Hex4     "classicstun.length" "Message Length";
    ID          = Bytes    "classicstun.id" "Message Transaction ID";
    ATTRIBUTES  = Group    "classicstun.att" "Attributes";
    RESPONSE_TO = Number   "classicstun.response_to" "Request In";
    TIME        = Duration "classicstun.time" "Time";
    ATT_TYPE    = Hex4     "classicstun.att.type" "Attribute Type", names name;
    ATT_LENGTH  = Number   "classicstun.att.length" "Attribute Length";
    VALUE       = Bytes    "classicstun.att.value" "Value";
    PASSWORD    = Bytes    "lync.stun.password" "Password", secret;
    FAMILY      = Hex4     "classicstun.att.family" "Protocol Family", names names::family;
    IPV4        = Address  "classicstun.att.ipv4" "IP";
    IPV6        = Address  "classicstun.att.ipv6" "IP";
    PORT        = Number   "classicstun.att.port" "Port";
    CHANGE_IP   = Flag     "classicstun.att.change.ip" "Change IP";
    CHANGE_PORT = Flag     "classicstun.att.change.port" "Change Port";
    UNKNOWN     = Hex4     "classicstun.att.unknown" "Unknown Attribute";
    ERROR_CLASS = Number   "classicstun.att.error.class" "Error Class";
    ERROR       = Number   "classicstun.att.error" "Error Code";
    REASON      = Text     "classicstun.att.error.reason" "Error Reason Phase";
    IPV4_XORED  = Address  "classicstun.att.ipv4-xord" "IP (XOR-d)";
    IPV6_XORED  = Address  "classicstun.att.ipv6-xord" "IP (XOR-d)";
    PORT_XORED  = Number   "classicstun.att.port-xord" "Port (XOR-d)";
    SERVER      = Text     "classicstun.att.server" "Server version";
    LIFETIME    = Number   "classicstun.att.lifetime" "Lifetime";
    MAGIC       = Hex8     "classicstun.att.magic.cookie" "Magic Cookie";
    BANDWIDTH   = Number   "classicstun.att.bandwidth" "Bandwidth";
    DATA        = Bytes    "classicstun.att.data" "Data";
    CONNECTION  = Text     "classicstun.att.connection_request_binding" "Connection Request Binding";
}

/// Names of attributes.
fn name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x0001 => "MAPPED-ADDRESS",
        0x0002 => "RESPONSE-ADDRESS",
        0x0003 => "CHANGE-REQUEST",
        0x0004 => "SOURCE-ADDRESS",
        0x0005 => "CHANGED-ADDRESS",
        0x0006 => "USERNAME",
        0x0007 => "PASSWORD",
        0x0008 => "MESSAGE-INTEGRITY",
        0x0009 => "ERROR-CODE",
        0x000b => "REFLECTED-FROM",
        0x000d => "LIFETIME",
        0x000e => "ALTERNATE_SERVER",
        0x000f => "MAGIC_COOKIE",
        0x0010 => "BANDWIDTH",
        0x0011 => "DESTINATION_ADDRESS",
        0x0012 => "REMOTE_ADDRESS",
        0x0013 => "DATA",
        0x0014 => "NONCE",
        0x0015 => "REALM",
        0x0016 => "REQUESTED_ADDRESS_TYPE",
        0x0021 => "XOR_ONLY",
        0x8020 => "XOR_MAPPED_ADDRESS",
        0x8022 => "SERVER",
        0xc001 => "CONNECTION-REQUEST-BINDING",
        _ => return today::name(kind).filter(|_| kind >= 0x8000),
    })
}

/// Request and response share the transaction id.
pub fn pair(bytes: &[u8], _: u64) -> Option<Pair> {
    let head = Head::read(bytes)?;
    let [a, b, c, d] = [0, 4, 8, 12].map(|at| u64::from(u32_at(head.id, at).unwrap_or(0)));
    let key = (a << 32 | b) ^ (c << 32 | d).rotate_left(17);
    (head.kind != 0x115).then_some(Pair::new(key, head.kind < 0x100))
}

/// Describes `message`.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    let Some(head) = Head::read(bytes) else {
        return out.group(&STUN, bytes, |out| out.mark(Mark::Truncated, bytes));
    };
    // Behind the frames of TCP the fact was told of the frame.
    if message.context.flow.is_none_or(|flow| flow.tcp.is_none())
        && let Some(relay) = learn::relay(&head)
    {
        out.fact(crate::fact::Fact::Relay(Box::new(relay)), bytes);
    }
    if !out.shows() {
        return;
    }
    match names::classic(head.kind.into()) {
        Some(name) => out.column("CLASSIC-STUN", format_args!("Message: {name}")),
        None => out.column("CLASSIC-STUN", format_args!("Message: Unknown ({:#x})", head.kind)),
    }
    out.group(&STUN, bytes, |out| {
        let at = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
        out.number(&TYPE, at(0, 2), head.kind);
        out.number(&LENGTH, at(2, 4), head.length);
        out.bytes(&ID, at(4, HEAD));
        if let Some(request) = message.context.exchange.filter(|_| head.kind >= 0x100) {
            out.value(&RESPONSE_TO, &[], Value::Number(request.frame));
            out.value(&TIME, &[], Value::Duration(message.context.frame.time.since(request.time)));
        }
        if head.body.is_empty() {
            return;
        }
        out.group(&ATTRIBUTES, head.body, |out| {
            for attribute in head.attributes() {
                show(&attribute, head.id, message, out);
            }
        });
    });
}

fn show<'b>(attribute: &Attribute<'b>, id: &[u8], message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let Attribute { raw, kind, value, length, .. } = *attribute;
    let name = name(kind.into());
    out.node(&ATT_TYPE, raw, Value::Number(kind.into()), |out| {
        match name {
            Some(name) => out.label(format_args!("Attribute: {name}")),
            None => out.label(format_args!("Attribute: Unknown ({kind:#06x})")),
        }
        out.number(&ATT_LENGTH, raw.get(2..4).unwrap_or_default(), length);
        if !attribute.is_whole() {
            return out.malformed(value, "attribute longer than the message");
        }
        match kind {
            1 | 2 | 4 | 5 | 0x0b | 0x0e | 0x11 | 0x12 => address(value, None, out),
            0x8020 => address(value, Some(id), out),
            3 => {
                let flags = u32_at(value, 0).unwrap_or(0);
                out.flag(&CHANGE_IP, value, flags & 4 != 0);
                out.flag(&CHANGE_PORT, value, flags & 2 != 0);
            }
            6 | 8 | 0x14 | 0x15 => out.bytes(&VALUE, value),
            7 => out.bytes(&PASSWORD, value),
            9 => error(value, out),
            0x0a => {
                for raw in value.chunks_exact(2) {
                    out.number(&UNKNOWN, raw, u16_at(raw, 0).unwrap_or(0));
                }
            }
            0x0d => word(&LIFETIME, value, out),
            0x0f => word(&MAGIC, value, out),
            0x10 => word(&BANDWIDTH, value, out),
            0x13 => {
                out.bytes(&DATA, value);
                if !value.is_empty() {
                    out.give(&data::PROTOCOL, &message.with(value));
                }
            }
            0x16 => {
                if let Some(family) = value.get(1) {
                    out.number(&FAMILY, value.get(1..2).unwrap_or(value), *family);
                }
            }
            0x8022 => out.text(&SERVER, value),
            0xc001 => out.text(&CONNECTION, value),
            0x8000.. => today::show_value(attribute, id, message, out),
            _ => {}
        }
    });
}

fn word<'b>(field: &'static Field, value: &'b [u8], out: &mut Out<'_, 'b>) {
    match u32_at(value, 0) {
        Some(number) => out.number(field, value, number),
        None => out.malformed(value, "shorter than four bytes"),
    }
}

fn error<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let (Some(class), Some(number), Some(_)) = (value.get(2..3), value.get(3..4), error_code(value)) else {
        return out.malformed(value, "shorter than four bytes");
    };
    out.number(&ERROR_CLASS, class, class.first().map_or(0, |byte| byte & 7));
    out.number(&ERROR, number, number.first().copied().unwrap_or(0));
    if let Some(reason) = value.get(4..).filter(|reason| !reason.is_empty()) {
        out.text(&REASON, reason);
    }
}

/// The mixture is the transaction id's first bytes, where today the cookie stands.
fn address<'b>(value: &'b [u8], id: Option<&[u8]>, out: &mut Out<'_, 'b>) {
    let Some(mixed) = read_address(value, None) else {
        return out.malformed(value, "not a family, a port and an address");
    };
    let at = |from: usize, to: usize| value.get(from..to).unwrap_or_default();
    out.number(&FAMILY, at(1, 2), at(1, 2).first().copied().unwrap_or(0));
    let end = if mixed.is_ipv4() { 8 } else { 20 };
    let (plain, xored): (&'static Field, &'static Field) =
        if mixed.is_ipv4() { (&IPV4, &IPV4_XORED) } else { (&IPV6, &IPV6_XORED) };
    let Some(id) = id else {
        out.number(&PORT, at(2, 4), mixed.port());
        return out.value(plain, at(4, end), Value::Address(mixed.ip()));
    };
    out.number(&PORT_XORED, at(2, 4), mixed.port());
    out.number(&PORT, at(2, 4), mixed.port() ^ u16_at(id, 0).unwrap_or(0));
    out.value(xored, at(4, end), Value::Address(mixed.ip()));
    if let Some(clear) = read_address(value, Some(id)) {
        out.value(plain, at(4, end), Value::Address(clear.ip()));
    }
}
