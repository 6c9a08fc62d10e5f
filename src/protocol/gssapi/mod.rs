//! SPNEGO and GSS-API.

use super::Protocol;

/// SPNEGO and GSS-API.
pub static PROTOCOL: Protocol = Protocol { name: "spnego", column: "", ..Protocol::NONE };
