//! Linux cooked capture.

use super::Protocol;

/// Linux cooked capture.
pub static PROTOCOL: Protocol = Protocol { name: "sll", column: "", ..Protocol::NONE };
