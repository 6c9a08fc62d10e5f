//! 802.1Q.

use super::Protocol;

/// 802.1Q.
pub static PROTOCOL: Protocol = Protocol { name: "vlan", column: "", ..Protocol::NONE };
