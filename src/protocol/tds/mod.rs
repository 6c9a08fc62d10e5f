//! The Tabular Data Stream of SQL Server ([MS-TDS]), as far as one signs in with it: the frame of packets, the login, the
//! tokens of SSPI, and the server's yes or no. Queries and rows are passed over.
//!
//! ```text
//! Type(1) Status(1) Length(2, big-endian) SPID(2) PacketID(1) Window(1) …
//! ```

mod conversation;
mod dissect;
mod fields;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Protocol};

/// SQL Server.
pub static PROTOCOL: Protocol = Protocol {
    name: "tds",
    column: "TDS",
    fields: fields::ALL,
    claims: &[Claim::TcpPort(1433)],
    probe: conversation::probe,
    open: Some(conversation::open),
    carries: Carries::Only(&[
        Cargo::Named("ntlmssp"),
        Cargo::Named("gss-api"),
        Cargo::Named("spnego"),
        Cargo::Named("kerberos"),
        Cargo::Named("spnego-krb5"),
    ]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
