//! SMB 2 and 3 ([MS-SMB2]): the header of every command; in full those that a sign-in is made of, negotiate, session setup,
//! logoff and tree connect; of the others, what a pipe carries.
//!
//! What SMB 3 encrypts stays closed.

mod commands;
mod dissect;
mod fields;
mod names;
mod session;
#[cfg(test)]
mod tests;

use super::Protocol;

/// SMB 2 and 3.
pub static PROTOCOL: Protocol =
    Protocol { name: "smb2", column: "SMB2", fields: fields::ALL, dissect: dissect::dissect, ..Protocol::NONE };
