//! HTTP.

use super::Protocol;

/// HTTP.
pub static PROTOCOL: Protocol = Protocol { name: "http", column: "HTTP", ..Protocol::NONE };
