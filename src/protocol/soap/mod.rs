//! SOAP: passwords and web tickets in XML bodies.

use super::Protocol;

/// SOAP: passwords and web tickets in XML bodies.
pub static PROTOCOL: Protocol = Protocol { name: "xml", column: "", ..Protocol::NONE };
