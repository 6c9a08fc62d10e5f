//! Taking the protection off records: SSL 3.0 (RFC 6101 §5.2.3), RC4, CBC and AEAD ciphers from TLS 1.0 to 1.2 (RFC 2246,
//! RFC 4346, RFC 5246 §6.2.3, RFC 5288, RFC 6655, RFC 7905, RFC 7366) and the AEAD ciphers of TLS 1.3 (RFC 8446 §5.2).
//!
//! A record is taken for opened only if its MAC or tag fits, so a wrong key never yields bytes. The number of a record is
//! part of what MAC and tag cover; where records are missing it is found again by trying.

pub mod cover;

use super::Secret;
use super::cipher::{Keyed, Way};
use super::crypto::hmac;
use super::prf::Prf;
use super::protection::{Cipher, Protection};
use super::tlsdsk::Hash;
use cover::Twin;
use hmac::digest::Digest;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

/// Numbers that are tried on a record behind missing ones.
const MAX_TRIES: u64 = 512;

/// What was in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The content type: that of the record, or the one TLS 1.3 hides inside.
    pub content: u8,
    /// The content.
    pub bytes: Secret,
}

/// A record as it was captured.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// Content type of the header.
    pub content: u8,
    /// Version of the header.
    pub version: u16,
    /// What follows the header.
    pub fragment: &'a [u8],
}

