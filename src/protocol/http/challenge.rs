//! The grammar of authentication fields (RFC 9110 §11.2 to §11.6).
//!
//! ```text
//! challenge   = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
//! auth-param  = token BWS "=" BWS ( token / quoted-string )
//! ```
//!
//! `WWW-Authenticate` is a comma-separated list of challenges, and a challenge's parameters are a comma-separated list
//! too: after a comma, a word that an equals sign follows goes on with the challenge, any other begins the next. Values
//! without quotes may hold what a token may not (`MsRtcOAuth href=https://…`); they end at a comma or a blank.

use crate::wire::text::trim;
use std::borrow::Cow;

/// Parameters of one challenge.
const MAX_PARAMETERS: usize = 32;
/// Challenges of one field.
const MAX_CHALLENGES: usize = 16;

/// A challenge or a credential.
#[derive(Clone, Debug, Default)]
pub struct Challenge<'b> {
    /// The scheme as written.
    pub scheme: &'b [u8],
    /// The one token of schemes such as Basic and NTLM.
    pub token: Option<&'b [u8]>,
    /// The parameters of schemes such as Digest.
    pub parameters: Vec<Parameter<'b>>,
}

/// `name=value`
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'b> {
    /// The name as written.
    pub name: &'b [u8],
    /// The value without its quotes, escapes not undone.
    pub value: &'b [u8],
}

impl Parameter<'_> {
    /// The value with escapes undone (RFC 9110 §5.6.4).
    pub fn text(&self) -> String {
        let unescaped: Cow<'_, [u8]> = if self.value.contains(&b'\\') {
            let mut bytes = self.value.iter();
            let mut out = Vec::with_capacity(self.value.len());
            while let Some(b) = bytes.next() {
                out.push(if *b == b'\\' { *bytes.next().unwrap_or(b) } else { *b });
            }
            out.into()
        } else {
            self.value.into()
        };
        String::from_utf8_lossy(&unescaped).into_owned()
    }
}

impl Challenge<'_> {
    /// The text of a parameter.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.iter().find(|p| p.name.eq_ignore_ascii_case(name.as_bytes())).map(Parameter::text)
    }
}

/// The challenges of a field's value.
pub fn challenges(value: &[u8]) -> Vec<Challenge<'_>> {
    let mut found: Vec<Challenge<'_>> = Vec::new();
    let mut rest = value;
    while let Some((scheme, after)) = word(skip(rest, b" \t,\r\n")) {
        if found.len() >= MAX_CHALLENGES {
            break;
        }
        let mut challenge = Challenge { scheme, ..Challenge::default() };
        rest = read_rest(&mut challenge, after);
        found.push(challenge);
    }
    found
}

/// The one credential of a field's value.
pub fn credential(value: &[u8]) -> Option<Challenge<'_>> {
    let (scheme, after) = word(trim(value))?;
    let mut credential = Challenge { scheme, ..Challenge::default() };
    read_rest(&mut credential, after);
    Some(credential)
}

/// Reads what belongs to `challenge` and returns what does not.
fn read_rest<'b>(challenge: &mut Challenge<'b>, after: &'b [u8]) -> &'b [u8] {
    let Some(b' ' | b'\t') = after.first() else { return after };
    let mut rest = skip(after, b" \t\r\n");
    if let Some((token, after)) = token68(rest) {
        challenge.token = Some(token);
        return after;
    }
    loop {
        let start = skip(rest, b" \t,\r\n");
        let Some((parameter, after)) = parameter(start) else {
            if challenge.parameters.is_empty() && !rest.is_empty() && start == rest {
                // Neither token68 nor parameters: a token that was broken on its way.
                let end = rest.iter().position(|b| *b == b',').unwrap_or(rest.len());
                challenge.token = rest.get(..end).map(trim);
                return rest.get(end..).unwrap_or(&[]);
            }
            return start;
        };
        if challenge.parameters.len() < MAX_PARAMETERS {
            challenge.parameters.push(parameter);
        }
        rest = after;
    }
}

fn skip<'b>(bytes: &'b [u8], any: &[u8]) -> &'b [u8] {
    let n = bytes.iter().take_while(|b| any.contains(b)).count();
    bytes.get(n..).unwrap_or(&[])
}

/// A token (RFC 9110 §5.6.2): a run of anything but delimiters. A stray delimiter is stepped over as a word of one.
fn word(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let n = bytes.iter().take_while(|b| b.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}".contains(b)).count();
    bytes.split_at_checked(n.max(1))
}

