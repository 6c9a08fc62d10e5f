//! Headers that authenticate: their parameters, their facts, and the token inside, which is opened where it stands.

use super::conversation::COMPRESSED;
use super::credentials::{Credentials, Key, Pair};
use super::fields as f;
use super::head::{Head, string};
use super::header::Name;
use super::parse::{Header, number, number32};
use super::secret::passwords;
use super::signing::Signed;
use crate::fact::{Assurance, Credential, Fact, Offer, Scheme, Signature, Token};
use crate::field::{Field, Value, hide};
use crate::protocol::{Claim, Message, Out};
use crate::wire::Span;
use crate::wire::base64;
use std::borrow::Cow;

/// Emits the facts of a header and hands its token on; nothing is shown.
pub fn facts<'b>(message: &Message<'b>, head: &Head<'b>, header: &Header<'b>, out: &mut Out<'_, 'b>) {
    // What a cut header leaves out is not known to be absent.
    if head.cuts(header) {
        return;
    }
    let read = Credentials::read(header.meaning, header.value);
    let data = Data::of(&read);
    state(head, header, &read, &data, out);
    data.hand_over(message, &read.scheme, out);
}

/// Shows a header as `own` with its parameters, its facts and its token.
pub fn show<'b>(
    message: &Message<'b>,
    head: &Head<'b>,
    header: &Header<'b>,
    own: &'static Field,
    out: &mut Out<'_, 'b>,
) {
    let read = Credentials::read(header.meaning, header.value);
    let data = Data::of(&read);
    let shown = if out.shows_secrets() { header.value.into() } else { hide(header.value, &secrets(header)) };
    out.node(own, header.raw, Value::Text(&shown), |out| {
        if !head.cuts(header) {
            state(head, header, &read, &data, out);
        }
        if let Some(name) = read.name {
            if has_scheme_field(header.meaning) {
                out.node(&f::SIP_AUTH_SCHEME, name, Value::Text(name), |out| out.text(&f::AUTH_SCHEME, name));
            } else {
                out.text(&f::AUTH_SCHEME, name);
            }
        }
        if let Some(token) = read.token68 {
            out.node(&f::AUTH_TOKEN, token, Value::Text(token), |out| data.open(message, token, &read.scheme, out));
        }
        for (nth, pair) in read.pairs().enumerate() {
            // Wireshark takes the scheme for a part of the first name where RFC 3261 knows none.
            let hidden = header.meaning == Name::ProxyAuthenticationInfo
                || header.meaning == Name::AuthenticationInfo && read.name.is_some() && nth == 0;
            show_pair(message, &pair, &read, &data, hidden, out);
        }
        if read.rest.is_empty() && read.name.is_none() {
            out.malformed(header.raw, "neither a scheme nor a parameter");
        }
    });
}

const fn has_scheme_field(name: Name) -> bool {
    !matches!(name, Name::AuthenticationInfo | Name::ProxyAuthenticationInfo)
}

fn show_pair<'b>(
    message: &Message<'b>,
    pair: &Pair<'b>,
    read: &Credentials<'b>,
    data: &Data,
    hidden: bool,
    out: &mut Out<'_, 'b>,
) {
    let key = Key::of(pair.name);
    let theirs = if hidden { None } else { wireshark(pair.name) };
    match theirs {
        Some(field) => {
            let secret = key == Key::Response && !read.is_microsoft();
            if secret {
                out.secret(pair.value, pair.value);
            }
            let text = match secret {
                true if !out.shows_secrets() => hide(pair.value, &[pair.value]),
                true => pair.spelled.into(),
                // The URI that Digest covers is the one of the request line, password included.
                false => out.seen(pair.spelled, &passwords(pair.spelled)),
            };
            out.node(field, pair.raw, Value::Text(&text), |out| show_own(message, key, pair, read, data, out));
        }
        None => show_own(message, key, pair, read, data, out),
    }
    if !pair.whole {
        out.malformed(pair.raw, if pair.spelled.is_empty() { "not name=value" } else { "a quote that is not closed" });
    }
}

