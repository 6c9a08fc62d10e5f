//! The User Datagram Protocol's header (RFC 768).
//!
//! ```text
//!  source port (16) | destination port (16) | length (16) | checksum (16)
//! ```
//!
//! Only the header is described: what a datagram carries is described as a message of its own. Tunnels are the exception,
//! for they are part of the chain of headers.

mod dissect;
pub mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// The User Datagram Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "udp",
    column: "UDP",
    fields: fields::ALL,
    claims: &[Claim::IpProtocol(17)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};
