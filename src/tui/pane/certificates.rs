//! View 6, above: every certificate and ticket in a row, with its life as a bar.

use super::table::{Cells, Look, Table, heading};
use crate::tui::layout::Column;
use crate::tui::model::{Model, Pane};
use crate::tui::rows::credentials::{Credential, Standing};
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells of a life.
const LIFE: usize = 12;

pub const COLUMNS: [Column; 7] = [
    Column { title: "What", least: 11, most: 11, rank: 2, right: false },
    Column { title: "Whose", least: 20, most: 50, rank: 0, right: false },
    Column { title: "By", least: 12, most: 50, rank: 4, right: false },
    Column { title: "Shown by", least: 14, most: 40, rank: 5, right: false },
    Column { title: "Until", least: 16, most: 16, rank: 3, right: false },
    Column { title: "Life", least: 13, most: 13, rank: 1, right: false },
    Column { title: "Left", least: 14, most: 22, rank: 0, right: false },
];
const LEFT: usize = 6;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::Certificates;
    let many = model.credentials.len();
    heading(buffer, area, &format!("{many} certificates and tickets"), "as they stood when seen", focused, theme);
    laid(model, area).draw(buffer, Look { focused, theme, sort: model.columns.sort(Pane::Certificates) });
}

/// The list as it lies on the screen.
pub fn laid(model: &Model, area: Rect) -> Table {
    let (columns, list) = (model.columns.of(Pane::Certificates), model.list(Pane::Certificates));
    let row = &mut |at| model.credential(at).map_or_else(Cells::default, cells);
    Table::new(area, &columns, list, model.credentials.len(), row)
}

/// A row of it.
pub fn cells(row: &Credential) -> Cells {
    let (word, role) = match row.standing() {
        Standing::Good => ("", Role::Good),
        Standing::Ending => ("! ", Role::Warn),
        Standing::Over => ("OVER ", Role::Bad),
        Standing::Early => ("EARLY ", Role::Bad),
        Standing::Unknown => ("", Role::Plain),
    };
    let life = row
        .age(LIFE)
        .map_or_else(String::new, |at| format!("{}┃{}", "█".repeat(at), "░".repeat(LIFE.saturating_sub(at))));
    let until = row
        .until
        .map_or_else(String::new, |until| until.rfc3339_seconds().get(..16).unwrap_or_default().replace('T', " "));
    let texts = vec![
        row.kind.name().to_owned(),
        safe(&row.subject),
        safe(&row.issuer),
        row.server.clone(),
        until,
        life,
        format!("{word}{}", row.left()),
    ];
    Cells { texts, role: Some((LEFT, role)), sign: "", colour: None }
}
