//! The keys: one table for what they do, for the hints below, and for the help.

use super::message::Command;
use super::model::{Model, View};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

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
    /// A panel of text.
    Panel,
    /// The filter bar.
    Filter,
    /// The help.
    Help,
    /// A text to read.
    Sheet,
    /// A line to type.
    Prompt,
    /// A list to choose from.
    Menu,
    /// A question.
    Question,
    /// Wherever no text is typed.
    Anywhere,
    /// Even there.
    Always,
}

impl Context {
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
            Self::Panel => "Panel",
            Self::Filter => "Filter",
            Self::Help => "Help",
            Self::Sheet => "Text",
            Self::Prompt => "Line",
            Self::Menu => "Menu",
            Self::Question => "Question",
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
use Context::{
    Always, Anywhere, Bytes, Certificates, Filter, Findings, Help, Ladder, Menu, Packets, Panel, Prompt, Question,
    Sheet, SignIns, Streams, Tree,
};
use KeyCode::{BackTab, Backspace, Delete, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp, Right, Tab, Up};

/// The table. Within a context the hints stand in this order, and the last are left out first.
pub static KEYS: &[Binding] = &[
    bind(SignIns, &[key(Enter), key(Right), char('l')], Do::Enter, "steps", "go to the steps of this sign-in"),
    bind(SignIns, &[char('e')], Do::Evidence, "proof", "open the packet that proves the verdict"),
    bind(SignIns, &[char('!')], Do::OnlyFailed, "failed only", "show only what failed, or all"),
    bind(Ladder, &[key(Enter), key(Right), char('l')], Do::Enter, "packet", "open this packet"),
    bind(Ladder, &[char('e')], Do::Evidence, "proof", "open the packet that proves the verdict"),
    bind(Ladder, &[char(']')], Do::NextAttempt, "next sign-in", "the next sign-in"),
    bind(Ladder, &[char('[')], Do::PreviousAttempt, "", "the sign-in before"),
    bind(Packets, &[key(Enter), key(Right), char('l')], Do::Enter, "tree", "go to the tree of this packet"),
    bind(Tree, &[key(Enter), char(' ')], Do::Enter, "fold", "fold or unfold this node"),
    bind(Tree, &[key(Right), char('l')], Do::Right, "", "unfold this node, or go to its first child"),
    bind(Tree, &[key(Left), char('h')], Do::Left, "", "fold this node, or go to its parent"),
    bind(Tree, &[char('x')], Do::FoldAll, "all", "unfold every node, or fold them"),
    bind(Bytes, &[key(Right), char('l')], Do::Right, "next buffer", "the next buffer: reassembled, decrypted, decoded"),
    bind(Bytes, &[key(Left), char('h')], Do::Left, "", "the buffer before"),
    bind(Findings, &[key(Enter)], Do::Enter, "evidence", "open the first packet that proves it"),
    bind(Findings, &[char('e')], Do::Evidence, "next evidence", "open the next packet that proves it"),
    bind(Findings, &[char('g'), char('s')], Do::Group, "group", "worst first, by id, by user, by server"),
    bind(Findings, &[char('!')], Do::OnlyFailed, "severe only", "show only critical and high, or all"),
    bind(Findings, &[key(Right), char('l')], Do::NextPane, "", "go to why it matters and what to do"),
    bind(
        Streams,
        &[key(Enter), key(Right), char('l')],
        Do::Enter,
        "its packets",
        "show the packets of this conversation",
    ),
    bind(Certificates, &[key(Enter), key(Right), char('l')], Do::Enter, "packet", "open the packet it was seen in"),
    bind(Panel, &[key(Enter), key(Right), char('l')], Do::Enter, "open", "go where this line leads"),
    bind(
        Panel,
        &[char('e')],
        Do::Evidence,
        "next",
        "the next line that leads somewhere, or the next piece of evidence",
    ),
    bind(Panel, &[key(Left), char('h')], Do::PreviousPane, "list", "back to the list"),
    bind(Packets, &[char('e')], Do::Evidence, "", "open the next packet of the finding you came from"),
    bind(Tree, &[char('e')], Do::Evidence, "", "open the next packet of the finding you came from"),
    bind(Bytes, &[char('e')], Do::Evidence, "", "open the next packet of the finding you came from"),
    bind(Packets, &[char(']')], Do::NextStep, "next step", "next packet of this sign-in"),
    bind(Packets, &[char('[')], Do::PreviousStep, "", "packet before in this sign-in"),
    bind(Tree, &[char(']')], Do::NextStep, "next step", "next packet of this sign-in"),
    bind(Tree, &[char('[')], Do::PreviousStep, "", "packet before in this sign-in"),
    bind(Bytes, &[char(']')], Do::NextStep, "next step", "next packet of this sign-in"),
    bind(Bytes, &[char('[')], Do::PreviousStep, "", "packet before in this sign-in"),
    bind(Packets, &[char('a')], Do::AsFilter, "as filter", "make a filter of this packet's conversation"),
    bind(Tree, &[char('a')], Do::AsFilter, "as filter", "make a filter of this node"),
    bind(Packets, &[char('m'), char(' ')], Do::Mark, "", "mark this packet, or unmark it"),
    bind(Packets, &[char('\'')], Do::NextMark, "", "the next packet that is marked"),
    bind(Packets, &[char('t')], Do::Clock, "", "times: since first, since the one above, time of day, date"),
    bind(Filter, &[key(Enter)], Do::Apply, "apply", "show the packets that pass; an empty filter shows all"),
    bind(Filter, &[key(Esc)], Do::Cancel, "keep old", "keep the filter that was"),
    bind(Filter, &[key(Tab)], Do::Complete, "complete", "take what is offered; again: the next offer"),
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
    bind(Prompt, &[key(Enter)], Do::Apply, "go", "do it"),
    bind(Prompt, &[key(Esc)], Do::Cancel, "leave", "leave it"),
    bind(Prompt, &[key(Backspace)], Do::Backspace, "", "remove the character before"),
    bind(Prompt, &[key(Delete), ctrl('d')], Do::Delete, "", "remove the character here"),
    bind(Prompt, &[ctrl('w')], Do::WordBack, "", "remove the word before"),
    bind(Prompt, &[ctrl('u')], Do::Clear, "", "remove everything before"),
    bind(Prompt, &[key(Left)], Do::Left, "", "one character left"),
    bind(Prompt, &[key(Right)], Do::Right, "", "one character right"),
    bind(Prompt, &[key(Home), ctrl('a')], Do::LineStart, "", "to the start"),
    bind(Prompt, &[key(End), ctrl('e')], Do::LineEnd, "", "to the end"),
    bind(Help, &[key(Esc), key(F(1))], Do::Back, "close", "close the help"),
    bind(Help, &[key(Enter)], Do::Enter, "run", "do what the first line says"),
    bind(Help, &[key(Down)], Do::Down, "scroll", "scroll"),
    bind(Help, &[key(Up)], Do::Up, "", "scroll back"),
    bind(Help, &[key(PageDown), ctrl('d')], Do::PageDown, "", "a page on"),
    bind(Help, &[key(PageUp), ctrl('u')], Do::PageUp, "", "a page back"),
    bind(Help, &[key(Home)], Do::Top, "", "to the top"),
    bind(Help, &[key(End)], Do::Bottom, "", "to the end"),
    bind(Help, &[key(Backspace)], Do::Backspace, "", "remove the character before"),
    bind(Sheet, &[key(Esc), char('q'), key(Enter)], Do::Back, "close", "close it"),
    bind(Sheet, &[key(Down), char('j')], Do::Down, "scroll", "scroll"),
    bind(Sheet, &[key(Up), char('k')], Do::Up, "", "scroll back"),
    bind(Sheet, &[key(PageDown), ctrl('d'), char(' ')], Do::PageDown, "", "a page on"),
    bind(Sheet, &[key(PageUp), ctrl('u')], Do::PageUp, "", "a page back"),
    bind(Sheet, &[key(Home)], Do::Top, "", "to the top"),
    bind(Sheet, &[key(End), char('G')], Do::Bottom, "", "to the end"),
    bind(Menu, &[key(Enter), key(Right), char('l')], Do::Enter, "choose", "choose this"),
    bind(Menu, &[key(Esc), char('q')], Do::Back, "leave", "choose nothing"),
    bind(Menu, &[key(Down), char('j'), key(Tab)], Do::Down, "", "down"),
    bind(Menu, &[key(Up), char('k'), key(BackTab)], Do::Up, "", "up"),
    bind(Question, &[char('y')], Do::Yes, "yes", "yes"),
    bind(Question, &[key(Esc), char('n'), char('q'), key(Enter)], Do::Back, "no", "no"),
    bind(Anywhere, &[key(Tab)], Do::NextPane, "pane", "next pane"),
    bind(Anywhere, &[key(BackTab)], Do::PreviousPane, "", "pane before"),
    bind(Anywhere, &[char('/'), key(F(7))], Do::Filter, "filter", "show only packets that pass a display filter"),
    bind(Anywhere, &[char('i')], Do::Explain, "explain", "explain the field, finding or cause under the cursor"),
    bind(Anywhere, &[key(Esc)], Do::Back, "back", "back; at the top, clear the filter"),
    bind(Anywhere, &[char('K')], Do::Keys, "keys", "load TLS keys, a private key, a keytab or passwords"),
    bind(Anywhere, &[char('q')], Do::Quit, "quit", "back; at the top, quit"),
    bind(Anywhere, &[char('1')], Do::Show(View::SignIns), "", "sign-ins"),
    bind(Anywhere, &[char('2')], Do::Show(View::Ladder), "", "steps of the selected sign-in"),
    bind(Anywhere, &[char('3')], Do::Show(View::Packets), "", "packets"),
    bind(Anywhere, &[char('4')], Do::Show(View::Findings), "", "findings"),
    bind(Anywhere, &[char('5')], Do::Show(View::Streams), "", "conversations"),
    bind(Anywhere, &[char('6')], Do::Show(View::Certificates), "", "certificates and tickets"),
    bind(Anywhere, &[char('7')], Do::Show(View::Summary), "", "the capture as a whole"),
    bind(Anywhere, &[key(Up), char('k')], Do::Up, "", "up"),
    bind(Anywhere, &[key(Down), char('j')], Do::Down, "", "down"),
    bind(Anywhere, &[key(PageUp), ctrl('u'), ctrl('b')], Do::PageUp, "", "a screenful up"),
    bind(Anywhere, &[key(PageDown), ctrl('d')], Do::PageDown, "", "a screenful down"),
    bind(Anywhere, &[key(Home)], Do::Top, "", "to the first row"),
    bind(Anywhere, &[char('g')], Do::Prefix, "", "gg: to the first row"),
    bind(Anywhere, &[key(End), char('G')], Do::Bottom, "", "to the last row"),
    bind(Anywhere, &[char('#'), ctrl('g')], Do::GoTo, "", "go to a packet by its number"),
    bind(Anywhere, &[ctrl('f'), key(F(3))], Do::Find, "", "find text: in the list, the tree or the bytes"),
    bind(Anywhere, &[char('n')], Do::FindNext, "", "find the next"),
    bind(Anywhere, &[char('N')], Do::FindPrevious, "", "find the one before"),
    bind(Anywhere, &[char('c')], Do::Copy, "", "copy: value, line, filter, bytes"),
    bind(Anywhere, &[char('w'), key(F(2))], Do::Save, "", "write a report to a file"),
    bind(Anywhere, &[char('R')], Do::Reveal, "", "show secrets, or hide them again; asks first"),
    bind(Anywhere, &[char('\\'), char('z')], Do::Zoom, "", "this pane alone, or all panes"),
    bind(Anywhere, &[char('T')], Do::Theme, "", "other colours: 16, dark, light, none"),
    bind(Anywhere, &[char('p')], Do::Pause, "", "while packets come: let the screen stand still, or go on"),
    bind(Anywhere, &[char('F')], Do::Newest, "", "while packets come: keep the newest selected, or not"),
    bind(Anywhere, &[ctrl('e')], Do::Stop, "", "end the capture, or stop reading; what came is kept"),
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
        KeyCode::Char(c) if contexts.iter().any(|c| c.types()) && !pressed.ctrl && !alt => Some(Command::Type(c)),
        _ => None,
    })
}

/// What the first line of the help that holds this text stands for.
pub fn first(model: &Model, narrow: &str) -> Option<Command> {
    super::pane::help::lines(model, narrow).into_iter().find_map(|line| match line {
        super::pane::help::Line::Key(binding) => Some(binding.command),
        super::pane::help::Line::Heading(_) => None,
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
