//! A key log that grows while the connections it is for are captured.

use super::TlsKeys;
use crate::wire::wipe;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// Most bytes taken in one look.
const MAX_STEP: u64 = 4 << 20;

/// Follows one file.
#[derive(Debug)]
pub struct Follow {
    path: PathBuf,
    at: u64,
}

impl Follow {
    /// From its beginning: lines that were read before are known.
    pub const fn new(path: PathBuf) -> Self {
        Self { path, at: 0 }
    }

    /// Takes the lines that are new and whole.
    pub fn look(&mut self, keys: &TlsKeys) {
        // A file that is gone may come back.
        let Ok(mut file) = File::open(&self.path) else { return };
        let length = file.metadata().map_or(0, |meta| meta.len());
        if length < self.at {
            self.at = 0;
        }
        if length == self.at || file.seek(SeekFrom::Start(self.at)).is_err() {
            return;
        }
        let mut content = Vec::new();
        if file.take(MAX_STEP).read_to_end(&mut content).is_ok() {
            let whole = content.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
            // A line as long as this is none.
            let taken = if content.len() as u64 == MAX_STEP && whole == 0 { content.len() } else { whole };
            keys.read(&content[..whole]);
            self.at += taken as u64;
        }
        wipe(&mut content);
    }
}
