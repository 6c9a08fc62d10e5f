//! A message: its head, what it asks or answers, its controls.

use super::fields::{self as f, datagram as d};
use super::parse::{Head, SASL, op, probe};
use super::{bind, names, search};
use crate::field::{Field, Mark, Value};
use crate::protocol::{Claim, Likelihood, Message, Out};
use crate::wire::Timestamp;
use crate::wire::der::{Children, Tlv, tag, tlv};

/// Describes what a connection carries: a message, or a buffer of SASL with one inside.
pub fn stream<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    out.column("LDAP", format_args!(""));
    out.group(&f::LDAP, message.bytes, |out| {
        if message.note & SASL != 0 {
            buffer(message, out);
        } else {
            one(message, message.bytes, out);
        }
    });
}

/// Describes a datagram, which may carry several messages.
pub fn datagram<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    out.column("CLDAP", format_args!(""));
    out.group(&d::CLDAP, message.bytes, |out| {
        several(message, message.bytes, out);
    });
}

fn several<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = bytes;
    while let Ok((after, part)) = tlv(rest) {
        one(message, part.raw, out);
        rest = after;
    }
    if !rest.is_empty() {
        out.malformed(rest, "no message begins here");
    }
}

/// `length(4)` and a token of GSS-API: what it signs is a message, what it seals stays closed.
fn buffer<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let Some((length, token)) = message.bytes.split_first_chunk::<4>() else {
        return out.malformed(message.bytes, "ends before the length of the buffer");
    };
    out.number(&f::SASL_LENGTH, length, u32::from_be_bytes(*length));
    if !out.shows() {
        return;
    }
    let inside = signed(token);
    let layer = if inside.is_some() { "Integrity" } else { "Privacy" };
    out.column_more(format_args!("SASL GSS-API {layer}: "));
    out.hand_over(message, Claim::Named("gss-api"), token);
    match inside {
        Some(inside) => several(message, inside, out),
        None => out.mark(Mark::Undecrypted("sealed by the layer that the bind agreed on"), token),
    }
}

