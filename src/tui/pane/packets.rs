//! View 2, above: the packet list. Only the rows in view were summarised.

use super::table::{Cells, Look, Table, heading};
use crate::scan::Summary;
use crate::tui::layout::Column;
use crate::tui::model::{Clock, Model, Pane};
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme};
use crate::wire::Timestamp;
use crate::wire::time::Seconds;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub const COLUMNS: [Column; 9] = [
    Column { title: "No", least: 5, most: 8, rank: 0, right: true },
    Column { title: "Time", least: 11, most: 26, rank: 2, right: true },
    Column { title: "Source", least: 13, most: 39, rank: 3, right: false },
    Column { title: "Destination", least: 13, most: 39, rank: 4, right: false },
    Column { title: "Proto", least: 8, most: 9, rank: 1, right: false },
    Column { title: "Len", least: 4, most: 6, rank: 5, right: true },
    Column { title: "If", least: 4, most: 12, rank: 6, right: false },
    Column { title: "!", least: 1, most: 1, rank: 5, right: false },
    Column { title: "Info", least: 20, most: u16::MAX, rank: 0, right: false },
];

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let packets = &model.packets;
    let all = model.facts.packets;
    let len = packets.len(all);
    let kept = all.saturating_sub(packets.gone);
    let focused = model.pane() == Pane::Packets;
    let of = if packets.gone > 0 { format!("the newest {kept}") } else { all.to_string() };
    let title = if packets.passed.is_some() { format!("{len} of {of} packets") } else { format!("{of} packets") };
    let list = model.list(Pane::Packets);
    let place = if len == 0 { String::new() } else { format!("{} of {len}", list.cursor.saturating_add(1)) };
    heading(buffer, area, &title, &place, focused, theme);
    laid(model, area).draw(buffer, Look { focused, theme, sort: model.columns.sort(Pane::Packets) });
}

/// The list as it lies on the screen.
pub fn laid(model: &Model, area: Rect) -> Table {
    let packets = &model.packets;
    let all = model.facts.packets;
    let steps = model.attempt().map_or(&[][..], |attempt| &attempt.frames);
    let mut columns = model.columns.of(Pane::Packets);
    if !model.facts.several {
        // Where all came by one interface nobody needs to be told.
        let unneeded = columns.iter_mut().filter(|column| column.title == "If");
        unneeded.for_each(|column| (column.least, column.most) = (0, 0));
    }
    Table::new(area, &columns, model.list(Pane::Packets), packets.len(all), &mut |at| {
        let frame = packets.frame(at, all).unwrap_or(0);
        let Some(line) = packets.lines.get(&frame) else {
            return Cells { texts: vec![frame.to_string()], ..Cells::default() };
        };
        let above = at.checked_sub(1).and_then(|above| packets.frame(above, all)).and_then(|f| packets.lines.get(&f));
        let texts = vec![
            frame.to_string(),
            time(line, above, packets.clock, packets.reference),
            line.source.clone(),
            line.destination.clone(),
            line.protocol.to_owned(),
            line.wire_len.to_string(),
            safe(&line.interface),
            line.marks.clone(),
            safe(&line.info),
        ];
        let (role, sign) = match (packets.marks.contains(&frame), steps.binary_search(&frame).is_ok()) {
            (true, _) => (Role::Warn, "*"),
            (false, true) => (Role::Strong, "•"),
            (false, false) => (Role::Plain, ""),
        };
        Cells { texts, role: Some((0, role)), sign, colour: packets.colours.get(&frame).copied() }
    })
}

/// When it came, in the way somebody chose.
fn time(line: &Summary, above: Option<&Summary>, clock: Clock, reference: Option<(u32, Timestamp)>) -> String {
    let seconds = |nanos: i64| {
        let text = Seconds(nanos).to_string();
        text.get(..text.len().saturating_sub(3)).unwrap_or_default().to_owned()
    };
    match clock {
        Clock::SinceFirst => seconds(line.since_first),
        Clock::SincePrevious => seconds(above.map_or(0, |above| line.time.since(above.time))),
        Clock::OfDay => line.time.clock(),
        Clock::SinceReference => match reference {
            Some((frame, _)) if frame == line.frame => "*REF*".to_owned(),
            Some((_, from)) => seconds(line.time.since(from)),
            None => seconds(line.since_first),
        },
        Clock::Full => line.time.rfc3339().get(..26).unwrap_or_default().replace('T', " "),
    }
}
