//! Resource records (RFC 1035 §3.3, 3.4; RFC 3596 AAAA; RFC 2782 SRV; RFC 3403 NAPTR; RFC 6891 OPT).

use super::dissect::{Flavour, front};
use super::fields as f;
use super::names;
use super::parse::RecordTail;
use crate::fact::Lookup;
use crate::field::{Field, Value};
use crate::protocol::Out;
use crate::wire::Parsed;
use crate::wire::name::{Name, name};
use crate::wire::text::escape;
use nom::Parser;
use nom::bytes::complete::take;
use nom::multi::length_data;
use nom::number::complete::{be_u8, be_u16, be_u32};
use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Answers of one kind that a [`Lookup`] keeps.
const MAX_LEARNED: usize = 64;

mod kind {
    pub const A: u16 = 1;
    pub const NS: u16 = 2;
    pub const CNAME: u16 = 5;
    pub const SOA: u16 = 6;
    pub const PTR: u16 = 12;
    pub const MX: u16 = 15;
    pub const TXT: u16 = 16;
    pub const AAAA: u16 = 28;
    pub const SRV: u16 = 33;
    pub const NAPTR: u16 = 35;
    pub const DNAME: u16 = 39;
    pub const OPT: u16 = 41;
    pub const SPF: u16 = 99;
}

/// Gives `body` the name of a type, or `Unknown (n)`.
pub fn with_type<R>(kind: u16, body: impl FnOnce(fmt::Arguments<'_>) -> R) -> R {
    match names::kind(kind.into()) {
        Some(name) => body(format_args!("{name}")),
        None => body(format_args!("Unknown ({kind})")),
    }
}

/// Gives `body` the name of a class, or `Unknown (0x…)`.
pub fn with_class<R>(class: u16, body: impl FnOnce(fmt::Arguments<'_>) -> R) -> R {
    match names::class(class.into()) {
        Some(name) => body(format_args!("{name}")),
        None => body(format_args!("Unknown (0x{class:04x})")),
    }
}

/// Notes what a sign-in wants to know of an answer.
pub fn learn(whole: &[u8], tail: RecordTail<'_>, lookup: &mut Lookup) {
    match tail.kind {
        kind::A | kind::AAAA => {
            if let Some(ip) = address(tail)
                && lookup.addresses.len() < MAX_LEARNED
            {
                lookup.addresses.push(ip);
            }
        }
        kind::CNAME => {
            if let Some(alias) = name(whole, tail.data).ok().and_then(|(_, n)| n.sound())
                && lookup.aliases.len() < MAX_LEARNED
            {
                lookup.aliases.push(alias);
            }
        }
        kind::SRV => {
            if let Ok((_, srv)) = srv(whole, tail.data)
                && let Some(target) = srv.target.sound()
                && lookup.services.len() < MAX_LEARNED
            {
                lookup.services.push((target, srv.port));
            }
        }
        _ => {}
    }
}

fn address(tail: RecordTail<'_>) -> Option<IpAddr> {
    match tail.kind {
        kind::A => <[u8; 4]>::try_from(tail.data).ok().map(|b| Ipv4Addr::from(b).into()),
        kind::AAAA => <[u8; 16]>::try_from(tail.data).ok().map(|b| Ipv6Addr::from(b).into()),
        _ => None,
    }
}

/// SRV data (RFC 2782).
struct Srv<'b> {
    priority: u16,
    weight: u16,
    port: u16,
    target: Name<'b>,
}

fn srv<'b>(whole: &'b [u8], data: &'b [u8]) -> Parsed<'b, Srv<'b>> {
    let (rest, (priority, weight, port)) = (be_u16, be_u16, be_u16).parse(data)?;
    let (rest, target) = name(whole, rest)?;
    Ok((rest, Srv { priority, weight, port, target }))
}

/// Describes a record whose bytes are `raw`. One whose data was cut is named, and not described further.
pub fn describe<'b>(
    flavour: Flavour,
    whole: &'b [u8],
    raw: &'b [u8],
    owner: &Name<'b>,
    tail: RecordTail<'b>,
    out: &mut Out<'_, 'b>,
) {
    out.group(&f::RR, raw, |out| {
        let mut line = String::new();
        let _ = with_type(tail.kind, |kind| {
            out.column_more(format_args!(" {kind}"));
            write!(line, "{}: type {kind}", owner.line())
        });
        let (class, flush) = flavour.class(tail.class);
        if tail.kind != kind::OPT {
            let _ = with_class(class, |class| write!(line, ", class {class}"));
            if flush == Some(true) {
                line.push_str(", cache flush");
                out.column_more(format_args!(", cache flush"));
            }
        }
        if tail.data.len() < usize::from(tail.length) {
            out.label(format_args!("{line}"));
            return;
        }
        describe_owner(owner, tail.kind, out);
        let (kind_raw, after) = tail.fixed.split_at_checked(2).unwrap_or_default();
        let (class_raw, after) = after.split_at_checked(2).unwrap_or_default();
        let (ttl_raw, length_raw) = after.split_at_checked(4).unwrap_or_default();
        out.number(&f::RR_TYPE, kind_raw, tail.kind);
        if tail.kind == kind::OPT {
            describe_opt_head(tail, class_raw, ttl_raw, out);
        } else {
            out.number(&f::RR_CLASS, class_raw, class);
            if let Some(flush) = flush {
                out.flag(&f::CACHE_FLUSH, class_raw, flush);
            }
            out.number(&f::RR_TTL, ttl_raw, tail.ttl);
        }
        out.number(&f::RR_LEN, length_raw, tail.length);
        describe_data(whole, tail, &mut line, out);
        out.label(format_args!("{line}"));
    });
}

