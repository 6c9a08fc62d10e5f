//! Walks `x=value` lines; what the letters mean is RFC 8866 §5. Lines before the first `m=` are about the session, those
//! behind it about the media named last.
//!
//! Keys of SRTP (`a=crypto`, RFC 4568), passwords of ICE and `k=` open what they belong to: they are masked.

use super::{fields as f, learn};
use crate::fact::Fact;
use crate::field::{Field, Value};
use crate::protocol::{Message, Out, payload};

/// Describes one description.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let private = learn::private_candidates(message.bytes);
    if !private.is_empty() {
        out.fact(Fact::Candidates(private.into()), message.bytes);
    }
    if !out.shows() {
        return;
    }
    out.group(&f::PROTO, message.bytes, |out| {
        let mut in_media = false;
        for raw in message.bytes.split(|b| *b == b'\n') {
            let line = raw.strip_suffix(b"\r").unwrap_or(raw);
            match line {
                [] => {}
                [letter, b'=', value @ ..] => {
                    in_media |= *letter == b'm';
                    show_line(*letter, value, line, in_media, out);
                }
                _ => {
                    out.text(&f::INVALID, line);
                    out.malformed(line, "not a letter and a value");
                }
            }
        }
    });
}

fn show_line<'b>(letter: u8, value: &'b [u8], line: &'b [u8], in_media: bool, out: &mut Out<'_, 'b>) {
    match letter {
        b'v' => out.text(&f::VERSION, value),
        b'o' => words(&f::OWNER, value, &OWNER, out),
        b's' => out.text(&f::SESSION_NAME, value),
        b'i' if in_media => out.text(&f::MEDIA_TITLE, value),
        b'i' => out.text(&f::SESSION_INFO, value),
        b'u' => out.text(&f::URI, value),
        b'e' => out.text(&f::EMAIL, value),
        b'p' => out.text(&f::PHONE, value),
        b'c' => out.node(&f::CONNECTION, value, Value::Text(value), |out| connection(value, out)),
        b'b' => out.node(&f::BANDWIDTH, value, Value::Text(value), |out| {
            if let Some((modifier, kilobits)) = cut(value, b':') {
                out.text(&f::BANDWIDTH_MODIFIER, modifier);
                out.text(&f::BANDWIDTH_VALUE, kilobits);
            }
        }),
        b't' => words(&f::TIME, value, &TIME, out),
        b'r' => out.text(&f::REPEAT_TIME, value),
        b'z' => out.text(&f::TIMEZONE, value),
        b'k' => out.text(&f::ENCRYPTION_KEY, value),
        b'm' => out.node(&f::MEDIA, value, Value::Text(value), |out| media(value, out)),
        b'a' => attribute(value, in_media, out),
        _ => out.text(&f::UNKNOWN, line),
    }
}

static OWNER: [&Field; 6] =
    [&f::OWNER_USERNAME, &f::OWNER_SESSION_ID, &f::OWNER_VERSION, &f::OWNER_NETWORK, &f::OWNER_TYPE, &f::OWNER_ADDRESS];
static TIME: [&Field; 2] = [&f::TIME_START, &f::TIME_STOP];
static CANDIDATE: [&Field; 6] =
    [&f::ICE_FOUNDATION, &f::ICE_COMPONENT, &f::ICE_TRANSPORT, &f::ICE_PRIORITY, &f::ICE_ADDRESS, &f::ICE_PORT];

/// What stands before and behind the first `at`.
fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let split = memchr::memchr(at, text)?;
    Some((text.get(..split)?, text.get(split.checked_add(1)?..)?))
}

/// A line of words, one field each; the last field takes what is left.
fn words<'b>(own: &'static Field, value: &'b [u8], fields: &[&'static Field], out: &mut Out<'_, 'b>) {
    out.node(own, value, Value::Text(value), |out| each(value, fields, out));
}

fn each<'b>(value: &'b [u8], fields: &[&'static Field], out: &mut Out<'_, 'b>) -> &'b [u8] {
    let mut rest = value;
    for field in fields {
        if rest.is_empty() {
            out.malformed(rest, "a part is missing");
            return rest;
        }
        let (word, after) = cut(rest, b' ').unwrap_or((rest, &[]));
        out.text(field, word);
        rest = after;
    }
    rest
}

// nettype addrtype address[/ttl][/count]
fn connection<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let address = each(value, &[&f::CONNECTION_NET, &f::CONNECTION_TYPE], out);
    let mut parts = address.split(|b| *b == b'/');
    for (part, field) in parts.by_ref().zip([&f::CONNECTION_ADDR, &f::CONNECTION_TTL, &f::CONNECTION_COUNT]) {
        out.text(field, part);
    }
}

