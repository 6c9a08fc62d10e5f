//! Kerberos.

use super::Protocol;

/// Kerberos.
pub static PROTOCOL: Protocol = Protocol { name: "kerberos", column: "KRB5", ..Protocol::NONE };
