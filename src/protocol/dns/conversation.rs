//! DNS over TCP (RFC 1035 §4.2.2, RFC 7766): each message has its length in two bytes before it. Queries may be sent
//! without waiting and answered in any order; framing does not care.

use super::parse::header;
use crate::protocol::{Conversation, Direction, Found, Input, Likelihood, Opening, Progress};
use crate::wire::name::name;

/// Note bit: the message begins with its two length bytes.
pub const PREFIXED: u64 = 1;

/// Bytes of a header; a shorter message is none.
const HEADER: usize = 12;

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Messages { lost: [false; 2] })
}

/// Which direction has lost its place, by [`Direction::index`]. A direction that did takes up again at a segment that
/// begins with something plausible: messages nearly always begin where segments do.
struct Messages {
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
            Input::End(_) => return Progress::Took(0),
        };
        if *lost && !is_plausible(bytes) {
            return Progress::Took(bytes.len());
        }
        *lost = false;
        let mut took = 0_usize;
        loop {
            let rest = bytes.get(took..).unwrap_or(&[]);
            let &[high, low, ..] = rest else {
                return Progress::More { took, need: if rest.is_empty() { 0 } else { 2 } };
            };
            let need = usize::from(u16::from_be_bytes([high, low])).saturating_add(2);
            let Some(message) = rest.get(..need) else { return Progress::More { took, need } };
            if need > 2 {
                found.message(message, PREFIXED);
            }
            took = took.saturating_add(need);
        }
    }
}

/// Judges the first bytes of a stream.
pub fn probe(bytes: &[u8]) -> Likelihood {
    match bytes.len() {
        1..20 if bytes.first().is_some_and(|high| *high <= 2) => Likelihood::Unsure,
        _ if is_plausible(bytes) => Likelihood::Perhaps,
        _ => Likelihood::No,
    }
}

/// True if `bytes` begin with a message as resolvers send them: a header with one question and few records, nothing
/// set that must be zero, and a name as short as the message allows.
fn is_plausible(bytes: &[u8]) -> bool {
    let Some((prefix, message)) = bytes.split_at_checked(2) else { return false };
    let &[l0, l1] = prefix else { return false };
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    let Ok((_, header)) = header(message) else { return false };
    let Some(&[q0, q1, a0, _, n0, _, r0, _]) = message.get(4..HEADER) else { return false };
    let asked = message.get(HEADER..).unwrap_or(&[]);
    let readable = match name(message, asked) {
        Ok((_, question)) => question.fault.is_none(),
        Err(_) => message.len() < length && goes_on(asked),
    };
    length >= HEADER.saturating_add(5)
        && header.opcode() <= 6
        && header.flags & 0x0040 == 0
        && (header.is_response() || header.rcode() == 0)
        && (q0, q1) == (0, 1)
        && [a0, n0, r0].iter().all(|high| *high <= 1)
        && readable
}

/// True if `name` is cut where a label is whole or long enough to go on.
fn goes_on(mut name: &[u8]) -> bool {
    while let Some((&length @ 1..0x40, after)) = name.split_first() {
        name = after.get(usize::from(length)..).unwrap_or(&[]);
    }
    name.is_empty()
}
