//! Names of files, as far as they are typed, and what is known of a file before it is opened.

use super::asks::at_home;
use crate::capture::{Block, open};
use crate::tui::pane::status::bytes;
use crate::tui::recent::Offer;
use crate::wire::text::harmful;
use std::fs;
use std::io;
use std::path::Path;

/// Entries of a folder that are looked at, and names of them that are offered.
const MAX_ENTRIES: usize = 10_000;
const MAX_NAMES: usize = 200;
/// Files that are looked into.
const MAX_OPENED: usize = 12;

/// Files whose names begin with what was typed, as they can be typed.
pub(super) fn names(typed: &str) -> Vec<Offer> {
    let (folder, begin) = typed.rsplit_once('/').map_or(("", typed), |(folder, begin)| (folder, begin));
    let before = if typed.contains('/') { format!("{folder}/") } else { String::new() };
    let path = at_home(if before.is_empty() { "." } else { &before });
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let name = |entry: io::Result<fs::DirEntry>| {
        let entry = entry.ok()?;
        let name = entry.file_name().into_string().ok()?;
        let fits = name.starts_with(begin) && (begin.starts_with('.') || !name.starts_with('.'));
        // What could harm a terminal cannot be typed either.
        if !fits || name.chars().any(harmful) {
            return None;
        }
        let slash = if entry.path().is_dir() { "/" } else { "" };
        Some((format!("{before}{name}{slash}"), entry))
    };
    let mut names: Vec<_> = entries.take(MAX_ENTRIES).filter_map(name).take(MAX_NAMES).collect();
    names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let offer = |(at, (text, entry)): (usize, (String, fs::DirEntry))| {
        let said = about(&entry.path(), at < MAX_OPENED);
        Offer { text, said }
    };
    names.into_iter().enumerate().map(offer).collect()
}

/// The size of a file, and if it is a capture, in which format and when it begins.
fn about(path: &Path, look: bool) -> String {
    // Nobody waits at a pipe, or has a device read.
    let Some(file) = fs::metadata(path).ok().filter(fs::Metadata::is_file) else { return String::new() };
    let size = bytes(file.len());
    if !look || file.len() == 0 {
        return size;
    }
    let Ok(mut source) = open(path) else { return size };
    let began = loop {
        match source.next() {
            Ok(Some(Block::Packet(record))) => break record.time,
            Ok(Some(Block::Secrets(_))) => {}
            _ => return format!("{size}, {}, no packets", source.format()),
        }
    };
    let began = began.rfc3339_seconds().replace('T', " ").replace('Z', "");
    format!("{size}, {}, from {began}", source.format())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_says_when_it_begins_before_it_is_opened() {
        let folder = std::env::temp_dir().join(format!("handshark-names-{}", std::process::id()));
        fs::create_dir_all(folder.join("folder")).unwrap();
        let mut capture = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
        fs::write(folder.join("empty.pcap"), &capture).unwrap();
        capture.extend([60, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7]);
        fs::write(folder.join("one.pcap"), &capture).unwrap();
        fs::write(folder.join("notes.txt"), "nothing").unwrap();
        let typed = format!("{}/", folder.display());
        let said: Vec<_> =
            names(&typed).iter().map(|o| format!("{}: {}", o.text.replace(&typed, ""), o.said)).collect();
        fs::remove_dir_all(&folder).unwrap();
        let expected = [
            "empty.pcap: 24 B, pcap, no packets",
            "folder/: ",
            "notes.txt: 7 B",
            "one.pcap: 41 B, pcap, from 1970-01-01 00:01:00",
        ];
        assert_eq!(said, expected);
    }
}
