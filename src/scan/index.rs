//! What is kept of a capture so that any frame can be described again without reading what came before it.
//!
//! One compact row a frame, one a message, and for messages that span segments the pieces they are made of. Bytes stay
//! where they are: rows hold places in the [`crate::capture::Store`]. Streams nobody recognises leave no rows.
//!
//! It can be looked at while it grows: what belongs to a frame is added in one go. Where packets come for ever the oldest
//! frames go with everything that is only theirs; the others keep their numbers.

use super::Counts;
use super::pieces::Piece;
use super::rows::Rows;
use super::{FragmentRow, Part, Reading};
use crate::capture::Store;
use crate::fact::Direction;
use crate::protocol::{FlowView, Noticed, Protocol, TcpView, notice};
use crate::secrets::Secret;
use crate::stream::FlowId;
use crate::wire::Timestamp;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Frames whose comments are kept.
const MAX_COMMENTED: usize = 10_000;
/// Flows in a piece of the table.
const FLOWS: u32 = 64;
/// No frame, no flow.
pub(super) const NONE: u32 = u32::MAX;

/// Bits of [`PacketRow::bits`].
pub(super) mod bit {
    pub const TCP: u16 = 1;
    pub const TO_CLIENT: u16 = 2;
    /// The round trip of its handshake was known when it came.
    pub const ROUND_TRIP: u16 = 4;
    pub const RAW: u16 = 128;
    pub const DIFFERS: u16 = 256;
    pub const PART: u16 = 512;
    /// Of [`PART`], with the beginning of a message that shows itself at once.
    pub const BEGINS: u16 = 1024;
    /// Of [`PART`], with bytes that were seen before.
    pub const AGAIN: u16 = 2048;
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
    pub(super) previous: u32,
    /// Of a datagram `udp.stream`.
    pub(super) seq: u32,
    /// Of a datagram at an announced address the first frame of its stream; else 0.
    pub(super) ack: u32,
    /// Of such a one the frame before it, or 0.
    pub(super) window: u32,
    pub(super) noticed: Noticed,
    /// Index into [`Index::ways`].
    pub(super) way: u16,
    pub(super) bits: u16,
    pub(super) scale: i8,
    pub(super) progress: u8,
}

impl PacketRow {
    pub(super) const fn raw(&self) -> bool {
        self.bits & bit::RAW != 0
    }

    pub(super) fn part(&self) -> Option<Part> {
        let part = Part { begins: self.bits & bit::BEGINS != 0, again: self.bits & bit::AGAIN != 0 };
        (self.bits & bit::PART != 0).then_some(part)
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
    pub(super) numbered: bool,
    pub(super) link_type: u32,
    /// Its place among [`Index::interfaces`], once it is known.
    pub(super) name: Option<usize>,
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
    /// Offset in the frame's buffer; of a carried message, number of its first piece; of a decrypted one, its number among
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

/// An interface that packets came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterfaceSeen {
    /// `eth0`; empty if the capture does not say. Not yet made harmless for a terminal.
    pub name: String,
    /// In words what it is, likewise.
    pub description: String,
    /// Packets dropped before they were written, by the last statistics seen.
    pub dropped: Option<u64>,
    /// Packets that came to the capturer and were let go there, by the same.
    pub behind: Option<u64>,
}

/// Everything that comes with one frame.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) packet: Option<PacketRow>,
    pub(super) flow: Option<FlowView>,
    pub(super) messages: Vec<Pdu>,
    pub(super) pieces: Vec<Piece>,
    pub(super) fragments: Vec<FragmentRow>,
    pub(super) comments: Vec<String>,
    pub(super) decrypted: Vec<Secret>,
}

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) stores: Vec<Arc<Store>>,
    /// The row of frame 1 has the number 0.
    pub(super) packets: Rows<PacketRow>,
    pub(super) ways: Vec<Way>,
    pub(super) interfaces: Vec<InterfaceSeen>,
    flows: FxHashMap<u32, Flows>,
    /// Sorted by frame.
    messages: Rows<Pdu>,
    /// Those that were found when their connection was closed: they belong to an earlier frame.
    late: BTreeMap<u32, Vec<Pdu>>,
    pieces: Rows<Piece>,
    fragments: Rows<FragmentRow>,
    comments: BTreeMap<u32, Vec<String>>,
    /// What came out of TLS: kept in memory only, and wiped when it goes.
    decrypted: VecDeque<Secret>,
    decrypted_gone: u64,
    pub(super) decrypted_bytes: usize,
    /// Decrypted messages beyond the budget.
    pub(super) decrypted_dropped: u64,
    /// When the first frame of all was captured.
    pub(super) first: Timestamp,
    pub(super) counts: Counts,
    pub(super) reading: Reading,
    pub(super) notices: Vec<String>,
    pub(super) damaged: bool,
}

/// A piece of the table of flows.
#[derive(Debug)]
struct Flows {
    rows: Vec<Option<FlowRow>>,
    /// How many there are.
    kept: u32,
}

