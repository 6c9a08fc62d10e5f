//! SDP (RFC 8866): the offer and answer of media in a SIP body. It says that a sign-in is used, nothing about signing in.

mod dissect;
mod fields;
mod learn;
#[cfg(test)]
mod tests;

use super::{Carries, Claim, Protocol};

/// SDP.
pub static PROTOCOL: Protocol = Protocol {
    name: "sdp",
    column: "SDP",
    fields: fields::ALL,
    claims: &[Claim::MediaType("application/sdp")],
    carries: Carries::Only(&[]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
