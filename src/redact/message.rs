//! A message written anew by what it is: heads and bodies in words, frames of WebSocket behind their mask, and everything
//! else by what is known of names alone.

use super::free::{self, Numbers};
use super::head;
use super::hpack;
use super::packed;
use super::rewrite::Dictionary;
use super::told::{Spot, Told, What, is_words};
use crate::wire::ranges::joined;
use crate::wire::text::trim;
use memchr::memmem;
use std::ops::Range;

/// Parts of media types that are kept: what the analysis reads, and what names can be replaced in.
const KEPT_TYPES: [&[u8]; 9] =
    [b"xml", b"soap", b"json", b"form-urlencoded", b"sdp", b"msrtc", b"multipart", b"html", b"text/plain"];

/// Writes a message anew, all but its spots.
pub(super) fn replace(bytes: &mut [u8], told: &Told, dictionary: &Dictionary) {
    match told.protocol {
        "websocket" => websocket(bytes, &told.spots, dictionary),
        "http2" => hpack::replace(bytes, dictionary),
        protocol if is_words(protocol) => words(bytes, protocol, &told.spots, dictionary),
        _ => {
            for gap in gaps(&told.known, bytes.len()) {
                if let Some(bytes) = bytes.get_mut(gap) {
                    free::broken(bytes, dictionary);
                }
            }
            dictionary.rewrite(bytes);
        }
    }
}

/// What lies between the parts that were understood.
fn gaps(known: &[Range<usize>], len: usize) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut at = 0_usize;
    for part in joined(known.to_vec()) {
        gaps.push(at..part.start.min(len));
        at = part.end;
    }
    gaps.push(at..len);
    gaps.retain(|gap| gap.start < gap.end);
    gaps
}

/// A message in words: all of it is free text, but what has a form of its own.
fn words(bytes: &mut [u8], protocol: &str, spots: &[Spot], dictionary: &Dictionary) {
    let own = |s: &&Spot| matches!(s.what, What::Secret | What::Answer | What::Wrapped);
    let skip: Vec<Range<usize>> = spots.iter().filter(own).map(|s| s.at.clone()).collect();
    let headed = matches!(protocol, "http" | "sip");
    let head = if headed { memmem::find(bytes, b"\r\n\r\n").map(|at| at.saturating_add(4)) } else { None };
    let Some(at) = head else {
        head::replace(bytes, &skip, dictionary);
        dictionary.rewrite(bytes);
        return;
    };
    let (head, rest) = bytes.split_at_mut(at);
    // The body is joined from its chunks, so that a name that two of them share is found.
    let moved = |range: &Range<usize>| range.start.saturating_sub(at)..range.end.saturating_sub(at);
    let behind = |s: &&Spot| s.what == What::Chunk && s.at.start >= at;
    let mut chunks: Vec<Range<usize>> = spots.iter().filter(behind).map(|s| moved(&s.at)).collect();
    let chunked = value(head, b"transfer-encoding").is_some_and(|coding| memmem::find(&coding, b"chunked").is_some());
    if chunks.is_empty() && !chunked {
        chunks.push(0..rest.len());
    }
    let mut body = Body::default();
    for chunk in &chunks {
        body.add(rest, chunk, skip.iter().filter(|s| s.end > at).map(moved));
    }
    let anew = |bytes: &mut [u8], skip: &[Range<usize>]| {
        free::replace(bytes, skip, Numbers::Phones, dictionary);
        dictionary.rewrite(bytes);
    };
    match (keeps(head, protocol), coding(head, protocol)) {
        (false, _) => body.bytes.fill(0),
        (true, None) => anew(&mut body.bytes, &body.skip),
        (true, Some(coding)) => {
            // What was told of a compressed body was told of what is in it, and is known by itself.
            let inside = |bytes: &mut [u8]| {
                let skip = dictionary.secrets(bytes);
                anew(bytes, &skip);
            };
            if !packed::replace(&mut body.bytes, &coding, inside) {
                body.bytes.fill(0);
            }
        }
    }
    head::replace(head, &skip, dictionary);
    dictionary.rewrite(head);
    let mut from = body.bytes.as_slice();
    let mut done = 0_usize;
    let between = |text: Option<&mut [u8]>| {
        if let Some(text) = text {
            head::between(text, dictionary);
            dictionary.rewrite(text);
        }
    };
    for chunk in chunks {
        between(rest.get_mut(done..chunk.start));
        if let (Some(place), Some((first, behind))) = (rest.get_mut(chunk.clone()), from.split_at_checked(chunk.len()))
        {
            place.copy_from_slice(first);
            from = behind;
        }
        done = chunk.end;
    }
    between(rest.get_mut(done..));
}

