//! A text to read, over the panes.

use super::help::window;
use super::table::{heading, put_at};
use crate::tui::layout::below;
use crate::tui::model::Model;
use crate::tui::overlay::Sheet;
use crate::tui::text::wrap;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Its lines as wide as the screen.
fn lines(sheet: &Sheet, width: u16) -> Vec<(String, Role)> {
    let room = usize::from(width.saturating_sub(4));
    let wrapped = |(text, role): &(String, Role)| {
        // What goes on below a number stands beside it.
        let beside = text.find(". ").filter(|at| text.bytes().take(*at).all(|c| c.is_ascii_digit()) && *at > 0);
        let indent = beside.map_or(0, |at| at.saturating_add(2));
        let mut lines = wrap(text, room.saturating_sub(indent)).into_iter();
        let first = lines.next();
        let role = *role;
        first.into_iter().chain(lines.map(move |line| format!("{:indent$}{line}", ""))).map(move |line| (line, role))
    };
    sheet.lines.iter().flat_map(wrapped).collect()
}

/// Lines, and how many are in view.
pub fn extent(model: &Model, sheet: &Sheet) -> (usize, usize) {
    let (width, height) = model.size;
    let inside = below(window(Rect::new(0, 0, width, height)), 1);
    (lines(sheet, width).len(), usize::from(inside.height))
}

/// Draws it.
pub fn draw(sheet: &Sheet, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let window = window(area);
    Clear.render(window, buffer);
    let inside = below(window, 1);
    let lines = lines(sheet, area.width);
    let hidden = lines.len().saturating_sub(sheet.list.top.saturating_add(usize::from(inside.height)));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    heading(buffer, window, &sheet.title, &more, true, theme);
    for (row, (text, role)) in (0..inside.height).zip(lines.iter().skip(sheet.list.top)) {
        put_at(buffer, inside, 2, row, text, theme.style(*role));
    }
}
