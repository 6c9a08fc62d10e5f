//! Views 1 and 3, below: what is known of the selected row.

use super::table::{heading, put, put_at, select};
use crate::tui::layout::below;
use crate::tui::model::{Model, Pane};
use crate::tui::panel::Line;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, pane: Pane, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == pane;
    let (lines, list, title) = if pane == Pane::Steps {
        let title = model.session().map_or_else(String::new, |s| match s.user.as_str() {
            "" => format!("Session {}", s.id),
            user => format!("Session {}: {user}", s.id),
        });
        (model.step_lines(area.width), model.steps, title)
    } else {
        let title = model.finding().map_or_else(String::new, |f| format!("{}: why, evidence, fix", f.code));
        (model.reason_lines(area.width), model.reasons, title)
    };
    let inside = below(area, 1);
    let hidden = lines.len().saturating_sub(list.top.saturating_add(usize::from(inside.height)));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    heading(buffer, area, &title, &more, focused, theme);
    for (row, line) in (0..inside.height).zip(lines.iter().skip(list.top)) {
        put_at(buffer, inside, 2, row, line.heading, theme.style(Role::Dim));
        let at = u16::try_from(Line::INDENT).unwrap_or(0).saturating_add(2);
        put_at(buffer, inside, at, row, &line.text, theme.style(line.role));
        if line.jump.is_some() {
            put(buffer, inside, row, " ", theme.style(Role::Plain));
        }
        if focused && list.top.saturating_add(usize::from(row)) == list.cursor {
            select(buffer, inside, row, true, theme);
        }
    }
}
