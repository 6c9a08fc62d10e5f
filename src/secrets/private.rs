//! Private keys of servers, and the master secret that follows from one when the client encrypted the premaster secret
//! with it: RSA key exchange (RFC 5246 §7.4.7.1), with or without extended master secret (RFC 7627 §4).
//!
//! A key of an elliptic curve only signs: it opens nothing that was captured. It is kept so that this can be said.

use super::Secret;
use super::prf::Prf;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey};
use sha2::{Digest, Sha256, Sha384};
use std::fmt;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

/// Bytes of a premaster secret that was encrypted.
const PREMASTER: usize = 48;

/// A private key.
#[derive(Clone)]
pub enum PrivateKey {
    /// RSA: may open connections.
    Rsa(Box<RsaPrivateKey>),
    /// Any other: only signs.
    Other,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_rsa() { "PrivateKey(RSA)" } else { "PrivateKey" })
    }
}

impl PrivateKey {
    /// True if it can decrypt.
    pub const fn is_rsa(&self) -> bool {
        matches!(self, Self::Rsa(_))
    }

    /// True if it is the key of this certificate (DER); false too if the certificate cannot be read.
    pub fn is_of(&self, certificate: &[u8]) -> bool {
        let (Self::Rsa(key), Ok((_, certificate))) = (self, X509Certificate::from_der(certificate)) else {
            return false;
        };
        let Ok(PublicKey::RSA(public)) = certificate.public_key().parsed() else { return false };
        let start = public.modulus.iter().position(|b| *b != 0).unwrap_or(0);
        key.n().to_bytes_be() == public.modulus.get(start..).unwrap_or_default()
    }

    /// The premaster secret in a ClientKeyExchange; nothing if it was encrypted for another key.
    pub fn premaster(&self, encrypted: &[u8]) -> Option<Secret> {
        let Self::Rsa(key) = self else { return None };
        let premaster = Secret::new(key.decrypt(Pkcs1v15Encrypt, encrypted).ok()?);
        (premaster.bytes().len() == PREMASTER).then_some(premaster)
    }
}

/// The master secret that follows from a premaster secret (RFC 5246 §8.1).
pub fn master_secret(prf: Prf, premaster: &[u8], client_random: &[u8; 32], server_random: &[u8; 32]) -> Secret {
    let mut master = vec![0; 48];
    prf.fill(premaster, b"master secret", &[client_random, server_random], &mut master);
    Secret::new(master)
}

/// The extended one: over all handshake messages up to the ClientKeyExchange, in the order they were sent.
pub fn extended_master_secret(prf: Prf, premaster: &[u8], messages: &[&[u8]]) -> Secret {
    let mut master = vec![0; 48];
    prf.fill(premaster, b"extended master secret", &[&session_hash(prf, messages)], &mut master);
    Secret::new(master)
}

/// The hash over handshake messages that a Finished or CertificateVerify of this function's version uses.
pub fn session_hash(prf: Prf, messages: &[&[u8]]) -> Vec<u8> {
    fn hash<D: Digest>(messages: &[&[u8]]) -> Vec<u8> {
        messages.iter().fold(D::new(), D::chain_update).finalize().to_vec()
    }
    match prf {
        Prf::Ssl3 | Prf::Md5Sha1 => [hash::<md5::Md5>(messages), hash::<sha1::Sha1>(messages)].concat(),
        Prf::Sha256 => hash::<Sha256>(messages),
        Prf::Sha384 => hash::<Sha384>(messages),
    }
}
