//! Text from the wire on its way to people: the one place where it is made harmless.

use std::borrow::Cow;
use std::fmt::Write;

/// The text of `bytes` as Wireshark prints strings: control characters escaped C-style, what is not UTF-8 as U+FFFD.
///
/// Nothing this returns can move a cursor, change a colour or reverse the reading direction.
pub fn escape(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.chars().any(harmful)
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\x07' => out.push_str("\\a"),
                '\x08' => out.push_str("\\b"),
                '\x0b' => out.push_str("\\v"),
                '\x0c' => out.push_str("\\f"),
                '\\' => out.push_str("\\\\"),
                c if harmful(c) => push_bytes(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes()),
                c => out.push(c),
            }
        }
        if !chunk.invalid().is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
    out.into()
}

fn push_bytes(out: &mut String, bytes: &[u8]) {
    for b in bytes {
        let _ = write!(out, "\\x{b:02x}");
    }
}

/// True for what may not reach a terminal: controls, and the marks that reorder or hide text.
pub fn harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' | '\u{061c}' | '\u{180e}')
}

/// Bytes as lower-case hexadecimal without separators.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('?');
    for b in bytes {
        out.extend([digit(b >> 4), digit(b & 15)]);
    }
    out
}

/// Bytes from hexadecimal text; nothing if a character is no digit or one is left over.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    digits.chunks_exact(2).map(|p| Some(digit(p[0])? << 4 | digit(p[1])?)).collect()
}

/// The part of a name that account and address share, in lower case: `CORVID\mona` and `mona@corvid.example` are `mona`.
pub fn short_name(name: &str) -> String {
    let name = name.rsplit('\\').next().unwrap_or(name);
    name.split('@').next().unwrap_or(name).to_ascii_lowercase()
}

/// Strips blanks and tabs from both ends.
pub fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(escape("müller".as_bytes()), Cow::Borrowed("müller")));
    }

    #[test]
    fn account_and_address_share_a_name() {
        for name in ["CORVID\\mona", "Mona@corvid.example", "mona", "CORVID\\mona@corvid.example"] {
            assert_eq!(short_name(name), "mona", "{name}");
        }
    }

    #[test]
    fn what_could_drive_a_terminal_is_escaped() {
        assert_eq!(escape(b"a\x1b[2Jb\r\n"), "a\\x1b[2Jb\\r\\n");
        assert_eq!(escape("a\u{202e}b".as_bytes()), "a\\xe2\\x80\\xaeb");
        assert_eq!(escape(b"\xffok"), "\u{fffd}ok");
    }

    #[test]
    fn hex_goes_there_and_back() {
        assert_eq!(unhex(&hex(&[0, 0xab, 0xff])).unwrap(), [0, 0xab, 0xff]);
        assert_eq!(unhex("abc"), None);
        assert_eq!(unhex("zz"), None);
    }
}
