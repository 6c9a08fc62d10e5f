//! Bytes written anew, on disk until their packet is written.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

/// A place in the spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) at: u64,
    pub(super) len: u32,
}

/// The file.
#[derive(Debug)]
pub(super) struct Spool {
    out: BufWriter<File>,
    written: u64,
}

impl Spool {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { out: BufWriter::new(tempfile::tempfile()?), written: 0 })
    }

    pub(super) fn keep(&mut self, bytes: &[u8]) -> io::Result<Kept> {
        self.out.write_all(bytes)?;
        let at = self.written;
        self.written = at.saturating_add(bytes.len() as u64);
        Ok(Kept { at, len: u32::try_from(bytes.len()).unwrap_or(u32::MAX) })
    }

    /// Nothing more comes: from now on it is read.
    pub(super) fn finish(mut self) -> io::Result<File> {
        self.out.flush()?;
        self.out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// Reads what was kept into a place as long as it.
pub(super) fn read(file: &mut File, at: u64, into: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(into)
}
