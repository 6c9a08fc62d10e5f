//! What the outside must do.

use super::columns::Sort;
use super::config::Rule;
use super::following;
use super::message::Message;
use super::opened::Opened;
use super::overlay::Save;
use super::rows::attempts::What;
use super::search::Sought;
use crate::report::{compare, ladder};
use crate::scan::{Gather, Select};
use ratatui::style::Color;
use std::sync::Arc;

/// Work for the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The tree of a frame is wanted.
    Detail {
        /// Which.
        frame: u32,
        /// Secrets are wanted as they are.
        revealed: bool,
    },
    /// The ladder of a sign-in is wanted.
    Ladder(What),
    /// Lines of the packet list are wanted.
    Summarise(Vec<u32>, Arc<[Rule]>),
    /// A filter is to be put to every packet.
    Select {
        /// Its number; answers carry it.
        generation: u64,
        /// The filter. It was checked.
        text: String,
        /// The first frame it is put to.
        from: u32,
    },
    /// The packets listed are to be sorted.
    Sort {
        /// Its number; the answer carries it.
        generation: u64,
        /// By what.
        by: Sort,
    },
    /// The filter at work is not wanted any more.
    StopSelecting,
    /// Packets that hold something are wanted: the next one, then all.
    Find {
        /// Its number; answers carry it.
        number: u64,
        /// What is looked for.
        sought: Sought,
        /// Frames to look at, in this order.
        among: Among,
    },
    /// A stream is to be followed; the answer carries the number.
    Follow(u64, following::Ask),
    /// Two sign-ins, or two packets, are to be compared.
    Compare(Two, bool),
    /// Another capture is to be opened.
    Open(String),
    /// The capture is to be read again.
    Reload,
    /// A port is to be decoded as a protocol, `tcp.port==5067,sip`; without a protocol as it was before.
    DecodeAs(String),
    /// Reading is to end here.
    StopReading,
    /// Write what is captured to disk, or no longer.
    Record,
    /// What is known by now is to be shown: the screen goes on.
    Resume,
    /// The capture is to be read again with what stands in this file.
    LoadKeys(String),
    /// Something is to be written to this file.
    Save(Save, String),
    /// A finding is accepted, or not any more.
    Accept {
        /// Its place in the report.
        finding: usize,
        /// It is.
        accepted: bool,
        /// The file in which that is kept, if another than before.
        file: Option<String>,
    },
    /// What the files hash to is wanted.
    Hash,
    /// A filter is used: it is offered again in the next run.
    Used(String),
    /// A filter is saved under a name.
    KeepFilter(String, String),
    /// Names of files that begin like this are wanted.
    Names(String),
    /// These bytes are to be written to this file.
    Write(String, Vec<u8>),
    /// A text is to go to the clipboard.
    Copy(String),
    /// The program is to stop until the shell goes on with it.
    Suspend,
    /// Other colours are wanted.
    Recolour,
    /// Signs outside ASCII are wanted, or not any more.
    Signs,
    /// The mouse is to be ours, or the terminal's.
    Mouse(bool),
    /// Everything is to be drawn anew.
    Redraw,
    /// Out.
    Quit,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Two {
    /// Sign-ins.
    Attempts(What, What),
    /// Packets.
    Packets(u32, u32),
}

/// Which frames to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Among {
    /// Behind this one; what is not found up to the end is looked for from the other end on.
    pub after: u32,
    /// Backwards.
    pub back: bool,
}

/// Does what takes no time worth mentioning; nothing for the other effects.
pub fn answer(effect: &Effect, opened: &Opened, show_secrets: bool) -> Option<Message> {
    match effect {
        Effect::Detail { frame, revealed } => {
            let tree = opened.capture.detail(*frame, show_secrets || *revealed);
            Some(Message::Detail(*frame, Box::new(tree)))
        }
        Effect::Ladder(what) => Some(Message::Ladder(*what, Box::new(opened.ladder(*what)))),
        Effect::Summarise(frames, rules) => {
            let lines = frames.iter().map(|frame| opened.capture.summary(*frame)).collect();
            Some(Message::Summaries(lines, colours(opened, frames, rules)))
        }
        Effect::Compare(Two::Attempts(a, b), _) => {
            let compared = ladder::compare::compare(&opened.ladder(*a), &opened.ladder(*b));
            Some(Message::Compared(Box::new(compared)))
        }
        Effect::Compare(Two::Packets(a, b), revealed) => {
            let tree = |frame| opened.capture.detail(frame, show_secrets || *revealed);
            let compared = compare::packets((u64::from(*a), &tree(*a)), (u64::from(*b), &tree(*b)));
            Some(Message::Compared(Box::new(compared)))
        }
        _ => None,
    }
}

impl Among {
    /// The frames, of those from the first to the last.
    pub fn frames(self, first: u32, last: u32) -> Box<dyn Iterator<Item = u32>> {
        let Self { after, back } = self;
        if back {
            Box::new((first..after).rev().chain((after.max(first)..=last).rev()))
        } else {
            Box::new((after.saturating_add(1).max(first)..=last).chain(first..=after.min(last)))
        }
    }

    /// The first of these frames in this order.
    pub fn next(self, frames: &[u32]) -> Option<u32> {
        if self.back {
            let before = frames.partition_point(|frame| *frame < self.after);
            before.checked_sub(1).and_then(|at| frames.get(at)).or(frames.last()).copied()
        } else {
            let behind = frames.partition_point(|frame| *frame <= self.after);
            frames.get(behind).or(frames.first()).copied()
        }
    }
}

/// The colour that the first rule that fits gives each of these packets.
fn colours(opened: &Opened, frames: &[u32], rules: &[Rule]) -> Vec<(u32, Color)> {
    let mut left = frames.to_vec();
    let mut colours = Vec::new();
    for rule in rules {
        let mut gather = Gather::new(false);
        let Ok(select) = Select::new(&rule.filter, &mut gather) else { continue };
        left.retain(|frame| {
            let fits = opened.capture.passes(*frame, &select, &mut gather);
            if fits {
                colours.push((*frame, rule.colour));
            }
            !fits
        });
    }
    colours
}
