//! The Address Resolution Protocol (RFC 826; probes and announcements: RFC 5227; the reverse way: RFC 903).
//!
//! ```text
//!  hardware (16) | protocol (16) | hardware size (8) | protocol size (8) | opcode (16)
//!  sender's hardware address | sender's protocol address | target's hardware address | target's protocol address
//! ```

mod dissect;
pub mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// The Address Resolution Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "arp",
    column: "ARP",
    fields: fields::ALL,
    claims: &[Claim::EtherType(0x0806), Claim::EtherType(0x8035)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};
