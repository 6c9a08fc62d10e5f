//! Describes a PPP frame.

use super::control::{self, Control};
use super::fields::{ADDRESS, CCP, CHAP, CONTROL, IPCP, IPV6CP, LCP, PPP, PROTOCOL};
use crate::protocol::{Message, Out, Portion, data, ethertype};
use crate::wire::At;

/// All stations, unnumbered information: what HDLC-like framing (RFC 1662 §3.1) puts before the protocol.
const HDLC: [u8; 2] = [0xff, 0x03];

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    out.column("PPP", format_args!("PPP"));
    let framed = whole.bytes.starts_with(&HDLC);
    let protocol = out.group(&PPP, whole.head(if framed { 4 } else { 2 }), |out| {
        let protocol = header(&mut rest, framed, out);
        if protocol.is_none() {
            rest.short(out);
        }
        protocol
    });
    match protocol {
        Some(0x0021) => ethertype::give(out, message, ethertype::IPV4, rest),
        Some(0x0057) => ethertype::give(out, message, ethertype::IPV6, rest),
        Some(0xc021) => control::describe(out, &Control { layer: "lcp", column: "PPP LCP", protocol: &LCP }, rest),
        Some(0x8021) => control::describe(out, &Control { layer: "ipcp", column: "PPP IPCP", protocol: &IPCP }, rest),
        Some(0x8057) => {
            control::describe(out, &Control { layer: "ipv6cp", column: "PPP IPV6CP", protocol: &IPV6CP }, rest);
        }
        Some(0x80fd) => control::describe(out, &Control { layer: "ccp", column: "PPP CCP", protocol: &CCP }, rest),
        Some(0xc223) => control::describe(out, &Control { layer: "chap", column: "PPP CHAP", protocol: &CHAP }, rest),
        Some(0xc023) => control::password(out, rest),
        Some(_) => data::show(out, message, rest),
        None => {}
    }
}

fn header<'b>(rest: &mut Portion<'b>, framed: bool, out: &mut Out<'_, 'b>) -> Option<u16> {
    if framed {
        let address = rest.u8()?;
        out.number(&ADDRESS, address.raw, address.value);
        let control = rest.u8()?;
        out.number(&CONTROL, control.raw, control.value);
    }
    // The first byte of a protocol number is even, the second odd: one byte alone is a compressed number.
    let compressed = rest.bytes.first()? & 1 == 1;
    let At { raw, value } = if compressed {
        let short = rest.u8()?;
        At { raw: short.raw, value: u16::from(short.value) }
    } else {
        rest.u16()?
    };
    out.number(&PROTOCOL, raw, value);
    Some(value)
}
