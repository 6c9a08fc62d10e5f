//! ERSPAN.

use super::Protocol;

/// ERSPAN.
pub static PROTOCOL: Protocol = Protocol { name: "erspan", column: "ERSPAN", ..Protocol::NONE };
