//! What a password or key proves: pure functions over bytes, no protocol, no files, no clock.
//!
//! * [`ntlm`]: the formulas of [MS-NLMP] and the SIP signature of [MS-SIPAE] over NTLM
//! * [`prf`]: the TLS pseudo-random functions
//! * [`keylog`]: the secrets of TLS connections that a user gives with `--keylog`
//! * [`record`]: taking the protection off records of TLS
//! * [`tlsdsk`]: the keys and signatures of TLS-DSK
//! * [`kerberos`]: what a Kerberos key opens and signs
//! * [`keytab`]: the keys a user gives with `--keytab`
//! * [`passwords`]: the list a user gives with `--nt-password-file`
//! * [`keylog`]: the TLS secrets a user gives with `--keylog`, or a capture brings along
//!
//! What is secret lives in [`Key`] or [`Phrase`]: neither can be printed, and both wipe themselves.

mod crypto;
pub mod kerberos;
mod key;
pub mod keylog;
pub mod keytab;
pub mod ntlm;
pub mod passwords;
pub mod prf;
pub mod record;
#[cfg(test)]
mod record_tests;
mod shared;
pub mod tlsdsk;

pub use key::{Key, Phrase};
pub use shared::{Secret, TlsKeys};

/// Everything that was given to prove or open something with.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Passwords and NT hashes.
    pub passwords: passwords::Passwords,
    /// TLS secrets.
    pub keylog: keylog::KeyLog,
    /// Keys of Kerberos services and users.
    pub keytab: keytab::Keytab,
}

/// Who signs, and with whose key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The side that authenticates.
    Client,
    /// The side that asked for it.
    Server,
}
