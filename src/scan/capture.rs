//! An opened capture for somebody who looks around in it: every frame can be described again, in any order, also while
//! the capture is still read.

use super::index::Index;
use super::indexer::Indexer;
use super::{Counts, DecodeAs, InterfaceSeen, Scan};
use crate::capture::{Block, Extent, Record, Source, Spool, Store};
use crate::fact::{Direction, FactRow};
use crate::secrets::kerberos::Keyring;
use crate::secrets::{Secrets, TlsKeys};
use crate::wire::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Frames between two looks at what is rarely worth one.
const STRIDE: u64 = 1024;
/// Interfaces whose counters are looked at with every frame.
const FEW: usize = 8;

/// A capture that was opened, not yet read.
pub struct Input {
    /// Its name.
    pub path: PathBuf,
    /// Its packets.
    pub source: Box<dyn Source + Send>,
}

/// What is kept of packets that come out of a pipe, for ever perhaps: the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// So many packets.
    pub packets: usize,
    /// So many bytes of them, on disk.
    pub bytes: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { packets: 1_000_000, bytes: 1 << 30 }
    }
}

/// What the user gave along with captures.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What is known of ports.
    pub rules: Vec<DecodeAs>,
    /// What opens TLS; captures may add to it.
    pub keys: TlsKeys,
    /// What opens Kerberos messages.
    pub keyring: Option<Keyring>,
    /// How much is kept of a pipe.
    pub room: Room,
}

impl Given {
    /// Of secrets that were read.
    pub fn new(rules: Vec<DecodeAs>, secrets: &Secrets) -> Self {
        let keyring = Keyring::new(secrets.keytab.clone());
        Self { rules, keys: secrets.tls(), keyring, room: Room::default() }
    }
}

/// How far reading came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Frames read.
    pub frames: u64,
    /// Of these, the oldest that were let go again.
    pub gone: u32,
    /// Bytes read of the file at hand.
    pub read: u64,
    /// Its size, if known.
    pub total: Option<u64>,
    /// From the first frame of all to the newest, in nanoseconds.
    pub span: i64,
}

/// A capture. Clones are the same one; one of them may read while others look at what there is so far.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    shared: Arc<RwLock<Index>>,
    pub(super) keyring: Option<Keyring>,
    /// What a stream that is followed is read with.
    pub(super) rules: Vec<DecodeAs>,
    pub(super) keys: TlsKeys,
}

impl Capture {
    /// One that will be described with these keys; nothing is read yet.
    pub fn new(given: &Given) -> Self {
        let (keyring, rules) = (given.keyring.clone(), given.rules.clone());
        Self { shared: Arc::default(), keyring, rules, keys: given.keys.clone() }
    }

    /// Reads captures one after the other into one index. `facts` receives what the analysis wants to know, frame by
    /// frame; `stop` ends the reading early, and what was read stays.
    pub fn read(inputs: Vec<Input>, given: Given, facts: &mut dyn FnMut(&mut Vec<FactRow>), stop: &AtomicBool) -> Self {
        let capture = Self::new(&given);
        capture.fill(inputs, given, facts, stop);
        capture
    }

    /// The same, into this one.
    pub fn fill(&self, inputs: Vec<Input>, given: Given, facts: &mut dyn FnMut(&mut Vec<FactRow>), stop: &AtomicBool) {
        let Given { rules, keys, keyring, room } = given;
        let mut scan = Scan::new(rules).with_keys(keys.clone()).with_keyring(keyring);
        let mut lens = Indexer::default();
        let mut tell = |lens: &mut Indexer| {
            if !lens.facts.is_empty() {
                facts(&mut lens.facts);
                lens.facts.clear();
            }
        };
        for Input { path, mut source } in inputs {
            // What was read before something failed is still shown.
            let failed = |why: String| {
                let mut index = self.write();
                index.damaged = true;
                index.notices.push(format!("{}: {why}", path.display()));
            };
            let keep = match Keep::of(&path, room) {
                Ok(keep) => keep,
                Err(why) => {
                    failed(why);
                    continue;
                }
            };
            let (file, interfaces) = {
                let mut index = self.write();
                index.stores.push(Arc::new(keep.store));
                (index.stores.len().saturating_sub(1), index.interfaces.len())
            };
            while !stop.load(Ordering::Relaxed) {
                let record = match source.next() {
                    Ok(Some(Block::Packet(record))) => record,
                    Ok(Some(Block::Secrets(content))) => {
                        keys.read(content);
                        continue;
                    }
                    Ok(None) => break,
                    Err(error) => {
                        failed(error.to_string());
                        break;
                    }
                };
                if scan.frames() >= u64::from(u32::MAX) {
                    failed(format!("reading stopped behind packet {}; start again to see what comes", u32::MAX));
                    break;
                }
                let at = match keep.spool.as_ref().map(|spool| spool.push(record.data)) {
                    None => record.at,
                    Some(Ok(at)) => at,
                    Some(Err(error)) => {
                        failed(format!("reading stopped, packets cannot be kept for looking at: {error}"));
                        break;
                    }
                };
                lens.begin(&record, file, at);
                scan.frame(&record, &mut lens);
                // Who sees the packet may rely on its facts.
                tell(&mut lens);
                let Record { time, .. } = record;
                let counts = scan.counts();
                let here = source.progress();
                let mut index = self.write();
                let new_way = lens.commit(&mut index);
                index.counts = counts;
                let seldom = counts.frames.is_multiple_of(STRIDE);
                let known = source.interfaces();
                if new_way || seldom || known.len() <= FEW && keep.spool.is_some() {
                    index.see(interfaces, known);
                }
                if keep.limited {
                    let begin = keep.spool.as_ref().map_or(0, Spool::begin);
                    while index.packets.len() > room.packets || index.is_out_of_store(file, begin) {
                        index.let_go();
                    }
                    if seldom {
                        lens.forget_before(index.first_frame());
                    }
                }
                let gone = index.first_frame().saturating_sub(1);
                let span = time.since(index.first);
                index.reading = Reading { frames: counts.frames, gone, read: here.read, total: here.total, span };
            }
            let mut index = self.write();
            index.see(interfaces, source.interfaces());
            index.damaged |= source.notices().iter().any(|n| n.trouble.is_damage());
            index.notices.extend(source.notices().iter().map(ToString::to_string));
        }
        scan.finish(&mut lens);
        let mut index = self.write();
        lens.commit(&mut index);
        index.counts = scan.counts();
        if stop.load(Ordering::Relaxed) {
            index.notices.push("reading was stopped; what follows was not looked at".into());
        }
        drop(index);
        tell(&mut lens);
    }

    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.shared.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of the newest frame; they are counted from 1.
    pub fn frames(&self) -> u32 {
        self.index().last_frame()
    }

