//! Taking the protection off records of TLS: RC4, CBC and AEAD ciphers from TLS 1.0 to 1.2 (RFC 2246, RFC 4346, RFC 5246
//! §6.2.3, RFC 5288, RFC 7905, RFC 7366) and the AEAD ciphers of TLS 1.3 (RFC 8446 §5.2).
//!
//! A record is taken for opened only if its MAC or tag fits, so a wrong key never yields bytes.

use super::Secret;
use super::crypto::hmac;
use super::prf::Prf;
use super::tlsdsk::Hash;
use aes::{Aes128, Aes256};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use chacha20poly1305::ChaCha20Poly1305;
use des::TdesEde3;
use md5::Md5;
use rc4::{Rc4, StreamCipher};
use sha1::Sha1;
use sha2::{Sha256, Sha384};

/// How the bytes are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// Not at all.
    Null,
    /// RC4 with 128 bits.
    Rc4,
    /// 3DES in CBC mode.
    TripleDes,
    /// AES-128 in CBC mode.
    Aes128Cbc,
    /// AES-256 in CBC mode.
    Aes256Cbc,
    /// AES-128 in Galois/counter mode.
    Aes128Gcm,
    /// AES-256 in Galois/counter mode.
    Aes256Gcm,
    /// ChaCha20 with Poly1305.
    ChaCha20,
}

/// What a suite says of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The cipher.
    pub cipher: Cipher,
    /// The hash at the end of the suite's name: of the MAC, or with AEAD ciphers of the key schedule.
    pub hash: Hash,
}

impl Protection {
    /// Reads it from the IANA name of a suite; nothing if it is not supported.
    pub fn of_suite(name: &str) -> Option<Self> {
        let (_, tail) = name.split_once("_WITH_").or_else(|| name.split_once("TLS_"))?;
        let (cipher, hash) = tail.rsplit_once('_')?;
        let cipher = match cipher {
            "NULL" => Cipher::Null,
            "RC4_128" => Cipher::Rc4,
            "3DES_EDE_CBC" => Cipher::TripleDes,
            "AES_128_CBC" => Cipher::Aes128Cbc,
            "AES_256_CBC" => Cipher::Aes256Cbc,
            "AES_128_GCM" => Cipher::Aes128Gcm,
            "AES_256_GCM" => Cipher::Aes256Gcm,
            "CHACHA20_POLY1305" => Cipher::ChaCha20,
            _ => return None,
        };
        let hash = match hash {
            "MD5" => Hash::Md5,
            "SHA" => Hash::Sha1,
            "SHA256" => Hash::Sha256,
            "SHA384" => Hash::Sha384,
            _ => return None,
        };
        Some(Self { cipher, hash })
    }

    const fn key_len(self) -> usize {
        match self.cipher {
            Cipher::Null => 0,
            Cipher::Rc4 | Cipher::Aes128Cbc | Cipher::Aes128Gcm => 16,
            Cipher::TripleDes => 24,
            Cipher::Aes256Cbc | Cipher::Aes256Gcm | Cipher::ChaCha20 => 32,
        }
    }

    /// Bytes of the key block that a direction takes as IV; where the IV is explicit they lie behind everything else
    /// and are not used.
    const fn iv_len(self) -> usize {
        match self.cipher {
            Cipher::Null | Cipher::Rc4 => 0,
            Cipher::TripleDes => 8,
            Cipher::Aes128Cbc | Cipher::Aes256Cbc => 16,
            Cipher::Aes128Gcm | Cipher::Aes256Gcm => 4,
            Cipher::ChaCha20 => 12,
        }
    }

    const fn is_aead(self) -> bool {
        matches!(self.cipher, Cipher::Aes128Gcm | Cipher::Aes256Gcm | Cipher::ChaCha20)
    }

    const fn mac_len(self) -> usize {
        if self.is_aead() { 0 } else { hash_len(self.hash) }
    }

    const fn block(self) -> Option<usize> {
        match self.cipher {
            Cipher::TripleDes => Some(8),
            Cipher::Aes128Cbc | Cipher::Aes256Cbc => Some(16),
            _ => None,
        }
    }
}

