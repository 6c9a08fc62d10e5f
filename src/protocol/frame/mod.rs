//! Frame.

use super::Protocol;

/// Frame.
pub static PROTOCOL: Protocol = Protocol { name: "frame", column: "", ..Protocol::NONE };
