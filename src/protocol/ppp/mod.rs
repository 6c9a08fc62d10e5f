//! PPP.

use super::Protocol;

/// PPP.
pub static PROTOCOL: Protocol = Protocol { name: "ppp", column: "PPP", ..Protocol::NONE };
