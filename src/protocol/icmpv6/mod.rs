//! ICMPv6.

use super::Protocol;

/// ICMPv6.
pub static PROTOCOL: Protocol = Protocol { name: "icmpv6", column: "ICMPv6", ..Protocol::NONE };