    /// Number of the oldest frame that is kept; one more than the newest if there is none.
    pub fn first_frame(&self) -> u32 {
        self.index().first_frame()
    }

    /// How far reading came.
    pub fn reading(&self) -> Reading {
        self.index().reading
    }

    /// Rows of all kinds that are kept in memory: what does not grow for ever.
    pub fn weight(&self) -> usize {
        self.index().weight()
    }

    /// What was counted.
    pub fn counts(&self) -> Counts {
        self.index().counts
    }

    /// What is wrong with the capture, in sentences; not yet made harmless for a terminal.
    pub fn notices(&self) -> Vec<String> {
        let index = self.index();
        let mut notices = index.notices.clone();
        if index.decrypted_dropped > 0 {
            notices.push(format!("{} decrypted messages did not fit and cannot be looked at", index.decrypted_dropped));
        }
        notices
    }

    /// True if it is cut or broken.
    pub fn damaged(&self) -> bool {
        self.index().damaged
    }

    /// The interfaces that are described, of all files.
    pub fn interfaces(&self) -> Vec<InterfaceSeen> {
        self.index().interfaces.clone()
    }

    /// Link types of its interfaces.
    pub fn link_types(&self) -> Vec<u32> {
        let mut types: Vec<u32> = self.index().ways.iter().map(|way| way.link_type).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// When a frame was captured.
    pub fn time(&self, frame: u32) -> Option<Timestamp> {
        self.index().time(frame)
    }

    /// From when to when packets were captured; nothing if there are none.
    pub fn times(&self) -> Option<(Timestamp, Timestamp)> {
        let index = self.index();
        Some((index.first, index.packets.last()?.time))
    }

    /// Which way a frame went in its conversation.
    pub fn direction(&self, frame: u32) -> Option<Direction> {
        let index = self.index();
        let row = index.packet(frame)?;
        index.flow(row).map(|_| row.from())
    }
}

impl Index {
    /// The bytes of a frame, read into `buffer`; nothing if the file changed under us, or it was let go.
    pub(super) fn bytes<'b>(&self, frame: u32, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        let row = self.packet(frame)?;
        let way = self.ways.get(usize::from(row.way))?;
        let store = self.stores.get(way.file)?;
        store.read(Extent { at: row.at, len: row.len }, buffer).ok()
    }

    /// True if the oldest frame lies before what this store still has.
    fn is_out_of_store(&self, file: usize, begin: u64) -> bool {
        let mine = |way: u16| self.ways.get(usize::from(way)).is_some_and(|way| way.file == file);
        self.packets.first().is_some_and(|row| row.at < begin && mine(row.way))
    }

    /// What is known of the interfaces of one file, which begin at `from`.
    fn see(&mut self, from: usize, known: &[crate::capture::Interface]) {
        self.interfaces.resize_with(from.saturating_add(known.len()), InterfaceSeen::default);
        for (seen, known) in self.interfaces.iter_mut().skip(from).zip(known) {
            (seen.dropped, seen.behind) = (known.dropped, known.behind);
            if let Some(name) = known.name.as_ref().filter(|name| **name != seen.name) {
                seen.name.clone_from(name);
            }
            if let Some(words) = known.description.as_ref().filter(|words| **words != seen.description) {
                seen.description.clone_from(words);
            }
        }
        for way in
            self.ways.iter_mut().filter(|way| way.name.is_none() && way.file.saturating_add(1) == self.stores.len())
        {
            let at = usize::try_from(way.interface).ok().and_then(|at| at.checked_add(from));
            way.name = at.filter(|at| *at < self.interfaces.len());
        }
    }
}

/// Where packets are kept: in the file itself, or in a copy where it cannot be read twice.
struct Keep {
    store: Store,
    spool: Option<Spool>,
    /// Nobody knows how many packets will come.
    limited: bool,
}

impl Keep {
    fn of(path: &Path, room: Room) -> Result<Self, String> {
        if let Some(store) = Store::for_path(path) {
            return Ok(Self { store, spool: None, limited: false });
        }
        let failed = |e| format!("packets cannot be kept for looking at: {e}");
        let limited = path == Path::new("-") || !std::fs::metadata(path).is_ok_and(|meta| meta.is_file());
        let spool = if limited { Spool::ring(room.bytes) } else { Spool::new() }.map_err(failed)?;
        Ok(Self { store: Store::Spool(spool.clone()), spool: Some(spool), limited })
    }
}
