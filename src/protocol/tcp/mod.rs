//! TCP.

use super::Protocol;

/// TCP.
pub static PROTOCOL: Protocol = Protocol { name: "tcp", column: "TCP", ..Protocol::NONE };
