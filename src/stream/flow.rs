//! The flow table: which conversation a packet belongs to, and which way it goes.
//!
//! Keyed by transport and both endpoints, not by VLAN or interface: a packet captured twice (a hairpin between VLANs, a
//! capture on every interface) is one sign-in seen twice, and the copy must look like a retransmission.

use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
use crate::wire::{Timestamp, grow};
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, SocketAddr};

/// A conversation, counted from 0 over TCP and UDP together; never reused.
pub type FlowId = u32;

/// TCP or UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TCP
    Tcp,
    /// UDP
    Udp,
}

/// Endpoints of a packet as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Who sent it.
    pub source: SocketAddr,
    /// Who shall get it.
    pub destination: SocketAddr,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    low: (IpAddr, u16),
    high: (IpAddr, u16),
    transport: Transport,
}

impl Hash for Key {
    /// Two words for IPv4 rather than one for each part: this is done for every packet.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ports = u64::from(self.low.1) << 16 | u64::from(self.high.1);
        state.write_u64(ports << 1 | u64::from(self.transport == Transport::Tcp));
        match (self.low.0, self.high.0) {
            (IpAddr::V4(low), IpAddr::V4(high)) => {
                state.write_u64(u64::from(low.to_bits()) << 32 | u64::from(high.to_bits()));
            }
            ends => ends.hash(state),
        }
    }
}

const NONE: u32 = u32::MAX;

/// Nanoseconds by which the lists of flows may be behind: moving a flow in its list means two others' memory as well.
const COARSE: u64 = NANOS.unsigned_abs();

struct Slot<T> {
    key: Key,
    id: FlowId,
    stream: u32,
    /// The side that opened the conversation is `key.low`.
    client_is_low: bool,
    first: Timestamp,
    last: Timestamp,
    /// The packet that put it where it stands in its list.
    moved: Timestamp,
    newer: u32,
    older: u32,
    state: T,
}

/// All flows that are open.
pub struct FlowTable<T> {
    map: HashMap<Key, u32>,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    /// Two lists of all flows: those of [`Key::list`] 0, and 1. Their order is true to [`COARSE`].
    used: [Used; 2],
    limit: usize,
    next_id: FlowId,
    /// TCP connections seen.
    connections: u32,
    evicted: u64,
}

/// The ends of a list of flows in the order of their last packets.
#[derive(Clone, Copy)]
struct Used {
    newest: u32,
    oldest: u32,
}

/// A packet's flow.
pub struct Sighting<'t, T> {
    /// Its id.
    pub id: FlowId,
    /// `tcp.stream`. Conversations of datagrams are counted by whoever knows what was announced.
    pub stream: u32,
    /// True if the packet goes to the side that accepted the conversation.
    pub to_server: bool,
    /// The side that opened it.
    pub client: SocketAddr,
    /// The other side.
    pub server: SocketAddr,
    /// Time of its first packet.
    pub first: Timestamp,
    /// Time of its packet before this one.
    pub previous: Option<Timestamp>,
    /// What the user of the table keeps for it.
    pub state: &'t mut T,
}

/// How a packet opens a flow, if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The sender opens it (SYN).
    Sender,
    /// The receiver opened it (SYN with ACK).
    Receiver,
    /// Unknown: in the middle of things.
    Unknown,
}

impl<T: Default> FlowTable<T> {
    /// A table that holds `limit` flows; beyond, the least recently used is closed, to the second.
    pub fn new(limit: usize) -> Self {
        Self {
            map: HashMap::default(),
            slots: Vec::new(),
            free: Vec::new(),
            used: [Used { newest: NONE, oldest: NONE }; 2],
            limit: limit.max(1),
            next_id: 0,
            connections: 0,
            evicted: 0,
        }
    }

    /// Flows closed because the table was full.
    pub const fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Flows seen so far.
    pub const fn seen(&self) -> u32 {
        self.next_id
    }

    /// True if the flow of `ends` is open.
    pub fn peek(&self, ends: Ends, transport: Transport) -> Option<&T> {
        let (key, _) = key_of(ends, transport);
        self.map.get(&key).and_then(|slot| self.slots.get(*slot as usize)).map(|slot| &slot.state)
    }

