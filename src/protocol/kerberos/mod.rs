//! Kerberos.

use super::Protocol;
mod errors;
pub mod names;
pub use errors::error_name;

/// Kerberos.
pub static PROTOCOL: Protocol = Protocol { name: "kerberos", column: "KRB5", ..Protocol::NONE };
