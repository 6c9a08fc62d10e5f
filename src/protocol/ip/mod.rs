//! IPv4 (RFC 791; differentiated services: RFC 2474, congestion notification: RFC 3168).
//!
//! ```text
//!  0                   1                   2                   3
//! +-------+-------+---------------+-------------------------------+
//! |Version|  IHL  |   DSCP    |ECN|         Total Length          |
//! +-------+-------+---------------+-----+-------------------------+
//! |        Identification         |Flags|    Fragment Offset      |
//! +---------------+---------------+-----+-------------------------+
//! | Time to Live  |   Protocol    |        Header Checksum        |
//! +---------------+---------------+-------------------------------+
//! |                  Source, Destination, Options                 |
//! +---------------------------------------------------------------+
//! ```
//!
//! The header checksum is shown, not judged: captures of the sending machine hold checksums that the network card fills
//! in later. What IP protocol numbers lead to is here as well; `ipv6` uses it.

mod dissect;
pub mod fields;
mod options;
#[cfg(test)]
mod tests;

use super::{Claim, Message, Out, Portion, Protocol, data, registry};

/// IPv4.
pub static PROTOCOL: Protocol = Protocol {
    name: "ip",
    column: "IPv4",
    fields: fields::ALL,
    claims: &[Claim::EtherType(0x0800), Claim::IpProtocol(4), Claim::LinkType(228)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// Gives what IPv4 or IPv6 carries to the protocol of its number; false if nobody claims it and it was shown as data.
pub fn hand_over<'b>(out: &mut Out<'_, 'b>, message: &Message<'b>, number: u8, payload: Portion<'b>) -> bool {
    if let Some(protocol) = registry::find(Claim::IpProtocol(number)) {
        out.give(protocol, &payload.message(message));
        return true;
    }
    data::show(out, message, payload);
    false
}
