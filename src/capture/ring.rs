//! A capture written to disk while it comes: one file, or a ring of files of which the oldest go.
//!
//! Whole blocks reach the disk at once, so a file can be read at any moment, and also if this program is killed. If the
//! disk is full, the file is cut behind its last whole block; when there is room again, it goes on with a section of its own.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Interface, Loss, NO_INTERFACE, Outgoing, Record, Resolution, Section, UNKNOWN_LINK_TYPE, Writer};
use crate::wire::Timestamp;

/// Bytes of blocks kept back until somebody asks for them to be written.
const GATHER: usize = 64 << 10;

/// Where to write, and how much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ring {
    /// The file; with a limit, what the names of the files begin and end with.
    pub path: PathBuf,
    /// Bytes after which the next file begins.
    pub limit: Option<u64>,
    /// Files kept; all if nothing is said.
    pub files: Option<usize>,
}

impl Ring {
    /// The name of a file: `-w live.pcapng` gives `live_00001_20261122100000.pcapng`, as dumpcap names them.
    fn name(&self, number: u32, time: Timestamp) -> PathBuf {
        if self.limit.is_none() {
            return self.path.clone();
        }
        let (year, month, day, hour, minute, second) = time.civil();
        let part = |p: Option<&std::ffi::OsStr>| p.map(|p| p.to_string_lossy().into_owned());
        let stem = part(self.path.file_stem()).unwrap_or_default();
        let end = part(self.path.extension()).map(|end| format!(".{end}")).unwrap_or_default();
        let stamp = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}");
        self.path.with_file_name(format!("{stem}_{number:05}_{stamp}{end}"))
    }
}

/// Writes packets as they come.
#[derive(Debug)]
pub struct Recorder {
    ring: Ring,
    writer: Writer<Blocks>,
    /// Interfaces described in this file, in the order of the source.
    described: Vec<Described>,
    /// The number of the interface of packets that have none.
    nameless: Option<u32>,
    /// The older files of the ring.
    older: VecDeque<PathBuf>,
    current: PathBuf,
    number: u32,
    packets: u64,
    /// Those of them that have not reached the disk yet.
    fresh: u64,
    /// Packets that never did.
    lost: u64,
    /// Something did not: what comes needs a section of its own.
    broken: bool,
    last: Timestamp,
    kept: Option<Kept>,
    spare: Vec<u8>,
}

/// An interface of this file.
#[derive(Debug)]
struct Described {
    number: u32,
    packets: u64,
    /// What the source said of its losses, and whether that was written.
    loss: Loss,
    written: bool,
}

/// A packet on its way to disk: a source tells of its interfaces only when its packet is no longer looked at.
#[derive(Debug)]
struct Kept {
    time: Timestamp,
    interface: u32,
    link_type: u32,
    wire_len: u32,
    data: Vec<u8>,
}

impl Recorder {
    /// Begins the first file.
    pub fn new(ring: Ring, now: Timestamp) -> io::Result<Self> {
        let current = ring.name(1, now);
        Ok(Self {
            writer: begin(&current)?,
            ring,
            described: Vec::new(),
            nameless: None,
            older: VecDeque::new(),
            current,
            number: 1,
            packets: 0,
            fresh: 0,
            lost: 0,
            broken: false,
            last: now,
            kept: None,
            spare: Vec::new(),
        })
    }

    /// Takes a packet; [`Recorder::settle`] writes it.
    pub fn keep(&mut self, record: &Record<'_>) {
        let mut data = std::mem::take(&mut self.spare);
        data.clear();
        data.extend_from_slice(record.data);
        let Record { time, interface, link_type, wire_len, .. } = *record;
        self.kept = Some(Kept { time, interface, link_type, wire_len, data });
    }

    /// Writes the packet that was kept, and what its source, whose `interfaces` these are, newly says of losses.
    pub fn settle(&mut self, interfaces: &[Interface]) -> io::Result<()> {
        let Some(kept) = self.kept.take() else {
            return if self.broken { Ok(()) } else { self.note_losses(interfaces) };
        };
        self.lost = self.lost.saturating_add(1);
        if self.ring.limit.is_some_and(|limit| self.writer.written() >= limit) {
            self.turn(kept.time)?;
        }
        if self.broken {
            self.writer.again(&section())?;
            self.described.clear();
            self.nameless = None;
            self.broken = false;
        }
        self.last = kept.time;
        let interface = self.interface(&kept, interfaces)?;
        self.note_losses(interfaces)?;
        self.writer.packet(&Outgoing {
            interface,
            time: kept.time,
            wire_len: kept.wire_len,
            data: &kept.data,
            comments: &[],
        })?;
        self.spare = kept.data;
        self.lost = self.lost.saturating_sub(1);
        self.packets = self.packets.saturating_add(1);
        self.fresh = self.fresh.saturating_add(1);
        if self.writer.pending() >= GATHER { self.flush() } else { Ok(()) }
    }

