//! One frame again: its headers, and every message that ends in it.
//!
//! Describing is pure, so a frame looked at later tells the same as it did while the capture was read. Bytes of a message
//! that spans segments are fetched from the frames they came in.

use super::capture::Capture;
use super::describe::{self, Carried, Told};
use super::gather::Gather;
use super::glance::Glance;
use super::index::{Index, InterfaceSeen, PacketRow, Pdu};
use super::select::Select;
use crate::field::{Mark, Sink, Tree};
use crate::network::{Defragmenter, Transport, inside, slice, transport};
use crate::protocol::{Context, Exchange, FrameView, Protocol, Reassembled, data};
use crate::wire::{Span, Timestamp};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, available_parallelism};

/// Frames put to a filter between two reports.
const BATCH: u32 = 512;
/// Batches answered and not yet reported.
const QUEUE: usize = 64;
/// Threads that put a filter to frames.
const MAX_WORKERS: usize = 16;
/// A frame of a ring that went on.
const GONE: &str = "this packet was let go: only the newest packets of a running capture are kept";
const UNREADABLE: &str = "this packet cannot be read from the capture any more";

/// The line of the packet list. Everything in it may go to a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Counted from 1.
    pub frame: u32,
    /// When it was captured.
    pub time: Timestamp,
    /// Nanoseconds since the first frame.
    pub since_first: i64,
    /// Who sent it.
    pub source: String,
    /// Who shall get it.
    pub destination: String,
    /// The protocol column.
    pub protocol: &'static str,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// The info column.
    pub info: String,
    /// Letters of its marks, each once; notes have none.
    pub marks: String,
    /// The interface it came in by; empty if the capture does not say. Not yet made harmless for a terminal.
    pub interface: String,
}

/// A datagram put together from fragments.
struct Datagram {
    bytes: Vec<u8>,
    header: u32,
    fragments: u32,
    protocol: u8,
}

impl Capture {
    /// The tree of a frame, as the pass over the capture would have built it.
    pub fn detail(&self, frame: u32, show_secrets: bool) -> Tree {
        let mut tree = Tree::new(show_secrets);
        self.detail_in(&self.index(), frame, &mut tree);
        tree
    }

    fn detail_in(&self, index: &Index, frame: u32, tree: &mut Tree) {
        if self.describe_in(index, frame, tree).is_none() {
            let gone = (1..index.first_frame()).contains(&frame);
            tree.mark(Mark::Note(if gone { GONE } else { UNREADABLE }), Span::default());
        }
    }

    /// The columns of a frame.
    pub fn summary(&self, frame: u32) -> Summary {
        let index = self.index();
        let Some(row) = index.packet(frame) else { return Summary { frame, ..Summary::default() } };
        let mut tree = Tree::new(false);
        self.detail_in(&index, frame, &mut tree);
        let (source, destination) = ends(&tree);
        let mut marks = String::new();
        for mark in tree.nodes.iter().filter_map(|n| n.mark).filter(|m| !matches!(m, Mark::Note(_))) {
            if !marks.contains(mark.letter()) {
                marks.push(mark.letter());
            }
        }
        Summary {
            frame,
            time: row.time,
            since_first: row.time.since(index.first),
            source,
            destination,
            protocol: tree.protocol,
            wire_len: row.wire_len,
            info: tree.info.clone(),
            marks,
            interface: index.interface(row).map_or_else(String::new, |interface| interface.name.clone()),
        }
    }

    /// Puts a filter to every frame from `from` on, as far as there are frames now; `found` receives those that pass, in
    /// batches and in order, which frame was asked last, and whether that was all. Every processor takes a batch at a
    /// time: describing is pure.
    pub fn select(
        &self,
        select: &Select,
        gather: &Gather,
        from: u32,
        stop: &AtomicBool,
        found: &mut dyn FnMut(&[u32], u32, bool),
    ) {
        let (first, last) = (from.max(self.first_frame()), self.frames());
        // Batches end where reports always did: at multiples of their size.
        let bounds = |batch: u32| {
            let begin = batch.saturating_mul(BATCH).saturating_add(1);
            (begin.max(first), begin.saturating_add(BATCH.saturating_sub(1)).min(last))
        };
        let opening = first.saturating_sub(1) / BATCH;
        let closing = last.saturating_sub(1) / BATCH;
        if opening > closing {
            return found(&[], last, true);
        }
        let next = AtomicU32::new(opening);
        let (sender, results) = sync_channel(QUEUE);
        let work = |mut gather: Gather, sender: SyncSender<(u32, Vec<u32>)>| {
            loop {
                let batch = next.fetch_add(1, Ordering::Relaxed);
                if batch > closing || stop.load(Ordering::Relaxed) {
                    return;
                }
                let (begin, end) = bounds(batch);
                let asked = (begin..=end).take_while(|_| !stop.load(Ordering::Relaxed));
                let passed = asked.filter(|frame| self.passes(*frame, select, &mut gather)).collect();
                if sender.send((batch, passed)).is_err() {
                    return;
                }
            }
        };
        let processors = available_parallelism().map_or(1, NonZeroUsize::get).min(MAX_WORKERS);
        thread::scope(|scope| {
            for _ in 0..processors {
                let (gather, sender, work) = (gather.clone(), sender.clone(), &work);
                scope.spawn(move || work(gather, sender));
            }
            drop(sender);
            let (mut due, mut early) = (opening, BTreeMap::new());
            for (batch, passed) in results {
                early.insert(batch, passed);
                while let Some(passed) = early.remove(&due) {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    found(&passed, bounds(due).1, due == closing);
                    due = due.saturating_add(1);
                }
            }
        });
    }

