//! ICMP.

use super::Protocol;

/// ICMP.
pub static PROTOCOL: Protocol = Protocol { name: "icmp", column: "ICMP", ..Protocol::NONE };
