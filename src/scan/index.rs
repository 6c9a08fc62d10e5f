//! What is kept of a capture so that any frame can be described again without reading what came before it.
//!
//! One compact row a frame, one a message, and for messages that span segments the pieces they are made of. Bytes stay
//! where they are: rows hold places in the [`crate::capture::Store`]. Streams nobody recognises leave no rows.

use super::pieces::{Piece, Pieces};
use super::{FragmentRow, FrameRow, Lens, MessageRow, PieceRow};
use crate::capture::Record;
use crate::fact::{Direction, Fact, FactRow, Place};
use crate::field::Sink;
use crate::protocol::{FlowView, Noticed, Protocol, TcpView, notice};
use crate::secrets::Secret;
use crate::stream::FlowId;
use crate::wire::{Span, Timestamp};
use rustc_hash::FxHashMap;

/// Frames whose comments are kept.
const MAX_COMMENTED: usize = 10_000;
/// Bytes of decrypted messages that are kept.
const MAX_DECRYPTED: usize = 64 << 20;
/// No frame, no flow.
const NONE: u32 = u32::MAX;

/// Bits of [`PacketRow::bits`].
mod bit {
    pub const TCP: u16 = 1;
    pub const TO_CLIENT: u16 = 2;
    /// The round trip of its handshake was known when it came.
    pub const ROUND_TRIP: u16 = 4;
    pub const RAW: u16 = 128;
    pub const DIFFERS: u16 = 256;
    pub const PART: u16 = 512;
}

/// A frame: 80 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct PacketRow {
    pub(super) time: Timestamp,
    /// Place in the store.
    pub(super) at: u64,
    pub(super) len: u32,
    pub(super) wire_len: u32,
    pub(super) flow: FlowId,
    /// The frame before it in its flow; 0 if it is the first.
    previous: u32,
    seq: u32,
    ack: u32,
    window: u32,
    noticed: Noticed,
    /// Index into [`Index::ways`].
    pub(super) way: u16,
    bits: u16,
    scale: i8,
    progress: u8,
}

impl PacketRow {
    pub(super) const fn raw(&self) -> bool {
        self.bits & bit::RAW != 0
    }

    pub(super) const fn part(&self) -> bool {
        self.bits & bit::PART != 0
    }

    pub(super) const fn differs(&self) -> bool {
        self.bits & bit::DIFFERS != 0
    }

    pub(super) const fn from(&self) -> Direction {
        if self.bits & bit::TO_CLIENT == 0 { Direction::ToServer } else { Direction::ToClient }
    }
}

/// How a frame came in: which file, which interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) file: usize,
    pub(super) interface: u32,
    pub(super) link_type: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct FlowRow {
    pub(super) view: FlowView,
    last: u32,
    /// Of its handshake, in nanoseconds; 0 if it was not seen.
    initial_rtt: i64,
}

/// A message: 48 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pdu {
    pub(super) protocol: &'static Protocol,
    pub(super) note: u64,
    pub(super) frame: u32,
    /// Offset in the frame's buffer; of a carried message, index of its first piece; of a decrypted one, its place in
    /// [`Index::decrypted`].
    pub(super) at: u32,
    pub(super) len: u32,
    /// How many pieces it has; 0 if it lies in its frame.
    pub(super) pieces: u32,
    /// Its partner's frame, or 0.
    pub(super) exchange: u32,
    pub(super) from: Direction,
    pub(super) carried: bool,
    pub(super) late: bool,
    /// It came out of TLS.
    pub(super) decrypted: bool,
}

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) packets: Vec<PacketRow>,
    pub(super) ways: Vec<Way>,
    pub(super) flows: Vec<FlowRow>,
    /// Sorted by frame.
    pub(super) messages: Vec<Pdu>,
    pieces: Vec<Piece>,
    fragments: Vec<FragmentRow>,
    comments: FxHashMap<u32, Vec<String>>,
    /// What came out of TLS: kept in memory only, and wiped when it goes.
    pub(super) decrypted: Vec<Secret>,
    decrypted_bytes: usize,
    /// Decrypted messages beyond the budget.
    pub(super) decrypted_dropped: u64,
}

impl Index {
    /// What is known so far, without what was decrypted.
    pub(super) fn snapshot(&self) -> Self {
        let mut messages: Vec<Pdu> = self.messages.iter().filter(|m| !m.decrypted).copied().collect();
        messages.sort_by_key(|m| m.frame);
        Self {
            packets: self.packets.clone(),
            ways: self.ways.clone(),
            flows: self.flows.clone(),
            messages,
            pieces: self.pieces.clone(),
            fragments: self.fragments.clone(),
            comments: self.comments.clone(),
            ..Self::default()
        }
    }

