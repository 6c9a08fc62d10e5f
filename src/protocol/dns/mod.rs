//! Domain Name System (RFC 1035), and its two relatives on the local link: multicast DNS (RFC 6762) and LLMNR (RFC 4795).
//!
//! The three share one wire format and one description; they differ in a few bits of flags and class. A sign-in begins
//! here: which names were asked for, and what was answered, becomes one [`crate::fact::Lookup`] per message.

mod conversation;
mod dissect;
mod fields;
mod names;
mod parse;
mod record;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Likelihood, Protocol};
use dissect::Flavour;

/// Domain Name System over UDP.
pub static PROTOCOL: Protocol = Protocol {
    name: "dns",
    column: "DNS",
    fields: fields::ALL,
    claims: &[Claim::UdpPort(53)],
    probe: |_| Likelihood::Perhaps,
    carries: Carries::Only(&[]),
    pair: dissect::pair,
    dissect: |message, out| dissect::describe(Flavour::Unicast, message, out),
    ..Protocol::NONE
};

/// Domain Name System over TCP.
pub static STREAM: Protocol = Protocol {
    name: "dns",
    column: "DNS",
    claims: &[Claim::TcpPort(53)],
    probe: conversation::probe,
    open: Some(conversation::open),
    carries: Carries::Only(&[Cargo::Named("dns")]),
    pair: dissect::pair,
    dissect: |message, out| dissect::describe(Flavour::Unicast, message, out),
    ..Protocol::NONE
};

/// Multicast DNS (RFC 6762).
pub static MDNS: Protocol = Protocol {
    name: "mdns",
    column: "MDNS",
    claims: &[Claim::UdpPort(5353)],
    probe: |_| Likelihood::Perhaps,
    carries: Carries::Only(&[Cargo::Named("dns")]),
    pair: dissect::pair,
    dissect: |message, out| dissect::describe(Flavour::Multicast, message, out),
    ..Protocol::NONE
};

/// Link-Local Multicast Name Resolution (RFC 4795).
pub static LLMNR: Protocol = Protocol {
    name: "llmnr",
    column: "LLMNR",
    claims: &[Claim::UdpPort(5355)],
    probe: |_| Likelihood::Perhaps,
    carries: Carries::Only(&[Cargo::Named("dns")]),
    pair: dissect::pair,
    dissect: |message, out| dissect::describe(Flavour::LinkLocal, message, out),
    ..Protocol::NONE
};
