//! View 1: every sign-in, and every authentication that belongs to none.

use crate::analysis::{self, Negotiation};
use crate::signin::{Outcome, SignIn};
use crate::tui::opened::{clock, short};
use crate::wire::time::NANOS;
use std::collections::BTreeSet;

/// Frames of one attempt that can be walked through.
const MAX_FRAMES: usize = 2_000;

/// A row.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What it is.
    pub what: What,
    /// Time of day of its first step.
    pub start: String,
    /// From its first to its last step.
    pub took: String,
    /// It did not come to a good end.
    pub failed: bool,
    /// Frames of its steps, sorted.
    pub frames: Vec<u32>,
    rank: u8,
}

impl Attempt {
    /// The lower, the further up in the list.
    pub const fn rank(&self) -> u8 {
        self.rank
    }

    /// True if this is the same attempt, told of in another look at the capture.
    pub fn is(&self, other: &Self) -> bool {
        matches!(self.what, What::SignIn(_)) == matches!(other.what, What::SignIn(_))
            && self.start == other.start
            && self.frames.first() == other.frames.first()
    }
}

/// Where the report tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A sign-in, by its place.
    SignIn(usize),
    /// An authentication that belongs to no sign-in, by its place.
    Alone(usize),
}

/// The rows: what failed first, then by time.
pub fn rows(sign_ins: &[SignIn], negotiations: &[Negotiation]) -> Vec<Attempt> {
    let mut joined: BTreeSet<u32> = BTreeSet::new();
    let mut rows = Vec::new();
    for (at, s) in sign_ins.iter().enumerate() {
        joined.extend(&s.negotiations);
        let mine = s.negotiations.iter().filter_map(|id| negotiations.get(usize::try_from(*id).ok()?.checked_sub(1)?));
        let legs = mine.flat_map(|n| n.legs.iter().map(|leg| leg.frame));
        let words = s.server_words.iter().map(|words| words.frame);
        let stages = s.stages.iter().flat_map(|row| row.frames.iter().copied());
        rows.push(Attempt {
            what: What::SignIn(at),
            start: clock(s.started),
            took: took(s.ended.since(s.started)),
            failed: s.outcome != Outcome::SignedIn,
            frames: frames(stages.chain(legs).chain(words).chain(s.evidence.iter().copied())),
            rank: match s.outcome {
                Outcome::Failed => 0,
                Outcome::Looping => 1,
                Outcome::Unfinished => 3,
                Outcome::Unknown => 4,
                Outcome::SignedIn => 6,
            },
        });
    }
    for (at, n) in negotiations.iter().enumerate().filter(|(_, n)| !joined.contains(&n.id)) {
        let (first, last) = (n.legs.first(), n.legs.last());
        rows.push(Attempt {
            what: What::Alone(at),
            start: first.map_or_else(String::new, |leg| clock(leg.time)),
            took: first.zip(last).map_or_else(String::new, |(first, last)| took(last.time.since(first.time))),
            failed: n.outcome != analysis::Outcome::Accepted,
            frames: frames(n.legs.iter().map(|leg| leg.frame)),
            rank: match n.outcome {
                analysis::Outcome::Refused => 2,
                analysis::Outcome::Accepted => 7,
                _ => 5,
            },
        });
    }
    // Of one rank they stay in the order they began.
    rows.sort_by_key(|row| row.rank);
    rows
}

fn frames(all: impl Iterator<Item = u64>) -> Vec<u32> {
    let sorted: BTreeSet<u32> = all.filter_map(|frame| u32::try_from(frame).ok()).collect();
    sorted.into_iter().filter(|frame| *frame > 0).take(MAX_FRAMES).collect()
}

/// A duration as short as it can be told.
fn took(nanos: i64) -> String {
    if nanos < NANOS {
        format!("{}ms", nanos / 1_000_000)
    } else {
        format!("{}s", short(nanos).trim_end_matches('0').trim_end_matches('.'))
    }
}