    /// The verdict on a frame: at first sight where that is enough, else from its description.
    pub fn passes(&self, frame: u32, select: &Select, gather: &mut Gather) -> bool {
        let index = self.index();
        gather.clear();
        if let Some(verdict) = index.glance(frame, select, gather) {
            return verdict;
        }
        gather.clear();
        let known = self.describe_in(&index, frame, gather).is_some();
        gather.complete();
        known && select.passes(gather)
    }

    /// Describes a frame; nothing if it cannot be read.
    pub fn describe(&self, frame: u32, sink: &mut dyn Sink) -> Option<()> {
        self.describe_in(&self.index(), frame, sink)
    }

    fn describe_in(&self, index: &Index, frame: u32, sink: &mut dyn Sink) -> Option<()> {
        let row = index.packet(frame)?;
        let mut kept = Vec::new();
        let bytes = index.bytes(frame, &mut kept)?;
        let flow = index.flow(row);
        let datagram = index.datagram(frame);
        let context = Context {
            frame: index.view(frame, row)?,
            flow: flow.as_ref(),
            datagram: datagram.as_ref().map(|d| Reassembled {
                bytes: &d.bytes,
                header: d.header,
                fragments: d.fragments,
            }),
            keyring: self.keyring.as_ref(),
            exchange: index.answered(row),
            ..Context::default()
        };
        describe::headers(bytes, &context, sink, true);
        let buffer = datagram.as_ref().map_or(bytes, |d| &d.bytes);
        let messages = index.messages(frame);
        let mut before = None;
        for message in messages.iter().filter(|m| !m.late) {
            index.message(message, before.replace(message.protocol), &context, buffer, sink);
        }
        let (payload, cut) = match &datagram {
            Some(d) => {
                let tunnelled = inside(d.protocol, &d.bytes).map(|packet| packet.transport);
                payload(&tunnelled.unwrap_or_else(|| transport(d.protocol, &d.bytes, 0)))
            }
            None => slice(context.frame.link_type, bytes).map_or((&[][..], false), |p| payload(&p.transport)),
        };
        let at = Span::of(buffer, payload);
        if row.differs() {
            describe::within(&context, buffer, sink, |sink| sink.mark(describe::DIFFERS, at));
        }
        if let Some(part) = row.part() {
            describe::within(&context, buffer, sink, |sink| describe::part(payload, at, part, sink));
        }
        if row.raw() {
            let told = Told {
                protocol: &data::PROTOCOL,
                bytes: payload,
                from: row.from(),
                note: 0,
                exchange: None,
                carried: Carried::No,
                again: false,
                values: true,
            };
            describe::message(&told, &context, buffer, sink);
        }
        if cut && flow.is_some() && !payload.is_empty() {
            describe::within(&context, buffer, sink, |sink| sink.mark(Mark::Truncated, at));
        }
        // What was told when the connection was closed was told last, and without the connection.
        let mut before: Option<&Pdu> = None;
        for message in messages.iter().filter(|m| m.late) {
            let same = before.replace(message).filter(|before| before.from == message.from).map(|m| m.protocol);
            index.message(message, same, &Context { flow: None, ..context }, buffer, sink);
        }
        Some(())
    }
}

impl Index {
    /// The frame that one without a conversation answers.
    fn answered(&self, row: &PacketRow) -> Option<Exchange> {
        let asked = Some(row.ack).filter(|asked| *asked > 0 && self.flow(row).is_none())?;
        self.time(asked).map(|time| Exchange { frame: u64::from(asked), time })
    }

    /// The interface a frame came in by.
    fn interface(&self, row: &PacketRow) -> Option<&InterfaceSeen> {
        let way = self.ways.get(usize::from(row.way))?;
        self.interfaces.get(way.name?)
    }

    fn glance(&self, frame: u32, select: &Select, gather: &mut Gather) -> Option<bool> {
        let row = self.packet(frame)?;
        let (view, flow) = (self.view(frame, row)?, self.flow(row));
        let mut kept = Vec::new();
        let bytes = self.bytes(frame, &mut kept)?;
        let packet = slice(view.link_type, bytes);
        gather.glance(&match &packet {
            Some(packet) => Glance::new(&view, bytes, packet, flow.as_ref()),
            None => Glance { frame: &view, data: bytes, plain: None },
        });
        select.verdict(gather)
    }