    pub(super) fn packet(&self, frame: u32) -> Option<&PacketRow> {
        self.packets.get(usize::try_from(frame.checked_sub(1)?).ok()?)
    }

    /// The messages that end in a frame, in the order they were found.
    pub(super) fn messages(&self, frame: u32) -> &[Pdu] {
        let from = self.messages.partition_point(|m| m.frame < frame);
        let to = self.messages.partition_point(|m| m.frame <= frame);
        self.messages.get(from..to).unwrap_or(&[])
    }

    pub(super) fn pieces(&self, message: &Pdu) -> &[Piece] {
        let from = message.at as usize;
        self.pieces.get(from..from.saturating_add(message.pieces as usize)).unwrap_or(&[])
    }

    pub(super) fn comments(&self, frame: u32) -> &[String] {
        self.comments.get(&frame).map_or(&[], Vec::as_slice)
    }

    /// What was known of the frame's conversation when it came.
    pub(super) fn flow(&self, row: &PacketRow) -> Option<FlowView> {
        let flow = self.flows.get(row.flow as usize)?;
        let has = |bit| row.bits & bit != 0;
        let since = |frame: u32| self.packet(frame).map_or(0, |earlier| row.time.since(earlier.time));
        let tcp = has(bit::TCP).then(|| TcpView {
            seq: row.seq,
            ack: row.ack,
            window: row.window,
            scale: row.scale,
            noticed: row.noticed,
            ack_rtt: since(row.noticed.acked),
            initial_rtt: if has(bit::ROUND_TRIP) { flow.initial_rtt } else { 0 },
            progress: row.progress,
            rto: if row.noticed.has(notice::RETRANSMISSION) { since(row.noticed.related) } else { 0 },
        });
        Some(FlowView { previous: self.packet(row.previous).map(|p| p.time), tcp, ..flow.view })
    }

    /// The frames with the fragments of the datagram that `frame` completes, itself the last; none if it completes none.
    pub(super) fn fragments(&self, frame: u32) -> Vec<u32> {
        /// Fragments of 8 bytes in the longest datagram, twice.
        const MOST: usize = 16_384;
        let number = u64::from(frame);
        let end = self.fragments.partition_point(|f| f.frame <= number);
        let rows = self.fragments.get(..end).unwrap_or(&[]);
        let Some(last) = rows.last().filter(|f| f.frame == number && f.completes) else { return Vec::new() };
        let before = rows.get(..end.saturating_sub(1)).unwrap_or(&[]).iter().rev();
        let mut frames = vec![frame];
        let mine = before.filter(|f| f.key == last.key).take_while(|f| !f.completes).take(MOST);
        frames.extend(mine.filter_map(|f| u32::try_from(f.frame).ok()));
        frames.reverse();
        frames
    }
}

/// The lens that fills an index, and hands facts on.
pub(super) struct Indexer<'t> {
    pub(super) index: Index,
    facts: &'t mut dyn FnMut(FactRow),
    place: Option<Place>,
    pieces: Pieces,
}

impl<'t> Indexer<'t> {
    pub(super) fn new(facts: &'t mut dyn FnMut(FactRow)) -> Self {
        Self { index: Index::default(), facts, place: None, pieces: Pieces::default() }
    }

    /// Adds the row of the frame that is scanned next.
    pub(super) fn begin(&mut self, record: &Record<'_>, file: usize, at: u64) {
        let way = Way { file, interface: record.interface, link_type: record.link_type };
        let ways = &mut self.index.ways;
        let known = ways.iter().rposition(|w| *w == way);
        let way = known.unwrap_or_else(|| {
            ways.push(way);
            ways.len().saturating_sub(1)
        });
        self.index.packets.push(PacketRow {
            time: record.time,
            at,
            len: u32::try_from(record.data.len()).unwrap_or(u32::MAX),
            wire_len: record.wire_len,
            flow: NONE,
            previous: 0,
            seq: 0,
            ack: 0,
            window: 0,
            noticed: Noticed::default(),
            way: u16::try_from(way).unwrap_or(u16::MAX),
            bits: 0,
            scale: 0,
            progress: 0,
        });
        if !record.comments.is_empty() && self.index.comments.len() < MAX_COMMENTED {
            let frame = u32::try_from(self.index.packets.len()).unwrap_or(u32::MAX);
            self.index.comments.insert(frame, record.comments.to_vec());
        }
    }

