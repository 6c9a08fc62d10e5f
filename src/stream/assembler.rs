//! One direction of a TCP connection put in order.
//!
//! Bytes that arrive in order are handed on without being copied. What comes early waits, under a budget; a hole is given
//! up when the other side has acknowledged beyond it (the capture missed it) or when the budget is reached.
//!
//! Invariants: `next` is the sequence number of the first byte not delivered; every waiting piece ends behind `next`; the
//! pieces are sorted by sequence number; `waiting <= BUDGET`.

use crate::network::{Segment, flags};
use std::collections::VecDeque;

/// How far behind the bytes a reset may stand and still show that some are missing.
const MAX_GUESS: i64 = 64 << 10;
/// Bytes kept waiting for a hole to be filled, for one direction.
const BUDGET: usize = 256 << 10;
/// Pieces kept waiting: tiny ones would cost more than their bytes.
const MAX_PIECES: usize = 1024;
/// Bytes behind us kept to tell whether a repeated segment differs.
const TAIL: usize = 512;

/// Where delivered bytes were captured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Frame, counted from 1.
    pub frame: u64,
    /// Offset of the first byte in the frame's data, or in the datagram that the frame completes.
    pub at: u32,
}

/// What an assembler hands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// The next bytes in order.
    Bytes(&'a [u8], Origin),
    /// So many bytes are missing here.
    Gap(u64),
    /// The direction ended.
    End,
}

/// What a segment turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Its data was seen before.
    pub retransmission: bool,
    /// It fills a hole, or lies behind one.
    pub out_of_order: bool,
    /// Bytes before it are missing so far.
    pub lost_before: bool,
    /// A keep-alive.
    pub keep_alive: bool,
    /// Its bytes differ from what was seen at the same place.
    pub differs: bool,
}

#[derive(Debug)]
struct Piece {
    seq: u32,
    bytes: Vec<u8>,
    /// Bytes behind `bytes` that the capture cut off.
    missing: u32,
    origin: Origin,
}

/// Puts one direction in order.
#[derive(Debug, Default)]
pub struct Assembler {
    started: bool,
    ended: bool,
    next: u32,
    fin: Option<u32>,
    /// Where the first reset stands.
    reset: Option<u32>,
    /// Early segments, in order of their sequence numbers.
    pieces: VecDeque<Piece>,
    /// The furthest end of an early segment since there is any.
    reach: u32,
    waiting: usize,
    tail: Vec<u8>,
    /// Keep the last bytes to compare repeated segments with them.
    pub remember: bool,
    given_up: u64,
    /// Acknowledged by the other side, once it has acknowledged anything.
    acked: Option<u32>,
}

/// Distance from `a` to `b` on the circle of sequence numbers; negative if `b` lies before `a`.
const fn distance(a: u32, b: u32) -> i64 {
    b.wrapping_sub(a).cast_signed() as i64
}

impl Assembler {
    /// The sequence number expected next, once a segment was seen.
    pub const fn next(&self) -> Option<u32> {
        if self.started { Some(self.next) } else { None }
    }

    /// True once the end was delivered.
    pub const fn ended(&self) -> bool {
        self.ended
    }

    /// Bytes given up as missing so far.
    pub const fn given_up(&self) -> u64 {
        self.given_up
    }

    /// Bytes that were sent and are not in the capture: given up, or behind all that came, as far as what the other side
    /// acknowledged, a FIN or a reset says.
    pub fn missing(&self) -> u64 {
        if !self.started {
            return self.given_up;
        }
        // A FIN counts as a byte, and a reset may be a guess of somebody on the way.
        let acked = self.acked.map(|acked| self.fin.filter(|fin| distance(*fin, acked) > 0).unwrap_or(acked));
        let reset = self.reset.filter(|at| distance(self.next, *at) <= MAX_GUESS);
        let behind = [self.fin, acked, reset].into_iter().flatten().map(|to| distance(self.next, to)).max();
        self.given_up.saturating_add(u64::try_from(behind.unwrap_or(0)).unwrap_or(0))
    }

    /// True if the other side acknowledged everything that came.
    pub fn is_acknowledged(&self) -> bool {
        self.acked.is_some_and(|acked| distance(self.next, acked) >= 0)
    }

