//! Finding the end of a text head (SIP, HTTP): an empty line, which a carriage return may end alone. Each byte is looked
//! at once, however it arrives.

/// Remembers how far a growing buffer was searched, so that small segments never make the search quadratic.
#[derive(Debug, Default)]
pub struct HeadFinder {
    searched: usize,
}

impl HeadFinder {
    /// The length of the head with its empty line, if `buffer` holds it whole. The buffer may only have grown since
    /// the last call; after a head was taken, call [`HeadFinder::reset`].
    pub fn find(&mut self, buffer: &[u8]) -> Option<usize> {
        // The terminator may have begun in the last three bytes already seen.
        let mut from = self.searched.saturating_sub(3).min(buffer.len());
        while let Some(found) = memchr::memchr(b'\n', buffer.get(from..)?) {
            let after = from.checked_add(found)?.checked_add(1)?;
            match buffer.get(after..)? {
                [b'\n', ..] => return after.checked_add(1),
                [b'\r', b'\n', ..] => return after.checked_add(2),
                [b'\r', _, ..] => return after.checked_add(1),
                _ => from = after,
            }
        }
        self.searched = buffer.len();
        None
    }

    /// Begins a new head.
    pub fn reset(&mut self) {
        self.searched = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_bytes_arrive() {
        let whole = b"A: 1\r\nB: 2\r\n\r\nbody";
        for cut in 0..whole.len() {
            let mut finder = HeadFinder::default();
            let first = finder.find(&whole[..cut]);
            assert_eq!(first.or_else(|| finder.find(whole)), Some(14), "cut at {cut}");
        }
        assert_eq!(HeadFinder::default().find(b"A: 1\nB: 2\n\nx"), Some(11));
        assert_eq!(HeadFinder::default().find(b"A: 1\r\nB"), None);
        // A carriage return alone, of which it is not known at once that it is.
        let alone = b"A: 1\r\n\r\r\nx";
        let mut finder = HeadFinder::default();
        assert_eq!((finder.find(&alone[..7]), finder.find(alone)), (None, Some(7)));
    }
}
