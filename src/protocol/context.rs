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

impl Context<'static> {
    /// Nothing is known: for a part whose meaning depends on nothing around it.
    pub const NONE: Self = Self {
        frame: FrameView {
            number: 0,
            time: Timestamp(0),
            first: Timestamp(0),
            previous: None,
            wire_len: 0,
            captured: 0,
            link_type: 0,
            interface: None,
            interface_name: "",
            interface_description: "",
            comments: &[],
        },
        flow: None,
        datagram: None,
        exchange: None,
        reassembled: None,
        keyring: None,
    };
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
    /// The interface, counted from 0, if the capture says it of each frame.
    pub interface: Option<u32>,
    /// Its name, and in words what it is; empty if the capture does not say.
    pub interface_name: &'c str,
    /// See above.
    pub interface_description: &'c str,
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
    /// The frames of `first` and `previous`, where the conversation is an announced address (see `scan/media.rs`).
    pub frames: Option<[u64; 2]>,
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
    /// What the numbers of the connection say about this segment.
    pub noticed: Noticed,
    /// From the segment that this one acknowledges to here, in nanoseconds; with [`Noticed::acked`].
    pub ack_rtt: i64,
    /// The handshake's round trip in nanoseconds; 0 as long as it was not seen.
    pub initial_rtt: i64,
    /// From the segment that this one repeats to here, in nanoseconds; with [`notice::RETRANSMISSION`].
    pub rto: i64,
    /// What was seen of the connection before this segment: 1 SYN, 2 its answer, 4 the third step, 8 data, 16 FIN, 32 RST.
    pub progress: u8,
}

/// What Wireshark's sequence analysis says about a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Bits of [`notice`].
    pub bits: u16,
    /// The how manieth duplicate acknowledgment in a row it is.
    pub duplicate: u32,
    /// The frame it duplicates, or repeats; 0 if it does neither.
    pub related: u32,
    /// The frame that it acknowledges; 0 if none does.
    pub acked: u32,
    /// Bytes sent and not acknowledged, with this segment; 0 if not known.
    pub in_flight: u32,
    /// Bytes sent since the last PSH; 0 if not known.
    pub since_push: u32,
}

impl Noticed {
    /// True if one of `bits` is set.
    pub const fn has(&self, bits: u16) -> bool {
        self.bits & bits != 0
    }
}

/// Bits of [`Noticed::bits`].
pub mod notice {
    /// Repeated.
    pub const RETRANSMISSION: u16 = 1;
    /// Repeated because of duplicate acknowledgments.
    pub const FAST_RETRANSMISSION: u16 = 2;
    /// Repeated although it was acknowledged.
    pub const SPURIOUS_RETRANSMISSION: u16 = 4;
    /// Behind what came after it.
    pub const OUT_OF_ORDER: u16 = 8;
    /// Bytes before it were not captured.
    pub const LOST_BEFORE: u16 = 16;
    /// It acknowledges what was not captured.
    pub const ACKS_UNSEEN: u16 = 32;
    /// One byte or none just before the next expected.
    pub const KEEP_ALIVE: u16 = 64;
    /// The answer to that.
    pub const KEEP_ALIVE_ACK: u16 = 128;
    /// It acknowledges nothing new.
    pub const DUPLICATE_ACK: u16 = 256;
    /// Its sender takes no more for now.
    pub const ZERO_WINDOW: u16 = 512;
    /// One byte to see whether that is over.
    pub const ZERO_WINDOW_PROBE: u16 = 1024;
    /// The answer: it is not.
    pub const ZERO_WINDOW_PROBE_ACK: u16 = 2048;
    /// Nothing but another window.
    pub const WINDOW_UPDATE: u16 = 4096;
    /// With it the receiver's window is full.
    pub const WINDOW_FULL: u16 = 8192;
    /// The ports of an older connection are used again.
    pub const REUSED_PORTS: u16 = 16384;
    /// A FIN, and the other side sent none yet.
    pub const CLOSES_FIRST: u16 = 32768;
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
