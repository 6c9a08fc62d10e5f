//! Describes an ICMPv6 message.

use super::fields::{
    CHECKSUM, CODE, ECHO_IDENT, ECHO_SEQ, ICMPV6, MLD_ADDRESS, MLD_MAX_DELAY, MLDR_ADDRESS, MLDR_AUX, MLDR_COUNT,
    MLDR_RECORD, MLDR_SOURCE, MLDR_SOURCES, MLDR_TYPE, MTU, POINTER, RESERVED, RESP_TO, RESPTIME, TYPE, code_name,
    type_name,
};
use super::neighbor;
use crate::field::Value;
use crate::protocol::{Message, Out, Portion, data, ethertype, icmp};

const UNREACHABLE: u8 = 1;
const TOO_BIG: u8 = 2;
const TIME_EXCEEDED: u8 = 3;
const PARAMETER_PROBLEM: u8 = 4;
const ECHO_REQUEST: u8 = 128;
const ECHO_REPLY: u8 = 129;
const LISTENER_QUERY: u8 = 130;
const LISTENER_DONE: u8 = 132;
const ROUTER_SOLICITATION: u8 = 133;
const REDIRECT: u8 = 137;
const LISTENER_REPORT_V2: u8 = 143;

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    out.column("ICMPv6", format_args!("Internet Control Message Protocol v6"));
    out.group(&ICMPV6, rest.bytes, |out| {
        if packet(message, &mut rest, out).is_none() {
            rest.short(out);
        }
    });
}

fn packet<'b>(message: &Message<'b>, rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
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
    let name = type_name(kind.value.into()).unwrap_or("Unknown");
    out.column("ICMPv6", format_args!("{name}"));
    match kind.value {
        UNREACHABLE..=PARAMETER_PROBLEM => {
            match kind.value {
                TOO_BIG => {
                    let size = rest.u32()?;
                    out.number(&MTU, size.raw, size.value);
                }
                PARAMETER_PROBLEM => {
                    let pointer = rest.u32()?;
                    out.number(&POINTER, pointer.raw, pointer.value);
                }
                UNREACHABLE | TIME_EXCEEDED => out.bytes(&RESERVED, rest.take(4)?),
                _ => {}
            }
            icmp::quote(out, message, ethertype::IPV6, *rest);
            // The quotation has left its own words in the packet list.
            match explained {
                Some(explained) => out.column("ICMPv6", format_args!("{name} ({explained})")),
                None => out.column("ICMPv6", format_args!("{name}")),
            }
        }
        ECHO_REQUEST | ECHO_REPLY => {
            let hops = rest.hops;
            let ident = rest.u16()?;
            out.number(&ECHO_IDENT, ident.raw, ident.value);
            let seq = rest.u16()?;
            out.number(&ECHO_SEQ, seq.raw, seq.value);
            out.column("ICMPv6", format_args!("{name} id=0x{:04x}, seq={}, hop limit={hops}", ident.value, seq.value));
            if let Some(request) = message.context.exchange.filter(|_| kind.value == ECHO_REPLY) {
                out.number(&RESP_TO, &[], request.frame);
                out.value(
                    &RESPTIME,
                    &[],
                    Value::Float(icmp::milliseconds(message.context.frame.time.since(request.time))),
                );
                out.column_more(format_args!(" (request in {})", request.frame));
            }
            data::show(out, message, *rest);
        }
        LISTENER_QUERY..=LISTENER_DONE => {
            let delay = rest.u16()?;
            out.number(&MLD_MAX_DELAY, delay.raw, delay.value);
            out.bytes(&RESERVED, rest.take(2)?);
            let group = rest.array::<16>()?;
            out.value(&MLD_ADDRESS, group.raw, Value::Address(group.value.into()));
        }
        ROUTER_SOLICITATION..=REDIRECT => neighbor::describe(rest, out, kind.value)?,
        LISTENER_REPORT_V2 => listener_report(rest, out)?,
        _ => data::show(out, message, *rest),
    }
    Some(())
}

fn listener_report<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    out.bytes(&RESERVED, rest.take(2)?);
    let count = rest.u16()?;
    out.number(&MLDR_COUNT, count.raw, count.value);
    for _ in 0..count.value {
        // A record: type, length of its auxiliary data in words, number of sources, group, sources.
        let sources = rest.bytes.get(2..4).map_or(0, |n| n.iter().fold(0, |all, byte| all << 8 | usize::from(*byte)));
        let words = rest.bytes.get(1).copied().map_or(0, usize::from);
        let length = sources.saturating_mul(16).saturating_add(words * 4).saturating_add(20);
        let mut record = rest.cut(length);
        rest.take(length)?;
        out.group(&MLDR_RECORD, record.bytes, |out| {
            let kind = record.u8()?;
            out.number(&MLDR_TYPE, kind.raw, kind.value);
            let words = record.u8()?;
            out.number(&MLDR_AUX, words.raw, words.value);
            let count = record.u16()?;
            out.number(&MLDR_SOURCES, count.raw, count.value);
            let group = record.array::<16>()?;
            out.value(&MLDR_ADDRESS, group.raw, Value::Address(group.value.into()));
            for _ in 0..count.value {
                let source = record.array::<16>()?;
                out.value(&MLDR_SOURCE, source.raw, Value::Address(source.value.into()));
            }
            Some(())
        })?;
    }
    Some(())
}
