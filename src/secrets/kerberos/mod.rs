//! What a Kerberos key opens and proves: encryption and checksums by encryption type, keys from passwords, and the
//! signatures that GSS-API makes with them.
//!
//! | number | encryption type | where it is defined |
//! |---|---|---|
//! | 17, 18 | AES with HMAC-SHA-1 | RFC 3962, in the frame of RFC 3961 |
//! | 19, 20 | AES with HMAC-SHA-2 | RFC 8009 |
//! | 23 | RC4 with HMAC-MD5 | RFC 4757 |
//!
//! DES and triple DES stay closed: that they are used is the finding. Every opening is proven by the checksum inside, so
//! a wrong key never yields bytes.

mod cts;
mod derive;
mod keyring;
mod mic;
mod password;
mod rc4;

pub use keyring::{Keyring, Unsealed};
pub use mic::{Context, Verdict, verify};
pub use password::{rc4_key, string_to_key, turns};

use super::crypto::hmac;
use super::{Secret, key::wipe};
use crate::fact::EncryptionKey;
use derive::Purpose;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

/// What a key is used for (RFC 4120 section 7.5.1, RFC 4121 section 2): each use has keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage(pub u32);

impl Usage {
    /// PA-ENC-TIMESTAMP, under the client's key.
    pub const TIMESTAMP: Self = Self(1);
    /// The encrypted part of a ticket, under the service's key.
    pub const TICKET: Self = Self(2);
    /// The encrypted part of an AS-REP, under the client's key.
    pub const AS_REP: Self = Self(3);
    /// The authenticator in a TGS-REQ, under the session key.
    pub const TGS_REQ_AUTHENTICATOR: Self = Self(7);
    /// The encrypted part of a TGS-REP, under the session key.
    pub const TGS_REP: Self = Self(8);
    /// The same under the authenticator's subkey.
    pub const TGS_REP_SUBKEY: Self = Self(9);
    /// The authenticator of an AP-REQ, under the session key.
    pub const AUTHENTICATOR: Self = Self(11);
    /// The encrypted part of an AP-REP, under the session key.
    pub const AP_REP: Self = Self(12);
    /// The encrypted part of a KRB-CRED.
    pub const CREDENTIALS: Self = Self(14);
    /// The server's checksum of a PAC ([MS-PAC] 2.8.1), under the service's key.
    pub const PAC: Self = Self(17);
    /// A signature of GSS-API by the acceptor.
    pub const ACCEPTOR_SIGN: Self = Self(23);
    /// A signature of GSS-API by the initiator.
    pub const INITIATOR_SIGN: Self = Self(25);
}

/// An encryption type that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Etype {
    Sha1 { key: usize },
    Sha256,
    Sha384,
    Rc4,
}

impl Etype {
    /// By its number, if the key has its length.
    const fn of(key: &EncryptionKey) -> Option<Self> {
        match (key.etype, key.value.bytes().len()) {
            (17, 16) => Some(Self::Sha1 { key: 16 }),
            (18, 32) => Some(Self::Sha1 { key: 32 }),
            (19, 16) => Some(Self::Sha256),
            (20, 32) => Some(Self::Sha384),
            (23, 16) => Some(Self::Rc4),
            _ => None,
        }
    }

    /// Bytes of the checksum behind a cipher; RC4 puts its own in front.
    const fn checksum_len(self) -> usize {
        match self {
            Self::Sha1 { .. } => 12,
            Self::Sha256 | Self::Rc4 => 16,
            Self::Sha384 => 24,
        }
    }

    /// HMAC with a derived key, cut to the length of the type.
    fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        let mut whole = match self {
            Self::Sha1 { .. } => hmac::<Sha1>(key, parts).to_vec(),
            Self::Sha256 => hmac::<Sha256>(key, parts).to_vec(),
            Self::Sha384 => hmac::<Sha384>(key, parts).to_vec(),
            Self::Rc4 => super::crypto::hmac_md5(key, parts).to_vec(),
        };
        whole.truncate(self.checksum_len());
        whole
    }
}

/// The encryption type of RC4 with HMAC-MD5.
pub const RC4: i32 = 23;

/// True if keys of this type can be used here.
pub const fn understands(etype: i32) -> bool {
    matches!(etype, 17..=20 | 23)
}

/// Opens a cipher; nothing unless its checksum proves that this is its key and its use.
pub fn open(key: &EncryptionKey, usage: Usage, cipher: &[u8]) -> Option<Secret> {
    let etype = Etype::of(key)?;
    if etype == Etype::Rc4 {
        return rc4::open(key.value.bytes(), usage, cipher);
    }
    let (sealed, told) = cipher.split_at_checked(cipher.len().checked_sub(etype.checksum_len())?)?;
    let encryption = derive::key(etype, key.value.bytes(), usage, Purpose::Encryption)?;
    let integrity = derive::key(etype, key.value.bytes(), usage, Purpose::Integrity)?;
    // RFC 8009 protects the cipher behind its initial vector of zeros, RFC 3962 the plain text.
    if matches!(etype, Etype::Sha256 | Etype::Sha384)
        && etype.hmac(integrity.bytes(), &[&[0; cts::BLOCK], sealed]) != told
    {
        return None;
    }
    let mut plain = cts::decrypt(encryption.bytes(), sealed)?;
    if matches!(etype, Etype::Sha1 { .. }) && etype.hmac(integrity.bytes(), &[plain.bytes()]) != told {
        return None;
    }
    plain.drop_front(cts::BLOCK);
    Some(plain)
}

/// The checksum over the parts one after the other (RFC 3961 `get_mic`; RFC 4757 section 4 for RC4).
pub fn checksum(key: &EncryptionKey, usage: Usage, parts: &[&[u8]]) -> Option<Vec<u8>> {
    let etype = Etype::of(key)?;
    if etype == Etype::Rc4 {
        return Some(rc4::checksum(key.value.bytes(), usage, parts).to_vec());
    }
    let derived = derive::key(etype, key.value.bytes(), usage, Purpose::Checksum)?;
    Some(etype.hmac(derived.bytes(), parts))
}

#[cfg(test)]
mod tests;
