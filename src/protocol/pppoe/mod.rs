//! PPPoE session.

use super::Protocol;

/// PPPoE session.
pub static PROTOCOL: Protocol = Protocol { name: "pppoes", column: "PPPoE", ..Protocol::NONE };
