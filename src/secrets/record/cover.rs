//! Records covered again: with other content of the same length and under other secrets, in the way they were covered
//! before. For copies that can be opened and yet say nothing of the secrets, or of what was said, in the original.

use super::super::cipher::Way;
use super::{Opener, Plain, Sealed};
use crate::secrets::Secret;
use crate::secrets::protection::Cipher;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What an opener would be under other secrets. Who wants to cover its records again shares it.
#[derive(Clone)]
pub struct Twin(Arc<Mutex<Opener>>);

impl fmt::Debug for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Twin")
    }
}

impl Twin {
    fn new(opener: Opener) -> Self {
        Self(Arc::new(Mutex::new(opener)))
    }

    /// After a KeyUpdate.
    pub(super) fn updated(&self) -> Option<Self> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).updated().map(Self::new)
    }
}

/// How a record was covered.
#[derive(Clone, Debug)]
pub struct Cover {
    twin: Twin,
    sequence: u64,
    /// Content type and version of the record's header.
    header: (u8, u16),
    /// The content type inside.
    content: u8,
    /// Nonce or IV in front of the content.
    explicit: Vec<u8>,
    /// Bytes of padding, their count included.
    padding: usize,
    unchained: bool,
}

impl Opener {
    /// The same with what it would be under other secrets.
    pub fn with_twin(self, twin: Option<Self>) -> Self {
        Self { twin: twin.map(Twin::new), ..self }
    }

    /// How the record was covered that was opened last; nothing if it is not to be covered again.
    pub fn cover(&self, record: Sealed<'_>, plain: &Plain) -> Option<Cover> {
        let twin = self.twin.clone()?;
        let explicit = record.fragment.get(..self.explicit_len())?.to_vec();
        let around = explicit.len().saturating_add(self.protection.mac_len());
        let around = around.saturating_add(self.protection.tag_len().unwrap_or(0));
        let padding = record.fragment.len().checked_sub(around)?.checked_sub(plain.bytes.bytes().len())?;
        Some(Cover {
            twin,
            sequence: self.sequence.checked_sub(1)?,
            header: (record.content, record.version),
            content: plain.content,
            explicit,
            padding,
            unchained: self.unchained[1],
        })
    }

    /// Bytes in front of the content.
    fn explicit_len(&self) -> usize {
        match (self.protection.block(), self.protection.cipher) {
            (Some(block), _) if self.version >= 0x0302 => block,
            (None, cipher) if self.protection.is_aead() && self.version < 0x0304 && cipher != Cipher::ChaCha20 => 8,
            _ => 0,
        }
    }

    fn covered(&mut self, how: &Cover, plain: &[u8]) -> Option<Vec<u8>> {
        self.sequence = how.sequence;
        let record = Sealed { content: how.header.0, version: how.header.1, fragment: &[] };
        if self.version == 0x0304 {
            let mut bytes = [plain, &[how.content]].concat();
            bytes.resize(plain.len().checked_add(how.padding)?, 0);
            let length = u16::try_from(bytes.len().checked_add(self.protection.tag_len()?)?).ok()?;
            let ([v0, v1], [l0, l1]) = (record.version.to_be_bytes(), length.to_be_bytes());
            return self.cipher.seal(self.mixed_nonce()?, &[record.content, v0, v1, l0, l1], bytes);
        }
        if self.protection.is_aead() {
            let nonce = if how.explicit.is_empty() { self.mixed_nonce()? } else { self.explicit_nonce(&how.explicit)? };
            let header = self.pseudo_header(record, plain.len())?;
            return Some([how.explicit.clone(), self.cipher.seal(nonce, &header, plain.to_vec())?].concat());
        }
        let header = self.pseudo_header(record, plain.len())?;
        let mut bytes = Secret::new(plain.to_vec());
        if self.clear {
            bytes.0.resize(plain.len().checked_add(self.protection.mac_len())?, 0);
        } else if !self.encrypt_then_mac {
            bytes.extend(&self.mac(&[&header, plain]));
        }
        let Some(block) = self.protection.block() else {
            let mut bytes = std::mem::take(&mut bytes.0);
            return self.cipher.stream(&mut bytes).then_some(bytes);
        };
        let last = u8::try_from(how.padding.checked_sub(1)?).ok()?;
        bytes.extend(&vec![last; how.padding]);
        let nothing = vec![0; block];
        let iv = match how.explicit.as_slice() {
            [] if how.unchained => &nothing,
            [] => self.iv.bytes(),
            explicit => explicit,
        };
        self.cipher.blocks(Way::Cover, iv, &mut bytes.0)?;
        if how.explicit.is_empty() {
            let at = bytes.0.len().checked_sub(block)?;
            self.iv = Secret::new(bytes.0.get(at..)?.to_vec());
        }
        let mut out = [how.explicit.as_slice(), bytes.bytes()].concat();
        if self.encrypt_then_mac {
            let header = self.pseudo_header(record, out.len())?;
            let mac = self.mac(&[&header, &out]);
            out.extend_from_slice(&mac);
        }
        Some(out)
    }
}

