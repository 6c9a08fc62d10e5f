//! Fragments on a connection: each has its length in its header.
//!
//! ```text
//! rpc_vers(1) rpc_vers_minor(1) PTYPE(1) pfc_flags(1) drep(4) frag_length(2) auth_length(2) call_id(4)
//! ```

use crate::fact::Direction;
use crate::protocol::{Conversation, Found, Input, Likelihood, Opening, Progress};

/// Bytes of the common header.
pub const HEADER: usize = 16;

/// The common header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// PTYPE
    pub kind: u8,
    /// frag_length
    pub length: usize,
    /// auth_length
    pub auth: usize,
    /// True if numbers stand with the lowest byte first.
    pub little: bool,
}

impl Head {
    /// Reads it; nothing if these bytes are no header.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let [5, 0 | 1, kind @ 0..=19, _, order @ (0 | 0x10), 0, 0, 0, l0, l1, a0, a1, ..] = bytes else { return None };
        let little = *order == 0x10;
        let number =
            |bytes: [u8; 2]| usize::from(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) });
        let (length, auth) = (number([*l0, *l1]), number([*a0, *a1]));
        // A verifier has eight bytes in front.
        let fits = length >= HEADER && (auth == 0 || auth.saturating_add(HEADER + 8) <= length);
        fits.then_some(Self { kind: *kind, length, auth, little })
    }
}

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Fragments::default())
}

/// Judges the first bytes of a stream or of what a pipe carries.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match bytes {
        [5, 0 | 1, 0..=19, _, 0 | 0x10, 0, 0, 0, _, _, _, _, ..] => {
            if Head::read(bytes).is_some() {
                Likelihood::Surely
            } else {
                Likelihood::No
            }
        }
        [5] | [5, 0 | 1] | [5, 0 | 1, 0..=19] | [5, 0 | 1, 0..=19, _] => Likelihood::Unsure,
        [5, 0 | 1, 0..=19, _, 0 | 0x10, rest @ ..] if rest.len() < 7 && rest.iter().take(3).all(|b| *b == 0) => {
            Likelihood::Unsure
        }
        _ => Likelihood::No,
    }
}

/// Finds fragments in a connection.
#[derive(Debug, Default)]
struct Fragments {
    known: bool,
    /// By direction: the place was lost.
    lost: [bool; 2],
}

impl Conversation for Fragments {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let Some(lost) = self.lost.get_mut(from.index()) else { return Progress::NotMine };
        let bytes = match input {
            Input::Bytes(bytes) => bytes,
            Input::Gap(_) => {
                *lost = true;
                return Progress::Took(0);
            }
            Input::End(rest) => {
                // A fragment whose end was not captured still says what was asked for.
                if !*lost && rest.len() > HEADER && Head::read(rest).is_some() {
                    found.message(rest, 0);
                }
                return Progress::Took(rest.len());
            }
        };
        // A direction that lost its place takes up again at a segment that begins with a fragment.
        if *lost && probe(bytes) < Likelihood::Surely {
            return Progress::Took(bytes.len());
        }
        *lost = false;
        if bytes.len() < HEADER {
            return Progress::More { took: 0, need: HEADER };
        }
        let Some(head) = Head::read(bytes) else {
            if !self.known {
                return Progress::NotMine;
            }
            *lost = true;
            found.message(bytes, 0);
            return Progress::Took(bytes.len());
        };
        let Some(fragment) = bytes.get(..head.length) else { return Progress::More { took: 0, need: head.length } };
        self.known = true;
        found.message(fragment, 0);
        Progress::Took(head.length)
    }
}
