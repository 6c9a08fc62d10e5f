//! What challenges, credentials and proofs say: a scheme and `name=value` pairs ([MS-SIPAE] 2.2, RFC 3261 §25.1).
//!
//! Values of Microsoft's schemes are never escaped: a backslash in them is a backslash. Digest follows HTTP, where a
//! backslash may hide a quote. Names are in any case and in any order; `gssapi-data` may be folded.

use super::header::Name;
use super::parse::{after_blanks, is_token, number};
use crate::fact::Scheme;
use crate::wire::{Parsed, text};
use nom::Parser;
use nom::bytes::complete::take_while1;

/// A header that authenticates.
#[derive(Clone, Debug)]
pub struct Credentials<'a> {
    /// The scheme's name, where there is one: `Authentication-Info` of RFC 3261 has none.
    pub name: Option<&'a [u8]>,
    /// The scheme.
    pub scheme: Scheme,
    /// What follows the scheme.
    pub rest: &'a [u8],
    /// `realm`
    pub realm: Option<&'a [u8]>,
    /// `targetname`
    pub target: Option<&'a [u8]>,
    /// `opaque`
    pub opaque: Option<&'a [u8]>,
    /// `version`
    pub version: Option<u8>,
    /// `sts-uri`
    pub sts_uri: Option<&'a [u8]>,
    /// `stale=true`
    pub stale: bool,
    /// `gssapi-data`
    pub gssapi_data: Option<&'a [u8]>,
    /// `crand` or `srand`
    pub rand: Option<&'a [u8]>,
    /// `cnum` or `snum`, as it stands.
    pub number: Option<&'a [u8]>,
    /// `response` or `rspauth`
    pub signature: Option<&'a [u8]>,
    /// `username`
    pub username: Option<&'a [u8]>,
    /// The single token of Basic, Bearer and Negotiate.
    pub token68: Option<&'a [u8]>,
}

impl<'a> Credentials<'a> {
    /// Reads the value of the header `of`.
    pub fn read(of: Name, value: &'a [u8]) -> Self {
        let optional = matches!(of, Name::AuthenticationInfo | Name::ProxyAuthenticationInfo);
        let (rest, name) = match scheme(value) {
            Ok((rest, name)) if !optional || !rest.starts_with(b"=") => (rest, Some(name)),
            _ => (value, None),
        };
        let rest = after_blanks(rest);
        let mut read = Self {
            name,
            scheme: Scheme::named(name.unwrap_or(b"Digest")),
            rest,
            realm: None,
            target: None,
            opaque: None,
            version: None,
            sts_uri: None,
            stale: false,
            gssapi_data: None,
            rand: None,
            number: None,
            signature: None,
            username: None,
            token68: None,
        };
        if !read.is_microsoft() && is_token68(rest) {
            read.token68 = Some(text::trim(rest));
            return read;
        }
        for pair in read.pairs() {
            let value = pair.value;
            match Key::of(pair.name) {
                Key::Realm => read.realm = Some(value),
                Key::TargetName => read.target = Some(value),
                Key::Opaque => read.opaque = Some(value),
                Key::Version => read.version = number(value).and_then(|n| u8::try_from(n).ok()),
                Key::StsUri => read.sts_uri = Some(value),
                Key::Stale => read.stale = value.eq_ignore_ascii_case(b"true"),
                Key::GssapiData => read.gssapi_data = Some(value),
                Key::Crand | Key::Srand => read.rand = Some(value),
                Key::Cnum | Key::Snum => read.number = Some(value),
                Key::Response | Key::Rspauth => read.signature = Some(value),
                Key::Username => read.username = Some(value),
                Key::Qop | Key::Other => {}
            }
        }
        read
    }

    /// True for the schemes of [MS-SIPAE], whose `response` is a signature and not a digest of the password.
    pub const fn is_microsoft(&self) -> bool {
        matches!(self.scheme, Scheme::Ntlm | Scheme::Kerberos | Scheme::TlsDsk)
    }

    /// The `name=value` pairs in order.
    pub const fn pairs(&self) -> Pairs<'a> {
        Pairs { rest: if self.token68.is_some() { &[] } else { self.rest }, escapes: !self.is_microsoft() }
    }

    /// What must not be shown of a header sent by a client: tokens, and answers to a challenge that a password can be
    /// guessed from. The handshake inside TLS-DSK tells neither.
    pub fn secrets(&self) -> impl Iterator<Item = &'a [u8]> {
        let (microsoft, opens) = (self.is_microsoft(), self.scheme == Scheme::TlsDsk);
        let hides = move |pair: &Pair<'a>| match Key::of(pair.name) {
            Key::GssapiData => !opens,
            Key::Response => !microsoft,
            _ => false,
        };
        let pairs = self.pairs().filter(move |pair| hides(pair)).map(|pair| pair.value);
        pairs.chain(self.token68).filter(|value| !value.is_empty())
    }
}

