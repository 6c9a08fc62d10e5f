//! Filters of searches (RFC 4511 4.5.1.7), nested as far as anybody writes them.

use super::fields::{self as f, datagram as d};
use crate::field::{Field, Mark, Value};
use crate::protocol::Out;
use crate::wire::der::Tlv;

/// Filters inside filters that are followed.
const MAX_DEPTH: u8 = 32;

/// Describes the filter of a request.
pub fn top<'b>(filter: Tlv<'b>, out: &mut Out<'_, 'b>) {
    item(&f::FILTER, filter, 0, out);
}

fn item<'b>(field: &'static Field, filter: Tlv<'b>, depth: u8, out: &mut Out<'_, 'b>) {
    if filter.class != 2 {
        return out.malformed(filter.raw, "not a filter");
    }
    if depth >= MAX_DEPTH {
        return out.mark(Mark::TooDeep, filter.raw);
    }
    out.node(field, filter.raw, Value::Number(filter.tag.into()), |out| match filter.tag {
        0 => set(&f::AND, &f::AND_ITEM, filter, depth, out),
        1 => set(&f::OR, &f::OR_ITEM, filter, depth, out),
        2 => match filter.inner() {
            Some(inner) => item(&f::NOT, inner, depth.saturating_add(1), out),
            None => out.malformed(filter.raw, "a negation of nothing"),
        },
        3 => assertion(&f::EQUALITY, filter, out),
        4 => substrings(filter, out),
        5 => assertion(&f::GREATER, filter, out),
        6 => assertion(&f::LESS, filter, out),
        7 => out.text(&f::PRESENT, filter.body),
        8 => assertion(&f::APPROX, filter, out),
        9 => out.group(&f::EXTENSIBLE, filter.raw, |out| {
            for part in filter.children() {
                match part.tag {
                    1 => out.text(&f::RULE, part.body),
                    2 => out.text(&f::TYPE, part.body),
                    3 => out.text(&f::MATCH_VALUE, part.body),
                    4 => out.flag(&f::DN_ATTRIBUTES, part.body, part.body != [0]),
                    _ => out.malformed(part.raw, "not a part of an extensibleMatch"),
                }
            }
        }),
        _ => out.malformed(filter.raw, "not a filter"),
    });
}

fn set<'b>(field: &'static Field, each: &'static Field, filter: Tlv<'b>, depth: u8, out: &mut Out<'_, 'b>) {
    let count = filter.children().count() as u64;
    out.node(field, filter.raw, Value::Number(count), |out| {
        filter.children().for_each(|inner| item(each, inner, depth.saturating_add(1), out));
    });
}

fn assertion<'b>(field: &'static Field, filter: Tlv<'b>, out: &mut Out<'_, 'b>) {
    out.group(field, filter.raw, |out| {
        let mut parts = filter.children();
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            return out.malformed(filter.raw, "attribute and value are expected");
        };
        out.text(&f::ATTRIBUTE_DESC, name.body);
        match (name.body, value.body.first_chunk::<4>()) {
            (b"NtVer", Some(flags)) if value.body.len() == 4 => {
                out.number(&d::VERSIONS, value.body, u32::from_le_bytes(*flags));
            }
            _ => out.text(&f::ASSERTION, value.body),
        }
    });
}

fn substrings<'b>(filter: Tlv<'b>, out: &mut Out<'_, 'b>) {
    out.group(&f::SUBSTRINGS, filter.raw, |out| {
        let mut parts = filter.children();
        let (Some(name), Some(pieces)) = (parts.next(), parts.next()) else {
            return out.malformed(filter.raw, "attribute and pieces are expected");
        };
        out.text(&f::TYPE, name.body);
        out.node(&f::PIECES, pieces.raw, Value::Number(pieces.children().count() as u64), |out| {
            for piece in pieces.children() {
                out.node(&f::PIECE, piece.raw, Value::Number(piece.tag.into()), |out| match piece.tag {
                    0 => out.text(&f::INITIAL, piece.body),
                    1 => out.text(&f::ANY, piece.body),
                    2 => out.text(&f::FINAL, piece.body),
                    _ => out.malformed(piece.raw, "not a piece of a substring"),
                });
            }
        });
    });
}
