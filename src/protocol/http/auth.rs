//! Challenges and credentials: their facts, and the tokens inside, which are opened where they stand.
//!
//! The fact of a challenge or credential comes right before what its token says, so that the two are joined by order.

use super::challenge::{Challenge, challenges, credential};
use super::fields as f;
use super::parse::FieldLine;
use super::ticket;
use crate::fact::{Credential, Fact, Offer, Scheme, Token};
use crate::field::Value;
use crate::protocol::{Claim, Message, Out, jwt};
use crate::wire::base64;

/// Describes `WWW-Authenticate` or `Proxy-Authenticate`.
pub fn offers<'b>(message: &Message<'b>, line: &FieldLine<'b>, proxy: bool, out: &mut Out<'_, 'b>) {
    for challenge in challenges(line.value) {
        let scheme = Scheme::named(challenge.scheme);
        let token = Data::of(&scheme, &challenge);
        let offer = Offer {
            proxy,
            realm: challenge.parameter("realm"),
            target: challenge.parameter("targetname"),
            opaque: challenge.parameter("opaque"),
            version: None,
            sts_uri: challenge.parameter("href").or_else(|| challenge.parameter("authorization_uri")),
            stale: challenge.parameter("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
            token: token.seen,
            scheme: scheme.clone(),
        };
        out.fact(Fact::Offer(Box::new(offer)), line.raw);
        out.text(&f::AUTH_SCHEME, challenge.scheme);
        token.open(message, &scheme, &challenge, out);
    }
}

/// Describes `Authorization` or `Proxy-Authorization`.
pub fn credentials<'b>(message: &Message<'b>, line: &FieldLine<'b>, proxy: bool, out: &mut Out<'_, 'b>) {
    let Some(challenge) = credential(line.value) else { return };
    let scheme = Scheme::named(challenge.scheme);
    let token = Data::of(&scheme, &challenge);
    let jwt = challenge.token.filter(|_| scheme == Scheme::Bearer).and_then(jwt::read);
    let user = match scheme {
        Scheme::Basic => token.user(),
        Scheme::Bearer => jwt.as_ref().and_then(|jwt| jwt.user.clone()),
        _ => challenge.parameter("username"),
    };
    let fact = Credential {
        proxy,
        realm: challenge.parameter("realm"),
        target: challenge.parameter("targetname").or_else(|| Some(jwt.as_ref()?.audience.clone())),
        opaque: challenge.parameter("opaque"),
        version: None,
        user,
        token: token.seen,
        signature: None,
        scheme: scheme.clone(),
    };
    out.fact(Fact::Credential(Box::new(fact)), line.raw);
    let secret = line.value.get(challenge.scheme.len()..).unwrap_or(&[]);
    if scheme == Scheme::Bearer
        && let Some(ticket) = ticket::of_bearer(secret)
    {
        out.fact(Fact::WebTicket(Box::new(ticket)), line.raw);
    }
    if let Some(jwt) = jwt {
        jwt::tell(jwt, line.raw, out);
    }
    out.text(&f::AUTH_SCHEME, challenge.scheme);
    if scheme == Scheme::Basic && token.seen.is_some() {
        out.value(&f::AUTH_BASIC, challenge.token.unwrap_or(line.value), Value::Text(&token.bytes));
    }
    token.open(message, &scheme, &challenge, out);
}

/// The token of a challenge or credential, decoded where it is base64.
struct Data {
    seen: Token,
    bytes: Vec<u8>,
}

impl Data {
    fn of(scheme: &Scheme, challenge: &Challenge<'_>) -> Self {
        let Some(text) = challenge.token else {
            // A bearer's token may look like parameters (`cwt=…`).
            let bearer = *scheme == Scheme::Bearer && challenge.parameters.iter().any(|p| p.name == b"cwt");
            let len = challenge.parameters.first().map_or(0, |p| p.value.len());
            let seen = if bearer { bytes_of(len) } else { Token::Absent };
            return Self { seen, bytes: Vec::new() };
        };
        match scheme {
            Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos | Scheme::Basic => match base64::decode(text) {
                Some(bytes) => Self { seen: bytes_of(bytes.len()), bytes },
                None => Self { seen: Token::Broken, bytes: Vec::new() },
            },
            _ => Self { seen: bytes_of(text.len()), bytes: Vec::new() },
        }
    }

    /// The user of Basic: what stands before the first colon (RFC 7617 §2).
    fn user(&self) -> Option<String> {
        let at = memchr::memchr(b':', &self.bytes)?;
        Some(String::from_utf8_lossy(self.bytes.get(..at)?).into_owned())
    }

    fn open(&self, message: &Message<'_>, scheme: &Scheme, challenge: &Challenge<'_>, out: &mut Out<'_, '_>) {
        if self.seen == Token::Broken {
            out.malformed(challenge.token.unwrap_or_default(), "not base64");
        }
        let claim = Claim::AuthScheme(match scheme {
            Scheme::Ntlm => "ntlm",
            Scheme::Kerberos => "kerberos",
            Scheme::Negotiate => "negotiate",
            _ => return,
        });
        if !self.bytes.is_empty() {
            out.derived("Base64", &self.bytes, |out| {
                let inner = Message { bytes: &self.bytes, note: 0, ..*message };
                out.hand_over(&inner, claim, &self.bytes);
            });
        }
    }
}

fn bytes_of(len: usize) -> Token {
    if len == 0 { Token::Empty } else { Token::Bytes(u32::try_from(len).unwrap_or(u32::MAX)) }
}
