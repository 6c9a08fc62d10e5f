//! View 5, above: every conversation in a row.

use super::table::{Cells, Look, Table, heading};
use crate::tui::layout::Column;
use crate::tui::model::{Model, Pane};
use crate::tui::opened::clock;
use crate::tui::rows::streams::{State, Stream};
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme};
use crate::wire::time::span;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub const COLUMNS: [Column; 9] = [
    Column { title: "Stream", least: 8, most: 12, rank: 2, right: false },
    Column { title: "Start", least: 8, most: 8, rank: 6, right: false },
    Column { title: "Client", least: 16, most: 45, rank: 0, right: false },
    Column { title: "Server", least: 16, most: 45, rank: 0, right: false },
    Column { title: "Packets", least: 7, most: 9, rank: 5, right: true },
    Column { title: "Bytes", least: 7, most: 12, rank: 3, right: true },
    Column { title: "Took", least: 7, most: 9, rank: 7, right: true },
    Column { title: "Carries", least: 8, most: 24, rank: 1, right: false },
    Column { title: "Readable", least: 12, most: 60, rank: 4, right: false },
];
const READABLE: usize = 8;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::Streams;
    let closed = model.streams.iter().filter(|row| matches!(row.state, State::Closed(_))).count();
    let many = model.streams.len();
    let word = if many == 1 { "conversation" } else { "conversations" };
    let title = format!("{many} {word}, {closed} closed");
    heading(buffer, area, &title, "", focused, theme);
    laid(model, area).draw(buffer, Look { focused, theme, sort: model.columns.sort(Pane::Streams) });
}

/// The list as it lies on the screen.
pub fn laid(model: &Model, area: Rect) -> Table {
    let (columns, list) = (model.columns.of(Pane::Streams), model.list(Pane::Streams));
    let row = &mut |at| model.stream(at).map_or_else(Cells::default, cells);
    Table::new(area, &columns, list, model.streams.len(), row)
}

/// A row of it.
pub fn cells(row: &Stream) -> Cells {
    let role = match row.state {
        State::Clear => Role::Plain,
        State::Opened(_) => Role::Good,
        State::Closed(_) => Role::Warn,
    };
    let texts = (0..COLUMNS.len()).map(|column| text(row, column)).collect();
    Cells { texts, role: Some((READABLE, role)), sign: "", colour: None }
}

/// What stands in a column of it: to sort a long list only one of them is made.
pub fn text(row: &Stream, column: usize) -> String {
    let talk = &row.talk;
    match column {
        0 => format!("{} {}", if talk.tcp { "tcp" } else { "udp" }, talk.stream),
        1 => clock(talk.first),
        2 => talk.client.to_string(),
        3 => row
            .name
            .as_deref()
            .map_or_else(|| talk.server.to_string(), |name| format!("{}:{}", safe(name), talk.server.port())),
        4 => talk.packets.iter().sum::<u32>().to_string(),
        5 => talk.bytes.iter().sum::<u64>().to_string(),
        6 => span(talk.last.since(talk.first)),
        7 if talk.protocols.is_empty() => "?".to_owned(),
        7 => talk.protocols.join(","),
        _ => match row.state {
            State::Clear => "in clear".to_owned(),
            State::Opened(how) => how.to_owned(),
            State::Closed(why) => format!("closed: {why}"),
        },
    }
}
