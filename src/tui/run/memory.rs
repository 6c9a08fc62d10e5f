//! What is kept from one run to the next, in `$XDG_STATE_HOME/handshark`: filters that were used, filters that were saved,
//! captures that were opened. Lines of text that anybody can read, and throw away.
//!
//! Nothing depends on it: what cannot be read is not there, what cannot be written is not kept.

use crate::tui::recent::Recent;
use crate::wire::text::harmful;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Filters remembered, and captures.
const MAX_FILTERS: usize = 100;
const MAX_RECENT: usize = 30;
/// Bytes read of a file.
const MAX_READ: u64 = 1 << 20;

/// Where it is kept; nowhere if nobody wants that.
#[derive(Clone, Debug, Default)]
pub struct Memory(Option<PathBuf>);

impl Memory {
    /// In this folder.
    pub const fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let Some(file) = self.0.as_ref().and_then(|folder| File::open(folder.join(name)).ok()) else {
            return Vec::new();
        };
        let mut text = String::new();
        let _ = file.take(MAX_READ).read_to_string(&mut text);
        let whole = |line: &&str| !line.is_empty() && !line.chars().any(|c| c != '\t' && harmful(c));
        text.lines().filter(whole).map(str::to_owned).collect()
    }

    /// Writes the file anew beside its place and moves it there: two programs at once leave one whole file.
    fn write(&self, name: &str, lines: &[String]) -> io::Result<()> {
        let Some(folder) = &self.0 else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".handshark-").tempfile_in(folder)?;
        for line in lines {
            writeln!(file, "{line}")?;
        }
        file.persist(folder.join(name)).map_err(|error| error.error)?;
        Ok(())
    }

    /// Filters that were used, the newest last.
    pub fn filters(&self) -> Vec<String> {
        self.lines("filters")
    }

    /// A filter was used.
    pub fn used(&self, filter: &str) {
        let mut lines = self.lines("filters");
        lines.retain(|old| old != filter);
        lines.push(filter.to_owned());
        let _ = self.write("filters", lines.get(lines.len().saturating_sub(MAX_FILTERS)..).unwrap_or_default());
    }

    /// Filters that were saved: name and text.
    pub fn saved(&self) -> Vec<(String, String)> {
        let two = |line: &String| line.split_once('\t').map(|(name, text)| (name.to_owned(), text.to_owned()));
        self.lines("saved").iter().filter_map(two).collect()
    }

    /// A filter is saved under a name; without text the name goes.
    pub fn save(&self, name: &str, text: &str) -> io::Result<()> {
        let mut lines = self.lines("saved");
        lines.retain(|line| line.split_once('\t').is_none_or(|(old, _)| old != name));
        if !text.is_empty() {
            lines.push(format!("{name}\t{text}"));
        }
        self.write("saved", &lines)
    }

    /// Captures that were opened and are still there, the newest first.
    pub fn recent(&self) -> Vec<Recent> {
        let one = |line: &String| {
            let (path, said) = line.split_once('\t').unwrap_or((line, ""));
            let size = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
            Some(Recent { path: path.to_owned(), size, said: said.to_owned() })
        };
        self.lines("recent").iter().rev().filter_map(one).collect()
    }

    /// A capture was read, and this is what came of it.
    pub fn opened(&self, path: &Path, said: &str) {
        let Some(path) = fs::canonicalize(path).ok().and_then(|path| path.into_os_string().into_string().ok()) else {
            return;
        };
        if path.chars().any(harmful) {
            return;
        }
        let mut lines = self.lines("recent");
        lines.retain(|line| line.split('\t').next() != Some(&path));
        lines.push(format!("{path}\t{said}"));
        let _ = self.write("recent", lines.get(lines.len().saturating_sub(MAX_RECENT)..).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_comes_last_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(Some(folder.path().join("a")));
        for n in 0..MAX_FILTERS + 3 {
            memory.used(&format!("frame.number == {n}"));
        }
        memory.used("frame.number == 50");
        let filters = memory.filters();
        assert_eq!((filters.len(), filters.last().unwrap().as_str()), (MAX_FILTERS, "frame.number == 50"));
        assert_eq!(filters.iter().filter(|filter| *filter == "frame.number == 50").count(), 1);
    }

    #[test]
    fn a_saved_filter_is_replaced_and_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(Some(folder.path().to_owned()));
        memory.save("mine", "sip").unwrap();
        memory.save("mine", "dns").unwrap();
        assert_eq!(memory.saved(), [("mine".to_owned(), "dns".to_owned())]);
        memory.save("mine", "").unwrap();
        assert!(memory.saved().is_empty());
    }

    #[test]
    fn captures_that_are_gone_are_not_offered_and_nothing_harmful_is_taken_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(Some(folder.path().to_owned()));
        let capture = folder.path().join("a.pcap");
        fs::write(&capture, "1234").unwrap();
        memory.opened(&capture, "1 of 2 failed");
        let recent = memory.recent();
        assert_eq!((recent.len(), recent[0].size, recent[0].said.as_str()), (1, 4, "1 of 2 failed"));
        fs::remove_file(&capture).unwrap();
        assert!(memory.recent().is_empty());
        fs::write(folder.path().join("filters"), b"sip\n\x1b[2J\n").unwrap();
        assert_eq!(memory.filters(), ["sip"]);
        assert!(Memory::default().filters().is_empty());
    }
}
