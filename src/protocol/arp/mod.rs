//! Address Resolution Protocol.

use super::Protocol;

/// Address Resolution Protocol.
pub static PROTOCOL: Protocol = Protocol { name: "arp", column: "ARP", ..Protocol::NONE };
