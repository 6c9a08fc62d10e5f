//! The picker on the screen.

use super::{HISTORY, Picker};
use crate::tui::layout::Column;
use crate::tui::pane::status::{bytes, short};
use crate::tui::pane::table::{Cells, Look, Table, heading, put, put_at};
use crate::tui::text::{fit, safe, width, wrap};
use crate::tui::theme::{Role, Theme};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use std::fmt::Write;

const COLUMNS: [Column; 8] = [
    Column { title: "", least: 3, most: 3, rank: 0, right: false },
    Column { title: "Interface", least: 9, most: 24, rank: 0, right: false },
    Column { title: "State", least: 11, most: 11, rank: 2, right: false },
    Column { title: "Packets/s", least: 9, most: 9, rank: 1, right: true },
    Column { title: "Bytes/s", least: 9, most: 9, rank: 3, right: true },
    Column { title: "Lately", least: 12, most: 12, rank: 6, right: false },
    Column { title: "Addresses", least: 15, most: u16::MAX, rank: 4, right: false },
    Column { title: "", least: 8, most: 30, rank: 5, right: false },
];
const STATE: usize = 2;
/// From nothing to much.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const FILTER: &str = " Capture filter: ";

/// Draws it.
pub fn view(picker: &Picker, theme: Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    put(buffer, area, 0, " handshark  live capture", theme.style(Role::Strong));
    let mut below = area.height.saturating_sub(2);
    let missing = picker.missing.as_deref().map_or_else(Vec::new, |why| {
        let mut lines = wrap(why, usize::from(area.width).saturating_sub(2).max(1));
        lines.truncate(3);
        lines
    });
    below = below.saturating_sub(u16::try_from(missing.len()).unwrap_or(0));
    let list = Rect { y: area.y.saturating_add(1), height: below.saturating_sub(1), ..area }.intersection(area);
    let many = picker.devices.len();
    let title = format!("{many} {}", if many == 1 { "interface" } else { "interfaces" });
    let chosen = match picker.chosen.len() {
        0 => String::new(),
        n => format!("{n} chosen"),
    };
    heading(buffer, list, &title, &chosen, picker.typing.is_none(), theme);
    let table = Table::new(list, &COLUMNS, picker.list, many, &mut |at| {
        let (Some(device), Some(traffic)) = (picker.devices.get(at), picker.traffic.get(at)) else {
            return Cells::default();
        };
        let state = device.state.as_deref().unwrap_or("");
        let rate = |n: Option<u64>, word: fn(u64) -> String| n.map_or_else(String::new, word);
        let texts = vec![
            if picker.chosen.contains(&at) { "[x]" } else { "[ ]" }.to_owned(),
            safe(&device.name),
            state.to_owned(),
            rate(traffic.packets, short),
            rate(traffic.bytes, bytes),
            lately(traffic.history.iter().copied()),
            safe(&device.addresses.join(" ")),
            safe(&device.note),
        ];
        let role = match state {
            "up" => Role::Good,
            "down" => Role::Warn,
            _ => Role::Plain,
        };
        Cells { texts, role: Some((STATE, role)), sign: "", colour: None }
    });
    table.draw(buffer, Look { focused: picker.typing.is_none(), theme, sort: None });
    for (line, text) in (below..).zip(&missing) {
        put_at(buffer, area, 1, line, &safe(text), theme.style(Role::Bad));
    }
    let filter_at = area.height.saturating_sub(2);
    put(buffer, area, filter_at, FILTER, theme.style(Role::Dim));
    let indent = u16::try_from(width(FILTER)).unwrap_or(0);
    let room = usize::from(area.width.saturating_sub(indent)).saturating_sub(1);
    let before = width(picker.filter.before());
    let empty = picker.filter.text.is_empty() && picker.typing.is_none();
    let text = if empty { "(all packets)" } else { &picker.filter.text };
    // A long filter moves, so that the cursor stays in sight.
    let skip: String = text.chars().skip(before.saturating_sub(room)).collect();
    put_at(buffer, area, indent, filter_at, &skip, theme.style(if empty { Role::Dim } else { Role::Plain }));
    let mut hints = String::new();
    if picker.notice.is_empty() {
        let contexts = picker.contexts();
        for binding in contexts.iter().flat_map(|c| picker.keys.rows(*c)).filter(|b| !b.row.hint.is_empty()) {
            let key = binding.keys.first().map(|key| key.name()).unwrap_or_default();
            let _ = write!(hints, " {key} {} ", binding.row.hint);
        }
    } else {
        hints = format!(" {}", picker.notice);
    }
    let last = area.height.saturating_sub(1);
    put(buffer, area, last, &fit(&hints, usize::from(area.width), false), theme.style(Role::Dim));
    if !theme.unicode {
        crate::tui::view::plain(theme, buffer);
    }
    if picker.typing.is_some() {
        let x = indent.saturating_add(u16::try_from(before.min(room)).unwrap_or(0));
        let x = area.x.saturating_add(x).min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y.saturating_add(filter_at)));
    }
}

/// Rates as bars, the newest on the right; the highest is as high as it gets.
fn lately(rates: impl Iterator<Item = u64> + Clone) -> String {
    let most = rates.clone().max().unwrap_or(0).max(1);
    let bar = |rate: u64| {
        let step = u128::from(rate) * (BARS.len() as u128 - 1) / u128::from(most);
        usize::try_from(step).ok().and_then(|step| BARS.get(step)).copied().unwrap_or(' ')
    };
    let drawn: String = rates.map(bar).collect();
    format!("{}{drawn}", " ".repeat(HISTORY.saturating_sub(drawn.chars().count())))
}
