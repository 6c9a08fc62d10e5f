//! What stands for a secret: as long, of the same kinds of letters, and spelled the same way.
//!
//! ```text
//! Nightjar#42      letters for letters, digits for digits; what is neither stays
//! Nightjar%2342    the same letters as without the percent-encoding, encoded again
//! Nacht\"jar\n    what a backslash makes of a letter stays, so that JSON stays JSON
//! Grünspecht       a letter of several bytes stays one
//! 8f 01 a4 …       other bytes
//! ```

use super::key::Key;
use crate::wire::text::unhex;
use std::ops::Range;

/// The bytes that percent-encoding stands for, each with its place and the length of its spelling.
fn spelled(text: &[u8]) -> Vec<(usize, usize, u8)> {
    let (mut units, mut at) = (Vec::new(), 0_usize);
    while let Some(byte) = text.get(at) {
        let digits = text.get(at.saturating_add(1)..at.saturating_add(3)).filter(|_| *byte == b'%');
        let value = digits.and_then(|d| std::str::from_utf8(d).ok()).and_then(unhex).and_then(|b| b.first().copied());
        let len = if value.is_some() { 3 } else { 1 };
        units.push((at, len, value.unwrap_or(*byte)));
        at = at.saturating_add(len);
    }
    units
}

/// The text without its percent-encoding.
pub(super) fn unescaped(text: &[u8]) -> Vec<u8> {
    spelled(text).into_iter().map(|(.., byte)| byte).collect()
}

/// What stands for `secret`. What holds nothing (zeros) stays.
pub(super) fn conceal(secret: &[u8], key: &Key) -> Vec<u8> {
    if !secret.contains(&b'%') {
        return other(secret, key);
    }
    let units = spelled(secret);
    let plain: Vec<u8> = units.iter().map(|(.., byte)| *byte).collect();
    let mut new = secret.to_vec();
    for ((at, len, old), byte) in units.into_iter().zip(other(&plain, key)) {
        let spelling = match len {
            1 => vec![byte],
            // What stays keeps its spelling, in letters of either case.
            _ if byte == old => continue,
            _ => format!("%{byte:02X}").into_bytes(),
        };
        if let Some(place) = new.get_mut(at..at.saturating_add(len)) {
            place.copy_from_slice(&spelling);
        }
    }
    new
}

fn other(secret: &[u8], key: &Key) -> Vec<u8> {
    if secret.iter().all(|b| *b == 0) {
        return secret.to_vec();
    }
    let is_sign = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\t');
    let text = std::str::from_utf8(secret).is_ok_and(|text| text.chars().all(is_sign));
    // Digits of a number in hexadecimal stay that.
    let letters = if secret.iter().all(u8::is_ascii_hexdigit) { 6 } else { 26 };
    let letter = |base: u8, n: u8, of: u8| base.saturating_add(n % of);
    let escapes = if text { escapes(secret) } else { Vec::new() };
    let mut stays = escapes.iter().flat_map(Clone::clone).peekable();
    let new = secret.iter().zip(key.stream(&[b"secret", secret])).enumerate();
    let mut new: Vec<u8> = new
        .map(|(at, (old, n))| {
            if stays.next_if_eq(&at).is_some() {
                return *old;
            }
            match old {
                _ if !text => n,
                b'0'..=b'9' => letter(b'0', n, 10),
                b'a'..=b'z' => letter(b'a', n, letters),
                b'A'..=b'Z' => letter(b'A', n, letters),
                // The last bits of a letter of several bytes: it stays a letter, and of as many.
                0x80..=0xbf => (old & 0xf0) | (n & 0x0f),
                old => *old,
            }
        })
        .collect();
    // A letter spelled as a number is replaced by another so spelled.
    for (range, n) in escapes.into_iter().zip(key.stream(&[b"escape", secret])).filter(|(range, _)| range.len() == 5) {
        let digits = secret.get(range.start.saturating_add(1)..range.end).and_then(|d| std::str::from_utf8(d).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).map(char::from);
        let other = match code {
            Some('0'..='9') => letter(b'0', n, 10),
            Some('a'..='z') => letter(b'a', n, 26),
            Some('A'..='Z') => letter(b'A', n, 26),
            _ => continue,
        };
        if let Some(place) = new.get_mut(range) {
            place.copy_from_slice(format!("u{other:04x}").as_bytes());
        }
    }
    new
}

/// Places of letters that belong to an escape (RFC 8259 §7).
fn escapes(text: &[u8]) -> Vec<Range<usize>> {
    let (mut places, mut at) = (Vec::new(), 0_usize);
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at = at.saturating_add(found).saturating_add(1);
        let len = match text.get(at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 1,
            Some(b'u') if text.get(at.saturating_add(1)..at.saturating_add(5)).is_some() => 5,
            _ => 0,
        };
        places.push(at..at.saturating_add(len));
        at = at.saturating_add(len);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(secret: &str) -> String {
        String::from_utf8(conceal(secret.as_bytes(), &Key::default())).unwrap()
    }

    #[test]
    fn one_password_has_one_stand_in_in_either_spelling() {
        let plain = text("Nightjar#42");
        assert_eq!((plain.len(), &plain[8..9]), (11, "#"), "{plain}");
        assert_ne!(plain, "Nightjar#42");
        assert_eq!(text("Nightjar%2342").replace("%23", "#"), plain);
        assert_eq!(unescaped(text("%4Eightjar%2342").as_bytes()), plain.as_bytes());
        assert_eq!(text("a%2fb").to_lowercase().matches("%2f").count(), 1);
    }

    #[test]
    fn spelling_stays_what_it_is() {
        let json = text(r#"Nacht\"jar\n\u00e9x"#);
        assert!(json.contains(r#"\""#) && json.contains(r"\n\u00e9"), "{json}");
        let letters = text("\\u004eight\\u006A\\u0034\\u2026");
        assert!(letters.starts_with("\\u00") && letters.ends_with("\\u2026"), "{letters}");
        assert!(!letters.contains("u004eight") && letters.len() == 28, "{letters}");
        let umlauts = text("Grünspecht\u{4f8b}\u{1f426}");
        assert_eq!(umlauts.chars().count(), 12, "{umlauts}");
        assert!(!umlauts.contains('\u{1f426}') || !umlauts.contains('ü'));
        for odd in ["%", "%4", "%zz%", "\\", "\\u12", "%ff%fe"] {
            assert_eq!(text(odd).len(), odd.len());
        }
        assert_eq!(conceal(&[0; 8], &Key::default()), [0; 8]);
        assert_ne!(conceal(b"\x8f\x01\xa4\xff\x10", &Key::default()), b"\x8f\x01\xa4\xff\x10");
    }
}
