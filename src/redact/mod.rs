//! A copy of a capture that can be shared: names, addresses and secrets are replaced, and it tells the same story.
//!
//! ```text
//! first pass    Survey: what is in it?      ──▶ words, addresses, secrets
//! second pass   Plan: every message anew    ──▶ pieces of packets, in a temporary file
//! third pass    Copy: packets from pieces, checksums brought up to date
//! ```
//!
//! Only what was understood is copied. A packet of the copy begins as zeros, and gets the headers that were described and
//! the messages that were found and written anew; what nobody understood, what could not be opened, and bodies in which names
//! cannot be replaced (types that the analysis does not read) stay zeros. Lengths, times, ports and numbers are those of the
//! original. Records of TLS that were opened are covered again under secrets made for the copy, which brings them along.
//! Encrypted parts of Kerberos and NTLM are replaced by other bytes, the same by the same, so that a ticket is still known
//! when it is used.

mod addresses;
mod answer;
mod checksum;
mod conceal;
mod cover;
mod free;
mod head;
mod hpack;
mod key;
mod learn;
mod message;
mod names;
mod options;
mod packed;
mod rewrite;
mod spool;
mod told;
mod vocabulary;
mod watch;
mod write;

use crate::capture::Record;
use crate::scan::Scan;
use crate::secrets::Renew;
use cover::Renewed;
use key::Key;
use learn::Learn;
use rewrite::Dictionary;
use std::io;
use std::sync::Arc;
use watch::Watch;
use write::Rewrite;

/// How much was replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words of names.
    pub words: usize,
    /// Addresses, hardware addresses included.
    pub addresses: usize,
    /// Secrets.
    pub secrets: usize,
    /// Packets in which something could not be looked into.
    pub blank: usize,
    /// Bytes that could not be looked into, and are zeros.
    pub zeros: usize,
    /// TLS connections whose records were opened, and are covered under secrets that the copy brings along.
    pub connections: usize,
}

/// The first pass.
pub struct Survey {
    scan: Scan,
    watch: Watch<Learn>,
}

impl Survey {
    /// Looks at a capture in this way.
    pub fn new(scan: Scan) -> Self {
        Self { scan, watch: Watch::new(Learn::default()) }
    }

    /// Takes the next packet.
    pub fn frame(&mut self, record: &Record<'_>) {
        self.scan.frame(record, &mut self.watch);
    }

    /// Everything is known: the second pass, looking at the capture in the same way, with keys that this renews.
    pub fn finish(mut self, scan: impl FnOnce(Arc<dyn Renew>) -> Scan) -> io::Result<Plan> {
        self.scan.finish(&mut self.watch);
        self.watch.told();
        let key = Key::random();
        let secrets = Arc::new(Renewed::new(key.clone()));
        let (dictionary, counts) = self.watch.take.finish(key);
        let scan = scan(Arc::clone(&secrets) as Arc<dyn Renew>);
        Ok(Plan { scan, watch: Watch::new(Rewrite::new(dictionary)?), counts, secrets })
    }
}

/// The second pass.
pub struct Plan {
    scan: Scan,
    watch: Watch<Rewrite>,
    counts: Counts,
    secrets: Arc<Renewed>,
}

impl Plan {
    /// Takes the next packet.
    pub fn frame(&mut self, record: &Record<'_>) -> io::Result<()> {
        self.watch.take.begin(record);
        self.scan.frame(record, &mut self.watch);
        self.watch.take.trouble()
    }

    /// Everything is written anew.
    pub fn finish(mut self) -> io::Result<Copy> {
        self.scan.finish(&mut self.watch);
        self.watch.told();
        self.watch.take.trouble()?;
        let (secrets, connections) = self.secrets.told();
        let counts = Counts { connections, ..self.counts };
        Ok(Copy { pieces: self.watch.take.finish()?, counts, secrets, frame: 0 })
    }
}

/// The third pass.
pub struct Copy {
    pieces: write::Pieces,
    counts: Counts,
    secrets: String,
    frame: u32,
}

impl Copy {
    /// How much is replaced.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// What opens the copy, as a key log; empty if there is nothing to open.
    pub fn secrets(&self) -> &str {
        &self.secrets
    }

    /// Makes the next packet what it is in the copy.
    pub fn frame(&mut self, data: &mut Vec<u8>) -> io::Result<()> {
        self.frame = self.frame.saturating_add(1);
        let new = self.pieces.packet(self.frame, data)?;
        let zeros = data.iter().zip(&new).filter(|(old, new)| **old != 0 && **new == 0).count();
        self.counts.blank = self.counts.blank.saturating_add(usize::from(zeros > 0));
        self.counts.zeros = self.counts.zeros.saturating_add(zeros);
        *data = new;
        Ok(())
    }
}

impl Dictionary {
    fn counts(&self, words: usize, secrets: usize) -> Counts {
        Counts {
            words,
            addresses: self.addresses.ips.len().saturating_add(self.addresses.macs.len()),
            secrets,
            ..Counts::default()
        }
    }
}