impl Index {
    /// Adds what came with a frame.
    pub(super) fn add(&mut self, batch: &mut Batch) {
        if let Some(mut packet) = batch.packet.take() {
            if self.packets.end() == 0 {
                self.first = packet.time;
            }
            let frame = u32::try_from(self.packets.end().saturating_add(1)).unwrap_or(u32::MAX);
            if let Some(view) = batch.flow.take() {
                let row = self.flow_row(packet.flow, view);
                packet.previous = std::mem::replace(&mut row.last, frame);
                row.initial_rtt = view.tcp.map_or(0, |tcp| tcp.initial_rtt);
            }
            if !batch.comments.is_empty() && self.comments.len() < MAX_COMMENTED {
                self.comments.insert(frame, std::mem::take(&mut batch.comments));
            }
            self.packets.push(packet);
        }
        batch.pieces.drain(..).for_each(|piece| self.pieces.push(piece));
        batch.fragments.drain(..).for_each(|row| self.fragments.push(row));
        for secret in batch.decrypted.drain(..) {
            self.decrypted_bytes = self.decrypted_bytes.saturating_add(secret.bytes().len());
            self.decrypted.push_back(secret);
        }
        let first = self.first_frame();
        for message in batch.messages.drain(..) {
            if self.messages.last().is_none_or(|last| last.frame <= message.frame) {
                self.messages.push(message);
            } else if message.frame >= first {
                self.late.entry(message.frame).or_default().push(message);
            } else {
                self.release(&message, false);
            }
        }
    }

    fn flow_row(&mut self, id: FlowId, view: FlowView) -> &mut FlowRow {
        let chunk = self.flows.entry(id / FLOWS).or_insert_with(|| Flows { rows: Vec::new(), kept: 0 });
        let at = (id % FLOWS) as usize;
        if chunk.rows.len() <= at {
            chunk.rows.resize_with(at.saturating_add(1), || None);
        }
        let Flows { rows, kept } = chunk;
        // The vector was made long enough just now.
        let row = &mut rows[at];
        row.get_or_insert_with(|| {
            *kept = kept.saturating_add(1);
            FlowRow { view, last: 0, initial_rtt: 0 }
        })
    }

    pub(super) fn flow_of(&self, id: FlowId) -> Option<&FlowRow> {
        self.flows.get(&(id / FLOWS))?.rows.get((id % FLOWS) as usize)?.as_ref()
    }