/// The message inside a token that only signs: NTLM has its signature of 16 bytes in front; a token of RFC 4121 has a
/// header of 16 bytes in front and the checksum behind, or between them after the rotation that the header tells.
fn signed(token: &[u8]) -> Option<&[u8]> {
    let behind = token.get(16..)?;
    let inside = match token {
        [1, 0, 0, 0, ..] => behind,
        [5, 4, flags, _, e0, e1, r0, r1, ..] if flags & 2 == 0 => {
            let (checksum, rotation) = (u16::from_be_bytes([*e0, *e1]), u16::from_be_bytes([*r0, *r1]));
            match rotation {
                0 => behind.get(..behind.len().checked_sub(usize::from(checksum))?)?,
                _ if rotation == checksum => behind.get(usize::from(checksum)..)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    (probe(inside) >= Likelihood::Perhaps).then_some(inside)
}

fn one<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some(head) = Head::read(bytes) else {
        return out.malformed(bytes, "not an LDAPMessage");
    };
    let number = head.number();
    out.group(&f::MESSAGE, head.message.raw, |out| {
        if head.message.cut {
            truncated(message, head.message.raw, out);
        }
        if let Some(name) = names::operation(head.operation.tag.into()) {
            out.column_more(format_args!("{name}({number}) "));
            out.label(format_args!("LDAPMessage {name}({number})"));
        }
        out.number(&f::MESSAGE_ID, head.id.body, number);
        let named = head.operation.raw.get(..1).unwrap_or(&[]);
        out.node(&f::OPERATION, named, Value::Number(head.operation.tag.into()), |_| {});
        operation(message, &head, out);
        controls(head.rest, out);
    });
    let answers = !matches!(head.operation.tag, 0 | 2 | 3 | 6 | 8 | 10 | 12 | 14 | 16 | op::EXTENDED);
    if let Some(asked) = message.context.exchange.filter(|_| answers) {
        out.value(&f::RESPONSE_TO, &[], Value::Number(asked.frame));
        out.value(&f::TIME, &[], Value::Duration(since(message.context.frame.time, asked.time)));
    }
}

fn since(now: Timestamp, then: Timestamp) -> i64 {
    now.since(then)
}

/// Marks a message that ends before its length says.
fn truncated(message: &Message<'_>, raw: &[u8], out: &mut Out<'_, '_>) {
    if message.context.frame.captured < message.context.frame.wire_len {
        out.mark(Mark::Truncated, raw);
    } else {
        out.malformed(raw, "ends before its length says");
    }
}

fn operation<'b>(message: &Message<'b>, head: &Head<'b>, out: &mut Out<'_, 'b>) {
    let said = head.operation;
    match said.tag {
        op::BIND => out.group(&f::BIND_REQUEST, said.raw, |out| bind::request(message, head, out)),
        op::BOUND => out.group(&f::BIND_RESPONSE, said.raw, |out| bind::response(message, head, out)),
        // The analysis asks for nothing that follows.
        _ if !out.shows() => {}
        2 => out.group(&f::UNBIND, said.raw, |_| {}),
        3 => out.group(&f::SEARCH, said.raw, |out| search::request(said, out)),
        op::ENTRY => out.group(&f::ENTRY, said.raw, |out| search::entry(message, said, out)),
        op::REFERENCE => {
            let count = said.children().count() as u64;
            out.node(&f::REFERENCE, said.raw, Value::Number(count), |out| {
                said.children().for_each(|url| out.text(&f::URL, url.body));
            });
        }
        5 => plain_result(&f::SEARCH_DONE, said, out),
        7 => plain_result(&f::MODIFY_DONE, said, out),
        9 => plain_result(&f::ADD_DONE, said, out),
        11 => plain_result(&f::DELETE_DONE, said, out),
        13 => plain_result(&f::RENAME_DONE, said, out),
        15 => plain_result(&f::COMPARE_DONE, said, out),
        6 => out.group(&f::MODIFY, said.raw, |out| first(&f::OBJECT, said, out)),
        8 => out.group(&f::ADD, said.raw, |out| first(&f::ADDED, said, out)),
        10 => out.text(&f::DELETE, said.body),
        12 => out.group(&f::RENAME, said.raw, |out| first(&f::ADDED, said, out)),
        14 => out.group(&f::COMPARE, said.raw, |out| first(&f::ADDED, said, out)),
        16 => match said.integer().and_then(|n| u64::try_from(n).ok()) {
            Some(number) => out.number(&f::ABANDON, said.body, number),
            None => out.malformed(said.raw, "not the number of a message"),
        },
        op::EXTENDED => out.group(&f::EXTENDED, said.raw, |out| {
            for part in said.children().filter(|part| part.class == 2) {
                match part.tag {
                    0 => oid(&f::REQUEST_NAME, part.body, out),
                    1 => out.bytes(&f::REQUEST_VALUE, part.body),
                    _ => out.malformed(part.raw, "not a part of an extendedReq"),
                }
            }
        }),
        op::EXTENDED_DONE => out.group(&f::EXTENDED_DONE, said.raw, |out| {
            for part in result(said, out) {
                match part.tag {
                    10 => oid(&f::RESPONSE_NAME, part.body, out),
                    11 => out.bytes(&f::RESPONSE_VALUE, part.body),
                    _ => out.malformed(part.raw, "not a part of an extendedResp"),
                }
            }
        }),
        25 => out.group(&f::INTERMEDIATE, said.raw, |out| {
            for part in said.children().filter(|part| part.class == 2) {
                match part.tag {
                    0 => oid(&f::RESPONSE_NAME, part.body, out),
                    1 => out.bytes(&f::RESPONSE_VALUE, part.body),
                    _ => out.malformed(part.raw, "not a part of an intermediateResponse"),
                }
            }
        }),
        _ => out.malformed(said.raw, "an operation that is not defined"),
    }
}

fn plain_result<'b>(field: &'static Field, said: Tlv<'b>, out: &mut Out<'_, 'b>) {
    out.group(field, said.raw, |out| {
        for part in result(said, out) {
            out.malformed(part.raw, "not a part of this result");
        }
    });
}

/// The name at the beginning of an operation that is described no further.
fn first<'b>(field: &'static Field, said: Tlv<'b>, out: &mut Out<'_, 'b>) {
    match said.inner() {
        Some(name) if name.is_universal(tag::OCTET_STRING) => out.text(field, name.body),
        _ => out.malformed(said.raw, "a name is expected"),
    }
}

