//! Free text: places where people and programs write what they like. Every word there is replaced, but those that the
//! protocols, the clients and the analysis know.
//!
//! ```text
//! Subject: Quarterly at Corvid    Subject: Kjfupozeq at Zhbnwu
//! X-Host: fe01                    X-Host: qk47
//! /Auth/%6Dona?x=1                /Auth/%71kzw?x=1
//! {"name":"\u006dona"}            {"name":"\u0071kzw"}
//! ```
//!
//! The same word has the same stand-in as everywhere, and as many letters. Numbers stay, unless they are as long as a
//! telephone's. Base64 of text is written anew letter by letter; base64 of what has a protocol of its own is left to it.

use super::rewrite::Dictionary;
use super::vocabulary;
use crate::fact::Diagnostic;
use crate::knowledge::code;
use crate::wire::base64;
use memchr::memmem;
use std::net::Ipv6Addr;
use std::ops::Range;

/// Letters of the shortest word that is replaced.
const SHORTEST: usize = 3;
/// Letters of the shortest word in bytes that nobody read.
const UNREAD: usize = 5;
/// Digits of the shortest number that may be a telephone's.
const PHONE: usize = 7;
/// Letters of the shortest run that may be base64.
const MIN_BASE64: usize = 12;
/// Base64 in base64 that is opened.
const MAX_DEPTH: u8 = 3;
/// Domains of specifications.
const SCHEMAS: [&str; 6] =
    ["xmlsoap.org", "oasis-open.org", "w3.org", "ietf.org", "openxmlformats.org", "schemas.microsoft.com"];
/// How a branch of SIP begins (RFC 3261 §8.1.1.7).
const COOKIE: &[u8] = b"z9hG4bK";

/// How a character is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// As itself.
    Plain,
    /// `%41`
    Percent,
    /// `\u0041`
    Unicode,
    /// `&#65;`
    Decimal,
    /// `&#x41;`
    Hex,
}

/// A character of a text and its place.
#[derive(Clone, Copy, Debug)]
struct Unit {
    at: usize,
    len: usize,
    code: u32,
    spelling: Spelling,
}

impl Unit {
    /// True for letters and digits. Bytes beyond ASCII belong to letters.
    fn is_part(self) -> bool {
        u8::try_from(self.code).is_ok_and(|b| b.is_ascii_alphanumeric()) || self.code >= 0x80
    }

    /// The same character spelled in as many bytes, if it can be.
    fn spell(self, byte: u8) -> Option<Vec<u8>> {
        let text = match self.spelling {
            Spelling::Plain => return Some(vec![byte]),
            Spelling::Percent => format!("%{byte:02X}"),
            Spelling::Unicode => format!("\\u{byte:04x}"),
            Spelling::Decimal => format!("&#{byte:0width$};", width = self.len.saturating_sub(3)),
            Spelling::Hex => format!("&#x{byte:0width$x};", width = self.len.saturating_sub(4)),
        };
        Some(text.into_bytes()).filter(|text| text.len() == self.len)
    }
}

/// What is replaced in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// All numbers stay.
    Stay,
    /// Those that may be a telephone's go.
    Phones,
}

/// Replaces the words of a text, but not in the bytes of `skip`.
pub(super) fn replace(text: &mut [u8], skip: &[Range<usize>], numbers: Numbers, dictionary: &Dictionary) {
    level(text, skip, numbers, dictionary, MAX_DEPTH);
}

/// Replaces what may be words in bytes that nobody read: there is no telling which bytes are lengths and numbers.
pub(super) fn unread(bytes: &mut [u8], dictionary: &Dictionary) {
    for run in readable(bytes) {
        let word = bytes.get_mut(run).unwrap_or_default();
        replace(word, &[], Numbers::Stay, dictionary);
    }
}

/// Letters in a row that hardly are in such bytes by chance.
pub(super) fn readable(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut runs = words(bytes);
    runs.retain(|run| run.len() >= UNREAD);
    runs
}

/// What may be words in bytes. Digits may be tags and lengths of DER, and so may the letter before a text.
pub(super) fn words(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut words = super::rewrite::runs(bytes, |b| b.is_ascii_alphabetic());
    for run in &mut words {
        let text = run.start.saturating_add(1);
        let len = bytes.get(run.start).map_or(0, |len| usize::from(*len));
        let printable = |text: &[u8]| text.iter().all(|b| matches!(b, b' '..=b'~'));
        if bytes.get(text..text.saturating_add(len)).is_some_and(printable) {
            run.start = text;
        }
    }
    words.retain(|run| run.len() >= SHORTEST);
    words
}

