//! IPv6 (RFC 8200) with its extension headers, which belong to the IPv6 header in the tree and are layers of their own in
//! `frame.protocols`.
//!
//! ```text
//! +-------+---------------+---------------------------------------+
//! |Version| Traffic Class |              Flow Label               |
//! +-------+---------------+-------+---------------+---------------+
//! |        Payload Length         |  Next Header  |   Hop Limit   |
//! +-------------------------------+---------------+---------------+
//! |             Source Address, Destination Address (16 each)     |
//! +---------------------------------------------------------------+
//! ```

mod authentication;
mod dissect;
mod extension;
pub mod fields;
#[cfg(test)]
mod tests;

pub use authentication::PROTOCOL as AUTHENTICATION;

use super::{Claim, Protocol};

/// IPv6.
pub static PROTOCOL: Protocol = Protocol {
    name: "ipv6",
    column: "IPv6",
    fields: fields::ALL,
    claims: &[Claim::EtherType(0x86dd), Claim::IpProtocol(41), Claim::LinkType(229)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};
