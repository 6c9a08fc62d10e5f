//! Messages in words: which parts of a head are free text, and which have a form of their own that is left to it.

use super::free::{self, Numbers};
use super::rewrite::Dictionary;
use crate::knowledge::client;
use std::ops::Range;

/// Fields that hold numbers, however long.
const NUMBERS: [&str; 12] = [
    "content-length",
    "l",
    "cseq",
    "rseq",
    "rack",
    "expires",
    "min-expires",
    "max-forwards",
    "session-expires",
    "content-range",
    "strict-transport-security",
    "cache-control",
];
/// Fields that hold challenges, credentials and signatures.
const AUTHENTICATION: [&str; 6] = [
    "www-authenticate",
    "proxy-authenticate",
    "authorization",
    "proxy-authorization",
    "authentication-info",
    "proxy-authentication-info",
];
/// Parameters of theirs whose values are tokens and computed from others: told by those who read them.
const TOKENS: [&str; 3] = ["gssapi-data", "response", "rspauth"];
/// Letters of the shortest token that stands alone behind its scheme.
const TOKEN: usize = 12;

/// Fields in which programs give their names.
const PROGRAMS: [&str; 2] = ["user-agent", "server"];

/// Replaces the free text of a head.
pub(super) fn replace(head: &mut [u8], skip: &[Range<usize>], dictionary: &Dictionary) {
    let mut skip = skip.to_vec();
    let mut numbers = Numbers::Phones;
    let (mut tokens, mut program) = (false, false);
    let mut at = 0_usize;
    let lines: Vec<Range<usize>> = head
        .split_inclusive(|b| *b == b'\n')
        .map(|line| {
            let start = at;
            at = at.saturating_add(line.len());
            start..at
        })
        .collect();
    for line in &lines {
        let text = head.get(line.clone()).unwrap_or(&[]);
        // A line that begins with a space goes on with the one before it.
        if !text.starts_with(b" ") && !text.starts_with(b"\t") {
            let name = text.split(|b| *b == b':').next().unwrap_or(&[]).trim_ascii().to_ascii_lowercase();
            let is = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
            numbers = if is(&NUMBERS) { Numbers::Stay } else { Numbers::Phones };
            tokens = is(&AUTHENTICATION);
            program = is(&PROGRAMS);
        }
        let mut found: Vec<Range<usize>> = Vec::new();
        if tokens {
            found.extend(self::tokens(text));
        }
        if program {
            // Bytes beyond ASCII would be longer in text, and stand in no mark.
            let ascii: String = text.iter().map(|b| if b.is_ascii() { char::from(*b) } else { ' ' }).collect();
            found.extend(client::marks(&ascii));
        }
        if !found.is_empty() {
            skip.extend(found.iter().map(|t| line.start.saturating_add(t.start)..line.start.saturating_add(t.end)));
        }
        let inside: Vec<Range<usize>> = skip
            .iter()
            .filter(|s| s.start < line.end && line.start < s.end)
            .map(|s| s.start.saturating_sub(line.start)..s.end.min(line.end).saturating_sub(line.start))
            .collect();
        if let Some(text) = head.get_mut(line.clone()) {
            free::replace(text, &inside, numbers, dictionary);
        }
    }
}

/// The tokens of a line with credentials.
fn tokens(line: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let is = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=' | b'.' | b'~' | b'"');
    super::rewrite::runs(line, is).into_iter().filter(move |run| {
        let text = line.get(run.clone()).unwrap_or(&[]);
        let name = text
            .iter()
            .position(|b| *b == b'=')
            .filter(|at| text.get(at.saturating_add(1)).is_some_and(|b| *b != b'='));
        match name {
            Some(at) => {
                TOKENS.iter().any(|known| text.get(..at).is_some_and(|n| n.eq_ignore_ascii_case(known.as_bytes())))
            }
            None => run.len() >= TOKEN && line.get(run.start.saturating_sub(1)) == Some(&b' '),
        }
    })
}

/// Replaces the free text between the pieces of a body: names of extensions, fields behind the last piece
/// (RFC 9112 §7.1). Lengths stay.
pub(super) fn between(text: &mut [u8], dictionary: &Dictionary) {
    let mut skip = Vec::new();
    let mut at = 0_usize;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let ends = line.get(digits).is_none_or(|b| matches!(b, b';' | b'\r' | b'\n' | b' '));
        if ends {
            skip.push(at..at.saturating_add(digits));
        }
        at = at.saturating_add(line.len());
    }
    free::replace(text, &skip, Numbers::Phones, dictionary);
}
