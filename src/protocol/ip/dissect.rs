//! Describes an IPv4 packet, and hands over what it carries: its payload, or the datagram that it completes.

use super::fields::{
    ADDR, CHECKSUM, CHECKSUM_STATUS, DSCP, DSFIELD, DST, DST_HOST, ECN, FLAGS, FLAGS_DF, FLAGS_MF, FLAGS_RB,
    FRAG_OFFSET, FRAGMENT_COUNT, HDR_LEN, HOST, ID, IP, LEN, PROTO, REASSEMBLED_LEN, SRC, SRC_HOST, TTL, VERSION,
};
use super::{hand_over, options};
use crate::field::{Field, Mark, Value};
use crate::protocol::{Context, Message, Out, Portion, data, ethertype};
use crate::protocol::{checksum, numbers};
use crate::wire::At;
use std::net::Ipv4Addr;

/// Bytes of a header without options.
const MIN_HEADER: usize = 20;

/// How far a header could be read that did not just end.
enum Read {
    /// To its end.
    Whole(Header),
    /// To what cannot be; that was marked.
    Bogus,
}

/// What the payload's description needs to know.
struct Header {
    id: u16,
    more: bool,
    /// In bytes.
    offset: u32,
    protocol: u8,
    /// All of the payload was captured.
    whole: bool,
}

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let packet = Portion::of(message);
    let mut rest = packet;
    out.column("IPv4", format_args!("Internet Protocol Version 4"));
    if let Some(first @ 0x60..=0x6f) = packet.bytes.first() {
        // An IPv6 packet under IPv4's number is still an IPv6 packet.
        out.group(&IP, &[], |out| out.number(&VERSION, packet.head(1), first >> 4));
        return ethertype::give(out, message, ethertype::IPV6, packet);
    }
    let header_length = packet.bytes.first().map_or(MIN_HEADER, |first| usize::from(first & 0x0f) * 4);
    // This header completes a datagram if the first pass says so of its place in the frame.
    let datagram = message.context.datagram.filter(|whole| whole.header == out.at(packet.bytes).start);
    let read = out.group(&IP, packet.head(header_length.max(MIN_HEADER)), |out| {
        let read = header(&mut rest, out);
        if read.is_none() {
            rest.short(out);
            if rest.cut_off() {
                out.column("IPv4", format_args!("[Packet size limited during capture]"));
            }
        }
        if let (Some(Read::Whole(_)), Some(whole)) = (&read, &datagram) {
            out.number(&FRAGMENT_COUNT, &[], whole.fragments);
            out.number(&REASSEMBLED_LEN, &[], whole.bytes.len() as u64);
        }
        read
    });
    let Some(Read::Whole(header)) = read else { return };
    let Header { id, more, offset, protocol, whole } = header;
    if let Some(datagram) = datagram {
        let context = Context { datagram: None, ..*message.context };
        let payload = Portion { bytes: datagram.bytes, wire: datagram.bytes.len(), ..rest };
        let message = Message { context: &context, ..*message };
        out.derived("Reassembled IPv4", datagram.bytes, |out| cargo(out, &message, protocol, payload));
        return;
    }
    // A first fragment that the capture cut short cannot be put together with the others: what there is of it is described.
    if offset > 0 || more && whole {
        let name = numbers::name(protocol.into()).unwrap_or("Unknown");
        out.column("IPv4", format_args!("Fragmented IP protocol (proto={name} {protocol}, off={offset}, ID={id:04x})"));
        data::show(out, message, rest);
        return;
    }
    cargo(out, message, protocol, rest);
}

fn cargo<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, protocol: u8, payload: Portion<'b>) {
    let name = numbers::name(protocol.into()).unwrap_or("Unknown");
    out.column("IPv4", format_args!("{name} ({protocol})"));
    if payload.cut_off() && !payload.quoted {
        out.mark(Mark::Truncated, payload.bytes);
    }
    hand_over(out, message, protocol, payload);
}