/// Replaces everything that may be part of a word, in either width, in what was not understood of a message: it may be the
/// half of a name that nobody knows whole.
pub(super) fn broken(bytes: &mut [u8], dictionary: &Dictionary) {
    for run in words(bytes) {
        let word = bytes.get_mut(run).unwrap_or_default();
        replace(word, &[], Numbers::Stay, dictionary);
    }
    let mut at = 0_usize;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let wide = |pair: &&[u8]| matches!(pair, [letter, 0] if letter.is_ascii_alphabetic());
        let mut word: Vec<u8> = rest.chunks(2).take_while(wide).filter_map(|pair| pair.first().copied()).collect();
        let len = word.len();
        if len >= SHORTEST {
            replace(&mut word, &[], Numbers::Stay, dictionary);
            for (place, new) in bytes.iter_mut().skip(at).step_by(2).zip(word) {
                *place = new;
            }
        }
        at = at.saturating_add(len.saturating_mul(2).max(1));
    }
}

fn level(text: &mut [u8], skip: &[Range<usize>], numbers: Numbers, dictionary: &Dictionary, depth: u8) {
    let mut stays: Vec<Range<usize>> = skip.to_vec();
    stays.extend(addresses(text));
    stays.extend(schemas(text));
    stays.extend(markup(text));
    stays.extend(codes(text));
    stays.extend(blobs(text, skip, dictionary, depth));
    let mut marks = vec![false; text.len()];
    for range in stays {
        if let Some(marks) = marks.get_mut(range) {
            marks.fill(true);
        }
    }
    let units = units(text);
    let mut at = 0_usize;
    while let Some(rest) = units.get(at..).filter(|rest| !rest.is_empty()) {
        let marked = |unit: &Unit| marks.get(unit.at).copied().unwrap_or(true);
        let len = rest.iter().take_while(|unit| unit.is_part() && !marked(unit)).count();
        let word = rest.get(..len).unwrap_or(&[]);
        let before = at.checked_sub(1).and_then(|at| units.get(at)).map(|unit| unit.code);
        let after = units.get(at.saturating_add(len)).map(|unit| unit.code);
        at = at.saturating_add(len.max(1));
        one(text, word, before, after, numbers, dictionary);
    }
}

/// A number with which Windows says that something failed: `0x80090322`. One that is not known may be an address.
fn windows(word: &[u8]) -> Option<u32> {
    Diagnostic::result_in(word).filter(|_| word.len() == 10 && word.starts_with(b"0x"))
}

/// Replaces a word.
fn one(
    text: &mut [u8],
    word: &[Unit],
    before: Option<u32>,
    after: Option<u32>,
    numbers: Numbers,
    dictionary: &Dictionary,
) {
    let bytes: Vec<u8> = word.iter().map(|unit| u8::try_from(unit.code).unwrap_or(b'?')).collect();
    let result = windows(&bytes);
    if result.is_some_and(|result| code::windows(result).is_some()) {
        return;
    }
    let (cookie, bytes) = match bytes.strip_prefix(COOKIE) {
        Some(rest) => (COOKIE.len(), rest.to_vec()),
        // What says that it is a number, and of a failure.
        None if result.is_some() => (3, bytes.get(3..).unwrap_or_default().to_vec()),
        None => (0, bytes),
    };
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let number = digits == bytes.len();
    let lower = String::from_utf8_lossy(&bytes).to_lowercase();
    let names_nobody = number && (numbers == Numbers::Stay || bytes.len() < PHONE || is_moment(&bytes))
        || bytes.len() < SHORTEST
        || is_time(&bytes)
        || vocabulary::knows(&lower);
    if result.is_none() && names_nobody {
        return;
    }
    let dash = |beside: Option<u32>| beside == Some(u32::from(b'-'));
    let guid = bytes.iter().all(u8::is_ascii_hexdigit)
        && (result.is_some()
            || digits > 0 && digits < bytes.len() && bytes.len() >= 8
            || matches!(bytes.len(), 4 | 8 | 12) && (dash(before) || dash(after)));
    let new = dictionary.stand_in(&lower, guid);
    for ((unit, old), new) in word.iter().skip(cookie).zip(&bytes).zip(new.bytes()) {
        // What is spelled as a number beyond ASCII stays: a stand-in has no such letter.
        if unit.code > 0xff
            || unit.code >= 0x80 && unit.spelling != Spelling::Plain && unit.spelling != Spelling::Percent
        {
            continue;
        }
        let new = if old.is_ascii_uppercase() { new.to_ascii_uppercase() } else { new };
        let spelled = unit.spell(new).or_else(|| unit.spell(b'A'));
        if let (Some(place), Some(new)) = (text.get_mut(unit.at..unit.at.saturating_add(unit.len)), spelled) {
            place.copy_from_slice(&new);
        }
    }
}

