//! LDAP (RFC 4511) on TCP, as CLDAP in datagrams ([MS-ADTS] 6.3.3: the ping that finds a domain controller), and what
//! Active Directory adds: binds with NTLM (`sicily`, [MS-ADTS] 5.1.1.1.3), layers of SASL that sign or seal.
//!
//! Described are binds and results whole, searches with filters and attributes; of changes only the head is.

mod bind;
mod conversation;
mod dissect;
mod fields;
mod filter;
mod names;
mod netlogon;
mod parse;
mod search;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// LDAP.
pub static PROTOCOL: Protocol = Protocol {
    name: "ldap",
    column: "LDAP",
    fields: fields::ALL,
    claims: &[Claim::TcpPort(389), Claim::TcpPort(3268)],
    probe: parse::probe,
    open: Some(conversation::open),
    pair: parse::pair,
    dissect: dissect::stream,
};

/// LDAP in datagrams.
pub static DATAGRAM: Protocol = Protocol {
    name: "cldap",
    column: "CLDAP",
    fields: fields::datagram::ALL,
    claims: &[Claim::UdpPort(389)],
    probe: parse::probe,
    pair: parse::pair,
    dissect: dissect::datagram,
    ..Protocol::NONE
};
