//! Ethernet.

use super::Protocol;

/// Ethernet.
pub static PROTOCOL: Protocol = Protocol { name: "eth", column: "Ethernet", ..Protocol::NONE };
