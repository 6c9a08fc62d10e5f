//! The keys: one table for what they do, for the hints below, and for the help.

use super::message::Command;
use super::model::View;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The list of sessions.
    Sessions,
    /// The panel below it.
    Steps,
    /// The packet list.
    Packets,
    /// The tree of a packet.
    Tree,
    /// Its bytes.
    Bytes,
    /// The list of findings.
    Findings,
    /// The panel below it.
    Reasons,
    /// The filter bar.
    Filter,
    /// The help.
    Help,
    /// Wherever no text is typed.
    Anywhere,
    /// Even there.
    Always,
}

impl Context {
    /// The heading in the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sessions => "Sessions",
            Self::Steps => "Steps of a session",
            Self::Packets => "Packets",
            Self::Tree => "Packet tree",
            Self::Bytes => "Bytes",
            Self::Findings => "Findings",
            Self::Reasons => "Why and what to do",
            Self::Filter => "Filter",
            Self::Help => "Help",
            Self::Anywhere => "Everywhere",
            Self::Always => "Always",
        }
    }
}

/// A key, with or without Ctrl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
}

const fn key(code: KeyCode) -> Key {
    Key { code, ctrl: false }
}

const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: true }
}

impl Key {
    /// Its name on the screen.
    pub fn name(self) -> String {
        let plain = match self.code {
            KeyCode::Up => "↑".into(),
            KeyCode::Down => "↓".into(),
            KeyCode::Left => "←".into(),
            KeyCode::Right => "→".into(),
            KeyCode::Enter => "Enter".into(),
            KeyCode::Esc => "Esc".into(),
            KeyCode::Tab => "Tab".into(),
            KeyCode::BackTab => "Shift-Tab".into(),
            KeyCode::PageUp => "PgUp".into(),
            KeyCode::PageDown => "PgDn".into(),
            KeyCode::Home => "Home".into(),
            KeyCode::End => "End".into(),
            KeyCode::Backspace => "Backspace".into(),
            KeyCode::Delete => "Del".into(),
            KeyCode::F(n) => format!("F{n}"),
            KeyCode::Char(' ') => "Space".into(),
            KeyCode::Char(c) if self.ctrl => c.to_ascii_uppercase().to_string(),
            KeyCode::Char(c) => c.to_string(),
            _ => String::new(),
        };
        if self.ctrl { format!("Ctrl-{plain}") } else { plain }
    }
}

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

const fn bind(
    context: Context,
    keys: &'static [Key],
    command: Command,
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding { context, keys, command, hint, help }
}

use Command as Do;
use Context::{Always, Anywhere, Bytes, Filter, Findings, Help, Packets, Reasons, Sessions, Steps, Tree};
use KeyCode::{BackTab, Backspace, Delete, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp, Right, Tab, Up};

const FIRST: View = View::Sessions;
const SECOND: View = View::Packets;
const THIRD: View = View::Findings;

