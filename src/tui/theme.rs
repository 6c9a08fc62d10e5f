//! How things look: sixteen colours, or none. A colour is never the only sign.

use crate::analysis::Outcome;
use crate::findings::Severity;
use ratatui::style::{Color, Modifier, Style};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Plain,
    /// Less important.
    Dim,
    /// Headings, the active tab.
    Strong,
    /// The selected row of the pane with the keys.
    Cursor,
    /// The selected row of another pane.
    Selected,
    /// The bytes of the selected node.
    Bytes,
    /// Went well.
    Good,
    /// Went wrong.
    Bad,
    /// Take care.
    Warn,
    /// Worth knowing.
    Note,
}

impl Role {
    /// The role of a severity.
    pub const fn of_severity(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Bad,
            Severity::Medium => Self::Warn,
            Severity::Low | Severity::Info => Self::Note,
        }
    }

    /// The role of an outcome.
    pub const fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted => Self::Good,
            Outcome::Refused => Self::Bad,
            Outcome::Abandoned => Self::Warn,
            Outcome::Unfinished | Outcome::Unseen => Self::Note,
        }
    }
}

/// How the screen looks.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// With colours.
    pub color: bool,
    /// With lines and arrows that are not in ASCII.
    pub unicode: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self { color: true, unicode: true }
    }
}

impl Theme {
    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let tint = |style: Style, color: Color| if self.color { style.fg(color) } else { style };
        match role {
            Role::Plain => plain,
            Role::Dim => plain.add_modifier(Modifier::DIM),
            Role::Strong => bold,
            Role::Cursor => plain.add_modifier(Modifier::REVERSED),
            Role::Selected => plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Role::Bytes => tint(plain, Color::Yellow).add_modifier(Modifier::REVERSED),
            Role::Good => tint(plain, Color::Green),
            Role::Bad => tint(bold, Color::Red),
            Role::Warn => tint(plain, Color::Yellow),
            Role::Note => tint(plain, Color::Cyan),
        }
    }

    /// What a character becomes on a terminal without Unicode.
    pub const fn ascii(self, c: char) -> Option<&'static str> {
        if self.unicode || c.is_ascii() {
            return None;
        }
        Some(match c {
            '→' | '►' => ">",
            '▸' => "+",
            '←' => "<",
            '↑' => "^",
            '↓' => "v",
            '▾' => "-",
            '…' => "~",
            '─' => "-",
            '━' => "=",
            '×' => "x",
            '•' => "*",
            '·' => ".",
            _ => "?",
        })
    }
}
