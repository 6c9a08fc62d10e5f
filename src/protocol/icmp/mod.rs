//! The Internet Control Message Protocol (RFC 792; extended: RFC 4884).
//!
//! ```text
//!  type (8) | code (8) | checksum (16) | depends on the type (32) | data, or the datagram complained about
//! ```
//!
//! A quoted datagram is described like any other, beneath: `ip.src` then occurs twice.

mod dissect;
pub mod fields;
#[cfg(test)]
mod tests;

pub(super) use dissect::milliseconds;

use super::{Claim, Context, Message, Out, Portion, Protocol, data, registry};

/// The Internet Control Message Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "icmp",
    column: "ICMP",
    fields: fields::ALL,
    claims: &[Claim::IpProtocol(1)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// Describes the datagram that an error message quotes; `ethertype` says whether it is IPv4 or IPv6.
pub fn quote<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, ethertype: u16, quoted: Portion<'b>) {
    match registry::find(Claim::EtherType(ethertype)) {
        Some(protocol) if !quoted.bytes.is_empty() => {
            let context: Context<'_> = message.context.quoted();
            // It was never longer than what is quoted of it.
            let quoted = Portion { wire: quoted.bytes.len(), quoted: true, ..quoted };
            out.quoted(|out| {
                let message = Message { context: &context, ..*message };
                out.give(protocol, &quoted.message(&message));
            });
        }
        _ => data::show(out, message, quoted),
    }
}
