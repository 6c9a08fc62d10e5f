//! Describes one DNS message: header, questions, and the records of its three sections.
//!
//! Each question and record is read whole or the walk ends there with a mark; what stands before stays. While nothing is
//! shown the walk stops behind the answers, for a [`Lookup`] needs no more.

use super::fields as f;
use super::parse::{Header, header, name, question_tail, record_tail, skip_name};
use super::{conversation, names, record};
use crate::fact::{Fact, Lookup};
use crate::field::{Field, Mark, Value};
use crate::protocol::{Message, Out, Pair};
use nom::number::complete::be_u16;

/// Which of the three relatives a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// RFC 1035
    Unicast,
    /// RFC 6762: the top bit of a class has a meaning of its own.
    Multicast,
    /// RFC 4795: two flags are named differently.
    LinkLocal,
}

impl Flavour {
    const fn look(self) -> (&'static Field, &'static str) {
        match self {
            Self::Unicast => (&f::DNS, "DNS"),
            Self::Multicast => (&f::MDNS, "MDNS"),
            Self::LinkLocal => (&f::LLMNR, "LLMNR"),
        }
    }

    /// The class proper and the top bit, where that bit is not part of the class.
    pub const fn class(self, class: u16) -> (u16, Option<bool>) {
        match self {
            Self::Multicast => (class & 0x7fff, Some(class & 0x8000 != 0)),
            _ => (class, None),
        }
    }
}

/// Describes `message`.
pub fn describe<'b>(flavour: Flavour, message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let (field, _) = flavour.look();
    out.group(field, message.bytes, |out| {
        let mut whole = message.bytes;
        if message.note & conversation::PREFIXED != 0 {
            let prefix = whole;
            let Some(length) = out.read(&mut whole, be_u16) else { return };
            out.number(&f::LENGTH, front(prefix, whole), length);
        }
        walk(flavour, message, whole, out);
    });
}

/// A response has its query's ID; both are told apart by QR.
pub fn pair(bytes: &[u8], note: u64) -> Option<Pair> {
    let whole = if note & conversation::PREFIXED != 0 { bytes.get(2..)? } else { bytes };
    let (_, header) = header(whole).ok()?;
    Some(Pair::new(header.id.into(), !header.is_response()))
}

/// The flag TC: the message did not fit (RFC 1035 §4.1.1).
const TRUNCATED: u16 = 0x0200;

/// The part of `before` that is no longer in `after`.
pub fn front<'b>(before: &'b [u8], after: &[u8]) -> &'b [u8] {
    before.get(..before.len().saturating_sub(after.len())).unwrap_or(&[])
}

fn walk<'b>(flavour: Flavour, message: &Message<'b>, whole: &'b [u8], out: &mut Out<'_, 'b>) {
    let (field, column) = flavour.look();
    let mut rest = whole;
    let Some(header) = out.read(&mut rest, header) else { return };
    let opcode = names::opcode(header.opcode().into());
    let kind = if header.is_response() { "response" } else { "query" };
    out.label(format_args!("{} ({kind})", field.title));
    match opcode {
        Some(opcode) => out.column(column, format_args!("{opcode}")),
        None => out.column(column, format_args!("Unknown operation ({})", header.opcode())),
    }
    out.column_more(format_args!("{} 0x{:04x}", if header.is_response() { " response" } else { "" }, header.id));
    if header.is_response() && header.rcode() != 0 {
        match names::rcode(header.rcode().into()) {
            Some(rcode) => out.column_more(format_args!(" {rcode}")),
            None => out.column_more(format_args!(" Unknown error ({})", header.rcode())),
        }
    }
    if let Some((id, flags)) = front(whole, rest).split_at_checked(2) {
        out.number(&f::ID, id, header.id);
        describe_flags(flavour, header, flags, out);
    }

    // RFC 2136 §2: an update names its four sections differently.
    let counters: [&'static Field; 4] = match header.opcode() {
        5 => [&f::ZONES, &f::PREREQS, &f::UPDATES, &f::ADD_RR],
        _ => [&f::QUERIES, &f::ANSWERS, &f::AUTH_RR, &f::ADD_RR],
    };
    let mut counts = [0_u16; 4];
    for (count, field) in counts.iter_mut().zip(counters) {
        let before = rest;
        let Some(n) = out.read(&mut rest, be_u16) else { return };
        *count = n;
        out.number(field, front(before, rest), n);
    }

    let mut lookup = None;
    let [questions, records @ ..] = counts;
    let mut sound = section("Queries", questions, &mut rest, out, |rest, out| {
        question(flavour, header, whole, rest, &mut lookup, out)
    });
    for (title, count) in ["Answers", "Authoritative nameservers", "Additional records"].into_iter().zip(records) {
        let answers = title == "Answers";
        if !sound || !(answers || out.shows()) {
            break;
        }
        sound = section(title, count, &mut rest, out, |rest, out| {
            let learn = if answers { lookup.as_mut() } else { None };
            resource(flavour, whole, rest, learn, out)
        });
    }
    if sound && out.shows() && !rest.is_empty() {
        out.mark(Mark::Note("bytes behind the last record"), rest);
    }
    if header.is_response()
        && let Some(query) = message.context.exchange
    {
        out.value(&f::RESPONSE_TO, &[], Value::Number(query.frame));
        out.value(&f::TIME, &[], Value::Duration(message.context.frame.time.since(query.time)));
    }
    if let Some(mut lookup) = lookup {
        lookup.cut = !sound || header.flags & TRUNCATED != 0;
        out.fact(Fact::Lookup(Box::new(lookup)), whole);
    }
}

