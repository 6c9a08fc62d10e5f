//! Where frames end, and which streams they belong to. The frames that a segment completes are one message; header lists,
//! and the messages of streams that end, follow it.
//!
//! Behind lost bytes nothing says where the next frame begins: that direction is not read on.

use super::frame::{self, HEADER, MAGIC, MAX_PAYLOAD, flag, kind};
use super::headers::{Blocks, Draft, List};
use crate::protocol::http::note as http;
use crate::protocol::{Conversation, Direction, Found, Input, Likelihood, Opening, Progress};
use crate::wire::hash::HashMap;

/// Streams with an open message.
const MAX_STREAMS: usize = 256;
/// Bytes that the messages of all streams may hold.
const MAX_HELD: usize = 4 << 20;

/// In the note: the bytes are a header list, as text.
pub const LIST: u64 = 1 << 60;
/// In the note: the bytes are a message in the form of HTTP/1; the rest of the note is HTTP's.
pub const MESSAGE: u64 = 1 << 61;

/// Judges the first bytes of a stream: a client's magic, or a server's SETTINGS.
pub fn probe(bytes: &[u8]) -> Likelihood {
    let begins = |whole: &[u8]| whole.starts_with(bytes) || bytes.starts_with(whole);
    if bytes.first() == Some(&b'P') {
        return match begins(MAGIC) {
            true if bytes.len() >= MAGIC.len() => Likelihood::Surely,
            true => Likelihood::Unsure,
            false => Likelihood::No,
        };
    }
    let Ok((rest, header)) = frame::header(bytes) else {
        return if bytes.starts_with(&[0, 0]) && bytes.len() < HEADER { Likelihood::Unsure } else { Likelihood::No };
    };
    let settings = header.kind.value == kind::SETTINGS && header.flags.value == 0 && header.stream.value == 0;
    let length = header.length.value;
    let known = rest.first_chunk().is_none_or(|id| (1..=16).contains(&u16::from_be_bytes(*id)));
    if settings && length.is_multiple_of(6) && length <= 96 && known { Likelihood::Surely } else { Likelihood::No }
}

/// Opens a conversation.
pub fn open(opening: &Opening<'_>) -> Box<dyn Conversation> {
    Box::new(Http2 { inside: if opening.encrypted { http::ENCRYPTED } else { 0 }, ..Http2::default() })
}

#[derive(Debug, Default)]
struct Http2 {
    blocks: [Blocks; 2],
    lost: [bool; 2],
    streams: HashMap<u32, [Option<Draft>; 2]>,
    held: usize,
    /// Goes into the notes of messages.
    inside: u64,
    seen: bool,
}

/// What follows the frames of a segment.
enum Derived {
    List(Vec<u8>),
    Message(Draft, u32),
}

impl Conversation for Http2 {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let lost = self.lost[from.index()];
        match input {
            Input::Bytes(bytes) if lost => Progress::Took(bytes.len()),
            Input::Bytes(bytes) => self.bytes(from, bytes, found),
            Input::Gap(_) => {
                self.lost[from.index()] = true;
                self.blocks[from.index()].lost();
                Progress::Took(0)
            }
            Input::End(rest) => {
                if !lost && frame::header(rest).is_ok() {
                    found.message(rest, 0);
                }
                Progress::Took(rest.len())
            }
        }
    }
}

