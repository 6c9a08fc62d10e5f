//! Walks from boundary to boundary; each part goes to whoever claims its media type.

use super::fields as f;
use crate::field::{Field, Value};
use crate::knowledge::secret::is_telling;
use crate::protocol::{Message, Out, registry};
use crate::wire::text;

/// Describes one body.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    out.group(&f::PROTO, message.bytes, |out| {
        let Some(start) = line_starting(message.bytes, b"--") else {
            return out.malformed(message.bytes, "no boundary");
        };
        let rest = message.bytes.get(start..).unwrap_or_default();
        let boundary = text::trim(line(rest).0);
        if boundary.len() < 3 {
            return out.malformed(boundary, "no boundary");
        }
        out.text(&f::FIRST_BOUNDARY, boundary);
        let mut rest = line(rest).1;
        loop {
            let Some(end) = line_starting(rest, boundary) else {
                part(message, rest, out);
                return out.malformed(rest.get(rest.len()..).unwrap_or_default(), "the last boundary is missing");
            };
            let (before, from) = rest.split_at(end.min(rest.len()));
            // The line end in front of a boundary belongs to it.
            let before = before.strip_suffix(b"\n").unwrap_or(before);
            part(message, before.strip_suffix(b"\r").unwrap_or(before), out);
            let (found, after) = line(from);
            if found.get(boundary.len()..).is_some_and(|tail| tail.starts_with(b"--")) {
                return out.text(&f::LAST_BOUNDARY, found);
            }
            out.text(&f::BOUNDARY, found);
            rest = after;
        }
    });
}

/// Splits off a line without its end.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end.min(bytes.len()));
    (line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..).unwrap_or_default())
}

/// Where the first line that begins with `prefix` starts.
fn line_starting(bytes: &[u8], prefix: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, prefix).find(|at| match at.checked_sub(1) {
        None => true,
        Some(before) => bytes.get(before) == Some(&b'\n'),
    })
}

/// One part: headers, an empty line, content.
fn part<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    let (mut rest, mut media) = (bytes, &b"text/plain"[..]);
    let mut headers = Vec::new();
    let mut telling = false;
    loop {
        let (found, after) = line(rest);
        rest = after;
        let Some(colon) = memchr::memchr(b':', found) else { break };
        let (name, value) = found.split_at(colon.min(found.len()));
        let value = text::trim(value.get(1..).unwrap_or_default());
        let field = field(name);
        if field == &f::CONTENT_TYPE {
            media = text::trim(value.split(|b| *b == b';').next().unwrap_or(value));
        }
        // The item of a form (RFC 7578): its name says what it is.
        if field == &f::DISPOSITION {
            telling = name_of(value).is_some_and(is_telling);
        }
        headers.push((field, found, if field == &f::OTHER { found } else { value }));
    }
    let typed = headers.iter().any(|(field, ..)| *field == &f::CONTENT_TYPE);
    out.node(&f::PART, bytes, Value::Text(media), |out| {
        for (field, raw, value) in headers {
            out.value(field, raw, Value::Text(value));
        }
        if let Some(protocol) = registry::media_type(media, rest) {
            return out.give(protocol, &message.with(rest));
        }
        // A part without a type is data to Wireshark.
        if !rest.is_empty() {
            out.layer(if typed { "media" } else { "data" });
        }
        for line in rest.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let secrets = if telling { &[line][..] } else { &[] };
            let shown = out.seen(line, secrets);
            out.value(&f::TEXT, line, Value::Text(&shown));
        }
    });
}

/// The name in `form-data; name="password"`.
fn name_of(disposition: &[u8]) -> Option<&[u8]> {
    let mut parameters = disposition.split(|b| *b == b';').map(text::trim);
    let name = parameters.find_map(|p| p.get(..5).filter(|n| n.eq_ignore_ascii_case(b"name=")).and(p.get(5..)))?;
    name.split(|b| *b == b'"').find(|part| !part.is_empty())
}

fn field(name: &[u8]) -> &'static Field {
    let known: [(&str, &'static Field); 6] = [
        ("Content-Type", &f::CONTENT_TYPE),
        ("Content-ID", &f::CONTENT_ID),
        ("Content-Disposition", &f::DISPOSITION),
        ("Content-Description", &f::DESCRIPTION),
        ("Content-Encoding", &f::ENCODING),
        ("Content-Transfer-Encoding", &f::TRANSFER),
    ];
    known.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes())).map_or(&f::OTHER, |(_, field)| field)
}
