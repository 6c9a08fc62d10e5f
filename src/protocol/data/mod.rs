//! Data.

use super::Protocol;

/// Data.
pub static PROTOCOL: Protocol = Protocol { name: "data", column: "", ..Protocol::NONE };
