//! IP fragments into datagrams (RFC 791 §3.2, RFC 8200 §4.5), with etherparse's buffer for one datagram inside a pool of
//! our own: the crate's pool has no limits.

use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
use etherparse::defrag::IpDefragBuf;
use etherparse::{IpFragOffset, IpNumber};
use std::net::IpAddr;

/// Datagrams in assembly at a time.
const MAX_DATAGRAMS: usize = 1024;
/// How long a datagram may wait for its fragments.
const MAX_AGE: i64 = 30 * NANOS;

/// One fragment.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'p> {
    /// Identification field.
    pub id: u32,
    /// Offset of the payload in the datagram, in bytes.
    pub offset: u32,
    /// True if more follow.
    pub more: bool,
    /// Protocol of the datagram.
    pub protocol: u8,
    /// The part carried.
    pub payload: &'p [u8],
}

impl Fragment<'_> {
    /// A number that fragments of one datagram share.
    pub fn key(&self, source: IpAddr, destination: IpAddr) -> u64 {
        use std::hash::{Hash, Hasher};
        let mut hasher = rustc_hash::FxHasher::default();
        Key { source, destination, id: self.id, protocol: self.protocol }.hash(&mut hasher);
        hasher.finish()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    source: IpAddr,
    destination: IpAddr,
    id: u32,
    protocol: u8,
}

struct Open {
    buffer: IpDefragBuf,
    fragments: u32,
    since: Timestamp,
}

/// Datagrams waiting for fragments.
#[derive(Default)]
pub struct Defragmenter {
    open: HashMap<Key, Open>,
    dropped: u64,
}

impl Defragmenter {
    /// Datagrams given up for age or for the budget.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes a fragment; returns the datagram's payload and the number of its fragments if this one completes it.
    pub fn push(
        &mut self,
        source: IpAddr,
        destination: IpAddr,
        fragment: &Fragment<'_>,
        now: Timestamp,
    ) -> Option<(Vec<u8>, u32)> {
        let key = Key { source, destination, id: fragment.id, protocol: fragment.protocol };
        if !self.open.contains_key(&key) && self.open.len() >= MAX_DATAGRAMS {
            self.shed(now);
        }
        let open = self.open.entry(key).or_insert_with(|| Open {
            buffer: IpDefragBuf::new(IpNumber(fragment.protocol), Vec::new(), Vec::new()),
            fragments: 0,
            since: now,
        });
        if now.since(open.since) > MAX_AGE {
            self.dropped = self.dropped.saturating_add(1);
            *open = Open {
                buffer: IpDefragBuf::new(IpNumber(fragment.protocol), Vec::new(), Vec::new()),
                fragments: 0,
                since: now,
            };
        }
        let units = u16::try_from(fragment.offset / 8).ok()?;
        let offset = IpFragOffset::try_new(units).ok()?;
        // A fragment that contradicts the others (overlap beyond the end, odd length in the middle) is left out.
        open.buffer.add(offset, fragment.more, fragment.payload).ok()?;
        open.fragments = open.fragments.saturating_add(1);
        if !open.buffer.is_complete() {
            return None;
        }
        let done = self.open.remove(&key)?;
        Some((done.buffer.take_bufs().0, done.fragments))
    }

    /// Makes room: all that is too old goes, else the oldest.
    fn shed(&mut self, now: Timestamp) {
        let before = self.open.len();
        self.open.retain(|_, open| now.since(open.since) <= MAX_AGE);
        if self.open.len() >= MAX_DATAGRAMS
            && let Some(oldest) = self.open.iter().min_by_key(|(_, open)| open.since).map(|(key, _)| *key)
        {
            self.open.remove(&oldest);
        }
        self.dropped = self.dropped.saturating_add(before.saturating_sub(self.open.len()) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const A: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    fn part(id: u32, offset: u32, more: bool, payload: &[u8]) -> Fragment<'_> {
        Fragment { id, offset, more, protocol: 17, payload }
    }

    #[test]
    fn fragments_in_any_order_make_the_datagram() {
        let mut pool = Defragmenter::default();
        let t = Timestamp::default();
        assert_eq!(pool.push(A, A, &part(1, 8, false, b"90"), t), None);
        assert_eq!(pool.push(A, A, &part(2, 0, true, b"abcdefgh"), t), None);
        let (whole, fragments) = pool.push(A, A, &part(1, 0, true, b"12345678"), t).unwrap();
        assert_eq!((whole.as_slice(), fragments), (&b"1234567890"[..], 2));
    }

    #[test]
    fn the_pool_is_bounded_and_counts_what_it_drops() {
        let mut pool = Defragmenter::default();
        for id in 0..5000 {
            pool.push(A, A, &part(id, 0, true, b"12345678"), Timestamp(i64::from(id)));
        }
        assert!(pool.open.len() <= MAX_DATAGRAMS);
        assert_eq!(pool.dropped(), 5000 - MAX_DATAGRAMS as u64);
    }
}
