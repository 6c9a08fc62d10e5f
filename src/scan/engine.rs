//! One frame after the other: slice, find the flow, put the stream in order, let the conversation find messages, describe
//! them.

use super::describe::{self, Told};
use super::reader::{Placed, Reader};
use super::recognise::{DecodeAs, Recogniser, Verdict};
use super::{Counts, FragmentRow, FrameRow, Lens, MessageRow, PieceRow};
use crate::capture::Record;
use crate::fact::{Direction, Place};
use crate::field::Mark;
use crate::network::{Datagram, Defragmenter, Packet, Segment, Transport, flags, slice, transport};
use crate::protocol::{
    Context, Conversation, Exchange, FlowView, FrameView, Opening, Protocol, Reassembled, TcpView, data,
};
use crate::stream::Transport as Carrier;
use crate::stream::{Assembler, Closed, Delivery, Ends, FlowTable, Origin, Sighting, Start};
use crate::wire::time::NANOS;
use crate::wire::{Span, Timestamp, lies_in};
use std::net::SocketAddr;

/// Flows open at a time.
const MAX_FLOWS: usize = 200_000;
/// Requests of one flow that wait for their answer.
const MAX_WAITING: usize = 64;
/// How long a request with the same key counts as sent again, in nanoseconds.
const REPEATED: i64 = 5 * NANOS;
/// Segments of a stream nobody knew whose start is looked at again.
const RETRIES: u8 = 32;

/// What is kept for a flow.
#[derive(Default)]
struct Stream {
    tcp: Option<Box<TcpStream>>,
    waiting: Vec<(u64, Exchange)>,
}

#[derive(Default)]
struct TcpStream {
    halves: [Half; 2],
    talk: Talk,
    last_frame: u64,
}

#[derive(Default)]
struct Half {
    assembler: Assembler,
    reader: Reader,
    /// Sequence number that counts as 0.
    base: Option<u32>,
    /// Window scale of this side's SYN: -1 none seen, -2 seen without the option.
    scale: Scale,
}

#[derive(Clone, Copy)]
struct Scale(i8);

impl Default for Scale {
    fn default() -> Self {
        Self(-1)
    }
}

enum Talk {
    Undecided,
    Known(&'static Protocol, Box<dyn Conversation>),
    Nobody { tries: u8 },
}

impl Default for Talk {
    fn default() -> Self {
        Self::Undecided
    }
}

/// A scan in progress.
pub struct Scan {
    flows: FlowTable<Stream>,
    fragments: Defragmenter,
    recogniser: Recogniser,
    counts: Counts,
    first: Option<Timestamp>,
    previous: Option<Timestamp>,
}

/// Everything a found message needs around it.
struct Scene<'s> {
    lens: &'s mut dyn Lens,
    counts: &'s mut Counts,
    waiting: &'s mut Vec<(u64, Exchange)>,
    context: Context<'s>,
    /// The frame's data, or the reassembled datagram.
    buffer: &'s [u8],
    place: Place,
    became: Option<Option<&'static Protocol>>,
}

impl Default for Scan {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Scan {
    /// A scan that follows these decode-as rules.
    pub fn new(rules: Vec<DecodeAs>) -> Self {
        Self {
            flows: FlowTable::new(MAX_FLOWS),
            fragments: Defragmenter::default(),
            recogniser: Recogniser::new(rules),
            counts: Counts::default(),
            first: None,
            previous: None,
        }
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        Counts {
            flows: u64::from(self.flows.seen()),
            flows_evicted: self.flows.evicted(),
            datagrams_dropped: self.fragments.dropped(),
            ..self.counts
        }
    }