impl Cover {
    /// What follows the record's header, if this is what was in it. Records of one direction are asked for in their order.
    pub fn over(&self, plain: &[u8]) -> Option<Vec<u8>> {
        self.twin.0.lock().unwrap_or_else(PoisonError::into_inner).covered(self, plain)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Agreed;
    use super::*;
    use crate::secrets::protection::Protection;

    /// Bytes of padding for a content of sixteen bytes.
    fn padding(opener: &Opener) -> usize {
        match opener.protection.block() {
            // The content type counts.
            _ if opener.version == 0x0304 => 4,
            Some(block) => {
                let mac = if opener.encrypt_then_mac { 0 } else { opener.protection.mac_len() };
                block - (16 + mac) % block
            }
            None => 0,
        }
    }

    #[test]
    fn other_words_under_another_secret_are_opened_with_that() {
        let suites = [
            (0x0300, "TLS_RSA_WITH_RC4_128_MD5", false),
            (0x0300, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", false),
            (0x0301, "TLS_RSA_WITH_AES_128_CBC_SHA", false),
            (0x0301, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", false),
            (0x0302, "TLS_RSA_WITH_AES_256_CBC_SHA", true),
            (0x0302, "TLS_RSA_WITH_NULL_SHA", false),
            (0x0303, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", false),
            (0x0303, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", false),
            (0x0303, "TLS_RSA_WITH_AES_128_CCM_8", false),
            (0x0303, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", false),
            (0x0304, "TLS_AES_256_GCM_SHA384", false),
            (0x0304, "TLS_CHACHA20_POLY1305_SHA256", false),
        ];
        for (version, suite, encrypt_then_mac) in suites {
            let protection = Protection::of_suite(suite).unwrap();
            let make = |secret: u8| {
                if version == 0x0304 {
                    let secret = Secret::new(vec![secret; protection.hash.size()]);
                    return Opener::of_traffic(&secret, protection).unwrap();
                }
                let [client_random, server_random] = [&[3; 32], &[4; 32]];
                let agreed = Agreed { version, suite: 0, protection, client_random, server_random, encrypt_then_mac };
                let [opener, _] = Opener::pair(&[secret; 48], &agreed).unwrap();
                opener
            };
            let (mut sealer, mut opener, mut other) = (make(1), make(1).with_twin(Some(make(2))), make(2));
            let mut covers = Vec::new();
            for sequence in 0..3 {
                let how = Cover {
                    twin: Twin::new(make(9)),
                    sequence,
                    header: (23, version.min(0x0303)),
                    content: 23,
                    explicit: vec![7; opener.explicit_len()],
                    padding: padding(&opener),
                    unchained: false,
                };
                let fragment = sealer.covered(&how, b"sixteen letters!").unwrap();
                let record = Sealed { content: 23, version: version.min(0x0303), fragment: &fragment };
                let plain = opener.open(record).unwrap_or_else(|| panic!("{suite}: record {sequence}"));
                assert_eq!((plain.content, plain.bytes.bytes()), (23, &b"sixteen letters!"[..]), "{suite}");
                covers.push((opener.cover(record, &plain).unwrap(), fragment.len()));
                assert!(make(2).open(record).is_none() || protection.cipher == Cipher::Null, "{suite}");
            }
            for (number, (cover, len)) in covers.iter().enumerate() {
                let fragment = cover.over(b"SIXTEEN LETTERS?").unwrap();
                assert_eq!(fragment.len(), *len, "{suite}");
                let record = Sealed { content: 23, version: version.min(0x0303), fragment: &fragment };
                let plain = other.open(record).unwrap_or_else(|| panic!("{suite}: record {number} of the copy"));
                assert_eq!(plain.bytes.bytes(), b"SIXTEEN LETTERS?", "{suite}");
            }
        }
    }

    #[test]
    fn behind_a_record_that_nobody_opened() {
        // TLS 1.0: the IV is the end of the record before, which is zeros in a copy.
        let protection = Protection::of_suite("TLS_RSA_WITH_AES_128_CBC_SHA").unwrap();
        let [client_random, server_random] = [&[3; 32], &[4; 32]];
        let make = |secret: u8| {
            let agreed = Agreed {
                version: 0x0301,
                suite: 0x2f,
                protection,
                client_random,
                server_random,
                encrypt_then_mac: false,
            };
            Opener::pair(&[secret; 48], &agreed).unwrap().into_iter().next().unwrap()
        };
        let (mut sealer, mut opener, mut other) = (make(1), make(1).with_twin(Some(make(2))), make(2));
        let how = |sequence| Cover {
            twin: Twin::new(make(9)),
            sequence,
            header: (23, 0x0301),
            content: 23,
            explicit: Vec::new(),
            padding: padding(&sealer),
            unchained: false,
        };
        let hows = [how(1), how(2)];
        let sealed = hows.map(|how| sealer.covered(&how, b"sixteen letters!").unwrap());
        let record = |fragment| Sealed { content: 23, version: 0x0301, fragment };
        // Of the first record only the end is known.
        let mut tries = 100;
        let cut = sealed[0].get(16..).unwrap();
        assert!(opener.open_behind(record(cut), 100, &mut tries).is_none());
        let (plain, _) = opener.open_behind(record(&sealed[1]), 200, &mut tries).unwrap();
        let cover = opener.cover(record(&sealed[1]), &plain).unwrap();
        let copy = cover.over(b"SIXTEEN LETTERS?").unwrap();
        let mut tries = 100;
        let zeros = vec![0; cut.len()];
        assert!(other.open_behind(record(&zeros), 100, &mut tries).is_none());
        let (plain, _) = other.open_behind(record(&copy), 200, &mut tries).unwrap();
        assert_eq!(plain.bytes.bytes(), b"SIXTEEN LETTERS?");
    }
}
