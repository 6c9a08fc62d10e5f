//! Quoted strings and character constants, with C's escapes (wireshark-filter(4)).

/// Reads the string that follows an opening `"`; with `raw` backslashes stay as they are. The content, and how many
/// bytes it took with the closing quote; or the place of what is wrong, and why.
pub(super) fn string(text: &str, raw: bool) -> Result<(Vec<u8>, usize), (usize, &'static str)> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0_usize);
    loop {
        let Some(byte) = bytes.get(at) else { return Err((at, "this string has no closing quote")) };
        match (byte, raw) {
            (b'"', _) => return Ok((out, at.saturating_add(1))),
            (b'\\', true) => {
                // A quote is escaped too, but the backslash stays.
                let pair = bytes.get(at..at.saturating_add(2)).unwrap_or(b"\\");
                out.extend_from_slice(pair);
                at = at.saturating_add(pair.len());
            }
            (b'\\', false) => {
                at = at.saturating_add(escape(text.get(at..).unwrap_or_default(), &mut out).map_err(|why| (at, why))?);
            }
            (other, _) => {
                out.push(*other);
                at = at.saturating_add(1);
            }
        }
    }
}

/// Reads the character that follows an opening `'`.
pub(super) fn character(text: &str) -> Result<(u8, usize), (usize, &'static str)> {
    let mut out = Vec::new();
    let taken = match text.as_bytes() {
        [] => return Err((0, "this character has no closing quote")),
        [b'\'', ..] => return Err((0, "there is no character between these quotes")),
        [b'\\', ..] => escape(text, &mut out).map_err(|why| (0, why))?,
        [byte, ..] => {
            out.push(*byte);
            1
        }
    };
    match (out.as_slice(), text.as_bytes().get(taken)) {
        ([byte], Some(b'\'')) => Ok((*byte, taken.saturating_add(1))),
        (_, None) => Err((0, "this character has no closing quote")),
        _ => Err((0, "a character constant is one byte; strings stand in double quotes")),
    }
}

/// Reads an escape at the start of `text` and returns its length.
fn escape(text: &str, out: &mut Vec<u8>) -> Result<usize, &'static str> {
    const UNKNOWN: &str = "there is no such escape; a backslash is written \\\\, or the string r\"..\"";
    let bytes = text.as_bytes();
    let plain = match bytes.get(1) {
        Some(b'a') => 0x07,
        Some(b'b') => 0x08,
        Some(b'f') => 0x0c,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'v') => 0x0b,
        Some(c @ (b'"' | b'\'' | b'\\')) => *c,
        Some(b'0'..=b'7') => {
            let digits = run(text, 1, 3, |b| (b'0'..=b'7').contains(&b));
            out.push(u8::from_str_radix(digits, 8).map_err(|_| "larger than 255")?);
            return Ok(digits.len().saturating_add(1));
        }
        Some(b'x') => {
            let digits = run(text, 2, 2, |b| b.is_ascii_hexdigit());
            out.push(u8::from_str_radix(digits, 16).map_err(|_| UNKNOWN)?);
            return Ok(digits.len().saturating_add(2));
        }
        Some(letter @ (b'u' | b'U')) => {
            let most = if *letter == b'u' { 4 } else { 8 };
            let digits = run(text, 2, most, |b| b.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == most).and_then(char::from_u32);
            // Plain characters are not written so in C.
            let code = code.filter(|c| u32::from(*c) >= 0xa0 || matches!(c, '$' | '@' | '`'));
            let mut encoded = [0; 4];
            out.extend_from_slice(code.ok_or("no such character")?.encode_utf8(&mut encoded).as_bytes());
            return Ok(digits.len().saturating_add(2));
        }
        _ => return Err(UNKNOWN),
    };
    out.push(plain);
    Ok(2)
}

/// The bytes from `start` on, at most `most`, that `accept` likes.
fn run(text: &str, start: usize, most: usize, accept: impl Fn(u8) -> bool) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    let len = rest.bytes().take(most).take_while(|b| accept(*b)).count();
    rest.get(..len).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_and_raw_strings_keep_them() {
        assert_eq!(string(r#"\x47ET" x"#, false), Ok((b"GET".to_vec(), 7)));
        assert_eq!(string(r#"\110EAD""#, false), Ok((b"HEAD".to_vec(), 8)));
        assert_eq!(string(r#"\u00e9""#, false), Ok(("é".as_bytes().to_vec(), 7)));
        assert_eq!(string(r#"a\"b\\""#, false), Ok((br#"a"b\"#.to_vec(), 7)));
        assert_eq!(string(r#"a\"b\.c""#, true), Ok((br#"a\"b\.c"#.to_vec(), 8)));
        assert!(string(r#"\q""#, false).is_err());
        assert!(string(r#"\777""#, false).is_err());
        assert!(string(r#"\u0047""#, false).is_err());
        assert!(string(r#"\ud800""#, false).is_err());
        assert!(string("abc", false).is_err());
        assert!(string("abc\\", true).is_err());
    }

    #[test]
    fn a_character_is_one_byte() {
        assert_eq!(character("G' "), Ok((b'G', 2)));
        assert_eq!(character(r"\x0a'"), Ok((b'\n', 5)));
        assert_eq!(character(r"\012'"), Ok((b'\n', 5)));
        for wrong in ["'", "", "ab'", "é'", "a", r"\q'"] {
            assert!(character(wrong).is_err(), "{wrong}");
        }
    }
}
