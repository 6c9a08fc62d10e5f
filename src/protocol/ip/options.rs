//! IPv4 options (RFC 791 §3.1, RFC 2113): a type, and for all but two a length and a value.

use super::fields::{
    OPT_CLASS, OPT_COPY, OPT_EOL, OPT_LEN, OPT_NOP, OPT_NUMBER, OPT_PTR, OPT_RA, OPT_RECORD_ROUTE, OPT_ROUTE,
    OPT_ROUTER_ALERT, OPT_SOURCE_ROUTE, OPT_TIMESTAMP, OPT_TYPE,
};
use crate::field::{Field, Value};
use crate::protocol::{Out, Portion};

const EOL: u8 = 0;
const NOP: u8 = 1;
const RECORD_ROUTE: u8 = 7;
const TIMESTAMP: u8 = 68;
const LOOSE_ROUTE: u8 = 131;
const STRICT_ROUTE: u8 = 137;
const ROUTER_ALERT: u8 = 148;

/// Describes all options.
pub(super) fn describe<'b>(out: &mut Out<'_, 'b>, mut rest: Portion<'b>) {
    while !rest.bytes.is_empty() {
        if option(&mut rest, out).is_none() {
            rest.short(out);
            return;
        }
    }
}

fn option<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let whole = *rest;
    let kind = whole.bytes.first().copied()?;
    let length = match kind {
        EOL | NOP => 1,
        _ => whole.bytes.get(1).copied().map(usize::from).filter(|length| *length >= 2)?,
    };
    let mut option = whole.cut(length);
    let raw = rest.take(length)?;
    let field: &'static Field = match kind {
        EOL => &OPT_EOL,
        NOP => &OPT_NOP,
        RECORD_ROUTE => &OPT_RECORD_ROUTE,
        LOOSE_ROUTE => &OPT_ROUTE,
        STRICT_ROUTE => &OPT_SOURCE_ROUTE,
        TIMESTAMP => &OPT_TIMESTAMP,
        ROUTER_ALERT => &OPT_ROUTER_ALERT,
        _ => return type_field(&mut option, out),
    };
    out.node(field, raw, Value::Bytes(raw), |out| {
        type_field(&mut option, out)?;
        if length > 1 {
            let length = option.u8()?;
            out.number(&OPT_LEN, length.raw, length.value);
        }
        match kind {
            RECORD_ROUTE | LOOSE_ROUTE | STRICT_ROUTE | TIMESTAMP => {
                let pointer = option.u8()?;
                out.number(&OPT_PTR, pointer.raw, pointer.value);
            }
            ROUTER_ALERT => {
                let value = option.u16()?;
                out.number(&OPT_RA, value.raw, value.value);
            }
            _ => {}
        }
        Some(())
    })
}

fn type_field<'b>(option: &mut Portion<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let kind = option.u8()?;
    out.node(&OPT_TYPE, kind.raw, Value::Number(kind.value.into()), |out| {
        out.flag(&OPT_COPY, kind.raw, kind.value & 0x80 != 0);
        out.number(&OPT_CLASS, kind.raw, kind.value >> 5 & 3);
        out.number(&OPT_NUMBER, kind.raw, kind.value & 0x1f);
    });
    Some(())
}