/// The table. Within a context the hints stand in this order, and the last are left out first.
pub static KEYS: &[Binding] = &[
    bind(Sessions, &[key(Enter), key(Right), char('l')], Do::Enter, "steps", "go to the steps of this session"),
    bind(Sessions, &[char('e')], Do::Evidence, "packet", "open the packet that decided it"),
    bind(Sessions, &[char('!')], Do::OnlyFailed, "failed only", "show only sessions that were not accepted, or all"),
    bind(Steps, &[key(Enter), key(Right), char('l')], Do::Enter, "open packet", "open the packet of this line"),
    bind(Steps, &[char('e')], Do::Evidence, "next step", "go to the next line with a packet"),
    bind(Steps, &[key(Left), char('h')], Do::PreviousPane, "list", "back to the list"),
    bind(Packets, &[key(Enter), key(Right), char('l')], Do::Enter, "tree", "go to the tree of this packet"),
    bind(Tree, &[key(Enter), char(' ')], Do::Enter, "fold", "fold or unfold this node"),
    bind(Tree, &[key(Right), char('l')], Do::Right, "", "unfold this node, or go to its first child"),
    bind(Tree, &[key(Left), char('h')], Do::Left, "", "fold this node, or go to its parent"),
    bind(Tree, &[char('x')], Do::FoldAll, "all", "unfold every node, or fold them"),
    bind(Bytes, &[key(Right), char('l')], Do::Right, "next buffer", "the next buffer: reassembled, decoded"),
    bind(Bytes, &[key(Left), char('h')], Do::Left, "", "the buffer before"),
    bind(Findings, &[key(Enter)], Do::Enter, "evidence", "open the first packet that proves it"),
    bind(Findings, &[char('e')], Do::Evidence, "next evidence", "open the next packet that proves it"),
    bind(Findings, &[key(Right), char('l')], Do::NextPane, "", "go to why it matters and what to do"),
    bind(Reasons, &[key(Enter), key(Right), char('l')], Do::Enter, "open packet", "open the packet of this line"),
    bind(Reasons, &[char('e')], Do::Evidence, "next evidence", "open the next packet that proves it"),
    bind(Reasons, &[key(Left), char('h')], Do::PreviousPane, "list", "back to the list"),
    bind(Packets, &[char('e')], Do::Evidence, "", "open the next packet of the finding you came from"),
    bind(Tree, &[char('e')], Do::Evidence, "", "open the next packet of the finding you came from"),
    bind(Bytes, &[char('e')], Do::Evidence, "", "open the next packet of the finding you came from"),
    bind(Packets, &[char(']')], Do::NextStep, "next step", "next packet of this session"),
    bind(Packets, &[char('[')], Do::PreviousStep, "", "packet before in this session"),
    bind(Tree, &[char(']')], Do::NextStep, "next step", "next packet of this session"),
    bind(Tree, &[char('[')], Do::PreviousStep, "", "packet before in this session"),
    bind(Bytes, &[char(']')], Do::NextStep, "next step", "next packet of this session"),
    bind(Bytes, &[char('[')], Do::PreviousStep, "", "packet before in this session"),
    bind(Filter, &[key(Enter)], Do::Apply, "apply", "show the packets that pass; an empty filter shows all"),
    bind(Filter, &[key(Esc)], Do::Cancel, "keep old", "keep the filter that was"),
    bind(Filter, &[key(Up)], Do::Older, "history", "the filter used before"),
    bind(Filter, &[key(Down)], Do::Newer, "", "the filter used after"),
    bind(Filter, &[key(Backspace)], Do::Backspace, "", "remove the character before"),
    bind(Filter, &[key(Delete), ctrl('d')], Do::Delete, "", "remove the character here"),
    bind(Filter, &[ctrl('w')], Do::WordBack, "", "remove the word before"),
    bind(Filter, &[ctrl('u')], Do::Clear, "", "remove everything before"),
    bind(Filter, &[key(Left)], Do::Left, "", "one character left"),
    bind(Filter, &[key(Right)], Do::Right, "", "one character right"),
    bind(Filter, &[key(Home), ctrl('a')], Do::LineStart, "", "to the start"),
    bind(Filter, &[key(End), ctrl('e')], Do::LineEnd, "", "to the end"),
    bind(Help, &[key(Esc), char('q'), char('?'), key(F(1)), key(Enter)], Do::Back, "close", "close the help"),
    bind(Help, &[key(Down), char('j')], Do::Down, "", "scroll"),
    bind(Help, &[key(Up), char('k')], Do::Up, "", "scroll back"),
    bind(Help, &[key(PageDown), ctrl('d'), char(' ')], Do::PageDown, "", "a page on"),
    bind(Help, &[key(PageUp), ctrl('u')], Do::PageUp, "", "a page back"),
    bind(Help, &[key(Home)], Do::Top, "", "to the top"),
    bind(Help, &[key(End), char('G')], Do::Bottom, "", "to the end"),
    bind(Anywhere, &[key(Tab)], Do::NextPane, "pane", "next pane"),
    bind(Anywhere, &[key(BackTab)], Do::PreviousPane, "", "pane before"),
    bind(Anywhere, &[char('/')], Do::Filter, "filter", "show only packets that pass a display filter"),
    bind(Anywhere, &[key(Esc)], Do::Back, "back", "back; at the top, clear the filter"),
    bind(Anywhere, &[char('q')], Do::Quit, "quit", "back; at the top, quit"),
    bind(Anywhere, &[char('1')], Do::Show(FIRST), "", "sessions"),
    bind(Anywhere, &[char('2')], Do::Show(SECOND), "", "packets"),
    bind(Anywhere, &[char('3')], Do::Show(THIRD), "", "findings"),
    bind(Anywhere, &[key(Up), char('k')], Do::Up, "", "up"),
    bind(Anywhere, &[key(Down), char('j')], Do::Down, "", "down"),
    bind(Anywhere, &[key(PageUp), ctrl('u'), ctrl('b')], Do::PageUp, "", "a screenful up"),
    bind(Anywhere, &[key(PageDown), ctrl('d'), ctrl('f')], Do::PageDown, "", "a screenful down"),
    bind(Anywhere, &[key(Home)], Do::Top, "", "to the first row"),
    bind(Anywhere, &[char('g')], Do::Prefix, "", "gg: to the first row"),
    bind(Anywhere, &[key(End), char('G')], Do::Bottom, "", "to the last row"),
    bind(Anywhere, &[char('\\'), char('z')], Do::Zoom, "", "this pane alone, or all panes"),
    bind(Anywhere, &[ctrl('l')], Do::Redraw, "", "draw everything anew"),
    bind(Anywhere, &[ctrl('z')], Do::Suspend, "", "stop; fg of the shell goes on"),
    bind(Anywhere, &[char('?'), key(F(1))], Do::Help, "", "these keys"),
    bind(Always, &[ctrl('c')], Do::QuitNow, "", "quit at once"),
];

/// What a key event stands for in these contexts, the first that knows it.
pub fn command(contexts: &[Context], event: &KeyEvent) -> Option<Command> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let pressed = Key { code: event.code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL) };
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let known = |context: &Context| {
        let mut rows = KEYS.iter().filter(|b| b.context == *context);
        rows.find(|b| !alt && b.keys.contains(&pressed)).map(|b| b.command)
    };
    contexts.iter().find_map(known).or(match event.code {
        KeyCode::Char(c) if contexts.contains(&Context::Filter) && !pressed.ctrl && !alt => Some(Command::Type(c)),
        _ => None,
    })
}

/// The rows of a context.
pub fn rows(context: Context) -> impl Iterator<Item = &'static Binding> {
    KEYS.iter().filter(move |b| b.context == context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_in_one_context() {
        for (at, a) in KEYS.iter().enumerate() {
            for b in KEYS.iter().skip(at + 1).filter(|b| b.context == a.context) {
                for key in a.keys {
                    assert!(!b.keys.contains(key), "{} in {:?}", key.name(), a.context);
                }
            }
        }
    }

    #[test]
    fn every_row_can_be_explained() {
        for binding in KEYS {
            assert!(!binding.help.is_empty() && !binding.keys.is_empty());
            assert!(binding.keys.iter().all(|k| !k.name().is_empty()));
        }
    }
}
