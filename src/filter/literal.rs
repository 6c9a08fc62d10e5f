//! What is written in a filter, as a value of the type that is expected where it stands.

use super::moment;
use super::value::{Datum, Type};
use crate::field::Field;
use crate::wire::text;
use std::net::IpAddr;

/// A value as written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Literal<'t> {
    /// Without quotes.
    Word(&'t str),
    /// A string.
    Quoted(&'t [u8]),
    /// A character constant.
    Character(u8),
}

/// Numbers below this are looked up when a value is given by name.
const MOST_NAMED: u64 = 0x1_0000;
/// Names offered where one is not known.
const OFFERED: usize = 5;

/// The value of `literal` beside something of type `expected`, which is `field` if it is one. An error is a sentence.
pub(super) fn value(literal: Literal<'_>, expected: Type, field: Option<&'static Field>) -> Result<Datum, String> {
    let beside = field.map_or("this", |f| f.name);
    let fail = |what: &str| Err(format!("{beside} is {}: {what}", expected.words()));
    match (expected, literal) {
        (Type::Nothing, _) => Err(format!("{beside} is {}", expected.words())),
        (Type::Text, literal) => Ok(Datum::Text(raw(literal))),
        (Type::Unsigned | Type::Signed, Literal::Character(byte)) => Ok(Datum::Number(byte.into())),
        (Type::Unsigned | Type::Signed, Literal::Word(word)) => match number(word).or_else(|| named(word, field)) {
            Some(number) => Ok(Datum::Number(number)),
            None => fail(&names(field, "write it as 80, 0x50, 0120 or 0b1010000")),
        },
        (Type::Unsigned | Type::Signed, Literal::Quoted(bytes)) => {
            let found = std::str::from_utf8(bytes).ok().and_then(|word| named(word, field));
            found.map_or_else(|| fail(&names(field, "a string is none")), |number| Ok(Datum::Number(number)))
        }
        (Type::Flag, Literal::Word(word)) => match number(word).map(|n| n != 0).or_else(|| truth(word, field)) {
            Some(set) => Ok(Datum::Flag(set)),
            None => fail("write True or False, 1 or 0"),
        },
        (Type::Flag, Literal::Quoted(bytes)) => {
            let found = std::str::from_utf8(bytes).ok().and_then(|word| truth(word, field));
            found.map_or_else(|| fail("write True or False, 1 or 0"), |set| Ok(Datum::Flag(set)))
        }
        (Type::Flag, Literal::Character(byte)) => Ok(Datum::Flag(byte != 0)),
        (Type::Mac, Literal::Word(word)) => match bytes(word).filter(|bytes| bytes.len() == 6) {
            Some(bytes) => Ok(Datum::Bytes(bytes)),
            None => fail("write six bytes, 00:1b:2c:3d:4e:5f"),
        },
        (Type::Mac, _) => fail("write it without quotes, 00:1b:2c:3d:4e:5f"),
        (Type::Oid, Literal::Word(word)) => match oid(word).or_else(|| bytes(word)) {
            Some(content) => Ok(Datum::Oid(content)),
            None => fail("write it with dots, 1.3.6.1.5.5.2"),
        },
        (Type::Bytes | Type::Protocol, Literal::Word(word)) => match bytes(word) {
            Some(bytes) => Ok(Datum::Bytes(bytes)),
            None => fail("write bytes as 47:45:54, or text in double quotes"),
        },
        (Type::Bytes | Type::Protocol | Type::Oid, literal) => Ok(Datum::Bytes(raw(literal))),
        (Type::Address, Literal::Word(word)) => address(word, field),
        (Type::Address, _) => fail("write it without quotes, 10.0.0.5 or 10.0.0.0/8"),
        (Type::Time, Literal::Word(word)) => time(word.as_bytes()).map_or_else(|| fail(MOMENT), Ok),
        (Type::Time, Literal::Quoted(text)) => time(text).map_or_else(|| fail(MOMENT), Ok),
        (Type::Duration, Literal::Word(word)) => match moment::duration(word) {
            Some(nanos) => Ok(Datum::Duration(nanos)),
            None => fail("write seconds, 0.25, or a number with a unit, 250ms"),
        },
        (Type::Float, Literal::Word(word)) => match word.parse::<f64>() {
            Ok(number) => Ok(Datum::Float(number)),
            Err(_) => fail("write it as 1.5"),
        },
        (Type::Duration | Type::Float, _) => fail("write it without quotes"),
        (Type::Time, Literal::Character(_)) => fail(MOMENT),
    }
}

const MOMENT: &str =
    "write \"2020-07-04 12:34:56.5\" or \"Jul 4, 2020 12:34:56.5\", with Z or +02:00; without it is UTC";

fn raw(literal: Literal<'_>) -> Vec<u8> {
    match literal {
        Literal::Word(word) => word.as_bytes().to_vec(),
        Literal::Quoted(bytes) => bytes.to_vec(),
        Literal::Character(byte) => vec![byte],
    }
}

fn time(text: &[u8]) -> Option<Datum> {
    std::str::from_utf8(text).ok().and_then(moment::absolute).map(Datum::Time)
}

/// Decimal, `0x`, `0b`, or octal with a leading zero.
pub(super) fn number(word: &str) -> Option<i128> {
    let radix = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'));
    let parsed = match word.as_bytes() {
        [b'0', b'x' | b'X', ..] => radix(word.get(2..)?, 16),
        [b'0', b'b' | b'B', ..] => radix(word.get(2..)?, 2),
        [b'0', _, ..] => radix(word.get(1..)?, 8),
        _ => radix(word, 10),
    };
    parsed.map(i128::from)
}

fn named(word: &str, field: Option<&'static Field>) -> Option<i128> {
    let names = field?.names?;
    // Names stand at small numbers, or at flags above them.
    numbered().find(|n| names(*n).is_some_and(|name| name.eq_ignore_ascii_case(word))).map(i128::from)
}

/// Numbers that may have names.
fn numbered() -> impl Iterator<Item = u64> {
    (0..MOST_NAMED).chain((1..=256).map(|n| n << 20))
}

/// The names a number may have, where it has some.
fn names(field: Option<&'static Field>, otherwise: &str) -> String {
    let Some(names) = field.and_then(|f| f.names) else { return otherwise.to_owned() };
    let some: Vec<String> = (0..256).filter_map(names).take(OFFERED).map(|name| format!("\"{name}\"")).collect();
    if some.is_empty() {
        otherwise.to_owned()
    } else {
        format!("{otherwise}, or one of its names as {}", some.join(", "))
    }
}

fn truth(word: &str, field: Option<&'static Field>) -> Option<bool> {
    let named = |n: u64| field.and_then(|f| f.names).and_then(|names| names(n));
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    if is("true") || is("set") || named(1).is_some_and(is) {
        return Some(true);
    }
    (is("false") || is("not set") || named(0).is_some_and(is)).then_some(false)
}

/// Bytes as `47:45:54`, with `.` or `-` between them or nothing, a single digit being one byte; or one as `0x47`.
pub(super) fn bytes(word: &str) -> Option<Vec<u8>> {
    if let Some(digits) = word.strip_prefix("0x") {
        return Some(vec![u8::from_str_radix(digits, 16).ok()?]);
    }
    let word = word.strip_prefix(':').unwrap_or(word);
    let word = word.strip_suffix(':').unwrap_or(word);
    let mut out = Vec::new();
    for part in word.split([':', '-', '.']) {
        if part.len() == 1 {
            out.push(u8::from_str_radix(part, 16).ok()?);
        } else {
            out.extend(text::unhex(part).filter(|bytes| !bytes.is_empty())?);
        }
    }
    Some(out)
}

fn address(word: &str, field: Option<&'static Field>) -> Result<Datum, String> {
    let (text, prefix) = word.split_once('/').map_or((word, None), |(ip, prefix)| (ip, Some(prefix)));
    let Ok(ip) = text.parse::<IpAddr>() else {
        return Err(format!("'{word}' is not an address; names are not looked up"));
    };
    let (longest, other) = if ip.is_ipv4() { (32_u8, "ipv6") } else { (128, "ip") };
    if let Some(field) = field.filter(|f| f.name.split('.').next() == Some(other)) {
        let version = if ip.is_ipv4() { 6 } else { 4 };
        return Err(format!("{} is an IPv{version} address, '{text}' is not", field.name));
    }
    let Some(prefix) = prefix else { return Ok(Datum::Address(ip)) };
    match prefix.parse::<u8>() {
        Ok(prefix) if prefix <= longest => Ok(Datum::Network(ip, prefix)),
        _ => Err(format!("a prefix has at most {longest} bits")),
    }
}

/// The content octets of a dotted object identifier (X.690 §8.19).
fn oid(word: &str) -> Option<Vec<u8>> {
    let arcs = word.split('.').map(str::parse::<u64>).collect::<Result<Vec<_>, _>>().ok()?;
    let [first, second, rest @ ..] = arcs.as_slice() else { return None };
    let joined =
        first.checked_mul(40)?.checked_add(*second).filter(|_| *first <= 2 && (*first == 2 || *second < 40))?;
    let mut out = Vec::new();
    for arc in std::iter::once(&joined).chain(rest) {
        let bits = u64::BITS.saturating_sub(arc.leading_zeros());
        for group in (0..bits.div_ceil(7).max(1)).rev() {
            let seven = u8::try_from(arc >> (group * 7) & 0x7f).ok()?;
            out.push(if group > 0 { seven | 0x80 } else { seven });
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::der;

    #[test]
    fn numbers_are_written_in_four_ways() {
        for same in ["80", "0x50", "0X50", "0120", "0b1010000"] {
            assert_eq!(number(same), Some(80), "{same}");
        }
        assert_eq!(number("0"), Some(0));
        for wrong in ["", "08", "0b12", "0x", "80.0", "+5", "99999999999999999999", "1e3"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bytes_are_written_with_and_without_separators() {
        for same in ["47:45:54", "47-45-54", "47.45.54", "474554", ":47:45:54", "47:45:54:", "4745.54"] {
            assert_eq!(bytes(same).as_deref(), Some(b"GET".as_slice()), "{same}");
        }
        assert_eq!(bytes("4"), Some(vec![4]));
        assert_eq!(bytes("0.1.0.d"), Some(vec![0, 1, 0, 13]));
        assert_eq!(bytes("0xff"), Some(vec![0xff]));
        for wrong in ["", "GET", "0x4745", "123", "47::45"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_oid_becomes_its_content() {
        for dotted in ["1.3.6.1.5.5.2", "2.5.4.3", "1.2.840.113554.1.2.2", "2.999.0"] {
            assert_eq!(oid(dotted).map(|content| der::oid(&content)).as_deref(), Some(dotted));
        }
        assert_eq!(oid("1"), None);
        assert_eq!(oid("3.1"), None);
    }
}
