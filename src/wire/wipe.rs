//! Overwriting what must not stay in memory.

use std::hint::black_box;

/// Overwrites bytes; `black_box` keeps the compiler from leaving the writes out because nobody reads them again.
pub fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    black_box(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wiping_leaves_zeros() {
        let mut bytes = *b"secret";
        wipe(&mut bytes);
        assert_eq!(bytes, [0; 6]);
    }
}