    /// Takes the next frame of the capture.
    pub fn frame(&mut self, record: &Record<'_>, lens: &mut dyn Lens) {
        self.counts.frames = self.counts.frames.saturating_add(1);
        self.counts.bytes = self.counts.bytes.saturating_add(record.data.len() as u64);
        let first = *self.first.get_or_insert(record.time);
        let view = FrameView {
            number: self.counts.frames,
            time: record.time,
            first,
            previous: self.previous.replace(record.time),
            wire_len: record.wire_len,
            captured: u32::try_from(record.data.len()).unwrap_or(u32::MAX),
            link_type: record.link_type,
            interface: record.interface,
            comments: record.comments,
        };
        let context = Context { frame: view, ..Context::default() };
        let packet = slice(record.link_type, record.data);
        match packet.map(|p| (p, p.transport)) {
            Some((packet, Transport::Tcp(segment))) => {
                self.segment(&packet, &segment, record.data, context, record.data, lens)
            }
            Some((packet, Transport::Udp(datagram))) => {
                self.datagram(&packet, &datagram, record.data, context, record.data, lens)
            }
            Some((packet, Transport::Fragment(fragment))) => {
                let whole = self.fragments.push(packet.source, packet.destination, &fragment, record.time);
                if lens.indexes() {
                    let key = fragment.key(packet.source, packet.destination);
                    lens.fragment(&FragmentRow { frame: view.number, key, completes: whole.is_some() });
                }
                let Some((bytes, fragments)) = whole else {
                    return alone(record.data, &context, lens);
                };
                let header = Span::of(record.data, packet.header).start;
                let datagram = Some(Reassembled { bytes: &bytes, header, fragments });
                let context = Context { datagram, ..context };
                match transport(fragment.protocol, &bytes, 0) {
                    Transport::Tcp(segment) => self.segment(&packet, &segment, &bytes, context, record.data, lens),
                    Transport::Udp(datagram) => self.datagram(&packet, &datagram, &bytes, context, record.data, lens),
                    _ => alone(record.data, &context, lens),
                }
            }
            _ => alone(record.data, &context, lens),
        }
    }

    /// The capture is over: what waits is told as far as it came.
    pub fn finish(&mut self, lens: &mut dyn Lens) {
        let Self { flows, counts, first, previous, .. } = self;
        let end = FrameView {
            number: counts.frames,
            time: previous.unwrap_or_default(),
            first: first.unwrap_or_default(),
            ..FrameView::default()
        };
        let context = Context { frame: end, ..Context::default() };
        flows.close_all(&mut |closed| close(closed, context, counts, lens));
    }

    fn datagram(
        &mut self,
        packet: &Packet<'_>,
        datagram: &Datagram<'_>,
        buffer: &[u8],
        context: Context<'_>,
        frame_data: &[u8],
        lens: &mut dyn Lens,
    ) {
        let Self { flows, recogniser, counts, .. } = self;
        let ends = ends(packet, datagram.source, datagram.destination);
        let now = context.frame.time;
        let sighting = flows.sight(ends, Carrier::Udp, Start::Unknown, now, &mut |c| close(c, context, counts, lens));
        let flow = flow_view(&sighting, None);
        let context = Context { flow: Some(&flow), ..context };
        describe_headers(frame_data, &context, lens);
        let place = place(&sighting, &context.frame, false);
        let mut row = FrameRow::of(&place, &flow);
        if datagram.payload.is_empty() {
            return tell(&row, lens);
        }
        let mut scene = Scene::new(lens, counts, &mut sighting.state.waiting, context, buffer, place);
        match recogniser.datagram(datagram.payload, [datagram.source, datagram.destination]) {
            Some(protocol) => {
                let offset = u64::from(Span::of(buffer, datagram.payload).start);
                scene.message(protocol, datagram.payload, 0, offset);
            }
            None => {
                scene.raw(datagram.payload);
                row.raw = true;
            }
        }
        if datagram.missing > 0 {
            scene.mark(Mark::Truncated, datagram.payload);
        }
        tell(&row, lens);
    }

