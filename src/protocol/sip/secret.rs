//! Passwords of SIP URIs (`sip:user:password@host`, RFC 3261 §19.1.1): discouraged there, and sent all the same.

use memchr::memmem;
use std::borrow::Cow;

/// URIs of one text that are looked at.
const MAX_URIS: usize = 64;

/// The passwords of the URIs in `text`, in their order.
pub fn passwords(text: &[u8]) -> Vec<&[u8]> {
    // Most texts have no user with a colon.
    if memchr::memchr(b'@', text).is_none() {
        return Vec::new();
    }
    let schemes = memmem::find_iter(text, b":").filter_map(|colon| {
        let before = text.get(..colon)?;
        let is = |scheme: &[u8]| {
            before
                .len()
                .checked_sub(scheme.len())
                .and_then(|at| before.get(at..))
                .is_some_and(|b| b.eq_ignore_ascii_case(scheme))
        };
        if is(b"sip") || is(b"sips") { text.get(colon.checked_add(1)?..) } else { None }
    });
    schemes.take(MAX_URIS).filter_map(of_rest).collect()
}

/// The password of a URI whose scheme was cut off.
fn of_rest(rest: &[u8]) -> Option<&[u8]> {
    let stops = |b: &u8| matches!(b, b'@' | b'<' | b'>' | b'"' | b' ' | b'\t' | b'\r' | b'\n');
    let end = rest.iter().position(stops).filter(|end| rest.get(*end) == Some(&b'@'))?;
    of_user(rest.get(..end)?)
}

/// The password in what stands before the `@`.
pub fn of_user(user: &[u8]) -> Option<&[u8]> {
    let password = user.get(memchr::memchr(b':', user)?.checked_add(1)?..)?;
    // `sip:host:5061;opaque=user@host` and `sip:host:5061, sip:user@host` have a port there.
    let digits = password.iter().take_while(|b| b.is_ascii_digit()).count();
    let is_port = digits > 0 && matches!(password.get(digits), Some(b';' | b',' | b'?'));
    (!password.is_empty() && !is_port).then_some(password)
}

/// A URI without its password, which is no part of who is meant.
pub fn without(uri: &[u8]) -> Cow<'_, [u8]> {
    match passwords(uri).as_slice() {
        [first, ..] => {
            let at = crate::wire::Span::of(uri, first);
            let before = uri.get(..(at.start as usize).saturating_sub(1)).unwrap_or(&[]);
            [before, uri.get(at.end as usize..).unwrap_or(&[])].concat().into()
        }
        [] => uri.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_told_from_ports_and_parameters() {
        let found = |text: &'static str| -> Vec<_> {
            passwords(text.as_bytes()).into_iter().map(|p| std::str::from_utf8(p).unwrap()).collect()
        };
        assert_eq!(found("\"x\" <sip:mona:Night#42@corvid.example>;tag=1"), ["Night#42"]);
        assert_eq!(found("SIPS:mona:a@h, <sip:tim:b%40@h:5061>"), ["a", "b%40"]);
        for none in [
            "sip:mona@corvid.example;opaque=user:epid:x;gruu",
            "<sip:fe01.corvid.example:5061;transport=tls>, <sip:mona@corvid.example>",
            "sip:fe01:5061,sip:mona@corvid.example",
            "sip:10.0.0.1:5060",
            "SIP/2.0/TLS 10.0.0.1:5061;branch=z@h",
            "sip:mona:@h",
            "Tue, 10:20:30 a@b",
        ] {
            assert!(found(none).is_empty(), "{none}");
        }
        assert_eq!(&*without(b"sip:mona:pw@corvid.example;x=y"), b"sip:mona@corvid.example;x=y");
        assert_eq!(&*without(b"sip:mona@corvid.example"), b"sip:mona@corvid.example");
    }
}
