//! Credentials inside longer texts, masked in place: in header lines, in URIs, in forms.
//!
//! Where secrets may be seen nothing is changed, so that values and their fields are the same as on the wire.

use super::header::Meaning;
use super::parse::FieldLine;
use crate::field::{Value, mask};
use memchr::memchr;
use std::borrow::Cow;

/// Parts of parameter names whose values are credentials.
const TELLING: [&[u8]; 14] = [
    b"pass",
    b"pwd",
    b"secret",
    b"token",
    b"ticket",
    b"cwt",
    b"assertion",
    b"saml",
    b"wresult",
    b"credential",
    b"session",
    b"signature",
    b"apikey",
    b"api_key",
];

/// True if a parameter of this name holds a credential. `pin` and `code` are too short to be looked for in other words.
pub fn is_telling(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let short = matches!(&*name, b"pin" | b"code" | b"key" | b"sig" | b"auth" | b"pw");
    short || TELLING.iter().any(|part| memchr::memmem::find(&name, part).is_some())
}

/// What stands in the place of `secret`.
pub fn masked(secret: &[u8]) -> Vec<u8> {
    mask(Value::Text(secret)).into_bytes()
}

/// A field's value as it may be seen.
pub fn value(meaning: Meaning, value: &[u8], shows_secrets: bool) -> Cow<'_, [u8]> {
    if shows_secrets {
        return value.into();
    }
    match meaning {
        // The scheme may be seen, and is worth seeing.
        Meaning::Credential { .. } => {
            let at = memchr(b' ', value).map_or(0, |at| at.saturating_add(1));
            let (scheme, secret) = value.split_at_checked(at).unwrap_or((&[], value));
            [scheme, &masked(secret)].concat().into()
        }
        Meaning::Cookie | Meaning::SetCookie | Meaning::WebTicket => masked(value).into(),
        Meaning::Uri => uri(value, shows_secrets),
        _ => value.into(),
    }
}

/// A field line as it may be seen.
pub fn line<'b>(meaning: Meaning, line: &FieldLine<'b>, shows_secrets: bool) -> Cow<'b, [u8]> {
    match value(meaning, line.value, shows_secrets) {
        Cow::Borrowed(_) => line.raw.into(),
        Cow::Owned(shown) => {
            let at = crate::wire::Span::of(line.raw, line.value);
            let before = line.raw.get(..at.start as usize).unwrap_or(&[]);
            let after = line.raw.get(at.end as usize..).unwrap_or(&[]);
            [before, &shown, after].concat().into()
        }
    }
}

/// A URI whose query or fragment may hold credentials.
pub fn uri(uri: &[u8], shows_secrets: bool) -> Cow<'_, [u8]> {
    let Some(at) = memchr::memchr2(b'?', b'#', uri).filter(|_| !shows_secrets) else { return uri.into() };
    let (path, query) = uri.split_at_checked(at.saturating_add(1)).unwrap_or((uri, &[]));
    match parameters(query) {
        Some(shown) => [path, &shown].concat().into(),
        None => uri.into(),
    }
}

/// The parameters of a query or a form with the telling values masked; nothing if none is.
pub fn parameters(query: &[u8]) -> Option<Vec<u8>> {
    let mut shown = Vec::new();
    let mut found = false;
    for part in query.split_inclusive(|b| matches!(b, b'&' | b';' | b'#' | b'?')) {
        let (pair, end) = match part {
            [pair @ .., b'&' | b';' | b'#' | b'?'] => (pair, part.get(pair.len()..).unwrap_or(&[])),
            pair => (pair, &[][..]),
        };
        let at = memchr(b'=', pair).map_or(pair.len(), |at| at.saturating_add(1));
        let (name, secret) = pair.split_at_checked(at).unwrap_or((pair, &[]));
        shown.extend_from_slice(name);
        if is_telling(name) && !secret.is_empty() {
            found = true;
            shown.extend(masked(secret));
        } else {
            shown.extend_from_slice(secret);
        }
        shown.extend_from_slice(end);
    }
    found.then_some(shown)
}