/// The owner of an SRV record is `_service._proto.name` (RFC 2782), and Wireshark shows the three apart.
fn describe_owner(owner: &Name<'_>, kind: u16, out: &mut Out<'_, '_>) {
    if kind == kind::SRV && owner.fault.is_none() {
        let parts = owner.text.splitn(3, |b| *b == b'.');
        for (part, field) in parts.zip([&f::SRV_SERVICE, &f::SRV_PROTO, &f::SRV_NAME]) {
            out.value(field, owner.raw, Value::Text(part));
        }
    } else {
        out.value(&f::RR_NAME, owner.raw, Value::Text(&owner.text));
    }
    if let Some(why) = owner.fault {
        out.malformed(owner.raw, why);
    }
}

/// OPT keeps other things where other records have class and TTL (RFC 6891 §6.1.2, 6.1.3).
fn describe_opt_head(tail: RecordTail<'_>, class_raw: &[u8], ttl_raw: &[u8], out: &mut Out<'_, '_>) {
    let [code, version, high, low] = tail.ttl.to_be_bytes();
    let flags = u16::from_be_bytes([high, low]);
    let part = |range: std::ops::Range<usize>| ttl_raw.get(range).unwrap_or(&[]);
    out.number(&f::UDP_SIZE, class_raw, tail.class);
    out.number(&f::EXT_RCODE, part(0..1), code);
    out.number(&f::EDNS0, part(1..2), version);
    out.node(&f::RR_Z, part(2..4), Value::Number(flags.into()), |out| {
        out.flag(&f::RR_Z_DO, part(2..4), flags & 0x8000 != 0);
        out.number(&f::RR_Z_REST, part(2..4), flags & 0x7fff);
    });
}

/// RDATA; `line` becomes the line of the whole record.
fn describe_data<'b>(whole: &'b [u8], tail: RecordTail<'b>, line: &mut String, out: &mut Out<'_, 'b>) {
    let data = tail.data;
    match tail.kind {
        kind::A | kind::AAAA => {
            let field = if tail.kind == kind::A { &f::A } else { &f::AAAA };
            let Some(ip) = address(tail) else {
                out.malformed(data, "address of a wrong length");
                return;
            };
            out.column_more(format_args!(" {ip}"));
            let _ = write!(line, ", addr {ip}");
            out.value(field, data, Value::Address(ip));
        }
        kind::NS => describe_name(whole, data, &f::NS, "ns ", line, out),
        kind::CNAME => describe_name(whole, data, &f::CNAME, "cname ", line, out),
        kind::DNAME => describe_name(whole, data, &f::DNAME, "dname ", line, out),
        kind::PTR => describe_name(whole, data, &f::PTR, "", line, out),
        kind::SOA => describe_soa(whole, data, line, out),
        kind::MX => {
            let mut rest = data;
            let Some(preference) = out.read(&mut rest, be_u16) else { return };
            out.column_more(format_args!(" {preference}"));
            let _ = write!(line, ", preference {preference}");
            out.number(&f::MX_PREF, front(data, rest), preference);
            describe_name(whole, rest, &f::MX_HOST, "mx ", line, out);
        }
        kind::TXT | kind::SPF => {
            let mut rest = data;
            while !rest.is_empty() {
                if !text(&mut rest, &f::TXT_LEN, &f::TXT, out) {
                    return;
                }
            }
        }
        kind::SRV => {
            let mut rest = data;
            let Some(srv) = out.read(&mut rest, |i| srv(whole, i)) else { return };
            let Srv { priority, weight, port, target } = &srv;
            let shown = target.line();
            out.column_more(format_args!(" {priority} {weight} {port} {shown}"));
            let _ = write!(line, ", priority {priority}, weight {weight}, port {port}, target {shown}");
            let part = |range: std::ops::Range<usize>| data.get(range).unwrap_or(&[]);
            out.number(&f::SRV_PRIO, part(0..2), *priority);
            out.number(&f::SRV_WEIGHT, part(2..4), *weight);
            out.number(&f::SRV_PORT, part(4..6), *port);
            out.value(&f::SRV_TARGET, target.raw, Value::Text(&target.text));
            if let Some(why) = target.fault {
                out.malformed(target.raw, why);
            }
        }
        kind::NAPTR => describe_naptr(whole, data, line, out),
        kind::OPT => describe_options(data, out),
        _ if data.is_empty() => {}
        _ => out.bytes(&f::DATA, data),
    }
}

