//! An opened capture for somebody who looks around in it: every frame can be described again, in any order.

use super::index::{Index, Indexer};
use super::{Counts, DecodeAs, Scan};
use crate::capture::{Block, Extent, Source, Spool, Store};
use crate::fact::{Direction, FactRow};
use crate::secrets::kerberos::Keyring;
use crate::secrets::{Secrets, TlsKeys};
use crate::wire::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Frames between two reports of progress.
const STRIDE: u64 = 1024;

/// A capture that was opened, not yet read.
pub struct Input {
    /// Its name.
    pub path: PathBuf,
    /// Its packets.
    pub source: Box<dyn Source + Send>,
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
}

impl Given {
    /// Of secrets that were read.
    pub fn new(rules: Vec<DecodeAs>, secrets: &Secrets) -> Self {
        Self { rules, keys: secrets.tls(), keyring: Keyring::new(secrets.keytab.clone()) }
    }
}

/// How far reading came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Frames read.
    pub frames: u64,
    /// Bytes read of the file at hand.
    pub read: u64,
    /// Its size, if known.
    pub total: Option<u64>,
}

/// A capture while it is read.
pub struct Halfway<'h> {
    /// How far reading came.
    pub reading: Reading,
    stores: &'h [Arc<Store>],
    index: &'h Index,
    counts: Counts,
}

impl Halfway<'_> {
    /// What was read so far, to look at while reading goes on. What was decrypted is not in it.
    pub fn capture(&self) -> Capture {
        Capture {
            stores: self.stores.to_vec(),
            index: self.index.snapshot(),
            keyring: None,
            counts: self.counts,
            notices: Vec::new(),
            damaged: false,
        }
    }
}

/// A capture, read to its end.
#[derive(Debug)]
pub struct Capture {
    pub(super) stores: Vec<Arc<Store>>,
    pub(super) index: Index,
    pub(super) keyring: Option<Keyring>,
    counts: Counts,
    notices: Vec<String>,
    damaged: bool,
}

impl Capture {
    /// Reads captures one after the other into one index. `facts` receives what the analysis wants to know; `progress`
    /// is told now and then; `stop` ends the reading early, and what was read stays.
    pub fn read(
        inputs: Vec<Input>,
        given: Given,
        facts: &mut dyn FnMut(FactRow),
        progress: &mut dyn FnMut(&Halfway<'_>),
        stop: &AtomicBool,
    ) -> Self {
        let Given { rules, keys, keyring } = given;
        let mut scan = Scan::new(rules).with_keys(keys.clone()).with_keyring(keyring.clone());
        let mut lens = Indexer::new(facts);
        let (mut stores, mut notices, mut damaged) = (Vec::new(), Vec::new(), false);
        for Input { path, mut source } in inputs {
            // What was read before something failed is still shown.
            let mut failed = |why: String| {
                damaged = true;
                notices.push(format!("{}: {why}", path.display()));
            };
            let spool = match Keep::of(&path) {
                Ok(Keep::File(store)) => {
                    stores.push(Arc::new(store));
                    None
                }
                Ok(Keep::Spool(spool)) => {
                    stores.push(Arc::new(Store::Spool(spool.clone())));
                    Some(spool)
                }
                Err(why) => {
                    failed(why);
                    continue;
                }
            };
            let file = stores.len().saturating_sub(1);
            let mut frames = 0_u64;
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
                let at = match spool.as_ref().map(|spool| spool.push(record.data)) {
                    None => record.at,
                    Some(Ok(at)) => at,
                    Some(Err(error)) => {
                        failed(format!("reading stopped, packets cannot be kept for looking at: {error}"));
                        break;
                    }
                };
                lens.begin(&record, file, at);
                scan.frame(&record, &mut lens);
                frames = frames.saturating_add(1);
                if frames.is_multiple_of(STRIDE) {
                    let here = source.progress();
                    let counts = scan.counts();
                    let reading = Reading { frames: counts.frames, read: here.read, total: here.total };
                    progress(&Halfway { reading, stores: &stores, index: &lens.index, counts });
                }
            }
            damaged |= source.notices().iter().any(|n| n.trouble.is_damage());
            notices.extend(source.notices().iter().map(ToString::to_string));
        }
        scan.finish(&mut lens);
        if stop.load(Ordering::Relaxed) {
            notices.push("reading was stopped; what follows was not looked at".into());
        }
        let index = lens.finish();
        if index.decrypted_dropped > 0 {
            notices.push(format!("{} decrypted messages did not fit and cannot be looked at", index.decrypted_dropped));
        }
        Self { stores, index, keyring, counts: scan.counts(), notices, damaged }
    }

    /// Number of frames; they are counted from 1.
    pub fn frames(&self) -> u32 {
        u32::try_from(self.index.packets.len()).unwrap_or(u32::MAX)
    }

    /// What was counted.
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What is wrong with the capture, in sentences; not yet made harmless for a terminal.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// True if it is cut or broken.
    pub const fn damaged(&self) -> bool {
        self.damaged
    }

    /// Link types of its interfaces.
    pub fn link_types(&self) -> Vec<u32> {
        let mut types: Vec<u32> = self.index.ways.iter().map(|way| way.link_type).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// When a frame was captured.
    pub fn time(&self, frame: u32) -> Option<Timestamp> {
        self.index.packet(frame).map(|row| row.time)
    }

    /// Which way a frame went in its conversation.
    pub fn direction(&self, frame: u32) -> Option<Direction> {
        let row = self.index.packet(frame)?;
        self.index.flow(row).map(|_| row.from())
    }

    /// Reads the bytes of a frame into `buffer`; nothing if the file changed under us.
    pub(super) fn bytes<'b>(&self, frame: u32, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        let row = self.index.packet(frame)?;
        let way = self.index.ways.get(usize::from(row.way))?;
        let store = self.stores.get(way.file)?;
        store.read(Extent { at: row.at, len: row.len }, buffer).ok()
    }
}

/// Where packets are kept: in the file itself, or in a copy where it cannot be read twice.
enum Keep {
    File(Store),
    Spool(Spool),
}

impl Keep {
    fn of(path: &Path) -> Result<Self, String> {
        if let Some(store) = Store::for_path(path) {
            return Ok(Self::File(store));
        }
        let failed = |e| format!("packets cannot be kept for looking at: {e}");
        Spool::new().map(Self::Spool).map_err(failed)
    }
}
