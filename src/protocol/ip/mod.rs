//! IPv4.

use super::Protocol;

/// IPv4.
pub static PROTOCOL: Protocol = Protocol { name: "ip", column: "IPv4", ..Protocol::NONE };
