//! DCE/RPC over connections (C706 chapter 12, [MS-RPCE]): headers, binds with their interfaces, and the verifiers that
//! sign somebody in. What the calls say is not described.

mod conversation;
mod dissect;
mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// DCE/RPC.
pub static PROTOCOL: Protocol = Protocol {
    name: "dcerpc",
    column: "DCERPC",
    fields: fields::ALL,
    claims: &[Claim::TcpPort(135)],
    probe: conversation::probe,
    open: Some(conversation::open),
    pair: dissect::pair,
    dissect: dissect::dissect,
};