/// Seconds or milliseconds since 1970.
fn is_moment(digits: &[u8]) -> bool {
    digits.starts_with(b"1") && matches!(digits.len(), 10 | 13)
}

/// Parts of a moment of ISO 8601 between its colons, dashes and dots: `22T10`, `54Z`, `20261122T102754Z`.
fn is_time(word: &[u8]) -> bool {
    let bare = word.strip_suffix(b"Z").unwrap_or(word);
    let mut parts = bare.split(|b| *b == b'T');
    let all = |part: &[u8]| part.len() >= 2 && part.iter().all(u8::is_ascii_digit);
    let marked = bare.len() < word.len() || bare.contains(&b'T');
    marked && parts.clone().count() <= 2 && bare.len() <= 15 && parts.all(all)
}

/// The characters of a text.
fn units(text: &[u8]) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len());
    let mut at = 0_usize;
    while let Some(byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or(&[]);
        let (len, code, spelling) = escaped(rest).unwrap_or((1, u32::from(*byte), Spelling::Plain));
        units.push(Unit { at, len, code, spelling });
        at = at.saturating_add(len);
    }
    units
}

/// A character that is spelled as a number.
fn escaped(rest: &[u8]) -> Option<(usize, u32, Spelling)> {
    let number = |digits: &[u8], base: u32| {
        let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(text, base).ok()
    };
    match rest {
        [b'%', ..] => Some((3, number(rest.get(1..3)?, 16)?, Spelling::Percent)),
        [b'\\', b'u', ..] => Some((6, number(rest.get(2..6)?, 16)?, Spelling::Unicode)),
        [b'&', b'#', ..] => {
            let end = rest.iter().take(10).position(|b| *b == b';')?;
            let (digits, base, spelling) = match rest.get(2..end)? {
                [b'x' | b'X', digits @ ..] => (digits, 16, Spelling::Hex),
                digits => (digits, 10, Spelling::Decimal),
            };
            Some((end.saturating_add(1), number(digits, base)?, spelling))
        }
        // Of what a backslash may stand before, the letter is no part of a word.
        [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {
            Some((2, u32::from(b' '), Spelling::Plain))
        }
        _ => None,
    }
}

/// IPv6 addresses, which are replaced as such.
fn addresses(text: &[u8]) -> Vec<Range<usize>> {
    super::rewrite::runs(text, |b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'))
        .into_iter()
        .filter(|run| {
            let text = text.get(run.clone()).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
            text.bytes().filter(|b| *b == b':').count() >= 2 && text.parse::<Ipv6Addr>().is_ok()
        })
        .collect()
}

/// Names of schemas: addresses of specifications, which nobody chose.
fn schemas(text: &[u8]) -> Vec<Range<usize>> {
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>' | b',' | b';' | b'&');
    memmem::find_iter(text, b"http://")
        .filter_map(|at| {
            let rest = text.get(at..)?;
            let uri = rest.get(..rest.iter().position(ends).unwrap_or(rest.len()))?;
            let host = uri.get(7..)?.split(|b| matches!(b, b'/' | b':' | b'?')).next()?.to_ascii_lowercase();
            let is_one = |known: &&str| {
                host.strip_suffix(known.as_bytes()).is_some_and(|before| before.is_empty() || before.ends_with(b"."))
            };
            SCHEMAS.iter().any(is_one).then(|| at..at.saturating_add(uri.len()))
        })
        .collect()
}

/// Names of the elements of XML and of their attributes: a schema's, and nobody's.
fn markup(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if memmem::find(text, b"</").is_none() && memmem::find(text, b"/>").is_none() {
        return found;
    }
    let is = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-' | b'.');
    for open in memchr::memchr_iter(b'<', text) {
        let rest = text.get(open.saturating_add(1)..).unwrap_or(&[]);
        let slash = usize::from(matches!(rest.first(), Some(b'/' | b'?' | b'!')));
        let name = rest.iter().skip(slash).take_while(|b| is(b)).count();
        let start = open.saturating_add(1).saturating_add(slash);
        let end = start.saturating_add(name);
        if name == 0 || !text.get(end).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'?')) {
            continue;
        }
        found.push(start..end);
        // Names of attributes stand before an equals sign, outside the quotes.
        let (mut at, mut quote, mut from) = (end, None, None);
        while let Some(byte) = text.get(at) {
            match (quote, byte) {
                (Some(q), b) if q == *b => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => (quote, from) = (Some(*byte), None),
                (None, b'>' | b'<') => break,
                (None, b'=') => found.extend(from.take().map(|from| from..at)),
                (None, b) if is(b) => from = from.or(Some(at)),
                (None, _) => from = None,
            }
            at = at.saturating_add(1);
        }
    }
    found
}