/// token68 (RFC 9110 §11.2), which ends at a comma or the end; folded lines inside are part of it.
fn token68(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = |b: &u8| b.is_ascii_alphanumeric() || b"-._~+/\r\n\t ".contains(b);
    let n = bytes.iter().take_while(|b| body(b)).count();
    let padding = bytes.get(n..)?.iter().take_while(|b| **b == b'=').count();
    let (token, rest) = bytes.split_at_checked(n.saturating_add(padding))?;
    let rest = skip(rest, b" \t\r\n");
    let token = trim(token);
    // A blank in the middle that is no fold separates two words, and then this is no token68.
    let one = token.windows(2).all(|pair| !matches!(pair, [before, b' '] if *before != b'\n' && *before != b' '));
    (one && !token.is_empty() && matches!(rest, [] | [b',', ..])).then_some((token, rest))
}

/// One `name=value`.
fn parameter(bytes: &[u8]) -> Option<(Parameter<'_>, &[u8])> {
    let (name, rest) = word(bytes)?;
    let [b'=', rest @ ..] = skip(rest, b" \t") else { return None };
    let rest = skip(rest, b" \t\r\n");
    if let [b'"', quoted @ ..] = rest {
        let mut escaped = false;
        let end = quoted.iter().position(|b| {
            let closes = *b == b'"' && !escaped;
            escaped = *b == b'\\' && !escaped;
            closes
        });
        let (value, rest) = quoted.split_at_checked(end.unwrap_or(quoted.len()))?;
        return Some((Parameter { name, value }, rest.get(1..).unwrap_or(&[])));
    }
    let n = rest.iter().take_while(|b| !matches!(b, b',' | b' ' | b'\t' | b'\r' | b'\n')).count();
    let (value, rest) = rest.split_at_checked(n)?;
    Some((Parameter { name, value }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(value: &str) -> Vec<String> {
        let show = |c: &Challenge<'_>| {
            let mut out = String::from_utf8_lossy(c.scheme).into_owned();
            if let Some(token) = c.token {
                out += &format!(" <{}>", String::from_utf8_lossy(token));
            }
            for p in &c.parameters {
                out += &format!(" {}={}", String::from_utf8_lossy(p.name), p.text());
            }
            out
        };
        challenges(value.as_bytes()).iter().map(show).collect()
    }

    #[test]
    fn several_challenges_in_one_field() {
        assert_eq!(shape("Negotiate, NTLM"), ["Negotiate", "NTLM"]);
        assert_eq!(
            shape("Negotiate YII=, Basic realm=\"a, b\\\"c\", NTLM"),
            ["Negotiate <YII=>", "Basic realm=a, b\"c", "NTLM"]
        );
        // The example of RFC 9110 §11.6.1, whose first comma-separated part is empty.
        assert_eq!(
            shape(", Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\""),
            ["Basic realm=simple", "Newauth realm=apps type=1 title=Login to \"apps\""]
        );
    }

    #[test]
    fn values_that_are_no_tokens() {
        assert_eq!(
            shape("MsRtcOAuth href=https://web.contoso.com/WebTicket/oauthtoken,grant_type=\"urn:a,password\""),
            ["MsRtcOAuth href=https://web.contoso.com/WebTicket/oauthtoken grant_type=urn:a,password"]
        );
        assert_eq!(shape("Digest qop = \"auth\" , nonce=x==, stale"), ["Digest qop=auth nonce=x==", "stale"]);
        assert_eq!(shape("Bearer cwt=AAEB_-9"), ["Bearer cwt=AAEB_-9"]);
    }

    #[test]
    fn a_token_may_be_folded_and_broken_input_ends() {
        assert_eq!(shape("NTLM TlRM\r\n TVNT=="), ["NTLM <TlRM\r\n TVNT==>"]);
        assert_eq!(shape("NTLM Tl*M, Basic"), ["NTLM <Tl*M>", "Basic"]);
        assert_eq!(shape("\"\"\"").len(), 3);
        assert_eq!(shape("Basic realm=\"open"), ["Basic realm=open"]);
        assert!(shape("").is_empty() && shape(" ,, ").is_empty());
        assert_eq!(shape(&"a,".repeat(100)).len(), MAX_CHALLENGES);
    }
}
