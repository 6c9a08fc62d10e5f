//! What a message's bytes do not say: frame, flow, partner, keys. All of it comes from the first pass, none from look-ups.

use crate::secrets::kerberos::Keyring;
use crate::wire::Timestamp;
use std::net::SocketAddr;

/// Everything around a message.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'c> {
    /// The frame in which the message ends.
    pub frame: FrameView<'c>,
    /// The conversation it belongs to.
    pub flow: Option<&'c FlowView>,
    /// The IP datagram that this frame completes.
    pub datagram: Option<Reassembled<'c>>,
    /// The request that a response answers, where already seen; for a request the same one sent shortly before.
    pub exchange: Option<Exchange>,
    /// Set if the message spans several TCP segments: its length in bytes.
    pub reassembled: Option<usize>,
    /// What Kerberos messages are opened with, if anything was given. It grows while the capture is read: a message
    /// that is opened gives away the keys of those that follow.
    pub keyring: Option<&'c Keyring>,
}

impl Context<'_> {
    /// The same without flow: for headers that are quoted, as ICMP does.
    pub const fn quoted(&self) -> Self {
        Self { flow: None, datagram: None, exchange: None, reassembled: None, ..*self }
    }
}

/// The frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameView<'c> {
    /// Counted from 1.
    pub number: u64,
    /// When it was captured.
    pub time: Timestamp,
    /// When the first frame was captured.
    pub first: Timestamp,
    /// When the frame before was captured.
    pub previous: Option<Timestamp>,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub captured: u32,
    /// Link type of its interface (`LINKTYPE_` number).
    pub link_type: u32,
    /// The interface, counted from 0 in its section.
    pub interface: u32,
    /// Comments of the capture file on this frame.
    pub comments: &'c [String],
}

/// The conversation, as known when the frame arrived.
#[derive(Clone, Copy, Debug)]
pub struct FlowView {
    /// `tcp.stream` or `udp.stream`, counted from 0 for each transport.
    pub stream: u32,
    /// The side that opened it.
    pub client: SocketAddr,
    /// The other side.
    pub server: SocketAddr,
    /// Time of its first frame.
    pub first: Timestamp,
    /// Time of its previous frame.
    pub previous: Option<Timestamp>,
    /// TCP only.
    pub tcp: Option<TcpView>,
}

/// TCP state that belongs to one segment.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpView {
    /// Sequence number counted from the first of this direction.
    pub seq: u32,
    /// Acknowledgment number counted from the first of the other direction.
    pub ack: u32,
    /// Window in bytes after scaling, where the scale factor is known; else as sent.
    pub window: u32,
    /// Shift count: -1 unknown (no SYN seen), -2 no scaling used.
    pub scale: i8,
    /// A segment like it was seen before.
    pub retransmission: bool,
    /// It fills a hole behind what was seen.
    pub out_of_order: bool,
    /// Bytes before it were not captured.
    pub lost_before: bool,
    /// One byte or none just before the next expected: keep-alive.
    pub keep_alive: bool,
    /// Bytes of this segment differ from what was seen at the same place.
    pub overlap_differs: bool,
}

/// A datagram put together from fragments.
#[derive(Clone, Copy, Debug)]
pub struct Reassembled<'c> {
    /// The payload behind the IP header.
    pub bytes: &'c [u8],
    /// Offset in the frame of the IP header (of this, the last fragment) it belongs to.
    pub header: u32,
    /// How many fragments it came in.
    pub fragments: u32,
}

/// The partner of a message.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    /// Its frame.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
}
