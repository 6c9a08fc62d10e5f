//! Messages on a connection: BER lengths, buffers of SASL, and the end of both where TLS begins (StartTLS, RFC 4511 4.14).

use super::parse::{self, Extent, Head, SASL, op};
use crate::fact::Direction;
use crate::protocol::{Conversation, Found, Input, Likelihood, Opening, Progress};

/// 1.3.6.1.4.1.1466.20037
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
/// Larger messages are told by their beginning.
const MAX_MESSAGE: usize = 1 << 20;

/// Finds messages in a connection to a directory.
#[derive(Debug, Default)]
struct Messages {
    known: bool,
    /// By direction: the place was lost.
    lost: [bool; 2],
    /// The number of a request for TLS.
    starts_tls: Option<u32>,
}

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Messages::default())
}

impl Messages {
    /// Looks for the moment where TLS begins.
    fn turns(&mut self, from: Direction, message: &[u8]) -> bool {
        // Only extended requests and answers matter, and their tag is one of the first bytes.
        if !message.iter().take(12).any(|b| matches!(b, 0x77 | 0x78)) {
            return false;
        }
        let Some(head) = Head::read(message) else { return false };
        match (head.operation.tag, from) {
            (op::EXTENDED, Direction::ToServer) => {
                if memchr::memmem::find(head.operation.body, START_TLS).is_some() {
                    self.starts_tls = Some(head.number());
                }
                false
            }
            (op::EXTENDED_DONE, Direction::ToClient) => {
                self.starts_tls == Some(head.number()) && head.operation.body.starts_with(&[10, 1, 0])
            }
            _ => false,
        }
    }
}

impl Conversation for Messages {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let Some(lost) = self.lost.get_mut(from.index()) else { return Progress::NotMine };
        let bytes = match input {
            Input::Bytes(bytes) => bytes,
            Input::Gap(_) => {
                *lost = true;
                return Progress::Took(0);
            }
            Input::End(rest) => {
                // A message whose end was not captured still says who asked for what.
                if !*lost && matches!(parse::extent(rest), Extent::Message(_)) && Head::read(rest).is_some() {
                    found.message(rest, 0);
                }
                return Progress::Took(rest.len());
            }
        };
        // A direction that lost its place takes up again at a segment that begins with a message.
        if *lost && parse::probe(bytes) < Likelihood::Perhaps {
            return Progress::Took(bytes.len());
        }
        *lost = false;
        let (length, note) = match parse::extent(bytes) {
            Extent::Message(length) => (length, 0),
            Extent::Buffer(length) => (length, SASL),
            Extent::Short => return Progress::More { took: 0, need: 0 },
            Extent::Other if self.known => {
                *lost = true;
                found.message(bytes, 0);
                return Progress::Took(bytes.len());
            }
            Extent::Other => return Progress::NotMine,
        };
        if let Some(message) = bytes.get(..length) {
            self.known = true;
            found.message(message, note);
            if note == 0 && self.turns(from, message) {
                found.becomes(None);
            }
            return Progress::Took(length);
        }
        if length <= MAX_MESSAGE {
            return Progress::More { took: 0, need: length };
        }
        if !self.known && parse::probe(bytes) < Likelihood::Perhaps {
            return Progress::NotMine;
        }
        self.known = true;
        found.message(bytes, note);
        let left = length.saturating_sub(bytes.len());
        Progress::Skip { took: bytes.len(), skip: u64::try_from(left).unwrap_or(u64::MAX) }
    }
}
