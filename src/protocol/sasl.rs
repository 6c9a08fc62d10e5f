//! SASL (RFC 4422): what the mechanisms that are not GSS-API's say of a user. Shared by the protocols that carry it.

use memchr::memchr;

/// A response of PLAIN (RFC 4616): `authzid NUL authcid NUL passwd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain<'b> {
    /// Whom to act as.
    pub as_whom: &'b [u8],
    /// Who it is.
    pub user: &'b [u8],
    /// The password.
    pub password: &'b [u8],
}

/// Reads a response of PLAIN.
pub fn plain(bytes: &[u8]) -> Option<Plain<'_>> {
    let (as_whom, rest) = split(bytes, 0)?;
    let (user, password) = split(rest, 0)?;
    Some(Plain { as_whom, user, password })
}

/// The user of a response of CRAM-MD5 (RFC 2195): `user SP digest`.
pub fn cram_user(bytes: &[u8]) -> Option<&[u8]> {
    let at = memchr::memrchr(b' ', bytes)?;
    let (user, digest) = (bytes.get(..at)?, bytes.get(at.checked_add(1)?..)?);
    (!user.is_empty() && !digest.is_empty() && digest.iter().all(u8::is_ascii_hexdigit)).then_some(user)
}

/// The user of a response of DIGEST-MD5 (RFC 2831): `username="…"`.
pub fn digest_user(bytes: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(bytes, b"username=\"")?.checked_add(10)?;
    let rest = bytes.get(at..)?;
    rest.get(..memchr(b'"', rest)?)
}

/// The user that a client's response names in clear, whatever the mechanism; nothing where a token speaks for itself.
pub fn user<'b>(mechanism: &[u8], response: &'b [u8]) -> Option<&'b [u8]> {
    let is = |name: &str| mechanism.eq_ignore_ascii_case(name.as_bytes());
    match () {
        () if is("PLAIN") => plain(response).map(|p| p.user),
        () if is("DIGEST-MD5") => digest_user(response),
        () if is("XOAUTH2") || is("OAUTHBEARER") => {
            let at = memchr::memmem::find(response, b"user=")?.checked_add(5)?;
            let rest = response.get(at..)?;
            rest.get(..memchr(1, rest).unwrap_or(rest.len()))
        }
        () if mechanism.len() > 5 && mechanism.get(..5).is_some_and(|m| m.eq_ignore_ascii_case(b"CRAM-")) => {
            cram_user(response)
        }
        () if mechanism.get(..6).is_some_and(|m| m.eq_ignore_ascii_case(b"SCRAM-")) => {
            let at = memchr::memmem::find(response, b"n=")?.checked_add(2)?;
            let rest = response.get(at..)?;
            rest.get(..memchr(b',', rest)?)
        }
        () => None,
    }
}

/// True for the mechanisms whose tokens `gss-api` reads.
pub fn is_gss(mechanism: &[u8]) -> bool {
    [&b"GSS-SPNEGO"[..], b"GSSAPI", b"NTLM"].iter().any(|name| name.eq_ignore_ascii_case(mechanism))
}

fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let end = memchr(at, bytes)?;
    Some((bytes.get(..end)?, bytes.get(end.checked_add(1)?..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_standards() {
        let said = plain(b"Ursel\0Kurt\0xipj3plmq").unwrap();
        assert_eq!((said.as_whom, said.user, said.password), (&b"Ursel"[..], &b"Kurt"[..], &b"xipj3plmq"[..]));
        assert_eq!(cram_user(b"tim b913a602c7eda7a495b4e6e7334d3890"), Some(&b"tim"[..]));
        assert_eq!(digest_user(b"charset=utf-8,username=\"chris\",realm=\"elwood\""), Some(&b"chris"[..]));
        assert_eq!(user(b"SCRAM-SHA-1", b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"), Some(&b"user"[..]));
        assert_eq!(
            user(b"XOAUTH2", b"user=mona@corvid.example\x01auth=Bearer x\x01\x01"),
            Some(&b"mona@corvid.example"[..])
        );
    }

    #[test]
    fn near_misses() {
        assert_eq!(plain(b"Kurt\0xipj3plmq"), None);
        assert_eq!(cram_user(b"tim not-a-digest"), None);
        assert_eq!(cram_user(b" b913"), None);
        assert_eq!(digest_user(b"username=\"chris"), None);
        assert_eq!(user(b"GSSAPI", b"\x60\x01"), None);
    }
}
