//! Describes a UDP header.

use super::fields::{
    CHECKSUM, CHECKSUM_STATUS, DSTPORT, LENGTH, PAYLOAD, PORT, SRCPORT, STREAM, TIME_DELTA, TIME_RELATIVE, UDP,
};
use crate::field::Value;
use crate::protocol::checksum;
use crate::protocol::{Claim, FlowView, Message, Out, Portion, data, registry};

/// Bytes of the header.
const HEADER: usize = 8;
/// Ports of tunnels: VXLAN (RFC 7348, and the number Linux had before it), Geneve (RFC 8926).
const TUNNELS: [u16; 3] = [4789, 8472, 6081];

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let datagram = Portion::of(message);
    let mut rest = datagram;
    out.column("UDP", format_args!("User Datagram Protocol"));
    let ports = out.group(&UDP, datagram.head(HEADER), |out| {
        let ports = header(message, &mut rest, out);
        // A length that cannot be was marked where it stands.
        if ports.is_none() && rest.bytes.len() < 2 {
            rest.short(out);
        }
        ports
    });
    let Some((source, destination)) = ports else { return };
    // The lower port is more likely the one of a service.
    let ports = [source.min(destination), source.max(destination)];
    let claimed = |port: &u16| registry::find_for(Claim::UdpPort(*port), rest.bytes);
    if let Some(tunnel) = ports.iter().filter(|port| TUNNELS.contains(port)).find_map(claimed) {
        out.give(tunnel, &rest.message(message));
    } else if rest.quoted {
        // A quotation has no conversation that would describe its content.
        match ports.iter().find_map(claimed) {
            Some(protocol) if !rest.bytes.is_empty() => out.give(protocol, &message.with(rest.bytes)),
            _ => data::show(out, message, rest),
        }
    }
}

/// What the first pass knows of this datagram's conversation.
fn followed<'m>(message: &'m Message<'_>, source: u16, destination: u16) -> Option<&'m FlowView> {
    let flow = message.context.flow?;
    let ports = (flow.client.port(), flow.server.port());
    let same = ports == (source, destination) || ports == (destination, source);
    (same && flow.tcp.is_none()).then_some(flow)
}

/// Walks the header and leaves the payload in `rest`; returns the ports.
fn header<'b>(message: &Message<'b>, rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<(u16, u16)> {
    let whole = *rest;
    let source = rest.u16()?;
    out.number(&SRCPORT, source.raw, source.value);
    let destination = rest.u16()?;
    out.number(&DSTPORT, destination.raw, destination.value);
    out.number(&PORT, source.raw, source.value);
    out.number(&PORT, destination.raw, destination.value);
    let (from, to) = (source.value, destination.value);
    out.label(format_args!("User Datagram Protocol, Src Port: {from}, Dst Port: {to}"));
    out.column("UDP", format_args!("{from} → {to}"));
    let length = rest.u16()?;
    out.number(&LENGTH, length.raw, length.value);
    // Zero: a jumbogram (RFC 2675 §4).
    let announced = if length.value == 0 { whole.wire } else { usize::from(length.value) };
    if announced < HEADER {
        out.malformed(length.raw, "length shorter than the header");
        out.column("UDP", format_args!("{from} → {to} [BAD UDP LENGTH {announced} < 8]"));
        *rest = rest.cut(0);
        return Some((from, to));
    }
    let cargo = announced.saturating_sub(HEADER);
    if announced > whole.wire && !whole.quoted {
        out.malformed(length.raw, "length exceeds the packet");
        out.column("UDP", format_args!("{from} → {to} [BAD UDP LENGTH {announced} > IP PAYLOAD LENGTH] Len={cargo}"));
    } else {
        out.column("UDP", format_args!("{from} → {to} Len={cargo}"));
    }
    let sum = rest.u16()?;
    out.number(&CHECKSUM, sum.raw, sum.value);
    let status = if sum.value == 0 { checksum::NOT_PRESENT } else { checksum::UNVERIFIED };
    out.number(&CHECKSUM_STATUS, sum.raw, status);
    if let Some(flow) = followed(message, from, to) {
        let now = message.context.frame.time;
        out.number(&STREAM, &[], flow.stream);
        out.value(&TIME_RELATIVE, &[], Value::Duration(now.since(flow.first)));
        out.value(&TIME_DELTA, &[], Value::Duration(flow.previous.map_or(0, |previous| now.since(previous))));
    }
    *rest = rest.cut(cargo);
    if !rest.bytes.is_empty() {
        out.bytes(&PAYLOAD, rest.bytes);
    }
    Some((from, to))
}
