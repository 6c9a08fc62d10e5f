//! The signature by which a client proves that a certificate is its own: CertificateVerify (RFC 2246 §7.4.8, RFC 5246
//! §7.4.8). Everything it covers is in clear up to TLS 1.2, so no secret is needed.

use super::prf::Prf;
use super::private::session_hash;
use rsa::RsaPublicKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey;
use sha1::Sha1;
use sha2::{Digest, Sha512};
use x509_parser::prelude::{FromDer, X509Certificate};

/// DigestInfo in front of a hash (RFC 8017 §9.2).
const SHA1: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
const SHA256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
const SHA384: &[u8] = b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30";
const SHA512: &[u8] = b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";

/// Whether the key of `certificate` (DER) made `signature` over `messages`. `algorithm` is what TLS 1.2 puts in front of
/// it, `0x0401` for SHA-256 with RSA. Nothing if the key is not RSA or the algorithm not known.
pub fn certificate_verify(
    certificate: &[u8],
    algorithm: Option<u16>,
    signature: &[u8],
    messages: &[&[u8]],
) -> Option<bool> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let key = RsaPublicKey::from_public_key_der(certificate.public_key().raw).ok()?;
    let (prefix, hash) = match algorithm {
        None => (&[][..], session_hash(Prf::Md5Sha1, messages)),
        Some(0x0201) => (SHA1, Sha1::digest(messages.concat()).to_vec()),
        Some(0x0401) => (SHA256, session_hash(Prf::Sha256, messages)),
        Some(0x0501) => (SHA384, session_hash(Prf::Sha384, messages)),
        Some(0x0601) => (SHA512, Sha512::digest(messages.concat()).to_vec()),
        Some(_) => return None,
    };
    let scheme = Pkcs1v15Sign { hash_len: Some(hash.len()), prefix: prefix.into() };
    Some(key.verify(scheme, &hash, signature).is_ok())
}
