//! The keys, in place of the panes: those of the pane first, then those that work everywhere. What is typed narrows them.

use super::table::{heading, put_at};
use crate::tui::input::Input;
use crate::tui::keymap::{self, Binding, Context};
use crate::tui::layout::below;
use crate::tui::list::List;
use crate::tui::model::Model;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Columns before what the keys do.
const KEYS: u16 = 24;

/// A line of the help.
pub enum Line {
    /// A heading, or nothing.
    Heading(&'static str),
    /// Keys and what they do.
    Key(&'static Binding),
}

/// The lines that hold this text, for the pane that has the keys.
pub fn lines(model: &Model, narrow: &str) -> Vec<Line> {
    let narrow = narrow.to_lowercase();
    let mut lines = Vec::new();
    for context in [model.pane().context(), Context::Anywhere, Context::Filter, Context::Always] {
        let holds = |binding: &&Binding| {
            narrow.is_empty()
                || binding.help.to_lowercase().contains(&narrow)
                || binding.hint.to_lowercase().contains(&narrow)
                || binding.keys.iter().any(|key| key.name().to_lowercase() == narrow)
        };
        let rows: Vec<_> = keymap::rows(context).filter(holds).collect();
        if rows.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::Heading(""));
        }
        lines.push(Line::Heading(context.title()));
        lines.extend(rows.into_iter().map(Line::Key));
    }
    lines
}

/// The screen between the first line and the last.
pub fn window(area: Rect) -> Rect {
    Rect { height: area.height.saturating_sub(2), y: area.y.saturating_add(1), ..area }.intersection(area)
}

/// Lines in view.
pub fn height(model: &Model) -> usize {
    let (width, height) = model.size;
    usize::from(window(Rect::new(0, 0, width, height)).height.saturating_sub(1))
}

/// Draws it.
pub fn draw(model: &Model, (input, list): (&Input, List), theme: Theme, area: Rect, buffer: &mut Buffer) {
    let window = window(area);
    Clear.render(window, buffer);
    let lines = lines(model, &input.text);
    let inside = below(window, 1);
    let hidden = lines.len().saturating_sub(list.top.saturating_add(usize::from(inside.height)));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    let typed = if input.text.is_empty() { "type to search" } else { &input.text };
    heading(buffer, window, &format!("Keys: {typed}"), &more, true, theme);
    for (row, line) in (0..inside.height).zip(lines.iter().skip(list.top)) {
        match line {
            Line::Heading(text) => put_at(buffer, inside, 2, row, text, theme.style(Role::Strong)),
            Line::Key(binding) => {
                let keys: Vec<String> = binding.keys.iter().map(|key| key.name()).collect();
                put_at(buffer, inside, 4, row, &keys.join(" "), theme.style(Role::Plain));
                put_at(buffer, inside, KEYS, row, binding.help, theme.style(Role::Plain));
            }
        }
    }
}
