//! The model on the screen. Draws, and changes nothing.

use super::model::{Model, Pane};
use super::pane::{findings, help, hex, packets, panel, sessions, status, tree};
use super::theme::Theme;
use ratatui::Frame;
use ratatui::buffer::Buffer;

/// Draws the model.
pub fn view(model: &Model, theme: Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let panes = super::layout::panes(model, area);
    status::title(model, theme, panes.title, buffer);
    for (pane, area) in &panes.shown {
        match pane {
            Pane::Sessions => sessions::draw(model, theme, *area, buffer),
            Pane::Steps | Pane::Reasons => panel::draw(model, theme, *pane, *area, buffer),
            Pane::Packets => packets::draw(model, theme, *area, buffer),
            Pane::Tree => tree::draw(model, theme, *area, buffer),
            Pane::Bytes => hex::draw(model, theme, *area, buffer),
            Pane::Findings => findings::draw(model, theme, *area, buffer),
        }
    }
    status::footer(model, theme, panes.footer, buffer);
    let cursor = status::bar(model, theme, panes.bar, buffer);
    if model.help.is_some() {
        help::draw(model, theme, area, buffer);
    }
    if !theme.unicode {
        plain(theme, buffer);
    }
    if let Some(at) = cursor.filter(|_| model.help.is_none()) {
        frame.set_cursor_position(at);
    }
}

/// Replaces what a terminal without Unicode cannot show.
fn plain(theme: Theme, buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if let Some(sign) = cell.symbol().chars().next().and_then(|c| theme.ascii(c)) {
            cell.set_symbol(sign);
        }
    }
}
