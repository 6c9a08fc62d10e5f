//! Two things side by side, what differs set off.

use super::table::{heading, put_at, select};
use crate::report::compare::{Cell, Mark};
use crate::tui::layout::below;
use crate::tui::model::{Model, Pane};
use crate::tui::text::{fit, safe};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows below that say how the two ended.
const MAX_WORDS: usize = 4;

/// Rows of the list itself.
pub fn height(model: &Model, inside: Rect) -> u16 {
    let words = model.comparing.as_ref().map_or(0, |compared| compared.words.len().min(MAX_WORDS));
    let words = if inside.height > 12 { u16::try_from(words).unwrap_or(0) } else { 0 };
    inside.height.saturating_sub(words.saturating_add(1))
}

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let Some(compared) = &model.comparing else {
        heading(buffer, area, "Compare", "", true, theme);
        let said = "Space chooses sign-ins in view 1, m marks packets in view 3, d compares two of them";
        return put_at(buffer, below(area, 1), 2, 0, said, theme.style(Role::Dim));
    };
    let differ = compared.rows.iter().filter(|row| row.mark != Mark::Same).count();
    let said = match differ {
        0 => format!("no difference in {} rows", compared.rows.len()),
        differ => format!("{differ} of {} rows differ", compared.rows.len()),
    };
    heading(buffer, area, "Compare", &said, true, theme);
    let inside = below(area, 1);
    let side = usize::from(inside.width.saturating_sub(7) / 2);
    let right = u16::try_from(side.saturating_add(6)).unwrap_or(u16::MAX);
    let titles = compared.titles.each_ref().map(|title| fit(&safe(title), side, false));
    put_at(buffer, inside, 3, 0, &titles[0], theme.style(Role::Strong));
    put_at(buffer, inside, right.saturating_sub(2), 0, "│", theme.style(Role::Dim));
    put_at(buffer, inside, right, 0, &titles[1], theme.style(Role::Strong));
    let rows = Rect { height: height(model, inside), ..below(inside, 1) };
    let list = model.list(Pane::Compared);
    for (line, (at, row)) in (0..rows.height).zip(compared.rows.iter().enumerate().skip(list.top)) {
        let role = match row.mark {
            Mark::Same => Role::Plain,
            Mark::Differs => Role::Warn,
            Mark::Left => Role::Client,
            Mark::Right => Role::Server,
        };
        let style = theme.style(role);
        let text = |cell: &Option<Cell>| cell.as_ref().map_or_else(String::new, |cell| safe(&cell.text));
        put_at(buffer, rows, 1, line, &row.mark.sign().to_string(), style);
        put_at(buffer, rows, 3, line, &fit(&text(&row.left), side, false), style);
        put_at(buffer, rows, right.saturating_sub(2), line, "│", theme.style(Role::Dim));
        put_at(buffer, rows, right, line, &fit(&text(&row.right), side, false), style);
        if at == list.cursor {
            select(buffer, rows, line, true, theme);
        }
    }
    let below = below(inside, rows.height.saturating_add(1));
    for (line, words) in (0..below.height).zip(&compared.words) {
        put_at(buffer, below, 3, line, &safe(words), theme.style(Role::Strong));
    }
}
