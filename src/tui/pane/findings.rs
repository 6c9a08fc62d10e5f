//! View 4, above: every finding in a row, the worst first.

use super::table::{Cells, Look, Table, heading, put_at};
use crate::report::model::FindingRow;
use crate::tui::layout::{Column, below};
use crate::tui::model::{Model, Pane};
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub const COLUMNS: [Column; 6] = [
    Column { title: "S", least: 1, most: 1, rank: 0, right: false },
    Column { title: "Id", least: 4, most: 4, rank: 0, right: false },
    Column { title: "Count", least: 5, most: 5, rank: 2, right: true },
    Column { title: "What", least: 44, most: 90, rank: 0, right: false },
    Column { title: "Who", least: 14, most: 40, rank: 1, right: false },
    Column { title: "Server", least: 19, most: 32, rank: 3, right: false },
];

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::Findings;
    let (many, all) = (model.findings.len(), model.report.findings.len());
    let accepted = match model.accepted.iter().filter(|accepted| **accepted).count() {
        0 => String::new(),
        accepted => format!(", {accepted} accepted"),
    };
    let title = match (model.only_failed, all) {
        (true, _) => format!("{many} of {all} findings: critical and high{accepted}"),
        (false, 1) => format!("1 finding{accepted}"),
        (false, _) => format!("{all} findings{accepted}, {}", model.grouping.name()),
    };
    heading(buffer, area, &title, "Critical High Medium Low Info", focused, theme);
    if many == 0 && model.reading.is_none() {
        return put_at(buffer, below(area, 1), 2, 0, "none in what could be read", theme.style(Role::Plain));
    }
    laid(model, area).draw(buffer, Look { focused, theme, sort: model.columns.sort(Pane::Findings) });
}

/// The list as it lies on the screen.
pub fn laid(model: &Model, area: Rect) -> Table {
    let columns = model.columns.of(Pane::Findings);
    Table::new(area, &columns, model.list(Pane::Findings), model.findings.len(), &mut |at| {
        model.findings.get(at).map_or_else(Cells::default, |place| cells(model, *place))
    })
}

/// A row of it: what the report tells in this place.
pub fn cells(model: &Model, place: usize) -> Cells {
    let Some(finding) = model.report.findings.get(place) else { return Cells::default() };
    let accepted = model.accepted.get(place).copied().unwrap_or(false);
    let texts = (0..COLUMNS.len()).map(|column| text(finding, column)).collect();
    let role = if accepted { Role::Dim } else { Role::of_severity(finding.severity) };
    Cells { texts, role: Some((0, role)), sign: if accepted { "✓" } else { "" }, colour: None }
}

/// What stands in a column of it: to sort a long list only one of them is made.
pub fn text(finding: &FindingRow, column: usize) -> String {
    match column {
        0 => Role::letter(finding.severity).to_string(),
        1 => finding.id.to_owned(),
        2 => finding.count.to_string(),
        3 => safe(&finding.title),
        4 if finding.user.is_empty() => safe(&finding.client),
        4 => safe(&finding.user),
        _ => safe(&finding.server),
    }
}
