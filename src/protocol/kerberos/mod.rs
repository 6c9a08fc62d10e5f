//! Kerberos 5 (RFC 4120): between client and KDC over UDP and TCP, and between client and service inside GSS-API
//! tokens, which hand their content over by name.
//!
//! Everything is read in small steps over DER, so that a broken message shows what it still says. Encrypted parts stay
//! closed; a decrypted one can be described by the same walk, since it carries an application tag of its own.

mod authentication;
mod conversation;
mod decrypted;
mod dissect;
mod error;
mod errors;
mod fields;
mod kdc;
pub mod names;
mod padata;
mod parse;
mod principal;
mod spake;
mod ticket;
mod walk;

#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

pub use errors::{error_name, nt_status, wireshark_error_name};

/// Kerberos.
pub static PROTOCOL: Protocol = Protocol {
    name: "kerberos",
    column: "KRB5",
    fields: fields::ALL,
    claims: &[Claim::UdpPort(88), Claim::TcpPort(88)],
    probe: parse::probe,
    open: Some(conversation::open),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
