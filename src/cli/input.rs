//! Opening what the user named and reading it to its end, with progress on the way.

use super::args::{Common, Input};
use super::{Exit, Failure};
use crate::capture::{Block, CaptureError, Interface, Name, Notice, Record, Section, Source, open};
use crate::scan::DecodeAs;
use crate::secrets::TlsKeys;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Work shorter than this shows no progress.
const PATIENCE: Duration = Duration::from_millis(500);
/// Packets between two looks at the clock.
const STRIDE: u64 = 4096;

/// A capture being read.
pub struct Reading {
    path: PathBuf,
    source: Box<dyn Source + Send>,
    bar: Option<ProgressBar>,
    began: Instant,
    read: u64,
    watched: bool,
    keys: TlsKeys,
}

/// The captures named, in order; at least one.
pub fn paths(common: &Common, input: &Input) -> Result<Vec<PathBuf>, Failure> {
    let paths: Vec<PathBuf> = common.read.iter().chain(&input.files).cloned().collect();
    if paths.is_empty() {
        return Err(Failure::Usage("name a capture file, or - for standard input".into()));
    }
    Ok(paths)
}

/// The one capture named.
pub fn path(common: &Common, input: &Input) -> Result<PathBuf, Failure> {
    let paths = paths(common, input)?;
    match <[PathBuf; 1]>::try_from(paths) {
        Ok([path]) => Ok(path),
        Err(paths) => Err(Failure::Usage(format!("this command takes one capture, {} were named", paths.len()))),
    }
}

/// False if every capture is a plain classic pcap file, which holds packets and nothing else.
pub fn may_hold_secrets(paths: &[PathBuf]) -> bool {
    const CLASSIC: [[u8; 4]; 4] =
        [[0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x4d, 0x3c, 0xb2, 0xa1]];
    let classic = |path: &PathBuf| {
        let mut magic = [0; 4];
        path.is_file()
            && File::open(path).and_then(|mut f| f.read_exact(&mut magic)).is_ok()
            && CLASSIC.contains(&magic)
    };
    !paths.iter().all(classic)
}

/// The decode-as rules given.
pub fn rules(common: &Common) -> Result<Vec<DecodeAs>, Failure> {
    common.decode_as.iter().map(|rule| Ok(rule.parse()?)).collect()
}

/// Secrets may lie behind the packets they open: they are taken from a file before its packets are read.
fn ahead(path: &Path, keys: &TlsKeys) {
    let Some(mut source) = path.is_file().then(|| open(path).ok()).flatten() else { return };
    if !source.format().starts_with("pcapng") {
        return;
    }
    // What is wrong with the file is told by the reading proper.
    while let Ok(Some(block)) = source.next() {
        if let Block::Secrets(content) = block {
            keys.read(content);
        }
    }
}

impl Reading {
    /// Opens a capture. Secrets that it brings along are added to `keys`.
    pub fn open(path: &Path, common: &Common, keys: &TlsKeys) -> Result<Self, Failure> {
        let source = open(path)?;
        ahead(path, keys);
        let watched = !common.no_progress && !common.quiet && io::stderr().is_terminal();
        Ok(Self {
            path: path.to_owned(),
            source,
            bar: None,
            began: Instant::now(),
            read: 0,
            watched,
            keys: keys.clone(),
        })
    }

    /// Reads to the end; `take` returns false to stop early.
    ///
    /// An error in the middle ends the reading; what was read before it stays, and the error is returned to be told.
    pub fn each(&mut self, mut take: impl FnMut(&Record<'_>) -> Result<bool, Failure>) -> Result<(), Failure> {
        let keys = self.keys.clone();
        loop {
            match self.next()? {
                Some(Block::Packet(record)) => {
                    if !take(&record)? {
                        break;
                    }
                }
                Some(Block::Secrets(content)) => {
                    keys.read(content);
                }
                None => break,
            }
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        Ok(())
    }

    fn show_progress(&mut self) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        let progress = self.source.progress();
        let bar = self.bar.get_or_insert_with(|| {
            let bar = progress.total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
            let shape = if progress.total.is_some() {
                "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left"
            } else {
                "{spinner} {bytes}, {bytes_per_sec}"
            };
            if let Ok(style) = ProgressStyle::with_template(shape) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_position(progress.read);
    }

    /// The source, for what it says of itself.
    pub fn source(&self) -> &dyn Source {
        self.source.as_ref()
    }

    /// Tells the notices on standard error; the exit code they ask for.
    pub fn conclude(&self, common: &Common) -> Exit {
        let notices = self.source.notices();
        if !common.quiet {
            for notice in notices {
                let _ = writeln!(io::stderr(), "handshark: {}: {notice}", self.path.display());
            }
        }
        if common.strict && !notices.is_empty() { Exit::Damaged } else { Exit::Done }
    }
}

/// What is read through it shows its progress.
impl Source for Reading {
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError> {
        self.read += 1;
        if self.watched && self.read.is_multiple_of(STRIDE) {
            self.show_progress();
        }
        self.source.next()
    }

    fn interfaces(&self) -> &[Interface] {
        self.source.interfaces()
    }

    fn sections(&self) -> &[Section] {
        self.source.sections()
    }

    fn names(&self) -> &[Name] {
        self.source.names()
    }

    fn notices(&self) -> &[Notice] {
        self.source.notices()
    }
}
