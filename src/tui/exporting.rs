//! Packets of the capture that is open, as a capture of their own: the work of `handshark export`, from inside.
//!
//! A file is read again to choose and once more to copy, so that interfaces, comments and names go along. What came out of
//! a pipe is copied to a temporary file first, like any pipe that is exported.

use super::opened::Opened;
use crate::capture::{Block, CaptureError, Interface, Name, Section, Source, open};
use crate::export::{self, Choose, Export, Kept, Wanted, Window};
use crate::filter::FilterError;
use crate::report::ladder::Ladder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::NamedTempFile;

/// What is written.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// The captures that are open.
    pub paths: Vec<PathBuf>,
    /// Packets that are wanted, by number; nothing for all.
    pub frames: Option<BTreeSet<u32>>,
    /// Findings go along as comments.
    pub annotate: bool,
    /// TLS secrets go along.
    pub secrets: bool,
}

/// Why packets could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportFailed {
    /// The capture cannot be read again.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// The new one cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// Never: there is no filter.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// Nobody waits for it any more.
    #[error("it was given up")]
    Stopped,
}

/// A source that ends when nobody waits for it any more.
struct Stoppable<'s> {
    source: &'s mut dyn Source,
    stop: &'s AtomicBool,
}

impl Source for Stoppable<'_> {
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError> {
        if self.stop.load(Ordering::Relaxed) { Ok(None) } else { self.source.next() }
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
}

impl Opened {
    /// Frames of the conversations of a sign-in, in its time.
    pub fn frames_of(&self, ladder: &Ladder) -> BTreeSet<u32> {
        let window = Window::of(ladder);
        let capture = &self.capture;
        let holds = |frame: &u32| {
            capture.time(*frame).is_some_and(|time| window.holds(u64::from(*frame), time, capture.flow(*frame)))
        };
        (capture.first_frame()..=capture.frames()).filter(holds).collect()
    }

    /// Writes packets to `out`; how many.
    pub fn export(&self, order: &Order, out: &mut File, stop: &AtomicBool) -> Result<u64, ExportFailed> {
        let mut comments = if order.annotate { export::comments(&self.loaded.report) } else { BTreeMap::default() };
        let mut frames = order.frames.clone();
        if order.paths.iter().all(|path| path.is_file()) {
            return self.copy(&order.paths, order.secrets, (frames, comments), out, stop);
        }
        let mut spool = NamedTempFile::new()?;
        let mut kept = Kept::new(self.capture.clone());
        let all = vec![true; self.capture.frames() as usize];
        let mut writer = Export::new(spool.as_file_mut(), None, all, BTreeMap::new(), false)?;
        writer.take::<ExportFailed>(&mut Stoppable { source: &mut kept, stop })?;
        writer.end()?;
        // In the copy they are counted from 1.
        let before = kept.first().saturating_sub(1);
        frames = frames.map(|frames| frames.into_iter().filter_map(|frame| frame.checked_sub(before)).collect());
        comments = comments
            .into_iter()
            .filter_map(|(frame, said)| Some((frame.checked_sub(u64::from(before))?, said)))
            .collect();
        self.copy(&[spool.path().to_owned()], order.secrets, (frames, comments), out, stop)
    }

    fn copy(
        &self,
        paths: &[PathBuf],
        secrets: bool,
        (frames, comments): (Option<BTreeSet<u32>>, BTreeMap<u64, Vec<String>>),
        out: &mut File,
        stop: &AtomicBool,
    ) -> Result<u64, ExportFailed> {
        let chosen = match frames {
            None => vec![true; self.capture.frames() as usize],
            Some(frames) => {
                let wanted = Wanted { frames: Some(frames), ..Wanted::default() };
                let mut choose = Choose::new(self.capture.scan(), wanted)?;
                for path in paths {
                    let mut source = open(path)?;
                    let mut source = Stoppable { source: source.as_mut(), stop };
                    while let Some(block) = source.next()? {
                        if let Block::Packet(record) = block {
                            choose.frame(&record);
                        }
                    }
                }
                choose.chosen()
            }
        };
        let first = paths.first().map(|path| open(path)).transpose()?;
        let old = first.and_then(|source| source.sections().first().cloned());
        let mut writer = Export::new(&mut *out, old.as_ref(), chosen, comments, secrets)?;
        for path in paths {
            let mut source = open(path)?;
            writer.take::<ExportFailed>(&mut Stoppable { source: source.as_mut(), stop })?;
        }
        let copied = writer.end()?;
        if stop.load(Ordering::Relaxed) { Err(ExportFailed::Stopped) } else { Ok(copied) }
    }
}
