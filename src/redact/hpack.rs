//! Cleartext HTTP/2: header blocks (RFC 7541), whose literals are text or Huffman code, and bodies.
//!
//! A literal must stay as many bits long as it was. In text that is nothing new; in Huffman code a letter is replaced by one
//! whose code is as long, so that what stands for a name there is not what stands for it elsewhere, but always the same.

use super::free::{self, Numbers};
use super::head;
use super::rewrite::Dictionary;
use fluke_hpack::huffman::HuffmanDecoder;
use std::ops::Range;

/// What a client says first (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Bytes of the header of a frame (RFC 9113 §4.1).
const HEADER: usize = 9;
/// Letters by the length of their codes in bits, in the order of the codes (RFC 7541 appendix B).
const CODES: [(usize, &[u8]); 11] = [
    (5, b"012aceiost"),
    (6, b" %-./3456789=A_bdfghlmnpru"),
    (7, b":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz"),
    (8, b"&*,;XZ"),
    (10, b"!\"()?"),
    (11, b"'+|"),
    (12, b"#>"),
    (13, b"\0$@[]~"),
    (14, b"^}"),
    (15, b"<`{"),
    (19, b"\\"),
];
/// The first codes of 5 to 8 bits.
const FIRST: [(usize, u32); 4] = [(5, 0), (6, 0x14), (7, 0x5c), (8, 0xf8)];

/// Writes frames anew.
pub(super) fn replace(bytes: &mut [u8], dictionary: &Dictionary) {
    let mut at = if bytes.starts_with(PREFACE) { PREFACE.len() } else { 0 };
    while let Some(&[a, b, c, kind, flags]) = bytes.get(at..at.saturating_add(5)) {
        let len = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX);
        let start = at.saturating_add(HEADER);
        at = start.saturating_add(len);
        let end = at.min(bytes.len());
        let Some(payload) = bytes.get_mut(start.min(end)..end) else { return };
        // Padding, then what a stream depends on or promises.
        let padding =
            if flags & 8 != 0 && matches!(kind, 0 | 1 | 5) { payload.first().copied().map(usize::from) } else { None };
        let front = usize::from(padding.is_some())
            .saturating_add(if kind == 1 && flags & 0x20 != 0 { 5 } else { 0 })
            .saturating_add(if kind == 5 { 4 } else { 0 });
        let end = payload.len().saturating_sub(padding.unwrap_or(0)).max(front);
        if let Some(padding) = payload.get_mut(end..) {
            padding.fill(0);
        }
        let content = payload.get_mut(front..end).unwrap_or_default();
        match kind {
            0 => body(content, dictionary),
            1 | 5 | 9 => block(content, dictionary),
            _ => {
                free::unread(content, dictionary);
                dictionary.rewrite(content);
            }
        }
    }
}

/// A body: text is written anew, and everything else is not copied.
fn body(bytes: &mut [u8], dictionary: &Dictionary) {
    if std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')) {
        let skip = dictionary.secrets(bytes);
        free::replace(bytes, &skip, Numbers::Phones, dictionary);
        dictionary.rewrite(bytes);
    } else {
        bytes.fill(0);
    }
}

/// A header block. What cannot be read to its end becomes zeros.
fn block(bytes: &mut [u8], dictionary: &Dictionary) {
    let mut at = 0_usize;
    while at < bytes.len() {
        let read = field(bytes, at, dictionary).filter(|next| *next > at);
        let Some(next) = read else {
            if let Some(rest) = bytes.get_mut(at..) {
                rest.fill(0);
            }
            return;
        };
        at = next;
    }
}

