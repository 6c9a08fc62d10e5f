//! JA3 and JA3S: what a hello offers, as a line of numbers and its MD5, so that implementations can be recognised.

use super::fields::is_grease;
use super::handshake::{Extensions, Hello, extension};
use super::parse::{vector8, vector16};
use md5::{Digest, Md5};
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