/// The number in the text of an error of Active Directory: `data 52e`.
fn codes(text: &[u8]) -> Vec<Range<usize>> {
    let digits = |at: usize| text.iter().skip(at).take_while(|b| b.is_ascii_hexdigit()).count();
    memmem::find_iter(text, b" data ")
        .map(|at| at.saturating_add(6))
        .map(|at| at..at.saturating_add(digits(at)))
        .collect()
}

/// Base64: of a text it is written anew here, of tokens and certificates it stays as it is.
fn blobs(text: &mut [u8], skip: &[Range<usize>], dictionary: &Dictionary, depth: u8) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let is = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'\r' | b'\n');
    for run in super::rewrite::runs(text, is) {
        let Some(bytes) = text.get(run.clone()) else { continue };
        if bytes.starts_with(b"MII") && bytes.len() >= MIN_BASE64 {
            found.push(run);
            continue;
        }
        for line in super::rewrite::runs(bytes, |b| !matches!(b, b'\r' | b'\n')) {
            let at = run.start.saturating_add(line.start)..run.start.saturating_add(line.end);
            let skipped = skip.iter().any(|skip| skip.start < at.end && at.start < skip.end);
            if !skipped && at.len() >= MIN_BASE64 && blob(text, at.clone(), dictionary, depth) {
                found.push(at);
            }
        }
    }
    found
}

