//! SMB 1 ([MS-CIFS], [MS-SMB]): recognised by its header; negotiate and session setup are read, because they carry
//! sign-ins. Nobody should speak it any more, and what else it does is not described.

mod dissect;
mod fields;
#[cfg(test)]
mod tests;

use super::Protocol;

/// SMB 1.
pub static PROTOCOL: Protocol =
    Protocol { name: "smb", column: "SMB", fields: fields::ALL, dissect: dissect::dissect, ..Protocol::NONE };
