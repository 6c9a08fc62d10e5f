//! Where HTTP/1 messages begin and end (RFC 9112 §6.3, §9.3), in both directions of a connection.
//!
//! Requests wait in a queue for their responses, because a response to HEAD or CONNECT ends differently. A body that
//! fits is waited for; a larger one is passed over without being kept. Behind a gap a direction goes on at the next
//! segment that begins with a start line.
//!
//! Invariants: `waiting.len() <= MAX_WAITING`; a direction never asks for more than [`MAX_HEAD`] + [`MAX_BODY`] bytes.

use super::chunk::{Chunks, Piece};
use super::note::{self, Asked};
use super::parse::{FieldLines, StartLine, cut_start_line, decimal, first_line, list, may_begin_head, start_line};
use crate::protocol::{Claim, Conversation, Direction, Found, Input, Opening, Progress, Protocol, registry};
use crate::wire::head::HeadFinder;
use std::collections::VecDeque;

/// Bytes of a head.
const MAX_HEAD: usize = 64 << 10;
/// Bytes of a body that is waited for.
const MAX_BODY: usize = 1 << 20;
/// Requests that wait for a response.
const MAX_WAITING: usize = 64;

/// Opens a conversation.
pub fn open(opening: &Opening) -> Box<dyn Conversation> {
    Box::new(Exchanges { inside: if opening.encrypted { note::ENCRYPTED } else { 0 }, ..Exchanges::default() })
}

#[derive(Default)]
struct Exchanges {
    sides: [Side; 2],
    waiting: VecDeque<Waiting>,
    /// The number of the next request.
    next: u32,
    /// Responses were lost in a gap: the next one answers the newest request.
    responses_lost: bool,
    /// Responses that came when no request waited. Their requests may have been cut, and be told when the gap is certain.
    unasked: u32,
    /// Goes into every note: whether the connection is inside TLS.
    inside: u64,
}

#[derive(Clone, Copy)]
struct Waiting {
    number: u32,
    asked: Asked,
}

/// One direction.
#[derive(Default)]
struct Side {
    state: State,
    finder: HeadFinder,
}

#[derive(Default)]
enum State {
    /// A head is expected.
    #[default]
    Head,
    /// A message whose head is known is waited for.
    Body(Body),
    /// A chunked body too large to be kept is passed over.
    Passing(Chunks),
    /// A body too large to be kept is passed over until the direction ends.
    PassingAll,
    /// So many bytes of a body are left, some of which were lost.
    Rest(u64),
    /// The place was lost.
    Lost,
}

struct Body {
    head: usize,
    extent: Extent,
    note: u64,
    turn: Turn,
}

/// How a body ends.
#[derive(Clone)]
enum Extent {
    Length(u64),
    Chunked(Chunks),
    UntilClose,
}

/// What follows a message.
#[derive(Clone, Copy)]
enum Turn {
    Stays,
    /// Something else begins (CONNECT, Upgrade), which the head may have named.
    Becomes(Option<&'static Protocol>),
}

impl Conversation for Exchanges {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        match input {
            Input::Bytes(bytes) => self.bytes(from, bytes, found),
            Input::Gap(missing) => {
                self.gap(from, missing);
                Progress::Took(0)
            }
            Input::End(bytes) => {
                self.end(from, bytes, found);
                Progress::Took(bytes.len())
            }
        }
    }
}

impl Exchanges {
    fn side(&mut self, from: Direction) -> &mut Side {
        let [to_server, to_client] = &mut self.sides;
        if from == Direction::ToServer { to_server } else { to_client }
    }

    fn bytes(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) -> Progress {
        match std::mem::take(&mut self.side(from).state) {
            State::Head => self.head(from, bytes, found),
            State::Lost => self.resync(from, bytes, found),
            State::Body(body) => self.body(from, body, bytes, found),
            State::Passing(chunks) => self.pass(from, chunks, bytes),
            State::Rest(left) => Progress::Skip { took: 0, skip: left },
            State::PassingAll => {
                // A server that lied about the end of its body may go on with another response.
                if first_line(bytes).is_some_and(|(line, _)| start_line(line).is_some()) {
                    return self.head(from, bytes, found);
                }
                self.side(from).state = State::PassingAll;
                Progress::Took(bytes.len())
            }
        }
    }

