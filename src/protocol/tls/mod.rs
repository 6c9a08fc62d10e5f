//! TLS (RFC 5246, RFC 8446 as far as it is in clear) and what is left of SSL: records, hellos, certificates, alerts.
//!
//! With secrets of the user's, records are opened in `decrypt`; what was in them is a stream of its own.

mod agreement;
mod conversation;
mod decrypt;
pub mod describe;
mod dissect;
pub mod fields;
pub mod handshake;
mod ja3;
pub mod parse;
#[cfg(test)]
mod rfc8448;
pub mod sct;
mod session;
mod shape;
pub mod suites;
#[cfg(test)]
mod tests;

pub use agreement::Agreement;
pub use dissect::Walk;

use super::{Cargo, Carries, Claim, Protocol};

/// TLS on TCP.
pub static PROTOCOL: Protocol = Protocol {
    name: "tls",
    column: "TLS",
    fields: fields::ALL,
    claims: &[Claim::TcpPort(443), Claim::TcpPort(5061), Claim::TcpPort(5063), Claim::TcpPort(8443)],
    probe: conversation::probe,
    open: Some(conversation::open),
    at_once: true,
    carries: Carries::Only(&[Cargo::Named("x509af")]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
