//! A list to choose from, over the lower part of the panes.

use super::table::{heading, put_at, select};
use crate::tui::layout::below;
use crate::tui::model::Model;
use crate::tui::overlay::Menu;
use crate::tui::text::{fit, width};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Columns of names, where something stands behind them: at least, and at most.
const NAMES: (usize, usize) = (22, 44);

/// Where it is: at the bottom, above the last line.
pub fn window(items: usize, area: Rect) -> Rect {
    let wanted = u16::try_from(items).unwrap_or(u16::MAX).saturating_add(1);
    let height = wanted.min(area.height.saturating_sub(2));
    let y = area.bottom().saturating_sub(height.saturating_add(1));
    Rect { y, height, ..area }.intersection(area)
}

/// Rows in view.
pub fn height(model: &Model, menu: &Menu) -> usize {
    let (width, height) = model.size;
    usize::from(window(menu.items.len(), Rect::new(0, 0, width, height)).height.saturating_sub(1))
}

/// Draws it.
pub fn draw(menu: &Menu, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let window = window(menu.items.len(), area);
    Clear.render(window, buffer);
    let inside = below(window, 1);
    let hidden = menu.items.len().saturating_sub(menu.list.top.saturating_add(usize::from(inside.height)));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    let room = usize::from(window.width).saturating_sub(width(&more).saturating_add(8));
    let title = if more.is_empty() || width(menu.title) <= room { menu.title } else { &fit(menu.title, room, false) };
    heading(buffer, window, title, &more, true, theme);
    let longest = menu.items.iter().map(|item| width(&item.name)).max().unwrap_or(0);
    let names = longest.clamp(NAMES.0, NAMES.1);
    for (row, (at, item)) in (0..inside.height).zip(menu.items.iter().enumerate().skip(menu.list.top)) {
        let (plain, dim) = (theme.style(Role::Plain), theme.style(Role::Dim));
        // Of several lines the first tells enough.
        if let Some(text) = item.text.lines().next() {
            put_at(buffer, inside, 2, row, &fit(&item.name, names, false), plain);
            put_at(buffer, inside, u16::try_from(names).unwrap_or(0).saturating_add(4), row, text, dim);
        } else {
            put_at(buffer, inside, 2, row, &item.name, plain);
        }
        if at == menu.list.cursor {
            select(buffer, inside, row, true, theme);
        }
    }
}
