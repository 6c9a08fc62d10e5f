//! Asking for a passphrase on the terminal, without showing what is typed.

use crate::secrets::Phrase;
use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Longest passphrase taken, in characters.
const MAX: usize = 1024;

/// Asks for the passphrase of a key; nothing if there is no terminal to ask on, or if asking was broken off.
pub(super) fn ask(path: &Path) -> Option<Phrase> {
    if !io::stderr().is_terminal() || enable_raw_mode().is_err() {
        return None;
    }
    // Where nothing is shown, the question says so.
    let _ = write!(io::stderr(), "Passphrase of the private key in {} (not shown; Esc gives up): ", path.display());
    let typed = line();
    let _ = disable_raw_mode();
    let _ = writeln!(io::stderr());
    typed
}

fn line() -> Option<Phrase> {
    let mut typed = String::with_capacity(MAX.saturating_mul(4));
    let done = loop {
        let Ok(event) = read() else { break false };
        let Event::Key(key) = event else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => break true,
            KeyCode::Esc => break false,
            KeyCode::Char('c' | 'd') if control => break false,
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char(c) if !control && typed.chars().count() < MAX => typed.push(c),
            _ => {}
        }
    };
    let phrase = Phrase::new(&typed);
    crate::wire::wipe(&mut typed.into_bytes());
    done.then_some(phrase)
}