/// What Microsoft's schemes mean by a parameter.
fn show_own<'b>(
    message: &Message<'b>,
    key: Key,
    pair: &Pair<'b>,
    read: &Credentials<'b>,
    data: &Data,
    out: &mut Out<'_, 'b>,
) {
    let field = match key {
        Key::Cnum => &f::AUTH_CNUM,
        Key::Crand => &f::AUTH_CRAND,
        Key::Opaque => &f::AUTH_OPAQUE,
        Key::Qop => &f::AUTH_QOP,
        Key::Realm => &f::AUTH_REALM,
        Key::Rspauth => &f::AUTH_RSPAUTH,
        Key::Response if read.is_microsoft() => &f::AUTH_RESPONSE,
        Key::Snum => &f::AUTH_SNUM,
        Key::Srand => &f::AUTH_SRAND,
        Key::StsUri => &f::AUTH_STS_URI,
        Key::TargetName => &f::AUTH_TARGETNAME,
        Key::Version => &f::AUTH_VERSION,
        Key::GssapiData => {
            return out.node(&f::AUTH_GSSAPI_DATA, pair.raw, Value::Text(pair.value), |out| {
                data.open(message, pair.value, &read.scheme, out);
            });
        }
        Key::Other if wireshark(pair.name).is_none() => return out.text(&f::AUTH_PARAMETER, pair.raw),
        Key::Response | Key::Username | Key::Stale | Key::Other => return,
    };
    match number(pair.value) {
        Some(n) if field.kind == crate::field::Kind::Number => out.number(field, pair.raw, n),
        None if field.kind == crate::field::Kind::Number => out.malformed(pair.raw, "not a number"),
        _ => out.value(field, pair.raw, Value::Text(pair.value)),
    }
}

/// Wireshark's field for a parameter.
fn wireshark(name: &[u8]) -> Option<&'static Field> {
    const KNOWN: [(&[u8], &Field); 17] = [
        (b"response", &f::SIP_AUTH_DIGEST_RESPONSE),
        (b"nc", &f::SIP_AUTH_NC),
        (b"username", &f::SIP_AUTH_USERNAME),
        (b"realm", &f::SIP_AUTH_REALM),
        (b"nonce", &f::SIP_AUTH_NONCE),
        (b"algorithm", &f::SIP_AUTH_ALGORITHM),
        (b"opaque", &f::SIP_AUTH_OPAQUE),
        (b"qop", &f::SIP_AUTH_QOP),
        (b"cnonce", &f::SIP_AUTH_CNONCE),
        (b"uri", &f::SIP_AUTH_URI),
        (b"domain", &f::SIP_AUTH_DOMAIN),
        (b"stale", &f::SIP_AUTH_STALE),
        (b"auts", &f::SIP_AUTH_AUTS),
        (b"rspauth", &f::SIP_AUTH_RSPAUTH),
        (b"nextnonce", &f::SIP_AUTH_NEXTNONCE),
        (b"ik", &f::SIP_AUTH_IK),
        (b"ck", &f::SIP_AUTH_CK),
    ];
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| *field)
}

/// The token of a header, decoded.
struct Data {
    token: Token,
    bytes: Vec<u8>,
}

impl Data {
    fn of(read: &Credentials<'_>) -> Self {
        let absent = |token| Self { token, bytes: Vec::new() };
        let Some(text) = read.gssapi_data.or(read.token68) else { return absent(Token::Absent) };
        match base64::decode(text) {
            Some(bytes) if bytes.is_empty() => absent(Token::Empty),
            Some(bytes) => Self { token: Token::Bytes(u32::try_from(bytes.len()).unwrap_or(u32::MAX)), bytes },
            // A bearer token is text of its own kind.
            None if read.scheme == Scheme::Bearer => {
                absent(Token::Bytes(u32::try_from(text.len()).unwrap_or(u32::MAX)))
            }
            None => absent(Token::Broken),
        }
    }

