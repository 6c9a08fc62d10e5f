//! What the reader of a pipe has not taken yet: bytes in order, up to a limit that whoever fills it must ask for.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};

/// Bytes of a piece.
const PIECE: usize = 256 << 10;
/// Empty pieces kept for the next bytes.
const SPARE: usize = 4;

/// The bytes.
#[derive(Debug)]
pub struct Queue {
    pieces: VecDeque<Vec<u8>>,
    spare: Vec<Vec<u8>>,
    /// Bytes of the first piece that are written.
    gone: usize,
    held: usize,
    limit: usize,
}

impl Queue {
    /// An empty one.
    pub const fn new(limit: usize) -> Self {
        Self { pieces: VecDeque::new(), spare: Vec::new(), gone: 0, held: 0, limit }
    }

    /// True if so many more bytes may come.
    pub const fn has_room(&self, bytes: usize) -> bool {
        self.held.saturating_add(bytes) <= self.limit
    }

    /// Bytes that are not written yet.
    pub const fn held(&self) -> usize {
        self.held
    }

    /// True if everything is written.
    pub const fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Writes as much as is taken without waiting.
    pub fn pour(&mut self, out: &mut impl Write) -> io::Result<()> {
        while let Some(first) = self.pieces.front() {
            let rest = first.get(self.gone..).unwrap_or(&[]);
            if rest.is_empty() {
                self.gone = 0;
                let Some(mut piece) = self.pieces.pop_front() else { break };
                if self.spare.len() < SPARE {
                    piece.clear();
                    self.spare.push(piece);
                }
                continue;
            }
            match out.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.gone = self.gone.saturating_add(count);
                    self.held = self.held.saturating_sub(count);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Write for Queue {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A piece that grew would take twice its room.
        let fits = |piece: &Vec<u8>| piece.len().saturating_add(bytes.len()) <= piece.capacity();
        if !self.pieces.back().is_some_and(fits) {
            let spare = self.spare.pop().filter(fits);
            self.pieces.push_back(spare.unwrap_or_else(|| Vec::with_capacity(PIECE.max(bytes.len()))));
        }
        if let Some(piece) = self.pieces.back_mut() {
            piece.extend_from_slice(bytes);
        }
        self.held = self.held.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes at a time, then nothing more until it is asked again.
    struct Slow(Vec<u8>, usize, bool);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.2 = !self.2;
            if !self.2 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let count = bytes.len().min(self.1);
            self.0.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn everything_comes_out_in_order_however_slowly_it_is_taken() {
        let mut queue = Queue::new(1 << 20);
        let all: Vec<u8> = (0..900_000_u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
        for part in all.chunks(1_000) {
            assert!(queue.has_room(part.len()));
            queue.write_all(part).unwrap();
        }
        assert!(!queue.has_room(1 << 20));
        let mut slow = Slow(Vec::new(), 70_001, false);
        while !queue.is_empty() {
            queue.pour(&mut slow).unwrap();
        }
        assert!(slow.0 == all);
        assert!(queue.has_room(1 << 20));
        // Whoever is asked again after the end writes nothing.
        queue.pour(&mut slow).unwrap();
        assert_eq!(slow.0.len(), all.len());
    }
}
