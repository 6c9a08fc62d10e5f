//! The body: inflated where it is compressed, handed to whoever claims its media type, else shown line by line.

use super::conversation::BODY_LEFT_OUT;
use super::fields as f;
use super::head::Head;
use super::parse::line;
use crate::field::{Mark, Value};
use crate::protocol::{Message, Out, registry};
use crate::wire::text;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::io::Read;

/// Inflated bytes that are looked at.
const MAX_INFLATED: u64 = 1 << 20;
/// Bytes of a start tag that are looked back over.
const MAX_TAG: usize = 256;
/// Lines shown of a body nobody claims.
const MAX_LINES: usize = 2000;

/// Media types that Wireshark 4.0 reads as XML inside SIP.
const XML: [&[u8]; 15] = [
    b"text/xml",
    b"application/xml",
    b"application/xml-dtd",
    b"application/soap+xml",
    b"application/pidf+xml",
    b"application/conference-info+xml",
    b"application/rlmi+xml",
    b"application/watcherinfo+xml",
    b"application/reginfo+xml",
    b"application/resource-lists+xml",
    b"application/im-iscomposing+xml",
    b"application/media_control+xml",
    b"application/cpim-pidf+xml",
    b"application/vnd.3gpp.cw+xml",
    b"application/simservs+xml",
];

/// The body as long as `Content-Length` says, if there is any.
fn body<'b>(message: &Message<'_>, head: &Head<'b>) -> Option<&'b [u8]> {
    if message.note & BODY_LEFT_OUT != 0 {
        return None;
    }
    let len = head.content_length.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    Some(head.body.get(..len.min(head.body.len())).unwrap_or(head.body)).filter(|b| !b.is_empty())
}

/// The media type without its parameters.
fn media_type<'b>(head: &Head<'b>) -> &'b [u8] {
    let whole = head.content_type.unwrap_or_default();
    text::trim(whole.get(..memchr::memchr(b';', whole).unwrap_or(whole.len())).unwrap_or(whole))
}

/// True if any of these is the media type.
fn is_any(media: &[u8], of: &[&[u8]]) -> bool {
    of.iter().any(|known| known.eq_ignore_ascii_case(media))
}

/// What the packet list calls the message by its body.
pub fn column_name(head: &Head<'_>) -> &'static str {
    let media = media_type(head);
    match () {
        () if head.body.is_empty() || head.content_length == Some(0) => "SIP",
        () if media.eq_ignore_ascii_case(b"application/sdp") => "SIP/SDP",
        () if media.eq_ignore_ascii_case(b"message/sipfrag") => "SIP/sipfrag",
        () if is_any(media, &XML) => "SIP/XML",
        () => "SIP",
    }
}

/// Hands the body on for its facts.
pub fn hand_over<'b>(message: &Message<'b>, head: &Head<'b>, out: &mut Out<'_, 'b>) {
    if let Some(body) = body(message, head)
        && let Some(protocol) = registry::media_type(media_type(head), body)
    {
        open(message, head, body, out, |message, out| out.give(protocol, message));
    }
}

/// Shows the body.
pub fn show<'b>(message: &Message<'b>, head: &Head<'b>, out: &mut Out<'_, 'b>) {
    let Some(body) = body(message, head) else { return };
    let media = media_type(head);
    out.group(&f::MSG_BODY, body, |out| {
        open(message, head, body, out, |message, out| match registry::media_type(media, message.bytes) {
            Some(protocol) => out.give(protocol, message),
            None => show_text(media, message.bytes, out),
        });
    });
}

/// Runs `then` over the body as it is, or over what it inflates to.
fn open<'b>(
    message: &Message<'b>,
    head: &Head<'b>,
    body: &'b [u8],
    out: &mut Out<'_, 'b>,
    then: impl for<'c> FnOnce(&Message<'c>, &mut Out<'_, 'c>),
) {
    let encoding = head.content_encoding.unwrap_or_default();
    let mut inflated = Vec::new();
    let read = if is_any(encoding, &[b"gzip", b"x-gzip"]) {
        MultiGzDecoder::new(body).take(MAX_INFLATED).read_to_end(&mut inflated)
    } else if is_any(encoding, &[b"deflate"]) {
        ZlibDecoder::new(body).take(MAX_INFLATED).read_to_end(&mut inflated)
    } else {
        return then(&message.with(body), out);
    };
    if read.is_err() {
        out.malformed(body, "does not inflate");
    }
    if inflated.len() as u64 == MAX_INFLATED {
        out.mark(Mark::TooLarge, body);
    }
    out.unpacked(body, "Inflated body", &inflated, |out| then(&Message { bytes: &inflated, note: 0, ..*message }, out));
}

/// A body nobody claims, under the name Wireshark has for its kind.
fn show_text(media: &[u8], bytes: &[u8], out: &mut Out<'_, '_>) {
    let kinds = [&b"text/plain"[..], b"text/html", b"text/css", b"text/enriched", b"text/richtext"];
    if is_any(media, &kinds) {
        out.layer("data-text-lines");
        out.column_more(format_args!(" ({})", String::from_utf8_lossy(media)));
    } else if is_any(media, &XML) {
        out.layer("xml");
    } else if media.eq_ignore_ascii_case(b"message/sipfrag") {
        out.layer("sipfrag");
        let (first, _, _) = line(bytes);
        out.column_more(format_args!(", with Sipfrag({})", String::from_utf8_lossy(first)));
    } else if media.eq_ignore_ascii_case(b"application/octet-stream") {
        out.layer("data");
    }
    let (mut rest, mut lines) = (bytes, 0_usize);
    while !rest.is_empty() && lines < MAX_LINES {
        let (text, raw, after) = line(rest);
        let shown = out.seen(text, &passwords(text));
        out.value(&f::BODY_LINE, raw, Value::Text(&shown));
        (rest, lines) = (after, lines.saturating_add(1));
    }
    if !rest.is_empty() {
        out.mark(Mark::TooLarge, rest);
    }
}

/// What the `password` elements of a line of XML hold: relays hand out credentials this way
/// (`application/msrtc-media-relay-auth+xml`).
fn passwords(text: &[u8]) -> Vec<&[u8]> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((_, inner)) = password(rest) {
        let end = memchr::memchr(b'<', inner).unwrap_or(inner.len());
        let (secret, after) = inner.split_at(end.min(inner.len()));
        found.push(secret);
        rest = after;
    }
    found
}

/// Splits behind the next start tag whose name ends with `password`.
fn password(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let ends = memchr::memchr_iter(b'>', text).filter_map(|at| text.split_at_checked(at.checked_add(1)?));
    ends.into_iter().find(|(before, inner)| {
        let near = before.get(before.len().saturating_sub(MAX_TAG)..).unwrap_or_default();
        let tag = near.get(memchr::memrchr(b'<', near).unwrap_or(0)..).unwrap_or_default();
        let name = tag.split(|b| matches!(b, b' ' | b'\t' | b'>')).next().unwrap_or_default();
        let ends_so = name.get(name.len().saturating_sub(8)..).is_some_and(|n| n.eq_ignore_ascii_case(b"password"));
        ends_so && !name.starts_with(b"</") && !inner.is_empty()
    })
}
