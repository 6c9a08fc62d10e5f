//! Describes an ICMP message.

use super::fields::{
    ADDRESS_MASK, CHECKSUM, CHECKSUM_STATUS, CODE, DATA_TIME, DATA_TIME_REL, ICMP, IDENT, IDENT_LE, LENGTH, MTU,
    ORIGINATE, POINTER, RECEIVE, REDIR_GW, RESP_TO, RESPTIME, SEQ, SEQ_LE, TRANSMIT, TYPE, UNUSED, code_name,
    type_name,
};
use super::quote;
use crate::field::Value;
use crate::protocol::checksum;
use crate::protocol::{Message, Out, Portion, data, ethertype};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;

const ECHO_REPLY: u8 = 0;
const UNREACHABLE: u8 = 3;
const SOURCE_QUENCH: u8 = 4;
const REDIRECT: u8 = 5;
const ECHO_REQUEST: u8 = 8;
const TIME_EXCEEDED: u8 = 11;
const PARAMETER_PROBLEM: u8 = 12;
const TIMESTAMP_REQUEST: u8 = 13;
const TIMESTAMP_REPLY: u8 = 14;
const ADDRESS_MASK_REQUEST: u8 = 17;
const ADDRESS_MASK_REPLY: u8 = 18;
/// The code of [`UNREACHABLE`] that names the size the next hop can take.
const FRAGMENTATION_NEEDED: u8 = 4;
/// How far a time in the data may lie from the frame's to be taken for one.
const PLAUSIBLE: i64 = 86_400 * NANOS;

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    out.column("ICMP", format_args!("Internet Control Message Protocol"));
    out.group(&ICMP, rest.bytes, |out| {
        if packet(message, &mut rest, out).is_none() {
            rest.short(out);
        }
    });
}

fn packet<'b>(message: &Message<'b>, rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let whole = *rest;
    let kind = rest.u8()?;
    out.number(&TYPE, kind.raw, kind.value);
    let code = rest.u8()?;
    let explained = code_name(kind.value, code.value);
    out.node(&CODE, code.raw, Value::Number(code.value.into()), |out| {
        if let Some(name) = explained {
            out.label(format_args!("Code: {} ({name})", code.value));
        }
    });
    let sum = rest.u16()?;
    out.number(&CHECKSUM, sum.raw, sum.value);
    if whole.cut_off() || whole.quoted {
        out.number(&CHECKSUM_STATUS, sum.raw, checksum::UNVERIFIED);
    } else {
        out.number(&CHECKSUM_STATUS, sum.raw, checksum::status(whole.bytes));
    }
    let name = type_name(kind.value.into()).unwrap_or("Unknown");
    out.column("ICMP", format_args!("{name}"));
    match kind.value {
        ECHO_REQUEST | ECHO_REPLY => return echo(message, rest, out, kind.value == ECHO_REPLY),
        UNREACHABLE | TIME_EXCEEDED | PARAMETER_PROBLEM | SOURCE_QUENCH | REDIRECT => {
            let quoted = error(rest, out, kind.value, code.value)?;
            quote(out, message, ethertype::IPV4, quoted);
            // The quotation has left its own words in the packet list.
            match explained {
                Some(explained) => out.column("ICMP", format_args!("{name:<20} ({explained})")),
                None => out.column("ICMP", format_args!("{name}")),
            }
        }
        TIMESTAMP_REQUEST | TIMESTAMP_REPLY => {
            let (ident, seq) = identity(rest, out)?;
            out.column(
                "ICMP",
                format_args!("{name:<20} id=0x{ident:04x}, seq={seq}/{}, ttl={}", seq.swap_bytes(), whole.hops),
            );
            for field in [&ORIGINATE, &RECEIVE, &TRANSMIT] {
                let time = rest.u32()?;
                out.number(field, time.raw, time.value);
            }
        }
        ADDRESS_MASK_REQUEST | ADDRESS_MASK_REPLY => {
            let (ident, seq) = identity(rest, out)?;
            out.column(
                "ICMP",
                format_args!("{name:<20} id=0x{ident:04x}, seq={seq}/{}, ttl={}", seq.swap_bytes(), whole.hops),
            );
            let mask = rest.array::<4>()?;
            out.value(&ADDRESS_MASK, mask.raw, Value::Address(mask.value.into()));
        }
        _ => data::show(out, message, *rest),
    }
    Some(())
}

