//! The lower panels: what is known of the selected row.

use super::table::{heading, put, put_at, select};
use crate::report::words;
use crate::tui::layout::below;
use crate::tui::model::{Model, Pane};
use crate::tui::panel::Line;
use crate::tui::rows::attempts::What;
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, pane: Pane, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == pane;
    let (lines, list) = (model.lines(pane), model.list(pane));
    let inside = below(area, 1);
    let hidden = lines.len().saturating_sub(list.top.saturating_add(usize::from(inside.height)));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    heading(buffer, area, &title(model, pane), &more, focused, theme);
    for (row, line) in (0..inside.height).zip(lines.iter().skip(list.top)) {
        put_at(buffer, inside, 2, row, line.heading, theme.style(Role::Dim));
        let at = u16::try_from(Line::INDENT).unwrap_or(0).saturating_add(2);
        put_at(buffer, inside, at, row, &line.text, theme.style(line.role));
        if line.jump.is_some() {
            put(buffer, inside, row, "›", theme.style(Role::Dim));
        }
        if focused && list.top.saturating_add(usize::from(row)) == list.cursor {
            select(buffer, inside, row, true, theme);
        }
    }
}

fn title(model: &Model, pane: Pane) -> String {
    match pane {
        Pane::Verdict => model.attempt().map_or_else(
            || "Sign-in".to_owned(),
            |attempt| match attempt.what {
                What::SignIn(at) => {
                    let row = model.report.sign_ins.get(at);
                    row.map_or_else(String::new, |row| {
                        format!("#{} {}: {}", row.id, safe(words::who(row)), words::ending(row))
                    })
                }
                What::Alone(_) => "An authentication that belongs to no sign-in".to_owned(),
            },
        ),
        Pane::Reasons => {
            model.finding().map_or_else(|| "Finding".to_owned(), |(_, f)| format!("{}: why, evidence, fix", f.id))
        }
        Pane::Talk => "Conversation".to_owned(),
        Pane::Validity => "Certificate or ticket".to_owned(),
        _ => "Capture".to_owned(),
    }
}
