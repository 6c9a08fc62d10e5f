//! Values as text, the way `tshark -T fields` of version 4.0 prints them.

use super::{Field, Kind, Value};
use crate::wire::time::{MONTHS, Seconds};
use crate::wire::{der, text};
use std::fmt::Write;

/// Appends `value` as `field` prints it. A secret is the caller's to mask.
pub fn display(field: &Field, value: Value<'_>, out: &mut String) {
    let _ = match value {
        Value::None => Ok(()),
        Value::Text(raw) => out.write_str(&text::escape(raw)),
        Value::Number(n) => match field.kind {
            Kind::Hex2 => write!(out, "0x{n:02x}"),
            Kind::Hex4 => write!(out, "0x{n:04x}"),
            Kind::Hex6 => write!(out, "0x{n:06x}"),
            Kind::Hex8 => write!(out, "0x{n:08x}"),
            Kind::Hex16 => write!(out, "0x{n:016x}"),
            _ => write!(out, "{n}"),
        },
        Value::Signed(n) => write!(out, "{n}"),
        Value::Flag(set) => out.write_str(if set { "1" } else { "0" }),
        Value::Bytes(raw) => raw.iter().try_for_each(|b| write!(out, "{b:02x}")),
        Value::Mac([a, b, c, d, e, f]) => write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}"),
        Value::Address(ip) => write!(out, "{ip}"),
        Value::Time(t) => {
            let (y, mo, d, h, mi, s) = t.civil();
            let month = MONTHS.get(usize::from(mo).wrapping_sub(1)).unwrap_or(&"?");
            write!(out, "{month} {d:2}, {y} {h:02}:{mi:02}:{s:02}.{:09} UTC", t.subsec())
        }
        Value::Duration(n) => write!(out, "{}", Seconds(n)),
        Value::Float(x) => write!(out, "{x}"),
        Value::Oid(body) => out.write_str(&der::oid(body)),
    };
}