/// The scheme: a token in front of everything else.
fn scheme(value: &[u8]) -> Parsed<'_, &[u8]> {
    take_while1(is_token).parse(value)
}

/// True for what RFC 9110 §11.2 calls token68, and no pair could be.
fn is_token68(text: &[u8]) -> bool {
    let text = text::trim(text);
    let body = text.iter().take_while(|b| matches!(b, b'+' | b'/') || is_token(**b)).count();
    body > 0 && text.get(body..).is_some_and(|padding| padding.iter().all(|b| *b == b'='))
}

/// The parameters that are known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// `cnum`
    Cnum,
    /// `crand`
    Crand,
    /// `gssapi-data`
    GssapiData,
    /// `opaque`
    Opaque,
    /// `qop`
    Qop,
    /// `realm`
    Realm,
    /// `response`
    Response,
    /// `rspauth`
    Rspauth,
    /// `snum`
    Snum,
    /// `srand`
    Srand,
    /// `stale`
    Stale,
    /// `sts-uri`
    StsUri,
    /// `targetname`
    TargetName,
    /// `username`
    Username,
    /// `version`
    Version,
    /// Any other.
    Other,
}

impl Key {
    /// Reads a parameter's name.
    pub fn of(name: &[u8]) -> Self {
        let (full, key): (&[u8], Self) = match (name.len(), name.first().map(u8::to_ascii_lowercase)) {
            (3, Some(b'q')) => (b"qop", Self::Qop),
            (4, Some(b'c')) => (b"cnum", Self::Cnum),
            (4, Some(b's')) => (b"snum", Self::Snum),
            (5, Some(b'c')) => (b"crand", Self::Crand),
            (5, Some(b's')) if name.get(1).is_some_and(|b| b.eq_ignore_ascii_case(&b't')) => (b"stale", Self::Stale),
            (5, Some(b's')) => (b"srand", Self::Srand),
            (5, Some(b'r')) => (b"realm", Self::Realm),
            (6, Some(b'o')) => (b"opaque", Self::Opaque),
            (7, Some(b'r')) => (b"rspauth", Self::Rspauth),
            (7, Some(b's')) => (b"sts-uri", Self::StsUri),
            (7, Some(b'v')) => (b"version", Self::Version),
            (8, Some(b'r')) => (b"response", Self::Response),
            (8, Some(b'u')) => (b"username", Self::Username),
            (10, Some(b't')) => (b"targetname", Self::TargetName),
            (11, Some(b'g')) => (b"gssapi-data", Self::GssapiData),
            _ => return Self::Other,
        };
        if name.eq_ignore_ascii_case(full) { key } else { Self::Other }
    }
}

/// One `name=value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// All of it.
    pub raw: &'a [u8],
    /// Before the `=`; all of it if there is none.
    pub name: &'a [u8],
    /// The value as it stands, quotes included.
    pub spelled: &'a [u8],
    /// The value without its quotes.
    pub value: &'a [u8],
    /// False if a quote was opened and never closed, or the `=` is missing.
    pub whole: bool,
}

/// Walks comma separated pairs.
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    rest: &'a [u8],
    escapes: bool,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let mut rest = after_blanks(self.rest);
        while let [b',', after @ ..] = rest {
            rest = after_blanks(after);
        }
        if rest.is_empty() {
            return None;
        }
        let (pair, after) = pair(rest, self.escapes);
        self.rest = after;
        Some(pair)
    }
}

/// Reads one pair; what is left begins with the comma, if one follows.
fn pair(input: &[u8], escapes: bool) -> (Pair<'_>, &[u8]) {
    let to_comma = |from: &[u8]| memchr::memchr(b',', from).unwrap_or(from.len());
    let split = memchr::memchr2(b'=', b',', input).filter(|at| input.get(*at) == Some(&b'='));
    let Some((name, after)) = split.and_then(|at| Some((input.get(..at)?, input.get(at.saturating_add(1)..)?))) else {
        let (raw, after) = input.split_at(to_comma(input).min(input.len()));
        let name = text::trim(raw);
        return (Pair { raw, name, spelled: &[], value: &[], whole: false }, after);
    };
    let name = text::trim(name);
    let value = after_blanks(after);
    let (spelled, bare, after, whole) = if let [b'"', inner @ ..] = value {
        // A quote that is never closed takes the rest of the header.
        let end = closing_quote(inner, escapes);
        let len = end.map_or(value.len(), |end| end.saturating_add(2)).min(value.len());
        let (spelled, after) = value.split_at(len);
        // Blanks behind it are no part of it, nor of the pair.
        (spelled, end.and_then(|end| inner.get(..end)).unwrap_or_else(|| text::trim(inner)), after, end.is_some())
    } else {
        let (spelled, after) = value.split_at(to_comma(value).min(value.len()));
        let spelled = text::trim(spelled);
        (spelled, spelled, after, true)
    };
    let len = input.len().saturating_sub(after.len());
    let raw = text::trim(input.get(..len).unwrap_or(input));
    let rest = after.get(to_comma(after)..).unwrap_or(&[]);
    (Pair { raw, name, spelled, value: bare, whole }, rest)
}

