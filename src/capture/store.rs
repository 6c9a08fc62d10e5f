//! Packets again, long after they were read: by their place in the capture, or in a spool where the capture itself cannot
//! be read twice.
//!
//! Reading back is a positioned read and not a memory map: captures are files that other programs still write, and a map
//! of a file that shrinks kills the process.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::recognise::{self, Format, SIGNATURE};
use super::window::LONGEST;

/// Bytes that a spool gathers before it writes them.
const GATHER: usize = 256 << 10;
/// Files of a ring.
const FILES: u64 = 8;

/// A range of bytes in a [`Store`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Extent {
    /// Offset of the first byte.
    pub at: u64,
    /// Number of bytes.
    pub len: u32,
}

/// Where packets are kept.
#[derive(Debug)]
pub enum Store {
    /// In the capture: extents are [`super::Record::at`] and the length of its data.
    File(File),
    /// In a spool: extents are what [`Spool::push`] returned.
    Spool(Spool),
}

impl Store {
    /// The capture at `path`, if its packets can be read from it directly: a regular file that is not compressed.
    pub fn for_path(path: &Path) -> Option<Self> {
        if path == Path::new("-") || !std::fs::metadata(path).ok()?.is_file() {
            return None;
        }
        let file = File::open(path).ok()?;
        let mut start = [0; SIGNATURE];
        read_at(&file, &mut start, 0).ok()?;
        matches!(recognise::format(&start), Some(Format::Pcap | Format::Pcapng)).then_some(Self::File(file))
    }

    /// Reads the bytes of `extent` into `buffer`, which is used again and again.
    pub fn read<'b>(&self, extent: Extent, buffer: &'b mut Vec<u8>) -> io::Result<&'b [u8]> {
        // No packet is longer; an index that says so is wrong.
        let len = usize::try_from(extent.len.min(LONGEST)).unwrap_or(0);
        buffer.clear();
        buffer.resize(len, 0);
        match self {
            Self::File(file) => read_at(file, buffer, extent.at)?,
            Self::Spool(spool) => spool.read(extent.at, buffer)?,
        }
        Ok(buffer)
    }
}

/// Packets of a capture that cannot be read twice, in temporary files that have no name.
///
/// Clones share them, so one thread may append while another reads. A spool with a limit is a ring: the oldest file goes
/// when the newest is full, and what stood in it cannot be read any more.
#[derive(Clone, Debug)]
pub struct Spool(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    /// The oldest first, each with the place of its first byte.
    files: VecDeque<(u64, File)>,
    /// Bytes after which the next file begins.
    limit: u64,
    /// Bytes written to files, also to those that have gone.
    written: u64,
    /// Bytes behind them.
    gathered: Vec<u8>,
}

impl Spool {
    /// An empty spool in the folder for temporary files; it keeps everything.
    pub fn new() -> io::Result<Self> {
        Self::with(u64::MAX)
    }

    /// A ring that keeps about so many bytes, the newest.
    pub fn ring(limit: u64) -> io::Result<Self> {
        Self::with((limit / FILES).max(1))
    }

    fn with(limit: u64) -> io::Result<Self> {
        let files = VecDeque::from([(0, tempfile::tempfile()?)]);
        Ok(Self(Arc::new(Mutex::new(Inner { files, limit, written: 0, gathered: Vec::with_capacity(GATHER) }))))
    }

    /// Appends `bytes`; returns where they are kept. Fails if the disk is full.
    pub fn push(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut inner = self.inner();
        let inner = &mut *inner;
        if inner.gathered.len() >= GATHER {
            inner.write()?;
        }
        let at = inner.end();
        if inner.files.back().is_some_and(|(start, _)| at.saturating_sub(*start) >= inner.limit) {
            inner.write()?;
            inner.files.push_back((at, tempfile::tempfile()?));
            if inner.files.len() as u64 > FILES {
                inner.files.pop_front();
            }
        }
        inner.gathered.extend_from_slice(bytes);
        Ok(at)
    }

    /// The place of the first byte that is kept.
    pub fn begin(&self) -> u64 {
        self.inner().files.front().map_or(0, |(start, _)| *start)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let inner = self.inner();
        let Some(offset) = at.checked_sub(inner.written) else {
            // What is pushed together is written together, so no extent lies in two places.
            let file = inner.files.iter().rev().find(|(start, _)| *start <= at);
            let (start, file) = file.ok_or(io::ErrorKind::NotFound)?;
            return read_at(file, into, at.saturating_sub(*start));
        };
        let bytes = usize::try_from(offset).ok().and_then(|offset| inner.gathered.get(offset..));
        let bytes = bytes.and_then(|bytes| bytes.get(..into.len())).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        Ok(())
    }
}

impl Inner {
    fn end(&self) -> u64 {
        self.written.saturating_add(u64::try_from(self.gathered.len()).unwrap_or(u64::MAX))
    }

    /// Writes what was gathered to the newest file.
    fn write(&mut self) -> io::Result<()> {
        let Some((start, file)) = self.files.back() else { return Ok(()) };
        write_at(file, &self.gathered, self.written.saturating_sub(*start))?;
        self.written = self.end();
        self.gathered.clear();
        Ok(())
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

// Positioned, so that it can be tried again after the disk was full.
#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(into)
}

#[cfg(not(unix))]
fn write_at(mut file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_gives_back_what_was_pushed() {
        let spool = Spool::new().unwrap();
        let packet = |n: u32| n.to_le_bytes().repeat(200);
        let extents: Vec<Extent> =
            (0..1_000).map(|n| Extent { at: spool.push(&packet(n)).unwrap(), len: 800 }).collect();
        let (store, mut buffer) = (Store::Spool(spool), Vec::new());
        for (n, extent) in (0..1_000).zip(&extents).rev() {
            assert_eq!(store.read(*extent, &mut buffer).unwrap(), packet(n), "packet {n}");
        }
        let end = extents.last().unwrap().at + 800;
        assert!(end > 3 * GATHER as u64, "the file and the bytes behind it were both read");
        assert!(store.read(Extent { at: end - 1, len: 2 }, &mut buffer).is_err());
        assert!(store.read(Extent { at: u64::MAX, len: 1 }, &mut buffer).is_err());
    }

    #[test]
    fn a_ring_gives_back_the_newest_and_says_what_went() {
        let spool = Spool::ring(8_000).unwrap();
        let packet = |n: u32| n.to_le_bytes().repeat(25);
        let places: Vec<u64> = (0..1_000).map(|n| spool.push(&packet(n)).unwrap()).collect();
        let (begin, store, mut buffer) = (spool.begin(), Store::Spool(spool), Vec::new());
        assert_eq!(places[999] + 100, 100_000, "places count on");
        assert!(100_000 - begin <= 8_000 && 100_000 - begin > 6_000, "{begin}");
        for (n, at) in (0..1_000).zip(places) {
            match store.read(Extent { at, len: 100 }, &mut buffer) {
                Ok(bytes) => assert!(at >= begin && bytes == packet(n), "packet {n}"),
                Err(error) => assert!(at < begin && error.kind() == io::ErrorKind::NotFound, "{error}"),
            }
        }
    }
}
