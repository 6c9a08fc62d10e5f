//! PPP over Ethernet (RFC 2516): discovery and session.
//!
//! ```text
//!  version (4 bits) | type (4) | code (8) | session (16) | length (16) | payload
//! ```

mod dissect;
pub mod fields;

use super::{Claim, Protocol};

/// The session stage.
pub static PROTOCOL: Protocol = Protocol {
    name: "pppoes",
    column: "PPPoES",
    fields: fields::ALL,
    claims: &[Claim::EtherType(0x8864), Claim::LinkType(51)],
    dissect: dissect::session,
    ..Protocol::NONE
};

/// The discovery stage.
pub static DISCOVERY: Protocol = Protocol {
    name: "pppoed",
    column: "PPPoED",
    fields: fields::DISCOVERY_ALL,
    claims: &[Claim::EtherType(0x8863)],
    dissect: dissect::discovery,
    ..Protocol::NONE
};