/// Opens the records of one direction under one set of keys.
#[derive(Debug)]
pub struct Opener {
    protection: Protection,
    version: u16,
    mac_key: Secret,
    cipher: Keyed,
    iv: Secret,
    /// TLS 1.3: the traffic secret, from which the next one follows.
    traffic: Option<Secret>,
    encrypt_then_mac: bool,
    sequence: u64,
    /// The explicit nonce of the last record; it mostly counts too.
    explicit: Option<u64>,
    /// No key is known, and none is needed: nothing is covered, and the MAC is taken off unchecked.
    clear: bool,
    /// The IV is the end of a record that could not be opened: before the next record, and before the last.
    unchained: [bool; 2],
    /// The same under other secrets.
    twin: Option<Twin>,
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
    pub fn pair(master: &[u8], agreed: &Agreed<'_>) -> Option<[Self; 2]> {
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
        let [mac, mut key, iv] = sizes.map(|size| [take(size), take(size)]);
        super::key::wipe(&mut block);
        // What was made short for export is made long again (RFC 2246 §6.3.1).
        if agreed.protection.cipher == Cipher::Rc4Export {
            for (key, label) in key.iter_mut().zip([b"client write key", b"server write key"]) {
                let mut long = vec![0; 16];
                prf.fill(key.bytes(), label, &[agreed.client_random, agreed.server_random], &mut long);
                *key = Secret::new(long);
            }
        }
        let opener = |mac_key, key: Secret, iv| {
            Some(Self {
                protection: agreed.protection,
                version: agreed.version,
                mac_key,
                cipher: Keyed::new(agreed.protection, key.bytes())?,
                iv,
                traffic: None,
                encrypt_then_mac: agreed.encrypt_then_mac && agreed.protection.block().is_some(),
                sequence: 0,
                explicit: None,
                clear: false,
                unchained: [false; 2],
                twin: None,
            })
        };
        let ([mac_a, mac_b], [key_a, key_b], [iv_a, iv_b]) = (mac, key, iv);
        Some([opener(mac_a, key_a, iv_a)?, opener(mac_b, key_b, iv_b)?])
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
            cipher: Keyed::new(protection, part(b"key", protection.key_len()).bytes())?,
            iv: part(b"iv", 12),
            traffic: Some(secret.clone()),
            encrypt_then_mac: false,
            sequence: 0,
            explicit: None,
            clear: false,
            unchained: [false; 2],
            twin: None,
        })
    }

    /// The opener of a suite that covers nothing (RFC 5246 §6.2.3.1 with NULL), where its secret is not known.
    pub fn of_nothing(protection: Protection) -> Option<Self> {
        (protection.cipher == Cipher::Null).then(|| Self {
            protection,
            version: 0x0303,
            mac_key: Secret::default(),
            cipher: Keyed::Null,
            iv: Secret::default(),
            traffic: None,
            encrypt_then_mac: false,
            sequence: 0,
            explicit: None,
            clear: true,
            unchained: [false; 2],
            twin: None,
        })
    }

    /// The opener after a KeyUpdate (RFC 8446 §7.2).
    pub fn updated(&self) -> Option<Self> {
        let hash = self.protection.hash;
        let next = expand_label(hash, self.traffic.as_ref()?.bytes(), b"traffic upd", hash.size());
        Some(Self { twin: self.twin.as_ref().and_then(Twin::updated), ..Self::of_traffic(&next, self.protection)? })
    }

    /// Opens the next record; nothing if it does not fit. Then nothing has changed, and another may be tried (but with
    /// RC4, which has no way back).
    pub fn open(&mut self, record: Sealed<'_>) -> Option<Plain> {
        let plain = match (self.version, self.protection.is_aead()) {
            (0x0304, _) => self.open_1_3(record)?,
            (_, true) => self.open_aead(record)?,
            (_, false) => self.open_mac(record)?,
        };
        self.sequence = self.sequence.saturating_add(1);
        let [next, last] = &mut self.unchained;
        *last = std::mem::take(next);
        if let Some((explicit, _)) = record.fragment.split_first_chunk() {
            self.explicit = Some(u64::from_be_bytes(*explicit));
        }
        Some(plain)
    }

    /// Opens a record in front of which `lost` bytes of the direction are missing. Besides what was in it: about how
    /// many bytes of content were missing. Nothing if its number cannot be found; the next record may then still tell.
    /// Each number tried counts against `tries`.
    pub fn open_behind(&mut self, record: Sealed<'_>, lost: u64, tries: &mut u32) -> Option<(Plain, u64)> {
        if matches!(self.protection.cipher, Cipher::Rc4 | Cipher::Rc4Export) {
            return None;
        }
        let (start, overhead) = (self.sequence, self.protection.overhead(self.version) as u64);
        let most = lost.checked_div(overhead).unwrap_or(0);
        let explicit = record.fragment.split_first_chunk().map(|(explicit, _)| u64::from_be_bytes(*explicit));
        // The explicit nonce has nothing to be but different each time. Nearly all count it.
        let told = explicit.zip(self.explicit).map(|(now, before)| now.wrapping_sub(before).wrapping_sub(1));
        let told = told.filter(|skipped| *skipped <= most);
        for skipped in told.into_iter().chain(0..=most.min(MAX_TRIES)) {
            let Some(left) = tries.checked_sub(1) else { break };
            *tries = left;
            self.sequence = start.saturating_add(skipped);
            if let Some(plain) = self.open(record) {
                return Some((plain, lost.saturating_sub(skipped.saturating_mul(overhead))));
            }
        }
        self.sequence = start;
        // The last block is the IV of the next record, which then can be read.
        if let Some(block) = self.protection.block().filter(|_| self.version <= 0x0301) {
            let at = record.fragment.len().saturating_sub(block);
            self.iv = Secret::new(record.fragment.get(at..).unwrap_or_default().to_vec());
            self.unchained = [true, false];
        }
        None
    }

    fn open_1_3(&self, record: Sealed<'_>) -> Option<Plain> {
        let length = u16::try_from(record.fragment.len()).ok()?;
        let ([v0, v1], [l0, l1]) = (record.version.to_be_bytes(), length.to_be_bytes());
        let aad = [record.content, v0, v1, l0, l1];
        let mut bytes = self.cipher.open(self.mixed_nonce()?, &aad, record.fragment.to_vec())?;
        // The content type is the last byte that is not zero.
        let end = bytes.iter().rposition(|b| *b != 0)?;
        let content = *bytes.get(end)?;
        bytes.truncate(end);
        Some(Plain { content, bytes: Secret::new(bytes) })
    }

    fn open_aead(&self, record: Sealed<'_>) -> Option<Plain> {
        let (nonce, sealed) = if self.protection.cipher == Cipher::ChaCha20 {
            (self.mixed_nonce()?, record.fragment)
        } else {
            let (explicit, sealed) = record.fragment.split_at_checked(8)?;
            (self.explicit_nonce(explicit)?, sealed)
        };
        let length = sealed.len().checked_sub(self.protection.tag_len()?)?;
        let header = self.pseudo_header(record, length)?;
        let bytes = self.cipher.open(nonce, &header, sealed.to_vec())?;
        Some(Plain { content: record.content, bytes: Secret::new(bytes) })
    }

    /// The IV with what stands in front of the content behind it.
    fn explicit_nonce(&self, explicit: &[u8]) -> Option<[u8; 12]> {
        [self.iv.bytes().get(..4)?, explicit].concat().try_into().ok()
    }

    /// The IV with the sequence number over its end.
    fn mixed_nonce(&self) -> Option<[u8; 12]> {
        let mut nonce = *self.iv.bytes().first_chunk::<12>()?;
        let sequence = self.sequence.to_be_bytes();
        nonce.iter_mut().skip(4).zip(sequence).for_each(|(n, s)| *n ^= s);
        Some(nonce)
    }

    /// seq_num, type, version, length: what MAC and tag cover besides the content. SSL 3.0 leaves the version out.
    fn pseudo_header(&self, record: Sealed<'_>, length: usize) -> Option<Vec<u8>> {
        let length = u16::try_from(length).ok()?.to_be_bytes();
        let version = record.version.to_be_bytes();
        let version = if self.version == 0x0300 { &[][..] } else { &version };
        Some([&self.sequence.to_be_bytes()[..], &[record.content], version, &length].concat())
    }

    fn open_mac(&mut self, record: Sealed<'_>) -> Option<Plain> {
        let Some(block) = self.protection.block() else {
            let mut bytes = record.fragment.to_vec();
            return if self.cipher.stream(&mut bytes) { self.without_mac(record, bytes) } else { None };
        };
        let sealed = if self.encrypt_then_mac {
            let end = record.fragment.len().checked_sub(self.protection.mac_len())?;
            let (sealed, sent) = record.fragment.split_at_checked(end)?;
            let header = self.pseudo_header(record, sealed.len())?;
            if self.mac(&[&header, sealed]) != sent {
                return None;
            }
            sealed
        } else {
            record.fragment
        };
        let explicit = self.version >= 0x0302;
        let (iv, sealed) = if explicit { sealed.split_at_checked(block)? } else { (self.iv.bytes(), sealed) };
        let mut bytes = Secret::new(sealed.to_vec());
        self.cipher.blocks(Way::Open, iv, &mut bytes.0)?;
        let padding = usize::from(*bytes.0.last()?).saturating_add(1);
        let end = bytes.0.len().checked_sub(padding)?;
        bytes.0.truncate(end);
        let bytes = std::mem::take(&mut bytes.0);
        let plain = if self.encrypt_then_mac {
            Plain { content: record.content, bytes: Secret::new(bytes) }
        } else {
            self.without_mac(record, bytes)?
        };
        if !explicit {
            let at = sealed.len().checked_sub(block)?;
            self.iv = Secret::new(sealed.get(at..)?.to_vec());
        }
        Some(plain)
    }

    /// Checks the MAC behind the content and takes it off.
    fn without_mac(&self, record: Sealed<'_>, bytes: Vec<u8>) -> Option<Plain> {
        let mut bytes = Secret::new(bytes);
        let end = bytes.0.len().checked_sub(self.protection.mac_len())?;
        let (text, sent) = bytes.0.split_at_checked(end)?;
        let header = self.pseudo_header(record, text.len())?;
        if !self.clear && self.mac(&[&header, text]) != sent {
            return None;
        }
        bytes.0.truncate(end);
        Some(Plain { content: record.content, bytes })
    }

    fn mac(&self, parts: &[&[u8]]) -> Vec<u8> {
        match (self.version, self.protection.hash) {
            (0x0300, Hash::Md5) => ssl3_mac::<Md5>(self.mac_key.bytes(), 48, parts),
            (0x0300, _) => ssl3_mac::<Sha1>(self.mac_key.bytes(), 40, parts),
            (_, hash) => mac(hash, self.mac_key.bytes(), parts),
        }
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

/// The forerunner of HMAC (RFC 6101 §5.2.3.1): hash(key + pad_2 + hash(key + pad_1 + parts)).
fn ssl3_mac<D: Digest>(key: &[u8], pad: usize, parts: &[&[u8]]) -> Vec<u8> {
    let mut inner = D::new_with_prefix(key);
    inner.update(vec![0x36; pad]);
    for part in parts {
        inner.update(part);
    }
    let mut outer = D::new_with_prefix(key);
    outer.update(vec![0x5c; pad]);
    outer.update(inner.finalize());
    outer.finalize().to_vec()
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