/// Runs `item` for each of `count` items under one heading, until one says that it could not be read.
fn section<'b>(
    title: &'static str,
    count: u16,
    rest: &mut &'b [u8],
    out: &mut Out<'_, 'b>,
    mut item: impl FnMut(&mut &'b [u8], &mut Out<'_, 'b>) -> bool,
) -> bool {
    if count == 0 {
        return true;
    }
    let raw = *rest;
    out.group(&f::SECTION, raw, |out| {
        out.label(format_args!("{title}"));
        (0..count).all(|_| item(rest, out))
    })
}

fn describe_flags(flavour: Flavour, header: Header, raw: &[u8], out: &mut Out<'_, '_>) {
    if !out.shows() {
        return;
    }
    let bit = |mask: u16| header.flags & mask != 0;
    let response = header.is_response();
    out.node(&f::FLAGS, raw, Value::Number(header.flags.into()), |out| {
        out.flag(&f::RESPONSE, raw, response);
        out.number(&f::OPCODE, raw, header.opcode());
        if flavour == Flavour::LinkLocal {
            out.flag(&f::CONFLICT, raw, bit(0x0400));
        } else if response {
            out.flag(&f::AA, raw, bit(0x0400));
        }
        out.flag(&f::TC, raw, bit(TRUNCATED));
        if flavour == Flavour::LinkLocal {
            out.flag(&f::TENTATIVE, raw, bit(0x0100));
        } else {
            out.flag(&f::RD, raw, bit(0x0100));
            if response {
                out.flag(&f::RA, raw, bit(0x0080));
            }
            out.flag(&f::Z, raw, bit(0x0040));
            // A client may ask for it too (RFC 6840 section 5.7).
            if response || bit(0x0020) {
                out.flag(&f::AD, raw, bit(0x0020));
            }
            out.flag(&f::CD, raw, bit(0x0010));
        }
        if response {
            out.number(&f::RCODE, raw, header.rcode());
        }
    });
}

/// One question; false if it could not be read.
fn question<'b>(
    flavour: Flavour,
    header: Header,
    whole: &'b [u8],
    rest: &mut &'b [u8],
    lookup: &mut Option<Lookup>,
    out: &mut Out<'_, 'b>,
) -> bool {
    let start = *rest;
    if !out.shows() && lookup.is_some() {
        return out.read(rest, skip_name).is_some() && out.read(rest, question_tail).is_some();
    }
    let Some(name) = out.read(rest, |i| name(whole, i)) else { return false };
    let tail = *rest;
    let Some((kind, class)) = out.read(rest, question_tail) else { return false };
    if lookup.is_none()
        && let Some(asked) = name.sound()
    {
        *lookup = Some(Lookup {
            id: header.id,
            name: asked,
            kind,
            code: header.is_response().then(|| header.rcode()),
            addresses: Vec::new(),
            services: Vec::new(),
            aliases: Vec::new(),
            cut: false,
        });
    }
    if !out.shows() {
        return true;
    }
    out.group(&f::QRY, front(start, rest), |out| {
        let (class, unicast) = flavour.class(class);
        let shown = name.line();
        record::with_type(kind, |kind| {
            out.column_more(format_args!(" {kind} {shown}"));
            record::with_class(class, |class| out.label(format_args!("{shown}: type {kind}, class {class}")));
        });
        if unicast == Some(true) {
            out.column_more(format_args!(", \"QU\" question"));
        }
        out.value(&f::QRY_NAME, name.raw, Value::Text(&name.text));
        if let Some(why) = name.fault {
            out.malformed(name.raw, why);
        }
        let root = name.text == b"<Root>";
        out.value(&f::QRY_LEN, name.raw, Value::Number(if root { 0 } else { name.text.len() as u64 }));
        out.value(&f::LABELS, name.raw, Value::Number(name.labels() as u64));
        let (kind_raw, class_raw) = front(tail, rest).split_at_checked(2).unwrap_or((&[], &[]));
        out.number(&f::QRY_TYPE, kind_raw, kind);
        out.number(&f::QRY_CLASS, class_raw, class);
        if let Some(unicast) = unicast {
            out.flag(&f::QRY_QU, class_raw, unicast);
        }
    });
    true
}

/// One resource record; false if it could not be read whole.
fn resource<'b>(
    flavour: Flavour,
    whole: &'b [u8],
    rest: &mut &'b [u8],
    learn: Option<&mut Lookup>,
    out: &mut Out<'_, 'b>,
) -> bool {
    let start = *rest;
    let owner = if out.shows() {
        let Some(owner) = out.read(rest, |i| name(whole, i)) else { return false };
        Some(owner)
    } else {
        if out.read(rest, skip_name).is_none() {
            return false;
        }
        None
    };
    let Some(tail) = out.read(rest, record_tail) else { return false };
    let complete = tail.data.len() == usize::from(tail.length);
    if let Some(owner) = &owner {
        record::describe(flavour, whole, front(start, rest), owner, tail, out);
    }
    if complete && let Some(lookup) = learn {
        record::learn(whole, tail, lookup);
    }
    if !complete {
        out.mark(Mark::Truncated, tail.data);
    }
    complete
}
