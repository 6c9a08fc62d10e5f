//! Whether bytes are HTTP/1, from their first line alone, on whatever port.

use super::parse::{first_line, may_begin_head, start_line};
use crate::protocol::Likelihood;

/// Methods common enough to believe in before the end of the line is there.
pub const METHODS: [&[u8]; 9] =
    [b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"CONNECT", b"PATCH", b"PROPFIND"];

/// Judges the first bytes of a stream or datagram. Empty lines in front of a request do not count.
pub fn probe(bytes: &[u8]) -> Likelihood {
    let blank = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count().min(4);
    let bytes = bytes.get(blank..).unwrap_or(&[]);
    if let Some((line, _)) = first_line(bytes) {
        return if start_line(line).is_some() { Likelihood::Surely } else { Likelihood::No };
    }
    if bytes.starts_with(b"HTTP/1.") && bytes.len() > 12 {
        return if start_line(bytes).is_some() { Likelihood::Surely } else { Likelihood::No };
    }
    if !may_begin_head(bytes) {
        return Likelihood::No;
    }
    // A long target: a known method and the beginning of a path or URI will do.
    let known = METHODS.iter().any(|method| {
        bytes.strip_prefix(*method).is_some_and(|rest| rest.starts_with(b" /") || rest.starts_with(b" http"))
    });
    if known && bytes.len() > 16 { Likelihood::Perhaps } else { Likelihood::Unsure }
}
