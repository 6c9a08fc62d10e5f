//! Generic Routing Encapsulation (RFC 2784, RFC 1701, RFC 2890; the enhanced version of PPTP: RFC 2637).
//!
//! ```text
//! +-+-+-+-+-+-----+---------+-----+-------------------------------+
//! |C|R|K|S|s|Recur|  Flags  | Ver |         Protocol Type         |
//! +-+-+-+-+-+-----+---------+-----+-------------------------------+
//! |  Checksum, Offset | Key | Sequence Number | Routing  (optional)|
//! +---------------------------------------------------------------+
//! ```

mod dissect;
pub mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// Generic Routing Encapsulation.
pub static PROTOCOL: Protocol = Protocol {
    name: "gre",
    column: "GRE",
    fields: fields::ALL,
    claims: &[Claim::IpProtocol(47)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};
