//! Describes an IPv6 packet, and hands over what it carries: its payload, or the datagram that it completes.

use super::extension::{self, End, Fragment};
use super::fields::{
    ADDR, DSCP, DST, DST_HOST, DST_SLAAC_MAC, ECN, FLOW, FRAGMENT_COUNT, HLIM, HOST, IPV6, NXT, PLEN, REASSEMBLED_LEN,
    SLAAC_MAC, SRC, SRC_HOST, SRC_SLAAC_MAC, TCLASS, VERSION,
};
use crate::field::{Field, Mark, Value};
use crate::protocol::ip::{self, hand_over};
use crate::protocol::numbers;
use crate::protocol::{Context, Message, Out, Portion, data};
use crate::wire::At;
use std::net::Ipv6Addr;

/// Bytes of the fixed header.
const HEADER: usize = 40;
/// The next header of a packet that carries nothing.
const NO_NEXT_HEADER: u8 = 59;

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let packet = Portion::of(message);
    let mut rest = packet;
    out.column("IPv6", format_args!("Internet Protocol Version 6"));
    let first = packet.bytes.get(6).copied().unwrap_or(NO_NEXT_HEADER);
    let extent = extension::extent(first, packet.bytes.get(HEADER..).unwrap_or(&[]));
    let datagram = message.context.datagram.filter(|whole| whole.header == out.at(packet.bytes).start);
    let end = out.group(&IPV6, packet.head(HEADER.saturating_add(extent)), |out| {
        let Some(next) = header(&mut rest, out) else {
            // A wrong version was marked where it stands.
            if packet.bytes.first().is_some_and(|first| first >> 4 == 6) || packet.bytes.is_empty() {
                rest.short(out);
            }
            return End::Broken;
        };
        let end = extension::walk(out, next, &mut rest);
        if let (End::Fragment(_), Some(whole)) = (&end, &datagram) {
            out.number(&FRAGMENT_COUNT, &[], whole.fragments);
            out.number(&REASSEMBLED_LEN, &[], whole.bytes.len() as u64);
        }
        end
    });
    match (end, datagram) {
        (End::Cargo(next), _) => cargo(out, message, next, rest),
        (End::Broken, _) => {}
        (End::Fragment(fragment), Some(whole)) => {
            let context = Context { datagram: None, ..*message.context };
            let mut payload = Portion { bytes: whole.bytes, wire: whole.bytes.len(), ..rest };
            let message = Message { context: &context, ..*message };
            out.derived("Reassembled IPv6", whole.bytes, |out| {
                // Destination options may stand in the part that was cut into fragments.
                if let End::Cargo(next) = extension::walk(out, fragment.next, &mut payload) {
                    cargo(out, &message, next, payload);
                }
            });
        }
        // As in IPv4: cut short by the capture, it is described as far as it goes.
        (End::Fragment(Fragment { next, offset: 0, .. }), None) if rest.cut_off() => cargo(out, message, next, rest),
        (End::Fragment(Fragment { next, offset, more, ident }), None) => {
            let more = if more { "y" } else { "n" };
            out.column("IPv6", format_args!("IPv6 fragment (off={offset} more={more} ident=0x{ident:08x} nxt={next})"));
            data::show(out, message, rest);
        }
    }
}

fn cargo<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, next: u8, payload: Portion<'b>) {
    let name = numbers::name(next.into()).unwrap_or("Unknown");
    if next == NO_NEXT_HEADER {
        out.column("IPv6", format_args!("IPv6 no next header"));
    } else {
        out.column("IPv6", format_args!("{name} ({next})"));
    }
    if payload.cut_off() && !payload.quoted {
        out.mark(Mark::Truncated, payload.bytes);
    }
    hand_over(out, message, next, payload);
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<u8> {
    let packet = *rest;
    let version = rest.bytes.first()? >> 4;
    let first_byte = rest.head(1);
    // Beneath, so that `ip.version == 6` finds it too.
    out.node(&VERSION, first_byte, Value::Number(version.into()), |out| {
        out.number(&ip::fields::VERSION, first_byte, version);
    });
    if version != 6 {
        out.malformed(first_byte, "not version 6");
        out.column("IPv6", format_args!("Bogus IPv6 version ({version}, must be 6)"));
        return None;
    }
    let first = rest.u32()?;
    let class = first.value >> 20 & 0xff;
    out.node(&TCLASS, first.raw, Value::Number(class.into()), |out| {
        out.number(&DSCP, first.raw, class >> 2);
        out.number(&ECN, first.raw, class & 3);
    });
    out.number(&FLOW, first.raw.get(1..).unwrap_or(first.raw), first.value & 0x000f_ffff);
    let length = rest.u16()?;
    out.number(&PLEN, length.raw, length.value);
    let next = rest.u8()?;
    out.number(&NXT, next.raw, next.value);
    let limit = rest.u8()?;
    out.number(&HLIM, limit.raw, limit.value);
    let source = rest.array::<16>()?;
    address(out, source, [&SRC, &SRC_HOST]);
    let destination = rest.array::<16>()?;
    address(out, destination, [&DST, &DST_HOST]);
    slaac(out, source, &SRC_SLAAC_MAC);
    slaac(out, destination, &DST_SLAAC_MAC);
    out.label(format_args!(
        "Internet Protocol Version 6, Src: {}, Dst: {}",
        Ipv6Addr::from(source.value),
        Ipv6Addr::from(destination.value)
    ));
    // Zero: a jumbogram (RFC 2675), or a packet that the network card cuts into segments.
    if length.value > 0 {
        let announced = usize::from(length.value);
        if announced > packet.wire.saturating_sub(HEADER) && !packet.quoted {
            out.malformed(length.raw, "payload length exceeds the packet");
        }
        *rest = rest.cut(announced);
    }
    rest.hops = limit.value;
    Some(next.value)
}

fn address<'b>(out: &mut Out<'_, 'b>, at: At<'b, [u8; 16]>, fields: [&'static Field; 2]) {
    let [field, host] = fields;
    let shown = Ipv6Addr::from(at.value);
    out.value(field, at.raw, Value::Address(shown.into()));
    out.value(&ADDR, at.raw, Value::Address(shown.into()));
    if out.asks(host) || out.asks(&HOST) {
        let text = shown.to_string();
        out.value(host, at.raw, Value::Text(text.as_bytes()));
        out.value(&HOST, at.raw, Value::Text(text.as_bytes()));
    }
}

/// The hardware address inside an address that was formed from one (RFC 4291, appendix A).
fn slaac<'b>(out: &mut Out<'_, 'b>, at: At<'b, [u8; 16]>, field: &'static Field) {
    if let [_, _, _, _, _, _, _, _, a, b, c, 0xff, 0xfe, d, e, f] = at.value {
        let raw = at.raw.get(8..).unwrap_or(at.raw);
        let mac = [a ^ 2, b, c, d, e, f];
        out.value(field, raw, Value::Mac(mac));
        out.value(&SLAAC_MAC, raw, Value::Mac(mac));
    }
}
