//! Steps of a sign-in, as the analysis hears of them, and the tokens in their lines.

use super::note::{Note, name};
use crate::fact::{Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};
use crate::field::{Value, mask};
use crate::protocol::lines::{is, word};
use crate::protocol::{Claim, Message, Out, sasl};
use crate::wire::base64;
use std::borrow::Cow;

/// Tells a step.
pub fn tell(service: Service, step: LoginStep, raw: &[u8], out: &mut Out<'_, '_>) {
    out.fact(Fact::Login(Box::new(Login { service, exchange: 0, association: 0, step })), raw);
}

/// Tells that somebody wants in with name and password in clear text, or a part of them.
pub fn password(
    service: Service,
    user: Option<&[u8]>,
    begins: bool,
    credentials: bool,
    raw: &[u8],
    out: &mut Out<'_, '_>,
) {
    let user = user.map(|user| String::from_utf8_lossy(user).into_owned());
    let ask = LoginAsk { scheme: Some(Scheme::Login), user, begins, credentials, ..LoginAsk::default() };
    tell(service, LoginStep::Ask(ask), raw, out);
}

/// Tells a refusal.
pub fn refuse(service: Service, code: Option<u32>, words: &[u8], raw: &[u8], out: &mut Out<'_, '_>) {
    let text = String::from_utf8_lossy(words).into_owned();
    tell(service, LoginStep::Refuse(LoginRefusal { code, status: None, text }), raw, out);
}

/// A command that begins an exchange of SASL: `AUTH MECHANISM [response]`. `parameters` are what stands behind the command.
pub fn begin<'b>(message: &Message<'b>, service: Service, parameters: &'b [u8], out: &mut Out<'_, 'b>) {
    let (mechanism, initial) = word(parameters);
    if mechanism.is_empty() {
        return;
    }
    let first = (!initial.is_empty()).then_some(initial);
    client(message, service, &Turn { mechanism, step: 0, text: first, begins: true, raw: parameters }, out);
}

/// A line of the client's in an exchange of SASL.
pub fn response<'b>(message: &Message<'b>, service: Service, note: Note, text: &'b [u8], out: &mut Out<'_, 'b>) {
    // A star gives up (RFC 4954 4); the server's word follows.
    if text == b"*" {
        return;
    }
    let mechanism = name(note.mechanism).unwrap_or("an unknown mechanism").as_bytes();
    let turn = Turn { mechanism, step: note.step, text: Some(text), begins: false, raw: text };
    client(message, service, &turn, out);
}

/// What a client says in an exchange.
struct Turn<'m, 'b> {
    mechanism: &'m [u8],
    /// Its lines before this one.
    step: u8,
    /// In base64, if it says anything.
    text: Option<&'b [u8]>,
    begins: bool,
    /// Where it stands.
    raw: &'b [u8],
}

fn client<'b>(message: &Message<'b>, service: Service, turn: &Turn<'_, 'b>, out: &mut Out<'_, 'b>) {
    let &Turn { mechanism, step, text, begins, raw } = turn;
    let said = text.map(|text| if text == b"=" { Some(Vec::new()) } else { base64::decode(text) });
    let bytes = said.as_ref().and_then(Option::as_deref).unwrap_or(&[]);
    let gss = sasl::is_gss(mechanism);
    let names_user = is(mechanism, "LOGIN") && step == 0;
    let user = if names_user { Some(bytes).filter(|user| !user.is_empty()) } else { sasl::user(mechanism, bytes) };
    let ask = LoginAsk {
        scheme: Some(Scheme::of_sasl(mechanism)),
        user: user.map(|user| String::from_utf8_lossy(user).into_owned()),
        credentials: !gss && !names_user && !bytes.is_empty(),
        begins,
        ..LoginAsk::default()
    };
    tell(service, LoginStep::Ask(ask), raw, out);
    match (text, &said) {
        (Some(text), Some(None)) => out.malformed(text, "not base64"),
        _ if gss => token(message, is(mechanism, "NTLM"), bytes, out),
        _ => {}
    }
}

/// The server wants another step; `text` is what it says to it.
pub fn more<'b>(message: &Message<'b>, service: Service, note: Note, text: &'b [u8], out: &mut Out<'_, 'b>) {
    tell(service, LoginStep::More, text, out);
    let mechanism = name(note.mechanism).unwrap_or_default();
    if sasl::is_gss(mechanism.as_bytes())
        && let Some(bytes) = base64::decode(text)
    {
        token(message, mechanism == "NTLM", &bytes, out);
    }
}

fn token(message: &Message<'_>, ntlm: bool, bytes: &[u8], out: &mut Out<'_, '_>) {
    if bytes.is_empty() {
        return;
    }
    out.derived("Base64", bytes, |out| {
        let inner = Message { bytes, note: 0, ..*message };
        let claim = if ntlm { Claim::AuthScheme("ntlm") } else { Claim::Named("gss-api") };
        out.hand_over(&inner, claim, bytes);
    });
}

/// Marks the bytes that are secret, so that none of the forms that show bytes shows them.
pub fn conceal<'b>(secret: &'b [u8], out: &mut Out<'_, 'b>) {
    if !secret.is_empty() {
        out.text(&super::fields::smtp::SECRET, secret);
    }
}

/// `text` with the part of it that is secret masked, unless secrets may be seen.
pub fn without<'t>(text: &'t [u8], secret: &[u8], out: &Out<'_, '_>) -> Cow<'t, [u8]> {
    if secret.is_empty() || out.shows_secrets() {
        return text.into();
    }
    let at = crate::wire::Span::of(text, secret);
    let before = text.get(..at.start as usize).unwrap_or(&[]);
    let after = text.get(at.end as usize..).unwrap_or(&[]);
    [before, mask(Value::Text(secret)).as_bytes(), after].concat().into()
}
