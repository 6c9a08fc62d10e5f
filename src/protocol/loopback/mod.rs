//! BSD loopback.

use super::Protocol;

/// BSD loopback.
pub static PROTOCOL: Protocol = Protocol { name: "null", column: "", ..Protocol::NONE };
