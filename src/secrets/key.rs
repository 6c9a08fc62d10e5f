//! Holders of secrets. They have no `Display`, their `Debug` says nothing, and what they held is overwritten when they
//! go. (Copies that a function makes on its stack are beyond them; so is what the operating system swaps out.)

pub(super) use crate::wire::wipe;
use std::fmt;

/// A key of `N` bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Key<const N: usize>([u8; N]);

impl<const N: usize> Key<N> {
    /// Takes these bytes.
    pub const fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// The bytes, for computing with.
    pub const fn bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> Drop for Key<N> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl<const N: usize> fmt::Debug for Key<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key<{N}>")
    }
}

/// A password.
#[derive(Clone, PartialEq, Eq)]
pub struct Phrase(Vec<u8>);

impl Phrase {
    /// Takes this text.
    pub fn new(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    /// The text, for computing with.
    pub fn text(&self) -> &str {
        // Only `new` fills it, from text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Drop for Phrase {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phrase")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_printed() {
        let (key, phrase) = (Key::new(*b"0123456789abcdef"), Phrase::new("hunter2"));
        assert_eq!(format!("{key:?} {phrase:?}"), "Key<16> Phrase");
        assert_eq!(phrase.text(), "hunter2");
    }
}