impl Http2 {
    fn bytes(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) -> Progress {
        let mut at = 0_usize;
        let mut derived = Vec::new();
        if from == Direction::ToServer && bytes.first() == Some(&b'P') {
            if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
                return Progress::More { took: 0, need: MAGIC.len() };
            }
            if !bytes.starts_with(MAGIC) {
                return self.no_frame(from, bytes);
            }
            at = MAGIC.len();
        }
        let mut need = 0;
        let mut skip = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let Ok((_, header)) = frame::header(rest) else { break };
            if header.kind.value > 16 || header.length.value > 1 << 23 {
                return if at == 0 { self.no_frame(from, bytes) } else { self.tell(from, bytes, at, derived, found) };
            }
            if header.length.value > MAX_PAYLOAD {
                skip = u64::from(header.length.value);
                at = at.saturating_add(HEADER);
                break;
            }
            let Ok((_, (header, payload))) = frame::frame(rest) else {
                need = usize::try_from(header.length.value).unwrap_or(usize::MAX).saturating_add(HEADER);
                break;
            };
            at = at.saturating_add(HEADER).saturating_add(payload.len());
            self.frame(from, &header, payload, &mut derived);
        }
        let took = self.tell(from, bytes, at, derived, found);
        if skip > 0 {
            return Progress::Skip { took: at, skip };
        }
        if at < bytes.len() { Progress::More { took: at, need } } else { took }
    }

    /// What stands here is no frame.
    fn no_frame(&mut self, from: Direction, bytes: &[u8]) -> Progress {
        if !self.seen {
            return Progress::NotMine;
        }
        self.lost[from.index()] = true;
        Progress::Took(bytes.len())
    }

    /// Tells of the frames in the first `at` bytes, and of what was derived from them.
    fn tell(&mut self, from: Direction, bytes: &[u8], at: usize, all: Vec<Derived>, found: &mut dyn Found) -> Progress {
        self.seen |= at > 0;
        if at > 0 {
            found.message(bytes.get(..at).unwrap_or(bytes), 0);
        }
        for derived in all {
            match derived {
                Derived::List(text) => found.unpacked(&text, LIST),
                Derived::Message(draft, stream) => {
                    let cut = if draft.cut { http::SKIPPED } else { 0 };
                    let asked = match from {
                        Direction::ToServer => http::Asked::Other,
                        Direction::ToClient if self.was_head(stream) => http::Asked::Head,
                        Direction::ToClient => http::Asked::Other,
                    };
                    found.unpacked(draft.text(), MESSAGE | self.inside | cut | http::pack(stream, asked));
                    if from == Direction::ToClient {
                        self.forget(stream);
                    }
                }
            }
        }
        Progress::Took(at)
    }

    fn was_head(&self, stream: u32) -> bool {
        self.streams.get(&stream).is_some_and(|[request, _]| request.as_ref().is_some_and(|draft| draft.head))
    }

    fn forget(&mut self, stream: u32) {
        let drafts = self.streams.remove(&stream).into_iter().flatten().flatten();
        self.held = self.held.saturating_sub(drafts.map(|draft| draft.size()).sum());
    }

    fn frame(&mut self, from: Direction, header: &frame::Header<'_>, payload: &[u8], out: &mut Vec<Derived>) {
        let Some(content) = frame::content(header, payload) else { return };
        match header.kind.value {
            kind::HEADERS | kind::CONTINUATION | kind::PUSH_PROMISE => {
                let begins = header.kind.value != kind::CONTINUATION;
                let Some(list) = self.blocks[from.index()].fragment(header, begins, content) else { return };
                // A promise names a request that nobody makes.
                if header.kind.value != kind::PUSH_PROMISE {
                    self.list(from, &list, out);
                }
                out.push(Derived::List(list.text));
            }
            kind::DATA => {
                let room = self.held < MAX_HELD;
                let draft = self.streams.get_mut(&header.stream.value).and_then(|pair| pair[from.index()].as_mut());
                if let Some(draft) = draft {
                    let before = draft.size();
                    draft.data(if room { content } else { &[] });
                    draft.cut |= !room;
                    self.held = self.held.saturating_add(draft.size().saturating_sub(before));
                }
                if header.has(flag::END_STREAM) {
                    self.end(from, header.stream.value, out);
                }
            }
            kind::RST_STREAM => self.forget(header.stream.value),
            _ => {}
        }
    }

    fn list(&mut self, from: Direction, list: &List, out: &mut Vec<Derived>) {
        let known = self.streams.contains_key(&list.stream);
        if let Some(draft) = Draft::new(&list.text).filter(|_| known || self.streams.len() < MAX_STREAMS) {
            self.held = self.held.saturating_add(draft.size());
            let pair = self.streams.entry(list.stream).or_default();
            pair[from.index()] = Some(draft);
        }
        if list.ends {
            self.end(from, list.stream, out);
        }
    }

    /// A message is whole. A request leaves behind what its answer needs.
    fn end(&mut self, from: Direction, stream: u32, out: &mut Vec<Derived>) {
        let Some(slot) = self.streams.get_mut(&stream).map(|pair| &mut pair[from.index()]) else { return };
        let Some(draft) = slot.take() else { return };
        self.held = self.held.saturating_sub(draft.size());
        *slot = Some(draft.answered());
        out.push(Derived::Message(draft, stream));
    }
}