    /// The index, complete.
    pub(super) fn finish(self) -> Index {
        let mut index = self.index;
        // A message that was found when its connection was closed belongs to an earlier frame.
        index.messages.sort_by_key(|m| m.frame);
        index
    }
}

impl Sink for Indexer<'_> {
    fn wants_fields(&self) -> bool {
        false
    }

    fn fact(&mut self, fact: Fact, _: Span) {
        if let Some(place) = self.place {
            (self.facts)(FactRow { place, fact });
        }
    }
}

impl Lens for Indexer<'_> {
    fn shows(&self) -> bool {
        false
    }

    fn sink(&mut self, place: &Place) -> &mut dyn Sink {
        self.place = Some(*place);
        self
    }

    fn indexes(&self) -> bool {
        true
    }

    fn piece(&mut self, row: &PieceRow) {
        self.pieces.add(row);
    }

    fn message(&mut self, row: &MessageRow) {
        let Ok(frame) = u32::try_from(row.place.frame) else { return };
        let mut message = Pdu {
            protocol: row.protocol,
            note: row.note,
            frame,
            at: u32::try_from(row.offset).unwrap_or(u32::MAX),
            len: row.len,
            pieces: 0,
            exchange: row.exchange.and_then(|e| u32::try_from(e.frame).ok()).unwrap_or(0),
            from: row.place.from,
            carried: row.carried,
            late: row.late,
            decrypted: false,
        };
        if row.place.tcp {
            let pieces = self.pieces.take(row);
            if row.carried {
                message.at = u32::try_from(self.index.pieces.len()).unwrap_or(u32::MAX);
                message.pieces = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
                self.index.pieces.extend(pieces);
            } else {
                message.at = pieces.first().map_or(0, |p| p.at);
            }
        }
        self.index.messages.push(message);
    }

    fn decrypted(&mut self, row: &MessageRow, bytes: &[u8]) {
        let Ok(frame) = u32::try_from(row.place.frame) else { return };
        let index = &mut self.index;
        let used = index.decrypted_bytes.saturating_add(bytes.len());
        if used > MAX_DECRYPTED {
            index.decrypted_dropped = index.decrypted_dropped.saturating_add(1);
            return;
        }
        index.decrypted_bytes = used;
        index.messages.push(Pdu {
            protocol: row.protocol,
            note: row.note,
            frame,
            at: u32::try_from(index.decrypted.len()).unwrap_or(u32::MAX),
            len: row.len,
            pieces: 0,
            exchange: row.exchange.and_then(|e| u32::try_from(e.frame).ok()).unwrap_or(0),
            from: row.place.from,
            carried: true,
            late: row.late,
            decrypted: true,
        });
        index.decrypted.push(Secret::new(bytes.to_vec()));
    }

    fn fragment(&mut self, row: &FragmentRow) {
        self.index.fragments.push(*row);
    }

    fn frame(&mut self, row: &FrameRow) {
        let frame = u32::try_from(self.index.packets.len()).unwrap_or(u32::MAX);
        let Some(packet) = self.index.packets.last_mut() else { return };
        let Some((flow, from, view)) = row.flow else { return };
        let at = flow as usize;
        // Ids are counted up, one at a time.
        if at >= self.index.flows.len() {
            self.index.flows.push(FlowRow { view, last: 0, initial_rtt: 0 });
        }
        if let Some(flow) = self.index.flows.get_mut(at) {
            packet.previous = std::mem::replace(&mut flow.last, frame);
            flow.initial_rtt = view.tcp.map_or(0, |tcp| tcp.initial_rtt);
        }
        packet.flow = flow;
        let mut set = |bit: u16, on: bool| packet.bits |= if on { bit } else { 0 };
        set(bit::TO_CLIENT, from == Direction::ToClient);
        set(bit::RAW, row.raw);
        set(bit::DIFFERS, row.differs);
        set(bit::PART, row.part);
        if let Some(tcp) = view.tcp {
            set(bit::TCP, true);
            set(bit::ROUND_TRIP, tcp.initial_rtt != 0);
            (packet.noticed, packet.progress) = (tcp.noticed, tcp.progress);
            (packet.seq, packet.ack, packet.window, packet.scale) = (tcp.seq, tcp.ack, tcp.window, tcp.scale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_small() {
        assert!(size_of::<PacketRow>() <= 80, "{}", size_of::<PacketRow>());
        assert!(size_of::<Pdu>() <= 48, "{}", size_of::<Pdu>());
    }
}