    fn segment(
        &mut self,
        packet: &Packet<'_>,
        segment: &Segment<'_>,
        buffer: &[u8],
        context: Context<'_>,
        frame_data: &[u8],
        lens: &mut dyn Lens,
    ) {
        let Self { flows, recogniser, counts, .. } = self;
        let ends = ends(packet, segment.source, segment.destination);
        let now = context.frame.time;
        let start = match (segment.has(flags::SYN), segment.has(flags::ACK)) {
            (true, false) => Start::Sender,
            (true, true) => Start::Receiver,
            _ => Start::Unknown,
        };
        // A SYN with another sequence number on a known flow: the ports are used again.
        let reused = start == Start::Sender
            && flows
                .peek(ends, Carrier::Tcp)
                .is_some_and(|s| s.tcp.as_ref().is_some_and(|t| t.is_reopened_by(segment)));
        if reused && let Some(closed) = flows.close(ends, Carrier::Tcp) {
            close(closed, context, counts, lens);
        }
        let sighting = flows.sight(ends, Carrier::Tcp, start, now, &mut |c| close(c, context, counts, lens));
        let from = if sighting.to_server { Direction::ToServer } else { Direction::ToClient };
        let place = place(&sighting, &context.frame, true);
        let shown = flow_view(&sighting, None);
        let Stream { tcp, waiting } = sighting.state;
        let tcp = tcp.get_or_insert_default();
        let flow = FlowView { tcp: Some(tcp.observe(from, segment)), ..shown };
        let context = Context { flow: Some(&flow), ..context };
        describe_headers(frame_data, &context, lens);

        let ports = [flow.server.port(), flow.client.port()];
        let opening = Opening { client: flow.client, server: flow.server, encrypted: false };
        let origin = Origin { frame: context.frame.number, at: Span::of(buffer, segment.payload).start };
        let mut row = FrameRow::of(&place, &flow);
        let mut scene = Scene::new(lens, counts, waiting, context, buffer, place);
        let TcpStream { halves: [to_server, to_client], talk, last_frame } = &mut **tcp;
        *last_frame = context.frame.number;
        let (own, other) = match from {
            Direction::ToServer => (to_server, to_client),
            Direction::ToClient => (to_client, to_server),
        };
        let mut stage = Stage { recogniser, ports, opening, talk };
        if segment.has(flags::ACK) {
            let Half { assembler, reader, .. } = &mut *other;
            scene.place.from = from.reverse();
            assembler.acknowledged(segment.ack, &mut |d| stage.take(from.reverse(), reader, d, &mut scene));
            scene.place.from = from;
        }
        let Half { assembler, reader, .. } = &mut *own;
        assembler.remember = matches!(stage.talk, Talk::Known(..));
        let before = scene.counts.messages;
        let arrival = assembler.push(segment, origin, &mut |d| stage.take(from, reader, d, &mut scene));
        if arrival.differs {
            scene.mark(describe::DIFFERS, segment.payload);
            row.differs = true;
        }
        if !segment.payload.is_empty()
            && before == scene.counts.messages
            && !arrival.keep_alive
            && !arrival.retransmission
            && matches!(talk, Talk::Nobody { .. })
        {
            scene.raw(segment.payload);
            row.raw = true;
        } else if !segment.payload.is_empty() && before == scene.counts.messages && matches!(talk, Talk::Known(..)) {
            scene.part_of_more();
            row.part = true;
        }
        // Both directions are over: the conversation's memory goes, the sequence numbers stay for repeated segments.
        if own.assembler.ended() && other.assembler.ended() {
            *talk = Talk::Nobody { tries: 0 };
        }
        tell(&row, lens);
    }
}

/// A flow leaves: its streams end here.
fn close(mut closed: Closed<Stream>, context: Context<'_>, counts: &mut Counts, lens: &mut dyn Lens) {
    let Some(mut tcp) = closed.state.tcp.take() else { return };
    let lost = tcp.halves.iter().map(|h| h.assembler.given_up()).sum::<u64>();
    let TcpStream { halves, talk, last_frame } = &mut *tcp;
    if !matches!(talk, Talk::Known(..)) {
        return;
    }
    counts.bytes_lost = counts.bytes_lost.saturating_add(lost);
    let frame = FrameView { number: *last_frame, time: closed.last, ..context.frame };
    for (half, from) in halves.iter_mut().zip([Direction::ToServer, Direction::ToClient]) {
        let place = Place {
            frame: frame.number,
            time: frame.time,
            flow: closed.id,
            pdu: 0,
            from,
            client: closed.client,
            server: closed.server,
            tcp: true,
            encrypted: false,
        };
        let context = Context { frame, ..Context::default() };
        let mut scene = Scene::new(lens, counts, &mut closed.state.waiting, context, &[], place);
        let recogniser = Recogniser::default();
        let opening = Opening { client: closed.client, server: closed.server, encrypted: false };
        let mut stage = Stage { recogniser: &recogniser, ports: [0, 0], opening, talk };
        let Half { assembler, reader, .. } = half;
        assembler.finish(&mut |d| stage.take(from, reader, d, &mut scene));
    }
}

impl TcpStream {
    /// True if a SYN starts the connection anew instead of being repeated.
    fn is_reopened_by(&self, syn: &Segment<'_>) -> bool {
        self.halves.iter().any(|h| h.base.is_some()) && !self.halves.iter().any(|h| h.base == Some(syn.seq))
    }

