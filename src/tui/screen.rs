//! The terminal: taken, and given back on every way out.

use super::signals;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::{cursor, event, execute, terminal};
use std::io::{self, Stdout, stdout};

/// The terminal, taken; dropping it gives it back.
pub struct Screen(pub Terminal<CrosstermBackend<Stdout>>);

/// Dropped while the terminal is being taken, if that fails halfway.
struct Taken;

impl Taken {
    fn take() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let taken = Self;
        execute!(stdout(), terminal::EnterAlternateScreen, event::EnableMouseCapture, cursor::Hide)?;
        Ok(taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    // Each may fail without the others.
    let _ = execute!(stdout(), event::DisableMouseCapture);
    let _ = execute!(stdout(), terminal::LeaveAlternateScreen);
    let _ = execute!(stdout(), cursor::Show);
    let _ = terminal::disable_raw_mode();
}

/// The mouse is ours, or the terminal's, which selects text with it.
pub fn mouse(ours: bool) {
    let _ = if ours {
        execute!(stdout(), event::EnableMouseCapture)
    } else {
        execute!(stdout(), event::DisableMouseCapture)
    };
}

impl Screen {
    /// Takes the terminal.
    pub fn open() -> io::Result<Self> {
        let taken = Taken::take()?;
        let screen = Terminal::new(CrosstermBackend::new(stdout()))?;
        std::mem::forget(taken);
        Ok(Self(screen))
    }

    /// Everything is drawn anew. That of ratatui asks the terminal where its cursor is, and some never say.
    pub fn clear(&mut self) -> io::Result<()> {
        execute!(stdout(), terminal::Clear(terminal::ClearType::All))?;
        self.0 = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(())
    }

    /// Stops the program until the shell wakes it.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signals::stop();
        std::mem::forget(Taken::take()?);
        self.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}
