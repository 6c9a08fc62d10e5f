//! Pieces of streams that no message has used so far, and the ones that make up a message.

use super::{MessageRow, PieceRow};
use crate::fact::Direction;
use crate::stream::FlowId;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Bytes behind the newest of a stream that a message found later may still begin at.
const REACH: u64 = 2 << 20;

/// Bytes of a message in a frame's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The frame.
    pub frame: u32,
    /// Where in the frame's data, or in the datagram it completes.
    pub at: u32,
    /// How many.
    pub len: u32,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    offset: u64,
    piece: Piece,
}

impl Pending {
    const fn end(&self) -> u64 {
        self.offset.saturating_add(self.piece.len as u64)
    }
}

/// Pieces of each direction.
#[derive(Debug, Default)]
pub struct Pieces(FxHashMap<(FlowId, usize), VecDeque<Pending>>);

impl Pieces {
    /// One more piece.
    pub fn add(&mut self, row: &PieceRow) {
        let Ok(frame) = u32::try_from(row.origin.frame) else { return };
        let pending = self.0.entry((row.flow, row.from.index())).or_default();
        while pending.front().is_some_and(|p| p.end().saturating_add(REACH) < row.offset) {
            pending.pop_front();
        }
        pending.push_back(Pending { offset: row.offset, piece: Piece { frame, at: row.origin.at, len: row.len } });
    }

    /// The pieces that make up a message; those before are of no more use.
    pub fn take(&mut self, row: &MessageRow) -> Vec<Piece> {
        let Some(pending) = self.0.get_mut(&(row.place.flow, row.place.from.index())) else {
            return Vec::new();
        };
        let end = row.offset.saturating_add(u64::from(row.len));
        let mut pieces = Vec::new();
        while let Some(front) = pending.front().copied() {
            if front.offset >= end {
                break;
            }
            let from = row.offset.max(front.offset);
            let to = end.min(front.end());
            if let (Some(cut), Some(len)) = (from.checked_sub(front.offset), to.checked_sub(from)) {
                let [cut, len] = [cut, len].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
                let at = front.piece.at.saturating_add(cut);
                if len > 0 {
                    pieces.push(Piece { at, len, ..front.piece });
                }
            }
            if front.end() > end {
                break;
            }
            pending.pop_front();
        }
        pieces
    }

    /// Frames before this one are not kept any more.
    pub fn forget_before(&mut self, frame: u32) {
        self.0.retain(|_, pending| pending.back().is_some_and(|newest| newest.piece.frame >= frame));
    }

    /// The place in the stream of a byte of a frame's buffer, as long as it is among what waits.
    pub fn offset(&self, flow: FlowId, from: Direction, frame: u32, at: u32) -> Option<u64> {
        let pending = self.0.get(&(flow, from.index()))?;
        let held = pending.iter().rev().find(|p| p.piece.frame == frame && p.piece.at <= at)?;
        Some(held.offset.saturating_add(u64::from(at.saturating_sub(held.piece.at))))
    }
}
