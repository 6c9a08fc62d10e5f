//! JSON web tokens (RFC 7519, RFC 7515 §7.1), as OAuth gives them to clients of web services: who issued one, to whom, for
//! which service, until when. Nothing is verified: the keys of issuers are not on the wire.
//!
//! ```text
//!  base64url(header) "." base64url(claims) "." base64url(signature)
//! ```

use super::{Out, lync};
use crate::fact::{OauthToken, Web};
use crate::wire::{Timestamp, base64};
use serde_json::Value as Json;

/// Bytes of a part that is read.
const MAX_PART: usize = 16 << 10;
/// Characters kept of a text.
const MAX_TEXT: usize = 256;

/// Reads a token; nothing if it is none, or one that is encrypted (RFC 7516).
pub fn read(token: &[u8]) -> Option<OauthToken> {
    let mut parts = token.split(|b| *b == b'.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (header, claims) = (object(header)?, object(claims)?);
    let text = |of: &Json, name: &str| of.get(name).and_then(Json::as_str).map(bounded);
    let moment = |name: &str| claims.get(name).and_then(seconds);
    let user = ["upn", "preferred_username", "unique_name", "email", "sub"].iter().find_map(|name| text(&claims, name));
    // One service or several (RFC 7519 §4.1.3).
    let audience = match claims.get("aud") {
        Some(Json::Array(all)) => all.iter().find_map(Json::as_str).map(bounded),
        other => other.and_then(Json::as_str).map(bounded),
    };
    Some(OauthToken {
        algorithm: text(&header, "alg")?,
        key_id: text(&header, "kid").or_else(|| text(&header, "x5t")),
        issuer: text(&claims, "iss").unwrap_or_default(),
        audience: audience.unwrap_or_default(),
        user,
        application: text(&claims, "appid").or_else(|| text(&claims, "azp")),
        issued: moment("iat"),
        not_before: moment("nbf"),
        expires: moment("exp"),
        signed: !signature.is_empty(),
    })
}

/// Tells of a token, and shows it. `raw` is where it stands.
pub fn tell(token: OauthToken, raw: &[u8], out: &mut Out<'_, '_>) {
    lync::tell(Web::Token(token), raw, out);
}

fn object(part: &[u8]) -> Option<Json> {
    let part = part.get(..MAX_PART).unwrap_or(part);
    serde_json::from_slice::<Json>(&base64::decode(&base64::standard(part))?).ok().filter(Json::is_object)
}

/// A NumericDate (RFC 7519 §2): seconds since 1970, perhaps with a fraction.
fn seconds(value: &Json) -> Option<Timestamp> {
    let whole = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    Some(Timestamp(whole.checked_mul(crate::wire::time::NANOS)?))
}

fn bounded(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7519 §3.1.
    const EXAMPLE: &[u8] =
        b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0\
        dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn the_example_of_rfc_7519() {
        let token = read(EXAMPLE).unwrap();
        assert_eq!((token.algorithm.as_str(), token.issuer.as_str(), token.signed), ("HS256", "joe", true));
        assert_eq!(token.expires.unwrap().rfc3339_seconds(), "2011-03-22T18:43:00Z");
        assert_eq!((token.user, token.not_before), (None, None));
    }

    #[test]
    fn an_unsigned_token_and_several_audiences() {
        let part =
            |json: &str| base64::encode(json.as_bytes()).trim_end_matches('=').replace('+', "-").replace('/', "_");
        let claims =
            r#"{"aud":["https://web.contoso.com/","x"],"upn":"alice@contoso.com","appid":"0004","iat":1.5,"exp":"7"}"#;
        let token = format!("{}.{}.", part(r#"{"alg":"none"}"#), part(claims));
        let token = read(token.as_bytes()).unwrap();
        assert_eq!(token.audience, "https://web.contoso.com/");
        assert_eq!((token.user.as_deref(), token.application.as_deref()), (Some("alice@contoso.com"), Some("0004")));
        assert_eq!((token.issued, token.expires, token.signed), (None, Some(Timestamp(7_000_000_000)), false));
    }

    #[test]
    fn what_is_no_token() {
        for text in
            ["", "a.b", "..", "cwt=AAEB", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIn0.W10.", "e30.e30.", "a.b.c.d.e"]
        {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        for end in 0..EXAMPLE.len() {
            let _ = read(&EXAMPLE[..end]);
        }
    }
}
