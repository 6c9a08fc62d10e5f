//! SIP.

use super::Protocol;

/// SIP.
pub static PROTOCOL: Protocol = Protocol { name: "sip", column: "SIP", ..Protocol::NONE };