    /// All flows of which a frame is kept, in the order they began.
    pub(super) fn flows(&self) -> Vec<(FlowId, &FlowRow)> {
        let mut all: Vec<_> = self
            .flows
            .iter()
            .flat_map(|(chunk, flows)| {
                let first = chunk.saturating_mul(FLOWS);
                let rows = (0..).zip(&flows.rows);
                rows.filter_map(move |(at, row)| Some((first.saturating_add(at), row.as_ref()?)))
            })
            .collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// Lets the oldest frame go, with everything that is only its own.
    pub(super) fn let_go(&mut self) {
        let Some(packet) = self.packets.first().copied() else { return };
        let frame = self.first_frame();
        self.packets.let_go();
        if let Some(chunk) = self.flows.get_mut(&(packet.flow / FLOWS))
            && let Some(slot) = chunk.rows.get_mut((packet.flow % FLOWS) as usize)
            && slot.as_ref().is_some_and(|row| row.last == frame)
        {
            *slot = None;
            chunk.kept = chunk.kept.saturating_sub(1);
            if chunk.kept == 0 {
                self.flows.remove(&(packet.flow / FLOWS));
            }
        }
        while let Some(message) = self.messages.first().copied().filter(|message| message.frame <= frame) {
            self.messages.let_go();
            self.release(&message, true);
        }
        while let Some(entry) = self.late.first_entry().filter(|entry| *entry.key() <= frame) {
            for message in entry.remove() {
                self.release(&message, false);
            }
        }
        while self.fragments.first().is_some_and(|row| row.frame <= u64::from(frame)) {
            self.fragments.let_go();
        }
        while let Some(entry) = self.comments.first_entry().filter(|entry| *entry.key() <= frame) {
            entry.remove();
        }
    }

    /// Lets go what a message is made of. Pieces lie in the order in which messages were found: what was found before a
    /// message `in_order` has gone too.
    fn release(&mut self, message: &Pdu, in_order: bool) {
        if message.decrypted {
            let at = number(message.at, self.decrypted_gone);
            while self.decrypted_gone <= at && (in_order || self.decrypted_gone == at) {
                let Some(secret) = self.decrypted.pop_front() else { break };
                self.decrypted_gone = self.decrypted_gone.saturating_add(1);
                self.decrypted_bytes = self.decrypted_bytes.saturating_sub(secret.bytes().len());
            }
        } else if message.pieces > 0 {
            let at = number(message.at, self.pieces.begin());
            let end = at.saturating_add(message.pieces.into());
            while self.pieces.len() > 0 && self.pieces.begin() < end && (in_order || self.pieces.begin() >= at) {
                self.pieces.let_go();
            }
        }
    }

    /// Rows of all kinds that are kept.
    pub(super) fn weight(&self) -> usize {
        let flows = self.flows.len().saturating_mul(FLOWS as usize);
        let messages = self.messages.len().saturating_add(self.late.len());
        let pieces = self.pieces.len().saturating_add(self.fragments.len());
        let texts = self.comments.len().saturating_add(self.decrypted.len());
        [flows, messages, pieces, texts].into_iter().fold(self.packets.len(), usize::saturating_add)
    }

    /// The oldest frame that is kept; one more than the newest if there is none.
    pub(super) fn first_frame(&self) -> u32 {
        u32::try_from(self.packets.begin().saturating_add(1)).unwrap_or(u32::MAX)
    }

    /// The newest frame; 0 if there is none.
    pub(super) fn last_frame(&self) -> u32 {
        u32::try_from(self.packets.end()).unwrap_or(u32::MAX)
    }

    /// The number of the next piece.
    pub(super) const fn next_piece(&self) -> u64 {
        self.pieces.end()
    }

    /// The number of the next message that is decrypted.
    pub(super) fn next_decrypted(&self) -> u64 {
        self.decrypted_gone.saturating_add(self.decrypted.len() as u64)
    }

    pub(super) fn packet(&self, frame: u32) -> Option<&PacketRow> {
        self.packets.get(u64::from(frame.checked_sub(1)?))
    }

    /// When a frame was captured.
    pub(super) fn time(&self, frame: u32) -> Option<Timestamp> {
        self.packet(frame).map(|row| row.time)
    }

    /// The messages that end in a frame, in the order they were found.
    pub(super) fn messages(&self, frame: u32) -> Vec<Pdu> {
        let from = self.messages.partition_point(|m| m.frame < frame);
        let mine = (from..).map_while(|at| self.messages.get(at)).take_while(|m| m.frame == frame);
        mine.chain(self.late.get(&frame).into_iter().flatten()).copied().collect()
    }

    /// All messages, in no order.
    pub(super) fn all_messages(&self) -> impl Iterator<Item = &Pdu> {
        self.messages.iter().chain(self.late.values().flatten())
    }

    pub(super) fn pieces(&self, message: &Pdu) -> impl Iterator<Item = &Piece> {
        let from = number(message.at, self.pieces.begin());
        self.pieces.range(from, from.saturating_add(message.pieces.into()))
    }

    /// The bytes of a message that came out of TLS.
    pub(super) fn decrypted(&self, message: &Pdu) -> &[u8] {
        let at = number(message.at, self.decrypted_gone).checked_sub(self.decrypted_gone);
        let kept = at.and_then(|at| self.decrypted.get(usize::try_from(at).ok()?));
        kept.map_or(&[], |kept| kept.bytes())
    }

    pub(super) fn comments(&self, frame: u32) -> &[String] {
        self.comments.get(&frame).map_or(&[], Vec::as_slice)
    }

    /// What was known of the frame's conversation when it came.
    pub(super) fn flow(&self, row: &PacketRow) -> Option<FlowView> {
        let flow = self.flow_of(row.flow)?;
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
        let time = |frame: u32| self.packet(frame).map(|p| p.time);
        let view = FlowView { previous: time(row.previous), tcp, ..flow.view };
        Some(match tcp {
            Some(_) => view,
            None if row.ack == 0 => FlowView { stream: row.seq, ..view },
            None => FlowView {
                stream: row.seq,
                first: time(row.ack).unwrap_or(view.first),
                previous: time(row.window),
                ..view
            },
        })
    }

    /// The frames with the fragments of the datagram that `frame` completes, itself the last; none if it completes none.
    pub(super) fn fragments(&self, frame: u32) -> Vec<u32> {
        /// Fragments of 8 bytes in the longest datagram, twice.
        const MOST: usize = 16_384;
        let number = u64::from(frame);
        let end = self.fragments.partition_point(|f| f.frame <= number);
        let mut rows = self.fragments.range(0, end).rev();
        let Some(last) = rows.next().filter(|f| f.frame == number && f.completes) else { return Vec::new() };
        let mut frames = vec![frame];
        let mine = rows.filter(|f| f.key == last.key).take_while(|f| !f.completes).take(MOST);
        frames.extend(mine.filter_map(|f| u32::try_from(f.frame).ok()));
        frames.reverse();
        frames
    }
}

/// The whole number of which only the lower half is kept: the first one that is not below `from`.
fn number(low: u32, from: u64) -> u64 {
    let [_, _, _, _, a, b, c, d] = from.to_be_bytes();
    from.saturating_add(low.wrapping_sub(u32::from_be_bytes([a, b, c, d])).into())
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
