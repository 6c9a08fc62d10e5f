//! Who looks at a scan, and how closely.

use super::{Glance, Later};
use crate::fact::{Direction, Place};
use crate::field::Sink;
use crate::protocol::{Exchange, FlowView, Protocol, TlsRecord};
use crate::stream::{FlowId, Origin};

/// Bytes of a stream and where they were captured.
#[derive(Clone, Copy, Debug)]
pub struct PieceRow {
    /// The flow.
    pub flow: FlowId,
    /// Which way they went.
    pub from: Direction,
    /// Place of the first byte in the stream.
    pub offset: u64,
    /// Where it was captured.
    pub origin: Origin,
    /// How many.
    pub len: u32,
}

/// A message that was found.
#[derive(Clone, Copy, Debug)]
pub struct MessageRow {
    /// Its protocol.
    pub protocol: &'static Protocol,
    /// Where it ended.
    pub place: Place,
    /// What its conversation noted.
    pub note: u64,
    /// Place of its first byte in the stream of its direction; in a datagram, the offset in the frame's data.
    pub offset: u64,
    /// Its length in bytes.
    pub len: u32,
    /// Its partner's frame and time.
    pub exchange: Option<crate::protocol::Exchange>,
    /// True if its bytes are not the frame's own, but were put together from pieces of the stream.
    pub carried: bool,
    /// True if it was told when its connection was closed, and not by its frame.
    pub late: bool,
    /// True if `offset` is one in the frame's data all the same: a segment behind a hole has no place in its stream yet.
    pub early: bool,
}

/// A record that was opened; told behind its message, and only to who scans with keys that are to be made anew.
#[derive(Clone, Debug)]
pub struct TlsRow {
    /// Where it ended.
    pub place: Place,
    /// Place in the stream of what follows its header.
    pub offset: u64,
    /// What is known of it.
    pub record: TlsRecord,
}

/// A segment of a message that ends elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The message begins in it, and is of a protocol that shows itself at once.
    pub begins: bool,
    /// All its bytes were seen before.
    pub again: bool,
}

/// What a frame turned out to be; told after its messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameRow {
    /// Counted from 1.
    pub frame: u64,
    /// Its conversation, if it has one, and what was known of it when the frame came.
    pub flow: Option<(FlowId, Direction, FlowView)>,
    /// The frame that it answers, where it has no conversation.
    pub answers: Option<Exchange>,
    /// Its payload is shown as it is: nobody knows what it says.
    pub raw: bool,
    /// Its payload is part of a message that ends elsewhere.
    pub part: Option<Part>,
    /// Bytes of it were seen before, and differ.
    pub differs: bool,
}

impl FrameRow {
    /// A frame of a conversation.
    pub const fn of(place: &Place, flow: &FlowView) -> Self {
        Self {
            frame: place.frame,
            flow: Some((place.flow, place.from, *flow)),
            answers: None,
            raw: false,
            part: None,
            differs: false,
        }
    }
}

/// A fragment of a datagram.
#[derive(Clone, Copy, Debug)]
pub struct FragmentRow {
    /// Its frame.
    pub frame: u64,
    /// What fragments of one datagram share; others may, rarely.
    pub key: u64,
    /// True if the datagram is whole with it.
    pub completes: bool,
}

/// Bytes of a stream in order, or of a datagram, on their way to a conversation.
#[derive(Clone, Copy, Debug)]
pub struct StreamRow<'b> {
    /// Where they ended.
    pub place: Place,
    /// `tcp.stream` or `udp.stream`; unknown when a connection is closed.
    pub number: Option<u32>,
    /// The bytes.
    pub bytes: &'b [u8],
    /// So many bytes are missing instead.
    pub gap: u64,
}

/// Looks at a scan while it runs.
pub trait Lens {
    /// True if fields are wanted: headers are then described too.
    fn shows(&self) -> bool;

    /// The sink for what is described next.
    fn sink(&mut self, place: &Place) -> &mut dyn Sink;

    /// A frame comes: what its headers say at first sight. What the lens says of itself below is about this frame.
    fn glance(&mut self, glance: &Glance<'_>) {
        let _ = glance;
    }

    /// False if messages of this protocol that end in this frame are found, but not described.
    fn describes(&self, protocol: &'static Protocol) -> bool {
        let _ = protocol;
        true
    }

    /// True if what the packet list says of this frame is wanted only once it is known that a filter lets it pass.
    fn postpones(&self) -> bool {
        false
    }

    /// The description waits.
    fn postpone(&mut self, later: Later) {
        let _ = later;
    }

    /// The frame is whole: what waited and is wanted after all, in its order.
    fn postponed(&mut self) -> Vec<Later> {
        Vec::new()
    }

    /// False if nothing of such a message is wanted before.
    fn wants_now(&self, protocol: &'static Protocol) -> bool {
        let _ = protocol;
        true
    }

    /// The same of headers.
    fn wants_headers_now(&self) -> bool {
        true
    }

    /// False if of such a message only its layers and what the packet list says are wanted.
    fn values(&self, protocol: &'static Protocol) -> bool {
        let _ = protocol;
        true
    }

    /// The same of headers.
    fn header_values(&self) -> bool {
        true
    }

    /// False if nothing that headers say is wanted where they are plain.
    fn headers(&self) -> bool {
        true
    }

    /// False if no message is wanted of any frame: streams are not followed.
    fn streams(&self) -> bool {
        true
    }

    /// False if nothing of conversations is wanted: packets are not told apart by them. Then no message is wanted either.
    fn conversations(&self) -> bool {
        true
    }

    /// False if what numbers of segments say is wanted of no frame.
    fn analyses(&self) -> bool {
        self.looks()
    }

    /// True if it looks at headers, of this frame or of others.
    fn looks(&self) -> bool {
        self.shows() || self.indexes()
    }

    /// True if the rows below are wanted.
    fn indexes(&self) -> bool {
        false
    }

    /// Bytes of a recognised stream.
    fn piece(&mut self, row: &PieceRow) {
        let _ = row;
    }

    /// Bytes of any stream, in order, and what was decrypted of it.
    fn stream(&mut self, row: &StreamRow<'_>) {
        let _ = row;
    }

    /// A fragment; its frame follows.
    fn fragment(&mut self, row: &FragmentRow) {
        let _ = row;
    }

    /// A frame, after its messages.
    fn frame(&mut self, row: &FrameRow) {
        let _ = row;
    }

    /// True if bytes behind a hole are wanted when they come, before it is known what they belong to. They are told once
    /// more as part of what they turn out to be: for the eye, frame by frame, and for nothing that follows conversations.
    fn hasty(&self) -> bool {
        false
    }

    /// A message; its description follows.
    fn message(&mut self, row: &MessageRow) {
        let _ = row;
    }

    /// A record that was opened.
    fn tls_record(&mut self, row: &TlsRow) {
        let _ = row;
    }

    /// A message that came out of TLS, with its bytes: nowhere in the capture can they be found again.
    fn decrypted(&mut self, row: &MessageRow, bytes: &[u8]) {
        let _ = (row, bytes);
    }
}