const fn hash_len(hash: Hash) -> usize {
    match hash {
        Hash::Md5 => 16,
        Hash::Sha1 => 20,
        Hash::Sha256 => 32,
        Hash::Sha384 => 48,
    }
}

fn mac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    match hash {
        Hash::Md5 => hmac::<Md5>(key, parts).to_vec(),
        Hash::Sha1 => hmac::<Sha1>(key, parts).to_vec(),
        Hash::Sha256 => hmac::<Sha256>(key, parts).to_vec(),
        Hash::Sha384 => hmac::<Sha384>(key, parts).to_vec(),
    }
}

/// What was in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The content type: that of the record, or the one TLS 1.3 hides inside.
    pub content: u8,
    /// The content.
    pub bytes: Secret,
}

/// Opens the records of one direction under one set of keys.
#[derive(Debug)]
pub struct Opener {
    protection: Protection,
    version: u16,
    mac_key: Secret,
    key: Secret,
    iv: Secret,
    /// TLS 1.3: the traffic secret, from which the next one follows.
    traffic: Option<Secret>,
    encrypt_then_mac: bool,
    sequence: u64,
    /// RC4: the stream, as far as it was used.
    stream: Option<Rc4Stream>,
}

struct Rc4Stream(Rc4);

impl std::fmt::Debug for Rc4Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rc4")
    }
}

/// The hellos and what they settled, for TLS 1.2 and before.
#[derive(Clone, Copy, Debug)]
pub struct Agreed<'a> {
    /// `0x0301` for TLS 1.0.
    pub version: u16,
    /// The suite's number.
    pub suite: u16,
    /// What it says of records.
    pub protection: Protection,
    /// Random of the ClientHello.
    pub client_random: &'a [u8; 32],
    /// Random of the ServerHello.
    pub server_random: &'a [u8; 32],
    /// RFC 7366 was agreed on.
    pub encrypt_then_mac: bool,
}

impl Opener {
    /// The openers of both directions, the client's first (RFC 5246 §6.3).
    pub fn pair(master: &[u8], agreed: &Agreed<'_>) -> [Self; 2] {
        let sizes = [agreed.protection.mac_len(), agreed.protection.key_len(), agreed.protection.iv_len()];
        let length = sizes.iter().fold(0_usize, |sum, n| sum.saturating_add(n.saturating_mul(2)));
        let mut block = vec![0; length];
        let prf = Prf::of(agreed.version, agreed.suite);
        prf.fill(master, b"key expansion", &[agreed.server_random, agreed.client_random], &mut block);
        let mut rest = &block[..];
        let mut take = |size: usize| {
            let (part, after) = rest.split_at_checked(size).unwrap_or((rest, &[]));
            rest = after;
            Secret::new(part.to_vec())
        };
        let [mac, key, iv] = sizes.map(|size| [take(size), take(size)]);
        let opener = |mac_key, key: Secret, iv| Self {
            protection: agreed.protection,
            version: agreed.version,
            stream: (agreed.protection.cipher == Cipher::Rc4)
                .then(|| Rc4::new_from_slice(key.bytes()).ok().map(Rc4Stream))
                .flatten(),
            mac_key,
            key,
            iv,
            traffic: None,
            encrypt_then_mac: agreed.encrypt_then_mac && agreed.protection.block().is_some(),
            sequence: 0,
        };
        let ([mac_a, mac_b], [key_a, key_b], [iv_a, iv_b]) = (mac, key, iv);
        super::key::wipe(&mut block);
        [opener(mac_a, key_a, iv_a), opener(mac_b, key_b, iv_b)]
    }

