//! View 1, above: every session in a row.

use super::table::{Cells, heading, put_at, table};
use crate::tui::layout::{Column, below};
use crate::tui::model::{Model, Pane};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const COLUMNS: [Column; 9] = [
    Column { title: "#", least: 4, most: 5, rank: 5, right: true },
    Column { title: "Start", least: 8, most: 8, rank: 3, right: false },
    Column { title: "User", least: 12, most: 40, rank: 0, right: false },
    Column { title: "Client", least: 13, most: 26, rank: 6, right: false },
    Column { title: "Server", least: 19, most: 32, rank: 7, right: false },
    Column { title: "Via", least: 4, most: 4, rank: 4, right: false },
    Column { title: "Scheme", least: 9, most: 24, rank: 2, right: false },
    Column { title: "Outcome", least: 13, most: 48, rank: 0, right: false },
    Column { title: "Find", least: 4, most: 4, rank: 1, right: false },
];
const OUTCOME: usize = 7;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let listed = model.listed();
    let focused = model.pane() == Pane::Sessions;
    let title = match (model.only_failed, listed.len()) {
        (true, n) => format!("{n} of {} sessions: not accepted", model.sessions.len()),
        (false, 1) => "1 session".to_owned(),
        (false, n) => format!("{n} sessions"),
    };
    heading(buffer, area, &title, "", focused, theme);
    if model.reading.is_some() {
        return put_at(buffer, below(area, 1), 2, 0, "reading …", theme.style(Role::Dim));
    }
    table(buffer, area, &COLUMNS, model.session_list, listed.len(), (focused, theme), &mut |at| {
        let Some(session) = listed.get(at).and_then(|at| model.sessions.get(*at)) else {
            return Cells::default();
        };
        let worst = session.worst.map_or_else(String::new, |w| format!("{}{}", w.letter(), session.findings.len()));
        let times = if session.times > 1 { format!(" ×{}", session.times) } else { String::new() };
        let texts = vec![
            session.id.to_string(),
            session.start.clone(),
            session.user.clone(),
            session.client.clone(),
            session.server.clone(),
            session.carrier.to_owned(),
            session.scheme.clone(),
            session.outcome.clone() + &times,
            worst,
        ];
        Cells { texts, role: Some((OUTCOME, Role::of_outcome(session.ended))), sign: "" }
    });
}