/// Where the quoted string that begins before `inner` ends.
fn closing_quote(inner: &[u8], escapes: bool) -> Option<usize> {
    let mut from = 0_usize;
    loop {
        let at = memchr::memchr(b'"', inner.get(from..)?)?.checked_add(from)?;
        let hidden = escapes && inner.get(..at)?.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1;
        if !hidden {
            return Some(at);
        }
        from = at.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(name: Name, value: &str) -> Vec<(String, String, bool)> {
        let string = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let read = Credentials::read(name, value.as_bytes());
        read.pairs().map(|p| (string(p.name), string(p.value), p.whole)).collect()
    }

    #[test]
    fn a_value_lies_in_its_pair() {
        let read = Credentials::read(Name::Authorization, b"NTLM gssapi-data=\"TlRM \r");
        let pair = read.pairs().next().unwrap();
        assert_eq!((pair.raw, pair.value, pair.whole), (&b"gssapi-data=\"TlRM"[..], &b"TlRM"[..], false));
    }

    #[test]
    fn microsoft_values_are_never_escaped() {
        let found = pairs(Name::Authorization, "NTLM realm=\"a\\\", opaque=\"B\\\\\"");
        assert_eq!(found, [("realm".into(), "a\\".into(), true), ("opaque".into(), "B\\\\".into(), true)]);
        let found = pairs(Name::Authorization, "Digest username=\"a\\\"b\", realm=\"c\"");
        assert_eq!(found, [("username".into(), "a\\\"b".into(), true), ("realm".into(), "c".into(), true)]);
    }

    #[test]
    fn bare_and_quoted_values_in_any_case_and_order() {
        let read = Credentials::read(
            Name::WwwAuthenticate,
            b"tls-dsk VERSION=4 , Sts-URI=\"https://fe01/CertProv\",realm = \"SIP, Communications\"\r\n\t, gssapi-data=\"Tl\r\n RM\", opaque=2BDBAC9D",
        );
        assert_eq!(read.scheme, Scheme::TlsDsk);
        assert_eq!(read.version, Some(4));
        assert_eq!(read.sts_uri, Some(&b"https://fe01/CertProv"[..]));
        assert_eq!(read.realm, Some(&b"SIP, Communications"[..]));
        assert_eq!(read.gssapi_data, Some(&b"Tl\r\n RM"[..]));
        assert_eq!(read.opaque, Some(&b"2BDBAC9D"[..]));
    }

    #[test]
    fn a_proof_may_come_without_a_scheme() {
        let read = Credentials::read(Name::AuthenticationInfo, b"rspauth=\"00ff\", qop=auth");
        assert_eq!((read.name, read.signature), (None, Some(&b"00ff"[..])));
        let read = Credentials::read(Name::ProxyAuthenticationInfo, b"Kerberos rspauth=\"00ff\", snum=\"7\"");
        assert_eq!((read.scheme.clone(), read.number), (Scheme::Kerberos, Some(&b"7"[..])));
    }

    #[test]
    fn what_is_broken_leaves_what_stands_beside_it() {
        let found = pairs(Name::Authorization, "NTLM qop, realm=\"R\",, =x, opaque=\"never closed, cnum=1");
        let whole: Vec<_> = found.iter().map(|(n, _, w)| (n.as_str(), *w)).collect();
        assert_eq!(whole, [("qop", false), ("realm", true), ("", true), ("opaque", false)]);
    }

    #[test]
    fn secrets_are_tokens_and_guessable_answers_but_no_signatures() {
        let secrets = |value: &'static str| -> Vec<&[u8]> {
            Credentials::read(Name::Authorization, value.as_bytes()).secrets().collect()
        };
        assert_eq!(secrets("NTLM gssapi-data=\"TlRM\", response=\"0100\""), [b"TlRM"]);
        assert_eq!(secrets("NTLM gssapi-data=\"\", response=\"0100\""), [b""; 0]);
        assert_eq!(secrets("Digest username=\"u\", response=\"0100\""), [b"0100"]);
        assert_eq!(secrets("Basic dXNlcjpwdw=="), [b"dXNlcjpwdw=="]);
        assert_eq!(secrets("Bearer ab.cd-ef_g"), [b"ab.cd-ef_g"]);
        assert_eq!(secrets("TLS-DSK gssapi-data=\"FgMB\""), [b""; 0]);
    }
}
