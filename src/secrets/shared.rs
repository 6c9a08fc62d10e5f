//! What is given to a scan to open connections with. Its conversations share it, and secrets may come while it runs: a
//! capture brings its own between the packets.

use super::key::wipe;
use super::keylog::{KeyLog, Taken};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// A secret of any length. It cannot be printed and wipes itself.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub(super) Vec<u8>);

impl Secret {
    /// Takes these bytes.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// An empty one with room for so many bytes.
    pub fn with_room(length: usize) -> Self {
        Self(Vec::with_capacity(length))
    }

    /// The bytes, for computing with.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, to change in place.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Adds bytes. Where there is no room for them, what moves leaves no copy behind.
    pub fn extend(&mut self, bytes: &[u8]) {
        if self.0.capacity().saturating_sub(self.0.len()) < bytes.len() {
            let mut roomy = Vec::with_capacity(self.0.len().saturating_add(bytes.len()).saturating_mul(2));
            roomy.extend_from_slice(&self.0);
            wipe(&mut self.0);
            self.0 = roomy;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Keeps the first `length` bytes.
    pub fn cut(&mut self, length: usize) {
        wipe(self.0.get_mut(length..).unwrap_or(&mut []));
        self.0.truncate(length);
    }

    /// Drops the first `length` bytes.
    pub fn drop_front(&mut self, length: usize) {
        let length = length.min(self.0.len());
        self.0.rotate_left(length);
        self.cut(self.0.len().saturating_sub(length));
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret<{}>", self.0.len())
    }
}

/// The key log of a scan.
#[derive(Clone, Debug, Default)]
pub struct TlsKeys(Arc<RwLock<KeyLog>>);

impl TlsKeys {
    /// Shares this key log.
    pub fn new(log: KeyLog) -> Self {
        Self(Arc::new(RwLock::new(log)))
    }

    /// Adds the lines of a file or of a block in a capture.
    pub fn read(&self, content: &[u8]) -> Taken {
        self.0.write().unwrap_or_else(PoisonError::into_inner).read(content)
    }

    /// Looks something up.
    pub fn with<R>(&self, look: impl FnOnce(&KeyLog) -> R) -> R {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Secrets in it.
    pub fn len(&self) -> usize {
        self.with(KeyLog::len)
    }

    /// True if there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.with(KeyLog::is_empty)
    }
}