/// A frame of WebSocket (RFC 6455 §5.2): its text is written anew behind the mask that clients lay over it, and the mask laid
/// on again. What is compressed or no text becomes zeros, as it does elsewhere.
fn websocket(bytes: &mut [u8], spots: &[Spot], dictionary: &Dictionary) {
    let &[first, second, ..] = &*bytes else { return };
    let length = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0_usize,
    };
    let key_at = length.saturating_add(2);
    let masked = second & 0x80 != 0;
    let at = key_at.saturating_add(if masked { 4 } else { 0 });
    let key: Vec<u8> = if masked { bytes.get(key_at..at).unwrap_or(&[]).to_vec() } else { Vec::new() };
    let Some(payload) = bytes.get_mut(at..).filter(|_| key.len() == at.saturating_sub(key_at)) else { return };
    let mask = |payload: &mut [u8]| {
        for (byte, key) in payload.iter_mut().zip(key.iter().cycle()) {
            *byte ^= key;
        }
    };
    mask(payload);
    let is_text = std::str::from_utf8(payload).is_ok_and(|text| !text.contains('\0'));
    if first & 0x70 != 0 || !is_text && first & 0x0f <= 2 {
        payload.fill(0);
    } else if is_text {
        // What was told of a masked frame was told of its clear bytes, and is known by itself.
        let moved = |s: &Spot| Spot { at: s.at.start.saturating_sub(at)..s.at.end.saturating_sub(at), what: s.what };
        let mut spots: Vec<Spot> = spots.iter().filter(|s| !masked && s.at.start >= at).map(moved).collect();
        spots.extend(dictionary.secrets(payload).into_iter().map(|at| Spot { at, what: What::Secret }));
        let protocol = if memmem::find(payload, b"SIP/2.0").is_some() { "sip" } else { "data-text-lines" };
        words(payload, protocol, &spots, dictionary);
    } else {
        // Closing: a number, and why.
        free::unread(payload, dictionary);
        dictionary.rewrite(payload);
    }
    mask(payload);
}

/// A body joined from its pieces.
#[derive(Debug, Default)]
struct Body {
    bytes: Vec<u8>,
    /// What of it is written anew already.
    skip: Vec<Range<usize>>,
}

impl Body {
    fn add(&mut self, all: &[u8], piece: &Range<usize>, hidden: impl Iterator<Item = Range<usize>>) {
        let start = self.bytes.len();
        let here = |at: usize| start.saturating_add(at.clamp(piece.start, piece.end).saturating_sub(piece.start));
        self.skip.extend(hidden.map(|range| here(range.start)..here(range.end)).filter(|range| !range.is_empty()));
        self.bytes.extend_from_slice(all.get(piece.clone()).unwrap_or(&[]));
    }
}

/// The value of a field, in lower case.
fn value(head: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    head.split(|b| *b == b'\n').skip(1).find_map(|line| {
        let at = memchr::memchr(b':', line)?;
        let (known, value) = line.split_at_checked(at)?;
        trim(known).eq_ignore_ascii_case(name).then(|| trim(value.get(1..).unwrap_or(&[])).to_ascii_lowercase())
    })
}

/// How the body behind this head is compressed, in lower case.
fn coding(head: &[u8], protocol: &str) -> Option<Vec<u8>> {
    let short = || value(head, b"e").filter(|_| protocol == "sip");
    let coding = value(head, b"content-encoding").or_else(short)?;
    (!coding.is_empty() && coding != b"identity").then_some(coding)
}

/// True if the body behind this head goes along.
fn keeps(head: &[u8], protocol: &str) -> bool {
    let kind = value(head, b"content-type").or_else(|| value(head, b"c").filter(|_| protocol == "sip"));
    kind.is_some_and(|kind| KEPT_TYPES.iter().any(|part| memmem::find(&kind, part).is_some()))
}
