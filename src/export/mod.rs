//! A smaller capture: which packets go along, and the copy of them. The command line and the screen export the same way.
//!
//! Packets that the chosen ones need to be read (segments in which a message began, other fragments of a datagram) go with
//! them. A capture is read once to choose ([`Choose`]) and once more to copy ([`Export`]).

mod copy;
mod kept;
mod said;

pub use copy::{Copy, Packet, Part, each};
pub use kept::Kept;
pub use said::comments;

use crate::capture::{CaptureError, Interface, Record, Section, Source};
use crate::filter::FilterError;
use crate::report::ladder::Ladder;
use crate::scan::{Gather, Needs, Scan, Select};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// How long after a sign-in packets of its conversations are taken, in nanoseconds.
const AROUND: i64 = NANOS;
/// Comments written on one packet.
const MAX_COMMENTS: usize = 8;

/// Which packets are wanted: those that fit everything that is said.
#[derive(Debug, Default)]
pub struct Wanted<'w> {
    /// They pass this display filter.
    pub filter: Option<&'w str>,
    /// They belong to a sign-in.
    pub window: Option<Window>,
    /// They are among these, by number.
    pub frames: Option<BTreeSet<u32>>,
}

/// Conversations of a sign-in and their time.
#[derive(Clone, Debug, Default)]
pub struct Window {
    flows: BTreeSet<u32>,
    frames: BTreeSet<u64>,
    last: Timestamp,
}

impl Window {
    /// That of the sign-in that this ladder shows.
    pub fn of(ladder: &Ladder) -> Self {
        Self {
            flows: ladder.steps.iter().map(|step| step.flow).collect(),
            frames: ladder.steps.iter().map(|step| step.frame).collect(),
            last: ladder.steps.iter().map(|step| step.time).max().unwrap_or_default(),
        }
    }

    /// A connection is taken from its beginning, which may lie long before.
    pub fn holds(&self, frame: u64, time: Timestamp, flow: Option<u32>) -> bool {
        let mine = flow.is_some_and(|flow| self.flows.contains(&flow));
        self.frames.contains(&frame) || (mine && time.since(self.last) <= AROUND)
    }
}

/// Chooses while captures are read, one after the other.
pub struct Choose<'w> {
    scan: Scan,
    lens: Needs<Gather>,
    select: Option<Select>,
    wanted: Wanted<'w>,
    chosen: Vec<bool>,
}

impl<'w> Choose<'w> {
    /// With a scan that has the keys and rules for these captures.
    pub fn new(scan: Scan, wanted: Wanted<'w>) -> Result<Self, FilterError> {
        let mut gather = Gather::new(true);
        let select = wanted.filter.map(|text| Select::new(text, &mut gather)).transpose()?;
        let lens = Needs::new(gather, select.is_some());
        Ok(Self { scan, lens, select, wanted, chosen: Vec::new() })
    }

    /// Takes the next frame.
    pub fn frame(&mut self, record: &Record<'_>) {
        let Self { scan, lens, select, wanted, chosen } = self;
        lens.clear();
        lens.sink.clear();
        scan.frame(record, lens);
        lens.sink.complete();
        let number = (chosen.len() as u64).saturating_add(1);
        let listed = |frames: &BTreeSet<u32>| u32::try_from(number).is_ok_and(|number| frames.contains(&number));
        let goes = select.as_ref().is_none_or(|select| select.passes(&lens.sink))
            && wanted.window.as_ref().is_none_or(|window| window.holds(number, record.time, lens.flow()))
            && wanted.frames.as_ref().is_none_or(listed);
        chosen.push(goes);
        if goes {
            for needed in lens.frames() {
                let at = usize::try_from(*needed).ok().and_then(|n| n.checked_sub(1));
                if let Some(needed) = at.and_then(|at| chosen.get_mut(at)) {
                    *needed = true;
                }
            }
        }
    }

    /// Which packets go along, by their number from 0.
    pub fn chosen(self) -> Vec<bool> {
        self.chosen
    }
}

/// A capture that is being written.
pub struct Export<W: Write> {
    copy: Copy<W>,
    chosen: Vec<bool>,
    comments: BTreeMap<u64, Vec<String>>,
    secrets: bool,
    number: usize,
    copied: u64,
}

impl<W: Write> Export<W> {
    /// Begins it. What is said of the old capture is said of the new one; `secrets` lets TLS secrets go along.
    pub fn new(
        out: W,
        old: Option<&Section>,
        chosen: Vec<bool>,
        comments: BTreeMap<u64, Vec<String>>,
        secrets: bool,
    ) -> io::Result<Self> {
        let made = concat!("handshark ", env!("CARGO_PKG_VERSION"));
        let section = Section { application: Some(made.into()), ..old.cloned().unwrap_or_default() };
        let copy = Copy::new(out, &section, |old: &Interface, _| old.clone())?;
        Ok(Self { copy, chosen, comments, secrets, number: 0, copied: 0 })
    }

    /// Takes what was chosen of a capture, to its end. If the capture cannot be read to there, what came before stays.
    pub fn take<E: From<CaptureError> + From<io::Error>>(&mut self, source: &mut dyn Source) -> Result<(), E> {
        let Self { copy, chosen, comments, secrets, number, copied } = self;
        let read = each(source, |part, source| {
            match part {
                Part::Packet(packet) => {
                    if chosen.get(*number).copied().unwrap_or(false) {
                        let said = comments.get(&(*number as u64).saturating_add(1));
                        packet.comments.extend(said.into_iter().flatten().take(MAX_COMMENTS).cloned());
                        copy.packet(packet, source)?;
                        *copied = copied.saturating_add(1);
                    }
                    *number = number.saturating_add(1);
                }
                Part::Secrets(content) if *secrets => copy.secrets(content)?,
                Part::Secrets(_) => {}
            }
            Ok::<(), E>(())
        });
        copy.conclude(source, true)?;
        read
    }

    /// Ends it; the packets that are in it.
    pub fn end(self) -> io::Result<u64> {
        self.copy.finish()?;
        Ok(self.copied)
    }
}
