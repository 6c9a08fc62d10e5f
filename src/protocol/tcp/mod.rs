//! The Transmission Control Protocol's header (RFC 9293; options: RFC 7323, RFC 2018).
//!
//! ```text
//! +-------------------------------+-------------------------------+
//! |          Source Port          |       Destination Port        |
//! +-------------------------------+-------------------------------+
//! |                        Sequence Number                        |
//! +---------------------------------------------------------------+
//! |                    Acknowledgment Number                      |
//! +-------+-----+-+---------------+-------------------------------+
//! | Offset| Rsv |A|C E U A P R S F|            Window             |
//! +-------+-----+-+---------------+-------------------------------+
//! |           Checksum            |         Urgent Pointer        |
//! +-------------------------------+-------------------------------+
//! ```
//!
//! Only the header is described here: what a segment carries is found by the stream's conversation and described as
//! messages of its own. Numbers relative to the first ones of a connection, the scaled window and times come from the first
//! pass, if it followed this segment.

mod analysis;
mod dissect;
pub mod fields;
mod flags;
mod options;
#[cfg(test)]
mod tests;

use super::{Claim, Protocol};

/// The Transmission Control Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "tcp",
    column: "TCP",
    fields: fields::ALL,
    claims: &[Claim::IpProtocol(6)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};
