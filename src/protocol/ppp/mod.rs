//! The Point-to-Point Protocol (RFC 1661, RFC 1662): a protocol number and what it says follows.
//!
//! The control protocols that set a link up are described as far as their common head; of the Password Authentication
//! Protocol (RFC 1334) also the name, because it sends the password in clear.

mod control;
mod dissect;
pub mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// The Point-to-Point Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "ppp",
    column: "PPP",
    fields: fields::ALL,
    claims: &[Claim::LinkType(9), Claim::LinkType(50), Claim::EtherType(0x880b)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};