    /// A head is expected at the start of `bytes`.
    fn head(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) -> Progress {
        // Empty lines before a request are to be ignored (RFC 9112 §2.2); on their own they are told as stray.
        self.side(from).state = State::Head;
        let blank = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if blank > 0 {
            self.side(from).finder.reset();
            if blank == bytes.len() {
                found.message(bytes, note::STRAY);
            }
            return Progress::Took(blank);
        }
        if !may_begin_head(front(bytes)) {
            return self.resync(from, bytes, found);
        }
        let Some(head) = self.side(from).finder.find(bytes) else {
            if bytes.len() > MAX_HEAD {
                found.too_large();
                return self.resync(from, bytes, found);
            }
            return Progress::More { took: 0, need: 0 };
        };
        self.side(from).finder.reset();
        match self.begin(bytes.get(..head).unwrap_or(bytes), false) {
            Some(body) => self.body(from, body, bytes, found),
            None => self.resync(from, bytes, found),
        }
    }

    /// Reads from a head how its message ends, and joins requests and responses. The first line of a head that was cut
    /// may have no end.
    fn begin(&mut self, head: &[u8], cut: bool) -> Option<Body> {
        let (start, rest) = match first_line(head) {
            Some((line, rest)) => (start_line(line)?, rest),
            None => (cut_start_line(head)?, &[][..]),
        };
        let framing = Framing::read(FieldLines::of(rest));
        let (note, extent, turn) = match start {
            StartLine::Request { method, .. } => {
                let asked = Asked::named(method);
                if cut && self.unasked > 0 {
                    // Its response came before the gap was certain.
                    let number = self.next.wrapping_sub(self.unasked);
                    self.unasked = self.unasked.saturating_sub(1);
                    return Some(Body {
                        head: head.len(),
                        extent: framing.extent().unwrap_or(Extent::Length(0)),
                        note: note::pack(number, asked) | self.inside,
                        turn: Turn::Stays,
                    });
                }
                self.unasked = 0;
                let number = self.next;
                self.next = self.next.wrapping_add(1);
                if std::mem::take(&mut self.responses_lost) || self.waiting.len() >= MAX_WAITING {
                    self.waiting.clear();
                }
                self.waiting.push_back(Waiting { number, asked });
                (note::pack(number, asked), framing.extent().unwrap_or(Extent::Length(0)), Turn::Stays)
            }
            StartLine::Response { status, .. } => {
                let answered = self.answered(status);
                let note = note::pack(answered.number, answered.asked);
                let tunnel = status == 101 || (answered.asked == Asked::Connect && (200..300).contains(&status));
                let empty = answered.asked == Asked::Head || matches!(status, 100..200 | 204 | 304);
                let extent =
                    if tunnel || empty { Extent::Length(0) } else { framing.extent().unwrap_or(Extent::UntilClose) };
                (note, extent, if tunnel { Turn::Becomes(framing.upgrade) } else { Turn::Stays })
            }
        };
        Some(Body { head: head.len(), extent, note: note | self.inside, turn })
    }

    /// The request that a response answers. An interim response (1xx) leaves it waiting.
    fn answered(&mut self, status: u16) -> Waiting {
        if std::mem::take(&mut self.responses_lost) {
            let newest = self.waiting.pop_back();
            self.waiting.clear();
            self.waiting.extend(newest);
        }
        let interim = (100..200).contains(&status) && status != 101;
        let waiting = if interim { self.waiting.front().copied() } else { self.waiting.pop_front() };
        waiting.unwrap_or_else(|| {
            // Its request was not captured; it has a number all the same.
            let number = self.next;
            if !interim {
                self.next = self.next.wrapping_add(1);
                self.unasked = self.unasked.saturating_add(1);
            }
            Waiting { number, asked: Asked::Unknown }
        })
    }