    /// The opener of one direction under a traffic secret (RFC 8446 §7.3); nothing if the suite is none of TLS 1.3.
    pub fn of_traffic(secret: &Secret, protection: Protection) -> Option<Self> {
        if !protection.is_aead() {
            return None;
        }
        let part = |label: &[u8], length: usize| expand_label(protection.hash, secret.bytes(), label, length);
        Some(Self {
            protection,
            version: 0x0304,
            mac_key: Secret::default(),
            key: part(b"key", protection.key_len()),
            iv: part(b"iv", 12),
            traffic: Some(secret.clone()),
            encrypt_then_mac: false,
            sequence: 0,
            stream: None,
        })
    }

    /// The opener after a KeyUpdate (RFC 8446 §7.2).
    pub fn updated(&self) -> Option<Self> {
        let hash = self.protection.hash;
        let next = expand_label(hash, self.traffic.as_ref()?.bytes(), b"traffic upd", hash_len(hash));
        Self::of_traffic(&next, self.protection)
    }

    /// Opens the next record; nothing if it does not fit. Then nothing has changed, and another may be tried (but with
    /// RC4, which has no way back).
    pub fn open(&mut self, content: u8, version: u16, fragment: &[u8]) -> Option<Plain> {
        let plain = if self.version == 0x0304 {
            self.open_1_3(content, version, fragment)?
        } else if self.protection.is_aead() {
            self.open_aead(content, version, fragment)?
        } else {
            self.open_mac(content, version, fragment)?
        };
        self.sequence = self.sequence.saturating_add(1);
        Some(plain)
    }

    fn open_1_3(&self, content: u8, version: u16, fragment: &[u8]) -> Option<Plain> {
        let length = u16::try_from(fragment.len()).ok()?;
        let ([v0, v1], [l0, l1]) = (version.to_be_bytes(), length.to_be_bytes());
        let mut bytes = self.aead(self.mixed_nonce()?, &[content, v0, v1, l0, l1], fragment)?;
        // The content type is the last byte that is not zero.
        let end = bytes.iter().rposition(|b| *b != 0)?;
        let content = *bytes.get(end)?;
        if let Some(tail) = bytes.get_mut(end..) {
            super::key::wipe(tail);
        }
        bytes.truncate(end);
        Some(Plain { content, bytes: Secret::new(bytes) })
    }

    fn open_aead(&self, content: u8, version: u16, fragment: &[u8]) -> Option<Plain> {
        let (nonce, sealed) = if self.protection.cipher == Cipher::ChaCha20 {
            (self.mixed_nonce()?, fragment)
        } else {
            let (explicit, sealed) = fragment.split_first_chunk::<8>()?;
            let mut nonce = [0; 12];
            nonce.get_mut(..4)?.copy_from_slice(self.iv.bytes().get(..4)?);
            nonce.get_mut(4..)?.copy_from_slice(explicit);
            (nonce, sealed)
        };
        let length = sealed.len().checked_sub(16)?;
        let bytes = self.aead(nonce, &self.pseudo_header(content, version, length)?, sealed)?;
        Some(Plain { content, bytes: Secret::new(bytes) })
    }

