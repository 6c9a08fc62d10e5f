//! UDP.

use super::Protocol;

/// UDP.
pub static PROTOCOL: Protocol = Protocol { name: "udp", column: "UDP", ..Protocol::NONE };
