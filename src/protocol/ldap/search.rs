//! Searches and their entries. Nothing here is looked at unless it is shown.

use super::dissect::{named, number, oid, quoted, unread};
use super::fields as f;
use super::{filter, netlogon};
use crate::field::Value;
use crate::protocol::{Message, Out};
use crate::wire::der::{Tlv, tag};

/// Describes a searchRequest.
///
/// ```text
/// SearchRequest ::= [APPLICATION 3] SEQUENCE { baseObject LDAPDN, scope ENUMERATED, derefAliases ENUMERATED,
///     sizeLimit INTEGER, timeLimit INTEGER, typesOnly BOOLEAN, filter Filter, attributes SEQUENCE OF LDAPString }
/// ```
pub fn request<'b>(said: Tlv<'b>, out: &mut Out<'_, 'b>) {
    let mut parts = said.children();
    for (at, part) in parts.by_ref().enumerate() {
        match at {
            0 => {
                out.text(&f::BASE, part.body);
                out.column_more(format_args!("{} ", quoted(part.body)));
            }
            1 => {
                number(&f::SCOPE, part, out);
                if let Some(scope) = named(&f::SCOPE, part) {
                    out.column_more(format_args!("{scope} "));
                }
            }
            2 => number(&f::ALIASES, part, out),
            3 => number(&f::SIZE_LIMIT, part, out),
            4 => number(&f::TIME_LIMIT, part, out),
            5 => out.flag(&f::TYPES_ONLY, part.body, part.body.first().is_some_and(|b| *b != 0)),
            6 => filter::top(part, out),
            7 => {
                let count = part.children().count() as u64;
                out.node(&f::ATTRIBUTES, part.raw, Value::Number(count), |out| {
                    part.children().for_each(|name| out.text(&f::DESCRIPTION, name.body));
                });
            }
            _ => out.malformed(part.raw, "behind the searchRequest"),
        }
    }
    unread(&parts, said.cut, out);
}

/// Describes a searchResEntry: `objectName LDAPDN, attributes SEQUENCE OF SEQUENCE { type, vals SET OF value }`.
pub fn entry<'b>(message: &Message<'b>, said: Tlv<'b>, out: &mut Out<'_, 'b>) {
    let mut parts = said.children();
    let Some(name) = parts.next().filter(|name| name.is_universal(tag::OCTET_STRING)) else {
        return out.malformed(said.raw, "an entry without name");
    };
    out.text(&f::OBJECT_NAME, name.body);
    out.column_more(format_args!("{} ", quoted(name.body)));
    let Some(attributes) = parts.next().filter(|list| list.is_universal(tag::SEQUENCE)) else {
        return out.malformed(said.raw, "an entry without attributes");
    };
    out.node(&f::ATTRIBUTES, attributes.raw, Value::Number(attributes.children().count() as u64), |out| {
        let mut each = attributes.children();
        for attribute in each.by_ref() {
            out.group(&f::ATTRIBUTE, attribute.raw, |out| one(message, attribute, out));
        }
        unread(&each, said.cut, out);
    });
    unread(&parts, said.cut, out);
}

fn one<'b>(message: &Message<'b>, attribute: Tlv<'b>, out: &mut Out<'_, 'b>) {
    let mut parts = attribute.children();
    let Some(kind) = parts.next() else { return out.malformed(attribute.raw, "an attribute without type") };
    out.text(&f::TYPE, kind.body);
    let Some(values) = parts.next() else { return out.malformed(attribute.raw, "an attribute without values") };
    let is = |name: &[u8]| kind.body.eq_ignore_ascii_case(name);
    let names = is(b"supportedControl") || is(b"supportedCapabilities") || is(b"supportedExtension");
    let ping = is(b"netlogon") && message.context.flow.is_none_or(|flow| flow.tcp.is_none());
    out.node(&f::VALUES, values.raw, Value::Number(values.children().count() as u64), |out| {
        for value in values.children() {
            if names {
                oid(&f::OID, value.body, out);
            } else if ping {
                netlogon::answer(value.body, out);
            } else {
                out.bytes(&f::ATTRIBUTE_VALUE, value.body);
            }
        }
    });
    unread(&parts, attribute.cut, out);
}
