//! A line of text that somebody types.

use super::message::Command;

/// Longest text that can be typed, in bytes.
const LONGEST: usize = 2_000;

/// The line. Invariant: `cursor` stands between characters of `text`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// What stands in it.
    pub text: String,
    /// The cursor, in bytes.
    pub cursor: usize,
}

impl Input {
    /// With this text, the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// What stands before the cursor.
    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    /// Does what a key asks for; false if it is not about typing.
    pub fn edit(&mut self, command: Command) -> bool {
        let previous = self.before().char_indices().next_back().map_or(0, |(at, _)| at);
        let here = self.text.get(self.cursor..).unwrap_or_default();
        let next = self.cursor.saturating_add(here.chars().next().map_or(0, char::len_utf8));
        match command {
            Command::Type(c) => {
                if self.text.len() < LONGEST && !crate::wire::text::harmful(c) {
                    self.text.insert(self.cursor, c);
                    self.cursor = self.cursor.saturating_add(c.len_utf8());
                }
            }
            Command::Backspace => self.replace(previous, self.cursor, ""),
            Command::WordBack => {
                let word = self.before().trim_end().rfind([' ', '/']).map_or(0, |at| at.saturating_add(1));
                self.replace(word, self.cursor, "");
            }
            Command::Clear => self.replace(0, self.cursor, ""),
            Command::Delete => self.replace(self.cursor, next, ""),
            Command::Left => self.cursor = previous,
            Command::Right => self.cursor = next,
            Command::LineStart => self.cursor = 0,
            Command::LineEnd => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    /// Puts text in place of these bytes; the cursor stands behind it.
    pub fn replace(&mut self, from: usize, to: usize, text: &str) {
        if self.text.get(from..to).is_some() {
            self.text.replace_range(from..to, text);
            self.cursor = from.saturating_add(text.len());
        }
    }
}
