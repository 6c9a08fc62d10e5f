//! What is kept for a TCP connection, and what one segment says about it.

use super::Lens;
use super::passed::Passed;
use super::reader::Reader;
use super::sequence::{Remarks, Sequence};
use crate::fact::{Connection, Direction, Ending, Place};
use crate::network::{Segment, flags};
use crate::protocol::{Conversation, FrameView, Protocol, TcpView};
use crate::stream::Assembler;
use crate::wire::Timestamp;
use crate::wire::time::NANOS;

/// How long nothing has to be sent for it to count as a pause, in nanoseconds.
const PAUSE: i64 = 60 * NANOS;

#[derive(Default)]
pub(super) struct TcpStream {
    pub(super) halves: [Half; 2],
    pub(super) talk: Talk,
    pub(super) last_frame: u64,
    /// How it began and ended, as far as it did.
    pub(super) life: Connection,
    /// Another connection was asked for in the same way a moment before.
    like_another: bool,
    /// The stream inside, once something of it was decrypted.
    pub(super) inner: Option<Box<Inner>>,
    /// What the sequence numbers said so far; only where somebody looks at headers.
    sequence: Option<Box<Sequence>>,
}

/// What is looked at in a segment's header.
#[derive(Clone, Copy)]
pub(super) struct Look<'l> {
    pub(super) frame: &'l FrameView<'l>,
    /// Sequence numbers are analysed.
    pub(super) closely: bool,
    /// It begins a connection on ports that another one had.
    pub(super) reused: bool,
}

/// A decrypted stream: read like one on the wire, but nothing of it is kept.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) readers: [Reader; 2],
    pub(super) talk: Talk,
}

#[derive(Default)]
pub(super) struct Half {
    pub(super) assembler: Assembler,
    pub(super) reader: Reader,
    /// Sequence number that counts as 0.
    pub(super) base: Option<u32>,
    /// Window scale of this side's SYN: -1 none seen, -2 seen without the option.
    pub(super) scale: Scale,
    /// The capture cut a segment of it off, and no message began since.
    pub(super) cut: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Scale(pub(super) i8);

impl Default for Scale {
    fn default() -> Self {
        Self(-1)
    }
}

#[derive(Default)]
pub(super) enum Talk {
    #[default]
    Undecided,
    Known(&'static Protocol, Box<dyn Conversation>),
    Nobody {
        tries: u8,
    },
}

impl TcpStream {
    /// True if a SYN starts the connection anew instead of being repeated.
    pub(super) fn is_reopened_by(&self, syn: &Segment<'_>) -> bool {
        self.halves.iter().any(|h| h.base.is_some()) && !self.halves.iter().any(|h| h.base == Some(syn.seq))
    }

    /// The sequence number with which the client began, if the server let it in.
    pub(super) fn began(&self) -> Option<u32> {
        self.halves[0].base.filter(|_| self.life.accepted)
    }

    /// Notes how the connection begins and ends.
    pub(super) fn live(&mut self, from: Direction, segment: &Segment<'_>, frame: u64, time: Timestamp) {
        let life = &mut self.life;
        if let Some(seen) = life.seen.get_mut(from.index()) {
            *seen = true;
        }
        let syn = segment.has(flags::SYN);
        if syn && from == Direction::ToServer {
            life.opened.get_or_insert((frame, time));
            life.last_syn = time;
            life.syns = life.syns.saturating_add(1);
        }
        // A client that acknowledges or sends has been let in; a server that refuses resets.
        life.accepted |= !segment.has(flags::RST)
            && match from {
                Direction::ToServer => !syn,
                Direction::ToClient => true,
            };
        let reset = segment.has(flags::RST);
        let ends = reset || segment.has(flags::FIN);
        let since = time.since(life.last);
        if life.accepted && life.last != Timestamp::default() && since >= PAUSE && life.ended.is_none() {
            (life.pause, life.dropped) = (Some(since), true);
        }
        life.last = time;
        if from == Direction::ToClient && !ends {
            life.pause = None;
        }
        // Who leaves by itself was not thrown out, if the server still agrees.
        life.dropped &= !(ends && from == Direction::ToClient && life.client_left.is_some());
        if ends {
            life.ended.get_or_insert(Ending { by: from, reset, frame, time });
            if from == Direction::ToServer {
                life.client_left.get_or_insert((frame, time));
            }
        }
    }

    /// What became of it.
    pub(super) fn told(&self) -> Connection {
        let halves = [&self.halves[0].assembler, &self.halves[1].assembler];
        Connection {
            lost: halves.map(Assembler::missing),
            delivered: halves.map(Assembler::is_acknowledged),
            ..self.life
        }
    }

    /// Finds out whether the capture has seen the connection before, between other addresses.
    pub(super) fn twice(&mut self, known: &mut Passed, segment: &Segment<'_>, place: &Place, lens: &mut dyn Lens) {
        let first = place.from == Direction::ToServer && self.halves[0].base == Some(segment.seq.wrapping_sub(1));
        if segment.has(flags::SYN) && !segment.has(flags::ACK) {
            self.like_another |= known.asks(place, segment);
        } else if first && !segment.payload.is_empty() {
            known.says(place, segment, self.like_another, lens);
        }
    }

    /// What this segment says about the connection: numbers relative to its start, window, repetition.
    pub(super) fn observe(&mut self, from: Direction, segment: &Segment<'_>, look: Look<'_>) -> TcpView {
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
        let Remarks { noticed, ack_rtt, initial_rtt, rto, progress } = if look.closely {
            // The window of the other side counts in its own scale, if both offered one.
            let known = u32::try_from(if own.scale.0 == -2 || other.scale.0 == -2 { 0 } else { other.scale.0 }).ok();
            let sequence = self.sequence.get_or_insert_default();
            sequence.observe(from, segment, look.frame, known, look.reused)
        } else {
            Remarks::default()
        };
        TcpView {
            seq: segment.seq.wrapping_sub(base),
            ack,
            window,
            scale,
            noticed,
            ack_rtt,
            initial_rtt,
            rto,
            progress,
        }
    }
}

/// The shift count of a window scale option (RFC 7323 §2.2).
pub(super) fn window_scale(options: &[u8]) -> Option<i8> {
    i8::try_from(*option(options, 3)?.first()?).ok()
}

/// The data of the first option of this kind (RFC 9293 §3.1).
pub(super) fn option(mut options: &[u8], kind: u8) -> Option<&[u8]> {
    loop {
        match options {
            [1, rest @ ..] => options = rest,
            [0, ..] | [] | [_] => return None,
            [this, len, ..] => {
                let (own, rest) = options.split_at_checked(usize::from((*len).max(2)))?;
                if *this == kind {
                    return own.get(2..);
                }
                options = rest;
            }
        }
    }
}
