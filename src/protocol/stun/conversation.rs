//! Messages on a stream: alone, behind their length, or in frames of [MS-TURN]. What stands at the front of each tells
//! which, so that nothing must be remembered; behind lost bytes the next one is looked for in the same way.

use super::dissect::Framing;
use super::parse::{COOKIE, HEAD, Head, u16_at};
use crate::protocol::{Conversation, Direction, Found, Input, Likelihood, Progress};

/// Kinds of frames of [MS-TURN] 2.1.1: a message, and data of a peer.
const CONTROL: u8 = 2;
const DATA: u8 = 3;

/// Judges the first bytes of a stream.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match bytes {
        [0 | 1, ..] if bytes.len() < 10 => Likelihood::Unsure,
        [0 | 1, ..] if bytes.get(4..8) == Some(&COOKIE) || bytes.get(6..10) == Some(&COOKIE) => begins(bytes),
        [CONTROL, 0, ..] if bytes.len() < 8 => Likelihood::Unsure,
        [CONTROL, 0, ..] => begins(bytes),
        _ => Likelihood::No,
    }
}

/// True if a message begins here as well as can be told.
fn begins(bytes: &[u8]) -> Likelihood {
    match front(bytes) {
        Front::Whole(..) => Likelihood::Surely,
        Front::Part(_) if bytes.len() >= HEAD => Likelihood::Surely,
        Front::Part(_) => Likelihood::Unsure,
        Front::Nothing => Likelihood::No,
    }
}

/// What stands at the front.
enum Front {
    /// So many bytes, in this frame.
    Whole(usize, Framing),
    /// The start of so many bytes; 0 if that cannot be told yet.
    Part(usize),
    /// Nothing known.
    Nothing,
}

fn front(bytes: &[u8]) -> Front {
    let sized = |length: usize, framing| {
        if bytes.len() < length { Front::Part(length) } else { Front::Whole(length, framing) }
    };
    let (Some(first), Some(second)) = (u16_at(bytes, 0), u16_at(bytes, 2)) else { return Front::Part(0) };
    if let [kind @ (CONTROL | DATA), 0, ..] = bytes {
        let length = usize::from(second);
        // A message in a frame fills it.
        let fits = match bytes.get(4..).and_then(Head::read) {
            _ if *kind == DATA => length > 0,
            Some(head) => {
                usize::from(head.length).saturating_add(HEAD) == length && (head.is_message() || head.is_classic())
            }
            None => return if length < HEAD { Front::Nothing } else { Front::Part(0) },
        };
        return if fits { sized(length.saturating_add(4), Framing::Microsoft) } else { Front::Nothing };
    }
    if bytes.len() < 10 && first < 0x4000 {
        return Front::Part(0);
    }
    if bytes.get(4..8) == Some(&COOKIE) && first < 0x4000 {
        return sized(usize::from(second).saturating_add(HEAD), Framing::None);
    }
    if bytes.get(6..10) == Some(&COOKIE) {
        return sized(usize::from(first).saturating_add(2), Framing::Length);
    }
    // ChannelData is padded on a stream (RFC 8656 §12.5).
    if (0x4000..0x8000).contains(&first) {
        return sized(usize::from(second).next_multiple_of(4).saturating_add(4), Framing::None);
    }
    Front::Nothing
}

/// Both directions of one connection.
#[derive(Debug, Default)]
pub struct Messages {
    /// A direction whose messages stand behind their length: what is no message of STUN there is data.
    framed: [bool; 2],
    lost: [bool; 2],
}

impl Conversation for Messages {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let bytes = match input {
            Input::Bytes(bytes) => bytes,
            Input::Gap(_) => {
                self.lost[from.index()] = true;
                return Progress::Took(0);
            }
            Input::End(rest) => {
                if let Front::Part(length) = front(rest)
                    && length > 0
                {
                    found.message(rest, Framing::of(u64::from(matches!(rest, [CONTROL | DATA, 0, ..])) << 1).note());
                }
                return Progress::Took(rest.len());
            }
        };
        let framed = self.framed[from.index()];
        match front(bytes) {
            Front::Whole(length, framing) => {
                self.lost[from.index()] = false;
                self.framed[from.index()] |= framing == Framing::Length;
                found.message(bytes.get(..length).unwrap_or(bytes), framing.note());
                Progress::Took(length)
            }
            Front::Part(need) => Progress::More { took: 0, need },
            Front::Nothing if self.lost[from.index()] => Progress::Took(bytes.len()),
            Front::Nothing if framed => {
                let length = usize::from(u16_at(bytes, 0).unwrap_or(0)).saturating_add(2);
                match bytes.get(..length) {
                    Some(whole) => {
                        found.message(whole, Framing::Length.note());
                        Progress::Took(length)
                    }
                    None => Progress::More { took: 0, need: length },
                }
            }
            Front::Nothing => Progress::NotMine,
        }
    }
}
