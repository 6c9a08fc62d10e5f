//! What a password or key proves: pure functions over bytes, no protocol, no files, no clock.
//!
//! * [`ntlm`]: the formulas of [MS-NLMP] and the SIP signature of [MS-SIPAE] over NTLM
//! * [`prf`]: the TLS pseudo-random functions
//! * [`keylog`]: the TLS secrets a user gives with `--keylog`, or a capture brings along
//! * `follow`: a key log that grows
//! * [`protection`], [`record`]: what a suite says of records, and taking it off them
//! * [`pem`], [`private`]: private keys of servers, for connections with RSA key exchange
//! * [`signature`]: the signature of a CertificateVerify
//! * [`tlsdsk`]: the keys and signatures of TLS-DSK
//! * [`kerberos`]: what a Kerberos key opens and signs
//! * [`keytab`]: the keys a user gives with `--keytab`
//! * [`trust`]: the authorities that the user trusts
//! * [`passwords`]: the list a user gives with `--nt-password-file`
//!
//! What is secret lives in [`Key`] or [`Phrase`]: neither can be printed, and both wipe themselves.

mod cipher;
mod crypto;
mod follow;
mod given;
pub mod kerberos;
mod key;
pub mod keylog;
pub mod keytab;
pub mod ntlm;
pub mod passwords;
pub mod pem;
pub mod prf;
pub mod private;
pub mod protection;
pub mod record;
#[cfg(test)]
mod record_tests;
mod shared;
pub mod signature;
pub mod tlsdsk;
pub mod trust;

pub use key::{Key, Phrase};
pub use shared::{Renew, Secret, Session, TlsKeys};

/// Everything that was given to prove or open something with.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Passwords and NT hashes.
    pub passwords: passwords::Passwords,
    /// TLS secrets.
    pub keylog: keylog::KeyLog,
    /// Keys of Kerberos services and users.
    pub keytab: keytab::Keytab,
    /// Private keys of servers.
    pub private: Vec<private::PrivateKey>,
    /// What certificates are judged by.
    pub trust: trust::Trust,
}

impl Secrets {
    /// What a scan opens connections with.
    pub fn tls(&self) -> TlsKeys {
        TlsKeys::new(self.keylog.clone(), self.private.clone())
    }
}

/// Who signs, and with whose key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The side that authenticates.
    Client,
    /// The side that asked for it.
    Server,
}
