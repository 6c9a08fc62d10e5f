//! Domain Name System.

use super::Protocol;

/// Domain Name System.
pub static PROTOCOL: Protocol = Protocol { name: "dns", column: "DNS", ..Protocol::NONE };
