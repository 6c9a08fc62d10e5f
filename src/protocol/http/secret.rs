//! Credentials inside longer texts: where they are in header lines, in URIs, in forms.
//!
//! Everything asks here: what is masked in a text is what is marked in the bytes, and nothing else.

use super::challenge::credential;
use super::header::Meaning;
use super::parse::FieldLine;
use crate::fact::Scheme;
use crate::field::hide;
use crate::knowledge::secret::is_telling;
use crate::protocol::Out;
use crate::wire::base64;
use memchr::memchr;
use std::borrow::Cow;

/// The parts of a field's value that may not be seen.
pub fn parts(meaning: Meaning, value: &[u8]) -> Vec<&[u8]> {
    match meaning {
        // The scheme may be seen, and is worth seeing.
        Meaning::Credential { .. } => {
            let at = value.iter().position(u8::is_ascii_whitespace).unwrap_or(0);
            let blanks = |b: &&u8| b.is_ascii_whitespace();
            let at = at.saturating_add(value.get(at..).unwrap_or(&[]).iter().take_while(blanks).count());
            vec![value.get(at..).unwrap_or(value)]
        }
        Meaning::Cookie | Meaning::SetCookie | Meaning::WebTicket | Meaning::Secret => vec![value],
        Meaning::Uri => of_uri(value),
        _ => Vec::new(),
    }
}

/// Marks these parts of a value.
fn mark(meaning: Meaning, value: &[u8], parts: &[&[u8]], out: &mut Out<'_, '_>) {
    let read = match meaning {
        Meaning::Credential { .. } => credential(value),
        _ => None,
    };
    let scheme = read.as_ref().map(|read| Scheme::named(read.scheme));
    // Tokens are told by the protocols that read them, a name and its password by their own field.
    let digest = scheme == Some(Scheme::Digest);
    let wrapped = match scheme {
        Some(Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos | Scheme::Basic) => {
            read.as_ref().and_then(|read| read.token).is_some_and(|token| base64::decode(token).is_some())
        }
        _ => digest,
    };
    for part in parts {
        if wrapped {
            out.wrapped_secret(part);
        } else {
            out.secret(part, part);
        }
    }
    let parameters = read.iter().filter(|_| digest).flat_map(|read| &read.parameters);
    for answer in parameters.filter(|p| p.name.eq_ignore_ascii_case(b"response")) {
        out.secret(answer.value, answer.value);
    }
}

/// A field's value as it may be seen; what may not is marked.
pub fn value<'b>(meaning: Meaning, value: &'b [u8], out: &mut Out<'_, '_>) -> Cow<'b, [u8]> {
    let parts = parts(meaning, value);
    mark(meaning, value, &parts, out);
    if out.shows_secrets() { value.into() } else { hide(value, &parts) }
}

/// A field line as it may be seen; what may not is marked.
pub fn line<'b>(meaning: Meaning, line: &FieldLine<'b>, out: &mut Out<'_, '_>) -> Cow<'b, [u8]> {
    let parts = parts(meaning, line.value);
    mark(meaning, line.value, &parts, out);
    if out.shows_secrets() { line.raw.into() } else { hide(line.raw, &parts) }
}

/// A URI with its secrets masked.
pub fn uri(uri: &[u8]) -> Cow<'_, [u8]> {
    hide(uri, &of_uri(uri))
}

/// The secrets of a URI: its password, and the credentials in its query or fragment.
pub fn of_uri(uri: &[u8]) -> Vec<&[u8]> {
    let at = memchr::memchr2(b'?', b'#', uri).map_or(uri.len(), |at| at.saturating_add(1));
    let (path, query) = uri.split_at_checked(at).unwrap_or((uri, &[]));
    password(path).into_iter().chain(of_query(query)).collect()
}

/// The password of `https://user:password@host`.
fn password(uri: &[u8]) -> Option<&[u8]> {
    let rest = uri.get(memchr::memmem::find(uri, b"://")?.checked_add(3)?..)?;
    let authority = rest.get(..memchr(b'/', rest).unwrap_or(rest.len()))?;
    let user = authority.get(..memchr::memrchr(b'@', authority)?)?;
    user.get(memchr(b':', user)?.checked_add(1)?..).filter(|secret| !secret.is_empty())
}

/// The telling values of a query or a form.
pub fn of_query(query: &[u8]) -> Vec<&[u8]> {
    let pairs = query.split(|b| matches!(b, b'&' | b';' | b'#' | b'?'));
    let telling = pairs.filter_map(|pair| {
        let (name, secret) = pair.split_at_checked(memchr(b'=', pair)?)?;
        secret.get(1..).filter(|secret| !secret.is_empty() && is_telling(name))
    });
    telling.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        String::from_utf8_lossy(&uri(text.as_bytes())).into_owned()
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
    }
}
