//! Credentials inside longer texts, masked in place: in header lines, in URIs, in forms.
//!
//! Where secrets may be seen nothing is changed, so that values and their fields are the same as on the wire.

use super::header::Meaning;
use super::parse::FieldLine;
use crate::field::{Value, mask};
use crate::knowledge::secret::is_telling;
use memchr::memchr;
use std::borrow::Cow;

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
        Meaning::Cookie | Meaning::SetCookie | Meaning::WebTicket | Meaning::Secret => masked(value).into(),
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

/// A URI: its password, and the credentials in its query or fragment.
pub fn uri(uri: &[u8], shows_secrets: bool) -> Cow<'_, [u8]> {
    if shows_secrets {
        return uri.into();
    }
    let at = memchr::memchr2(b'?', b'#', uri).map_or(uri.len(), |at| at.saturating_add(1));
    let (path, query) = uri.split_at_checked(at).unwrap_or((uri, &[]));
    match (password(path), parameters(query)) {
        (None, None) => uri.into(),
        (path_shown, query_shown) => {
            [path_shown.as_deref().unwrap_or(path), query_shown.as_deref().unwrap_or(query)].concat().into()
        }
    }
}

/// `https://user:password@host` with the password masked; nothing if there is none.
fn password(uri: &[u8]) -> Option<Vec<u8>> {
    let start = memchr::memmem::find(uri, b"://")?.checked_add(3)?;
    let (scheme, rest) = uri.split_at_checked(start)?;
    let authority = rest.get(..memchr(b'/', rest).unwrap_or(rest.len()))?;
    let user = authority.get(..memchr::memrchr(b'@', authority)?)?;
    let colon = memchr(b':', user)?.checked_add(1)?;
    let (user, secret) = user.split_at_checked(colon)?;
    let behind = rest.get(colon.checked_add(secret.len())?..)?;
    Some([scheme, user, &masked(secret), behind].concat())
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
        if is_telling(name.strip_suffix(b"=").unwrap_or(name)) && !secret.is_empty() {
            found = true;
            shown.extend(masked(secret));
        } else {
            shown.extend_from_slice(secret);
        }
        shown.extend_from_slice(end);
    }
    found.then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        String::from_utf8_lossy(&uri(text.as_bytes(), false)).into_owned()
    }

    #[test]
    fn uris_keep_what_is_no_credential() {
        for plain in ["/a/b?lang=de&x=#top", "https://user@host/a", "/?sipuri=mona@corvid.example", "*", ""] {
            assert_eq!(shown(plain), plain);
        }
        assert!(shown("https://mona:pw@host/a?b=c").ends_with("@host/a?b=c"));
        assert!(!shown("https://mona:pw@host/a?b=c").contains("pw"));
        let query = shown("/a?Cwt=AAEB&lang=de;pin=1234#access_token=x");
        assert!(query.starts_with("/a?Cwt=(hidden") && query.contains("&lang=de;pin=(hidden"), "{query}");
        assert!(!["AAEB", "1234", "=x"].iter().any(|secret| query.contains(secret)));
        assert_eq!(&*uri(b"/?cwt=AAEB", true), b"/?cwt=AAEB");
    }
}