    fn aead(&self, nonce: [u8; 12], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, payload, key) = (nonce.into(), Payload { msg: sealed, aad }, self.key.bytes());
        match self.protection.cipher {
            Cipher::Aes128Gcm => Aes128Gcm::new_from_slice(key).ok()?.decrypt(&nonce, payload).ok(),
            Cipher::Aes256Gcm => Aes256Gcm::new_from_slice(key).ok()?.decrypt(&nonce, payload).ok(),
            Cipher::ChaCha20 => ChaCha20Poly1305::new_from_slice(key).ok()?.decrypt(&nonce, payload).ok(),
            _ => None,
        }
    }

    /// The IV with the sequence number over its end.
    fn mixed_nonce(&self) -> Option<[u8; 12]> {
        let mut nonce = *self.iv.bytes().first_chunk::<12>()?;
        let sequence = self.sequence.to_be_bytes();
        nonce.iter_mut().skip(4).zip(sequence).for_each(|(n, s)| *n ^= s);
        Some(nonce)
    }

    /// seq_num, type, version, length: what MAC and tag cover besides the content.
    fn pseudo_header(&self, content: u8, version: u16, length: usize) -> Option<Vec<u8>> {
        let length = u16::try_from(length).ok()?.to_be_bytes();
        Some([&self.sequence.to_be_bytes()[..], &[content], &version.to_be_bytes(), &length].concat())
    }

    fn open_mac(&mut self, content: u8, version: u16, fragment: &[u8]) -> Option<Plain> {
        let Some(block) = self.protection.block() else {
            let mut bytes = fragment.to_vec();
            match &mut self.stream {
                Some(stream) => stream.0.apply_keystream(&mut bytes),
                None if self.protection.cipher == Cipher::Null => {}
                None => return None,
            }
            return self.without_mac(content, version, bytes);
        };
        let sealed = if self.encrypt_then_mac {
            let (sealed, sent) = fragment.split_at_checked(fragment.len().checked_sub(self.protection.mac_len())?)?;
            let header = self.pseudo_header(content, version, sealed.len())?;
            if mac(self.protection.hash, self.mac_key.bytes(), &[&header, sealed]) != sent {
                return None;
            }
            sealed
        } else {
            fragment
        };
        let explicit = self.version >= 0x0302;
        let (iv, sealed) = if explicit { sealed.split_at_checked(block)? } else { (self.iv.bytes(), sealed) };
        let mut bytes = Secret::new(self.decrypt_blocks(iv, sealed)?);
        let padding = usize::from(*bytes.0.last()?).saturating_add(1);
        let end = bytes.0.len().checked_sub(padding)?;
        bytes.0.truncate(end);
        let bytes = std::mem::take(&mut bytes.0);
        let next_iv = sealed.len().checked_sub(block).and_then(|at| sealed.get(at..)).map(<[u8]>::to_vec);
        let plain = if self.encrypt_then_mac {
            Plain { content, bytes: Secret::new(bytes) }
        } else {
            self.without_mac(content, version, bytes)?
        };
        if !explicit {
            self.iv = Secret::new(next_iv?);
        }
        Some(plain)
    }

    /// Checks the MAC behind the content and takes it off.
    fn without_mac(&self, content: u8, version: u16, bytes: Vec<u8>) -> Option<Plain> {
        let mut bytes = Secret::new(bytes);
        let end = bytes.0.len().checked_sub(self.protection.mac_len())?;
        let (text, sent) = bytes.0.split_at_checked(end)?;
        let header = self.pseudo_header(content, version, text.len())?;
        if mac(self.protection.hash, self.mac_key.bytes(), &[&header, text]) != sent {
            return None;
        }
        bytes.0.truncate(end);
        Some(Plain { content, bytes })
    }

    fn decrypt_blocks(&self, iv: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        fn run<C: BlockModeDecrypt + KeyIvInit>(key: &[u8], iv: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
            let mut bytes = sealed.to_vec();
            let mut mode = C::new_from_slices(key, iv).ok()?;
            let (blocks, rest) = cbc::cipher::Block::<C>::slice_as_chunks_mut(&mut bytes);
            if !rest.is_empty() {
                return None;
            }
            mode.decrypt_blocks(blocks);
            Some(bytes)
        }
        let key = self.key.bytes();
        match self.protection.cipher {
            Cipher::TripleDes => run::<cbc::Decryptor<TdesEde3>>(key, iv, sealed),
            Cipher::Aes128Cbc => run::<cbc::Decryptor<Aes128>>(key, iv, sealed),
            Cipher::Aes256Cbc => run::<cbc::Decryptor<Aes256>>(key, iv, sealed),
            _ => None,
        }
    }
}

/// HKDF-Expand-Label with an empty context (RFC 8446 §7.1), for lengths within one block of the hash.
fn expand_label(hash: Hash, secret: &[u8], label: &[u8], length: usize) -> Secret {
    let label = [b"tls13 ", label].concat();
    let size = u16::try_from(length).unwrap_or(0).to_be_bytes();
    let label_len = u8::try_from(label.len()).unwrap_or(0);
    let mut out = mac(hash, secret, &[&size, &[label_len], &label, &[0], &[1]]);
    out.truncate(length);
    Secret::new(out)
}