/// Walks the header and leaves the payload in `rest`.
fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<Read> {
    let packet = *rest;
    let first = rest.u8()?;
    let (version, header_length) = (first.value >> 4, usize::from(first.value & 0x0f) * 4);
    out.number(&VERSION, first.raw, version);
    if version != 4 {
        out.malformed(first.raw, "not version 4");
        out.column("IPv4", format_args!("Bogus IPv4 version ({version}, must be 4)"));
        return Some(Read::Bogus);
    }
    out.number(&HDR_LEN, first.raw, header_length as u64);
    if header_length < MIN_HEADER {
        out.malformed(first.raw, "header shorter than 20 bytes");
        out.column("IPv4", format_args!("Bogus IP header length ({header_length}, must be at least 20)"));
        return Some(Read::Bogus);
    }
    let services = rest.u8()?;
    out.node(&DSFIELD, services.raw, Value::Number(services.value.into()), |out| {
        out.number(&DSCP, services.raw, services.value >> 2);
        out.number(&ECN, services.raw, services.value & 3);
    });
    let length = rest.u16()?;
    out.number(&LEN, length.raw, length.value);
    // Zero stands for "too long to say": the network card cuts such a packet into segments.
    let total = if length.value == 0 { packet.wire } else { usize::from(length.value) };
    if total < header_length {
        out.malformed(length.raw, "total length shorter than the header");
        out.column("IPv4", format_args!("Bogus IP length ({total}, less than header length {header_length})"));
        return Some(Read::Bogus);
    }
    if total > packet.wire && !packet.quoted {
        out.malformed(length.raw, "total length exceeds the packet");
    }
    let id = rest.u16()?;
    out.number(&ID, id.raw, id.value);
    let (more, offset) = fragment(rest, out)?;
    let ttl = rest.u8()?;
    out.number(&TTL, ttl.raw, ttl.value);
    let protocol = rest.u8()?;
    out.number(&PROTO, protocol.raw, protocol.value);
    let sum = rest.u16()?;
    out.number(&CHECKSUM, sum.raw, sum.value);
    out.number(&CHECKSUM_STATUS, sum.raw, checksum::UNVERIFIED);
    let source = rest.array::<4>()?;
    address(out, source, &SRC, &SRC_HOST);
    let destination = rest.array::<4>()?;
    address(out, destination, &DST, &DST_HOST);
    out.label(format_args!(
        "Internet Protocol Version 4, Src: {}, Dst: {}",
        Ipv4Addr::from(source.value),
        Ipv4Addr::from(destination.value)
    ));
    let options_length = header_length.saturating_sub(MIN_HEADER);
    options::describe(out, rest.cut(options_length));
    rest.take(options_length)?;
    let payload = total.saturating_sub(header_length);
    *rest = Portion { hops: ttl.value, ..rest.cut(payload) };
    Some(Read::Whole(Header {
        id: id.value,
        more,
        offset,
        protocol: protocol.value,
        whole: rest.bytes.len() == payload,
    }))
}

/// Flags and fragment offset: three bits and thirteen, the offset in units of eight bytes.
fn fragment<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<(bool, u32)> {
    let At { raw, value } = rest.u16()?;
    let bits = raw.get(..1).unwrap_or(raw);
    let (reserved, keep, more) = (value & 0x8000 != 0, value & 0x4000 != 0, value & 0x2000 != 0);
    out.node(&FLAGS, bits, Value::Number(u64::from(value >> 13)), |out| {
        out.flag(&FLAGS_RB, bits, reserved);
        out.flag(&FLAGS_DF, bits, keep);
        out.flag(&FLAGS_MF, bits, more);
    });
    let units = value & 0x1fff;
    out.number(&FRAG_OFFSET, raw, units);
    Some((more, u32::from(units) * 8))
}

fn address<'b>(out: &mut Out<'_, 'b>, at: At<'b, [u8; 4]>, field: &'static Field, host: &'static Field) {
    let shown = Ipv4Addr::from(at.value);
    out.value(field, at.raw, Value::Address(shown.into()));
    out.value(&ADDR, at.raw, Value::Address(shown.into()));
    if out.asks(host) || out.asks(&HOST) {
        let text = shown.to_string();
        out.value(host, at.raw, Value::Text(text.as_bytes()));
        out.value(&HOST, at.raw, Value::Text(text.as_bytes()));
    }
}
