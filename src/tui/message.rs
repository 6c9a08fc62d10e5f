//! Everything that can happen.

use super::following::Followed;
use super::live::Running;
use super::model::View;
use super::opened::Loaded;
use super::recent::Offer;
use super::rows::attempts::What;
use super::search::Places;
use super::theme::Look;
use crate::field::Tree;
use crate::report::baseline::Baseline;
use crate::report::compare::Comparison;
use crate::report::ladder::Ladder;
use crate::scan::{Reading, Summary};
use ratatui::style::Color;
use std::sync::Arc;

/// Something happened.
#[derive(Debug)]
pub enum Message {
    /// The user asks for something.
    Do(Command),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// Reading came so far, and may go on for so many seconds. So many packets can be looked at.
    Reading(Reading, Option<u64>),
    /// The capture is read.
    Loaded(Box<Loaded>),
    /// Of what is being read, so much is known already.
    Partly(Box<Loaded>),
    /// How a running capture stands.
    Running(Running),
    /// The tree of a frame.
    Detail(u32, Box<Tree>),
    /// The ladder of a sign-in.
    Ladder(What, Box<Ladder>),
    /// Lines of the packet list, and the colours that rules give some of them.
    Summaries(Vec<Summary>, Vec<(u32, Color)>),
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
    /// The packets listed, sorted.
    Sorted(u64, Vec<u32>),
    /// Where what was looked for is among the packets.
    Found(u64, Places),
    /// What a stream says, or that there is nothing to follow.
    Followed(u64, Option<Box<Followed>>),
    /// Two things, compared.
    Compared(Box<Comparison>),
    /// How it looks now.
    Looks(Look),
    /// Names of files that begin like this.
    Names(String, Vec<Offer>),
    /// Findings that are accepted now, and something to tell.
    Accepted(Arc<Baseline>, String),
    /// What the files hash to, one after the other; nothing for one that cannot be read.
    Hashed(Vec<Option<String>>),
    /// Something to tell.
    Told(String),
    /// The capture is read again: with what was loaded, in these words.
    Reloading(String),
}

/// What the mouse does, at a column and a row of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// A click.
    Click(u16, u16),
    /// A second click soon after the first.
    Twice(u16, u16),
    /// The wheel, down or up.
    Wheel(u16, u16, bool),
    /// The button is held, and the mouse moved here.
    Drag(u16, u16),
    /// The button was let go.
    Release,
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
    /// Follow the conversation of what is selected.
    Follow,
    /// As bytes, or as text.
    HexText,
    /// Only what the client said.
    OnlyClient,
    /// Only what the server said.
    OnlyServer,
    /// Both sides.
    BothSides,
    /// Choose what is to be compared.
    Choose,
    /// Compare.
    Compare,
    /// Count times from this packet.
    Reference,
    /// Ask as what the port of this packet is to be decoded.
    DecodeAs,
    /// Hide what only keeps connections going.
    Noise,
    /// Tree and bytes side by side, or not.
    Layout,
    /// More room for the list.
    Grow,
    /// Less room for it.
    Shrink,
    /// More room for the tree.
    GrowTree,
    /// Less room for it.
    ShrinkTree,
    /// The next finding.
    NextFinding,
    /// The finding before.
    PreviousFinding,
    /// Choose among saved filters.
    Saved,
    /// Save the filter that is typed.
    KeepFilter,
    /// Ask for another capture.
    Open,
    /// Read the capture again.
    Reload,
    /// Mark this packet, or unmark it.
    Mark,
    /// The next packet that is marked.
    NextMark,
    /// Ask for the number of a packet.
    GoTo,
    /// Ask for a text to find.
    Find,
    /// The next place where it is.
    FindNext,
    /// The place before.
    FindPrevious,
    /// Explain what is selected.
    Explain,
    /// Choose what to copy.
    Copy,
    /// Choose a filter made of what is selected.
    AsFilter,
    /// Ask for a file with keys.
    Keys,
    /// Choose what to write to a file.
    Save,
    /// Show secrets, after a question.
    Reveal,
    /// Yes.
    Yes,
    /// Tell times another way.
    Clock,
    /// Other colours.
    Theme,
    /// Choose columns.
    Columns,
    /// Sort by the next column.
    Sort,
    /// Sort the other way round.
    TurnSort,
    /// What can be set.
    Settings,
    /// Accept this finding, or take that back.
    Accept,
    /// Group findings another way.
    Group,
    /// Take what is offered to complete the filter.
    Complete,
    /// The next sign-in.
    NextAttempt,
    /// The sign-in before.
    PreviousAttempt,
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
    /// The screen of a running capture stands still, or goes on.
    Pause,
    /// The newest packet stays selected, or not.
    Newest,
    /// What is captured is written to disk from now on, or no longer.
    Record,
    /// Reading ends, also the capture that runs.
    Stop,
}