    /// What this segment says about the connection: numbers relative to its start, window, repetition.
    fn observe(&mut self, from: Direction, segment: &Segment<'_>) -> TcpView {
        let [to_server, to_client] = &mut self.halves;
        let (own, other) = match from {
            Direction::ToServer => (to_server, to_client),
            Direction::ToClient => (to_client, to_server),
        };
        let syn = segment.has(flags::SYN);
        let base = *own.base.get_or_insert(if syn { segment.seq } else { segment.seq.wrapping_sub(1) });
        if syn {
            own.scale = Scale(window_scale(segment.options).unwrap_or(-2));
        }
        let ack = if segment.has(flags::ACK) {
            let base = *other.base.get_or_insert(segment.ack.wrapping_sub(1));
            segment.ack.wrapping_sub(base)
        } else {
            segment.ack
        };
        let scale = match (own.scale.0, other.scale.0) {
            (-1, _) => -1,
            (-2, _) | (_, -2) => -2,
            (own, _) => own,
        };
        let shift = u32::try_from(scale).unwrap_or(0).min(14);
        let window = if syn { u32::from(segment.window) } else { u32::from(segment.window) << shift };
        let ahead = own.assembler.next().map_or(0, |next| segment.seq.wrapping_sub(next).cast_signed());
        let sent = segment.sent();
        TcpView {
            seq: segment.seq.wrapping_sub(base),
            ack,
            window,
            scale,
            retransmission: sent > 0 && ahead < -1 || sent > 1 && ahead < 0,
            out_of_order: sent > 0 && ahead < 0,
            lost_before: sent > 0 && ahead > 0,
            keep_alive: ahead == -1 && sent <= 1 && segment.flags & (flags::SYN | flags::FIN | flags::RST) == 0,
            overlap_differs: false,
        }
    }
}

/// The shift count of a window scale option (RFC 7323 §2.2).
fn window_scale(mut options: &[u8]) -> Option<i8> {
    loop {
        match options {
            [1, rest @ ..] => options = rest,
            [3, 3, shift, ..] => return i8::try_from(*shift).ok(),
            [0, ..] | [] | [_] => return None,
            [_, len, ..] => options = options.get(usize::from((*len).max(2))..)?,
        }
    }
}

/// The conversation of a stream on its stage.
struct Stage<'t> {
    recogniser: &'t Recogniser,
    ports: [u16; 2],
    opening: Opening,
    talk: &'t mut Talk,
}

