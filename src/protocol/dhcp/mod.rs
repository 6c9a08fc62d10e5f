//! Dynamic Host Configuration Protocol (RFC 2131, options of RFC 2132 and later).
//!
//! Desk phones learn here where to sign in, before they know any name: option 43 of the vendor class `MS-UC-Client` names the
//! web service that hands out certificates, option 120 (RFC 3361) the registrar. What was asked for and what was given
//! becomes one [`crate::fact::Lease`] per message.

mod dissect;
mod fields;
mod learn;
mod names;
mod options;
mod parse;
mod special;
#[cfg(test)]
mod tests;

use super::{Claim, Likelihood, Protocol};

/// Dynamic Host Configuration Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "dhcp",
    column: "DHCP",
    fields: fields::ALL,
    claims: &[Claim::UdpPort(67), Claim::UdpPort(68), Claim::UdpPort(4011)],
    probe: |bytes| if matches!(bytes, [1 | 2, ..]) { Likelihood::Perhaps } else { Likelihood::No },
    dissect: dissect::dissect,
    ..Protocol::NONE
};