    /// Opens the token that was read from `raw`.
    fn open<'b>(&self, message: &Message<'b>, raw: &'b [u8], scheme: &Scheme, out: &mut Out<'_, 'b>) {
        if self.token == Token::Broken {
            out.malformed(raw, "not base64");
        }
        self.hand_over(message, scheme, out);
    }

    fn hand_over(&self, message: &Message<'_>, scheme: &Scheme, out: &mut Out<'_, '_>) {
        let claim = Claim::AuthScheme(match scheme {
            Scheme::Ntlm => "ntlm",
            Scheme::Kerberos => "kerberos",
            Scheme::TlsDsk => "tls-dsk",
            Scheme::Negotiate => "negotiate",
            _ => return,
        });
        if self.bytes.is_empty() {
            return;
        }
        out.unlayered(|out| {
            out.derived("Base64 of gssapi-data", &self.bytes, |out| {
                let inner = Message { bytes: &self.bytes, note: message.note & !COMPRESSED, ..*message };
                out.hand_over(&inner, claim, &self.bytes);
            });
        });
    }
}

/// The facts of one header: what it says, and what its signature covers.
fn state(head: &Head<'_>, header: &Header<'_>, read: &Credentials<'_>, data: &Data, out: &mut Out<'_, '_>) {
    let text = |value: Option<&[u8]>| value.map(string);
    let signature = read.signature.filter(|_| read.is_microsoft()).map(|value| Signature {
        rand: string(read.rand.unwrap_or_default()),
        number: read.number.and_then(number32).unwrap_or(0),
        value: string(value),
    });
    // A signature covers headers all over the head: of a cut one nothing can be computed.
    let signed = signature.as_ref().filter(|_| head.ended).and_then(|_| Signed::of(head, read).text());
    let scheme = read.scheme.clone();
    let (realm, target, opaque) = (text(read.realm), text(read.target), text(read.opaque));
    let (version, token) = (read.version, data.token);
    let fact = match header.meaning {
        Name::WwwAuthenticate | Name::ProxyAuthenticate => {
            let proxy = header.meaning == Name::ProxyAuthenticate;
            let sts_uri = text(read.sts_uri);
            Fact::Offer(Box::new(Offer {
                scheme,
                proxy,
                realm,
                target,
                opaque,
                version,
                sts_uri,
                stale: read.stale,
                token,
            }))
        }
        Name::Authorization | Name::ProxyAuthorization => {
            let proxy = header.meaning == Name::ProxyAuthorization;
            let user = user(read, data);
            Fact::Credential(Box::new(Credential {
                scheme,
                proxy,
                realm,
                target,
                opaque,
                version,
                user,
                token,
                signature,
            }))
        }
        _ => Fact::Assurance(Box::new(Assurance { scheme, opaque, target, realm, signature, token })),
    };
    out.fact(fact, header.raw);
    if let Some(signed) = signed {
        out.fact(Fact::Signed(Box::new(signed)), header.raw);
    }
}

/// The user of Digest, or of Basic, whose token is `user:password`.
fn user(read: &Credentials<'_>, data: &Data) -> Option<String> {
    if read.scheme != Scheme::Basic {
        return read.username.map(string);
    }
    let end = memchr::memchr(b':', &data.bytes)?;
    data.bytes.get(..end).map(string)
}

/// All header lines without what may not be shown.
pub fn masked<'b>(head: &Head<'b>, out: &mut Out<'_, '_>) -> Cow<'b, [u8]> {
    if out.shows_secrets() {
        return head.below.into();
    }
    let secrets: Vec<_> = head.headers().flat_map(|header| secrets(&header)).collect();
    hide(head.below, &secrets)
}

/// What may not be shown of a header, in its order: of what servers say nothing but passwords of URIs.
fn secrets<'b>(header: &Header<'b>) -> Vec<&'b [u8]> {
    match header.meaning {
        Name::Authorization | Name::ProxyAuthorization => {
            let mut found: Vec<_> = Credentials::read(header.meaning, header.value).secrets().collect();
            found.extend(passwords(header.value));
            found.sort_by_key(|secret| Span::of(header.value, secret).start);
            found
        }
        _ => passwords(header.value),
    }
}
