//! VXLAN.

use super::Protocol;

/// VXLAN.
pub static PROTOCOL: Protocol = Protocol { name: "vxlan", column: "VxLAN", ..Protocol::NONE };
