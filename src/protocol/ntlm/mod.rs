//! NTLM.

use super::Protocol;

/// NTLM.
pub static PROTOCOL: Protocol = Protocol { name: "ntlmssp", column: "NTLMSSP", ..Protocol::NONE };
