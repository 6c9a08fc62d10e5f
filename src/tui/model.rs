//! Everything the screen depends on. Plain data.

use super::columns::Columns;
use super::config::{Config, Rule};
use super::effect::Among;
use super::find;
use super::following::Following;
use super::input::Input;
use super::keymap::{Context, Keymap};
use super::layout::{self, Panes};
use super::list::List;
use super::live::Live;
use super::message::Command;
use super::opened::{Facts, Loaded};
use super::overlay::{Ask, Overlay};
pub use super::packets::{Clock, Detail, Packets};
use super::panel;
pub use super::place::{Pane, View};
use super::recent::Recent;
use super::rows::attempts::{Attempt, What};
use super::rows::credentials::Credential;
use super::rows::overview::Overview;
use super::rows::streams::Stream;
use super::search::Sought;
use super::theme::Look;
use crate::filter::{FilterError, Item};
use crate::report::baseline::Baseline;
use crate::report::compare::Comparison;
use crate::report::ladder::{self, Ladder};
use crate::report::model::{FindingRow, Report};
use crate::scan::Reading;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use std::collections::HashMap;
use std::sync::Arc;

/// How findings are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// The worst first.
    #[default]
    Severity,
    /// By rule.
    Rule,
    /// By user.
    User,
    /// By server.
    Server,
}

impl Grouping {
    /// The next one.
    pub const fn next(self) -> Self {
        match self {
            Self::Severity => Self::Rule,
            Self::Rule => Self::User,
            Self::User => Self::Server,
            Self::Server => Self::Severity,
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Severity => "worst first",
            Self::Rule => "by id",
            Self::User => "by user",
            Self::Server => "by server",
        }
    }
}

/// The filter bar.
#[derive(Debug, Default)]
pub struct Bar {
    /// Text is typed into it.
    pub open: bool,
    /// The text.
    pub input: Input,
    /// What is wrong with the text.
    pub error: Option<FilterError>,
    /// What may stand where the cursor stands.
    pub offers: Vec<Item>,
    /// The offer taken last: its place, and where it stands in the text.
    pub taken: Option<(usize, usize)>,
    /// The filter in use; empty for none.
    pub applied: String,
    /// Filters used before.
    pub history: Vec<String>,
    /// Saved filters: name and text.
    pub saved: Vec<(String, String)>,
    /// The place in the history, counted from its end; 0 is the text itself.
    pub recalled: usize,
    /// Counts filters: an answer to an older one is dropped.
    pub generation: u64,
    /// The packet asked last, while the filter is at work.
    pub asked: Option<u32>,
    /// The last packet of which it is known whether it passes.
    pub reached: u32,
    /// The filter is put to all packets again; these passed so far.
    pub anew: Option<Vec<u32>>,
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
    pub focus: [usize; View::COUNT],
    /// How much of each view its list has, in percent, where somebody moved the divider.
    pub shares: [Option<u8>; View::COUNT],
    /// The same of the tree in the packets view.
    pub tree_share: Option<u8>,
    /// Tree and bytes side by side, or not, where somebody wants it otherwise.
    pub beside: Option<bool>,
    /// The divider the mouse holds: 0 is below the list, 1 between tree and bytes.
    pub held: Option<usize>,
    /// The keys.
    pub keys: Arc<Keymap>,
    /// Colours of packets.
    pub rules: Arc<[Rule]>,
    /// That pane alone is shown.
    pub zoom: bool,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// How far reading came, while it goes on.
    pub reading: Option<Reading>,
    /// Seconds it may still take.
    pub left: Option<u64>,
    /// It is read again: until that is over, what was known before is shown.
    pub again: bool,
    /// The capture runs, or did.
    pub live: Option<Live>,
    /// The ladder at hand may be out of date.
    pub ladder_old: bool,
    /// About the capture.
    pub facts: Facts,
    /// What it says.
    pub report: Arc<Report>,
    /// View 1: every attempt.
    pub attempts: Arc<[Attempt]>,
    /// Of these, the ones in the list.
    pub listed: Vec<usize>,
    /// Only those that did not come to a good end, and only severe findings.
    pub only_failed: bool,
    /// View 2: the ladder, and whose it is.
    pub ladder: Option<(What, Ladder)>,
    /// The same with every round of what was tried again, or with such rounds folded: what is not shown, if they differ.
    pub(super) other_ladder: Option<Ladder>,
    /// Every round is shown.
    pub(super) every_round: bool,
    /// How times of steps are told; nothing for the time since the step above.
    pub(super) ladder_clock: Option<Clock>,
    /// Findings that were accepted; nothing as long as nobody said where that is kept.
    pub baseline: Option<Arc<Baseline>>,
    /// Of the findings of the report, which these are.
    pub accepted: Vec<bool>,
    /// View 4: findings in the list.
    pub findings: Vec<usize>,
    /// In which order.
    pub grouping: Grouping,
    /// View 5.
    pub streams: Arc<[Stream]>,
    /// View 7.
    pub overview: Arc<Overview>,
    /// What the files hash to, as soon as it was asked and is known.
    pub(super) hashes: Option<Vec<Option<String>>>,
    /// View 6.
    pub credentials: Arc<[Credential]>,
    /// View 3.
    pub packets: Packets,
    /// A stream that is followed.
    pub following: Following,
    /// Two things that are compared.
    pub comparing: Option<Comparison>,
    /// Captures opened before, the newest first.
    pub recent: Vec<Recent>,
    /// Sign-ins chosen to be compared.
    pub chosen: Vec<What>,
    /// How it looks, for who wants to set it.
    pub look: Look,
    /// Columns of the lists.
    pub columns: Columns,
    /// In which order rows of the other lists stand, where somebody sorted them.
    pub(super) order: HashMap<Pane, Vec<usize>>,
    /// Cursors, by pane.
    pub(super) lists: HashMap<Pane, List>,
    /// The finding and the piece of evidence opened last.
    pub proof: Option<(usize, usize)>,
    /// What was looked for last.
    pub sought: Sought,
    /// Where it is among the packets, as soon as all places are known.
    pub(super) hits: Option<find::Hits>,
    /// Counts searches: an answer to an older one is dropped.
    pub(super) finds: u64,
    /// From where a sorted list of packets is searched, until all places are known.
    pub(super) seeking: Option<Among>,
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

