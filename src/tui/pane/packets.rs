//! View 2, above: the packet list. Only the rows in view were summarised.

use super::table::{Cells, heading, table};
use crate::tui::layout::Column;
use crate::tui::model::{Model, Pane};
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme};
use crate::wire::time::Seconds;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const COLUMNS: [Column; 7] = [
    Column { title: "No", least: 5, most: 8, rank: 0, right: true },
    Column { title: "Time", least: 11, most: 13, rank: 2, right: true },
    Column { title: "Source", least: 13, most: 39, rank: 3, right: false },
    Column { title: "Destination", least: 13, most: 39, rank: 4, right: false },
    Column { title: "Proto", least: 8, most: 9, rank: 1, right: false },
    Column { title: "!", least: 1, most: 1, rank: 5, right: false },
    Column { title: "Info", least: 20, most: u16::MAX, rank: 0, right: false },
];

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let packets = &model.packets;
    let all = model.facts.packets;
    let len = packets.len(all);
    let focused = model.pane() == Pane::Packets;
    let title = if packets.passed.is_some() { format!("{len} of {all} packets") } else { format!("{all} packets") };
    let place = if len == 0 { String::new() } else { format!("{} of {len}", packets.list.cursor.saturating_add(1)) };
    heading(buffer, area, &title, &place, focused, theme);
    let steps: Vec<u32> = model.session().map_or_else(Vec::new, |s| s.steps.iter().map(|step| step.frame).collect());
    table(buffer, area, &COLUMNS, packets.list, len, (focused, theme), &mut |at| {
        let frame = packets.frame(at, all).unwrap_or(0);
        let Some(line) = packets.lines.get(&frame) else {
            return Cells { texts: vec![frame.to_string()], ..Cells::default() };
        };
        let time = Seconds(line.since_first).to_string();
        let texts = vec![
            frame.to_string(),
            time.get(..time.len().saturating_sub(3)).unwrap_or_default().to_owned(),
            line.source.clone(),
            line.destination.clone(),
            line.protocol.to_owned(),
            line.marks.clone(),
            safe(&line.info),
        ];
        let (role, sign) = if steps.contains(&frame) { (Role::Strong, "•") } else { (Role::Plain, "") };
        Cells { texts, role: Some((0, role)), sign }
    });
}