    /// Brings what was gathered to the disk.
    pub fn flush(&mut self) -> io::Result<()> {
        let fresh = std::mem::take(&mut self.fresh);
        let flushed = self.writer.flush();
        if flushed.is_err() {
            self.broken = true;
            self.packets = self.packets.saturating_sub(fresh);
            self.lost = self.lost.saturating_add(fresh);
        }
        flushed
    }

    /// Begins the file anew if somebody moved or deleted it; of a ring, the next one.
    pub fn reopen(&mut self, now: Timestamp) -> io::Result<()> {
        if self.ring.limit.is_some() {
            return self.turn(now);
        }
        self.flush()?;
        if self.is_away() {
            self.end()?;
            self.writer = begin(&self.current)?;
            self.start_over();
        }
        Ok(())
    }

    /// True if the file at hand is no longer where it was begun.
    pub fn is_away(&self) -> bool {
        self.writer.below().is_away(&self.current)
    }

    /// Packets that could not be written.
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Packets written.
    pub const fn packets(&self) -> u64 {
        self.packets
    }

    /// Files begun.
    pub const fn files(&self) -> u32 {
        self.number
    }

    /// The file at hand.
    pub fn path(&self) -> &Path {
        &self.current
    }

    /// The next file; the oldest goes if there are too many.
    fn turn(&mut self, time: Timestamp) -> io::Result<()> {
        self.end()?;
        // First, for it may be what fills the disk.
        while self.ring.files.is_some_and(|files| self.older.len().saturating_add(1) >= files.max(2)) {
            let Some(oldest) = self.older.pop_front() else { break };
            // Somebody else may have taken it away.
            let _ = fs::remove_file(oldest);
        }
        let number = self.number.saturating_add(1);
        let next = self.ring.name(number, time);
        self.writer = begin(&next).inspect_err(|_| {
            let _ = fs::remove_file(&next);
        })?;
        self.number = number;
        self.start_over();
        let before = std::mem::replace(&mut self.current, next);
        if self.ring.files == Some(1) {
            let _ = fs::remove_file(before);
        } else {
            self.older.push_back(before);
        }
        Ok(())
    }

    /// What is said at the end of a file.
    fn end(&mut self) -> io::Result<()> {
        if !self.broken {
            for described in &mut self.described {
                described.written = false;
            }
            self.write_losses()?;
        }
        self.flush()
    }

    fn start_over(&mut self) {
        self.described.clear();
        self.nameless = None;
        self.broken = false;
    }

    /// Writes what the source newly says of packets that were lost.
    fn note_losses(&mut self, interfaces: &[Interface]) -> io::Result<()> {
        let mut news = false;
        for (described, interface) in self.described.iter_mut().zip(interfaces) {
            let (kernel, behind) = (interface.dropped.unwrap_or(0), interface.behind.unwrap_or(0));
            let loss = Loss { kernel, card: 0, behind };
            if described.loss != loss {
                (described.loss, described.written, news) = (loss, false, true);
            }
        }
        if news { self.write_losses() } else { Ok(()) }
    }

    fn write_losses(&mut self) -> io::Result<()> {
        for described in self.described.iter_mut().filter(|described| !described.written) {
            let taken = described.packets.saturating_add(described.loss.behind);
            self.writer.statistics(described.number, self.last, taken, described.loss)?;
            described.written = true;
        }
        Ok(())
    }

