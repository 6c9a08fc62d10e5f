//! Kerberos 5 (RFC 4120): between client and KDC over UDP and TCP, and between client and service inside GSS-API
//! tokens, which hand their content over by name.
//!
//! Everything is read in small steps over DER, so that a broken message shows what it still says. Encrypted parts that a
//! key at hand opens are described by the same walk, since they carry application tags of their own.

mod authentication;
mod binding;
mod conversation;
mod decrypted;
mod dissect;
mod error;
mod fields;
mod kdc;
mod logon;
pub mod names;
mod opened;
mod pac;
mod padata;
mod parse;
mod pkinit;
mod principal;
mod spake;
mod ticket;
mod walk;

#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Protocol};

/// Kerberos.
pub static PROTOCOL: Protocol = Protocol {
    name: "kerberos",
    column: "KRB5",
    fields: fields::ALL,
    claims: &[Claim::UdpPort(88), Claim::TcpPort(88)],
    probe: parse::probe,
    open: Some(conversation::open),
    pair: conversation::pair,
    carries: Carries::Only(&[Cargo::Named("x509af")]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
