//! One frame after the other: slice, find the flow, put the stream in order, let the conversation find messages, describe
//! them.

use super::closing::{close, fate};
use super::connection::{Half, Look, Talk, TcpStream};
use super::describe;
use super::echoes::Echoes;
use super::later::Later;
use super::media::Media;
use super::passed::Passed;
use super::reader::Placed;
use super::recognise::{DecodeAs, Recogniser};
use super::scene::Scene;
use super::stage::Stage;
use super::{Counts, FragmentRow, FrameRow, Glance, Lens, Part, StreamRow};
use crate::capture::Record;
use crate::fact::{Direction, Fact, Place, Unreachable};
use crate::field::Mark;
use crate::network::{
    self, Datagram, Defragmenter, Packet, Segment, Transport, Undelivered, flags, inside, slice, transport,
};
use crate::protocol::{Context, Exchange, FlowView, FrameView, Likelihood, Opening, Reassembled, TcpView};
use crate::secrets::TlsKeys;
use crate::secrets::kerberos::Keyring;
use crate::stream::Transport as Carrier;
use crate::stream::{Ends, FlowTable, Origin, Sighting, Start};
use crate::wire::time::NANOS;
use crate::wire::{Span, Timestamp};
use std::net::SocketAddr;

/// Flows open at a time.
const MAX_FLOWS: usize = 200_000;

/// Nanoseconds after which a conversation of datagrams is let go if nobody looks at its number.
const SILENT: i64 = 60 * NANOS;

/// Whether both directions of a connection ended, and nobody looks at headers: only a new one on the same ports is of
/// interest.
#[derive(Default, PartialEq, Eq)]
enum Over {
    #[default]
    No,
    /// The sequence number with which a client began that was let in: a SYN with it is that of a second capture point.
    Yes(Option<u32>),
}

/// What is kept for a flow.
#[derive(Default)]
pub(super) struct Stream {
    pub(super) tcp: Option<Box<TcpStream>>,
    /// `udp.stream`, if it is one of its own.
    number: Option<u32>,
    over: Over,
    pub(super) waiting: Vec<(u64, Exchange)>,
}

