//! The second pass: messages written anew, and where in which packets their bytes go.
//!
//! A byte of a stream may be in several packets (sent again, captured twice): packets are asked by their sequence numbers
//! which bytes of the stream they carry.

use super::checksum;
use super::cover::Covers;
use super::free::{self, Numbers};
use super::message;
use super::rewrite::Dictionary;
use super::spool::{self, Kept, Spool};
use super::told::{Headers, Layer, Site, Spot, Take, Told, Way, What};
use crate::capture::Record;
use crate::fact::Fact;
use crate::network::{Transport, slice};
use crate::scan::{FrameRow, PieceRow, TlsRow};
use crate::wire::Span;
use memchr::memmem;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::net::IpAddr;

/// Protocols whose messages are shown to nobody: nothing in them is a name or a step of a sign-in.
const DROPPED: [&str; 3] = ["data", "rtp", "rtcp"];
/// Datagrams in pieces that are remembered.
const MAX_DATAGRAMS: usize = 4096;
/// Segments that are remembered until their place is known.
const MAX_EARLY: usize = 4096;

/// Bytes of a packet.
#[derive(Clone, Copy, Debug)]
struct Entry {
    frame: u32,
    at: u32,
    kept: Kept,
}

/// Bytes of a stream in a packet.
#[derive(Clone, Copy, Debug)]
struct Payload {
    frame: u32,
    at: u32,
    len: u32,
    way: Way,
    offset: u64,
}

/// A fragment of a datagram in a packet.
#[derive(Clone, Copy, Debug)]
struct Part {
    frame: u32,
    at: usize,
    len: usize,
    offset: usize,
}

/// The payload of a segment in a packet.
#[derive(Clone, Copy, Debug)]
struct Segment {
    frame: u32,
    at: u32,
    len: u32,
    seq: u32,
}

/// Where in the packet at hand the payload lies.
#[derive(Clone, Copy, Debug)]
enum Here {
    Stream(Segment),
    Fragment((IpAddr, IpAddr, u32)),
    Other,
}

/// Writes messages anew.
pub(super) struct Rewrite {
    dictionary: Dictionary,
    spool: Spool,
    entries: Vec<Entry>,
    sites: Vec<(u32, Site)>,
    payloads: Vec<Payload>,
    messages: HashMap<Way, Vec<(u64, Kept)>>,
    covers: Covers,
    /// A sequence number of each direction and its place in the stream.
    anchors: HashMap<Way, (u32, u64)>,
    /// Segments that came before the first byte of their stream is known.
    early: HashMap<Way, Vec<Segment>>,
    early_count: usize,
    datagrams: HashMap<(IpAddr, IpAddr, u32), Vec<Part>>,
    here: Here,
    frame: u32,
    trouble: Option<io::Error>,
}

impl Rewrite {
    pub(super) fn new(dictionary: Dictionary) -> io::Result<Self> {
        Ok(Self {
            dictionary,
            spool: Spool::new()?,
            entries: Vec::new(),
            sites: Vec::new(),
            payloads: Vec::new(),
            messages: HashMap::new(),
            covers: Covers::new()?,
            anchors: HashMap::new(),
            early: HashMap::new(),
            early_count: 0,
            datagrams: HashMap::new(),
            here: Here::Other,
            frame: 0,
            trouble: None,
        })
    }

    /// A packet begins.
    pub(super) fn begin(&mut self, record: &Record<'_>) {
        self.frame = self.frame.saturating_add(1);
        let packet = slice(record.link_type, record.data);
        self.here = match packet.map(|p| (p, p.transport)) {
            Some((_, Transport::Tcp(segment))) => {
                let at = Span::of(record.data, segment.payload);
                let len = u32::try_from(segment.payload.len()).unwrap_or(u32::MAX);
                // Line ends tell nothing of what stands between them. Signs of life (RFC 5626 §4.4.1) are nothing else, and
                // behind a hole they show where the next message begins.
                let only = segment.payload.iter().all(|b| matches!(b, b'\r' | b'\n'));
                if only || memmem::find(segment.payload, b"\r\n").is_some() {
                    let ends = segment.payload.iter().map(|b| if matches!(b, b'\r' | b'\n') { *b } else { 0 });
                    let ends: Vec<u8> = ends.collect();
                    self.entry(self.frame, at.start as usize, &ends);
                }
                Here::Stream(Segment { frame: self.frame, at: at.start, len, seq: segment.seq })
            }
            Some((packet, Transport::Fragment(fragment))) => {
                let key = (packet.source, packet.destination, fragment.id);
                let part = Part {
                    frame: self.frame,
                    at: Span::of(record.data, fragment.payload).start as usize,
                    len: fragment.payload.len(),
                    offset: fragment.offset as usize,
                };
                if self.datagrams.len() >= MAX_DATAGRAMS && !self.datagrams.contains_key(&key) {
                    self.datagrams.clear();
                }
                self.datagrams.entry(key).or_default().push(part);
                Here::Fragment(key)
            }
            _ => Here::Other,
        };
    }

