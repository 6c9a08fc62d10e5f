//! The outermost token: a header with the mechanism's OID, or whatever Windows sends without one.

use super::fields::gss as f;
use super::mechanism::{self, Header, Kind};
use super::{KRB5, SPNEGO};
use crate::field::{Mark, Value};
use crate::protocol::{Claim, Message, Out};

/// Describes a token of GSS-API.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let bytes = message.bytes;
    out.group(&f::GSS_API, bytes, |out| {
        let header = if bytes.first() == Some(&0x60) { Header::of(bytes) } else { None };
        if let Some(Header { token, oid, .. }) = header {
            out.node(&f::OID, oid.raw, Value::Oid(oid.body), |out| label(&f::OID, oid.body, out));
            if token.cut {
                out.malformed(token.raw, "the token ends before its announced length");
            }
        }
        match (Kind::of(bytes), header) {
            (Kind::Kerberos, Some(Header { rest, .. })) => out.give(&KRB5, &message.with(rest)),
            (Kind::Other, Some(_)) => out.mark(Mark::Note("a mechanism that is not described"), bytes),
            (Kind::Unknown | Kind::Other, _) => out.malformed(bytes, "not a token of GSS-API"),
            _ => token(message, bytes, out),
        }
    });
}

/// Gives a mechanism's token to whoever it is for.
pub fn token<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    match Kind::of(bytes) {
        Kind::Ntlm => {
            out.hand_over(message, Claim::Mechanism(mechanism::NTLMSSP), bytes);
        }
        Kind::Kerberos => out.give(&KRB5, &message.with(bytes)),
        Kind::Spnego(inner) => out.give(&SPNEGO, &message.with(inner)),
        Kind::Negoex => out.mark(Mark::Note("NEGOEX, not described"), bytes),
        Kind::Other => out.mark(Mark::Note("a mechanism that is not described"), bytes),
        Kind::Unknown if bytes.is_empty() => {}
        Kind::Unknown => out.mark(Mark::Note("a token of an unknown form"), bytes),
    }
}

/// Adds the mechanism's name to the node of its OID.
pub fn label(field: &'static crate::field::Field, oid: &[u8], out: &mut Out<'_, '_>) {
    if let (true, Some(name)) = (out.shows(), mechanism::name(oid)) {
        out.label(format_args!("{}: {} ({name})", field.title, crate::wire::der::oid(oid)));
    }
}