// media port[/count] proto format ...
fn media<'b>(value: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut words = value.split(|b| *b == b' ').filter(|word| !word.is_empty());
    let (Some(media), Some(port)) = (words.next(), words.next()) else {
        return out.malformed(value, "not media, port, protocol and formats");
    };
    out.text(&f::MEDIA_MEDIA, media);
    let (port, count) = cut(port, b'/').map_or((port, None), |(port, count)| (port, Some(count)));
    match std::str::from_utf8(port).ok().and_then(|text| text.parse::<u16>().ok()) {
        Some(number) => out.number(&f::MEDIA_PORT, port, number),
        None => out.malformed(port, "not a port"),
    }
    out.text(&f::MEDIA_PORT_STRING, port);
    if let Some(count) = count {
        out.text(&f::MEDIA_PORTCOUNT, count);
    }
    let Some(protocol) = words.next() else { return out.malformed(value, "no protocol") };
    out.text(&f::MEDIA_PROTO, protocol);
    let is_rtp = protocol.starts_with(b"RTP/");
    for format in words {
        let name = if is_rtp { payload::name(format) } else { format.into() };
        out.value(&f::MEDIA_FORMAT, format, Value::Text(&name));
    }
}

fn attribute<'b>(value: &'b [u8], in_media: bool, out: &mut Out<'_, 'b>) {
    let (own, name_field, value_field) = if in_media {
        (&f::MEDIA_ATTR, &f::MEDIA_ATTR_FIELD, &f::MEDIA_ATTR_VALUE)
    } else {
        (&f::SESSION_ATTR, &f::SESSION_ATTR_FIELD, &f::SESSION_ATTR_VALUE)
    };
    let parts = cut(value, b':');
    let part = parts.and_then(|(name, content)| secret(name, content));
    let shown = out.seen(value, part.as_slice());
    out.node(own, value, Value::Text(&shown), |out| {
        let Some((name, content)) = parts else { return };
        out.text(name_field, name);
        match name {
            b"rtpmap" if in_media => rtpmap(content, out),
            b"fmtp" if in_media => fmtp(content, out),
            b"crypto" => crypto(content, out),
            b"candidate" => candidate(content, out),
            _ => {
                let shown = out.seen(content, secret(name, content).as_slice());
                out.value(value_field, content, Value::Text(&shown));
            }
        }
    });
}

/// The part of an attribute that may not be shown.
fn secret<'b>(name: &[u8], content: &'b [u8]) -> Option<&'b [u8]> {
    match name {
        b"ice-pwd" => Some(content),
        b"crypto" => Some(key_parameters(content)),
        _ => None,
    }
    .filter(|part| !part.is_empty())
}

// format encoding/rate[/channels]
fn rtpmap<'b>(content: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some((format, encoding)) = cut(content, b' ') else { return };
    out.text(&f::MEDIA_FORMAT, format);
    let mut parts = encoding.split(|b| *b == b'/');
    for (part, field) in parts.by_ref().zip([&f::MIME_TYPE, &f::SAMPLE_RATE]) {
        out.text(field, part);
    }
}

// format parameter[;parameter]
fn fmtp<'b>(content: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some((format, parameters)) = cut(content, b' ') else { return };
    out.text(&f::MEDIA_FORMAT, format);
    for parameter in parameters.split(|b| *b == b';').filter(|p| !p.is_empty()) {
        out.text(&f::FMTP_PARAMETER, crate::wire::text::trim(parameter));
    }
}

/// What follows tag and suite in `a=crypto`.
fn key_parameters(content: &[u8]) -> &[u8] {
    let behind = |text| cut(text, b' ').map_or(&[][..], |(_, rest)| rest);
    behind(behind(content))
}

fn crypto<'b>(content: &'b [u8], out: &mut Out<'_, 'b>) {
    let Some((tag, rest)) = cut(content, b' ') else { return out.malformed(content, "not tag, suite and key") };
    match std::str::from_utf8(tag).ok().and_then(|text| text.parse::<u32>().ok()) {
        Some(number) => out.number(&f::CRYPTO_TAG, tag, number),
        None => out.malformed(tag, "not a number"),
    }
    let (suite, _) = cut(rest, b' ').unwrap_or((rest, &[]));
    out.text(&f::CRYPTO_SUITE, suite);
    let key = key_parameters(content);
    if !key.is_empty() {
        out.text(&f::CRYPTO_KEY, key);
    }
}

// foundation component transport priority address port typ type ...
fn candidate<'b>(content: &'b [u8], out: &mut Out<'_, 'b>) {
    let rest = each(content, &CANDIDATE, out);
    if let Some((b"typ", kind)) = cut(rest, b' ') {
        out.text(&f::ICE_TYPE, cut(kind, b' ').map_or(kind, |(kind, _)| kind));
    }
}
