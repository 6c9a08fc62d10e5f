//! What the terminal tells: keys, the mouse, another size.

use super::Desk;
use crate::tui::keymap;
use crate::tui::message::{Message, Mouse};
use ratatui::crossterm::event::{self, Event, MouseButton, MouseEvent, MouseEventKind};
use std::io;
use std::time::{Duration, Instant};

/// Two clicks within this time on the same row are a double click.
const TWICE: Duration = Duration::from_millis(400);
/// Events taken before the screen is drawn again.
const MAX_EVENTS: usize = 256;

impl Desk {
    /// Takes the events that wait; true if there was any that matters.
    pub(super) fn events(&mut self) -> io::Result<bool> {
        let mut dirty = false;
        for _ in 0..MAX_EVENTS {
            let message = match event::read()? {
                Event::Key(event) => {
                    for key in keymap::presses(event) {
                        if let Some(command) = self.model.command(&key) {
                            self.happen(Message::Do(command));
                            dirty = true;
                        }
                    }
                    None
                }
                Event::Mouse(event) => self.mouse(event),
                Event::Resize(width, height) => Some(Message::Resized(width, height)),
                _ => None,
            };
            if let Some(message) = message {
                self.happen(message);
                dirty = true;
            }
            if self.quit || self.suspend || !event::poll(Duration::ZERO)? {
                break;
            }
        }
        Ok(dirty)
    }

    /// What the mouse did; a second click soon after the first on the same row counts as one.
    fn mouse(&mut self, event: MouseEvent) -> Option<Message> {
        let (x, y) = (event.column, event.row);
        Some(Message::Mouse(match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let now = Instant::now();
                let before = self.clicked.replace((now, y));
                if before.is_some_and(|(when, row)| row == y && now.duration_since(when) < TWICE) {
                    self.clicked = None;
                    Mouse::Twice(x, y)
                } else {
                    Mouse::Click(x, y)
                }
            }
            MouseEventKind::Drag(MouseButton::Left) => Mouse::Drag(x, y),
            MouseEventKind::Up(MouseButton::Left) => Mouse::Release,
            MouseEventKind::ScrollDown => Mouse::Wheel(x, y, true),
            MouseEventKind::ScrollUp => Mouse::Wheel(x, y, false),
            _ => return None,
        }))
    }
}
