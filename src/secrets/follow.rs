//! A key log that grows while the connections it is for are captured.

use crate::wire::wipe;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// Bytes taken in one step, and steps in one look: more waits for the next.
const STEP: u64 = 4 << 20;
const MAX_STEPS: u32 = 16;

/// Follows one file.
#[derive(Debug)]
pub(super) struct Follow {
    path: PathBuf,
    at: u64,
    /// How long it was at the last look.
    length: u64,
}

impl Follow {
    /// From its beginning: lines that were read before are known.
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, at: 0, length: 0 }
    }

    /// Hands on the lines that are new and whole. Where nothing is new this costs one question to the system.
    pub(super) fn look(&mut self, mut take: impl FnMut(&[u8])) {
        // A file that is gone may come back.
        let Ok(length) = fs::metadata(&self.path).map(|meta| meta.len()) else { return };
        if length == self.length {
            return;
        }
        if length < self.at {
            self.at = 0;
        }
        self.length = length;
        let Ok(mut file) = File::open(&self.path) else { return };
        let mut content = Vec::new();
        for _ in 0..MAX_STEPS {
            content.clear();
            let read = file.seek(SeekFrom::Start(self.at)).and_then(|_| (&file).take(STEP).read_to_end(&mut content));
            let full = read.as_ref().is_ok_and(|read| *read as u64 == STEP);
            let whole = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end.saturating_add(1));
            take(content.get(..whole).unwrap_or_default());
            // A line as long as this is none.
            let taken = if full && whole == 0 { content.len() } else { whole };
            self.at = self.at.saturating_add(taken as u64);
            if !full {
                break;
            }
            // What grew meanwhile, or did not fit, is asked for again.
            self.length = self.at;
        }
        wipe(&mut content);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn whole_lines_come_once_and_a_file_begun_anew_from_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let mut follow = Follow::new(path.clone());
        let mut look = || {
            let mut lines = Vec::new();
            follow.look(|part| lines.extend_from_slice(part));
            String::from_utf8(lines).unwrap()
        };
        assert_eq!(look(), "", "there is none yet");
        let mut file = File::create(&path).unwrap();
        file.write_all(b"one\ntw").unwrap();
        assert_eq!(look(), "one\n");
        assert_eq!(look(), "");
        file.write_all(b"o\nthree\n").unwrap();
        assert_eq!(look(), "two\nthree\n");
        fs::write(&path, "four\n").unwrap();
        assert_eq!(look(), "four\n");
        // A line without an end, longer than one step.
        let long = vec![b'x'; usize::try_from(STEP).unwrap() + 10];
        fs::write(&path, &long).unwrap();
        assert_eq!(look(), "");
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"\nfive\n").unwrap();
        assert!(look().ends_with("\nfive\n"));
    }
}
