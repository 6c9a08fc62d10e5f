//! TLS records.

use super::Protocol;

/// TLS records.
pub static PROTOCOL: Protocol = Protocol { name: "tls", column: "TLS", ..Protocol::NONE };
