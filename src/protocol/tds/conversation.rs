//! Packets on a connection: each has its length in its header.

use super::fields::kind;
use crate::fact::Direction;
use crate::protocol::{Conversation, Found, Input, Likelihood, Opening, Progress};

/// Bytes of a header.
pub const HEADER: usize = 8;
/// The largest packet that may be agreed on ([MS-TDS] 2.2.3.1.3).
const MAX_LENGTH: usize = 32_767;

/// The length of the packet that begins here; nothing if none does.
pub fn length(bytes: &[u8]) -> Option<usize> {
    let [of, 0..=0x1f, high, low, _, _, _, 0, ..] = bytes else { return None };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    (kind(u64::from(*of)).is_some() && (HEADER..=MAX_LENGTH).contains(&length)).then_some(length)
}

/// Judges the first bytes of a stream.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match bytes {
        [of, rest @ ..] if bytes.len() < HEADER => {
            let may = kind(u64::from(*of)).is_some() && rest.first().is_none_or(|status| *status <= 0x1f);
            if may { Likelihood::Unsure } else { Likelihood::No }
        }
        _ if length(bytes).is_some() => Likelihood::Perhaps,
        _ => Likelihood::No,
    }
}

/// Opens a conversation.
pub fn open(_: &Opening<'_>) -> Box<dyn Conversation> {
    Box::new(Packets::default())
}

#[derive(Debug, Default)]
struct Packets {
    known: bool,
    /// By direction: the place was lost, or the connection went on in TLS.
    lost: [bool; 2],
}

impl Conversation for Packets {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let Some(lost) = self.lost.get_mut(from.index()) else { return Progress::NotMine };
        let bytes = match input {
            Input::Bytes(bytes) => bytes,
            Input::Gap(_) => {
                *lost = true;
                return Progress::Took(0);
            }
            Input::End(rest) => return Progress::Took(rest.len()),
        };
        if *lost && length(bytes).is_none() {
            return Progress::Took(bytes.len());
        }
        *lost = false;
        if bytes.len() < HEADER {
            return Progress::More { took: 0, need: HEADER };
        }
        let Some(length) = length(bytes) else {
            *lost = true;
            return if self.known { Progress::Took(bytes.len()) } else { Progress::NotMine };
        };
        let Some(packet) = bytes.get(..length) else { return Progress::More { took: 0, need: length } };
        self.known = true;
        found.message(packet, 0);
        Progress::Took(length)
    }
}
