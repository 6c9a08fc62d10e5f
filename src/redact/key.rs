//! The key of one run: stand-ins are consistent within a copy, and say nothing to who does not have the key, not even
//! whether a guess was right.

use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, RandomState};

/// A key that nobody keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// A new one, from the system's random numbers.
    pub(super) fn random() -> Self {
        let mut digest = Sha256::new();
        for n in 0..4_u64 {
            // Each state is keyed by the system.
            digest.update(RandomState::new().hash_one(n).to_le_bytes());
        }
        Self(digest.finalize().into())
    }

    /// Bytes without end that depend on key and parts alone.
    pub(super) fn stream(&self, parts: &[&[u8]]) -> impl Iterator<Item = u8> + use<> {
        let mut digest = Sha256::new();
        digest.update(self.0);
        for part in parts {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let seed: [u8; 32] = digest.finalize().into();
        (0_u64..).flat_map(move |n| {
            let mut block = Sha256::new();
            block.update(seed);
            block.update(n.to_le_bytes());
            <[u8; 32]>::from(block.finalize())
        })
    }
}
