//! The thread that reads: packets into the scan and onto the disk, facts into the fold.

use super::clock::Clock;
use super::fold::Fold;
use super::recording::Recording;
use crate::capture::{Block, CaptureError, Interface, Notice, Progress, Record, Section, Source, read_from};
use crate::fact::FactRow;
use crate::scan::{DecodeAs, FactsOnly, Scan};
use crate::secrets::TlsKeys;
use crate::secrets::kerberos::Keyring;
use crate::wire::Timestamp;
use std::fmt;
use std::io::Read;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Packets between two looks at what was lost.
const STRIDE: u64 = 256;
/// Messages kept until somebody asks.
const MAX_NEWS: usize = 100;

/// What is counted while reading.
#[derive(Debug, Default)]
pub struct Tally {
    packets: AtomicU64,
    bytes: AtomicU64,
    dropped: AtomicU64,
    behind: AtomicU64,
    /// Nanoseconds since 1970 of the first and the last packet.
    first: AtomicI64,
    last: AtomicI64,
    news: Mutex<Vec<String>>,
}

/// What was counted at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Packets read.
    pub packets: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Packets that the kernel, or the network card, had no room for.
    pub dropped: u64,
    /// Packets that we were too slow for.
    pub behind: u64,
    /// When the first one came, and the last.
    pub span: Option<(Timestamp, Timestamp)>,
}

impl Tally {
    /// Counts a packet.
    fn count(&self, record: &Record<'_>) {
        if self.packets.fetch_add(1, Ordering::Relaxed) == 0 {
            self.first.store(record.time.0, Ordering::Relaxed);
        }
        self.last.store(record.time.0, Ordering::Relaxed);
        self.bytes.fetch_add(record.data.len() as u64, Ordering::Relaxed);
    }

    /// Counts what was lost, as the interfaces tell it.
    fn lose(&self, interfaces: &[Interface]) {
        let sum = |of: fn(&Interface) -> Option<u64>| interfaces.iter().filter_map(of).fold(0, u64::saturating_add);
        self.dropped.store(sum(|interface| interface.dropped), Ordering::Relaxed);
        self.behind.store(sum(|interface| interface.behind), Ordering::Relaxed);
    }

    /// The numbers now.
    pub fn numbers(&self) -> Numbers {
        let [packets, bytes, dropped, behind] =
            [&self.packets, &self.bytes, &self.dropped, &self.behind].map(|number| number.load(Ordering::Relaxed));
        let [first, last] = [&self.first, &self.last].map(|time| Timestamp(time.load(Ordering::Relaxed)));
        Numbers { packets, bytes, dropped, behind, span: (packets > 0).then_some((first, last)) }
    }

    /// What is to be told since the last time.
    pub fn news(&self) -> Vec<String> {
        std::mem::take(&mut self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, news: String) {
        let mut all = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MAX_NEWS {
            all.push(news);
        }
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packets, bytes, dropped, behind, .. } = self;
        write!(f, "{packets} packets, {bytes} bytes, {dropped} dropped by the system, {behind} because we fell behind")
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
            Ok(source) => Tee::new(source, self.recording.clone()),
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
        let (mut clock, mut packets) = (Clock::default(), 0_u64);
        let outcome = loop {
            match source.next() {
                Ok(Some(Block::Packet(record))) => {
                    scan.frame(&record, &mut lens);
                    give();
                    packets = packets.saturating_add(1);
                    self.tally.count(&record);
                    if let Some(news) = clock.see(record.time, Instant::now) {
                        self.tally.tell(format!("{news}, at packet {packets}"));
                    }
                }
                Ok(Some(Block::Secrets(content))) => {
                    self.keys.read(content);
                    continue;
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
            source.settle();
            if packets.is_multiple_of(STRIDE) {
                self.tally.lose(source.interfaces());
            }
        };
        scan.finish(&mut lens);
        give();
        source.settle();
        self.tally.lose(source.interfaces());
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
        self.recording.settle(self.source.interfaces());
    }
}

impl Source for Tee {
    fn next(&mut self) -> Result<Option<Block<'_>>, CaptureError> {
        self.settle();
        let block = self.source.next()?;
        if let Some(Block::Packet(record)) = &block {
            self.recording.keep(record);
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
