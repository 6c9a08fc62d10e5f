//! Where messages end on a stream: an empty line ends the head, `Content-Length` says how much follows it (RFC 3261
//! §18.3; without that header nothing does).
//!
//! Empty lines between messages keep the connection alive and belong to nobody. After bytes were lost, the next line that
//! is a first line begins a message again. A client may ask with NEGOTIATE to go on compressed ([MS-SIPCOMP]); once that
//! was granted and the bytes are text no more, what follows is handed on as it comes and marked, never taken apart.

use super::head::after_keep_alive;
use super::header::Name;
use super::parse::{Lines, cseq, line, number};
use super::probe;
use crate::protocol::{Conversation, Direction, Found, Input, Likelihood, Progress};
use crate::wire::head::HeadFinder;

/// In a note: the bytes are compressed.
pub const COMPRESSED: u64 = 1;
/// In a note: the body is not in the message because it is longer than [`MAX_BODY`].
pub const BODY_LEFT_OUT: u64 = 2;

/// A head that is longer is none.
const MAX_HEAD: usize = 64 << 10;
/// A body that is longer is passed over.
const MAX_BODY: u64 = 1 << 20;

/// Both directions of one connection.
#[derive(Debug, Default)]
pub struct Messages {
    halves: [Half; 2],
    compression: Compression,
    /// A first line was found: the stream is surely SIP.
    known: bool,
}

#[derive(Debug, Default)]
struct Half {
    finder: HeadFinder,
    /// Lengths of the head and of the whole message that begins here, once known.
    framed: Option<(usize, u64)>,
    /// Bytes were lost, or were no message: look for a first line.
    lost: bool,
    /// Nothing but compressed bytes from here on.
    compressed: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Compression {
    #[default]
    Unheard,
    Asked,
    Granted,
}

impl Conversation for Messages {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let [to_server, to_client] = &mut self.halves;
        let half = match from {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        };
        match input {
            Input::Bytes(bytes) => self.bytes(from, bytes, found),
            Input::Gap(_) => {
                *half = Half { lost: true, compressed: half.compressed, ..Half::default() };
                Progress::Took(0)
            }
            Input::End(rest) => {
                // A message that was cut is told as far as it came.
                if !half.lost && !half.compressed && probe(rest) == Likelihood::Surely {
                    found.message(rest, 0);
                }
                half.restart();
                Progress::Took(rest.len())
            }
        }
    }
}

impl Half {
    fn restart(&mut self) {
        self.finder.reset();
        self.framed = None;
    }
}

impl Messages {
    fn bytes(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) -> Progress {
        let Self { halves: [to_server, to_client], compression, known } = self;
        let half = match from {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        };
        if half.compressed {
            found.message(bytes, COMPRESSED);
            return Progress::Took(bytes.len());
        }
        if half.framed.is_none() {
            let begin = after_keep_alive(bytes);
            if begin.len() < bytes.len() {
                half.restart();
                return Progress::Took(bytes.len().saturating_sub(begin.len()));
            }
            match probe(bytes) {
                Likelihood::No if *compression == Compression::Granted && (!half.lost || is_binary(bytes)) => {
                    half.compressed = true;
                    found.message(bytes, COMPRESSED);
                    return Progress::Took(bytes.len());
                }
                Likelihood::No if !*known && !half.lost => return Progress::NotMine,
                Likelihood::No => return half.search(bytes),
                Likelihood::Unsure | Likelihood::Perhaps if bytes.len() <= MAX_HEAD => {
                    return Progress::More { took: 0, need: 0 };
                }
                Likelihood::Unsure | Likelihood::Perhaps => return half.search(bytes),
                Likelihood::Surely => (half.lost, *known) = (false, true),
            }
            let Some(head_len) = half.finder.find(bytes).filter(|len| *len <= MAX_HEAD) else {
                if bytes.len() <= MAX_HEAD {
                    return Progress::More { took: 0, need: 0 };
                }
                found.too_large();
                return half.search(bytes);
            };
            let body = bytes.get(..head_len).map_or(0, content_length);
            half.framed = Some((head_len, body));
        }
        let Some((head_len, body)) = half.framed else { return Progress::More { took: 0, need: 0 } };
        if body > MAX_BODY {
            half.restart();
            found.message(bytes.get(..head_len).unwrap_or(bytes), BODY_LEFT_OUT);
            return Progress::Skip { took: head_len, skip: body };
        }
        let len = head_len.saturating_add(usize::try_from(body).unwrap_or(usize::MAX));
        let Some(message) = bytes.get(..len) else { return Progress::More { took: 0, need: len } };
        half.restart();
        compression.hear(message);
        found.message(message, 0);
        Progress::Took(len)
    }
}

impl Half {
    /// Takes what cannot be the start of a message: everything before the next line that is, or may become, a first line.
    fn search(&mut self, bytes: &[u8]) -> Progress {
        self.restart();
        self.lost = true;
        let mut at = 0_usize;
        while let Some(end) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
            at = at.saturating_add(end).saturating_add(1);
            match bytes.get(at..).map_or(Likelihood::No, probe) {
                Likelihood::No => {}
                _ => return Progress::Took(at),
            }
        }
        // The last line is not whole yet. It is no first line, or the probe would have stopped here.
        Progress::Took(bytes.len())
    }
}

/// The number in the `Content-Length` of a head, 0 without one.
fn content_length(head: &[u8]) -> u64 {
    let mut headers = Lines::of(line(head).2).headers();
    headers.find(|h| h.meaning == Name::ContentLength).and_then(|h| number(h.value)).unwrap_or(0)
}

impl Compression {
    /// Listens for NEGOTIATE and its answer ([MS-SIPCOMP] 3.1.5).
    fn hear(&mut self, message: &[u8]) {
        match self {
            Self::Unheard if message.starts_with(b"NEGOTIATE ") => *self = Self::Asked,
            Self::Asked if message.starts_with(b"SIP/2.0 2") && answers_negotiate(message) => *self = Self::Granted,
            _ => {}
        }
    }
}

/// True if the first bytes are no text.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(64).any(|b| !matches!(b, b'\t' | b'\r' | b'\n' | b' '..=b'~'))
}

fn answers_negotiate(message: &[u8]) -> bool {
    let mut headers = Lines::of(line(message).2).headers();
    headers.find(|h| h.meaning == Name::CSeq).is_some_and(|h| cseq(h.value).1.starts_with(b"NEGOTIATE"))
}
