//! One stream as a dialogue: its bytes in order, what was decrypted of it, or its messages one by one.
//!
//! Secrets are found by describing the messages as everybody else does; their places are kept beside the bytes, for who
//! writes them out.

use super::places;
use super::{FrameRow, Lens, MessageRow, PieceRow, Pieces, StreamRow};
use crate::fact::{Direction, Fact, Place};
use crate::field::{Field, Kind, Secret, Sink, Value};
use crate::stream::FlowId;
use crate::wire::Span;
use crate::wire::ranges::joined;
use memchr::memmem;
use std::net::SocketAddr;
use std::ops::Range;

/// Bytes kept of a stream; the rest is counted.
const MAX_KEPT: usize = 64 << 20;
/// Fields that hold a whole payload, whatever is in it; what is secret in it is said by what understands it.
const CARRIERS: [&str; 8] = [
    "tcp.payload",
    "tcp.segment_data",
    "tcp.reassembled.data",
    "udp.payload",
    "data.data",
    "http.chunk_data",
    "http.file_data",
    "tls.app_data",
];

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The bytes of TCP or UDP as they came.
    Bytes,
    /// What was decrypted of a TLS connection.
    Decrypted,
    /// Messages of this protocol, also inside TLS.
    Messages(&'static str),
}

/// Bytes that one side sent in one go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// True if the client sent them.
    pub client: bool,
    /// The frame in which they ended.
    pub frame: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// So many bytes are missing instead.
    pub gap: u64,
    /// Which of the bytes are secret.
    pub secret: Vec<Range<usize>>,
}

/// A message as it was described.
#[derive(Debug, Default)]
struct Heard {
    client: bool,
    frame: u64,
    protocol: &'static str,
    encrypted: bool,
    /// Bytes of the message.
    bytes: Vec<u8>,
    secret: Vec<Range<usize>>,
    /// What the body of an HTTP message holds, decoded.
    content: Option<Vec<u8>>,
}

/// The lens.
#[derive(Debug)]
pub struct Follow {
    what: Followed,
    tcp: bool,
    number: u32,
    /// Secrets are looked for.
    masks: bool,
    flow: Option<FlowId>,
    ends: Option<(SocketAddr, SocketAddr)>,
    /// Streams of this transport seen.
    streams: u32,
    chunks: Vec<Chunk>,
    kept: usize,
    dropped: u64,
    heard: Vec<Heard>,
    pieces: Pieces,
    /// The message that is being described, with its start in its buffer.
    now: Option<(Heard, usize)>,
    place: Option<Place>,
    buffers: Vec<(&'static str, Vec<u8>)>,
}

impl Follow {
    /// Follows the stream with this number. Secrets are looked for if `masks`.
    pub fn new(what: Followed, tcp: bool, number: u32, masks: bool) -> Self {
        Self {
            what,
            tcp,
            number,
            masks,
            flow: None,
            ends: None,
            streams: 0,
            chunks: Vec::new(),
            kept: 0,
            dropped: 0,
            heard: Vec::new(),
            pieces: Pieces::default(),
            now: None,
            place: None,
            buffers: Vec::new(),
        }
    }

    /// Client and server, if the stream exists.
    pub const fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        self.ends
    }

    /// How many streams of this transport there are.
    pub const fn streams(&self) -> u32 {
        self.streams
    }