impl Stage<'_> {
    fn take(&mut self, from: Direction, reader: &mut Reader, delivery: Delivery<'_>, scene: &mut Scene<'_>) {
        match delivery {
            Delivery::Bytes(bytes, origin) => self.bytes(from, reader, bytes, origin, scene),
            Delivery::Gap(n) => {
                let outcome = match self.talk {
                    Talk::Known(protocol, conversation) => {
                        reader.gap(from, n, (protocol, conversation.as_mut()), scene)
                    }
                    _ => return reader.pass(n),
                };
                self.follow(outcome.not_mine, reader, scene);
            }
            Delivery::End => {
                if let Talk::Known(protocol, conversation) = self.talk {
                    reader.end(from, (protocol, conversation.as_mut()), scene);
                }
            }
        }
    }

    fn bytes(&mut self, from: Direction, reader: &mut Reader, bytes: &[u8], origin: Origin, scene: &mut Scene<'_>) {
        let piece = scene.lens.indexes().then(|| PieceRow {
            flow: scene.place.flow,
            from,
            offset: reader.position(),
            origin,
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        });
        let held = match self.talk {
            Talk::Known(..) => false,
            Talk::Nobody { tries } => {
                let known = if *tries > 0 { Recogniser::surely(bytes) } else { None };
                *tries = tries.saturating_sub(1);
                let Some(protocol) = known else { return reader.pass(bytes.len() as u64) };
                self.open(protocol);
                false
            }
            Talk::Undecided => {
                // Only the bytes that arrived in order from the start are shown to the probes.
                let joined;
                let shown = if reader.waiting().is_empty() {
                    bytes
                } else {
                    joined = [reader.waiting(), bytes].concat();
                    &joined
                };
                match self.recogniser.stream(shown, self.ports) {
                    Verdict::Is(protocol) => {
                        self.open(protocol);
                        false
                    }
                    Verdict::Wait => {
                        reader.hold(bytes);
                        true
                    }
                    Verdict::Nobody => {
                        *self.talk = Talk::Nobody { tries: RETRIES };
                        return reader.pass(bytes.len() as u64);
                    }
                }
            }
        };
        // Streams nobody knows keep no pieces.
        if let Some(piece) = piece {
            scene.lens.piece(&piece);
        }
        if held {
            return;
        }
        if let Talk::Known(protocol, conversation) = self.talk {
            let outcome = reader.bytes(from, bytes, (protocol, conversation.as_mut()), scene);
            if outcome.too_large {
                scene.counts.messages_too_large = scene.counts.messages_too_large.saturating_add(1);
            }
            self.follow(outcome.not_mine, reader, scene);
        }
        // What is left after a hand-over (CONNECT, Upgrade) belongs to whoever comes next.
        if matches!(self.talk, Talk::Undecided)
            && !reader.waiting().is_empty()
            && let Verdict::Is(protocol) = self.recogniser.stream(reader.waiting(), self.ports)
        {
            self.open(protocol);
            if let Talk::Known(protocol, conversation) = self.talk {
                reader.bytes(from, &[], (protocol, conversation.as_mut()), scene);
            }
        }
    }

    fn open(&mut self, protocol: &'static Protocol) {
        if let Some(open) = protocol.open {
            *self.talk = Talk::Known(protocol, open(&self.opening));
        }
    }

    fn follow(&mut self, not_mine: bool, reader: &mut Reader, scene: &mut Scene<'_>) {
        if let Some(next) = scene.became.take() {
            *self.talk = Talk::Undecided;
            if let Some(protocol) = next {
                self.open(protocol);
            }
        } else if not_mine {
            reader.pass(0);
            *self.talk = Talk::Nobody { tries: RETRIES };
        }
    }
}

impl<'s> Scene<'s> {
    fn new(
        lens: &'s mut dyn Lens,
        counts: &'s mut Counts,
        waiting: &'s mut Vec<(u64, Exchange)>,
        context: Context<'s>,
        buffer: &'s [u8],
        place: Place,
    ) -> Self {
        Self { lens, counts, waiting, context, buffer, place, became: None }
    }

    /// Bytes nobody knows, shown as they are.
    fn raw(&mut self, bytes: &[u8]) {
        if self.lens.shows() {
            self.describe(&data::PROTOCOL, bytes, 0, None);
        }
    }

    /// Says of a segment that the message in it ends elsewhere.
    fn part_of_more(&mut self) {
        if self.lens.shows() {
            describe::part(self.lens.sink(&self.place));
        }
    }

