//! IPv6.

use super::Protocol;

/// IPv6.
pub static PROTOCOL: Protocol = Protocol { name: "ipv6", column: "IPv6", ..Protocol::NONE };
