//! The NetBIOS Session Service (RFC 1002 4.3), or what SMB keeps of it on port 445: a type and a length before every message.
//!
//! ```text
//! TYPE(1) LENGTH(3, big-endian) …
//! ```

mod conversation;
mod dissect;
mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// NetBIOS sessions.
pub static PROTOCOL: Protocol = Protocol {
    name: "nbss",
    column: "NBSS",
    fields: fields::ALL,
    claims: &[Claim::TcpPort(445), Claim::TcpPort(139)],
    probe: conversation::probe,
    open: Some(conversation::open),
    pair: dissect::pair,
    dissect: dissect::dissect,
};