    /// The first error of the temporary file.
    pub(super) fn trouble(&mut self) -> io::Result<()> {
        self.trouble.take().map_or(Ok(()), Err)
    }

    fn keep(&mut self, bytes: &[u8]) -> Option<Kept> {
        let kept = self.spool.keep(bytes);
        self.tried(kept)
    }

    fn tried<R>(&mut self, result: io::Result<R>) -> Option<R> {
        result.map_err(|error| _ = self.trouble.get_or_insert(error)).ok()
    }

    fn entry(&mut self, frame: u32, at: usize, bytes: &[u8]) {
        if let Some(kept) = self.keep(bytes) {
            self.entries.push(Entry { frame, at: u32::try_from(at).unwrap_or(u32::MAX), kept });
        }
    }

    fn spots(&self, bytes: &mut [u8], spots: &[Spot]) {
        let old = bytes.to_vec();
        for spot in spots {
            let Some(place) = bytes.get_mut(spot.at.clone()) else { continue };
            match spot.what {
                // A secret may be told of twice, and part of one be one too.
                What::Secret => {
                    place.copy_from_slice(old.get(spot.at.clone()).unwrap_or(&[]));
                    self.dictionary.conceal(place);
                }
                What::Blank => place.fill(0),
                What::Address(ip) => match self.dictionary.address(ip) {
                    Some(IpAddr::V4(new)) if place.len() == 4 => place.copy_from_slice(&new.octets()),
                    Some(IpAddr::V6(new)) if place.len() == 16 => place.copy_from_slice(&new.octets()),
                    _ => {}
                },
                What::Mac(mac) => {
                    if let Some(new) = self.dictionary.addresses.macs.get(&mac) {
                        place.copy_from_slice(new);
                    }
                }
                What::Answer => self.dictionary.answer(place),
                What::Wrapped => self.dictionary.wrapped(place),
                // What stands inside an option stands in the option's own field too.
                What::Free | What::Unread => {
                    place.copy_from_slice(old.get(spot.at.clone()).unwrap_or(&[]));
                    if spot.what == What::Free {
                        free::replace(place, &[], Numbers::Phones, &self.dictionary);
                    } else {
                        free::unread(place, &self.dictionary);
                    }
                }
                What::Chunk => {}
            }
        }
    }

    /// The message as it is in the copy.
    fn anew(&self, told: &Told) -> Vec<u8> {
        let mut bytes = told.bytes.clone();
        self.spots(&mut bytes, &told.spots);
        message::replace(&mut bytes, told, &self.dictionary);
        bytes
    }

    /// Where everything goes.
    pub(super) fn finish(self) -> io::Result<Pieces> {
        let Self { mut entries, sites, payloads, mut messages, covers, mut spool, .. } = self;
        let mut covered = covers.finish(&mut spool)?;
        for list in messages.values_mut().chain(covered.values_mut()) {
            list.sort_by_key(|(offset, _)| *offset);
        }
        // Records lie over the messages that they are part of.
        let layers = [messages, covered];
        for (payload, layer) in payloads.iter().flat_map(|payload| layers.iter().map(move |layer| (payload, layer))) {
            let Some(list) = layer.get(&payload.way) else { continue };
            let end = payload.offset.saturating_add(u64::from(payload.len));
            let behind = |(offset, kept): &(u64, Kept)| offset.saturating_add(u64::from(kept.len)) <= payload.offset;
            let first = list.partition_point(behind);
            for (offset, kept) in list.iter().skip(first).take_while(|(offset, _)| *offset < end) {
                let from = payload.offset.max(*offset);
                let to = end.min(offset.saturating_add(u64::from(kept.len)));
                let [skip, at, len] =
                    [from.saturating_sub(*offset), from.saturating_sub(payload.offset), to.saturating_sub(from)]
                        .map(|n| u32::try_from(n).unwrap_or(u32::MAX));
                entries.push(Entry {
                    frame: payload.frame,
                    at: payload.at.saturating_add(at),
                    kept: Kept { at: kept.at.saturating_add(u64::from(skip)), len },
                });
            }
        }
        entries.sort_by_key(|entry| entry.frame);
        Ok(Pieces { entries, sites, file: spool.finish()? })
    }
}

impl Take for Rewrite {
    fn headers(&mut self, headers: &Headers, data: &[u8]) {
        let frame = u32::try_from(headers.frame).unwrap_or(u32::MAX);
        let mut new = data.to_vec();
        self.spots(&mut new, &headers.spots);
        for range in &headers.keep {
            if let Some(bytes) = new.get(range.clone()) {
                let bytes = bytes.to_vec();
                self.entry(frame, range.start, &bytes);
            }
        }
        self.sites.extend(headers.sites.iter().map(|site| (frame, *site)));
    }

