//! FTP (RFC 959) as far as it is a sign-in: who says `USER` and `PASS`, and what the server makes of it, up to where TLS begins
//! (`AUTH TLS`, RFC 4217). Files go over connections of their own, which nobody looks at.

mod conversation;
mod dissect;
mod fields;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// The connection on which commands are given.
pub static PROTOCOL: Protocol = Protocol {
    name: "ftp",
    column: "FTP",
    fields: fields::ALL,
    claims: &[Claim::TcpPort(21)],
    probe: conversation::probe,
    open: Some(conversation::open),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
