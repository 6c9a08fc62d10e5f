//! SPNEGO (RFC 4178 §4.2), with the hints that Windows servers send first ([MS-SPNG] 2.2.1).
//!
//! ```text
//! NegotiationToken ::= CHOICE { negTokenInit [0] NegTokenInit, negTokenResp [1] NegTokenResp }
//!
//! NegTokenInit ::= SEQUENCE {             NegTokenResp ::= SEQUENCE {
//!   mechTypes   [0] SEQUENCE OF OID,        negState      [0] ENUMERATED OPTIONAL,
//!   reqFlags    [1] BIT STRING OPTIONAL,    supportedMech [1] OID OPTIONAL,
//!   mechToken   [2] OCTET STRING OPTIONAL,  responseToken [2] OCTET STRING OPTIONAL,
//!   mechListMIC [3] OCTET STRING OPTIONAL   mechListMIC   [3] OCTET STRING OPTIONAL }
//!   -- NegTokenInit2: negHints [3], mechListMIC [4] -- }
//!
//! NegHints ::= SEQUENCE { hintName [0] GeneralString OPTIONAL, hintAddress [1] OCTET STRING OPTIONAL }
//! ```

use super::dissect::{label, token};
use super::fields::spnego as f;
use super::mechanism::Kind;
use crate::fact::{Fact, Spnego};
use crate::field::Value;
use crate::protocol::{Message, Out};
use crate::wire::der::{Children, Tlv, oid, tag, tlv};

/// Describes a NegotiationToken.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    out.group(&f::SPNEGO, bytes, |out| {
        let Ok((_, choice)) = tlv(bytes) else {
            out.malformed(bytes, "not a NegotiationToken");
            return;
        };
        let (init, field) = match choice {
            choice if choice.is_context(0) => (true, &f::INIT),
            choice if choice.is_context(1) => (false, &f::TARG),
            _ => {
                out.malformed(bytes, "neither negTokenInit nor negTokenResp");
                return;
            }
        };
        let Some(sequence) = choice.inner().filter(|t| t.is_universal(tag::SEQUENCE)) else {
            out.malformed(choice.raw, "a NegotiationToken without its SEQUENCE");
            return;
        };
        // The analysis hears of the negotiation before it hears of the token inside.
        out.fact(Fact::Spnego(Box::new(summary(init, &sequence))), choice.raw);
        out.group(field, choice.raw, |out| {
            let mut elements = sequence.children();
            for element in elements.by_ref() {
                if init { init_element(message, element, out) } else { targ_element(message, element, out) }
            }
            unread(&elements, choice.cut || sequence.cut, out);
        });
    });
}

fn summary(init: bool, sequence: &Tlv<'_>) -> Spnego {
    let mut said = Spnego { init, ..Spnego::default() };
    for element in sequence.children().filter(|e| e.class == 2) {
        let Some(inner) = element.inner() else { continue };
        match (element.tag, init) {
            (0, true) => said.mechanisms = inner.children().map(|mechanism| oid(mechanism.body)).collect(),
            (0, false) => said.state = inner.integer().and_then(|n| u8::try_from(n).ok()),
            (1, false) => said.supported = Some(oid(inner.body)),
            (2, _) => said.token = !inner.body.is_empty(),
            _ => {}
        }
    }
    said
}

fn init_element<'b>(message: &Message<'b>, element: Tlv<'b>, out: &mut Out<'_, 'b>) {
    let Some(inner) = inside(&element, out) else { return };
    match element.tag {
        0 => {
            let count = inner.children().count() as u64;
            out.node(&f::MECH_TYPES, inner.raw, Value::Number(count), |out| {
                let mut types = inner.children();
                for mechanism in types.by_ref() {
                    out.node(&f::MECH_TYPE, mechanism.raw, Value::Oid(mechanism.body), |out| {
                        label(&f::MECH_TYPE, mechanism.body, out);
                    });
                }
                unread(&types, inner.cut, out);
                out.label(format_args!("mechTypes: {count} item{}", if count == 1 { "" } else { "s" }));
            });
        }
        1 => out.bytes(&f::REQ_FLAGS, inner.body),
        2 => {
            out.bytes(&f::MECH_TOKEN, inner.body);
            token(message, inner.body, out);
        }
        3 if inner.is_universal(tag::SEQUENCE) => out.group(&f::HINTS, inner.raw, |out| {
            let mut hints = inner.children();
            for hint in hints.by_ref() {
                match (hint.tag, hint.inner()) {
                    (0, Some(name)) => out.text(&f::HINT_NAME, name.body),
                    (1, Some(address)) => out.bytes(&f::HINT_ADDRESS, address.body),
                    _ => out.malformed(hint.raw, "not an element of negHints"),
                }
            }
            unread(&hints, inner.cut, out);
        }),
        3 | 4 => mic(message, inner.body, out),
        _ => out.malformed(element.raw, "not an element of negTokenInit"),
    }
}

fn targ_element<'b>(message: &Message<'b>, element: Tlv<'b>, out: &mut Out<'_, 'b>) {
    let Some(inner) = inside(&element, out) else { return };
    match element.tag {
        0 => match inner.integer().and_then(|n| u64::try_from(n).ok()) {
            Some(state) => out.number(&f::RESULT, inner.body, state),
            None => out.malformed(inner.raw, "negState is no number"),
        },
        1 => out.node(&f::SUPPORTED_MECH, inner.raw, Value::Oid(inner.body), |out| {
            label(&f::SUPPORTED_MECH, inner.body, out);
        }),
        2 => {
            out.bytes(&f::RESPONSE_TOKEN, inner.body);
            token(message, inner.body, out);
        }
        3 => mic(message, inner.body, out),
        _ => out.malformed(element.raw, "not an element of negTokenResp"),
    }
}

/// mechListMIC. Windows 2000 repeats its responseToken here: only what is a signature is described as one.
fn mic<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    out.bytes(&f::MECH_LIST_MIC, bytes);
    let signature = match Kind::of(bytes) {
        Kind::Ntlm => bytes.first() == Some(&1),
        Kind::Kerberos => super::krb5::is_mic(bytes),
        _ => false,
    };
    if signature {
        token(message, bytes, out);
    }
}

/// What stands in a context tag.
fn inside<'b>(element: &Tlv<'b>, out: &mut Out<'_, 'b>) -> Option<Tlv<'b>> {
    let inner = element.inner().filter(|_| element.class == 2);
    match inner {
        None => out.malformed(element.raw, "an element that holds nothing readable"),
        Some(inner) if inner.cut => out.malformed(inner.raw, "ends before its announced length"),
        Some(_) => {}
    }
    inner
}

/// Marks what could not be read behind the last element.
fn unread(elements: &Children<'_>, cut: bool, out: &mut Out<'_, '_>) {
    if !elements.rest().is_empty() {
        out.malformed(elements.rest(), "not readable from here");
    } else if cut {
        out.malformed(elements.rest(), "ends before its announced length");
    }
}