    fn view(&self, frame: u32, row: &PacketRow) -> Option<FrameView<'_>> {
        let way = self.ways.get(usize::from(row.way))?;
        Some(FrameView {
            number: u64::from(frame),
            time: row.time,
            first: self.first,
            previous: self.time(frame.saturating_sub(1)),
            wire_len: row.wire_len,
            captured: row.len,
            link_type: way.link_type,
            interface: way.numbered.then_some(way.interface),
            interface_name: self.interface(row).map_or("", |interface| &interface.name),
            interface_description: self.interface(row).map_or("", |interface| &interface.description),
            comments: self.comments(frame),
        })
    }

    fn message(
        &self,
        message: &Pdu,
        before: Option<&'static Protocol>,
        context: &Context<'_>,
        buffer: &[u8],
        sink: &mut dyn Sink,
    ) {
        let gathered;
        let bytes = if message.decrypted {
            self.decrypted(message)
        } else if message.carried {
            gathered = self.gathered(message);
            gathered.as_slice()
        } else {
            let end = message.at.saturating_add(message.len);
            Span { start: message.at, end }.slice(buffer)
        };
        let exchange = self.time(message.exchange).map(|time| Exchange { frame: u64::from(message.exchange), time });
        let carried = match (message.decrypted, message.carried) {
            (true, _) => Carried::Tls,
            (false, true) => Carried::Tcp,
            (false, false) => Carried::No,
        };
        let told = Told {
            protocol: message.protocol,
            bytes,
            from: message.from,
            note: message.note,
            exchange,
            carried,
            again: describe::goes_on(before, message.protocol, carried),
            values: true,
        };
        if !describe::message(&told, context, buffer, sink) {
            let at = Span::of(buffer, bytes);
            describe::within(context, buffer, sink, |sink| sink.mark(describe::MISTAKE, at));
        }
    }

    /// The bytes of a message, from the frames they came in.
    fn gathered(&self, message: &Pdu) -> Vec<u8> {
        let (mut out, mut kept) = (Vec::new(), Vec::new());
        let mut last: Option<(u32, Option<Datagram>)> = None;
        for piece in self.pieces(message) {
            // Several pieces of one frame are rare; of one datagram rarer still.
            if last.as_ref().is_none_or(|(frame, _)| *frame != piece.frame) {
                last = Some((piece.frame, self.datagram(piece.frame)));
                if self.bytes(piece.frame, &mut kept).is_none() {
                    kept.clear();
                }
            }
            let datagram = last.as_ref().and_then(|(_, d)| d.as_ref());
            let buffer = datagram.map_or(kept.as_slice(), |d| &d.bytes);
            let end = piece.at.saturating_add(piece.len);
            out.extend_from_slice(Span { start: piece.at, end }.slice(buffer));
        }
        out
    }

    /// The datagram that a frame completes.
    fn datagram(&self, frame: u32) -> Option<Datagram> {
        let mut pool = Defragmenter::default();
        let mut buffer = Vec::new();
        let mut whole = None;
        for part in self.fragments(frame) {
            let row = self.packet(part)?;
            let link_type = self.ways.get(usize::from(row.way))?.link_type;
            let bytes = self.bytes(part, &mut buffer)?;
            let packet = slice(link_type, bytes)?;
            let Transport::Fragment(fragment) = packet.transport else { continue };
            let header = Span::of(bytes, packet.header).start;
            whole = pool
                .push(packet.source, packet.destination, &fragment, row.time)
                .map(|(bytes, fragments)| Datagram { bytes, header, fragments, protocol: fragment.protocol });
        }
        whole
    }
}

/// What the transport carries, and whether the capture cut it off where that is worth a mark: a stream says so itself.
fn payload<'p>(transport: &Transport<'p>) -> (&'p [u8], bool) {
    match transport {
        Transport::Tcp(segment) => (segment.payload, false),
        Transport::Udp(datagram) => (datagram.payload, datagram.missing > 0),
        _ => (&[], false),
    }
}

/// Source and destination of a frame: of its innermost header, but not of one that ICMP quotes.
pub fn ends(tree: &Tree) -> (String, String) {
    let (mut source, mut destination) = (String::new(), String::new());
    for node in &tree.nodes {
        let Some(field) = node.field else { continue };
        match field.name {
            "icmp" | "icmpv6" => break,
            "eth.src" | "ip.src" | "ipv6.src" | "sll.src.eth" | "arp.src.hw_mac" => source = node.value.to_string(),
            "eth.dst" | "ip.dst" | "ipv6.dst" => destination = node.value.to_string(),
            _ => {}
        }
    }
    (source, destination)
}