/// Data that is one name.
fn describe_name<'b>(
    whole: &'b [u8],
    data: &'b [u8],
    field: &'static Field,
    word: &str,
    line: &mut String,
    out: &mut Out<'_, 'b>,
) {
    let mut rest = data;
    let Some(name) = out.read(&mut rest, |i| name(whole, i)) else { return };
    let shown = name.line();
    out.column_more(format_args!(" {shown}"));
    let _ = write!(line, ", {word}{shown}");
    out.value(field, name.raw, Value::Text(&name.text));
    if let Some(why) = name.fault {
        out.malformed(name.raw, why);
    }
}

/// SOA (RFC 1035 §3.3.13).
fn describe_soa<'b>(whole: &'b [u8], data: &'b [u8], line: &mut String, out: &mut Out<'_, 'b>) {
    let mut rest = data;
    for (field, first) in [(&f::SOA_MNAME, true), (&f::SOA_RNAME, false)] {
        let Some(name) = out.read(&mut rest, |i| name(whole, i)) else { return };
        if first {
            let shown = name.line();
            out.column_more(format_args!(" {shown}"));
            let _ = write!(line, ", mname {shown}");
        }
        out.value(field, name.raw, Value::Text(&name.text));
    }
    for field in [&f::SOA_SERIAL, &f::SOA_REFRESH, &f::SOA_RETRY, &f::SOA_EXPIRE, &f::SOA_MINIMUM] {
        let before = rest;
        let Some(number) = out.read(&mut rest, be_u32) else { return };
        out.number(field, front(before, rest), number);
    }
}

/// A counted string (RFC 1035 §3.3: character-string).
fn counted(input: &[u8]) -> Parsed<'_, &[u8]> {
    length_data(be_u8).parse(input)
}

/// A counted string: its length, then its text. False if it was cut.
fn text<'b>(rest: &mut &'b [u8], length: &'static Field, field: &'static Field, out: &mut Out<'_, 'b>) -> bool {
    let before = *rest;
    let Some(content) = out.read(rest, counted) else { return false };
    out.number(length, before.get(..1).unwrap_or(&[]), content.len() as u64);
    out.text(field, content);
    true
}

/// NAPTR (RFC 3403 §4.1).
fn describe_naptr<'b>(whole: &'b [u8], data: &'b [u8], line: &mut String, out: &mut Out<'_, 'b>) {
    let mut rest = data;
    let Some((order, preference)) = out.read(&mut rest, |i| (be_u16, be_u16).parse(i)) else { return };
    let (order_raw, preference_raw) = front(data, rest).split_at_checked(2).unwrap_or_default();
    out.number(&f::NAPTR_ORDER, order_raw, order);
    out.number(&f::NAPTR_PREF, preference_raw, preference);
    if let Ok((_, flags)) = counted(rest) {
        let flags = escape(flags);
        out.column_more(format_args!(" {order} {preference} {flags}"));
        let _ = write!(line, ", order {order}, preference {preference}, flags {flags}");
    }
    let strings =
        [(&f::NAPTR_FLEN, &f::NAPTR_FLAGS), (&f::NAPTR_SLEN, &f::NAPTR_SERV), (&f::NAPTR_RLEN, &f::NAPTR_REGEX)];
    for (length, field) in strings {
        if !text(&mut rest, length, field, out) {
            return;
        }
    }
    let Some(replacement) = out.read(&mut rest, |i| name(whole, i)) else { return };
    out.value(&f::NAPTR_NLEN, replacement.raw, Value::Number(replacement.text.len() as u64));
    out.value(&f::NAPTR_REPL, replacement.raw, Value::Text(&replacement.text));
}

/// The options of OPT (RFC 6891 §6.1.2): code, length, data.
fn describe_options<'b>(data: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = data;
    while !rest.is_empty() {
        let before = rest;
        let Some((code, length)) = out.read(&mut rest, |i| (be_u16, be_u16).parse(i)) else { return };
        let (code_raw, length_raw) = front(before, rest).split_at_checked(2).unwrap_or_default();
        let Some(content) = out.read(&mut rest, |i| take(usize::from(length)).parse(i)) else { return };
        out.group(&f::OPT, front(before, rest), |out| {
            if let Some(name) = names::option(code.into()) {
                out.label(format_args!("Option: {name}"));
            }
            out.number(&f::OPT_CODE, code_raw, code);
            out.number(&f::OPT_LEN, length_raw, length);
            out.bytes(&f::OPT_DATA, content);
        });
    }
}
