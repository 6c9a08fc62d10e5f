//! PEM (RFC 7468): private keys in the forms of PKCS#1, PKCS#8 and SEC1, and certificates. Encrypted keys, of PKCS#8 and of
//! OpenSSL's older form (RFC 1421 headers), are asked about, never passed over.
//!
//! The only place that reads PEM. The reader is `rustls-pemfile`, which passes over encrypted keys without a word: they
//! are looked for first.

use super::Phrase;
use super::crypto::md5;
use super::key::wipe;
use super::private::PrivateKey;
use crate::wire::text::unhex;
use aes::{Aes128, Aes192, Aes256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::Decryptor;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use des::{Des, TdesEde3};
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo, SecretDocument};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rustls_pemfile::Item;
use thiserror::Error;

/// Keys or certificates taken from one file.
const MAX_ITEMS: usize = 4096;

/// Why a PEM file is of no use. Never tells what stood in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PemError {
    /// Neither a key nor anything else.
    #[error("no private key in PEM: no BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY{0}")]
    NoKey(&'static str),
    /// No certificate.
    #[error("no certificate in PEM: no BEGIN CERTIFICATE")]
    NoCertificate,
    /// PEM that cannot be read.
    #[error("damaged PEM: {0}")]
    Damaged(&'static str),
    /// A key whose inside cannot be read.
    #[error("the private key cannot be read; check it with: openssl pkey -in FILE -noout -text")]
    BadKey,
    /// Encrypted, and nobody said with what.
    #[error(
        "the private key is encrypted and no passphrase was given; run this on a terminal, where it is asked for, or \
         take the passphrase off first: openssl pkey -in FILE -out PLAIN"
    )]
    Encrypted,
    /// Another passphrase.
    #[error("the passphrase does not open the private key")]
    WrongPassphrase,
    /// Encrypted with something else.
    #[error(
        "the private key is encrypted in a way that is not supported; take the passphrase off with: \
         openssl pkey -in FILE -out PLAIN"
    )]
    Cipher,
}

/// All private keys in a file. `ask` is called once if one is encrypted.
pub fn private_keys(content: &[u8], ask: &mut dyn FnMut() -> Option<Phrase>) -> Result<Vec<PrivateKey>, PemError> {
    let mut phrase = None;
    let mut keys = Vec::new();
    let mut plain = Vec::with_capacity(content.len());
    for section in Sections(content) {
        if !section.is_encrypted() {
            plain.extend_from_slice(section.whole);
            plain.push(b'\n');
            continue;
        }
        if phrase.is_none() {
            phrase = ask();
        }
        keys.push(section.decrypt(phrase.as_ref().ok_or(PemError::Encrypted)?)?);
    }
    for item in items(&plain).take(MAX_ITEMS) {
        match item? {
            Item::Pkcs1Key(key) => keys.push(pkcs1(key.secret_pkcs1_der())?),
            Item::Pkcs8Key(key) => keys.push(pkcs8(key.secret_pkcs8_der())?),
            Item::Sec1Key(_) => keys.push(PrivateKey::Other),
            _ => {}
        }
    }
    let hint = match certificates(&plain) {
        Ok(_) => "; this file holds certificates only, the key is elsewhere",
        Err(_) if content.starts_with(&[0x30]) => {
            "; this looks like DER or PKCS#12, turn it into PEM: openssl pkcs12 -in FILE -nodes, or openssl pkey -inform DER -in FILE"
        }
        Err(_) => "",
    };
    wipe(&mut plain);
    if keys.is_empty() { Err(PemError::NoKey(hint)) } else { Ok(keys) }
}

/// All certificates in a file, in DER.
pub fn certificates(content: &[u8]) -> Result<Vec<Box<[u8]>>, PemError> {
    let mut out = Vec::new();
    for item in items(content).take(MAX_ITEMS) {
        if let Item::X509Certificate(der) = item? {
            out.push(der.as_ref().into());
        }
    }
    if out.is_empty() { Err(PemError::NoCertificate) } else { Ok(out) }
}

fn items(mut content: &[u8]) -> impl Iterator<Item = Result<Item, PemError>> {
    std::iter::from_fn(move || match rustls_pemfile::read_one_from_slice(content) {
        Ok(Some((item, rest))) => {
            content = rest;
            Some(Ok(item))
        }
        Ok(None) => None,
        Err(error) => {
            content = &[];
            Some(Err(PemError::Damaged(match error {
                rustls_pemfile::Error::MissingSectionEnd { .. } => "a section has no END line",
                rustls_pemfile::Error::IllegalSectionStart { .. } => "a BEGIN line that is none",
                rustls_pemfile::Error::Base64Decode(_) => "not base64 between BEGIN and END",
            })))
        }
    })
}

fn pkcs1(der: &[u8]) -> Result<PrivateKey, PemError> {
    let key = RsaPrivateKey::from_pkcs1_der(der).map_err(|_| PemError::BadKey)?;
    Ok(PrivateKey::Rsa(Box::new(key)))
}

