//! Records of TLS that were opened, covered again: what was said in them is written anew like everything else, and goes
//! back into records of the same length, under secrets that are made for the copy and go along with it.

use super::key::Key;
use super::spool::{self, Kept, Spool};
use super::told::Way;
use crate::scan::TlsRow;
use crate::secrets::{Renew, Secret};
use crate::wire::text::hex;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Content types of handshake messages and of application data (RFC 8446 §5.1).
const HANDSHAKE: u8 = 22;
const DATA: u8 = 23;
/// Records that are covered again; what was in more of them stays zeros.
const MAX_RECORDS: usize = 1 << 20;
/// Secrets that are made.
const MAX_SECRETS: usize = 500_000;

/// The secrets of the copy.
#[derive(Debug)]
pub(super) struct Renewed {
    key: Key,
    lines: Mutex<BTreeSet<String>>,
}

impl Renewed {
    pub(super) const fn new(key: Key) -> Self {
        Self { key, lines: Mutex::new(BTreeSet::new()) }
    }

    /// As the lines of a key log (RFC 9850), and of how many connections.
    pub(super) fn told(&self) -> (String, usize) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let randoms: BTreeSet<&str> = lines.iter().filter_map(|line| line.split(' ').nth(1)).collect();
        (lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect(), randoms.len())
    }
}

impl Renew for Renewed {
    fn renew(&self, label: &'static str, random: &[u8; 32], secret: &[u8]) -> Secret {
        let new: Vec<u8> = self.key.stream(&[b"tls", secret]).take(secret.len()).collect();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < MAX_SECRETS {
            lines.insert(format!("{label} {} {}", hex(random), hex(&new)));
        }
        Secret::new(new)
    }
}

/// Pieces of streams inside, by their place.
type Inside = HashMap<Way, Vec<(u64, Kept)>>;

/// What is known of records until everything in them is written anew.
#[derive(Debug)]
pub(super) struct Covers {
    rows: Vec<TlsRow>,
    data: Inside,
    handshakes: Inside,
    spool: Spool,
}

impl Covers {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { rows: Vec::new(), data: Inside::new(), handshakes: Inside::new(), spool: Spool::new()? })
    }

    pub(super) fn record(&mut self, row: &TlsRow) {
        if self.rows.len() < MAX_RECORDS {
            self.rows.push(row.clone());
        }
    }

    /// A message as it is in the copy, at this place of the stream inside.
    pub(super) fn data(&mut self, way: Way, place: u64, new: &[u8]) -> io::Result<()> {
        let kept = self.spool.keep(new)?;
        self.data.entry(way).or_default().push((place, kept));
        Ok(())
    }

    /// The next of the handshake messages that were told.
    pub(super) fn handshake(&mut self, way: Way, new: &[u8]) -> io::Result<()> {
        let kept = self.spool.keep(new)?;
        let told = self.handshakes.entry(way).or_default();
        let place = told.last().map_or(0, |(place, kept)| place.saturating_add(u64::from(kept.len)));
        told.push((place, kept));
        Ok(())
    }

    /// The records as they are in the copy, each with its place in the stream around it.
    pub(super) fn finish(self, out: &mut Spool) -> io::Result<Inside> {
        let Self { rows, mut data, mut handshakes, spool } = self;
        let mut file = spool.finish()?;
        for list in data.values_mut().chain(handshakes.values_mut()) {
            list.sort_by_key(|(place, _)| *place);
        }
        let mut covered = Inside::new();
        for row in rows {
            let way = (row.place.flow, row.place.from.index());
            let record = &row.record;
            let inside = match record.content {
                DATA => content(data.get(&way), record.place, record.len, &mut file)?,
                HANDSHAKE => content(handshakes.get(&way), record.place, record.len, &mut file)?,
                _ => record.bytes.bytes().to_vec(),
            };
            if let Some(bytes) = record.cover.over(&inside)
                && bytes.len() == record.fragment.len()
            {
                let kept = out.keep(&bytes)?;
                covered.entry(way).or_default().push((row.offset, kept));
            }
        }
        Ok(covered)
    }
}

/// So many bytes of a stream inside; zeros where nobody knows what was said.
fn content(list: Option<&Vec<(u64, Kept)>>, place: u64, len: u64, file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
    let end = place.saturating_add(len);
    let list = list.map_or(&[][..], Vec::as_slice);
    let first = list.partition_point(|(at, kept)| at.saturating_add(u64::from(kept.len)) <= place);
    for (at, kept) in list.iter().skip(first).take_while(|(at, _)| *at < end) {
        let from = place.max(*at);
        let to = end.min(at.saturating_add(u64::from(kept.len)));
        let [start, stop] = [from, to].map(|n| usize::try_from(n.saturating_sub(place)).unwrap_or(usize::MAX));
        if let Some(into) = bytes.get_mut(start..stop) {
            spool::read(file, kept.at.saturating_add(from.saturating_sub(*at)), into)?;
        }
    }
    Ok(bytes)
}
