//! One buffer that slides over the (decompressed) bytes of a capture. It is reused from the first byte to the last.
//!
//! The buffer grows only when it is full of bytes that were really read, so a length in a hostile file costs nothing
//! until the file has the bytes to go with it.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{CaptureError, Progress, Trouble};

/// Bytes asked for at once.
const BUFFER: usize = 1 << 20;
/// The longest packet or block that is read. Wireshark writes none above 16 MiB.
pub(super) const LONGEST: u32 = 64 << 20;

/// The file at the bottom, below all decompression: counts what was read, and remembers why reading failed.
///
/// Decompressors wrap errors of the medium into their own, so the layer above could not tell a broken disk from a
/// broken archive.
pub(super) struct Medium<R> {
    reader: R,
    state: Arc<State>,
}

/// What the medium and the window above share.
#[derive(Debug, Default)]
pub(super) struct State {
    read: AtomicU64,
    total: Option<u64>,
    failure: Mutex<Option<io::Error>>,
}

impl State {
    /// How far reading came.
    pub fn progress(&self) -> Progress {
        Progress { read: self.read.load(Ordering::Relaxed), total: self.total }
    }

    /// Why the medium failed, if it did.
    pub fn failure(&self) -> Option<io::Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<R: Read> Medium<R> {
    /// Reads from `reader`, of which `total` bytes are expected.
    pub fn new(reader: R, total: Option<u64>) -> (Self, Arc<State>) {
        let state = Arc::new(State { total, ..State::default() });
        (Self { reader, state: Arc::clone(&state) }, state)
    }
}

impl<R: Read> Read for Medium<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(into) {
                Ok(n) => {
                    self.state.read.fetch_add(u64::try_from(n).unwrap_or(u64::MAX), Ordering::Relaxed);
                    return Ok(n);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    let kind = e.kind();
                    *self.state.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(e);
                    return Err(kind.into());
                }
            }
        }
    }
}

/// The buffer.
pub(super) struct Window {
    file: String,
    source: Box<dyn Read + Send>,
    state: Arc<State>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at: u64,
    ended: bool,
    broken: Option<String>,
}

impl Window {
    /// A window at the first byte of `source`, which ends at the medium of `state`. `file` is for messages.
    pub fn new(file: String, source: Box<dyn Read + Send>, state: Arc<State>) -> Self {
        Self { file, source, state, buffer: vec![0; BUFFER], start: 0, end: 0, at: 0, ended: false, broken: None }
    }

    /// The file, for messages.
    pub fn file(&self) -> String {
        self.file.clone()
    }

    /// How far the medium was read.
    pub fn progress(&self) -> Progress {
        self.state.progress()
    }

    /// Offset of the first byte of [`Window::bytes`] in the decompressed capture.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The bytes in view.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or(&[])
    }

    /// Brings at least `n` bytes into view; false if there are not so many left.
    pub fn need(&mut self, n: usize) -> Result<bool, CaptureError> {
        if self.end.saturating_sub(self.start) >= n {
            return Ok(true);
        }
        self.refill(n)
    }

    /// Forgets the first `n` bytes in view.
    pub fn consume(&mut self, n: usize) {
        let n = n.min(self.end.saturating_sub(self.start));
        self.start = self.start.saturating_add(n);
        self.at = self.at.saturating_add(u64::try_from(n).unwrap_or(u64::MAX));
    }

    /// Passes over `n` bytes, in view or not; false if there are not so many left.
    pub fn skip(&mut self, n: u64) -> Result<bool, CaptureError> {
        let mut left = n;
        while left > 0 {
            if !self.need(1)? {
                return Ok(false);
            }
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(self.bytes().len());
            self.consume(step);
            left = left.saturating_sub(u64::try_from(step).unwrap_or(u64::MAX));
        }
        Ok(true)
    }

    /// Why there are no more bytes, where `need` more were expected: nothing if this is a clean end.
    pub fn ending(&mut self, need: u64) -> Option<Trouble> {
        if let Some(why) = self.broken.take() {
            return Some(Trouble::Unpack(why));
        }
        let have = u64::try_from(self.bytes().len()).unwrap_or(u64::MAX);
        (have > 0).then(|| Trouble::Cut { missing: need.saturating_sub(have) })
    }

    /// The error for a capture that ends inside its `header`, where it has no packets yet.
    pub fn headless(&mut self, header: &str) -> CaptureError {
        let (file, bytes) = (self.file(), self.bytes().len());
        match self.ending(0) {
            Some(Trouble::Unpack(why)) => CaptureError::Packed { file, why },
            _ => CaptureError::Damaged { file, why: format!("it ends inside the {header}, after {bytes} bytes") },
        }
    }

    #[cold]
    fn refill(&mut self, n: usize) -> Result<bool, CaptureError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        while self.end < n && !self.ended {
            if self.end == self.buffer.len() {
                self.buffer.resize(self.buffer.len().saturating_mul(2), 0);
            }
            let Some(space) = self.buffer.get_mut(self.end..) else { break };
            match self.source.read(space) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end = self.end.saturating_add(read).min(self.buffer.len()),
                Err(e) => {
                    self.ended = true;
                    if let Some(source) = self.state.failure() {
                        let seen = u64::try_from(self.end).unwrap_or(u64::MAX);
                        return Err(CaptureError::Read { file: self.file(), at: self.at.saturating_add(seen), source });
                    }
                    self.broken = Some(e.to_string());
                }
            }
        }
        Ok(self.end >= n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(bytes: Vec<u8>) -> Window {
        let (medium, state) = Medium::new(io::Cursor::new(bytes), None);
        Window::new("test".to_owned(), Box::new(medium), state)
    }

    #[test]
    fn a_length_without_bytes_costs_nothing() {
        let mut window = window(vec![7; 10]);
        assert!(!window.need(60 << 20).unwrap());
        assert_eq!((window.buffer.len(), window.bytes().len()), (BUFFER, 10));
    }

    #[test]
    fn what_does_not_fit_makes_it_grow() {
        let bytes: Vec<u8> = (0..5_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        let mut window = window(bytes.clone());
        assert!(window.need(10).unwrap());
        window.consume(10);
        assert!(window.need(4_000_000).unwrap());
        assert_eq!(window.bytes()[..4_000_000], bytes[10..4_000_010]);
        assert!(window.skip(4_999_000).unwrap());
        assert_eq!((window.at(), window.need(991).unwrap()), (4_999_010, false));
        assert_eq!(window.bytes(), &bytes[4_999_010..]);
        assert_eq!(window.ending(1_000), Some(Trouble::Cut { missing: 10 }));
        assert_eq!((window.skip(990).unwrap(), window.skip(1).unwrap()), (true, false));
        assert_eq!(window.ending(1), None);
    }
}
