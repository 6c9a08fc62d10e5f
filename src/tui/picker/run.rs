//! The loop of the picker.

use super::{Choice, Outcome, Picker, view};
use crate::capture::live::interfaces::{self, Counters};
use crate::tui::keymap;
use crate::tui::run::is_unicode;
use crate::tui::screen::Screen;
use crate::tui::theme::Theme;
use ratatui::crossterm::event::{self, Event};
use std::io;
use std::time::{Duration, Instant};

/// Between two looks at the counters.
const LOOK: Duration = Duration::from_secs(1);

/// Lets the user choose; nothing if nothing was. `filter` is the capture filter that was given.
pub fn run(filter: Option<String>, theme: Theme) -> io::Result<Option<Choice>> {
    let (devices, missing) = interfaces::list();
    let mut screen = Screen::open()?;
    let size = screen.0.size()?;
    let theme = Theme { unicode: theme.unicode && is_unicode(), ..theme };
    let missing = missing.map(|error| error.to_string());
    let mut picker = Picker::new(devices, missing, filter, (size.width, size.height));
    let mut looked: Option<Instant> = None;
    loop {
        let now = Instant::now();
        if looked.is_none_or(|before| now.duration_since(before) >= LOOK) {
            let gone = looked.replace(now).map_or(LOOK, |before| now.duration_since(before));
            let counters: Vec<Option<Counters>> =
                picker.devices.iter().map(|device| interfaces::counters(&device.name)).collect();
            picker.look(&counters, u64::try_from(gone.as_millis()).unwrap_or(u64::MAX));
        }
        screen.0.draw(|frame| view(&picker, theme, frame))?;
        if !event::poll(LOOK / 4)? {
            continue;
        }
        let outcome = match event::read()? {
            Event::Key(event) => keymap::presses(event).fold(None, |outcome, key| {
                let command = picker.keys.command(&picker.contexts(), &key);
                command.map(|command| picker.obey(command)).or(outcome)
            }),
            Event::Resize(width, height) => {
                picker.size = (width, height);
                None
            }
            _ => None,
        };
        match outcome {
            Some(Outcome::Start(choice)) => return Ok(Some(choice)),
            Some(Outcome::Leave) => return Ok(None),
            Some(Outcome::Stay) | None => {}
        }
    }
}
