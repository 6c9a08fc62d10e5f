//! A lens over another sink that knows which earlier frames a frame needs: without the segments in which a message began,
//! and the other fragments of a datagram, nobody can read it.

use super::{FragmentRow, FrameRow, Lens, MessageRow, PieceRow, Pieces};
use crate::fact::Place;
use crate::field::Sink;
use crate::stream::FlowId;
use rustc_hash::FxHashMap;

/// Datagrams of which fragments are remembered, and fragments of one.
const MAX_FRAGMENTS: usize = 4096;

/// Hands on what is described, and keeps what the frame needs.
#[derive(Debug, Default)]
pub struct Needs<S> {
    /// What fields go to.
    pub sink: S,
    /// True if fields are wanted.
    pub shows: bool,
    pieces: Pieces,
    fragments: FxHashMap<u64, Vec<u32>>,
    frames: Vec<u32>,
    flow: Option<FlowId>,
}

impl<S: Sink> Needs<S> {
    /// Over this sink.
    pub fn new(sink: S, shows: bool) -> Self {
        Self { sink, shows, pieces: Pieces::default(), fragments: FxHashMap::default(), frames: Vec::new(), flow: None }
    }

    /// Forgets the frame before.
    pub fn clear(&mut self) {
        self.frames.clear();
        self.flow = None;
    }

    /// The earlier frames that the frame at hand needs.
    pub fn frames(&self) -> &[u32] {
        &self.frames
    }

    /// The conversation of the frame at hand.
    pub const fn flow(&self) -> Option<FlowId> {
        self.flow
    }
}

impl<S: Sink> Lens for Needs<S> {
    fn shows(&self) -> bool {
        self.shows
    }

    fn hasty(&self) -> bool {
        true
    }

    fn sink(&mut self, _: &Place) -> &mut dyn Sink {
        &mut self.sink
    }

    fn indexes(&self) -> bool {
        true
    }

    fn piece(&mut self, row: &PieceRow) {
        self.pieces.add(row);
    }

    fn message(&mut self, row: &MessageRow) {
        if row.place.tcp && !row.early {
            self.frames.extend(self.pieces.take(row).iter().map(|piece| piece.frame));
        }
    }

    fn fragment(&mut self, row: &FragmentRow) {
        let Ok(frame) = u32::try_from(row.frame) else { return };
        if self.fragments.len() >= MAX_FRAGMENTS && !self.fragments.contains_key(&row.key) {
            self.fragments.clear();
        }
        let frames = self.fragments.entry(row.key).or_default();
        if frames.len() < MAX_FRAGMENTS {
            frames.push(frame);
        }
        if row.completes {
            self.frames.extend(self.fragments.remove(&row.key).unwrap_or_default());
        }
    }

    fn frame(&mut self, row: &FrameRow) {
        self.flow = row.flow.map(|(flow, ..)| flow);
    }
}
