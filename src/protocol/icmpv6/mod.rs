//! ICMP for IPv6 (RFC 4443), Neighbor Discovery (RFC 4861) and multicast listeners (RFC 3810), as far as people look at
//! them. The checksum covers addresses that are not here, so it is shown and not judged.

mod dissect;
pub mod fields;
mod neighbor;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// ICMP for IPv6.
pub static PROTOCOL: Protocol = Protocol {
    name: "icmpv6",
    column: "ICMPv6",
    fields: fields::ALL,
    claims: &[Claim::IpProtocol(58)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};