/// A scan in progress.
pub struct Scan {
    flows: FlowTable<Stream>,
    fragments: Defragmenter,
    recogniser: Recogniser,
    media: Media,
    echoes: Echoes,
    counts: Counts,
    keys: TlsKeys,
    keyring: Option<Keyring>,
    passed: Passed,
    first: Option<Timestamp>,
    previous: Option<Timestamp>,
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
            media: Media::default(),
            echoes: Echoes::default(),
            counts: Counts::default(),
            keys: TlsKeys::default(),
            keyring: None,
            passed: Passed::default(),
            first: None,
            previous: None,
        }
    }

    /// The same, opening what these keys open.
    pub fn with_keys(self, keys: TlsKeys) -> Self {
        Self { keys, ..self }
    }

    /// The same, opening Kerberos messages with these keys.
    pub fn with_keyring(self, keyring: Option<Keyring>) -> Self {
        Self { keyring, ..self }
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

    /// Frames taken so far.
    pub const fn frames(&self) -> u64 {
        self.counts.frames
    }

    /// Takes the next frame of the capture.
    pub fn frame(&mut self, record: &Record<'_>, lens: &mut dyn Lens) {
        self.counts.frames = self.counts.frames.saturating_add(1);
        self.counts.bytes = self.counts.bytes.saturating_add(record.data.len() as u64);
        self.counts.cut =
            self.counts.cut.saturating_add(u64::from((record.data.len() as u64) < record.wire_len.into()));
        let first = *self.first.get_or_insert(record.time);
        let view = FrameView {
            number: self.counts.frames,
            time: record.time,
            first,
            previous: self.previous.replace(record.time),
            wire_len: record.wire_len,
            captured: u32::try_from(record.data.len()).unwrap_or(u32::MAX),
            link_type: record.link_type,
            interface: record.numbered.then_some(record.interface),
            interface_name: record.name,
            interface_description: record.description,
            comments: record.comments,
        };
        let keyring = self.keyring.clone();
        let context = Context { frame: view, keyring: keyring.as_ref(), ..Context::default() };
        let packet = slice(record.link_type, record.data);
        match packet.as_ref().map(|p| (p, &p.transport)) {
            Some((packet, Transport::Tcp(segment))) => {
                self.segment(packet, segment, record.data, &context, record.data, lens);
            }
            Some((packet, Transport::Udp(datagram))) => {
                self.datagram(packet, datagram, record.data, &context, record.data, lens);
            }
            Some((packet, Transport::Fragment(fragment))) => {
                let whole = self.fragments.push(packet.source, packet.destination, fragment, record.time);
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
                let (packet, transport) = match inside(fragment.protocol, &bytes) {
                    Some(inner) => (inner, inner.transport),
                    None => (*packet, transport(fragment.protocol, &bytes, 0)),
                };
                match transport {
                    Transport::Tcp(segment) => self.segment(&packet, &segment, &bytes, &context, record.data, lens),
                    Transport::Udp(datagram) => self.datagram(&packet, &datagram, &bytes, &context, record.data, lens),
                    _ => alone(record.data, &context, lens),
                }
            }
            Some((_, Transport::Undelivered(what))) => {
                alone(record.data, &context, lens);
                undelivered(what, &view, lens);
            }
            Some((packet, Transport::Echo(echo))) => {
                let seen = Exchange { frame: view.number, time: view.time };
                let exchange = self.echoes.partner((packet.source, packet.destination), *echo, seen);
                alone(record.data, &Context { exchange, ..context }, lens);
            }
            other => {
                let unread = other.is_none() && !network::reads(record.link_type);
                self.counts.unread = self.counts.unread.saturating_add(u64::from(unread));
                alone(record.data, &context, lens);
            }
        }
        if lens.postpones() {
            for later in lens.postponed() {
                later.describe(record.data, &context, lens);
            }
        }
    }

    /// The capture is over: what waits is told as far as it came.
    pub fn finish(&mut self, lens: &mut dyn Lens) {
        let Self { flows, counts, media, keyring, first, previous, .. } = self;
        let end = FrameView {
            number: counts.frames,
            time: previous.unwrap_or_default(),
            first: first.unwrap_or_default(),
            ..FrameView::default()
        };
        let context = Context { frame: end, keyring: keyring.as_ref(), ..Context::default() };
        flows.close_all(&mut |closed| close(closed, &context, (counts, media), lens));
        let place = Place::of_frame(end.number, end.time);
        if end.number > 0 {
            lens.sink(&place).fact(Fact::Over, Span::default());
        }
    }

    fn datagram(
        &mut self,
        packet: &Packet<'_>,
        datagram: &Datagram<'_>,
        buffer: &[u8],
        context: &Context<'_>,
        frame_data: &[u8],
        lens: &mut dyn Lens,
    ) {
        if !lens.conversations() {
            return glance(packet, frame_data, context, lens);
        }
        let Self { flows, recogniser, counts, media, .. } = self;
        let ends = ends(packet, datagram.source, datagram.destination);
        let now = context.frame.time;
        if !lens.shows() && !lens.indexes() {
            flows.let_go(Timestamp(now.0.saturating_sub(SILENT)), &mut |c| close(c, context, (counts, media), lens));
        }
        let sighting =
            flows.sight(ends, Carrier::Udp, Start::Unknown, now, &mut |c| close(c, context, (counts, media), lens));
        let mut flow = flow_view(&sighting, None);
        let seen = (context.frame.number, now);
        media.number([ends.source, ends.destination], &mut sighting.state.number, seen, &mut flow);
        let context = &Context { flow: Some(&flow), ..*context };
        glance(packet, frame_data, context, lens);
        let place = place(&sighting, &context.frame, false);
        let mut row = FrameRow::of(&place, &flow);
        if datagram.payload.is_empty() || !lens.streams() {
            return tell(&row, lens);
        }
        lens.stream(&StreamRow { place, number: Some(flow.stream), bytes: datagram.payload, gap: 0 });
        let mut scene = Scene::new(lens, (counts, media), &mut sighting.state.waiting, context, buffer, place);
        let ports = [datagram.source, datagram.destination];
        let announced = if recogniser.rules(ports) {
            None
        } else {
            scene.media.of(datagram.payload, [ends.source, ends.destination])
        };
        let known = || recogniser.datagram(datagram.payload, ports).map(|protocol| (protocol, 0));
        if let Some((protocol, note)) = announced.or_else(known) {
            let offset = u64::from(Span::of(buffer, datagram.payload).start);
            scene.message(protocol, datagram.payload, note, offset);
        } else {
            scene.raw(datagram.payload);
            row.raw = true;
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
        context: &Context<'_>,
        frame_data: &[u8],
        lens: &mut dyn Lens,
    ) {
        if !lens.conversations() {
            return glance(packet, frame_data, context, lens);
        }
        let Self { flows, recogniser, counts, media, keys, passed, .. } = self;
        let ends = ends(packet, segment.source, segment.destination);
        let now = context.frame.time;
        let start = match (segment.has(flags::SYN), segment.has(flags::ACK)) {
            (true, false) => Start::Sender,
            (true, true) => Start::Receiver,
            _ => Start::Unknown,
        };
        // A SYN with another sequence number on a known flow: the ports are used again.
        let reused = start == Start::Sender
            && flows.peek(ends, Carrier::Tcp).is_some_and(|s| match s.over {
                Over::Yes(began) => began != Some(segment.seq),
                Over::No => s.tcp.as_ref().is_some_and(|t| t.is_reopened_by(segment)),
            });
        if reused && let Some(closed) = flows.close(ends, Carrier::Tcp) {
            close(closed, context, (counts, media), lens);
        }
        let sighting = flows.sight(ends, Carrier::Tcp, start, now, &mut |c| close(c, context, (counts, media), lens));
        let from = if sighting.to_server { Direction::ToServer } else { Direction::ToClient };
        let place = place(&sighting, &context.frame, true);
        let shown = flow_view(&sighting, None);
        let Stream { tcp: kept, over, waiting, .. } = sighting.state;
        if *over != Over::No {
            return;
        }
        let tcp = kept.get_or_insert_default();
        let look = Look { frame: &context.frame, closely: lens.analyses() && lens.streams(), reused };
        let flow = FlowView { tcp: Some(tcp.observe(from, segment, look)), ..shown };
        tcp.live(from, segment, context.frame.number, now);
        tcp.twice(passed, segment, &place, lens);
        let context = &Context { flow: Some(&flow), ..*context };
        glance(packet, frame_data, context, lens);
        if !lens.streams() {
            return tell(&FrameRow::of(&place, &flow), lens);
        }

        let ports = [flow.server.port(), flow.client.port()];
        let opening = Opening { client: flow.client, server: flow.server, encrypted: false, keys: Some(keys) };
        let origin = Origin { frame: context.frame.number, at: Span::of(buffer, segment.payload).start };
        let mut row = FrameRow::of(&place, &flow);
        let mut scene = Scene::new(lens, (counts, media), waiting, context, buffer, place);
        scene.cut = (segment.missing > 0).then_some(segment.payload);
        let TcpStream { halves: [to_server, to_client], talk, last_frame, inner, .. } = &mut **tcp;
        *last_frame = context.frame.number;
        let (own, other) = match from {
            Direction::ToServer => (to_server, to_client),
            Direction::ToClient => (to_client, to_server),
        };
        let mut stage = Stage { recogniser, ports, opening, talk, inner };
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
        if segment.has(flags::RST) {
            // A reset ends the other direction too.
            let Half { assembler, reader, .. } = &mut *other;
            scene.place.from = from.reverse();
            assembler.finish(&mut |d| stage.take(from.reverse(), reader, d, &mut scene));
            scene.place.from = from;
        }
        if arrival.differs {
            scene.mark(describe::DIFFERS, segment.payload);
            row.differs = true;
        }
        // A segment that was cut off ends no message, even if one was told as far as it came.
        own.cut = segment.missing > 0 || own.cut && before == scene.counts.messages;
        if !segment.payload.is_empty() && before == scene.counts.messages {
            match talk {
                // What keeps a connection alive says nothing.
                _ if arrival.keep_alive => row.raw = true,
                Talk::Nobody { .. } => row.raw = !arrival.retransmission,
                Talk::Undecided => {
                    let part = Part { begins: false, again: arrival.retransmission };
                    row.part = Recogniser::expects(own.reader.waiting(), ports).then_some(part);
                    row.raw = row.part.is_none() && !arrival.retransmission;
                }
                Talk::Known(protocol, ..) => match protocol.continues {
                    Some(note)
                        if scene.lens.hasty()
                            && !arrival.retransmission
                            && (arrival.lost_before && own.reader.is_idle() || own.cut)
                            && (protocol.probe)(segment.payload) == Likelihood::No =>
                    {
                        scene.early(protocol, segment.payload, note);
                    }
                    _ => {
                        // All that waits came with this segment: a message begins in it.
                        let begins = own.reader.waiting().len() == segment.payload.len();
                        row.part = Some(Part { begins: begins && protocol.at_once, again: arrival.retransmission });
                    }
                },
            }
            if let Some(part) = row.part {
                scene.part_of_more(segment.payload, part);
            } else if row.raw {
                scene.raw(segment.payload);
            }
        }
        // Both directions are over: the conversation's memory goes, the sequence numbers stay for repeated segments.
        let ended = own.assembler.ended() && other.assembler.ended();
        if ended {
            fate(tcp.told(), &place, lens);
            let TcpStream { halves: [own, other], talk, inner, .. } = &mut **tcp;
            if matches!(talk, Talk::Known(..)) {
                let lost = own.assembler.given_up().saturating_add(other.assembler.given_up());
                counts.bytes_lost = counts.bytes_lost.saturating_add(lost);
            }
            *talk = Talk::Nobody { tries: 0 };
            *inner = None;
            if !lens.looks() {
                *over = Over::Yes(tcp.began());
            }
        }
        tell(&row, lens);
        if *over != Over::No {
            *kept = None;
            *waiting = Vec::new();
        }
    }
}

/// Tells that the network could not deliver a packet.
fn undelivered(what: &Undelivered, frame: &FrameView<'_>, lens: &mut dyn Lens) {
    let (client, server, tcp) = (what.source, what.destination, what.tcp);
    let place = Place { client, server, tcp, ..Place::of_frame(frame.number, frame.time) };
    let v6 = what.source.is_ipv6();
    lens.sink(&place).fact(Fact::Unreachable(Unreachable { code: what.code, v6 }), Span::default());
}

/// Shows the lens a frame of a conversation, and describes its headers if they are wanted.
fn glance(packet: &Packet<'_>, data: &[u8], context: &Context<'_>, lens: &mut dyn Lens) {
    // A datagram of several fragments says more than the frame at hand.
    let glance = match context.datagram {
        None => Glance::new(&context.frame, data, packet, context.flow),
        Some(_) => Glance { frame: &context.frame, data, plain: None },
    };
    lens.glance(&glance);
    if lens.headers() || glance.plain.is_none() {
        describe_headers(data, context, lens);
    }
}

fn describe_headers(data: &[u8], context: &Context<'_>, lens: &mut dyn Lens) {
    if !lens.shows() {
        return;
    }
    if lens.postpones() {
        lens.postpone(Later::headers(context));
        if !lens.wants_headers_now() {
            return;
        }
    }
    let (place, values) = (Place::of_frame(context.frame.number, context.frame.time), lens.header_values());
    describe::headers(data, context, lens.sink(&place), values);
}

/// A frame of no conversation: its headers are all there is.
fn alone(data: &[u8], context: &Context<'_>, lens: &mut dyn Lens) {
    lens.glance(&Glance { frame: &context.frame, data, plain: None });
    describe_headers(data, context, lens);
    tell(&FrameRow { frame: context.frame.number, answers: context.exchange, ..FrameRow::default() }, lens);
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
        frames: None,
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
