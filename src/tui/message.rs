//! Everything that can happen.

use super::model::{Facts, View};
use super::rows::{Finding, Session};
use crate::field::Tree;
use crate::scan::{Reading, Summary};

/// Something happened.
#[derive(Debug)]
pub enum Message {
    /// The user asks for something.
    Do(Command),
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// Reading came so far.
    Reading(Reading),
    /// The capture is read.
    Loaded(Box<Loaded>),
    /// The tree of a frame.
    Detail(u32, Box<Tree>),
    /// Lines of the packet list.
    Summaries(Vec<Summary>),
    /// Frames that pass a filter.
    Selected {
        /// Which filter: the newest one counts.
        generation: u64,
        /// More frames that pass, in order.
        frames: Vec<u32>,
        /// So many frames were asked.
        asked: u32,
        /// All were.
        done: bool,
    },
}

/// What the screen shows of a capture that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// About the capture itself.
    pub facts: Facts,
    /// View 1.
    pub sessions: Vec<Session>,
    /// View 3.
    pub findings: Vec<Finding>,
}

/// What keys stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// `g`: twice is to the first row.
    Prefix,
    /// Left: fold, or the tab before.
    Left,
    /// Right: unfold, or the next tab.
    Right,
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// Into what is selected.
    Enter,
    /// Out of it again.
    Back,
    /// Back, and from the top out of the program.
    Quit,
    /// Out of the program.
    QuitNow,
    /// The keys.
    Help,
    /// A view.
    Show(View),
    /// The next packet of the negotiation.
    NextStep,
    /// The packet before in the negotiation.
    PreviousStep,
    /// The next piece of evidence.
    Evidence,
    /// Type a filter.
    Filter,
    /// One pane alone, or all.
    Zoom,
    /// Unfold everything, or fold it.
    FoldAll,
    /// Only what failed, or everything.
    OnlyFailed,
    /// Stop until the shell goes on with us.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// A character into the filter.
    Type(char),
    /// Remove the character before.
    Backspace,
    /// Remove the character here.
    Delete,
    /// Remove the word before.
    WordBack,
    /// Remove everything before.
    Clear,
    /// To the start of the filter.
    LineStart,
    /// To its end.
    LineEnd,
    /// The filter used before.
    Older,
    /// The one used after.
    Newer,
    /// Use the filter.
    Apply,
    /// Keep the filter that was.
    Cancel,
}
