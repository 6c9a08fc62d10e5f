//! The keys, in place of the panes: those of the pane first, then those that work everywhere.

use super::table::{heading, put_at};
use crate::tui::keymap::{self, Context};
use crate::tui::layout::below;
use crate::tui::model::Model;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Columns before what the keys do.
const KEYS: u16 = 24;

/// A line of the help.
pub struct Line {
    /// The keys; none for a heading.
    keys: String,
    text: &'static str,
}

/// All lines, for the pane that has the keys.
pub fn lines(model: &Model) -> Vec<Line> {
    let mut lines = Vec::new();
    for context in [model.pane().context(), Context::Anywhere, Context::Filter, Context::Always] {
        if !lines.is_empty() {
            lines.push(Line { keys: String::new(), text: "" });
        }
        lines.push(Line { keys: String::new(), text: context.title() });
        for binding in keymap::rows(context) {
            let keys: Vec<String> = binding.keys.iter().map(|key| key.name()).collect();
            lines.push(Line { keys: keys.join(" "), text: binding.help });
        }
    }
    lines
}

/// The screen between the first line and the last.
fn window(area: Rect) -> Rect {
    Rect { height: area.height.saturating_sub(2), y: area.y.saturating_add(1), ..area }.intersection(area)
}

/// Lines in view.
pub fn height(model: &Model) -> usize {
    let (width, height) = model.size;
    usize::from(window(Rect::new(0, 0, width, height)).height.saturating_sub(1))
}

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let Some(list) = model.help else { return };
    let window = window(area);
    Clear.render(window, buffer);
    let lines = lines(model);
    let inside = below(window, 1);
    let hidden = lines.len().saturating_sub(list.top.saturating_add(usize::from(inside.height)));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    heading(buffer, window, "Keys   Esc closes", &more, true, theme);
    for (row, line) in (0..inside.height).zip(lines.iter().skip(list.top)) {
        if line.keys.is_empty() {
            put_at(buffer, inside, 2, row, line.text, theme.style(Role::Strong));
        } else {
            put_at(buffer, inside, 4, row, &line.keys, theme.style(Role::Plain));
            put_at(buffer, inside, KEYS, row, line.text, theme.style(Role::Plain));
        }
    }
}
