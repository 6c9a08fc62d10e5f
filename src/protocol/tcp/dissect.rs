//! Describes a TCP header.

use super::analysis::{self, Remarks};
use super::fields::{
    ACK_RAW, CHECKSUM, CHECKSUM_STATUS, COMPLETENESS, DSTPORT, HDR_LEN, LEN, NXTSEQ, PAYLOAD, PORT, SCALEFACTOR, SEQ,
    SEQ_RAW, SRCPORT, STREAM, TCP, TIME_DELTA, TIME_RELATIVE, URGENT_POINTER, WINDOW, WINDOW_VALUE,
};
use super::flags::{self, FIN, Names, SYN};
use super::{fields, options};
use crate::field::Value;
use crate::protocol::checksum;
use crate::protocol::{FlowView, Message, Out, Portion, TcpView};
use crate::wire::At;

/// Bytes of a header without options.
const MIN_HEADER: usize = 20;
/// What stands for a window scale where no SYN was seen.
const UNKNOWN_SCALE: i8 = -1;

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let segment = Portion::of(message);
    let mut rest = segment;
    let length = segment.bytes.get(12).map_or(MIN_HEADER, |byte| usize::from(byte >> 4) * 4);
    out.column("TCP", format_args!("Transmission Control Protocol"));
    out.group(&TCP, segment.head(length.max(MIN_HEADER)), |out| {
        if header(message, &mut rest, out).is_none() {
            rest.short(out);
        }
    });
}

/// What the first pass knows of this segment, if it is of this conversation.
fn followed<'m>(message: &'m Message<'_>, source: u16, destination: u16) -> Option<(&'m FlowView, TcpView)> {
    let flow = message.context.flow?;
    let ports = (flow.client.port(), flow.server.port());
    let same = ports == (source, destination) || ports == (destination, source);
    same.then_some((flow, flow.tcp?))
}

fn header<'b>(message: &Message<'b>, rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let segment = *rest;
    let source = rest.u16()?;
    out.number(&SRCPORT, source.raw, source.value);
    let destination = rest.u16()?;
    out.number(&DSTPORT, destination.raw, destination.value);
    out.number(&PORT, source.raw, source.value);
    out.number(&PORT, destination.raw, destination.value);
    let ports = (source.value, destination.value);
    out.column("TCP", format_args!("{} → {}", ports.0, ports.1));
    let flow = followed(message, ports.0, ports.1);
    if let Some((flow, view)) = flow {
        out.number(&STREAM, &[], flow.stream);
        out.number(&COMPLETENESS, &[], view.progress);
    }
    let seq = rest.u32()?;
    let Some(ack) = rest.u32() else {
        // ICMP may quote no more than this.
        out.number(&SEQ_RAW, seq.raw, seq.value);
        return None;
    };
    let offset = rest.u16()?;
    let (header_length, bits) = (usize::from(offset.value >> 12) * 4, offset.value & 0x0fff);
    let relative = flow.map_or(seq.value, |(_, view)| view.seq);
    if header_length < MIN_HEADER {
        out.number(&SEQ, seq.raw, relative);
        out.number(&SEQ_RAW, seq.raw, seq.value);
        out.number(&HDR_LEN, offset.raw.get(..1).unwrap_or(&[]), header_length as u64);
        out.malformed(offset.raw, "header shorter than 20 bytes");
        return Some(());
    }
    let length = segment.wire.saturating_sub(header_length);
    let complete = segment.wire >= header_length;
    if complete {
        out.number(&LEN, &[], length as u64);
    } else if !segment.quoted {
        out.malformed(offset.raw, "segment shorter than its header");
    }
    out.number(&SEQ, seq.raw, relative);
    out.number(&SEQ_RAW, seq.raw, seq.value);
    let ends = u32::from(bits & SYN != 0) + u32::from(bits & FIN != 0);
    let next = relative.wrapping_add(u32::try_from(length).unwrap_or(u32::MAX)).wrapping_add(ends);
    if complete {
        out.number(&NXTSEQ, &[], next);
    }
    // Without the flag the number means nothing and is shown as it is.
    let acknowledges = bits & flags::ACK != 0;
    let acknowledged = flow.filter(|_| acknowledges).map_or(ack.value, |(_, view)| view.ack);
    out.number(&fields::ACK, ack.raw, acknowledged);
    out.number(&ACK_RAW, ack.raw, ack.value);
    out.number(&HDR_LEN, offset.raw.get(..1).unwrap_or(&[]), header_length as u64);
    flags::describe(out, offset.raw, bits, ports, flow.map(|(_, view)| view.noticed));
    let view = flow.map(|(_, view)| view);
    let window = window(rest, out, bits, view)?;
    let sum = rest.u16()?;
    out.number(&CHECKSUM, sum.raw, sum.value);
    out.number(&CHECKSUM_STATUS, sum.raw, checksum::UNVERIFIED);
    let urgent = rest.u16()?;
    out.number(&URGENT_POINTER, urgent.raw, urgent.value);
    let summary = Summary { ports, bits, seq: relative, ack: acknowledged, window, urgent: urgent.value, length };
    summary.write(out, view);
    let options_length = header_length.saturating_sub(MIN_HEADER);
    if options_length > 0 {
        options::describe(out, rest.cut(options_length), ack.value.wrapping_sub(acknowledged));
    }
    // Cut-off options take nothing from what the first pass knows.
    let whole = rest.take(options_length);
    if let Some((flow, view)) = flow {
        let now = message.context.frame.time;
        out.value(&TIME_RELATIVE, &[], Value::Duration(now.since(flow.first)));
        out.value(&TIME_DELTA, &[], Value::Duration(flow.previous.map_or(0, |previous| now.since(previous))));
        analysis::describe(out, view);
    }
    whole?;
    if !rest.bytes.is_empty() {
        out.bytes(&PAYLOAD, rest.bytes);
    }
    Some(())
}