    /// The flow of a packet; a new one if it has none. A flow closed to make room is handed to `closed` first.
    pub fn sight(
        &mut self,
        ends: Ends,
        transport: Transport,
        start: Start,
        now: Timestamp,
        closed: &mut dyn FnMut(Closed<T>),
    ) -> Sighting<'_, T> {
        let (key, from_low) = key_of(ends, transport);
        let at = match self.map.get(&key) {
            Some(at) => *at,
            None => self.insert(key, from_low, transport, start, now, closed),
        };
        let fresh = self.slots[at as usize].last == Timestamp(i64::MIN);
        self.touch(at, now);
        let slot = &mut self.slots[at as usize];
        let previous = (!fresh).then_some(slot.last);
        slot.last = now;
        let (client, server) = slot.ends();
        Sighting {
            id: slot.id,
            stream: slot.stream,
            to_server: from_low == slot.client_is_low,
            client,
            server,
            first: slot.first,
            previous,
            state: &mut slot.state,
        }
    }

    /// Closes the flow of `ends`: the next packet opens a new one.
    pub fn close(&mut self, ends: Ends, transport: Transport) -> Option<Closed<T>> {
        let (key, _) = key_of(ends, transport);
        let at = *self.map.get(&key)?;
        Some(self.remove(at))
    }

    /// Closes every flow, the one silent for longest first.
    pub fn close_all(&mut self, closed: &mut dyn FnMut(Closed<T>)) {
        let mut open: Vec<u32> = self.map.values().copied().collect();
        open.sort_unstable_by_key(|at| (self.slots[*at as usize].last, self.slots[*at as usize].id));
        for at in open {
            closed(self.remove(at));
        }
    }

    /// Closes what was silent since `before` and would be opened again the same way round: only its numbers are lost.
    pub fn let_go(&mut self, before: Timestamp, closed: &mut dyn FnMut(Closed<T>)) {
        while self.slots.get(self.used[1].oldest as usize).is_some_and(|slot| slot.last < before) {
            closed(self.remove(self.used[1].oldest));
        }
    }

    /// The least recently used of all.
    fn oldest(&self) -> Option<u32> {
        let oldest = self.used.iter().map(|used| used.oldest).filter(|at| *at != NONE);
        oldest.min_by_key(|at| self.slots[*at as usize].last)
    }

    fn insert(
        &mut self,
        key: Key,
        from_low: bool,
        transport: Transport,
        start: Start,
        now: Timestamp,
        closed: &mut dyn FnMut(Closed<T>),
    ) -> u32 {
        if self.map.len() >= self.limit
            && let Some(oldest) = self.oldest()
        {
            self.evicted = self.evicted.saturating_add(1);
            closed(self.remove(oldest));
        }
        let client_is_low = match start {
            Start::Sender => from_low,
            Start::Receiver => !from_low,
            Start::Unknown => guess_client_is_low(&key, from_low),
        };
        let slot = Slot {
            key,
            id: self.next_id,
            stream: self.connections,
            client_is_low,
            first: now,
            last: Timestamp(i64::MIN),
            moved: now,
            newer: NONE,
            older: NONE,
            state: T::default(),
        };
        self.connections = self.connections.wrapping_add(u32::from(transport == Transport::Tcp));
        self.next_id = self.next_id.wrapping_add(1);
        let at = if let Some(at) = self.free.pop() {
            self.slots[at as usize] = slot;
            at
        } else {
            grow::push(&mut self.slots, slot);
            u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
        };
        self.map.insert(key, at);
        self.link_newest(at);
        at
    }

    fn remove(&mut self, at: u32) -> Closed<T> {
        self.unlink(at);
        let slot = &mut self.slots[at as usize];
        self.map.remove(&slot.key);
        self.free.push(at);
        let (client, server) = slot.ends();
        Closed { id: slot.id, client, server, last: slot.last, state: std::mem::take(&mut slot.state) }
    }

    fn touch(&mut self, at: u32, now: Timestamp) {
        let slot = &mut self.slots[at as usize];
        if now.0.abs_diff(slot.moved.0) >= COARSE {
            slot.moved = now;
            self.unlink(at);
            self.link_newest(at);
        }
    }

    fn unlink(&mut self, at: u32) {
        let Slot { key, newer, older, .. } = &self.slots[at as usize];
        let (list, newer, older) = (key.list(), *newer, *older);
        match newer {
            NONE => self.used[list].newest = older,
            n => self.slots[n as usize].older = older,
        }
        match older {
            NONE => self.used[list].oldest = newer,
            o => self.slots[o as usize].newer = newer,
        }
    }

    fn link_newest(&mut self, at: u32) {
        let slot = &mut self.slots[at as usize];
        let used = &mut self.used[slot.key.list()];
        let before = std::mem::replace(&mut used.newest, at);
        (slot.newer, slot.older) = (NONE, before);
        if before == NONE {
            used.oldest = at;
        } else {
            self.slots[before as usize].newer = at;
        }
    }
}

impl Key {
    /// Which list of [`FlowTable::used`] it is in: 1 if nothing but the ports of its datagrams says who opened it.
    fn list(&self) -> usize {
        let alike = guess_client_is_low(self, true) == guess_client_is_low(self, false);
        usize::from(self.transport == Transport::Udp && alike)
    }
}

/// A flow that was closed.
pub struct Closed<T> {
    /// Its id.
    pub id: FlowId,
    /// The side that opened it.
    pub client: SocketAddr,
    /// The other side.
    pub server: SocketAddr,
    /// Time of its last packet.
    pub last: Timestamp,
    /// What was kept for it.
    pub state: T,
}

