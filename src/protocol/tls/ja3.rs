//! JA3 and JA3S: what a hello offers, as a line of numbers and its MD5, so that implementations can be recognised; JA4,
//! which sorts the lists, because some clients shuffle them.

use super::fields::is_grease;
use super::handshake::{Extensions, Hello, extension};
use super::parse::{vector8, vector16};
use md5::{Digest, Md5};
use sha2::Sha256;
use std::fmt::Write;

/// `version,suites,extensions,groups,point formats`, reserved values left out.
pub fn client(hello: &Hello<'_>) -> String {
    let kinds = Extensions::of(hello.extensions).map(|e| u64::from(e.kind.value));
    let data = |kind| Extensions::of(hello.extensions).find(|e| e.kind.value == kind).map_or(&[][..], |e| e.data);
    let groups = vector16(data(extension::SUPPORTED_GROUPS)).map_or(&[][..], |(_, (_, list))| list);
    let formats = vector8(data(extension::POINT_FORMATS)).map_or(&[][..], |(_, (_, list))| list);
    let mut out = format!("{},", hello.version);
    push(&mut out, words(hello.suites));
    out.push(',');
    push(&mut out, kinds);
    out.push(',');
    push(&mut out, words(groups));
    out.push(',');
    push(&mut out, formats.iter().map(|b| u64::from(*b)));
    out
}

/// `version,suite,extensions`
pub fn server(hello: &Hello<'_>) -> String {
    let mut out = format!("{},", hello.version);
    push(&mut out, words(hello.suites));
    out.push(',');
    push(&mut out, Extensions::of(hello.extensions).map(|e| u64::from(e.kind.value)));
    out
}

/// JA4: `t` over TCP and `d` over datagrams, version, `d` with a server name, numbers of suites and extensions, first and last letter of the
/// first ALPN name; the suites; extensions and signature algorithms. The lists are sorted and hashed.
pub fn client4(hello: &Hello<'_>, over: char) -> String {
    let kinds: Vec<u64> =
        Extensions::of(hello.extensions).map(|e| u64::from(e.kind.value)).filter(|n| !is_grease(*n)).collect();
    let suites: Vec<u64> = words(hello.suites).filter(|n| !is_grease(*n)).collect();
    let data = |kind| Extensions::of(hello.extensions).find(|e| e.kind.value == kind).map_or(&[][..], |e| e.data);
    let version = match hello.offered_version() {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        0xfeff => "d1",
        0xfefd => "d2",
        _ => "00",
    };
    let name = if hello.has(extension::SERVER_NAME) { 'd' } else { 'i' };
    let algorithms = vector16(data(extension::SIGNATURE_ALGORITHMS)).map_or(&[][..], |(_, (_, list))| list);
    let head = format!(
        "{over}{version}{name}{:02}{:02}{}",
        suites.len().min(99),
        kinds.len().min(99),
        ends(data(extension::ALPN))
    );
    let sorted = |mut list: Vec<u64>| {
        list.sort_unstable();
        hexes(list.into_iter())
    };
    let apart = [u64::from(extension::SERVER_NAME), u64::from(extension::ALPN)];
    let mut tail = sorted(kinds.iter().copied().filter(|kind| !apart.contains(kind)).collect());
    if !algorithms.is_empty() {
        tail = format!("{tail}_{}", hexes(words(algorithms).filter(|n| !is_grease(*n))));
    }
    format!("{head}_{}_{}", short(&sorted(suites)), short(if kinds.is_empty() { "" } else { &tail }))
}

/// First and last letter of the first name; of what is no letter or digit the hexadecimal digits.
fn ends(list: &[u8]) -> String {
    let name = vector16(list).ok().and_then(|(_, (_, names))| vector8(names).ok()).map_or(&[][..], |(_, (_, n))| n);
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return "00".into() };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return format!("{}{}", char::from(*first), char::from(*last));
    }
    let digits = crate::wire::text::hex(&[*first, *last]);
    digits.chars().take(1).chain(digits.chars().last()).collect()
}

fn hexes(numbers: impl Iterator<Item = u64>) -> String {
    numbers.map(|n| format!("{n:04x}")).collect::<Vec<_>>().join(",")
}

/// The first 12 digits of SHA-256; zeros for nothing.
fn short(line: &str) -> String {
    if line.is_empty() {
        return "000000000000".into();
    }
    let mut digits = crate::wire::text::hex(&Sha256::digest(line.as_bytes()));
    digits.truncate(12);
    digits
}

/// The MD5 of a line.
pub fn digest(line: &str) -> String {
    crate::wire::text::hex(&Md5::digest(line.as_bytes()))
}

fn words(list: &[u8]) -> impl Iterator<Item = u64> {
    list.as_chunks::<2>().0.iter().map(|w| u64::from(u16::from_be_bytes(*w)))
}

fn push(out: &mut String, numbers: impl Iterator<Item = u64>) {
    for (n, number) in numbers.filter(|n| !is_grease(*n)).enumerate() {
        let _ = write!(out, "{}{number}", if n == 0 { "" } else { "-" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::tls::handshake::client_hello;

    /// The example of the JA4 description: a hello of Chrome's, `t13d1516h2_8daaf6152771_e5627efa2ab1`.
    #[test]
    fn the_published_example() {
        let suites: Vec<u8> = [
            0x1a1a_u16, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
            0x009d, 0x002f, 0x0035,
        ]
        .iter()
        .flat_map(|n| n.to_be_bytes())
        .collect();
        let extension = |kind: u16, data: &[u8]| {
            [&kind.to_be_bytes()[..], &u16::try_from(data.len()).unwrap().to_be_bytes(), data].concat()
        };
        let algorithms = [0, 16, 4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1];
        let known = |kind: u16| match kind {
            0x0d => extension(kind, &algorithms),
            0x10 => extension(kind, &[0, 3, 2, b'h', b'2']),
            0x2b => extension(kind, &[4, 3, 4, 3, 3]),
            _ => extension(kind, &[]),
        };
        let kinds = [
            0x2a2a, 0x0000, 0x0017, 0xff01, 0x000a, 0x000b, 0x0023, 0x0010, 0x0005, 0x000d, 0x0012, 0x0033, 0x002d,
            0x002b, 0x001b, 0x4469, 0x0015,
        ];
        let extensions: Vec<u8> = kinds.into_iter().flat_map(known).collect();
        let size = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
        let body =
            [&[3, 3][..], &[7; 32], &[0], &size(&suites), &suites, &[1, 0], &size(&extensions), &extensions].concat();
        let hello = client_hello(&body).unwrap();
        assert_eq!(client4(&hello, 't'), "t13d1516h2_8daaf6152771_e5627efa2ab1");
        let bare = [&[3, 1][..], &[7; 32], &[0, 0, 2, 0, 0x2f, 1, 0]].concat();
        let bare = client_hello(&bare).unwrap();
        assert!(client4(&bare, 't').starts_with("t10i010000_") && client4(&bare, 't').ends_with("_000000000000"));
    }
}