/// True if this is base64 that needs nothing more.
fn blob(text: &mut [u8], at: Range<usize>, dictionary: &Dictionary, depth: u8) -> bool {
    let Some(letters) = text.get(at.clone()) else { return false };
    let has = |is: fn(&u8) -> bool| letters.iter().any(is);
    // What has only letters of one case is a word, and base64 of a text is not.
    if !has(u8::is_ascii_uppercase) || !has(u8::is_ascii_lowercase) {
        return false;
    }
    let url = has(|b| matches!(b, b'-' | b'_'));
    let Some(mut plain) = base64::decode(&base64::standard(letters)) else { return false };
    if is_token(&plain) {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    let is_text = |text: &[u8]| text.iter().all(|b| matches!(b, b' '..=b'~' | b'\r' | b'\n' | b'\t'));
    let (even, odd): (Vec<_>, Vec<_>) = plain.iter().copied().enumerate().partition(|(at, _)| at % 2 == 0);
    let [mut even, odd]: [Vec<u8>; 2] = [even, odd].map(|half| half.into_iter().map(|(_, b)| b).collect());
    if is_text(&plain) {
        level(&mut plain, &[], Numbers::Phones, dictionary, depth);
    } else if is_text(&even) && odd.iter().all(|b| *b == 0) {
        level(&mut even, &[], Numbers::Phones, dictionary, depth);
        for (place, new) in plain.iter_mut().step_by(2).zip(even) {
            *place = new;
        }
    } else {
        return false;
    }
    if let Some(place) = text.get_mut(at) {
        for (place, letter) in place.iter_mut().zip(base64::encode(&plain).bytes()) {
            *place = match letter {
                b'+' if url => b'-',
                b'/' if url => b'_',
                letter => letter,
            };
        }
    }
    true
}

/// True for what has a protocol of its own: NTLM, GSS-API, and what is written in DER.
fn is_token(plain: &[u8]) -> bool {
    plain.starts_with(b"NTLMSSP\0") || matches!(plain, [0x30 | 0x60 | 0x6e | 0xa0 | 0xa1, 0x81 | 0x82, ..])
}

#[cfg(test)]
mod tests {
    use super::super::addresses::Addresses;
    use super::super::key::Key;
    use super::*;
    use std::collections::BTreeMap;

    fn replaced(text: &str) -> String {
        let words = BTreeMap::from([("corvid".to_owned(), "zzzzzz".to_owned())]);
        let addresses = Addresses { ips: BTreeMap::new(), macs: BTreeMap::new() };
        let dictionary = Dictionary::new(&words, addresses, &[], Key::default());
        let mut bytes = text.as_bytes().to_vec();
        replace(&mut bytes, &[], Numbers::Phones, &dictionary);
        assert_eq!(bytes.len(), text.len());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn words_go_and_what_is_known_stays() {
        let new = replaced("User-Agent: Quokka-CORVID OC/4.0.7577 (Microsoft Lync)");
        assert!(new.starts_with("User-Agent: ") && new.ends_with("-ZZZZZZ OC/4.0.7577 (Microsoft Lync)"), "{new}");
        assert!(!new.contains("uokka"), "{new}");
        for stays in [
            "2026-11-22T10:27:54.0000000Z",
            "20261122T102754Z",
            "a=1 b=23456",
            "1479809274",
            "[2001:db8:66::a01]:5061",
            "z9hG4bK",
            "\\n \\\" &amp; &lt;",
        ] {
            assert_eq!(replaced(stays), stays);
        }
    }

    #[test]
    fn however_a_letter_is_spelled() {
        let plain = replaced("quokka");
        assert_ne!(plain, "quokka");
        assert_eq!(replaced("Quokka").to_lowercase(), plain);
        let percent = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<Vec<_>>().concat();
        assert_eq!(replaced(&percent("quokka")), percent(&plain));
        let unicode = |text: &str| text.bytes().map(|b| format!("\\u{b:04x}")).collect::<Vec<_>>().concat();
        assert_eq!(replaced(&unicode("quokka")), unicode(&plain));
        let entity = |text: &str| text.bytes().map(|b| format!("&#x{b:02x};")).collect::<Vec<_>>().concat();
        assert_eq!(replaced(&entity("quokka")), entity(&plain));
        assert!(!replaced("&#113;&#117;okka").contains("okka"));
        let wrapped = |text: &str| base64::encode(format!("a:{text} b").as_bytes());
        assert_eq!(
            replaced(&wrapped("Quokka")).trim_end_matches('='),
            wrapped(&replaced("Quokka")).trim_end_matches('=')
        );
        for odd in ["%", "%4", "\\u12", "&#", "&#;", "&#x;", "\\", "&#99999999999;"] {
            replaced(odd);
        }
    }

    #[test]
    fn numbers_of_windows_stay_numbers_of_failures_and_those_that_are_known_stay_themselves() {
        for stays in ["HRESULT=\"0x80090322(SEC_E_WRONG_PRINCIPAL)\"", "0xC000006D", "(0x8009030c)"] {
            assert_eq!(replaced(stays), stays);
        }
        // 192.168.77.41, and a number of a product.
        for goes in ["0xC0A84D29", "0xC3E93C2F", "0x80112233"] {
            let new = replaced(goes);
            assert!(new != goes && Diagnostic::result_in(new.as_bytes()).is_some(), "{goes}: {new}");
            assert_eq!(new.get(..3), goes.get(..3));
        }
        assert_ne!(replaced("0x800903225"), "0x800903225");
    }

    #[test]
    fn numbers_of_telephones_go_and_device_numbers_keep_their_digits() {
        assert_ne!(replaced("+14255550100"), "+14255550100");
        let guid = replaced("4a3fb001-dead-41aa-9c00-0004f2abcdef");
        assert!(guid.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'), "{guid}");
        assert_ne!(guid, "4a3fb001-dead-41aa-9c00-0004f2abcdef");
        assert!(replaced("z9hG4bKquokka").starts_with("z9hG4bK"));
        assert!(!replaced("z9hG4bKquokka").contains("quokka"));
    }
}