    /// A message whose head lies at the start of `bytes`.
    fn body(&mut self, from: Direction, mut body: Body, bytes: &[u8], found: &mut dyn Found) -> Progress {
        let here = bytes.get(body.head..).unwrap_or(&[]);
        let (len, extra) = match &mut body.extent {
            Extent::Length(length) => match usize::try_from(*length).ok().filter(|n| *n <= MAX_BODY) {
                Some(n) if n <= here.len() => (n, Progress::Took(0)),
                Some(n) => {
                    let need = body.head.saturating_add(n);
                    self.side(from).state = State::Body(body);
                    return Progress::More { took: 0, need };
                }
                None => {
                    body.note |= note::SKIPPED;
                    (0, Progress::Skip { took: 0, skip: *length })
                }
            },
            Extent::Chunked(chunks) => loop {
                match chunks.next(here) {
                    Piece::Chunk { .. } if chunks.at() <= MAX_BODY => {}
                    Piece::End { end, .. } => break (end, Progress::Took(0)),
                    Piece::More(need) if need <= MAX_BODY && here.len() <= MAX_BODY => {
                        let need = if need == 0 { 0 } else { body.head.saturating_add(need) };
                        self.side(from).state = State::Body(body);
                        return Progress::More { took: 0, need };
                    }
                    Piece::Chunk { .. } | Piece::More(_) => {
                        body.note |= note::SKIPPED;
                        let len = chunks.at().min(here.len());
                        self.side(from).state = State::Passing(Chunks::default());
                        break (len, Progress::Took(0));
                    }
                    Piece::Broken => {
                        body.note |= note::CUT;
                        self.side(from).state = State::Lost;
                        break (here.len(), Progress::Took(0));
                    }
                }
            },
            Extent::UntilClose if here.len() <= MAX_BODY => {
                self.side(from).state = State::Body(body);
                return Progress::More { took: 0, need: 0 };
            }
            Extent::UntilClose => {
                body.note |= note::SKIPPED;
                self.side(from).state = State::PassingAll;
                (here.len(), Progress::Took(0))
            }
        };
        let len = body.head.saturating_add(len);
        let message = bytes.get(..len).unwrap_or(bytes);
        found.message(message, body.note);
        if let Turn::Becomes(next) = body.turn {
            found.becomes(next);
        }
        match extra {
            Progress::Skip { skip, .. } => Progress::Skip { took: message.len(), skip },
            _ => Progress::Took(message.len()),
        }
    }

    /// Passes over chunks at the start of `bytes`.
    fn pass(&mut self, from: Direction, mut chunks: Chunks, bytes: &[u8]) -> Progress {
        loop {
            match chunks.next(bytes) {
                Piece::Chunk { .. } => {}
                Piece::End { end, .. } => return Progress::Took(end),
                Piece::More(_) => {
                    let took = chunks.at();
                    let missing = chunks.missing(bytes.len());
                    self.side(from).state = State::Passing(Chunks::default());
                    return match missing {
                        // The data and its line end; what follows is a size line again.
                        Some(skip) => Progress::Skip { took: bytes.len(), skip },
                        None if took > 0 => Progress::Took(took),
                        None => Progress::More { took: 0, need: 0 },
                    };
                }
                Piece::Broken => {
                    self.side(from).state = State::Lost;
                    return Progress::Took(bytes.len());
                }
            }
        }
    }