impl<T> Slot<T> {
    fn ends(&self) -> (SocketAddr, SocketAddr) {
        let (low, high) = (SocketAddr::from(self.key.low), SocketAddr::from(self.key.high));
        if self.client_is_low { (low, high) } else { (high, low) }
    }
}

/// The same key for both directions, and whether the sender is its lower end. Which end is lower is nobody's business as
/// long as both directions agree.
fn key_of(ends: Ends, transport: Transport) -> (Key, bool) {
    let source = (ends.source.ip(), ends.source.port());
    let destination = (ends.destination.ip(), ends.destination.port());
    let from_low = match (source.0, destination.0) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits(), source.1) <= (b.to_bits(), destination.1),
        _ => source <= destination,
    };
    let (low, high) = if from_low { (source, destination) } else { (destination, source) };
    (Key { low, high, transport }, from_low)
}

/// Without a SYN: a port below 1024, else the clearly smaller one, is the server's; else the sender is the client.
fn guess_client_is_low(key: &Key, from_low: bool) -> bool {
    let (low, high) = (key.low.1, key.high.1);
    match (low < 1024, high < 1024) {
        (true, false) => false,
        (false, true) => true,
        _ if low < 32_768 && high >= 32_768 => false,
        _ if high < 32_768 && low >= 32_768 => true,
        _ => from_low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(source: (u8, u16), destination: (u8, u16)) -> Ends {
        let at = |(host, port): (u8, u16)| SocketAddr::from(([192, 0, 2, host], port));
        Ends { source: at(source), destination: at(destination) }
    }

    #[test]
    fn both_directions_are_one_flow() {
        let mut table = FlowTable::<u8>::new(8);
        let there = table.sight(ends((1, 50_000), (2, 5060)), Transport::Tcp, Start::Sender, Timestamp(1), &mut |_| {});
        assert!(there.to_server && there.previous.is_none());
        let back =
            table.sight(ends((2, 5060), (1, 50_000)), Transport::Tcp, Start::Receiver, Timestamp(5), &mut |_| {});
        assert!(!back.to_server);
        assert_eq!((back.id, back.server.port(), back.previous), (0, 5060, Some(Timestamp(1))));
    }

    #[test]
    fn a_response_seen_first_still_knows_its_server() {
        let mut table = FlowTable::<u8>::new(8);
        let seen = table.sight(ends((2, 53), (1, 50_000)), Transport::Udp, Start::Unknown, Timestamp(1), &mut |_| {});
        assert!(!seen.to_server);
        let seen = table.sight(ends((2, 5061), (1, 50_000)), Transport::Tcp, Start::Unknown, Timestamp(1), &mut |_| {});
        assert!(!seen.to_server);
    }

    #[test]
    fn a_full_table_closes_the_least_recently_used() {
        let mut table = FlowTable::<u8>::new(2);
        let mut gone = Vec::new();
        for (second, port) in (0..).zip([1, 2, 1, 3]) {
            let now = Timestamp(second * NANOS);
            let seen =
                table.sight(ends((1, port), (2, 9)), Transport::Udp, Start::Sender, now, &mut |c| gone.push(c.id));
            *seen.state = 7;
        }
        assert_eq!(gone, [1], "flow 0 was used again before flow 2 came");
        assert_eq!((table.evicted(), table.seen()), (1, 3));
        table.close_all(&mut |c| gone.push(c.id));
        assert_eq!(gone, [1, 0, 2]);
    }

    #[test]
    fn silent_datagrams_are_let_go_if_they_come_back_the_same_way_round() {
        let mut table = FlowTable::<u8>::new(9);
        let see = |table: &mut FlowTable<u8>, from, to, transport, now| {
            table.sight(ends(from, to), transport, Start::Unknown, Timestamp(now), &mut |_| {}).to_server
        };
        assert!(see(&mut table, (1, 50_000), (2, 53), Transport::Udp, 1));
        // Between equal ports only the first packet says who asked, and TCP has its own end.
        assert!(see(&mut table, (1, 5060), (2, 5060), Transport::Udp, 2));
        assert!(see(&mut table, (1, 50_000), (2, 53), Transport::Tcp, 3));
        assert!(see(&mut table, (1, 50_001), (2, 53), Transport::Udp, 4));
        let mut gone = Vec::new();
        table.let_go(Timestamp(4), &mut |c| gone.push(c.id));
        assert_eq!(gone, [0]);
        assert!(!see(&mut table, (2, 53), (1, 50_000), Transport::Udp, 5), "an answer is still one");
        table.close_all(&mut |c| gone.push(c.id));
        assert_eq!(gone, [0, 1, 2, 3, 4]);
        assert_eq!(table.evicted(), 0);
    }
}
