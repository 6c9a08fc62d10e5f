//! Answers in base64 by which somebody signs in (SASL, RFC 4422; Basic, RFC 7617): which of their bytes name somebody, and
//! which are the secret. Both passes ask here, so that what is learnt is what is written anew.

use crate::protocol::sasl;
use memchr::memmem;
use std::ops::Range;

/// What some bytes of an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// They name somebody.
    Name,
    /// They are a password, or computed from one.
    Secret,
}

/// The parts of an answer; nothing if its kind is not known: then all of it is the secret.
pub(super) fn parts(plain: &[u8]) -> Vec<(Range<usize>, Part)> {
    let place = |part: &[u8]| {
        let at = crate::wire::Span::of(plain, part);
        at.start as usize..at.end as usize
    };
    if let Some(said) = sasl::plain(plain) {
        return vec![
            (place(said.as_whom), Part::Name),
            (place(said.user), Part::Name),
            (place(said.password), Part::Secret),
        ];
    }
    if let Some(user) = sasl::cram_user(plain) {
        return vec![(place(user), Part::Name), (user.len().saturating_add(1)..plain.len(), Part::Secret)];
    }
    // SCRAM, DIGEST-MD5 and the bearer tokens of XOAUTH2.
    let mut found = Vec::new();
    for (mark, ends, part) in [
        (&b"n="[..], &b","[..], Part::Name),
        (b"username=\"", b"\"", Part::Name),
        (b"user=", b"\x01", Part::Name),
        (b"a=", b",", Part::Name),
        (b",p=", b",", Part::Secret),
        (b"response=", b",", Part::Secret),
        (b"auth=Bearer ", b"\x01", Part::Secret),
    ] {
        let Some(start) = memmem::find(plain, mark).map(|at| at.saturating_add(mark.len())) else { continue };
        let rest = plain.get(start..).unwrap_or(&[]);
        let end = memmem::find(rest, ends).unwrap_or(rest.len());
        found.push((start..start.saturating_add(end), part));
    }
    let known = plain.starts_with(b"n,") || plain.starts_with(b"y,") || plain.starts_with(b"p=");
    let later = plain.starts_with(b"c=") || plain.starts_with(b"username=\"") || plain.starts_with(b"user=");
    if known || later { found } else { Vec::new() }
}

/// True for tokens of GSS-API and NTLM, which are read by protocols of their own.
pub(super) fn is_token(bytes: &[u8]) -> bool {
    // A password may begin with any letter, but hardly with its own length behind it, or with a length and the tag that
    // must follow: of a token that was cut there is no more.
    let (tag, len, inside) = match bytes {
        [tag @ (0x60 | 0xa0..=0xa3), len @ 8..=0x7f, rest @ ..] => (*tag, usize::from(*len), rest),
        [tag @ (0x60 | 0xa0..=0xa3), 0x81, len, rest @ ..] => (*tag, usize::from(*len), rest),
        [tag @ (0x60 | 0xa0..=0xa3), 0x82, high, low, rest @ ..] => {
            (*tag, usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        _ => (0, 0, bytes),
    };
    let first = if tag == 0x60 { 0x06 } else { 0x30 };
    let framed = tag != 0 && (inside.len() == len || inside.len() < len && inside.first() == Some(&first));
    // Sealed and signed messages begin with their numbers (RFC 4121 §4.2.6).
    let sealed = bytes.len() >= 16 && matches!(bytes, [4 | 5, 4, ..]);
    framed || sealed || bytes.starts_with(b"NTLMSSP\0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(plain: &[u8]) -> Vec<(&str, Part)> {
        parts(plain).into_iter().map(|(at, part)| (std::str::from_utf8(&plain[at]).unwrap(), part)).collect()
    }

    #[test]
    fn names_and_secrets_of_each_kind() {
        use Part::{Name, Secret};
        assert_eq!(told(b"boss\0mona\0Nightjar#42"), [("boss", Name), ("mona", Name), ("Nightjar#42", Secret)]);
        assert_eq!(told(b"tim b913a602c7eda7a4"), [("tim", Name), ("b913a602c7eda7a4", Secret)]);
        assert_eq!(told(b"n,,n=user,r=fyko+d2lb"), [("user", Name)]);
        assert_eq!(told(b"c=biws,r=fyko,p=v0X8v3Bz"), [("v0X8v3Bz", Secret)]);
        assert_eq!(
            told(b"user=mona@corvid.example\x01auth=Bearer x\x01\x01"),
            [("mona@corvid.example", Name), ("x", Secret)]
        );
        assert_eq!(told(b"username=\"chris\",realm=\"e\",response=d388,qop=auth"), [("chris", Name), ("d388", Secret)]);
    }

    #[test]
    fn what_is_not_known_is_all_secret() {
        assert_eq!(parts(b"Nightjar#42"), []);
        assert_eq!(parts(b"a pass phrase, n=4"), []);
        assert_eq!(parts(b""), []);
        assert!(is_token(b"NTLMSSP\0\x03") && is_token(b"\x60\x08\x06\x06\x2b\x06\x01\x05\x05\x02"));
        assert!(is_token(b"\x60\x82\x05\x06\x06\x2b\x06\x01"), "a token that was cut");
        assert!(!is_token(b"\0mona\0x") && !is_token(b"`a pass word"));
    }
}