    /// The place was lost: goes on if `bytes` begin with a start line, else tells them as stray.
    fn resync(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) -> Progress {
        self.side(from).finder.reset();
        self.side(from).state = State::Lost;
        if bytes.len() <= MAX_HEAD {
            match first_line(bytes) {
                // `head` must agree, or both would hand the bytes to each other for ever.
                Some((line, _)) if start_line(line).is_some() && may_begin_head(front(bytes)) => {
                    return self.head(from, bytes, found);
                }
                None if may_begin_head(front(bytes)) => return Progress::More { took: 0, need: 0 },
                _ => {}
            }
        }
        self.stray(from, bytes, found);
        Progress::Took(bytes.len())
    }

    /// Bytes that belong to no message. Where responses are expected, one began where nothing was captured.
    fn stray(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) {
        self.responses_lost |= from == Direction::ToClient;
        self.side(from).state = State::Lost;
        found.message(bytes, note::STRAY);
    }

    /// The direction ends, for good or at a gap, with `bytes` not taken yet.
    fn end(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) {
        let side = self.side(from);
        side.finder.reset();
        match std::mem::take(&mut side.state) {
            State::Body(body) => {
                let until_close = matches!(body.extent, Extent::UntilClose);
                let note = if until_close { body.note } else { body.note | note::CUT };
                side.state = match body.extent {
                    Extent::Length(length) => {
                        let here = bytes.len().saturating_sub(body.head) as u64;
                        State::Rest(length.saturating_sub(here))
                    }
                    Extent::Chunked(_) => State::Lost,
                    Extent::UntilClose => State::PassingAll,
                };
                if !bytes.is_empty() {
                    found.message(bytes, note);
                }
            }
            // A head that was cut still says who asked for what.
            State::Head | State::Lost if !bytes.is_empty() => match self.begin(bytes, true) {
                Some(body) => {
                    self.side(from).state = State::Lost;
                    found.message(bytes, body.note | note::CUT);
                }
                None => self.stray(from, bytes, found),
            },
            State::Rest(left) => side.state = State::Rest(left.saturating_sub(bytes.len() as u64)),
            State::PassingAll => side.state = State::PassingAll,
            State::Head => {}
            _ => side.state = State::Lost,
        }
    }

    /// So many bytes of a direction never came.
    fn gap(&mut self, from: Direction, missing: u64) {
        let side = self.side(from);
        side.state = match std::mem::take(&mut side.state) {
            State::Rest(left) => match left.checked_sub(missing) {
                Some(0) => State::Head,
                Some(left) => State::Rest(left),
                None => State::Lost,
            },
            State::PassingAll => State::PassingAll,
            _ => State::Lost,
        };
        if matches!(side.state, State::Lost) && from == Direction::ToClient {
            self.responses_lost = true;
        }
    }
}

/// As much of a head's beginning as is judged: a constant, so that a head in tiny segments costs no more.
fn front(bytes: &[u8]) -> &[u8] {
    bytes.get(..256).unwrap_or(bytes)
}

/// What the fields of a head say about the end of its message.
#[derive(Default)]
struct Framing {
    length: Option<u64>,
    chunked: bool,
    upgrade: Option<&'static Protocol>,
}

impl Framing {
    fn read(lines: FieldLines<'_>) -> Self {
        let mut framing = Self::default();
        for line in lines {
            match line.name.len() {
                14 if line.is("Content-Length") => {
                    // A list of equal numbers is one number (RFC 9110 §8.6).
                    framing.length = framing.length.or_else(|| list(line.value).next().and_then(decimal));
                }
                7 if line.is("Upgrade") && line.value.eq_ignore_ascii_case(b"websocket") => {
                    framing.upgrade = registry::find(Claim::Named("websocket"));
                }
                17 if line.is("Transfer-Encoding") => {
                    framing.chunked = list(line.value).next_back().is_some_and(|c| c.eq_ignore_ascii_case(b"chunked"));
                }
                _ => {}
            }
        }
        framing
    }

    /// Transfer-Encoding overrides Content-Length (RFC 9112 §6.3).
    fn extent(&self) -> Option<Extent> {
        if self.chunked { Some(Extent::Chunked(Chunks::default())) } else { self.length.map(Extent::Length) }
    }
}