    fn message(&mut self, told: &Told) {
        if DROPPED.contains(&told.protocol) {
            return;
        }
        let new = self.anew(told);
        let way = (told.place.flow, told.place.from.index());
        let inside = match told.layer {
            Layer::Wire => None,
            Layer::Stream => Some(self.covers.data(way, told.offset, &new)),
            Layer::Handshake => Some(self.covers.handshake(way, &new)),
        };
        if let Some(kept) = inside {
            _ = self.tried(kept);
            return;
        }
        if told.place.tcp {
            if let Some(kept) = self.keep(&new) {
                self.messages.entry(way).or_default().push((told.offset, kept));
            }
            return;
        }
        let Here::Fragment(key) = self.here else {
            let frame = u32::try_from(told.place.frame).unwrap_or(u32::MAX);
            return self.entry(frame, usize::try_from(told.offset).unwrap_or(usize::MAX), &new);
        };
        // The checksum covers all fragments: it is left out, as UDP allows.
        let mut whole = told.before.clone();
        if let Some(sum) = whole.get_mut(6..8) {
            sum.fill(0);
        }
        whole.extend_from_slice(&new);
        for part in self.datagrams.remove(&key).unwrap_or_default() {
            let end = part.offset.saturating_add(part.len).min(whole.len());
            if let Some(bytes) = whole.get(part.offset..end) {
                let bytes = bytes.to_vec();
                self.entry(part.frame, part.at, &bytes);
            }
        }
    }

    fn secret(&mut self, _: &[u8]) {}
    fn name(&mut self, _: &[u8]) {}
    fn free(&mut self, _: &[u8], _: bool) {}
    fn text(&mut self, _: &[u8]) {}
    fn address(&mut self, _: IpAddr) {}
    fn mac(&mut self, _: [u8; 6]) {}
    fn fact(&mut self, _: &Fact) {}

    fn piece(&mut self, row: &PieceRow) {
        let way = (row.flow, row.from.index());
        let came = |segment: &Segment| u64::from(segment.frame) == row.origin.frame;
        let here = match self.here {
            Here::Stream(segment) => Some(segment).filter(came),
            _ => None,
        };
        let waits = || self.early.get(&way)?.iter().find(|segment| came(segment)).copied();
        if let Some(segment) = here.or_else(waits)
            && let Some(cut) = row.origin.at.checked_sub(segment.at)
        {
            self.anchors.insert(way, (segment.seq.wrapping_add(cut), row.offset));
            for segment in self.early.remove(&way).unwrap_or_default() {
                self.early_count = self.early_count.saturating_sub(1);
                self.payload(way, segment);
            }
        }
    }

    fn tls_record(&mut self, row: &TlsRow) {
        self.covers.record(row);
    }

    fn frame(&mut self, row: &FrameRow) {
        let (Here::Stream(segment), Some((flow, from, _))) = (self.here, row.flow) else { return };
        if segment.len > 0 {
            self.payload((flow, from.index()), segment);
        }
    }
}

impl Rewrite {
    /// A segment, and where in its stream it belongs.
    fn payload(&mut self, way: Way, segment: Segment) {
        let Segment { frame, at, len, seq } = segment;
        let Some((known, place)) = self.anchors.get(&way).copied() else {
            if self.early_count >= MAX_EARLY {
                self.early.clear();
                self.early_count = 0;
            }
            self.early_count = self.early_count.saturating_add(1);
            return self.early.entry(way).or_default().push(segment);
        };
        let ahead = i64::from(seq.wrapping_sub(known).cast_signed());
        // What lies before the first byte of the stream is no part of it.
        let (offset, cut) = match place.checked_add_signed(ahead) {
            Some(offset) => (offset, 0),
            None => (0, u32::try_from(ahead.unsigned_abs().saturating_sub(place)).unwrap_or(u32::MAX)),
        };
        let (at, len) = (at.saturating_add(cut), len.saturating_sub(cut));
        self.payloads.push(Payload { frame, at, len, way, offset });
    }
}

/// Where the bytes of each packet are.
pub(super) struct Pieces {
    entries: Vec<Entry>,
    sites: Vec<(u32, Site)>,
    file: File,
}

impl Pieces {
    /// A packet as it is in the copy.
    pub(super) fn packet(&mut self, frame: u32, old: &[u8]) -> io::Result<Vec<u8>> {
        let mut new = vec![0; old.len()];
        let first = self.entries.partition_point(|entry| entry.frame < frame);
        for entry in self.entries.iter().skip(first).take_while(|entry| entry.frame == frame) {
            let at = entry.at as usize;
            if let Some(place) = new.get_mut(at..at.saturating_add(entry.kept.len as usize)) {
                spool::read(&mut self.file, entry.kept.at, place)?;
            }
        }
        let first = self.sites.partition_point(|(at, _)| *at < frame);
        let sites: Vec<Site> =
            self.sites.iter().skip(first).take_while(|(at, _)| *at == frame).map(|(_, site)| *site).collect();
        checksum::repair(old, &mut new, &sites);
        Ok(new)
    }
}
