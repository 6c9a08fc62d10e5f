//! Everything the screen depends on. Plain data.

use super::keymap::Context;
use super::layout::{self, Panes};
use super::list::List;
use super::panel;
use super::rows::{Finding, Session};
use super::tree::Row;
use crate::analysis::Outcome;
use crate::field::Tree;
use crate::filter::FilterError;
use crate::scan::{Reading, Summary};
use ratatui::layout::Rect;
use std::collections::HashMap;

/// The three views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Who signed in, and how it went.
    #[default]
    Sessions,
    /// Packets, their trees and bytes.
    Packets,
    /// What is weak.
    Findings,
}

impl View {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Sessions, Self::Packets, Self::Findings];

    /// Its place in [`View::ALL`].
    pub const fn index(self) -> usize {
        match self {
            Self::Sessions => 0,
            Self::Packets => 1,
            Self::Findings => 2,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "Sessions",
            Self::Packets => "Packets",
            Self::Findings => "Findings",
        }
    }

    /// Its panes, from top to bottom.
    pub const fn panes(self) -> &'static [Pane] {
        match self {
            Self::Sessions => &[Pane::Sessions, Pane::Steps],
            Self::Packets => &[Pane::Packets, Pane::Tree, Pane::Bytes],
            Self::Findings => &[Pane::Findings, Pane::Reasons],
        }
    }
}

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The list of sessions.
    Sessions,
    /// What is known of the selected one.
    Steps,
    /// The packet list.
    Packets,
    /// The tree of the selected packet.
    Tree,
    /// Its bytes.
    Bytes,
    /// The list of findings.
    Findings,
    /// What is known of the selected one.
    Reasons,
}

impl Pane {
    /// Where the keys mean what they mean in this pane.
    pub const fn context(self) -> Context {
        match self {
            Self::Sessions => Context::Sessions,
            Self::Steps => Context::Steps,
            Self::Packets => Context::Packets,
            Self::Tree => Context::Tree,
            Self::Bytes => Context::Bytes,
            Self::Findings => Context::Findings,
            Self::Reasons => Context::Reasons,
        }
    }
}

/// About the capture.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What it is called.
    pub name: String,
    /// Packets in it.
    pub packets: u32,
    /// How long it is.
    pub span: String,
    /// What could not be seen, and what is wrong with it.
    pub unseen: Vec<String>,
}

/// The packets view.
#[derive(Debug, Default)]
pub struct Packets {
    /// Packets that pass the filter; nothing if there is none.
    pub passed: Option<Vec<u32>>,
    /// The list.
    pub list: List,
    /// Lines in view, by frame.
    pub lines: HashMap<u32, Summary>,
    /// The packet looked at.
    pub detail: Option<Detail>,
    /// The frame whose tree was asked for.
    pub asked: u32,
    /// The tree's cursor.
    pub tree: List,
    /// Nodes folded or unfolded by the user, by field name: the same in every packet.
    pub folds: HashMap<&'static str, bool>,
    /// A field to select in the tree that comes.
    pub seek: Option<&'static str>,
    /// The buffer in view.
    pub buffer: usize,
    /// The first row of bytes in view.
    pub bytes: List,
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

/// The filter bar.
#[derive(Debug, Default)]
pub struct Bar {
    /// Text is typed into it.
    pub open: bool,
    /// The text.
    pub text: String,
    /// The cursor, in bytes of the text, between characters.
    pub cursor: usize,
    /// What is wrong with the text.
    pub error: Option<FilterError>,
    /// The filter in use; empty for none.
    pub applied: String,
    /// Filters used before.
    pub history: Vec<String>,
    /// The place in the history, counted from its end; 0 is the text itself.
    pub recalled: usize,
    /// Counts filters: an answer to an older one is dropped.
    pub generation: u64,
    /// Packets asked so far, while the filter is at work.
    pub asked: Option<u32>,
    /// The frame to select again when it has passed.
    pub keep: u32,
}

/// Everything.
#[derive(Debug, Default)]
pub struct Model {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The view.
    pub view: View,
    /// The pane with the keys, of each view.
    pub focus: [usize; 3],
    /// That pane alone is shown.
    pub zoom: bool,
    /// How far the help is scrolled, while it is shown.
    pub help: Option<List>,
    /// How far reading came, while it goes on.
    pub reading: Option<Reading>,
    /// About the capture.
    pub facts: Facts,
    /// View 1: every session.
    pub sessions: Vec<Session>,
    /// Of these, only the ones that were not accepted.
    pub only_failed: bool,
    /// The list of sessions.
    pub session_list: List,
    /// The panel below.
    pub steps: List,
    /// View 2.
    pub packets: Packets,
    /// View 3.
    pub findings: Vec<Finding>,
    /// The list of findings.
    pub finding_list: List,
    /// The panel below.
    pub reasons: List,
    /// The finding and the piece of evidence opened last.
    pub proof: Option<(usize, usize)>,
    /// The filter bar.
    pub bar: Bar,
    /// Views to go back to.
    pub back: Vec<View>,
    /// Something to tell, until the next key.
    pub notice: String,
    /// `g` was pressed once.
    pub prefix: bool,
}

impl Model {
    /// A screen of this size that waits for a capture.
    pub fn new(name: &str, size: (u16, u16)) -> Self {
        let facts = Facts { name: name.to_owned(), ..Facts::default() };
        Self { size, reading: Some(Reading::default()), facts, ..Self::default() }
    }