/// The window as sent and as meant; the window of a SYN is never scaled (RFC 7323 §2.2).
fn window<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, bits: u16, view: Option<TcpView>) -> Option<u32> {
    let At { raw, value } = rest.u16()?;
    out.number(&WINDOW_VALUE, raw, value);
    let meant = view.map_or(u32::from(value), |view| view.window);
    out.number(&WINDOW, raw, meant);
    if bits & SYN == 0 {
        let factor = match view.map_or(UNKNOWN_SCALE, |view| view.scale) {
            shift @ 0.. => 1_i64 << shift.min(14),
            missing => i64::from(missing),
        };
        out.value(&SCALEFACTOR, raw, Value::Signed(factor));
    }
    Some(meant)
}

/// What the packet list and the protocol's own line say.
struct Summary {
    ports: (u16, u16),
    bits: u16,
    seq: u32,
    ack: u32,
    window: u32,
    urgent: u16,
    length: usize,
}

impl Summary {
    fn write(&self, out: &mut Out<'_, '_>, view: Option<TcpView>) {
        let Self { ports: (source, destination), bits, seq, ack, window, urgent, length } = *self;
        let title =
            format_args!("Transmission Control Protocol, Src Port: {source}, Dst Port: {destination}, Seq: {seq}");
        if bits & flags::ACK != 0 {
            out.label(format_args!("{title}, Ack: {ack}, Len: {length}"));
        } else {
            out.label(format_args!("{title}, Len: {length}"));
        }
        let remark = Remarks(view.map(|view| view.noticed).unwrap_or_default());
        if remark.any() {
            out.column("TCP", format_args!("{remark}"));
            out.fence();
        }
        out.column("TCP", format_args!("{source} → {destination} [{}] Seq={seq}", Names(bits)));
        if bits & flags::ACK != 0 {
            out.column_more(format_args!(" Ack={ack}"));
        }
        out.column_more(format_args!(" Win={window}"));
        if bits & flags::URG != 0 {
            out.column_more(format_args!(" Urg={urgent}"));
        }
        out.column_more(format_args!(" Len={length}"));
    }
}
