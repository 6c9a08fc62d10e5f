//! View 3 as data: which packets are listed, what is known of those in sight, the packet looked at.

use super::tree::Row;
use crate::field::Tree;
use crate::scan::Summary;
use crate::wire::Timestamp;
use ratatui::style::Color;
use std::collections::{BTreeSet, HashMap};

/// The packets view.
#[derive(Debug, Default)]
pub struct Packets {
    /// Packets that pass the filter; nothing if there is none.
    pub passed: Option<Vec<u32>>,
    /// The oldest packets that were let go.
    pub gone: u32,
    /// The packets in the list in the order somebody wants them in; nothing for that of their numbers.
    pub sorted: Option<Vec<u32>>,
    /// Counts orders: an answer to an older one is dropped.
    pub sorting: u64,
    /// Lines in view, by frame.
    pub lines: HashMap<u32, Summary>,
    /// Colours of some of them.
    pub colours: HashMap<u32, Color>,
    /// The packet looked at.
    pub detail: Option<Detail>,
    /// The frame whose tree was asked for.
    pub asked: u32,
    /// Nodes folded or unfolded by the user, by field name: the same in every packet.
    pub folds: HashMap<&'static str, bool>,
    /// A field to select in the tree that comes.
    pub seek: Option<&'static str>,
    /// The buffer in view.
    pub buffer: usize,
    /// Frames marked by the user.
    pub marks: BTreeSet<u32>,
    /// How times are told.
    pub clock: Clock,
    /// The packet that times are counted from, if somebody chose one.
    pub reference: Option<(u32, Timestamp)>,
    /// Secrets are shown as they are: somebody asked for it, and was asked back.
    pub revealed: bool,
}

/// How times of packets are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Seconds since the first packet.
    #[default]
    SinceFirst,
    /// Seconds since the packet shown before.
    SincePrevious,
    /// Time of day, UTC.
    OfDay,
    /// Date and time, UTC.
    Full,
    /// Seconds since the packet somebody chose.
    SinceReference,
}

impl Clock {
    /// Those that do not depend on a packet somebody chose.
    pub const CONSTANT: [Self; 4] = [Self::SinceFirst, Self::SincePrevious, Self::OfDay, Self::Full];

    /// The next one.
    pub const fn next(self) -> Self {
        match self {
            Self::SinceFirst => Self::SincePrevious,
            Self::SincePrevious => Self::OfDay,
            Self::OfDay => Self::Full,
            Self::Full => Self::SinceReference,
            Self::SinceReference => Self::SinceFirst,
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SinceFirst => "seconds since the first packet",
            Self::SincePrevious => "seconds since the packet above",
            Self::OfDay => "time of day, UTC",
            Self::Full => "date and time, UTC",
            Self::SinceReference => "seconds since the packet chosen with Ctrl-T",
        }
    }
}

/// A packet looked at.
#[derive(Debug)]
pub struct Detail {
    /// Its frame.
    pub frame: u32,
    /// Its tree.
    pub tree: Tree,
    /// The rows in sight of it.
    pub rows: Vec<Row>,
}

impl Packets {
    /// Packets in the list, if `all` is the newest frame.
    pub fn len(&self, all: u32) -> usize {
        self.passed.as_ref().map_or(all.saturating_sub(self.gone) as usize, Vec::len)
    }

    /// The frame in a row of the list, if `all` is the newest frame.
    pub fn frame(&self, row: usize, all: u32) -> Option<u32> {
        if let Some(sorted) = &self.sorted {
            return sorted.get(row).copied();
        }
        if let Some(passed) = &self.passed {
            return passed.get(row).copied();
        }
        let frame = u32::try_from(row).ok().and_then(|row| row.checked_add(1)?.checked_add(self.gone));
        frame.filter(|frame| *frame <= all)
    }

    /// The row of a frame, if it is in the list.
    pub fn row(&self, frame: u32) -> Option<usize> {
        if let Some(sorted) = &self.sorted {
            return sorted.iter().position(|listed| *listed == frame);
        }
        match &self.passed {
            Some(passed) => passed.binary_search(&frame).ok(),
            None => usize::try_from(frame.checked_sub(1)?.checked_sub(self.gone)?).ok(),
        }
    }
}
