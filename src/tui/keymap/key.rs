//! A key: its name on the screen, which is also how it is written in a configuration file.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key, with or without Ctrl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
}

pub(super) const fn key(code: KeyCode) -> Key {
    Key { code, ctrl: false }
}

pub(super) const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

pub(super) const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: true }
}

/// Names of keys that are no characters, as they are shown and as they are written without the signs.
const NAMED: [(KeyCode, &str, &str); 15] = [
    (KeyCode::Up, "↑", "Up"),
    (KeyCode::Down, "↓", "Down"),
    (KeyCode::Left, "←", "Left"),
    (KeyCode::Right, "→", "Right"),
    (KeyCode::Enter, "Enter", "Enter"),
    (KeyCode::Esc, "Esc", "Esc"),
    (KeyCode::Tab, "Tab", "Tab"),
    (KeyCode::BackTab, "Shift-Tab", "Shift-Tab"),
    (KeyCode::PageUp, "PgUp", "PgUp"),
    (KeyCode::PageDown, "PgDn", "PgDn"),
    (KeyCode::Home, "Home", "Home"),
    (KeyCode::End, "End", "End"),
    (KeyCode::Backspace, "Backspace", "Backspace"),
    (KeyCode::Delete, "Del", "Del"),
    (KeyCode::Char(' '), "Space", "Space"),
];

/// The presses of an event. A terminal sends the same for a key with Alt as for Esc and then the key: no key here has Alt,
/// so that somebody was in a hurry.
pub fn presses(event: KeyEvent) -> impl Iterator<Item = KeyEvent> {
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let key = KeyEvent { modifiers: event.modifiers - KeyModifiers::ALT, ..event };
    alt.then(|| KeyEvent::from(KeyCode::Esc)).into_iter().chain([key])
}

impl Key {
    /// The key of an event; nothing with Alt, which is pressed apart ([`presses`]).
    pub fn of(event: &KeyEvent) -> Option<Self> {
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        (!alt).then(|| Self { code: event.code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL) })
    }

    /// True with Ctrl.
    pub const fn has_ctrl(self) -> bool {
        self.ctrl
    }

    /// A key by its name: `x`, `F5`, `Ctrl-F`, `Enter`, `Space`.
    pub fn parse(name: &str) -> Option<Self> {
        let (ctrl, plain) = name.strip_prefix("Ctrl-").map_or((false, name), |rest| (true, rest));
        let mut chars = plain.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(one), None) if one != ' ' && !one.is_control() => {
                // With Ctrl a letter is told as it is on the key.
                KeyCode::Char(if ctrl { one.to_ascii_lowercase() } else { one })
            }
            _ => {
                let named = NAMED.iter().find(|(_, _, written)| written.eq_ignore_ascii_case(plain));
                let function = || plain.strip_prefix(['F', 'f'])?.parse().ok().filter(|n| (1..=24).contains(n));
                named.map(|(code, ..)| *code).or_else(|| function().map(KeyCode::F))?
            }
        };
        Some(Self { code, ctrl })
    }

    /// Its name on the screen.
    pub fn name(self) -> String {
        let plain = NAMED.iter().find(|(code, ..)| *code == self.code).map_or_else(
            || match self.code {
                KeyCode::F(n) => format!("F{n}"),
                KeyCode::Char(c) if self.ctrl => c.to_ascii_uppercase().to_string(),
                KeyCode::Char(c) => c.to_string(),
                _ => String::new(),
            },
            |(_, shown, _)| (*shown).to_owned(),
        );
        if self.ctrl { format!("Ctrl-{plain}") } else { plain }
    }

    /// Its name where only letters can be: in a configuration file, in documents.
    pub fn written(self) -> String {
        match NAMED.iter().find(|(code, ..)| *code == self.code) {
            Some((_, _, written)) => format!("{}{written}", if self.ctrl { "Ctrl-" } else { "" }),
            None => self.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_by_the_name_it_is_written_with() {
        for key in super::super::table::KEYS.iter().flat_map(|row| row.keys) {
            assert_eq!(Key::parse(&key.written()), Some(*key), "{}", key.written());
        }
        for wrong in ["", "Ctrl-", "F0", "F99", "Hyper-x", "ab", " "] {
            assert_eq!(Key::parse(wrong), None, "{wrong}");
        }
    }
}
