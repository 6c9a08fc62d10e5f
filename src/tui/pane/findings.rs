//! View 3, above: every finding in a row, the worst first.

use super::table::{Cells, heading, put_at, table};
use crate::tui::layout::{Column, below};
use crate::tui::model::{Model, Pane};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const COLUMNS: [Column; 6] = [
    Column { title: "S", least: 1, most: 1, rank: 0, right: false },
    Column { title: "Id", least: 4, most: 4, rank: 0, right: false },
    Column { title: "Count", least: 5, most: 5, rank: 3, right: true },
    Column { title: "What", least: 20, most: 90, rank: 0, right: false },
    Column { title: "Who", least: 14, most: 40, rank: 1, right: false },
    Column { title: "Server", least: 19, most: 32, rank: 2, right: false },
];

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::Findings;
    let many = model.findings.len();
    let title = if many == 1 { "1 finding".to_owned() } else { format!("{many} findings") };
    heading(buffer, area, &title, "Critical High Medium Low Info", focused, theme);
    if many == 0 && model.reading.is_none() {
        return put_at(buffer, below(area, 1), 2, 0, "none in what could be read", theme.style(Role::Plain));
    }
    table(buffer, area, &COLUMNS, model.finding_list, many, (focused, theme), &mut |at| {
        let Some(finding) = model.findings.get(at) else { return Cells::default() };
        let who = if finding.user.is_empty() { &finding.client } else { &finding.user };
        let texts = vec![
            finding.severity.letter().to_string(),
            finding.code.to_owned(),
            finding.count.to_string(),
            finding.title.clone(),
            who.clone(),
            finding.server.clone(),
        ];
        Cells { texts, role: Some((0, Role::of_severity(finding.severity))), sign: "" }
    });
}
