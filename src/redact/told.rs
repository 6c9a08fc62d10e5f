//! What is told of frames and messages to those who rewrite them: places, what stands there, and the checksums over them.

use crate::fact::{Fact, Place};
use crate::scan::{FrameRow, MessageRow, PieceRow, TlsRow};
use std::net::IpAddr;
use std::ops::Range;

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A credential.
    Secret,
    /// An address in its binary form.
    Address(IpAddr),
    /// A hardware address.
    Mac([u8; 6]),
    /// Bytes that nobody may have, and nobody needs.
    Blank,
    /// A piece of a body.
    Chunk,
    /// An answer in base64: a name, a secret or both.
    Answer,
    /// A name in base64.
    Wrapped,
    /// Text that anybody may have written.
    Free,
    /// Bytes that nobody read, which may hold such text.
    Unread,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Its bytes.
    pub(super) at: Range<usize>,
    /// What it holds.
    pub(super) what: What,
}

/// A checksum that covers bytes which change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    /// Of an IPv4 header.
    Ip,
    /// Of TCP, with the addresses.
    Tcp,
    /// Of UDP, with the addresses.
    Udp,
    /// Of ICMP.
    Icmp,
    /// Of ICMPv6, with the addresses.
    Icmpv6,
}

/// Where a header with a checksum begins, and the IP header around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// Which.
    pub(super) sum: Sum,
    /// Offset of its header.
    pub(super) at: usize,
    /// Offset of the IP header around it.
    pub(super) ip: usize,
    /// That is IPv6.
    pub(super) v6: bool,
}

/// The headers of a frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers {
    /// The frame, counted from 1.
    pub(super) frame: u64,
    /// Bytes of headers.
    pub(super) keep: Vec<Range<usize>>,
    /// What of them changes.
    pub(super) spots: Vec<Spot>,
    /// Checksums, outermost first.
    pub(super) sites: Vec<Site>,
}

/// A direction of a stream.
pub(super) type Way = (u32, usize);

/// Where the bytes of a message lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// In packets.
    Wire,
    /// In the stream inside records.
    Stream,
    /// In records that carry handshake messages.
    Handshake,
}

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// Where its bytes lie.
    pub(super) layer: Layer,
    /// Where it ended.
    pub(super) place: Place,
    /// Its place in the stream, or in the datagram's buffer.
    pub(super) offset: u64,
    /// Its protocol.
    pub(super) protocol: &'static str,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Where in its buffer it begins.
    pub(super) start: usize,
    /// What stands before it in a datagram that was put together: its header.
    pub(super) before: Vec<u8>,
    /// What of it changes.
    pub(super) spots: Vec<Spot>,
    /// What of it was understood, part by part.
    pub(super) known: Vec<Range<usize>>,
}

impl Told {
    /// What a row says of it.
    pub(super) fn of(row: &MessageRow, layer: Layer) -> Self {
        Self {
            layer,
            place: row.place,
            offset: row.offset,
            protocol: row.protocol.name,
            bytes: Vec::new(),
            start: 0,
            before: Vec::new(),
            spots: Vec::new(),
            known: Vec::new(),
        }
    }
}

/// Protocols that are written in words.
const WORDS: [&str; 7] = ["sip", "http", "websocket", "smtp", "imap", "pop", "ftp"];

/// True if the messages of this protocol are written in words.
pub(super) fn is_words(protocol: &str) -> bool {
    WORDS.contains(&protocol)
}

/// Receives what a capture holds.
pub(super) trait Take {
    /// The headers of a frame, before its messages, and the frame's bytes.
    fn headers(&mut self, headers: &Headers, data: &[u8]);
    /// A message.
    fn message(&mut self, told: &Told);
    /// A secret, as it stands on the wire or as it was decoded.
    fn secret(&mut self, bytes: &[u8]);
    /// A text that names somebody.
    fn name(&mut self, text: &[u8]);
    /// A text of a protocol that is not written in words: what is no word of a protocol in it names somebody.
    /// `wrapped`: it stands there in another form, and is not replaced in its place.
    fn free(&mut self, text: &[u8], wrapped: bool);
    /// Text that may name somebody.
    fn text(&mut self, text: &[u8]);
    /// An address.
    fn address(&mut self, address: IpAddr);
    /// A hardware address.
    fn mac(&mut self, mac: [u8; 6]);
    /// What the analysis learns.
    fn fact(&mut self, fact: &Fact);
    /// Bytes of a stream in a frame.
    fn piece(&mut self, row: &PieceRow);
    /// A record that was opened.
    fn tls_record(&mut self, row: &TlsRow);
    /// A frame and its conversation.
    fn frame(&mut self, row: &FrameRow);
}
