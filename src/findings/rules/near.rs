//! What rules ask about the sign-in around a piece of evidence.

use crate::findings::Facts;
use crate::signin::{Side, SignIn};
use std::net::IpAddr;

/// True if something proves that the client was outside.
pub(super) fn is_outside(facts: &Facts<'_>, client: IpAddr, frame: u64) -> bool {
    facts.sign_ins_at(client, frame).any(is_outside_of)
}

/// True if something proves that the client of this sign-in was outside.
pub(super) fn is_outside_of(signin: &SignIn) -> bool {
    signin.side == Side::External
}

/// True if two addresses lie in the same network as people number them: /24 and /64.
pub(super) fn same_network(a: IpAddr, b: IpAddr) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.octets()[..3] == b.octets()[..3],
        (IpAddr::V6(a), IpAddr::V6(b)) => a.octets()[..8] == b.octets()[..8],
        _ => true,
    }
}
