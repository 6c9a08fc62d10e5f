//! Mail as far as it is a sign-in: SMTP (RFC 5321, 4954), IMAP (RFC 9051) and POP (RFC 1939, 5034), and the end of each where
//! TLS begins (STARTTLS, STLS). What mail says is passed over, and never described.
//!
//! They are one folder because the exchange of SASL is the same in all of them: a command names the mechanism, lines of
//! base64 go back and forth, and a last line says who is in.

mod dissect;
mod exchange;
mod fields;
mod imap;
mod note;
mod pop;
mod smtp;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// Mail handed in.
pub static SMTP: Protocol = Protocol {
    name: "smtp",
    column: "SMTP",
    fields: fields::smtp::ALL,
    claims: &[Claim::TcpPort(25), Claim::TcpPort(587)],
    probe: smtp::probe,
    open: Some(smtp::open),
    dissect: dissect::smtp,
    ..Protocol::NONE
};

/// Mail read where it lies.
pub static IMAP: Protocol = Protocol {
    name: "imap",
    column: "IMAP",
    fields: fields::imap::ALL,
    claims: &[Claim::TcpPort(143)],
    probe: imap::probe,
    open: Some(imap::open),
    dissect: dissect::imap,
    ..Protocol::NONE
};

/// Mail fetched.
pub static POP: Protocol = Protocol {
    name: "pop",
    column: "POP",
    fields: fields::pop::ALL,
    claims: &[Claim::TcpPort(110)],
    probe: pop::probe,
    open: Some(pop::open),
    dissect: dissect::pop,
    ..Protocol::NONE
};
