//! Wireless frames as captured in monitor mode: IEEE 802.11, behind the capturer's radiotap or PPI header.
//!
//! ```text
//!  frame control (16) | duration (16) | address 1..3 (6 each) | sequence (16) | address 4 | QoS (16) | HT control (32) | LLC
//! ```
//!
//! What a captured frame needs to reach its data is described; what the radio did is left out. Frames of a protected
//! network end here: they are encrypted.

mod dissect;
pub mod fields;
mod radio;

use super::{Claim, Protocol};

/// IEEE 802.11.
pub static PROTOCOL: Protocol = Protocol {
    name: "wlan",
    column: "802.11",
    fields: fields::ALL,
    claims: &[Claim::LinkType(105)],
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// The radiotap header (LINKTYPE_IEEE802_11_RADIOTAP).
pub static RADIOTAP: Protocol = Protocol {
    name: "radiotap",
    column: "Radiotap",
    fields: radio::RADIOTAP_ALL,
    claims: &[Claim::LinkType(127)],
    dissect: radio::radiotap,
    ..Protocol::NONE
};

/// The Per-Packet Information header (LINKTYPE_PPI).
pub static PPI: Protocol = Protocol {
    name: "ppi",
    column: "PPI",
    fields: radio::PPI_ALL,
    claims: &[Claim::LinkType(192)],
    dissect: radio::ppi,
    ..Protocol::NONE
};
