//! X.509 certificates (RFC 5280 §4.1) as a walk over their DER: whose, by whom, from when to when, which names, which
//! uses. Layers and field names are Wireshark's, which has a dissector for every attribute and extension.
//! Lists of signed timestamps are written as TLS writes, so they are its to show.

mod dissect;
pub mod fields;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Protocol};

/// A certificate.
pub static PROTOCOL: Protocol = Protocol {
    name: "x509af",
    column: "X509AF",
    fields: fields::ALL,
    dissect: dissect::dissect,
    carries: Carries::Only(&[]),
    ..Protocol::NONE
};

/// A name or an algorithm by itself.
pub static PART: Protocol = Protocol {
    name: "x509if",
    column: "X509IF",
    dissect: dissect::part,
    carries: Carries::Only(&[Cargo::Named("x509af")]),
    silent: true,
    ..Protocol::NONE
};
