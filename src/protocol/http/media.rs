//! What a body is, by its media type: somebody's protocol, or one of the kinds that are only named and shown.

use super::fields as f;
use super::form;
use super::head::media_type;
use crate::field::{Field, Mark, Value, hide};
use crate::knowledge::secret::is_telling;
use crate::protocol::{Message, Out, Protocol, data, registry};
use crate::wire::text::trim;

/// Lines shown of a body that is text.
const MAX_LINES: usize = 2000;

/// A kind of body.
#[derive(Clone, Copy, Debug)]
pub enum Media {
    /// Claimed by a protocol.
    Claimed(&'static Protocol),
    /// `application/x-www-form-urlencoded`
    Form,
    /// Text of some kind.
    Lines,
    /// An image that Wireshark knows, with what its info column says.
    Image(&'static Field, &'static str),
    /// Any other media type.
    Other,
    /// No media type at all.
    Unnamed,
}

/// Media types that Wireshark 4.0 shows line by line.
const LINES: [&[u8]; 18] = [
    b"text/plain",
    b"text/html",
    b"text/css",
    b"text/enriched",
    b"text/richtext",
    b"text/parameters",
    b"text/javascript",
    b"text/xml-external-parsed-entity",
    b"text/vnd.sun.j2me.app-descriptor",
    b"application/javascript",
    b"application/x-javascript",
    b"application/ecmascript",
    b"application/x-ns-proxy-autoconfig",
    b"application/xml-external-parsed-entity",
    b"application/x-tia-p25-issi",
    b"application/x-tia-p25-sndcp",
    b"application/vnd.poc.refer-to",
    b"application/vnd.drm.message",
];

impl Media {
    /// The kind of a body of this `Content-Type` that begins so.
    pub fn of(content_type: Option<&[u8]>, body: &[u8]) -> Self {
        let Some(whole) = content_type else { return Self::Unnamed };
        let media = media_type(whole);
        let is = |known: &[u8]| known.eq_ignore_ascii_case(media);
        if let Some(protocol) = registry::claiming(media).next() {
            return Self::Claimed(protocol);
        }
        // An image is what its first bytes say.
        if media.get(..6).is_some_and(|m| m.eq_ignore_ascii_case(b"image/")) {
            match body {
                [b'G', b'I', b'F', b'8', b'7', ..] => return Self::Image(&f::GIF, "GIF87a"),
                [b'G', b'I', b'F', b'8', b'9', ..] => return Self::Image(&f::GIF, "GIF89a"),
                [0x89, b'P', b'N', b'G', ..] => return Self::Image(&f::PNG, "PNG"),
                [0xff, 0xd8, ..] => return Self::Image(&f::JFIF, "JPEG JFIF image"),
                _ => {}
            }
        }
        // `multipart/…`
        if let Some(protocol) = registry::media_type(media, body) {
            return Self::Claimed(protocol);
        }
        match () {
            () if is(b"application/x-www-form-urlencoded") => Self::Form,
            () if LINES.iter().any(|known| is(known)) => Self::Lines,
            () => Self::Other,
        }
    }

    /// True if such a body may hold facts.
    pub fn tells(self) -> bool {
        matches!(self, Self::Claimed(_) | Self::Form)
    }

    /// What the packet list calls a message with such a body.
    pub fn column(self) -> &'static str {
        match self {
            Self::Claimed(protocol) if protocol.name == "xml" => "HTTP/XML",
            Self::Claimed(protocol) if protocol.name == "json" => "HTTP/JSON",
            _ => "HTTP",
        }
    }

    /// Describes the body `message`, whose `Content-Type` is given for the info column.
    pub fn describe<'b>(self, content_type: &[u8], message: &Message<'b>, out: &mut Out<'_, 'b>) {
        let body = message.bytes;
        let end = content_type.iter().position(|b| *b == b';').unwrap_or(content_type.len());
        let name = || String::from_utf8_lossy(trim(content_type.get(..end).unwrap_or(content_type)));
        match self {
            Self::Claimed(protocol) => {
                if out.shows() && protocol.name == "json" {
                    out.column_more(format_args!(", JavaScript Object Notation ({})", name()));
                } else if out.shows() && protocol.name == "mime_multipart" {
                    out.column_more(format_args!(" ({})", name()));
                }
                return out.give(protocol, message);
            }
            Self::Form => form::facts(body, out),
            _ => {}
        }
        if !out.shows() {
            return;
        }
        let name = name();
        let (field, text) = match self {
            Self::Form => {
                out.column_more(format_args!(" ({name})"));
                out.layer(f::FORM.name);
                return form::show(body, out);
            }
            Self::Lines => (&f::TEXT_LINES, format!(" ({name})")),
            Self::Image(field, text) => (field, format!(" ({text})")),
            Self::Other => (&f::MEDIA, format!(" ({name})")),
            Self::Unnamed | Self::Claimed(_) => return out.give(&data::PROTOCOL, message),
        };
        out.column_more(format_args!("{text}"));
        out.layer(field.name);
        out.group(field, body, |out| {
            out.label(format_args!("{}: {name} ({} bytes)", field.title, body.len()));
            if matches!(self, Self::Lines) {
                show_lines(body, out);
            }
        });
    }
}

/// Shows text, with the lines masked that seem to hold a credential.
fn show_lines(body: &[u8], out: &mut Out<'_, '_>) {
    let mut lines = body.split_inclusive(|b| *b == b'\n');
    for line in lines.by_ref().take(MAX_LINES) {
        if is_telling(line) {
            // Somewhere in it.
            out.wrapped_secret(line);
            let shown = if out.shows_secrets() { line.into() } else { hide(line, &[line]) };
            out.value(&f::LINE, line, Value::Text(&shown));
        } else {
            out.text(&f::LINE, line);
        }
    }
    if let Some(rest) = lines.next() {
        out.mark(Mark::TooLarge, rest);
    }
}
