//! The keys: one table for what they do, for the hints below, for the help, for the documentation, and for those who want
//! other ones.

mod key;
mod table;

pub use key::{Key, presses};

use super::message::Command;
use super::model::Model;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind};
use std::fmt::Write as _;

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The list of sign-ins.
    SignIns,
    /// The steps of one.
    Ladder,
    /// The packet list.
    Packets,
    /// The tree of a packet.
    Tree,
    /// Its bytes.
    Bytes,
    /// The list of findings.
    Findings,
    /// The list of conversations.
    Streams,
    /// The list of certificates and tickets.
    Certificates,
    /// A packet, wherever in it the keys are.
    Packet,
    /// A list with columns.
    Table,
    /// A panel of text.
    Panel,
    /// A stream that is followed.
    Follow,
    /// Two things that are compared.
    Compared,
    /// The filter bar.
    Filter,
    /// The help.
    Help,
    /// A text to read.
    Sheet,
    /// A line to type.
    Prompt,
    /// The line that says what is looked for.
    Find,
    /// A line that is typed, whatever for.
    Edit,
    /// A list to choose from.
    Menu,
    /// A question.
    Question,
    /// Interfaces to choose from.
    Picker,
    /// Wherever no text is typed.
    Anywhere,
    /// Even there.
    Always,
}

impl Context {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::SignIns,
        Self::Ladder,
        Self::Packets,
        Self::Tree,
        Self::Bytes,
        Self::Packet,
        Self::Findings,
        Self::Streams,
        Self::Certificates,
        Self::Table,
        Self::Panel,
        Self::Follow,
        Self::Compared,
        Self::Anywhere,
        Self::Filter,
        Self::Find,
        Self::Prompt,
        Self::Edit,
        Self::Help,
        Self::Sheet,
        Self::Menu,
        Self::Question,
        Self::Picker,
        Self::Always,
    ];

    /// True where keys without a meaning of their own are text.
    pub const fn types(self) -> bool {
        matches!(self, Self::Filter | Self::Prompt | Self::Help)
    }

    /// The heading in the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SignIns => "Sign-ins",
            Self::Ladder => "Steps of a sign-in",
            Self::Packets => "Packets",
            Self::Tree => "Packet tree",
            Self::Bytes => "Bytes",
            Self::Findings => "Findings",
            Self::Streams => "Conversations",
            Self::Certificates => "Certificates and tickets",
            Self::Packet => "A packet",
            Self::Table => "Lists",
            Self::Panel => "Panel",
            Self::Follow => "Followed stream",
            Self::Compared => "Comparison",
            Self::Filter => "Filter",
            Self::Help => "Help",
            Self::Sheet => "Text",
            Self::Prompt => "Line",
            Self::Find => "What is looked for",
            Self::Edit => "Typing",
            Self::Menu => "Menu",
            Self::Question => "Question",
            Self::Picker => "Interfaces",
            Self::Anywhere => "Everywhere",
            Self::Always => "Always",
        }
    }
}

/// What the mouse does, for the help and the documentation.
pub const MOUSE: [(&str, &str); 7] = [
    ("click", "select a row; on a tab, a hint or a row of a menu: do what it says"),
    ("click on a title", "sort by this column; again: the other way round"),
    ("double click", "what Enter does"),
    ("wheel", "scroll what is under the mouse"),
    ("drag a divider", "more room on one side of it"),
    ("with Shift", "the terminal's own: mark text"),
    ("F8", "give the mouse to the terminal, or take it back"),
];

/// A row of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// Which keys, the one for the hint first.
    pub keys: &'static [Key],
    /// What they stand for.
    pub command: Command,
    /// A word or two for the line below; none if it is not worth the room.
    pub hint: &'static str,
    /// The line in the help.
    pub help: &'static str,
}

/// A row as it is in force.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The row of the table.
    pub row: &'static Binding,
    /// Its keys, as the user wants them.
    pub keys: Vec<Key>,
}

/// The keys in force.
#[derive(Clone, Debug)]
pub struct Keymap(Vec<Bound>);

