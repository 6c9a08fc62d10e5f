//! TLS-DSK.

use super::Protocol;

/// TLS-DSK.
pub static PROTOCOL: Protocol = Protocol { name: "tlsdsk", column: "", ..Protocol::NONE };
