//! The thread that reads: packets into the scan and onto the disk, facts into the fold.

use super::fold::Fold;
use crate::capture::{Block, CaptureError, Interface, Notice, Progress, Recorder, Section, Source, read_from};
use crate::fact::FactRow;
use crate::scan::{DecodeAs, FactsOnly, Scan};
use crate::secrets::TlsKeys;
use crate::secrets::kerberos::Keyring;
use std::fmt;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Where packets are written to; nothing if that is not wanted, or no longer possible.
pub type Recording = Arc<Mutex<Option<Recorder>>>;

/// What is counted while reading.
#[derive(Debug, Default)]
pub struct Tally {
    packets: AtomicU64,
    bytes: AtomicU64,
    dropped: AtomicU64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [packets, bytes, dropped] =
            [&self.packets, &self.bytes, &self.dropped].map(|number| number.load(Ordering::Relaxed));
        write!(f, "{packets} packets, {bytes} bytes, {dropped} dropped by the capturer")
    }
}

/// Everything the thread needs.
pub struct Reader {
    /// The capture, for messages.
    pub name: String,
    /// Keys given, and those that the capture brings.
    pub keys: TlsKeys,
    /// Keys of Kerberos.
    pub keyring: Option<Keyring>,
    /// What the user knows of ports.
    pub rules: Vec<DecodeAs>,
    /// Where facts go.
    pub fold: Arc<Fold>,
    /// Where packets are counted.
    pub tally: Arc<Tally>,
    /// Where they are written.
    pub recording: Recording,
}

/// How reading ended.
pub struct Heard {
    /// Why it ended.
    pub outcome: Result<(), CaptureError>,
    /// What is wrong with the capture.
    pub notices: Vec<String>,
}

impl Reader {
    /// Reads to the end.
    pub fn read(self, output: impl Read + Send + 'static) -> Heard {
        let mut source = match read_from(self.name.clone(), output, None) {
            Ok(source) => Tee::new(source, Arc::clone(&self.recording)),
            Err(error) => return Heard { outcome: Err(error), notices: Vec::new() },
        };
        let mut scan = Scan::new(self.rules).with_keys(self.keys.clone()).with_keyring(self.keyring);
        let rows = std::cell::RefCell::new(Vec::<FactRow>::new());
        let mut lens = FactsOnly::new(|row| rows.borrow_mut().push(row));
        let give = || {
            let mut rows = rows.borrow_mut();
            if !rows.is_empty() {
                self.fold.take(&mut rows);
            }
        };
        let outcome = loop {
            match source.next() {
                Ok(Some(Block::Packet(record))) => {
                    scan.frame(&record, &mut lens);
                    give();
                    self.tally.packets.fetch_add(1, Ordering::Relaxed);
                    self.tally.bytes.fetch_add(record.data.len() as u64, Ordering::Relaxed);
                }
                Ok(Some(Block::Secrets(content))) => {
                    self.keys.read(content);
                    continue;
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
            source.settle();
        };
        scan.finish(&mut lens);
        give();
        let dropped = source.interfaces().iter().filter_map(|interface| interface.dropped).sum();
        self.tally.dropped.store(dropped, Ordering::Relaxed);
        Heard { outcome, notices: source.notices().iter().map(ToString::to_string).collect() }
    }
}

/// A source whose packets are also recorded.
pub struct Tee {
    source: Box<dyn Source + Send>,
    recording: Recording,
}

impl Tee {
    /// Records what comes from `source`.
    pub fn new(source: Box<dyn Source + Send>, recording: Recording) -> Self {
        Self { source, recording }
    }

    /// Writes the packet that was handed out last, if that has not happened yet.
    pub fn settle(&mut self) {
        let interfaces = self.source.interfaces();
        attempt(&self.recording, |recorder| recorder.settle(interfaces));
    }
}

impl Source for Tee {
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError> {
        self.settle();
        let block = self.source.next()?;
        if let Some(Block::Packet(record)) = &block {
            attempt(&self.recording, |recorder| {
                recorder.keep(record);
                Ok(())
            });
        }
        Ok(block)
    }

    fn progress(&self) -> Progress {
        self.source.progress()
    }

    fn interfaces(&self) -> &[Interface] {
        self.source.interfaces()
    }

    fn sections(&self) -> &[Section] {
        self.source.sections()
    }

    fn notices(&self) -> &[Notice] {
        self.source.notices()
    }

    fn format(&self) -> String {
        self.source.format()
    }
}

/// Brings what was recorded to the disk.
pub fn flush(recording: &Recording) {
    attempt(recording, Recorder::flush);
}

/// How much was recorded.
pub fn recorded(recording: &Recording) -> Option<String> {
    let recorder = recording.lock().unwrap_or_else(PoisonError::into_inner);
    let recorder = recorder.as_ref()?;
    let (packets, files, path) = (recorder.packets(), recorder.files(), recorder.path().display());
    Some(format!("{packets} packets written, file {files} is {path}"))
}

/// If it fails, recording ends, and the rest goes on.
fn attempt(recording: &Recording, work: impl FnOnce(&mut Recorder) -> io::Result<()>) {
    let mut slot = recording.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(recorder) = slot.as_mut() else { return };
    if let Err(error) = work(recorder) {
        let path = recorder.path().display();
        let packets = recorder.packets();
        let _ = writeln!(
            io::stderr(),
            "handshark: recording ended, {path} cannot be written: {error}; up to {packets} packets were kept, watching goes on"
        );
        *slot = None;
    }
}
