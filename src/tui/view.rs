//! The model on the screen. Draws, and changes nothing.

use super::model::{Model, Pane};
use super::overlay::Overlay;
use super::pane::{
    certificates, compared, findings, follow, help, hex, ladder, menu, offers, packets, panel, sheet, signins, status,
    streams, tree,
};
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
            Pane::SignIns => signins::draw(model, theme, *area, buffer),
            Pane::Ladder => ladder::draw(model, theme, *area, buffer),
            Pane::Packets => packets::draw(model, theme, *area, buffer),
            Pane::Tree => tree::draw(model, theme, *area, buffer),
            Pane::Bytes => hex::draw(model, theme, *area, buffer),
            Pane::Findings => findings::draw(model, theme, *area, buffer),
            Pane::Streams => streams::draw(model, theme, *area, buffer),
            Pane::Follow => follow::draw(model, theme, *area, buffer),
            Pane::Compared => compared::draw(model, theme, *area, buffer),
            Pane::Certificates => certificates::draw(model, theme, *area, buffer),
            Pane::Verdict | Pane::Reasons | Pane::Talk | Pane::Validity | Pane::Summary => {
                panel::draw(model, theme, *pane, *area, buffer);
            }
        }
    }
    status::footer(model, theme, panes.footer, buffer);
    let cursor = status::bar(model, theme, panes.bar, buffer);
    match &model.overlay {
        Some(Overlay::Help(input, list)) => help::draw(model, (input, *list), theme, area, buffer),
        Some(Overlay::Sheet(text)) => sheet::draw(text, theme, area, buffer),
        Some(Overlay::Menu(items)) => menu::draw(items, theme, area, buffer),
        Some(Overlay::Prompt(prompt)) => offers::draw(prompt, theme, panes.bar, area, buffer),
        Some(Overlay::Reveal | Overlay::Leave) | None => {}
    }
    if !theme.unicode {
        plain(theme, buffer);
    }
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// Replaces what a terminal without Unicode cannot show.
pub(super) fn plain(theme: Theme, buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if let Some(sign) = cell.symbol().chars().next().and_then(|c| theme.ascii(c)) {
            cell.set_symbol(sign);
        }
    }
}
