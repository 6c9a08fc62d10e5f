//! How things look: sixteen colours, or none. A colour is never the only sign.

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
    /// What the client said.
    Client,
    /// What the server said.
    Server,
}

impl Role {
    /// The role of a severity, by its word in the report.
    pub fn of_severity(word: &str) -> Self {
        match word {
            "critical" | "high" => Self::Bad,
            "medium" => Self::Warn,
            _ => Self::Note,
        }
    }

    /// The role of an outcome, by its word in the report.
    pub fn of_word(word: &str) -> Self {
        match word {
            "signed_in" | "accepted" => Self::Good,
            "failed" | "looping" | "refused" => Self::Bad,
            "abandoned" => Self::Warn,
            _ => Self::Note,
        }
    }

    /// The letter of a severity.
    pub fn letter(word: &str) -> char {
        word.chars().next().map_or(' ', |c| c.to_ascii_uppercase())
    }

    /// A severity as a heading.
    pub fn severity_name(word: &str) -> &'static str {
        match word {
            "critical" => "Critical",
            "high" => "High",
            "medium" => "Medium",
            "low" => "Low",
            _ => "Info",
        }
    }
}

/// The sign of a stage, by the word of its state in the report.
pub fn stage_sign(state: &str) -> char {
    match state {
        "ok" => '✓',
        "warn" => '!',
        "failed" => '✗',
        "retried" => '↻',
        "skipped" => '-',
        "encrypted" => '#',
        _ => '·',
    }
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// The sixteen of the terminal, whatever it makes of them.
    #[default]
    Sixteen,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// None.
    Mono,
}

impl Palette {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 4] = [Self::Sixteen, Self::Dark, Self::Light, Self::Mono];

    /// Its name, as users write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sixteen => "16",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mono => "mono",
        }
    }

    /// Good, bad, take care, worth knowing: at least 3:1 against their background.
    const fn colors(self) -> [Color; 4] {
        match self {
            Self::Sixteen => [Color::Green, Color::Red, Color::Yellow, Color::Cyan],
            Self::Dark => [Color::Indexed(78), Color::Indexed(203), Color::Indexed(221), Color::Indexed(80)],
            Self::Light => [Color::Indexed(22), Color::Indexed(124), Color::Indexed(94), Color::Indexed(25)],
            Self::Mono => [Color::Reset; 4],
        }
    }
}

/// What of the looks can be set while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Which colours.
    pub palette: Palette,
    /// With signs outside ASCII.
    pub unicode: bool,
    /// The mouse is ours, not the terminal's.
    pub mouse: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { palette: Palette::default(), unicode: true, mouse: true }
    }
}

/// Names of the colours that can be changed, in the order of [`Theme::colours`].
pub const COLOURS: [&str; 4] = ["good", "bad", "warn", "note"];

/// How the screen looks.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Which colours.
    pub palette: Palette,
    /// With lines and arrows that are not in ASCII.
    pub unicode: bool,
    /// In place of some colours of the palette.
    pub colours: [Option<Color>; COLOURS.len()],
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(Palette::default())
    }
}

impl Theme {
    /// With these colours, on a terminal that shows all signs.
    pub const fn new(palette: Palette) -> Self {
        Self { palette, unicode: true, colours: [None; COLOURS.len()] }
    }

    /// The same with the next colours.
    pub fn next(self) -> Self {
        let all = Palette::ALL;
        let here = all.iter().position(|palette| *palette == self.palette).unwrap_or(0);
        let palette = all.iter().cycle().nth(here.saturating_add(1)).copied().unwrap_or_default();
        Self { palette, ..self }
    }

    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let mut colors = self.palette.colors();
        if self.palette != Palette::Mono {
            for (color, own) in colors.iter_mut().zip(self.colours) {
                *color = own.unwrap_or(*color);
            }
        }
        let [good, bad, warn, note] = colors;
        match role {
            Role::Plain => plain,
            Role::Dim => plain.add_modifier(Modifier::DIM),
            Role::Strong => bold,
            Role::Cursor => plain.add_modifier(Modifier::REVERSED),
            Role::Selected => plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Role::Bytes => plain.fg(warn).add_modifier(Modifier::REVERSED),
            Role::Good => plain.fg(good),
            Role::Bad => bold.fg(bad),
            Role::Warn => plain.fg(warn),
            Role::Note | Role::Server => plain.fg(note),
            Role::Client => plain.fg(bad),
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
            '▲' => "^",
            '▼' => "v",
            '×' | '✗' => "x",
            '≠' => "!",
            '✓' => "+",
            '↻' => "~",
            '█' => "=",
            '◄' | '‹' => "<",
            '›' => ">",
            '░' => "-",
            '┃' | '│' => "|",
            '•' | '●' => "*",
            '■' | '▇' | '▆' => "#",
            '▁' | '▂' | '▃' => "_",
            '▄' | '▅' => "=",
            '‖' => "|",
            '·' => ".",
            _ => "?",
        })
    }
}