impl Default for Keymap {
    fn default() -> Self {
        Self(table::KEYS.iter().map(|row| Bound { row, keys: row.keys.to_vec() }).collect())
    }
}

impl Keymap {
    /// What a key event stands for in these contexts, the first that knows it.
    pub fn command(&self, contexts: &[Context], event: &KeyEvent) -> Option<Command> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let pressed = Key::of(event)?;
        let known = |context: &Context| self.rows(*context).find(|b| b.keys.contains(&pressed)).map(|b| b.row.command);
        contexts.iter().find_map(known).or(match event.code {
            KeyCode::Char(c) if contexts.iter().any(|c| c.types()) && !pressed.has_ctrl() => Some(Command::Type(c)),
            _ => None,
        })
    }

    /// The rows of a context.
    pub fn rows(&self, context: Context) -> impl Iterator<Item = &Bound> {
        self.0.iter().filter(move |b| b.row.context == context)
    }

    /// Other keys for a command, everywhere or in one context only. False if nothing there has this name.
    pub fn bind(&mut self, context: Option<Context>, command: &str, keys: &[Key]) -> bool {
        let mut found = false;
        let here = |b: &&mut Bound| context.is_none_or(|c| c == b.row.context) && id(b.row.command) == command;
        for bound in self.0.iter_mut().filter(here) {
            keys.clone_into(&mut bound.keys);
            found = true;
        }
        found
    }

    /// A key that stands for two things in one context: the key, the context, and both.
    pub fn conflict(&self) -> Option<(Key, Context, [String; 2])> {
        self.0.iter().enumerate().find_map(|(at, a)| {
            let others = self.0.iter().skip(at.saturating_add(1)).filter(|b| b.row.context == a.row.context);
            let both = |b: &Bound| a.keys.iter().find(|key| b.keys.contains(key)).copied();
            others
                .filter(|b| b.row.command != a.row.command)
                .find_map(|b| both(b).map(|key| (key, a.row.context, [id(a.row.command), id(b.row.command)])))
        })
    }

    /// The table in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for context in Context::ALL {
            let _ = writeln!(out, "## {}\n\n`[keys.{}]`\n", context.title(), id(context));
            let _ = writeln!(out, "| keys | name | |\n|---|---|---|");
            for bound in self.rows(context) {
                let keys: Vec<String> = bound.keys.iter().map(|key| format!("`{}`", key.written())).collect();
                let keys = keys.join(" ").replace('|', "\\|");
                let _ = writeln!(out, "| {keys} | {} | {} |", id(bound.row.command), bound.row.help);
            }
            out.push('\n');
        }
        let _ = writeln!(out, "## Mouse\n\n| | |\n|---|---|");
        for (what, does) in MOUSE {
            let _ = writeln!(out, "| {what} | {does} |");
        }
        out
    }
}

/// What a command or a context is called in a configuration file: `NextStep` is `next-step`.
pub fn id(what: impl std::fmt::Debug) -> String {
    let mut out = String::new();
    for c in format!("{what:?}").chars() {
        match c {
            '(' | ' ' => out.push('-'),
            ')' => {}
            c => {
                if c.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('-') {
                    out.push('-');
                }
                out.push(c.to_ascii_lowercase());
            }
        }
    }
    out
}

/// What the first line of the help that holds this text stands for.
pub fn first(model: &Model, narrow: &str) -> Option<Command> {
    super::pane::help::lines(model, narrow).into_iter().find_map(|line| match line {
        super::pane::help::Line::Key(bound) => Some(bound.row.command),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_in_one_context() {
        for (at, a) in table::KEYS.iter().enumerate() {
            for b in table::KEYS.iter().skip(at + 1).filter(|b| b.context == a.context) {
                for key in a.keys {
                    assert!(!b.keys.contains(key), "{} in {:?}", key.name(), a.context);
                }
            }
        }
    }

    #[test]
    fn every_row_can_be_explained() {
        for binding in table::KEYS {
            assert!(!binding.help.is_empty() && !binding.keys.is_empty());
            assert!(binding.keys.iter().all(|k| !k.name().is_empty()));
        }
    }
}
