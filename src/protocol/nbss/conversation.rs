//! Messages on a connection.

use crate::fact::Direction;
use crate::protocol::{Conversation, Found, Input, Likelihood, Opening, Progress};

/// Longer messages carry file data: they are told by their beginning, and the rest is passed over.
const MAX_MESSAGE: usize = 128 << 10;
/// So much of them: headers and the fixed part of every command.
const BEGINNING: usize = 512;

/// What follows the header in every message of SMB: 0xFF or 0xFE, or for what is encrypted or compressed 0xFD or 0xFC.
const SMB: [u8; 3] = *b"SMB";

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Messages::default())
}

/// Judges the first bytes of a stream.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match bytes {
        [0, _, _, _, 0xfc..=0xff, name @ ..] if name.starts_with(&SMB) => Likelihood::Surely,
        [0, _, _, _, 0xfc..=0xff, name @ ..] if name.len() < 3 && SMB.starts_with(name) => Likelihood::Unsure,
        [0] | [0, _] | [0, _, _] | [0, _, _, _] => Likelihood::Unsure,
        // A request for a session: two names of 32 letters, each with its length.
        [0x81, 0, 0, 68, 32, ..] => Likelihood::Perhaps,
        [0x81] | [0x81, 0] | [0x81, 0, 0] | [0x81, 0, 0, 68] => Likelihood::Unsure,
        [0x82 | 0x83 | 0x85] | [0x82 | 0x83 | 0x85, 0] | [0x82 | 0x83 | 0x85, 0, 0] => Likelihood::Unsure,
        [0x82, 0, 0, 0] | [0x83, 0, 0, 1, ..] | [0x85, 0, 0, 0, ..] => Likelihood::Perhaps,
        _ => Likelihood::No,
    }
}

/// Finds messages in a connection.
#[derive(Debug, Default)]
struct Messages {
    known: bool,
    /// By direction: the place was lost.
    lost: [bool; 2],
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
                if !*lost && rest.len() > 68 && probe(rest) == Likelihood::Surely {
                    found.message(rest, 0);
                }
                return Progress::Took(rest.len());
            }
        };
        // A direction that lost its place takes up again at a segment that begins with a message.
        if *lost && probe(bytes) < Likelihood::Perhaps {
            return Progress::Took(bytes.len());
        }
        *lost = false;
        let Some(head) = bytes.first_chunk::<4>() else { return Progress::More { took: 0, need: 4 } };
        let [kind, high, middle, low] = *head;
        if !matches!(kind, 0 | 0x81..=0x85) {
            if !self.known {
                return Progress::NotMine;
            }
            *lost = true;
            found.message(bytes, 0);
            return Progress::Took(bytes.len());
        }
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let whole = length.saturating_add(4);
        if whole > MAX_MESSAGE {
            let Some(beginning) = bytes.get(..BEGINNING) else { return Progress::More { took: 0, need: BEGINNING } };
            if !self.known && probe(bytes) < Likelihood::Surely {
                return Progress::NotMine;
            }
            self.known = true;
            found.message(beginning, 0);
            let left = u64::try_from(whole.saturating_sub(BEGINNING)).unwrap_or(u64::MAX);
            return Progress::Skip { took: BEGINNING, skip: left };
        }
        let Some(message) = bytes.get(..whole) else { return Progress::More { took: 0, need: whole } };
        self.known = true;
        found.message(message, 0);
        Progress::Took(whole)
    }
}