fn pkcs8(der: &[u8]) -> Result<PrivateKey, PemError> {
    let info = PrivateKeyInfo::try_from(der).map_err(|_| PemError::BadKey)?;
    let is_rsa = info.algorithm.oid == rsa::pkcs1::ALGORITHM_OID;
    if is_rsa { pkcs1(info.private_key) } else { Ok(PrivateKey::Other) }
}

/// A section of PEM, before anybody has looked inside.
struct Section<'a> {
    whole: &'a [u8],
    label: &'a [u8],
    /// Between the lines of dashes.
    body: &'a [u8],
}

/// Walks the sections; what has no end is the last one.
struct Sections<'a>(&'a [u8]);

impl<'a> Iterator for Sections<'a> {
    type Item = Section<'a>;

    fn next(&mut self) -> Option<Section<'a>> {
        const BEGIN: &[u8] = b"-----BEGIN ";
        let start = memchr::memmem::find(self.0, BEGIN)?;
        let whole = self.0.get(start..)?;
        let rest = whole.get(BEGIN.len()..)?;
        let label_end = memchr::memmem::find(rest, b"-----")?;
        let (label, rest) = rest.split_at(label_end);
        let rest = rest.get(5..).unwrap_or_default();
        let body_end = memchr::memmem::find(rest, b"-----END").unwrap_or(rest.len());
        let (body, rest) = rest.split_at(body_end);
        let line = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |at| at.saturating_add(1));
        let rest = rest.get(line..).unwrap_or_default();
        self.0 = rest;
        Some(Section { whole: whole.get(..whole.len().saturating_sub(rest.len())).unwrap_or(whole), label, body })
    }
}

impl Section<'_> {
    fn is_encrypted(&self) -> bool {
        self.label == b"ENCRYPTED PRIVATE KEY"
            || self.label.ends_with(b"PRIVATE KEY") && memchr::memmem::find(self.body, b"ENCRYPTED").is_some()
    }

    fn decrypt(&self, phrase: &Phrase) -> Result<PrivateKey, PemError> {
        if self.label == b"ENCRYPTED PRIVATE KEY" {
            let der = decode(self.body)?;
            let info = EncryptedPrivateKeyInfo::try_from(der.as_slice()).map_err(|_| PemError::Cipher)?;
            let document: SecretDocument = info.decrypt(phrase.text()).map_err(|error| match error {
                pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. }) => PemError::Cipher,
                _ => PemError::WrongPassphrase,
            })?;
            return pkcs8(document.as_bytes()).map_err(|_| PemError::WrongPassphrase);
        }
        let mut der = self.decrypt_old(phrase)?;
        let key = match self.label {
            b"RSA PRIVATE KEY" => pkcs1(&der).map_err(|_| PemError::WrongPassphrase),
            _ => Ok(PrivateKey::Other),
        };
        wipe(&mut der);
        key
    }

    /// `DEK-Info: AES-256-CBC,<IV in hexadecimal>`: the key is MD5 over itself, the passphrase and the start of the IV.
    fn decrypt_old(&self, phrase: &Phrase) -> Result<Vec<u8>, PemError> {
        let text = std::str::from_utf8(self.body).map_err(|_| PemError::Damaged("not text"))?;
        let text = text.replace("\r\n", "\n");
        let (headers, body) = text.split_once("\n\n").ok_or(PemError::Damaged("no empty line behind the headers"))?;
        let info = headers.lines().find_map(|line| line.strip_prefix("DEK-Info:")).ok_or(PemError::Cipher)?;
        let (cipher, iv) = info.trim().split_once(',').ok_or(PemError::Cipher)?;
        let iv = unhex(iv.trim()).ok_or(PemError::Cipher)?;
        let salt = iv.get(..8).ok_or(PemError::Cipher)?;
        let mut key = Vec::with_capacity(48);
        let mut last: Vec<u8> = Vec::new();
        while key.len() < 32 {
            last = md5(&[&last, phrase.text().as_bytes(), salt]).to_vec();
            key.extend_from_slice(&last);
        }
        let sealed = decode(body.as_bytes())?;
        let opened = match cipher {
            "AES-128-CBC" => open::<Decryptor<Aes128>>(key.get(..16), &iv, sealed),
            "AES-192-CBC" => open::<Decryptor<Aes192>>(key.get(..24), &iv, sealed),
            "AES-256-CBC" => open::<Decryptor<Aes256>>(key.get(..32), &iv, sealed),
            "DES-EDE3-CBC" => open::<Decryptor<TdesEde3>>(key.get(..24), &iv, sealed),
            "DES-CBC" => open::<Decryptor<Des>>(key.get(..8), &iv, sealed),
            _ => return Err(PemError::Cipher),
        };
        wipe(&mut key);
        opened.ok_or(PemError::WrongPassphrase)
    }
}

fn open<C: BlockModeDecrypt + KeyIvInit>(key: Option<&[u8]>, iv: &[u8], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let length = C::new_from_slices(key?, iv).ok()?.decrypt_padded::<Pkcs7>(&mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

fn decode(body: &[u8]) -> Result<Vec<u8>, PemError> {
    let text: Vec<u8> = body.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    STANDARD.decode(&text).map_err(|_| PemError::Damaged("not base64 between BEGIN and END"))
}

#[cfg(test)]
#[path = "pem_tests.rs"]
mod tests;
