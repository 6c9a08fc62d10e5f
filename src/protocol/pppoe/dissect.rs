//! Describes PPPoE.

use super::fields::discovery::{AC_COOKIE, AC_NAME, HOST_UNIQ, PPPOED, SERVICE_NAME, TAGS, UNKNOWN};
use super::fields::{CODE, LENGTH, PPPOES, SESSION, TYPE, VERSION, code_name};
use crate::protocol::{Message, Out, Portion, data, ppp};

/// Tag types (RFC 2516, appendix A).
const END_OF_LIST: u16 = 0x0000;
const TAG_SERVICE_NAME: u16 = 0x0101;
const TAG_AC_NAME: u16 = 0x0102;
const TAG_HOST_UNIQ: u16 = 0x0103;
const TAG_AC_COOKIE: u16 = 0x0104;

struct Head {
    code: u8,
    length: usize,
}

pub(super) fn session<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let head = out.group(&PPPOES, rest.head(6), |out| {
        let head = header(&mut rest, out);
        if head.is_none() {
            rest.short(out);
        }
        head
    });
    let Some(head) = head else { return };
    out.column("PPPoES", format_args!("{}", code_name(head.code.into()).unwrap_or("Unknown")));
    let payload = rest.cut(head.length);
    if head.code == 0 {
        out.give(&ppp::PROTOCOL, &payload.message(message));
    } else {
        data::show(out, message, payload);
    }
}

pub(super) fn discovery<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let mut rest = Portion::of(message);
    let whole = rest;
    let length = usize::from(u16::from_be_bytes([
        whole.bytes.get(4).copied().unwrap_or(0),
        whole.bytes.get(5).copied().unwrap_or(0),
    ]));
    out.group(&PPPOED, whole.head(length.saturating_add(6)), |out| {
        let Some(head) = header(&mut rest, out) else {
            rest.short(out);
            return;
        };
        out.column("PPPoED", format_args!("{}", code_name(head.code.into()).unwrap_or("Unknown")));
        let mut tags = rest.cut(head.length);
        if !tags.bytes.is_empty() {
            out.group(&TAGS, tags.bytes, |out| {
                while !tags.bytes.is_empty() {
                    match tag(&mut tags, out) {
                        Some(END_OF_LIST) => break,
                        Some(_) => {}
                        None => {
                            tags.short(out);
                            break;
                        }
                    }
                }
            });
        }
    });
}

fn header<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<Head> {
    let first = rest.u8()?;
    out.number(&VERSION, first.raw, first.value >> 4);
    out.number(&TYPE, first.raw, first.value & 0x0f);
    let code = rest.u8()?;
    out.number(&CODE, code.raw, code.value);
    let session = rest.u16()?;
    out.number(&SESSION, session.raw, session.value);
    let length = rest.u16()?;
    out.number(&LENGTH, length.raw, length.value);
    Some(Head { code: code.value, length: length.value.into() })
}

fn tag<'b>(tags: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<u16> {
    let kind = tags.u16()?.value;
    let length = tags.u16()?.value;
    let value = tags.take(length.into())?;
    if !value.is_empty() {
        match kind {
            TAG_SERVICE_NAME => out.text(&SERVICE_NAME, value),
            TAG_AC_NAME => out.text(&AC_NAME, value),
            TAG_HOST_UNIQ => out.bytes(&HOST_UNIQ, value),
            TAG_AC_COOKIE => out.bytes(&AC_COOKIE, value),
            _ => out.bytes(&UNKNOWN, value),
        }
    }
    Some(kind)
}
