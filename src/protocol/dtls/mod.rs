//! DTLS (RFC 6347, up to version 1.2): TLS over datagrams, with which media agree on their keys. Recognised and described
//! as far as it is in clear; nothing is decrypted, and signing in never depends on it, so nothing is told to the analysis.
//!
//! What a record holds is TLS, but for the hello with its cookie and the frame of handshake messages. So their bodies are
//! TLS's to describe, under the names of `dtls`. A message that was cut into several records is shown piece by piece.

mod dissect;
mod fields;
mod parse;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// DTLS on UDP.
pub static PROTOCOL: Protocol = Protocol {
    name: "dtls",
    column: "DTLS",
    fields: fields::ALL,
    // SIP over DTLS; media are found by what they say.
    claims: &[Claim::UdpPort(5061)],
    probe: parse::probe,
    announces: |bytes, _| parse::announces(bytes),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