/// Describes an LDAPResult and returns what follows it.
///
/// ```text
/// LDAPResult ::= SEQUENCE { resultCode ENUMERATED, matchedDN LDAPDN, diagnosticMessage LDAPString, referral [3] OPTIONAL }
/// ```
pub fn result<'b>(said: Tlv<'b>, out: &mut Out<'_, 'b>) -> Vec<Tlv<'b>> {
    let mut more = Vec::new();
    let mut parts = said.children();
    for (at, part) in parts.by_ref().enumerate() {
        match (at, part) {
            (0, code) if code.is_universal(tag::ENUMERATED) => {
                number(&f::RESULT, code, out);
                if let Some(name) = named(&f::RESULT, code) {
                    out.column_more(format_args!("{name} "));
                }
            }
            (1, name) if name.is_universal(tag::OCTET_STRING) => out.text(&f::MATCHED, name.body),
            (2, words) if words.is_universal(tag::OCTET_STRING) => {
                out.text(&f::ERROR, words.body);
                if !words.body.is_empty() {
                    out.column_more(format_args!("({}) ", String::from_utf8_lossy(words.body)));
                }
            }
            (_, urls) if urls.is_context(3) => {
                out.node(&f::REFERRAL, urls.raw, Value::Number(urls.children().count() as u64), |out| {
                    urls.children().for_each(|url| out.text(&f::URL, url.body));
                });
            }
            (3.., part) if part.class == 2 => more.push(part),
            (_, part) => out.malformed(part.raw, "not a part of an LDAPResult"),
        }
    }
    unread(&parts, said.cut, out);
    more
}

/// What a number is called that has names.
pub fn named(field: &'static Field, said: Tlv<'_>) -> Option<&'static str> {
    field.names?(u64::try_from(said.integer()?).ok()?)
}

/// A name of the directory as the packet list quotes it.
pub fn quoted(name: &[u8]) -> String {
    if name.is_empty() { "\"<ROOT>\"".into() } else { format!("\"{}\"", String::from_utf8_lossy(name)) }
}

fn controls<'b>(rest: &'b [u8], out: &mut Out<'_, 'b>) {
    if rest.is_empty() || !out.shows() {
        return;
    }
    let Some((after, list)) = tlv(rest).ok().filter(|(_, t)| t.is_context(0)) else {
        return out.malformed(rest, "bytes behind the operation");
    };
    let count = list.children().count() as u64;
    out.node(&f::CONTROLS, list.raw, Value::Number(count), |out| {
        for control in list.children() {
            out.group(&f::CONTROL, control.raw, |out| {
                for part in control.children() {
                    match (part.tag, part.body) {
                        (tag::BOOLEAN, body) => out.flag(&f::CRITICALITY, body, body != [0]),
                        (_, body) if body.first().is_some_and(u8::is_ascii_digit) && body.contains(&b'.') => {
                            oid(&f::CONTROL_TYPE, body, out);
                        }
                        (_, body) => out.bytes(&f::CONTROL_VALUE, body),
                    }
                }
            });
        }
    });
    if !after.is_empty() {
        out.malformed(after, "bytes behind the controls");
    }
}

/// An OID in text, with what it stands for.
pub fn oid<'b>(field: &'static Field, text: &'b [u8], out: &mut Out<'_, 'b>) {
    out.node(field, text, Value::Text(text), |out| {
        if let (true, Some(name)) = (out.shows(), names::oid(text)) {
            out.label(format_args!("{}: {} ({name})", field.title, crate::wire::text::escape(text)));
        }
    });
}

/// A number, or a mark.
pub fn number<'b>(field: &'static Field, value: Tlv<'b>, out: &mut Out<'_, 'b>) {
    match value.integer().and_then(|n| u64::try_from(n).ok()) {
        Some(number) => out.number(field, value.body, number),
        None => out.malformed(value.raw, "a number is expected"),
    }
}

/// Marks what no element could be read from. What was cut off with the message is marked there.
pub fn unread(parts: &Children<'_>, cut: bool, out: &mut Out<'_, '_>) {
    if !parts.rest().is_empty() && !cut {
        out.malformed(parts.rest(), "no element begins here");
    }
}