    /// Takes a segment of this direction, and delivers what is now in order.
    pub fn push(&mut self, segment: &Segment<'_>, origin: Origin, deliver: &mut dyn FnMut(Delivery<'_>)) -> Arrival {
        let mut arrival = Arrival::default();
        let syn = segment.has(flags::SYN);
        let seq = if syn { segment.seq.wrapping_add(1) } else { segment.seq };
        if !self.started {
            self.started = true;
            self.next = seq;
        }
        if segment.has(flags::RST) {
            self.reset.get_or_insert(seq);
        }
        if segment.has(flags::FIN) {
            self.fin = Some(seq.wrapping_add(segment.sent()));
        }
        let ahead = distance(self.next, seq);
        let sent = i64::from(segment.sent());
        if sent > 0 {
            let behind = ahead.saturating_add(sent);
            if ahead == -1 && sent == 1 {
                arrival.keep_alive = true;
            } else if behind <= 0 {
                arrival.retransmission = true;
                arrival.differs = self.differs_from_tail(seq, segment.payload);
            } else if ahead > 0 {
                arrival.out_of_order = true;
                arrival.lost_before = true;
                (arrival.differs, arrival.retransmission) = self.wait(seq, segment, origin);
            } else {
                arrival.out_of_order = !self.pieces.is_empty();
                let known = usize::try_from(ahead.saturating_neg()).unwrap_or(0);
                if known > 0 {
                    arrival.differs =
                        self.differs_from_tail(seq, segment.payload.get(..known).unwrap_or(segment.payload));
                }
                self.accept(segment.payload, known, segment.missing, origin, deliver);
            }
        } else if ahead == -1 && segment.flags & (flags::SYN | flags::FIN | flags::RST) == 0 {
            arrival.keep_alive = true;
        }
        self.drain(deliver);
        self.give_up_acknowledged(deliver);
        while self.waiting > BUDGET || self.pieces.len() > MAX_PIECES {
            self.give_up_hole(deliver);
        }
        self.end_if_reached(deliver);
        if segment.has(flags::RST) && !self.ended {
            while !self.pieces.is_empty() {
                self.give_up_hole(deliver);
            }
            self.ended = true;
            deliver(Delivery::End);
        }
        arrival
    }

    /// The other side acknowledged up to `ack`: holes before it will not be filled any more.
    pub fn acknowledged(&mut self, ack: u32, deliver: &mut dyn FnMut(Delivery<'_>)) {
        if self.acked.is_none_or(|before| distance(before, ack) > 0) {
            self.acked = Some(ack);
            self.give_up_acknowledged(deliver);
        }
        self.end_if_reached(deliver);
    }

    /// Gives up the holes before pieces whose beginning is acknowledged: what the receiver has and the capture has not.
    fn give_up_acknowledged(&mut self, deliver: &mut dyn FnMut(Delivery<'_>)) {
        let Some(acked) = self.acked else { return };
        while self.pieces.front().is_some_and(|first| distance(first.seq, acked) >= 0) {
            self.give_up_hole(deliver);
        }
    }

    /// No more will come: delivers what waits, holes as gaps, and the end.
    pub fn finish(&mut self, deliver: &mut dyn FnMut(Delivery<'_>)) {
        while !self.pieces.is_empty() {
            self.give_up_hole(deliver);
        }
        if self.started && !self.ended {
            self.ended = true;
            deliver(Delivery::End);
        }
    }

    fn end_if_reached(&mut self, deliver: &mut dyn FnMut(Delivery<'_>)) {
        if !self.ended && self.fin.is_some_and(|fin| distance(fin, self.next) >= 0) {
            self.ended = true;
            deliver(Delivery::End);
        }
    }

    /// Delivers a segment whose first `known` bytes were delivered already.
    fn accept(
        &mut self,
        bytes: &[u8],
        known: usize,
        missing: u32,
        origin: Origin,
        deliver: &mut dyn FnMut(Delivery<'_>),
    ) {
        let cut = known.min(bytes.len());
        let fresh = bytes.get(cut..).unwrap_or(&[]);
        // What was cut off by the capture may in part have been known too.
        let missing = u64::from(missing).saturating_sub(known.saturating_sub(cut) as u64);
        if !fresh.is_empty() {
            self.note_tail(fresh);
            self.next = self.next.wrapping_add(u32::try_from(fresh.len()).unwrap_or(0));
            let at = origin.at.saturating_add(u32::try_from(cut).unwrap_or(0));
            deliver(Delivery::Bytes(fresh, Origin { at, ..origin }));
        }
        if missing > 0 {
            self.lose(missing, deliver);
        }
    }

    fn lose(&mut self, bytes: u64, deliver: &mut dyn FnMut(Delivery<'_>)) {
        self.given_up = self.given_up.saturating_add(bytes);
        self.next = self.next.wrapping_add(u32::try_from(bytes).unwrap_or(u32::MAX));
        self.tail.clear();
        deliver(Delivery::Gap(bytes));
    }

    /// Keeps an early segment. Whether its bytes contradict a piece that waits already, and whether one has them all.
    fn wait(&mut self, seq: u32, segment: &Segment<'_>, origin: Origin) -> (bool, bool) {
        let end = seq.wrapping_add(segment.sent());
        let mut differs = false;
        let mut place = self.pieces.len();
        // Behind a hole segments mostly come in order, each after all that wait: nothing to compare it with.
        if self.pieces.is_empty() {
            self.reach = end;
        } else if distance(self.reach, seq) < 0 {
            place = self.pieces.partition_point(|p| distance(p.seq, seq) >= 0);
            for piece in &self.pieces {
                let offset = distance(piece.seq, seq);
                differs |= overlap_differs(&piece.bytes, segment.payload, offset);
                let covered = offset >= 0
                    && offset.saturating_add(i64::from(segment.sent()))
                        <= i64::try_from(piece.bytes.len()).unwrap_or(i64::MAX);
                if covered {
                    return (differs, true);
                }
            }
        }
        if distance(self.reach, end) > 0 {
            self.reach = end;
        }
        self.waiting = self.waiting.saturating_add(segment.payload.len());
        let piece = Piece { seq, bytes: segment.payload.to_vec(), missing: segment.missing, origin };
        self.pieces.insert(place, piece);
        (differs, false)
    }

    /// Delivers pieces that are in order now.
    fn drain(&mut self, deliver: &mut dyn FnMut(Delivery<'_>)) {
        while let Some(first) = self.pieces.front() {
            let ahead = distance(self.next, first.seq);
            if ahead > 0 {
                return;
            }
            let Some(piece) = self.pieces.pop_front() else { return };
            self.waiting = self.waiting.saturating_sub(piece.bytes.len());
            let sent = i64::try_from(piece.bytes.len()).unwrap_or(i64::MAX).saturating_add(i64::from(piece.missing));
            if ahead.saturating_add(sent) > 0 {
                let known = usize::try_from(ahead.saturating_neg()).unwrap_or(0);
                self.accept(&piece.bytes, known, piece.missing, piece.origin, deliver);
            }
        }
    }

    /// Turns the hole before the first piece into a gap.
    fn give_up_hole(&mut self, deliver: &mut dyn FnMut(Delivery<'_>)) {
        let Some(first) = self.pieces.front() else { return };
        let hole = distance(self.next, first.seq);
        if let Ok(hole @ 1..) = u64::try_from(hole) {
            self.lose(hole, deliver);
        }
        self.drain(deliver);
    }

    fn note_tail(&mut self, fresh: &[u8]) {
        if !self.remember {
            return;
        }
        if fresh.len() >= TAIL {
            self.tail.clear();
        } else {
            let over = self.tail.len().saturating_add(fresh.len()).saturating_sub(TAIL);
            self.tail.drain(..over.min(self.tail.len()));
        }
        self.tail.extend_from_slice(fresh.get(fresh.len().saturating_sub(TAIL)..).unwrap_or(fresh));
    }

    /// True if `bytes` at `seq` contradict what was delivered there, as far as that is still known.
    fn differs_from_tail(&self, seq: u32, bytes: &[u8]) -> bool {
        let start = self.next.wrapping_sub(u32::try_from(self.tail.len()).unwrap_or(0));
        overlap_differs(&self.tail, bytes, distance(start, seq))
    }
}

/// True if `b`, lying `offset` behind the start of `a`, differs from `a` where both have bytes.
fn overlap_differs(a: &[u8], b: &[u8], offset: i64) -> bool {
    let (a, b) = match usize::try_from(offset) {
        Ok(forward) => (a.get(forward..).unwrap_or(&[]), b),
        Err(_) => (a, b.get(usize::try_from(offset.saturating_neg()).unwrap_or(usize::MAX)..).unwrap_or(&[])),
    };
    let common = a.len().min(b.len());
    a.get(..common) != b.get(..common)
}

#[cfg(test)]
mod tests;
