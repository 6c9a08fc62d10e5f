//! TLS-DSK ([MS-SIPAE] 3.2.5): a TLS handshake in the tokens of SIP's authentication headers. No data ever follows; what
//! counts is who the certificates say they are, and the keys that sign SIP messages afterwards.
//!
//! A token is a run of records, so the records are TLS's to describe: TLS-DSK *is* TLS, carried in a header. Each token
//! is described by itself; a record or handshake message that runs on in the next token is marked.

mod fields;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Message, Out, Protocol, tls};
use crate::fact::Fact;

/// TLS-DSK.
pub static PROTOCOL: Protocol = Protocol {
    name: "tlsdsk",
    column: "TLS-DSK",
    fields: fields::ALL,
    claims: &[Claim::AuthScheme("tls-dsk")],
    carries: Carries::Only(&[Cargo::Named("tls")]),
    dissect,
    ..Protocol::NONE
};

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    out.group(&fields::TLS_DSK, message.bytes, |out| {
        let mut walk = tls::Walk::telling();
        walk.records(message, message.bytes, out);
        walk.goes_on(out);
        if out.shows() && !walk.titles.is_empty() {
            out.column_more(format_args!(", {}", walk.titles.join(", ")));
        }
        if let Some(flight) = walk.flight() {
            out.fact(Fact::Tls(Box::new(flight)), message.bytes);
        }
    });
}