    /// How far reading came: rows of packets grow at one end, and may go at the other.
    pub fn grow(&mut self, packets: u32, gone: u32) {
        let went = usize::try_from(gone.saturating_sub(self.packets.gone)).unwrap_or(usize::MAX);
        self.facts.packets = packets;
        (self.facts.gone, self.packets.gone) = (gone, gone);
        if went == 0 {
            return;
        }
        let rows = match &mut self.packets.passed {
            Some(passed) => {
                let rows = passed.partition_point(|frame| *frame <= gone);
                passed.drain(..rows);
                rows
            }
            None => went,
        };
        let list = self.list_mut(Pane::Packets);
        (list.cursor, list.top) = (list.cursor.saturating_sub(rows), list.top.saturating_sub(rows));
    }

    /// Takes what the user wants otherwise.
    pub fn configure(&mut self, config: Config) {
        (self.keys, self.rules) = (Arc::new(config.keys), config.rules.into());
        // Those saved on the screen stand behind those of the file.
        self.columns = config.columns;
        self.packets.clock = config.time.unwrap_or_default();
        self.bar.saved.splice(0..0, config.filters);
        if let Some(told) = config.unknown.first() {
            self.notice = format!("config.toml {told}");
        }
    }

    /// The capture was read, or as much of it as is told so far.
    pub fn take(&mut self, loaded: Loaded) {
        let (packets, gone) = (loaded.facts.packets, loaded.facts.gone);
        self.grow(packets, gone);
        (self.facts, self.report, self.overview) = (loaded.facts, loaded.report, loaded.overview);
        (self.attempts, self.streams, self.credentials) = (loaded.attempts, loaded.streams, loaded.credentials);
        self.sort();
    }

    /// A row of the list of conversations.
    pub fn stream(&self, row: usize) -> Option<&Stream> {
        self.streams.get(self.place(Pane::Streams, row)?)
    }

    /// A row of the list of certificates and tickets.
    pub fn credential(&self, row: usize) -> Option<&Credential> {
        self.credentials.get(self.place(Pane::Certificates, row)?)
    }

    /// The pane with the keys.
    pub fn pane(&self) -> Pane {
        let panes = self.view.panes();
        let focus = self.focus.get(self.view.index()).copied().unwrap_or(0);
        panes.get(focus).or(panes.first()).copied().unwrap_or(Pane::SignIns)
    }

    /// Gives a pane of the current view the keys.
    pub fn focus(&mut self, pane: Pane) {
        let at = self.view.panes().iter().position(|p| *p == pane);
        if let (Some(at), Some(focus)) = (at, self.focus.get_mut(self.view.index())) {
            *focus = at;
        }
    }

    /// The cursor of a pane.
    pub fn list(&self, pane: Pane) -> List {
        self.lists.get(&pane).copied().unwrap_or_default()
    }

