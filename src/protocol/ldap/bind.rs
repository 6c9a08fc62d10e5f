//! Binds: who wants to be let in and how, and what the directory says to it.
//!
//! ```text
//! BindRequest ::= [APPLICATION 0] SEQUENCE { version INTEGER, name LDAPDN, authentication CHOICE {
//!     simple [0] OCTET STRING, sasl [3] SEQUENCE { mechanism LDAPString, credentials OCTET STRING OPTIONAL },
//!     sicilyPackageDiscovery [9], sicilyNegotiate [10], sicilyResponse [11] OCTET STRING } }
//! BindResponse ::= [APPLICATION 1] SEQUENCE { COMPONENTS OF LDAPResult, serverSaslCreds [7] OCTET STRING OPTIONAL }
//! ```
//!
//! The answer to `sicilyNegotiate` carries NTLM's challenge in matchedDN ([MS-ADTS] 5.1.1.1.3).

use super::dissect::{number, quoted, result, unread};
use super::fields as f;
use super::parse::Head;
use crate::fact::{Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};
use crate::field::Value;
use crate::protocol::{Claim, Message, Out, sasl};
use crate::wire::der::{Tlv, tag};

/// What stands before every token of NTLM.
const NTLM: &[u8] = b"NTLMSSP\0";

fn login(head: &Head<'_>, step: LoginStep) -> Fact {
    Fact::Login(Box::new(Login { service: Service::Ldap, exchange: head.number().into(), association: 0, step }))
}

/// Describes a bindRequest.
pub fn request<'b>(message: &Message<'b>, head: &Head<'b>, out: &mut Out<'_, 'b>) {
    let mut parts = head.operation.children();
    match parts.next() {
        Some(version) if version.is_universal(tag::INTEGER) => number(&f::VERSION, version, out),
        _ => return out.malformed(head.operation.raw, "a bindRequest without version"),
    }
    let Some(name) = parts.next().filter(|name| name.is_universal(tag::OCTET_STRING)) else {
        return out.malformed(head.operation.raw, "a bindRequest without name");
    };
    out.text(&f::NAME, name.body);
    let Some(how) = parts.next().filter(|how| how.class == 2) else {
        return out.malformed(head.operation.raw, "a bindRequest without authentication");
    };
    match how.tag {
        0 => out.column_more(format_args!("{} simple ", quoted(name.body))),
        3 => out.column_more(format_args!("{} sasl ", quoted(name.body))),
        _ => {}
    }
    let user = Some(String::from_utf8_lossy(name.body).into_owned()).filter(|name| !name.is_empty());
    out.node(&f::AUTHENTICATION, how.raw, Value::Number(how.tag.into()), |out| match how.tag {
        0 => {
            // Without a password nobody is signed in (RFC 4513 5.1.1, 5.1.2).
            if !how.body.is_empty() {
                let scheme = Some(Scheme::Simple);
                let ask = LoginAsk { scheme, user, begins: true, credentials: true, ..LoginAsk::default() };
                out.fact(login(head, LoginStep::Ask(ask)), how.raw);
            }
            out.text(&f::SIMPLE, how.body);
        }
        3 => sasl_bind(message, head, how, out),
        9 => {}
        10 | 11 => {
            let scheme = Some(Scheme::Ntlm);
            let ask = LoginAsk { scheme, begins: how.tag == 10, ..LoginAsk::default() };
            out.fact(login(head, LoginStep::Ask(ask)), how.raw);
            out.hand_over(message, Claim::AuthScheme("ntlm"), how.body);
        }
        _ => out.malformed(how.raw, "a way to authenticate that is not defined"),
    });
    if let Some(more) = parts.next() {
        out.malformed(more.raw, "behind the bindRequest");
    }
    unread(&parts, head.operation.cut, out);
}

fn sasl_bind<'b>(message: &Message<'b>, head: &Head<'b>, how: Tlv<'b>, out: &mut Out<'_, 'b>) {
    out.group(&f::SASL, how.raw, |out| {
        let mut parts = how.children();
        let Some(mechanism) = parts.next().filter(|m| m.is_universal(tag::OCTET_STRING)) else {
            return out.malformed(how.raw, "SASL without mechanism");
        };
        let credentials = parts.next().filter(|c| c.is_universal(tag::OCTET_STRING));
        let said = credentials.map_or(&[][..], |c| c.body);
        let user = sasl::user(mechanism.body, said).map(|user| String::from_utf8_lossy(user).into_owned());
        let gss = sasl::is_gss(mechanism.body);
        let ask = LoginAsk {
            scheme: Some(Scheme::of_sasl(mechanism.body)),
            credentials: !gss && !said.is_empty(),
            user,
            ..LoginAsk::default()
        };
        out.fact(login(head, LoginStep::Ask(ask)), how.raw);
        out.text(&f::MECHANISM, mechanism.body);
        if let Some(credentials) = credentials {
            out.bytes(&f::CREDENTIALS, credentials.body);
            if gss && !credentials.body.is_empty() {
                out.hand_over(message, Claim::Named("gss-api"), credentials.body);
            }
        }
        unread(&parts, how.cut, out);
    });
}

/// Describes a bindResponse.
pub fn response<'b>(message: &Message<'b>, head: &Head<'b>, out: &mut Out<'_, 'b>) {
    let said = head.operation;
    let mut parts = said.children();
    let code = parts.next().filter(|c| c.is_universal(tag::ENUMERATED)).and_then(|c| c.integer());
    let matched = parts.next().map_or(&[][..], |name| name.body);
    let words = parts.next().map_or(&[][..], |words| words.body);
    let step = match code {
        Some(0) if matched.starts_with(NTLM) => Some(LoginStep::More),
        Some(0) => Some(LoginStep::Accept),
        Some(14) => Some(LoginStep::More),
        Some(code) => Some(LoginStep::Refuse(LoginRefusal {
            code: u32::try_from(code).ok(),
            status: None,
            text: String::from_utf8_lossy(words).into_owned(),
        })),
        None => None,
    };
    if let Some(step) = step {
        out.fact(login(head, step), said.raw);
    }
    for part in result(said, out) {
        if part.tag != 7 {
            out.malformed(part.raw, "not a part of a bindResponse");
            continue;
        }
        out.bytes(&f::SERVER_CREDS, part.body);
        match part.body {
            // An answer of SPNEGO stands without the frame of GSS-API around it.
            [0xa0 | 0xa1, ..] => drop(out.hand_over(message, Claim::Named("spnego"), part.body)),
            [0x60 | 0x6f | 0x7e, ..] | [5, 4, ..] => drop(out.hand_over(message, Claim::Named("gss-api"), part.body)),
            token if token.starts_with(NTLM) => drop(out.hand_over(message, Claim::AuthScheme("ntlm"), token)),
            _ => {}
        }
    }
    if matched.starts_with(NTLM) {
        out.hand_over(message, Claim::AuthScheme("ntlm"), matched);
    }
}
