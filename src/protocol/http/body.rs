//! From the bytes behind a head to the content: chunks joined, compression undone.
//!
//! What was cut still gives its first bytes: a decompressor is read in a loop, and what it gave before it failed is
//! kept. Nothing grows beyond [`MAX_CONTENT`].

use super::chunk::{Chunks, Piece};
use super::parse::list;
use crate::field::Mark;
use crate::wire::ranges::joined;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use libdeflater::Decompressor;
use std::cell::RefCell;
use std::io::Read;
use std::ops::Range;

/// Bytes that a body is expanded to.
const MAX_CONTENT: usize = 1 << 20;
/// Codings undone one after the other; more than one is rare, more than three is an attack.
const MAX_CODINGS: usize = 3;
/// The most that deflate can grow (a bit more than 1030 in the best case).
const MAX_GROWTH: usize = 1100;
/// Growth that is worth a note.
const STRIKING: usize = 100;

/// Joins the data of a chunked body, as far as it is there.
pub fn dechunk(body: &[u8]) -> Vec<u8> {
    let mut chunks = Chunks::default();
    let mut content = Vec::new();
    loop {
        match chunks.next(body) {
            Piece::Chunk { data, .. } if content.len() < MAX_CONTENT => {
                content.extend_from_slice(body.get(data).unwrap_or(&[]));
            }
            Piece::More(_) => {
                // The last chunk was cut: its first bytes are content all the same.
                content.extend_from_slice(chunks.begun(body));
                return content;
            }
            _ => return content,
        }
    }
}

/// Where bytes of what [`dechunk`] joined lie in `body`.
pub fn in_chunks<'b>(body: &'b [u8], places: &[Range<usize>]) -> Vec<&'b [u8]> {
    // Each byte once, however many places share it.
    let places = joined(places.to_vec());
    let (mut chunks, mut parts, mut joined, mut first) = (Chunks::default(), Vec::new(), 0_usize, 0_usize);
    while first < places.len() {
        let (data, last) = match chunks.next(body) {
            Piece::Chunk { data, .. } => (body.get(data).unwrap_or(&[]), false),
            Piece::More(_) => (chunks.begun(body), true),
            _ => return parts,
        };
        let end = joined.saturating_add(data.len());
        for place in places.iter().skip(first).take_while(|place| place.start < end) {
            let from = place.start.saturating_sub(joined);
            let to = place.end.min(end).saturating_sub(joined);
            parts.extend(data.get(from..to).filter(|part| !part.is_empty()));
        }
        first = first.saturating_add(places.iter().skip(first).take_while(|place| place.end <= end).count());
        joined = end;
        if last {
            return parts;
        }
    }
    parts
}

thread_local! {
    /// Its tables are larger than most bodies: they are laid out once.
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// What came out of a decompressor.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The content, as far as it could be had.
    pub bytes: Vec<u8>,
    /// What is to be said of it.
    pub mark: Option<Mark>,
}

/// Undoes the codings of `Content-Encoding`, the last one first; nothing if none of them is known or there are none.
pub fn expand(encoding: &[u8], body: &[u8]) -> Option<Expanded> {
    let mut content: Option<Expanded> = None;
    for coding in list(encoding).rev().take(MAX_CODINGS) {
        let input = content.as_ref().map_or(body, |c| &c.bytes);
        let is = |name: &[u8]| coding.eq_ignore_ascii_case(name);
        let next = if is(b"gzip") || is(b"x-gzip") {
            whole_gzip(input).unwrap_or_else(|| read(MultiGzDecoder::new(input)))
        } else if is(b"deflate") {
            // The coding is zlib's format; some servers send the bare stream (RFC 9110 §8.4.1.2).
            let zlib = read(ZlibDecoder::new(input));
            if zlib.bytes.is_empty() { read(DeflateDecoder::new(input)) } else { zlib }
        } else if is(b"br") {
            read(brotli_decompressor::Decompressor::new(input, 4096))
        } else {
            break;
        };
        let before = content.and_then(|c| c.mark);
        content = Some(Expanded { mark: before.or(next.mark), ..next });
    }
    let mut content = content?;
    if content.mark.is_none() && content.bytes.len() / STRIKING > body.len() {
        content.mark = Some(Mark::Note("expands to more than a hundred times its size"));
    }
    Some(content)
}

/// Undoes gzip in one go where the body is one whole member of a size within bounds (RFC 1952 §2.3.1: the last four bytes
/// are the size of what went in, little endian): by far the most of them, at a third of the cost.
fn whole_gzip(body: &[u8]) -> Option<Expanded> {
    let size = u32::from_le_bytes(*body.last_chunk()?);
    let size =
        usize::try_from(size).ok().filter(|size| *size <= MAX_CONTENT.min(body.len().saturating_mul(MAX_GROWTH)))?;
    let mut bytes = vec![0; size];
    let written = DECOMPRESSOR.with_borrow_mut(|d| d.gzip_decompress(body, &mut bytes)).ok()?;
    // Less than the size at the end: that was the size of another member, which follows.
    (written == size).then_some(Expanded { bytes, mark: None })
}

/// Reads until the end, the bound, or the first error.
fn read(mut from: impl Read) -> Expanded {
    let mut bytes = Vec::new();
    let mut piece = [0_u8; 8192];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Expanded { bytes, mark: None },
            Ok(n) => bytes.extend_from_slice(piece.get(..n).unwrap_or(&[])),
            Err(_) => return Expanded { bytes, mark: Some(Mark::Malformed("does not decompress to its end")) },
        }
        if bytes.len() > MAX_CONTENT {
            bytes.truncate(MAX_CONTENT);
            return Expanded { bytes, mark: Some(Mark::TooLarge) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_whole_member_is_undone_in_one_go() {
        let content = b"<Envelope>".repeat(300);
        let expected = Expanded { bytes: content.clone(), mark: None };
        assert_eq!(whole_gzip(&gzip(&content)), Some(expected));
        assert_eq!(whole_gzip(&gzip(b"")).map(|e| e.bytes), Some(Vec::new()));
    }

    #[test]
    fn what_is_not_one_whole_member_gives_the_same_as_a_stream() {
        let (first, second) = (gzip(b"one and "), gzip(b"two"));
        let both = [&first[..], &second].concat();
        assert_eq!(whole_gzip(&both), None);
        assert_eq!(expand(b"gzip", &both).unwrap().bytes, b"one and two");

        let cut = &first[..first.len() - 10];
        assert_eq!(whole_gzip(cut), None);
        let begun = expand(b"gzip", cut).unwrap();
        assert!(b"one and ".starts_with(&begun.bytes) && begun.mark.is_some());

        let mut wrong_sum = first.clone();
        let at = wrong_sum.len() - 8;
        wrong_sum[at] ^= 1;
        assert_eq!(whole_gzip(&wrong_sum), None);
        assert!(expand(b"gzip", &wrong_sum).unwrap().mark.is_some());
    }

    #[test]
    fn a_bomb_is_cut_at_the_bound() {
        let bomb = gzip(&vec![0; MAX_CONTENT * 3]);
        assert_eq!(whole_gzip(&bomb), None);
        let expanded = expand(b"gzip", &bomb).unwrap();
        assert_eq!((expanded.bytes.len(), expanded.mark), (MAX_CONTENT, Some(Mark::TooLarge)));
    }

    #[test]
    fn a_size_that_no_body_of_this_length_can_have_is_not_believed() {
        let mut lies = gzip(b"x");
        let at = lies.len() - 4;
        lies[at..].copy_from_slice(&u32::to_le_bytes(1 << 19));
        assert_eq!(whole_gzip(&lies), None);
    }
}