/// One field of a block; where it ends.
fn field(bytes: &mut [u8], at: usize, dictionary: &Dictionary) -> Option<usize> {
    let first = *bytes.get(at)?;
    let prefix = match first {
        0x80.. => 7,
        0x40..=0x7f => 6,
        0x20..=0x3f => 5,
        _ => 4,
    };
    let (index, mut at) = integer(bytes, at, prefix)?;
    if first & 0x80 != 0 || (0x20..=0x3f).contains(&first) {
        return Some(at);
    }
    let mut name = known(index).to_vec();
    if index == 0 {
        let (text, coded) = string(bytes, at)?;
        name = if coded {
            HuffmanDecoder::new().decode(bytes.get(text.clone())?).ok()?
        } else {
            bytes.get(text.clone())?.to_vec()
        };
        let new = anew(b"", &name, dictionary);
        put(bytes.get_mut(text.clone())?, coded, &name, &new);
        at = text.end;
    }
    let (text, coded) = string(bytes, at)?;
    let place = bytes.get_mut(text.clone())?;
    let old = if coded { HuffmanDecoder::new().decode(place).ok()? } else { place.to_vec() };
    let new = anew(&name, &old, dictionary);
    put(place, coded, &old, &new);
    Some(text.end)
}

/// A value as it is in the copy; of a field without a name it is the name.
fn anew(name: &[u8], value: &[u8], dictionary: &Dictionary) -> Vec<u8> {
    let mut line = name.to_vec();
    line.extend_from_slice(if name.is_empty() { b"" } else { b": " });
    let start = line.len();
    line.extend_from_slice(value);
    let skip = dictionary.secrets(&mut line);
    head::replace(&mut line, &skip, dictionary);
    dictionary.rewrite(&mut line);
    line.split_off(start)
}

/// Names that stand in the table of everybody, of the fields that have a form of their own.
fn known(index: usize) -> &'static [u8] {
    match index {
        23 => b"authorization",
        28 => b"content-length",
        48 => b"proxy-authenticate",
        49 => b"proxy-authorization",
        54 => b"server",
        58 => b"user-agent",
        61 => b"www-authenticate",
        _ => b"x",
    }
}