    /// Bytes that did not fit.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The capture is over: the dialogue.
    pub fn finish(mut self) -> Vec<Chunk> {
        self.told();
        if let Followed::Messages(_) = self.what {
            return self.heard.into_iter().flat_map(Heard::chunks).collect();
        }
        // What was described is found again in what was sent, one message behind the other.
        let mut chunks = std::mem::take(&mut self.chunks);
        for client in [true, false] {
            let stream: Vec<u8> = chunks.iter().filter(|c| c.client == client).flat_map(|c| c.bytes.clone()).collect();
            let mut secret = Vec::new();
            let mut at = 0_usize;
            // Of what is not found as it stands the secret itself is looked for.
            let mut apart: Vec<&[u8]> = Vec::new();
            for heard in self.heard.iter().filter(|h| h.client == client && !h.bytes.is_empty()) {
                let parts = heard.secret.iter().filter_map(|r| heard.bytes.get(r.clone())).filter(|p| p.len() >= 4);
                if heard.encrypted && self.what == Followed::Bytes {
                    apart.extend(parts);
                    continue;
                }
                let rest = stream.get(at..).unwrap_or(&[]);
                if let Some(found) = memmem::find(rest, &heard.bytes) {
                    at = at.saturating_add(found);
                    secret.extend(heard.secret.iter().map(|r| r.start.saturating_add(at)..r.end.saturating_add(at)));
                    at = at.saturating_add(heard.bytes.len());
                    continue;
                }
                // Bytes are missing in the middle of it.
                apart.extend(parts);
            }
            secret.extend(places::of(&stream, apart));
            let secret = joined(secret);
            let mut offset = 0_usize;
            for chunk in chunks.iter_mut().filter(|c| c.client == client) {
                let end = offset.saturating_add(chunk.bytes.len());
                let first = secret.partition_point(|r| r.end <= offset);
                let here = secret.iter().skip(first).take_while(|r| r.start < end);
                chunk.secret = here.map(|r| r.start.max(offset) - offset..r.end.min(end) - offset).collect();
                offset = end;
            }
        }
        chunks
    }

    fn is_mine(&self, place: &Place) -> bool {
        self.flow == Some(place.flow)
    }

    /// The message at hand is described.
    fn told(&mut self) {
        let Some((heard, _)) = self.now.take() else { return };
        let wanted = match self.what {
            // What stands in TLS may stand there in clear: a cipher that encrypts nothing.
            Followed::Bytes => true,
            Followed::Decrypted => heard.encrypted,
            Followed::Messages(name) => heard.protocol == name,
        };
        let room = MAX_KEPT.saturating_sub(self.kept);
        if !wanted {
            return;
        }
        if heard.bytes.len() > room {
            self.dropped = self.dropped.saturating_add(heard.bytes.len() as u64);
            return;
        }
        if matches!(self.what, Followed::Messages(_)) {
            self.kept = self.kept.saturating_add(heard.bytes.len());
        }
        self.heard.push(heard);
    }

    /// Part of the message at hand is secret, given as bytes of the current buffer.
    fn hide(&mut self, at: Span) {
        let Some((heard, start)) = self.now.as_mut() else { return };
        let from = (at.start as usize).saturating_sub(*start);
        let to = (at.end as usize).saturating_sub(*start).min(heard.bytes.len());
        if from < to {
            heard.secret.push(from..to);
        }
    }

    /// True while the current buffer is the message's own, and not something decoded from it.
    fn is_outermost(&self) -> bool {
        match self.buffers.as_slice() {
            [_] => true,
            [_, (title, _)] => title.starts_with("Reassembled") || *title == "Decrypted TLS",
            _ => false,
        }
    }
}

impl Heard {
    /// Head and body apart, as they are read; the body decoded.
    fn chunks(self) -> Vec<Chunk> {
        let Self { client, frame, bytes, secret, content, .. } = self;
        let Some(content) = content else { return vec![Chunk { client, frame, bytes, gap: 0, secret }] };
        let head = memmem::find(&bytes, b"\r\n\r\n").map_or(bytes.len(), |at| at.saturating_add(4));
        // Secrets of a body that is shown decoded are looked for in it.
        let parts = secret.iter().filter_map(|r| bytes.get(r.clone())).filter(|part| part.len() >= 4);
        let inside = places::of(&content, parts.collect());
        let secret = secret.into_iter().filter(|r| r.start < head).map(|r| r.start..r.end.min(head)).collect();
        let first = Chunk { client, frame, bytes: bytes.get(..head).unwrap_or(&bytes).to_vec(), gap: 0, secret };
        vec![first, Chunk { client, frame, bytes: content, gap: 0, secret: inside }]
    }
}

impl Lens for Follow {
    fn shows(&self) -> bool {
        self.masks || matches!(self.what, Followed::Messages(_))
    }

    fn sink(&mut self, place: &Place) -> &mut dyn Sink {
        self.place = Some(*place);
        self
    }

    fn indexes(&self) -> bool {
        true
    }

    fn piece(&mut self, row: &PieceRow) {
        if self.flow == Some(row.flow) {
            self.pieces.add(row);
        }
    }