    /// The number of its interface in this file, which is described before.
    fn interface(&mut self, kept: &Kept, interfaces: &[Interface]) -> io::Result<u32> {
        for interface in interfaces.get(self.described.len()..).unwrap_or(&[]) {
            let number = self.writer.interface(interface)?;
            self.described.push(Described { number, packets: 0, loss: Loss::default(), written: false });
        }
        let place = usize::try_from(kept.interface).ok().filter(|_| kept.interface != NO_INTERFACE);
        if let Some(described) = place.and_then(|place| self.described.get_mut(place)) {
            described.packets = described.packets.saturating_add(1);
            return Ok(described.number);
        }
        if let Some(number) = self.nameless {
            return Ok(number);
        }
        let link_type = if interfaces.is_empty() { kept.link_type } else { UNKNOWN_LINK_TYPE };
        let number = self.writer.interface(&Interface::new(link_type, Resolution::NANOSECONDS))?;
        self.nameless = Some(number);
        Ok(number)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn begin(path: &Path) -> io::Result<Writer<Blocks>> {
    let file = File::create(path)?;
    let mut writer = Writer::new(Blocks { file, good: 0, pending: Vec::new() }, &section())?;
    writer.flush()?;
    Ok(writer)
}

fn section() -> Section {
    let application = concat!("handshark ", env!("CARGO_PKG_VERSION"));
    Section { application: Some(application.to_owned()), ..Section::default() }
}

/// A file that takes whole blocks only.
#[derive(Debug)]
struct Blocks {
    file: File,
    /// Bytes that were written whole.
    good: u64,
    pending: Vec<u8>,
}

impl Blocks {
    /// True if another file, or none, has this name.
    #[cfg(unix)]
    fn is_away(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |meta: fs::Metadata| (meta.dev(), meta.ino());
        // A pipe or a device is what it is.
        let Some(ours) = self.file.metadata().ok().filter(fs::Metadata::is_file) else { return false };
        fs::metadata(path).map(identity).ok() != Some(identity(ours))
    }

    #[cfg(not(unix))]
    fn is_away(&self, path: &Path) -> bool {
        !path.exists()
    }
}

impl Write for Blocks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Called between two blocks.
    fn flush(&mut self) -> io::Result<()> {
        let written = self.file.write_all(&self.pending);
        if written.is_ok() {
            self.good = self.good.saturating_add(u64::try_from(self.pending.len()).unwrap_or(u64::MAX));
        } else {
            // The disk is full: what stands on it stays readable.
            self.file.set_len(self.good)?;
            self.file.seek(SeekFrom::Start(self.good))?;
        }
        self.pending.clear();
        written
    }
}

impl Writer<Blocks> {
    fn pending(&self) -> usize {
        self.below().pending.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Block, open};

    fn record(data: &[u8], n: u32) -> Record<'_> {
        Record {
            time: Timestamp::new(1_700_000_000 + i64::from(n), 5),
            timed: true,
            interface: n % 2,
            numbered: true,
            name: "",
            description: "",
            link_type: 1,
            wire_len: 2_000,
            data,
            at: 0,
            comments: &[],
        }
    }

    fn packets(path: &Path) -> Vec<(u32, u32, Vec<u8>)> {
        let mut source = open(path).unwrap();
        let mut all = Vec::new();
        while let Some(block) = source.next().unwrap() {
            let Block::Packet(record) = block else { continue };
            all.push((record.interface, record.wire_len, record.data.to_vec()));
        }
        assert_eq!(source.notices(), []);
        all
    }

    #[test]
    fn the_oldest_files_go_and_each_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let ring = Ring { path: folder.path().join("live.pcapng"), limit: Some(10_000), files: Some(3) };
        let mut recorder = Recorder::new(ring, Timestamp::new(1_700_000_000, 0)).unwrap();
        let interfaces = [Interface::new(1, Resolution::NANOSECONDS), Interface::new(1, Resolution::NANOSECONDS)];
        let data = [7; 1_000];
        for n in 0..100 {
            recorder.keep(&record(&data, n));
            recorder.settle(&interfaces).unwrap();
        }
        recorder.flush().unwrap();
        let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        assert_eq!((files.len(), recorder.packets(), recorder.files()), (3, 100, 10));
        assert!(files[0].to_str().unwrap().ends_with("live_00008_20231114221430.pcapng"), "{files:?}");
        assert_eq!(files.last().unwrap(), recorder.path());
        let kept: Vec<_> = files.iter().flat_map(|file| packets(file)).collect();
        assert_eq!(kept.len(), 30);
        assert_eq!(kept[29], (1, 2_000, data.to_vec()));
        assert_eq!(kept[28].0, 0);
    }

    #[test]
    fn a_file_can_be_read_at_any_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.pcapng");
        let mut recorder = Recorder::new(Ring { path: path.clone(), ..Ring::default() }, Timestamp::default()).unwrap();
        let data = [7; 1_000];
        for n in 0..200 {
            recorder.keep(&record(&data, n));
            recorder.settle(&[]).unwrap();
            packets(&path);
        }
        drop(recorder);
        assert_eq!(packets(&path).len(), 200);
    }
}