/// An integer that begins in the last bits of a byte (RFC 7541 §5.1), and where it ends.
fn integer(bytes: &[u8], at: usize, prefix: u32) -> Option<(usize, usize)> {
    let limit = (1_usize << prefix).saturating_sub(1);
    let mut value = usize::from(*bytes.get(at)?) & limit;
    let mut at = at.saturating_add(1);
    if value < limit {
        return Some((value, at));
    }
    for shift in [0_u32, 7, 14, 21] {
        let byte = usize::from(*bytes.get(at)?);
        at = at.saturating_add(1);
        value = value.saturating_add((byte & 0x7f) << shift);
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

/// A string (RFC 7541 §5.2): its bytes, and whether they are Huffman code.
fn string(bytes: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let coded = bytes.get(at)? & 0x80 != 0;
    let (len, start) = integer(bytes, at, 7)?;
    let end = start.checked_add(len).filter(|end| *end <= bytes.len())?;
    Some((start..end, coded))
}

/// Puts a text in the place of one as long.
fn put(place: &mut [u8], coded: bool, old: &[u8], new: &[u8]) {
    if !coded {
        if place.len() == new.len() {
            place.copy_from_slice(new);
        }
        return;
    }
    let mut bit = 0_usize;
    for (old, new) in old.iter().zip(new) {
        let Some((len, letters)) = CODES.iter().find(|(_, letters)| letters.contains(old)) else {
            // Where the next letters stand is not known.
            return rest(place, bit);
        };
        if old != new
            && let Some((_, first)) = FIRST.iter().find(|(known, _)| known == len)
        {
            let like = |b: &&u8| if old.is_ascii_digit() { b.is_ascii_digit() } else { b.is_ascii_alphabetic() };
            let others: Vec<u8> = letters.iter().filter(like).filter(|b| *b != old).copied().collect();
            let other = others.get(usize::from(*new).checked_rem(others.len()).unwrap_or(0)).copied().unwrap_or(*old);
            let nth = letters.iter().position(|b| *b == other).and_then(|nth| u32::try_from(nth).ok()).unwrap_or(0);
            write(place, bit, *len, first.saturating_add(nth));
        }
        bit = bit.saturating_add(*len);
    }
}

/// From a bit on everything is the shortest code.
fn rest(place: &mut [u8], bit: usize) {
    for (at, byte) in place.iter_mut().enumerate().skip(bit / 8) {
        *byte = if at == bit / 8 { *byte & !(0xff_u8 >> (bit % 8)) } else { 0 };
    }
}

fn write(place: &mut [u8], bit: usize, len: usize, code: u32) {
    for nth in 0..len {
        let at = bit.saturating_add(nth);
        let mask = 0x80_u8 >> (at % 8);
        let set = code >> len.saturating_sub(nth).saturating_sub(1) & 1 != 0;
        if let Some(byte) = place.get_mut(at / 8) {
            *byte = if set { *byte | mask } else { *byte & !mask };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::addresses::Addresses;
    use super::super::key::Key;
    use super::*;
    use crate::wire::text::unhex;
    use std::collections::BTreeMap;

    fn dictionary() -> Dictionary {
        let words = BTreeMap::from([("example".to_owned(), "qqqqqqq".to_owned())]);
        let addresses = Addresses { ips: BTreeMap::new(), macs: BTreeMap::new() };
        Dictionary::new(&words, addresses, &[b"QWxhZGRpbjpvcGVu".to_vec()], Key::default())
    }

    fn frames(block: &[u8]) -> Vec<u8> {
        [PREFACE, &[0, 0, u8::try_from(block.len()).unwrap(), 1, 4, 0, 0, 0, 1], block].concat()
    }

    /// RFC 7541 C.4.1: the first request, `www.example.com` in Huffman code.
    #[test]
    fn names_in_huffman_code() {
        let old = unhex("828684418cf1e3c2e5f23a6ba0ab90f4ff").unwrap();
        let mut bytes = frames(&old);
        replace(&mut bytes, &dictionary());
        let new = &bytes[PREFACE.len() + HEADER..];
        assert_eq!(new.len(), old.len());
        let mut decoder = fluke_hpack::Decoder::new();
        let list = decoder.decode(new).unwrap();
        let host = String::from_utf8(list[3].1.clone()).unwrap();
        assert_eq!(list[0], (b":method".to_vec(), b"GET".to_vec()));
        assert!(host.starts_with("www.") && &host[11..] == ".com", "{host}");
        assert!(host[4..11].bytes().zip(b"example").all(|(new, old)| new != *old), "{host}");
    }

    #[test]
    fn literals_in_text_and_secrets() {
        let mut block = b"\x82\x86".to_vec();
        for (name, value) in [("authorization", "Basic QWxhZGRpbjpvcGVu"), ("x-quokka", "wombat.example 12345")] {
            block.push(0);
            for text in [name, value] {
                block.push(u8::try_from(text.len()).unwrap());
                block.extend(text.bytes());
            }
        }
        let mut bytes = frames(&block);
        replace(&mut bytes, &dictionary());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text.contains("authorization\u{16}Basic ") && text.contains(".qqqqqqq 12345"), "{text}");
        assert!(!["QWxhZGRpbjpvcGVu", "quokka", "wombat"].iter().any(|old| text.contains(old)), "{text}");
    }

    #[test]
    fn what_cannot_be_read_is_zeros() {
        let mut bytes = frames(b"\x82\x00\x7fnot so long");
        replace(&mut bytes, &dictionary());
        assert_eq!(bytes[PREFACE.len() + HEADER..], [&[0x82][..], &[0; 13]].concat());
        for odd in [&b""[..], b"\0\0", b"\0\0\x05\x01\x2c\0\0\0\x01\x01", b"\xff\xff\xff\x00\x08\0\0\0\x01\xff"] {
            let mut bytes = odd.to_vec();
            replace(&mut bytes, &dictionary());
            assert_eq!(bytes.len(), odd.len());
        }
    }
}