    fn stream(&mut self, row: &StreamRow<'_>) {
        self.told();
        if row.place.tcp == self.tcp
            && let Some(number) = row.number
        {
            self.streams = self.streams.max(number.saturating_add(1));
            if number == self.number && self.flow.is_none() {
                self.flow = Some(row.place.flow);
                self.ends = Some((row.place.client, row.place.server));
            }
        }
        let wanted = match self.what {
            Followed::Bytes => !row.place.encrypted,
            Followed::Decrypted => row.place.encrypted,
            Followed::Messages(_) => false,
        };
        if !wanted || !self.is_mine(&row.place) || (row.bytes.is_empty() && row.gap == 0) {
            return;
        }
        if row.bytes.len() > MAX_KEPT.saturating_sub(self.kept) {
            self.dropped = self.dropped.saturating_add(row.bytes.len() as u64);
            return;
        }
        self.kept = self.kept.saturating_add(row.bytes.len());
        self.chunks.push(Chunk {
            client: row.place.from == Direction::ToServer,
            frame: row.place.frame,
            bytes: row.bytes.to_vec(),
            gap: row.gap,
            secret: Vec::new(),
        });
    }

    fn message(&mut self, row: &MessageRow) {
        self.told();
        if !self.is_mine(&row.place) {
            return;
        }
        let mut start = if row.place.tcp { 0 } else { usize::try_from(row.offset).unwrap_or(usize::MAX) };
        let mut bytes = Vec::new();
        if row.place.tcp {
            let first = self.pieces.take(row).first().copied();
            if let Some(piece) = first.filter(|_| !row.carried) {
                start = piece.at as usize;
            }
        }
        if !row.carried
            && let Some((_, buffer)) = self.buffers.last()
        {
            let end = start.saturating_add(row.len as usize);
            bytes = buffer.get(start..end.min(buffer.len())).unwrap_or(&[]).to_vec();
        }
        let heard = Heard {
            client: row.place.from == Direction::ToServer,
            frame: row.place.frame,
            protocol: row.protocol.name,
            bytes,
            ..Heard::default()
        };
        self.now = Some((heard, start));
    }

    fn frame(&mut self, _: &FrameRow) {
        self.told();
    }
}

impl Sink for Follow {
    fn wants_fields(&self) -> bool {
        self.shows()
    }

    fn open(&mut self, field: &'static Field, at: Span, value: Value<'_>) {
        if self.now.is_none() {
            return;
        }
        if field.kind == Kind::Protocol
            && let Some((heard, _)) = self.now.as_mut().filter(|(heard, _)| heard.protocol.is_empty())
        {
            heard.protocol = field.name;
        }
        if field.name == "http.file_data"
            && let (Value::Text(content), Some((heard, _))) = (value, self.now.as_mut())
        {
            heard.content = Some(content.to_vec());
        }
        if !self.masks || !self.is_outermost() {
            return;
        }
        if field.secret && !CARRIERS.contains(&field.name) {
            self.hide(at);
        }
    }

    fn secret(&mut self, _: Secret<'_>, at: Span) {
        if self.masks && self.now.is_some() && self.is_outermost() {
            self.hide(at);
        }
    }

    fn fact(&mut self, _: Fact, _: Span) {}

    fn enter(&mut self, title: &'static str, bytes: &[u8]) {
        if title == "Frame" {
            self.told();
            self.buffers.clear();
        }
        self.buffers.push((title, bytes.to_vec()));
        if !self.is_outermost() || title == "Frame" {
            return;
        }
        let Some(place) = self.place.filter(|place| self.is_mine(place)) else { return };
        if title == "Decrypted TLS" {
            self.told();
            let heard = Heard {
                client: place.from == Direction::ToServer,
                frame: place.frame,
                encrypted: true,
                ..Heard::default()
            };
            self.now = Some((heard, 0));
        }
        if let Some((heard, start)) = self.now.as_mut().filter(|(heard, _)| heard.bytes.is_empty()) {
            // A datagram of several fragments holds its message behind its header.
            heard.bytes = bytes.get(*start..).unwrap_or(bytes).to_vec();
        }
    }

    fn leave(&mut self) {
        self.buffers.pop();
    }
}