    /// The pane with the keys.
    pub fn pane(&self) -> Pane {
        let panes = self.view.panes();
        let focus = self.focus.get(self.view.index()).copied().unwrap_or(0);
        panes.get(focus).or(panes.first()).copied().unwrap_or(Pane::Sessions)
    }

    /// Gives a pane of the current view the keys.
    pub fn focus(&mut self, pane: Pane) {
        let at = self.view.panes().iter().position(|p| *p == pane);
        if let (Some(at), Some(focus)) = (at, self.focus.get_mut(self.view.index())) {
            *focus = at;
        }
    }

    /// Where keys are looked up, in this order.
    pub fn contexts(&self) -> Vec<Context> {
        if self.help.is_some() {
            vec![Context::Help, Context::Always]
        } else if self.bar.open {
            vec![Context::Filter, Context::Always]
        } else {
            vec![self.pane().context(), Context::Anywhere, Context::Always]
        }
    }

    /// Where everything is.
    pub fn panes(&self) -> Panes {
        let (width, height) = self.size;
        layout::panes(self, Rect::new(0, 0, width, height))
    }

    /// Sessions in the list: places in `sessions`.
    pub fn listed(&self) -> Vec<usize> {
        let keep = |s: &Session| !self.only_failed || s.ended != Outcome::Accepted;
        self.sessions.iter().enumerate().filter(|(_, s)| keep(s)).map(|(at, _)| at).collect()
    }

    /// The session selected.
    pub fn session(&self) -> Option<&Session> {
        self.sessions.get(*self.listed().get(self.session_list.cursor)?)
    }

    /// The finding selected.
    pub fn finding(&self) -> Option<&Finding> {
        self.findings.get(self.finding_list.cursor)
    }

    /// Lines of the panel below the sessions.
    pub fn step_lines(&self, width: u16) -> Vec<panel::Line> {
        match self.session() {
            Some(session) => panel::session(session, &self.findings, &self.facts.unseen, usize::from(width)),
            None if self.reading.is_some() => Vec::new(),
            None => panel::nothing(self.only_failed, &self.facts.unseen, usize::from(width)),
        }
    }

    /// Lines of the panel below the findings.
    pub fn reason_lines(&self, width: u16) -> Vec<panel::Line> {
        self.finding().map_or_else(Vec::new, |finding| panel::finding(finding, usize::from(width)))
    }
}

impl Packets {
    /// Packets in the list.
    pub fn len(&self, all: u32) -> usize {
        self.passed.as_ref().map_or(all as usize, Vec::len)
    }

    /// The frame in a row of the list, of `all` frames.
    pub fn frame(&self, row: usize, all: u32) -> Option<u32> {
        match &self.passed {
            Some(passed) => passed.get(row).copied(),
            None => u32::try_from(row).ok().and_then(|row| row.checked_add(1)).filter(|frame| *frame <= all),
        }
    }

    /// The row of a frame, if it is in the list.
    pub fn row(&self, frame: u32) -> Option<usize> {
        match &self.passed {
            Some(passed) => passed.binary_search(&frame).ok(),
            None => usize::try_from(frame.checked_sub(1)?).ok(),
        }
    }
}
