//! TCP options: a kind, and for all but two a length and a value (RFC 9293 §3.1).

use super::fields::{
    OPT_EOL, OPT_MD5, OPT_MD5_DIGEST, OPT_MSS, OPT_MSS_VAL, OPT_NOP, OPT_SACK, OPT_SACK_COUNT, OPT_SACK_LE,
    OPT_SACK_PERM, OPT_SACK_RE, OPT_TFO, OPT_TFO_COOKIE, OPT_TIMESTAMP, OPT_TSECR, OPT_TSVAL, OPT_UNKNOWN,
    OPT_UNKNOWN_DATA, OPT_USER_TO, OPT_USER_TO_UNIT, OPT_USER_TO_VAL, OPT_WSCALE, OPT_WSCALE_MULT, OPT_WSCALE_SHIFT,
    OPTION_KIND, OPTION_LEN, OPTIONS,
};
use crate::field::{Field, Value};
use crate::protocol::{Out, Portion};
use crate::wire::At;

const EOL: u8 = 0;
const NOP: u8 = 1;
const MSS: u8 = 2;
const WINDOW_SCALE: u8 = 3;
const SACK_PERMITTED: u8 = 4;
const SACK: u8 = 5;
const TIMESTAMPS: u8 = 8;
const MD5: u8 = 19;
const USER_TIMEOUT: u8 = 28;
const MPTCP: u8 = 30;
const FAST_OPEN: u8 = 34;

/// Names of option kinds.
pub(super) fn kind_name(kind: u64) -> Option<&'static str> {
    Some(match u8::try_from(kind).ok()? {
        EOL => "End of Option List",
        NOP => "No-Operation",
        MSS => "Maximum Segment Size",
        WINDOW_SCALE => "Window Scale",
        SACK_PERMITTED => "SACK Permitted",
        SACK => "SACK",
        TIMESTAMPS => "Time Stamp Option",
        MD5 => "MD5 Signature Option",
        USER_TIMEOUT => "User Timeout Option",
        MPTCP => "Multipath TCP",
        FAST_OPEN => "TCP Fast Open Cookie",
        _ => return None,
    })
}

/// Describes all options. `base` is the first sequence number of the other direction, which acknowledged ranges count from.
pub(super) fn describe<'b>(out: &mut Out<'_, 'b>, options: Portion<'b>, base: u32) {
    let mut rest = options;
    out.node(&OPTIONS, options.bytes, Value::Bytes(options.bytes), |out| {
        out.label(format_args!("Options: ({} bytes)", options.wire));
        while !rest.bytes.is_empty() {
            // What follows the end of the list is padding: ends of lists, as a rule.
            if option(&mut rest, out, base).is_none() {
                rest.short(out);
                return;
            }
        }
    });
}

fn option<'b>(rest: &mut Portion<'b>, out: &mut Out<'_, 'b>, base: u32) -> Option<()> {
    let whole = *rest;
    let kind = rest.u8()?;
    let length = if matches!(kind.value, EOL | NOP) { None } else { Some(rest.u8()?) };
    let size = match length {
        Some(length) => usize::from(length.value).checked_sub(2)?,
        None => 0,
    };
    if size > rest.wire {
        return None;
    }
    let mut value = rest.cut(size);
    // An option that the capture cuts off is shown as far as it goes.
    let complete = rest.take(size).is_some();
    let raw = whole.head(size.saturating_add(if length.is_some() { 2 } else { 1 }));
    out.node(field(kind.value), raw, Value::Bytes(raw), |out| {
        out.number(&OPTION_KIND, kind.raw, kind.value);
        if let Some(length) = length {
            out.number(&OPTION_LEN, length.raw, length.value);
        }
        if complete || kind.value == TIMESTAMPS {
            body(out, kind.value, &mut value, base);
        }
    });
    complete.then_some(())
}

const fn field(kind: u8) -> &'static Field {
    match kind {
        EOL => &OPT_EOL,
        NOP => &OPT_NOP,
        MSS => &OPT_MSS,
        WINDOW_SCALE => &OPT_WSCALE,
        SACK_PERMITTED => &OPT_SACK_PERM,
        SACK => &OPT_SACK,
        TIMESTAMPS => &OPT_TIMESTAMP,
        MD5 => &OPT_MD5,
        USER_TIMEOUT => &OPT_USER_TO,
        FAST_OPEN => &OPT_TFO,
        _ => &OPT_UNKNOWN,
    }
}

/// Describes an option's value; one that is too short for its kind just has less to show.
fn body<'b>(out: &mut Out<'_, 'b>, kind: u8, value: &mut Portion<'b>, base: u32) -> Option<()> {
    match kind {
        EOL | NOP => {}
        MPTCP => out.label(format_args!("TCP Option - Multipath TCP")),
        MSS => {
            let At { raw, value } = value.u16()?;
            out.label(format_args!("TCP Option - Maximum segment size: {value} bytes"));
            out.number(&OPT_MSS_VAL, raw, value);
            out.column_more(format_args!(" MSS={value}"));
        }
        WINDOW_SCALE => {
            let At { raw, value } = value.u8()?;
            // RFC 7323 §2.3: a larger count is used as 14.
            let factor = 1_u32 << value.min(14);
            out.label(format_args!("TCP Option - Window scale: {value} (multiply by {factor})"));
            out.number(&OPT_WSCALE_SHIFT, raw, value);
            out.number(&OPT_WSCALE_MULT, raw, factor);
            out.column_more(format_args!(" WS={factor}"));
        }
        SACK_PERMITTED => out.column_more(format_args!(" SACK_PERM")),
        SACK => {
            let mut count: u64 = 0;
            while !value.bytes.is_empty() {
                let left = value.u32()?;
                let right = value.u32()?;
                let (from, to) = (left.value.wrapping_sub(base), right.value.wrapping_sub(base));
                out.number(&OPT_SACK_LE, left.raw, from);
                out.number(&OPT_SACK_RE, right.raw, to);
                out.column_more(format_args!(" SLE={from} SRE={to}"));
                count = count.saturating_add(1);
            }
            out.number(&OPT_SACK_COUNT, value.bytes, count);
        }
        TIMESTAMPS => {
            let now = value.u32()?;
            out.number(&OPT_TSVAL, now.raw, now.value);
            let echo = value.u32()?;
            out.label(format_args!("TCP Option - Timestamps: TSval {}, TSecr {}", now.value, echo.value));
            out.number(&OPT_TSECR, echo.raw, echo.value);
            out.column_more(format_args!(" TSval={} TSecr={}", now.value, echo.value));
        }
        MD5 => out.bytes(&OPT_MD5_DIGEST, value.bytes),
        USER_TIMEOUT => {
            let At { raw, value } = value.u16()?;
            out.flag(&OPT_USER_TO_UNIT, raw, value & 0x8000 != 0);
            out.number(&OPT_USER_TO_VAL, raw, value & 0x7fff);
        }
        FAST_OPEN if value.bytes.is_empty() => out.column_more(format_args!(" TFO=R")),
        FAST_OPEN => {
            out.bytes(&OPT_TFO_COOKIE, value.bytes);
            out.column_more(format_args!(" TFO=C"));
        }
        _ if value.bytes.is_empty() => {}
        _ => out.bytes(&OPT_UNKNOWN_DATA, value.bytes),
    }
    Some(())
}
