//! Messages on TCP: each behind a record mark of four bytes (RFC 4120 section 7.2.2).
//!
//! The highest bit of the mark belongs to extensions (RFC 5021) that nobody sends: such a mark is a message of its own,
//! to be shown as wrong, and what follows is searched like the bytes behind a gap.

use super::parse::{self, MAX_RECORD};
use crate::fact::Direction;
use crate::protocol::{Conversation, Found, Input, Likelihood, Opening, Pair, Progress};

/// Note of a message: its record mark stands before it.
pub const RECORD: u64 = 1;
/// Bytes of a record mark.
const MARK: usize = 4;
/// So many bytes say whether a message begins: the mark, and a head with every length in its longest form.
const HEAD: usize = 36;

/// Finds messages in a connection to a KDC.
#[derive(Debug, Default)]
pub struct Records {
    /// Set once a message or a gap was seen, in either direction: what follows is Kerberos, however broken.
    known: bool,
    /// By direction: set once a message was found, so that the next mark is where it ended.
    aligned: [bool; 2],
    /// By direction: the next mark has to be searched.
    lost: [bool; 2],
}

/// Opens a conversation.
pub fn open(_: &Opening) -> Box<dyn Conversation> {
    Box::new(Records::default())
}

/// Request and reply. A flow carries one exchange at a time, and replies say nothing in clear that would tell more.
pub fn pair(bytes: &[u8], note: u64) -> Option<Pair> {
    let message = bytes.get(if note & RECORD != 0 { MARK } else { 0 }..)?;
    match message.first()? & 0x1f {
        10 | 12 => Some(Pair::new(0, true)),
        11 | 13 | 30 => Some(Pair::new(0, false)),
        _ => None,
    }
}

/// What the bytes at a place begin with.
enum Start {
    /// A message of so many bytes with its mark.
    Message(usize),
    /// A mark with the reserved bit set.
    Reserved,
    /// Too few bytes to tell.
    Short,
    /// Nothing of ours.
    Other,
}

fn start(bytes: &[u8]) -> Start {
    let Ok((message, mark)) = parse::record_mark(bytes) else { return Start::Short };
    if mark.reserved {
        return Start::Reserved;
    }
    let Some(length) = usize::try_from(mark.length).ok().filter(|_| (8..=MAX_RECORD).contains(&mark.length)) else {
        return Start::Other;
    };
    match parse::judge(message.get(..length.min(message.len())).unwrap_or(message)) {
        Likelihood::No => Start::Other,
        Likelihood::Unsure => Start::Short,
        Likelihood::Perhaps | Likelihood::Surely => Start::Message(length.saturating_add(MARK)),
    }
}

/// The first place in `bytes` where a message surely begins, or the end of what can be ruled out.
fn search(bytes: &[u8]) -> Result<usize, usize> {
    for at in memchr::memchr_iter(0, bytes) {
        let rest = bytes.get(at..).unwrap_or(&[]);
        if parse::probe(rest) == Likelihood::Surely {
            return Ok(at);
        }
        if rest.len() < HEAD && parse::probe(rest) == Likelihood::Unsure {
            return Err(at);
        }
    }
    Err(bytes.len())
}

impl Records {
    fn bytes(&mut self, from: Direction, bytes: &[u8], found: &mut dyn Found) -> Progress {
        let mut took = 0_usize;
        let side = from.index();
        if is(self.lost, side) {
            match search(bytes) {
                Ok(at) => {
                    took = at;
                    set(&mut self.lost, side, false);
                }
                Err(ruled_out) => return Progress::More { took: ruled_out, need: 0 },
            }
        }
        let bytes = bytes.get(took..).unwrap_or(&[]);
        match start(bytes) {
            Start::Message(length) => match bytes.get(..length) {
                Some(message) => {
                    self.known = true;
                    set(&mut self.aligned, side, true);
                    found.message(message, RECORD);
                    Progress::Took(took.saturating_add(length))
                }
                None => Progress::More { took, need: length },
            },
            Start::Short => Progress::More { took, need: 0 },
            Start::Reserved if is(self.aligned, side) => {
                found.message(bytes.get(..MARK).unwrap_or(bytes), RECORD);
                set(&mut self.lost, side, true);
                Progress::Took(took.saturating_add(MARK))
            }
            Start::Reserved | Start::Other if self.known => {
                set(&mut self.lost, side, true);
                Progress::Took(took.saturating_add(1))
            }
            Start::Reserved | Start::Other => Progress::NotMine,
        }
    }
}

/// The flag of a direction.
fn is(flags: [bool; 2], side: usize) -> bool {
    flags.get(side).copied().unwrap_or(false)
}

fn set(flags: &mut [bool; 2], side: usize, value: bool) {
    if let Some(flag) = flags.get_mut(side) {
        *flag = value;
    }
}

impl Conversation for Records {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        match input {
            Input::Bytes(bytes) => self.bytes(from, bytes, found),
            Input::Gap(_) => {
                // What comes behind a gap on this port is searched, not refused.
                self.known = true;
                set(&mut self.lost, from.index(), true);
                set(&mut self.aligned, from.index(), false);
                Progress::Took(0)
            }
            // A message whose end was not captured still names its user and service.
            Input::End(bytes) => {
                if !is(self.lost, from.index()) && bytes.len() > HEAD && matches!(start(bytes), Start::Message(_)) {
                    found.message(bytes, RECORD);
                }
                Progress::Took(bytes.len())
            }
        }
    }
}
