//! Frames, and what the conversation made of them: header lists, and messages for HTTP to tell of.

use super::conversation::{LIST, MESSAGE};
use super::fields as f;
use super::frame::{self, Header, MAGIC, flag, kind, type_name};
use super::headers::lines;
use crate::field::{Field, Mark, Value};
use crate::protocol::http;
use crate::protocol::{Message, Out};
use std::fmt::Write;

/// Describes the frames of a segment, or what was derived from them.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    if message.note & MESSAGE != 0 {
        // Its headers and data are shown where they stand; here only the analysis is told.
        if out.shows() {
            out.wrapped_secret(message.bytes);
        } else {
            let note = message.note & !MESSAGE;
            (http::PROTOCOL.dissect)(&Message { note, ..*message }, out);
        }
    } else if out.shows() {
        out.group(&f::HTTP2, message.bytes, |out| match message.note & LIST {
            0 => frames(message.bytes, out),
            _ => list(message.bytes, out),
        });
    }
}

fn frames<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = bytes;
    let mut titles = String::new();
    if let Some(after) = rest.strip_prefix(MAGIC) {
        out.text(&f::MAGIC, bytes.get(..MAGIC.len()).unwrap_or(bytes));
        titles.push_str("Magic");
        rest = after;
    }
    while let Ok((after, header)) = frame::header(rest) {
        let length = usize::try_from(header.length.value).unwrap_or(usize::MAX);
        let (payload, next) = after.split_at_checked(length).unwrap_or((after, &[]));
        let raw = rest.get(..rest.len().saturating_sub(next.len())).unwrap_or(rest);
        let name = type_name(header.kind.value.into()).unwrap_or("Unknown");
        let comma = if titles.is_empty() { "" } else { ", " };
        let _ = write!(titles, "{comma}{name}[{}]", header.stream.value);
        out.group(&f::STREAM, raw, |out| {
            out.label(format_args!(
                "Stream: {name}, Stream ID: {}, Length {}",
                header.stream.value, header.length.value
            ));
            out.number(&f::LENGTH, header.length.raw, header.length.value);
            out.number(&f::TYPE, header.kind.raw, header.kind.value);
            flags(&header, out);
            out.number(&f::STREAM_ID, header.stream.raw, header.stream.value);
            if payload.len() < length {
                out.mark(Mark::Truncated, payload);
            } else {
                describe(&header, payload, out);
            }
        });
        rest = next;
    }
    out.column("HTTP2", format_args!("{titles}"));
}

fn flags<'b>(header: &Header<'b>, out: &mut Out<'_, 'b>) {
    let at = header.flags;
    out.node(&f::FLAGS, at.raw, Value::Number(at.value.into()), |out| {
        let known: &[(u8, &'static Field)] = match header.kind.value {
            kind::DATA => &[(flag::END_STREAM, &f::END_STREAM), (flag::PADDED, &f::PADDED)],
            kind::HEADERS => &[
                (flag::END_STREAM, &f::END_STREAM),
                (flag::END_HEADERS, &f::END_HEADERS),
                (flag::PADDED, &f::PADDED),
                (flag::PRIORITY, &f::PRIORITY),
            ],
            kind::SETTINGS => &[(flag::END_STREAM, &f::ACK)],
            kind::CONTINUATION => &[(flag::END_HEADERS, &f::END_HEADERS)],
            _ => &[],
        };
        for (bit, field) in known {
            out.flag(field, at.raw, header.has(*bit));
        }
    });
}

fn describe<'b>(header: &Header<'b>, payload: &'b [u8], out: &mut Out<'_, 'b>) {
    let number = |raw: &[u8]| raw.first_chunk().map(|raw| u32::from_be_bytes(*raw));
    match header.kind.value {
        kind::SETTINGS => {
            for setting in payload.as_chunks::<6>().0 {
                let (id, value) = setting.split_at(2);
                out.group(&f::SETTING, setting, |out| {
                    out.number(&f::SETTING_ID, id, id.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)));
                    out.number(&f::SETTING_VALUE, value, number(value).unwrap_or_default());
                });
            }
        }
        kind::WINDOW_UPDATE => out.number(&f::WINDOW, payload, number(payload).unwrap_or_default() & 0x7fff_ffff),
        kind::RST_STREAM => out.number(&f::RESET_ERROR, payload, number(payload).unwrap_or_default()),
        kind::GOAWAY => {
            let (last, rest) = payload.split_at_checked(4).unwrap_or((payload, &[]));
            out.number(&f::LAST_STREAM, last, number(last).unwrap_or_default() & 0x7fff_ffff);
            out.number(&f::GOAWAY_ERROR, rest, number(rest).unwrap_or_default());
        }
        kind::HEADERS | kind::CONTINUATION | kind::PUSH_PROMISE => match frame::content(header, payload) {
            Some(block) => out.bytes(&f::BLOCK, block),
            None => out.malformed(payload, "more padding than payload"),
        },
        kind::DATA => match frame::content(header, payload) {
            Some([]) => {}
            Some(data) => out.bytes(&f::DATA, data),
            None => out.malformed(payload, "more padding than payload"),
        },
        _ => {}
    }
}

/// A header list, decoded.
fn list<'b>(text: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut title = Vec::new();
    for (raw, name, value) in lines(text) {
        let shown = http::shown(name, value, out);
        out.group(&f::HEADER, raw, |out| {
            out.label(format_args!("Header: {}: {}", String::from_utf8_lossy(name), String::from_utf8_lossy(&shown)));
            out.text(&f::NAME, name);
            out.value(&f::VALUE, value, Value::Text(&shown));
            let field: Option<&'static Field> = match name {
                b":method" => Some(&f::METHOD),
                b":path" => Some(&f::PATH),
                b":scheme" => Some(&f::SCHEME),
                b":authority" => Some(&f::AUTHORITY),
                b":status" => Some(&f::STATUS),
                _ => None,
            };
            if let Some(field) = field {
                out.value(field, value, Value::Text(&shown));
            }
        });
        if matches!(name, b":method" | b":path" | b":status") {
            title.push(String::from_utf8_lossy(&shown).into_owned());
        }
    }
    out.column_more(format_args!(": {}", crate::wire::text::escape(title.join(" ").as_bytes())));
}