/// Identifier and sequence number. Nobody says their byte order, so both are shown.
fn identity<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<(u16, u16)> {
    let ident = rest.u16()?;
    out.number(&IDENT, ident.raw, ident.value);
    out.number(&IDENT_LE, ident.raw, ident.value.swap_bytes());
    let seq = rest.u16()?;
    out.number(&SEQ, seq.raw, seq.value);
    out.number(&SEQ_LE, seq.raw, seq.value.swap_bytes());
    Some((ident.value, seq.value))
}

fn echo<'b>(message: &Message<'b>, rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, reply: bool) -> Option<()> {
    let hops = rest.hops;
    let (ident, seq) = identity(rest, out)?;
    let name = if reply { "Echo (ping) reply" } else { "Echo (ping) request" };
    out.column("ICMP", format_args!("{name:<20} id=0x{ident:04x}, seq={seq}/{}, ttl={hops}", seq.swap_bytes()));
    let now = message.context.frame.time;
    if let Some(request) = message.context.exchange.filter(|_| reply) {
        out.number(&RESP_TO, &[], request.frame);
        out.value(&RESPTIME, &[], Value::Float(milliseconds(now.since(request.time))));
        out.column_more(format_args!(" (request in {})", request.frame));
    }
    if let Some(time) = guess_time(rest.bytes, now) {
        let raw = rest.take(8)?;
        out.value(&DATA_TIME, raw, Value::Time(time));
        out.value(&DATA_TIME_REL, raw, Value::Duration(now.since(time)));
    }
    data::show(out, message, *rest);
    Some(())
}

/// Nanoseconds as Wireshark counts round trips. Exact up to a microsecond for any time a person waits.
pub(in crate::protocol) fn milliseconds(nanos: i64) -> f64 {
    i32::try_from(nanos / 1000).map_or(f64::from(i32::MAX), f64::from) / 1e3
}

/// The time some senders of echo requests put first into the data: seconds and microseconds, in their own byte order. It
/// is believed if it lies within a day of the frame's time.
fn guess_time(data: &[u8], now: Timestamp) -> Option<Timestamp> {
    let (&seconds, rest) = data.split_first_chunk::<4>()?;
    let &micros = rest.first_chunk::<4>()?;
    let moment = |seconds: u32, micros: u32| {
        let time = Timestamp::new(i64::from(seconds), i64::from(micros).saturating_mul(1000));
        let apart = now.since(time).saturating_abs();
        (micros < 1_000_000 && apart <= PLAUSIBLE).then_some((apart, time))
    };
    let big = moment(u32::from_be_bytes(seconds), u32::from_be_bytes(micros));
    let little = moment(u32::from_le_bytes(seconds), u32::from_le_bytes(micros));
    [big, little].into_iter().flatten().min_by_key(|(apart, _)| *apart).map(|(_, time)| time)
}

/// The four bytes between checksum and quotation; returns what is quoted.
fn error<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, kind: u8, code: u8) -> Option<Portion<'b>> {
    if kind == REDIRECT {
        let gateway = rest.array::<4>()?;
        out.value(&REDIR_GW, gateway.raw, Value::Address(gateway.value.into()));
        return Some(*rest);
    }
    let between = rest.array::<4>()?;
    let [first, length, high, low] = between.value;
    let part = |from: usize, to: usize| between.raw.get(from..to).unwrap_or(&[]);
    if kind == PARAMETER_PROBLEM {
        out.number(&POINTER, part(0, 1), first);
    } else if length > 0 || (kind, code) == (UNREACHABLE, FRAGMENTATION_NEEDED) {
        out.bytes(&UNUSED, part(0, 1));
    } else {
        out.bytes(&UNUSED, between.raw);
    }
    // RFC 4884 §4: a length in words of four bytes; structured data may follow what is quoted.
    if length > 0 {
        out.number(&LENGTH, part(1, 2), length);
    }
    if (kind, code) == (UNREACHABLE, FRAGMENTATION_NEEDED) {
        out.number(&MTU, part(2, 4), u16::from_be_bytes([high, low]));
    }
    Some(if length > 0 { rest.cut(usize::from(length) * 4) } else { *rest })
}
