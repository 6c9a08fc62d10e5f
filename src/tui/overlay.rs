//! What lies over the panes: the help, a text to read, a question, a line to type, a list to choose from.

use super::input::Input;
use super::keymap::Context;
use super::list::List;
use super::model::Pane;
use super::recent::Offer;
use super::rows::attempts::What;
use super::search::Kind;
use super::settings::Setting;
use super::theme::Role;
use std::borrow::Cow;

/// One of them.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The keys, narrowed to those that hold this text.
    Help(Input, List),
    /// A text to read.
    Sheet(Sheet),
    /// A line to type.
    Prompt(Prompt),
    /// A list to choose from.
    Menu(Menu),
    /// Shall secrets be shown?
    Reveal,
    /// Shall packets be lost that nobody wrote to disk?
    Leave,
}

impl Overlay {
    /// Where keys have their meaning.
    pub const fn context(&self) -> Context {
        match self {
            Self::Help(..) => Context::Help,
            Self::Sheet(_) => Context::Sheet,
            Self::Prompt(_) => Context::Prompt,
            Self::Menu(_) => Context::Menu,
            Self::Reveal | Self::Leave => Context::Question,
        }
    }
}

/// A text to read. What comes in is harmless already.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Over it.
    pub title: String,
    /// Its lines.
    pub lines: Vec<(String, Role)>,
    /// How far it is scrolled.
    pub list: List,
}

impl Sheet {
    /// Adds a text, to be wrapped when it is drawn.
    pub fn add(&mut self, text: impl Into<String>, role: Role) {
        self.lines.push((text.into(), role));
    }
}

/// A line to type.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What for.
    pub ask: Ask,
    /// What was typed.
    pub input: Input,
    /// What may stand in its place.
    pub offers: Vec<Offer>,
    /// The offer taken last.
    pub taken: Option<usize>,
}

impl Prompt {
    /// A question with what may be the answer.
    pub fn new(ask: Ask, text: impl Into<String>) -> Self {
        Self { ask, input: Input::new(text), offers: Vec::new(), taken: None }
    }
}

/// What a line is typed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The number of a packet.
    Packet,
    /// Something to find.
    Find(Kind),
    /// The name of a file with keys or passwords.
    Keys,
    /// The name of another capture.
    Open,
    /// What the filter in the bar is saved as.
    FilterName,
    /// The name of a file to write.
    Save(Save),
    /// The name of the file in which it is kept that findings are accepted, and the first one.
    Baseline(usize),
}

impl Ask {
    /// The question.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Packet => "Go to packet: ",
            Self::Find(Kind::Text) => "Find text: ",
            Self::Find(Kind::Hex) => "Find hex: ",
            Self::Find(Kind::Filter) => "Find by filter: ",
            Self::Keys => "File with TLS keys, private key, keytab or passwords: ",
            Self::Open => "Capture to open: ",
            Self::FilterName => "Save this filter as: ",
            Self::Save(_) => "Write to: ",
            Self::Baseline(_) => "Keep what is accepted in: ",
        }
    }
}

/// What can be written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Save {
    /// The report as a page.
    Html,
    /// The report for people.
    Text,
    /// The report for tickets.
    Markdown,
    /// The report for programs.
    Json,
    /// Findings for spreadsheets.
    Csv,
    /// Findings for code scanners.
    Sarif,
    /// The ladder of a sign-in as a drawing.
    Ladder(What),
    /// The same as text.
    LadderText(What),
    /// The same in the language that wikis draw.
    Mermaid(What),
    /// Packets, as a capture.
    Packets(Which),
    /// What the stream that is followed says, as it is laid out on the screen.
    Dialogue,
}

/// Which packets are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those in the list.
    Shown,
    /// Those that are marked.
    Marked,
    /// Those of the conversations of a sign-in.
    SignIn(What),
    /// All of them.
    All,
}

impl Save {
    /// Those that are about the whole capture.
    pub const ALL: [Self; 6] = [Self::Html, Self::Text, Self::Markdown, Self::Json, Self::Csv, Self::Sarif];

    /// What it is.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "report, one HTML page",
            Self::Text => "report, plain text",
            Self::Markdown => "report, Markdown",
            Self::Json => "report, JSON",
            Self::Csv => "findings, CSV",
            Self::Sarif => "findings, SARIF",
            Self::Ladder(_) => "this ladder, SVG",
            Self::LadderText(_) => "this ladder, text",
            Self::Mermaid(_) => "this ladder, Mermaid",
            Self::Packets(Which::Shown) => "packets shown, pcapng",
            Self::Packets(Which::Marked) => "packets marked, pcapng",
            Self::Packets(Which::SignIn(_)) => "packets of this sign-in, pcapng",
            Self::Packets(Which::All) => "all packets, findings as comments, pcapng",
            Self::Dialogue => "this dialogue, as it is shown",
        }
    }

    /// How its name ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text | Self::Dialogue | Self::LadderText(_) => "txt",
            Self::Mermaid(_) => "mmd",
            Self::Packets(_) => "pcapng",
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Ladder(_) => "svg",
        }
    }
}

/// A list to choose from.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    /// Over it.
    pub title: &'static str,
    /// What can be chosen: its name, what it is about, what it does.
    pub items: Vec<Item>,
    /// The cursor.
    pub list: List,
}

/// Something to choose.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is called.
    pub name: Cow<'static, str>,
    /// What it stands for: shown, and used.
    pub text: String,
    /// What it does.
    pub choice: Choice,
}

/// What choosing does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The text goes to the clipboard.
    Copy,
    /// The text is put into the filter bar and used.
    Filter,
    /// Something is written to a file.
    Save(Save),
    /// A port is decoded as a protocol.
    DecodeAs,
    /// Something is set.
    Set(Setting),
    /// A column of a list is shown or hidden.
    Column(Pane, usize),
}
