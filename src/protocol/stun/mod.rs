//! STUN and TURN (RFC 8489, RFC 8656) with the attributes of [MS-TURN], [MS-ICE2] and [MS-TURNBWM], and their old form
//! without cookie (RFC 3489), which Wireshark calls `classicstun` and which [MS-TURN] still speaks.
//!
//! Over TCP a message stands alone, behind its length (RFC 4571), or in the frame of [MS-TURN]: `02` for a message, `03` for
//! data. The Edge offers the last on port 443 behind a hello that only looks like TLS. A relay that is asked for by
//! somebody ([`crate::fact::Relay`]) is told of; checks of connectivity are only shown.

mod attributes;
mod classic;
mod conversation;
mod dissect;
mod fields;
mod learn;
mod names;
mod parse;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// STUN and TURN.
pub static PROTOCOL: Protocol = Protocol {
    name: "stun",
    column: "STUN",
    fields: fields::ALL,
    claims: &[Claim::UdpPort(3478)],
    probe: parse::datagram,
    pair: dissect::pair,
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// The same on a stream.
pub static STREAM: Protocol = Protocol {
    name: "stun",
    column: "STUN",
    claims: &[Claim::TcpPort(3478)],
    probe: conversation::probe,
    open: Some(|_| Box::<conversation::Messages>::default()),
    pair: dissect::pair,
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// The old form.
pub static CLASSIC: Protocol = Protocol {
    name: "classicstun",
    column: "CLASSIC-STUN",
    fields: classic::ALL,
    claims: &[Claim::UdpPort(3478)],
    probe: parse::classic_datagram,
    pair: classic::pair,
    dissect: classic::dissect,
    ..Protocol::NONE
};
