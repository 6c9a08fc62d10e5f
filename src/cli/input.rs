//! Opening what the user named and reading it to its end, with progress on the way.

use super::args::{Common, Input};
use super::{Exit, Failure};
use crate::capture::{Block, Record, Source, open};
use crate::scan::DecodeAs;
use crate::secrets::TlsKeys;
use crate::secrets::keylog::{KeyLog, Taken};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs;
use std::io::{self, IsTerminal, Write};
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

/// The decode-as rules given.
pub fn rules(common: &Common) -> Result<Vec<DecodeAs>, Failure> {
    common.decode_as.iter().map(|rule| Ok(rule.parse()?)).collect()
}

/// The TLS secrets given with `--keylog`. Lines that cannot be used are told on standard error.
pub fn keys(common: &Common) -> Result<TlsKeys, Failure> {
    let mut log = KeyLog::default();
    for path in &common.keylog {
        let content = fs::read(path).map_err(|source| Failure::File { doing: "read", path: path.clone(), source })?;
        let taken = log.read(&content);
        tell(path, &taken, common);
    }
    Ok(TlsKeys::new(log))
}

fn tell(path: &Path, taken: &Taken, common: &Common) {
    if common.quiet {
        return;
    }
    for bad in &taken.bad {
        let _ = writeln!(io::stderr(), "handshark: {}: {bad}", path.display());
    }
    let more = taken.bad_lines.saturating_sub(taken.bad.len());
    if more > 0 {
        let _ = writeln!(io::stderr(), "handshark: {}: {more} more lines cannot be used", path.display());
    }
}

impl Reading {
    /// Opens a capture. Secrets that it brings along are added to `keys`.
    pub fn open(path: &Path, common: &Common, keys: &TlsKeys) -> Result<Self, Failure> {
        let source = open(path)?;
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
        loop {
            self.read += 1;
            if self.watched && self.read.is_multiple_of(STRIDE) {
                self.progress();
            }
            match self.source.next()? {
                Some(Block::Packet(record)) => {
                    if !take(&record)? {
                        break;
                    }
                }
                Some(Block::Secrets(content)) => {
                    self.keys.read(content);
                }
                None => break,
            }
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        Ok(())
    }

    fn progress(&mut self) {
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