    /// The cursor of a pane, to move it.
    pub fn list_mut(&mut self, pane: Pane) -> &mut List {
        self.lists.entry(pane).or_default()
    }

    /// Where keys are looked up, in this order.
    pub fn contexts(&self) -> Vec<Context> {
        let mut contexts = Vec::with_capacity(4);
        if let Some(overlay) = &self.overlay {
            if matches!(overlay, Overlay::Prompt(prompt) if matches!(prompt.ask, Ask::Find(_))) {
                contexts.push(Context::Find);
            }
            contexts.push(overlay.context());
        } else if self.bar.open {
            contexts.push(Context::Filter);
        } else {
            contexts.push(self.pane().context());
            contexts.extend(self.pane().kind());
            contexts.push(Context::Anywhere);
        }
        if contexts.iter().any(|context| context.types()) {
            contexts.push(Context::Edit);
        }
        contexts.push(Context::Always);
        contexts
    }

    /// What a key stands for where the keys are.
    pub fn command(&self, event: &KeyEvent) -> Option<Command> {
        self.keys.command(&self.contexts(), event)
    }

    /// Where everything is.
    pub fn panes(&self) -> Panes {
        let (width, height) = self.size;
        layout::panes(self, Rect::new(0, 0, width, height))
    }

    /// Rows that a pane's list has.
    pub fn rows(&self, pane: Pane) -> usize {
        match pane {
            Pane::SignIns => self.listed.len(),
            Pane::Ladder => self.steps().len(),
            Pane::Packets => self.packets.len(self.facts.packets),
            Pane::Tree => self.packets.detail.as_ref().map_or(0, |detail| detail.rows.len()),
            Pane::Bytes => self.byte_rows(),
            Pane::Findings => self.findings.len(),
            Pane::Streams => self.streams.len(),
            Pane::Certificates => self.credentials.len(),
            Pane::Follow => self.following.rows.len(),
            Pane::Compared => self.comparing.as_ref().map_or(0, |compared| compared.rows.len()),
            Pane::Verdict | Pane::Reasons | Pane::Talk | Pane::Validity | Pane::Summary => self.lines(pane).len(),
        }
    }

    /// Lines of a panel, as wide as it is.
    pub fn lines(&self, pane: Pane) -> Vec<panel::Line> {
        panel::lines(self, pane, usize::from(self.panes().inside(pane).width))
    }

    fn byte_rows(&self) -> usize {
        let buffer = self.packets.detail.as_ref().and_then(|d| d.tree.buffers.get(self.packets.buffer));
        let width = self.panes().inside(Pane::Bytes).width;
        buffer.map_or(0, |b| b.bytes.len().div_ceil(layout::bytes_a_row(width)))
    }

    /// The attempt selected.
    pub fn attempt(&self) -> Option<&Attempt> {
        self.attempts.get(*self.listed.get(self.list(Pane::SignIns).cursor)?)
    }

    /// The steps of its ladder, as soon as they are known.
    pub fn steps(&self) -> &[ladder::Step] {
        let mine = self.attempt().map(|attempt| attempt.what);
        self.ladder.as_ref().filter(|(what, _)| Some(*what) == mine).map_or(&[], |(_, ladder)| &ladder.steps)
    }

    /// What an attempt is called: its number, and who.
    pub fn called(&self, attempt: &Attempt) -> String {
        match attempt.what {
            What::SignIn(at) => {
                let row = self.report.sign_ins.get(at);
                let who = row.and_then(|row| row.user.as_deref()).unwrap_or("somebody");
                format!("Sign-in {}: {}", at.saturating_add(1), super::text::safe(who))
            }
            What::Alone(at) => format!("Authentication {}", at.saturating_add(1)),
        }
    }

    /// The finding selected, and its place in the report.
    pub fn finding(&self) -> Option<(usize, &FindingRow)> {
        let at = *self.findings.get(self.list(Pane::Findings).cursor)?;
        Some((at, self.report.findings.get(at)?))
    }

    /// The packet that is looked at: that of the step selected in a ladder, else that of the packet list.
    pub fn looked_at(&self) -> Option<u32> {
        if self.view != View::Ladder {
            return self.here();
        }
        let step = self.steps().get(self.list(Pane::Ladder).cursor)?;
        u32::try_from(step.frame).ok().filter(|frame| *frame > self.packets.gone && *frame <= self.facts.packets)
    }

    /// The frame under the cursor of the packet list.
    pub fn here(&self) -> Option<u32> {
        self.packets.frame(self.list(Pane::Packets).cursor, self.facts.packets)
    }
}
