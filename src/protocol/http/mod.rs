//! HTTP/1 (RFC 9110, RFC 9112), the carrier of web tickets, certificates and autodiscovery.
//!
//! The conversation frames both directions and joins them; `dissect` describes one message and hands its tokens and its
//! body on. HTTP/2 is another protocol.

mod auth;
mod body;
mod challenge;
mod chunk;
mod conversation;
mod dissect;
pub mod fields;
mod form;
mod head;
mod header;
mod media;
pub mod note;
mod page;
mod parse;
mod probe;
mod secret;
#[cfg(test)]
mod tests;
mod ticket;

pub(crate) use body::expand;

use super::{Cargo, Carries, Claim, Out, Protocol};
use parse::FieldLine;
use std::borrow::Cow;

/// HTTP/1.
pub static PROTOCOL: Protocol = Protocol {
    name: "http",
    column: "HTTP",
    fields: fields::ALL,
    claims: &[
        Claim::TcpPort(80),
        Claim::TcpPort(8080),
        Claim::TcpPort(8088),
        Claim::TcpPort(3128),
        Claim::TcpPort(3132),
        Claim::TcpPort(5985),
        Claim::TcpPort(11371),
        Claim::TcpPort(3689),
        Claim::TcpPort(631),
        Claim::TcpPort(2710),
        Claim::TcpPort(1900),
        Claim::TcpPort(2869),
    ],
    probe: probe::probe,
    open: Some(conversation::open),
    continues: Some(note::STRAY),
    carries: Carries::Only(&[Cargo::MediaTypes, Cargo::AuthSchemes, Cargo::Named("lync")]),
    pair: dissect::pair,
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// SSDP: HTTP heads in datagrams (UPnP Device Architecture 1.1 §1.1).
pub static SSDP: Protocol = Protocol {
    name: "ssdp",
    column: "SSDP",
    claims: &[Claim::UdpPort(1900)],
    probe: probe::probe,
    carries: Carries::Only(&[Cargo::Named("http")]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// The value of a field as it may be seen, what may not marked; the pseudo-field of HTTP/2 with the target counts as one.
pub fn shown<'b>(name: &'b [u8], value: &'b [u8], out: &mut Out<'_, '_>) -> Cow<'b, [u8]> {
    if name == b":path" {
        return out.seen(value, &secret::of_uri(value));
    }
    let line = FieldLine { raw: value, name, value, padded: value };
    secret::value(header::shown(&line), value, out)
}
