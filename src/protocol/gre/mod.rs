//! Generic Routing Encapsulation.

use super::Protocol;

/// Generic Routing Encapsulation.
pub static PROTOCOL: Protocol = Protocol { name: "gre", column: "GRE", ..Protocol::NONE };
