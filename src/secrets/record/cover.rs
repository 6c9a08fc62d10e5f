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