    fn mark(&mut self, mark: Mark, bytes: &[u8]) {
        let at = Span::of(self.buffer, bytes);
        let sink = self.lens.sink(&self.place);
        describe::within(&self.context, self.buffer, sink, |sink| sink.mark(mark, at));
    }

    fn describe(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64, exchange: Option<Exchange>) {
        let carried = !lies_in(self.buffer, bytes);
        let told = Told { protocol, bytes, from: self.place.from, note, exchange, carried };
        let sink = self.lens.sink(&self.place);
        if !describe::message(&told, &self.context, self.buffer, sink) {
            self.counts.mistakes = self.counts.mistakes.saturating_add(1);
            self.mark(describe::MISTAKE, bytes);
        }
    }

    /// Finds the request a response answers, or keeps a request for its response.
    fn partner(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64) -> Option<Exchange> {
        let pair = (protocol.pair)(bytes, note)?;
        if pair.opens {
            // A request sent again soon: the answer counts from the first one.
            let now = self.place.time;
            if self.waiting.iter().any(|(key, first)| *key == pair.key && now.since(first.time) < REPEATED) {
                return None;
            }
            self.waiting.retain(|(key, _)| *key != pair.key);
            if self.waiting.len() >= MAX_WAITING {
                self.waiting.remove(0);
            }
            self.waiting.push((pair.key, Exchange { frame: self.place.frame, time: self.place.time }));
            return None;
        }
        let at = self.waiting.iter().position(|(key, _)| *key == pair.key)?;
        Some(self.waiting.swap_remove(at).1)
    }
}

impl Placed for Scene<'_> {
    fn message(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64, offset: u64) {
        self.counts.messages = self.counts.messages.saturating_add(1);
        self.place.pdu = self.counts.messages;
        let (shows, indexes) = (self.lens.shows(), self.lens.indexes());
        let exchange = if shows || indexes { self.partner(protocol, bytes, note) } else { None };
        if indexes {
            let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let carried = !lies_in(self.buffer, bytes);
            self.lens.message(&MessageRow { protocol, place: self.place, note, offset, len, exchange, carried });
        }
        self.describe(protocol, bytes, note, exchange);
    }

    fn becomes(&mut self, protocol: Option<&'static Protocol>) {
        self.became = Some(protocol);
    }
}

fn describe_headers(data: &[u8], context: &Context<'_>, lens: &mut dyn Lens) {
    if !lens.shows() {
        return;
    }
    let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let place = Place {
        frame: context.frame.number,
        time: context.frame.time,
        flow: u32::MAX,
        pdu: 0,
        from: Direction::ToServer,
        client: nowhere,
        server: nowhere,
        tcp: false,
        encrypted: false,
    };
    describe::headers(data, context, lens.sink(&place));
}

/// A frame of no conversation: its headers are all there is.
fn alone(data: &[u8], context: &Context<'_>, lens: &mut dyn Lens) {
    describe_headers(data, context, lens);
    tell(&FrameRow { frame: context.frame.number, ..FrameRow::default() }, lens);
}

fn tell(row: &FrameRow, lens: &mut dyn Lens) {
    if lens.indexes() {
        lens.frame(row);
    }
}

fn ends(packet: &Packet<'_>, source: u16, destination: u16) -> Ends {
    Ends {
        source: SocketAddr::new(packet.source, source),
        destination: SocketAddr::new(packet.destination, destination),
    }
}

fn flow_view(sighting: &Sighting<'_, Stream>, tcp: Option<TcpView>) -> FlowView {
    FlowView {
        stream: sighting.stream,
        client: sighting.client,
        server: sighting.server,
        first: sighting.first,
        previous: sighting.previous,
        tcp,
    }
}

fn place(sighting: &Sighting<'_, Stream>, frame: &FrameView<'_>, tcp: bool) -> Place {
    Place {
        frame: frame.number,
        time: frame.time,
        flow: sighting.id,
        pdu: 0,
        from: if sighting.to_server { Direction::ToServer } else { Direction::ToClient },
        client: sighting.client,
        server: sighting.server,
        tcp,
        encrypted: false,
    }
}
