//! The line at the top, the filter bar, and the hints at the bottom.

use super::table::{put, put_at};
use crate::scan::Reading;
use crate::tui::keymap::{self, Context};
use crate::tui::model::{Model, View};
use crate::tui::text::{fit, width};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// What stands before the filter.
const PROMPT: &str = " Filter: ";
/// The hint that stays.
const HELP: &str = "? help ";

/// The capture on the left, the views on the right.
pub fn title(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let tabs = View::ALL.map(|view| {
        let count = match view {
            View::Findings if model.reading.is_none() => format!("({})", model.findings.len()),
            _ => String::new(),
        };
        let name = format!("{} {}{count}", view.index().saturating_add(1), view.name());
        if view == model.view { format!("[{name}]") } else { name }
    });
    let tabs = tabs.join(" ") + " ";
    let facts = &model.facts;
    let left = model.reading.map_or_else(
        || format!(" handshark  {}  {} packets  {}", facts.name, facts.packets, facts.span),
        |reading| progress(&facts.name, reading),
    );
    let room = usize::from(area.width).saturating_sub(width(&tabs).saturating_add(1));
    let style = theme.style(Role::Strong);
    if room >= 12 {
        put(buffer, area, 0, &format!("{} {tabs}", fit(&left, room, false)), style);
    } else {
        put(buffer, area, 0, &format!(" {tabs}"), style);
    }
}

fn progress(name: &str, reading: Reading) -> String {
    let done = match reading.total {
        Some(total) if total > 0 => format!("{}%", reading.read.saturating_mul(100) / total),
        _ => format!("{} KiB", reading.read / 1024),
    };
    format!(" handshark  reading {done}, {} packets  {name}", reading.frames)
}

/// The filter bar; where the cursor stands in it.
pub fn bar(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let bar = &model.bar;
    put(buffer, area, 0, PROMPT, theme.style(Role::Dim));
    let indent = u16::try_from(width(PROMPT)).unwrap_or(0);
    if !bar.open {
        let text = if bar.applied.is_empty() { "(none)" } else { &bar.applied };
        put_at(buffer, area, indent, 0, text, theme.style(Role::Plain));
        let state = match (bar.asked, bar.applied.is_empty()) {
            (Some(asked), _) => format!("{} so far, {asked} asked ", model.packets.len(model.facts.packets)),
            (None, false) => format!("{} passed ", model.packets.len(model.facts.packets)),
            _ => String::new(),
        };
        let at = usize::from(area.width).saturating_sub(width(&state));
        if at > width(PROMPT).saturating_add(width(text)) {
            put_at(buffer, area, u16::try_from(at).unwrap_or(0), 0, &state, theme.style(Role::Dim));
        }
        return None;
    }
    // A long filter moves to the left, so that the cursor stays in sight.
    let room = usize::from(area.width.saturating_sub(indent)).saturating_sub(1).max(1);
    let before = bar.text.get(..bar.cursor).unwrap_or_default();
    let over = width(before).saturating_sub(room);
    let hidden = skip(&bar.text, over);
    let shown = bar.text.get(hidden..).unwrap_or_default();
    let role = match (&bar.error, bar.text.trim().is_empty()) {
        (Some(_), _) => Role::Bad,
        (None, true) => Role::Plain,
        (None, false) => Role::Good,
    };
    put_at(buffer, area, indent, 0, shown, theme.style(role));
    let column = |at: usize| width(bar.text.get(hidden..at).unwrap_or_default());
    if let Some(error) = &bar.error {
        let start = error.span.start.max(hidden);
        let carets = width(bar.text.get(start..error.span.end).unwrap_or_default()).clamp(1, 20);
        let text = format!("{} {}", "^".repeat(carets), error.why);
        let wanted = width(PROMPT).saturating_add(column(start));
        // The reason is worth more than the place.
        let fits = usize::from(area.width).saturating_sub(width(&text));
        let at = u16::try_from(wanted.min(fits)).unwrap_or(0);
        put_at(buffer, area, at, 1, &text, theme.style(Role::Bad));
    }
    let at = u16::try_from(column(bar.cursor)).unwrap_or(u16::MAX);
    let x = area.x.saturating_add(indent).saturating_add(at).min(area.right().saturating_sub(1));
    Some(Position::new(x, area.y))
}

/// The byte at which at least `columns` columns were passed.
fn skip(text: &str, columns: usize) -> usize {
    let mut passed = 0_usize;
    for (at, c) in text.char_indices() {
        if passed >= columns {
            return at;
        }
        passed = passed.saturating_add(width(c.encode_utf8(&mut [0; 4])));
    }
    text.len()
}

/// What the keys do here; the way to the help is the last hint to go.
pub fn footer(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width).saturating_sub(width(HELP).saturating_add(1));
    let mut text = String::new();
    if model.reading.is_some() && model.help.is_none() && !model.bar.open {
        text.push_str(" Esc stop reading  q quit");
    } else if model.notice.is_empty() {
        let contexts = model.contexts();
        let rows = contexts.iter().flat_map(|context| keymap::rows(*context)).filter(|b| !b.hint.is_empty());
        for binding in rows {
            let key = binding.keys.first().map(|key| key.name()).unwrap_or_default();
            let hint = format!(" {key} {} ", binding.hint);
            if width(&text).saturating_add(width(&hint)) > room {
                break;
            }
            text.push_str(&hint);
        }
    } else {
        text = format!(" {}", model.notice);
    }
    let style = theme.style(if model.notice.is_empty() { Role::Dim } else { Role::Strong });
    let typing = model.contexts().contains(&Context::Filter);
    if typing {
        return put(buffer, area, 0, &text, style);
    }
    put(buffer, area, 0, &fit(&text, room, false), style);
    let at = usize::from(area.width).saturating_sub(width(HELP));
    put_at(buffer, area, u16::try_from(at).unwrap_or(0), 0, HELP, theme.style(Role::Strong));
}
