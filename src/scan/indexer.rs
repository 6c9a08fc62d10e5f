//! The lens that fills an index, frame by frame, and hands facts on.

use super::index::{Batch, Index, NONE, PacketRow, Pdu, Way, bit};
use super::pieces::Pieces;
use super::{FragmentRow, FrameRow, Lens, MessageRow, PieceRow};
use crate::capture::Record;
use crate::fact::{Direction, Fact, FactRow, Place};
use crate::field::Sink;
use crate::protocol::Noticed;
use crate::secrets::Secret;
use crate::wire::Span;

/// Bytes of decrypted messages that are kept.
const MAX_DECRYPTED: usize = 64 << 20;

/// The lens.
#[derive(Default)]
pub(super) struct Indexer {
    /// What came with the frame at hand.
    batch: Batch,
    /// Its facts.
    pub(super) facts: Vec<FactRow>,
    ways: Vec<Way>,
    place: Option<Place>,
    pieces: Pieces,
    /// The number of the next piece.
    next_piece: u64,
    next_decrypted: u64,
    /// Bytes of decrypted messages in the index, and in the batch.
    decrypted_bytes: usize,
    decrypted_dropped: u64,
}

impl Indexer {
    /// Adds the row of the frame that is scanned next.
    pub(super) fn begin(&mut self, record: &Record<'_>, file: usize, at: u64) {
        let Record { interface, numbered, link_type, .. } = *record;
        let way = Way { file, interface, numbered, link_type, name: None };
        let known = self.ways.iter().rposition(|w| *w == way);
        let way = known.unwrap_or_else(|| {
            self.ways.push(way);
            self.ways.len().saturating_sub(1)
        });
        self.batch.packet = Some(PacketRow {
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
        self.batch.comments.clear();
        self.batch.comments.extend_from_slice(record.comments);
    }

    /// Adds to the index what came since the last time; true if there was a new way for frames to come in.
    pub(super) fn commit(&mut self, index: &mut Index) -> bool {
        index.add(&mut self.batch);
        index.decrypted_dropped = self.decrypted_dropped;
        (self.next_piece, self.next_decrypted) = (index.next_piece(), index.next_decrypted());
        self.decrypted_bytes = index.decrypted_bytes;
        let new = self.ways.get(index.ways.len()..).unwrap_or(&[]);
        index.ways.extend_from_slice(new);
        !new.is_empty()
    }

    /// Frames before this one are not kept any more: what waits in them will not become a message.
    pub(super) fn forget_before(&mut self, frame: u32) {
        self.pieces.forget_before(frame);
    }
}

impl Sink for Indexer {
    fn wants_fields(&self) -> bool {
        false
    }

    fn fact(&mut self, fact: Fact, _: Span) {
        if let Some(place) = self.place {
            self.facts.push(FactRow { place, fact });
        }
    }
}

/// The half of a number that is kept; the other half follows from where it stands.
fn low(number: u64) -> u32 {
    let [_, _, _, _, a, b, c, d] = number.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

impl Lens for Indexer {
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

    fn hasty(&self) -> bool {
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
        if row.place.tcp && !row.early {
            let pieces = self.pieces.take(row);
            if row.carried {
                message.at = low(self.next_piece);
                message.pieces = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
                self.next_piece = self.next_piece.saturating_add(message.pieces.into());
                self.batch.pieces.extend(pieces);
            } else {
                message.at = pieces.first().map_or(0, |p| p.at);
            }
        }
        self.batch.messages.push(message);
    }

    fn decrypted(&mut self, row: &MessageRow, bytes: &[u8]) {
        let Ok(frame) = u32::try_from(row.place.frame) else { return };
        let used = self.decrypted_bytes.saturating_add(bytes.len());
        if used > MAX_DECRYPTED {
            self.decrypted_dropped = self.decrypted_dropped.saturating_add(1);
            return;
        }
        self.decrypted_bytes = used;
        self.batch.messages.push(Pdu {
            protocol: row.protocol,
            note: row.note,
            frame,
            at: low(self.next_decrypted),
            len: row.len,
            pieces: 0,
            exchange: row.exchange.and_then(|e| u32::try_from(e.frame).ok()).unwrap_or(0),
            from: row.place.from,
            carried: true,
            late: row.late,
            decrypted: true,
        });
        self.next_decrypted = self.next_decrypted.saturating_add(1);
        self.batch.decrypted.push(Secret::new(bytes.to_vec()));
    }

    fn fragment(&mut self, row: &FragmentRow) {
        self.batch.fragments.push(*row);
    }

    fn frame(&mut self, row: &FrameRow) {
        let Some(packet) = &mut self.batch.packet else { return };
        let Some((flow, from, view)) = row.flow else {
            packet.ack = row.answers.and_then(|asked| u32::try_from(asked.frame).ok()).unwrap_or(0);
            return;
        };
        self.batch.flow = Some(view);
        packet.flow = flow;
        let mut set = |bit: u16, on: bool| packet.bits |= if on { bit } else { 0 };
        set(bit::TO_CLIENT, from == Direction::ToClient);
        set(bit::RAW, row.raw);
        set(bit::DIFFERS, row.differs);
        set(bit::PART, row.part.is_some());
        set(bit::BEGINS, row.part.is_some_and(|part| part.begins));
        set(bit::AGAIN, row.part.is_some_and(|part| part.again));
        if let Some(tcp) = view.tcp {
            set(bit::TCP, true);
            set(bit::ROUND_TRIP, tcp.initial_rtt != 0);
            (packet.noticed, packet.progress) = (tcp.noticed, tcp.progress);
            (packet.seq, packet.ack, packet.window, packet.scale) = (tcp.seq, tcp.ack, tcp.window, tcp.scale);
        } else {
            let [first, before] = view.frames.unwrap_or_default().map(|frame| u32::try_from(frame).unwrap_or(0));
            (packet.seq, packet.ack, packet.window) = (view.stream, first, before);
        }
    }
}
