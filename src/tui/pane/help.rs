//! The keys, in place of the panes: those of the pane first, then those that work everywhere. What is typed narrows them.

use super::table::{heading, put_at};
use crate::tui::input::Input;
use crate::tui::keymap::{Bound, Context, MOUSE};
use crate::tui::layout::below;
use crate::tui::list::List;
use crate::tui::model::Model;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Columns before what the keys do.
const KEYS: u16 = 24;
/// Columns of a line that is whole.
const COLUMN: u16 = 98;
/// Columns of a screen on which lines run through two columns or more.
const WIDE: u16 = 2 * COLUMN;
/// Columns before what an example means.
const CHEAT: u16 = 54;

/// A line of the help.
pub enum Line<'m> {
    /// A heading, or nothing.
    Heading(&'static str),
    /// Keys and what they do.
    Key(&'m Bound),
    /// An example and what it means.
    Text(&'static str, &'static str),
    /// What is done with the mouse, and what comes of it.
    Mouse(&'static str, &'static str),
}

/// Filters to begin with.
const CHEATS: [(&str, &str); 9] = [
    ("sip.Status-Code >= 400", "SIP answers that refuse"),
    ("ntlmssp || kerberos || tls.handshake.type == 11", "where somebody proves something"),
    ("ip.addr == 192.0.2.101 && sip", "one client's SIP"),
    ("sip.from.user contains \"alice\"", "text in a field"),
    ("http.response.code in {401, 403, 500 .. 599}", "one of several values"),
    ("frame.time_relative > 12.5", "behind this second"),
    ("!(tcp.analysis.retransmission)", "not"),
    ("kerberos.error_code == 7", "KDC_ERR_S_PRINCIPAL_UNKNOWN"),
    ("lync", "fields that Wireshark does not have"),
];

/// The lines that hold this text, for the pane that has the keys.
pub fn lines<'m>(model: &'m Model, narrow: &str) -> Vec<Line<'m>> {
    let narrow = narrow.to_lowercase();
    let mut lines = Vec::new();
    let pane = [Some(model.pane().context()), model.pane().kind()].into_iter().flatten();
    for context in pane.chain([Context::Anywhere, Context::Filter, Context::Edit, Context::Always]) {
        let holds = |bound: &&Bound| {
            !bound.keys.is_empty()
                && (narrow.is_empty()
                    || bound.row.help.to_lowercase().contains(&narrow)
                    || bound.row.hint.to_lowercase().contains(&narrow)
                    || bound.keys.iter().any(|key| key.name().to_lowercase() == narrow))
        };
        let rows: Vec<_> = model.keys.rows(context).filter(holds).collect();
        if rows.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::Heading(""));
        }
        lines.push(Line::Heading(context.title()));
        lines.extend(rows.into_iter().map(Line::Key));
    }
    let holds = |(one, other): &&(&'static str, &'static str)| {
        [one, other].iter().any(|text| text.to_lowercase().contains(&narrow)) || "mouse".contains(&narrow)
    };
    let mouse: Vec<_> = MOUSE.iter().filter(holds).map(|(what, does)| Line::Mouse(what, does)).collect();
    if !mouse.is_empty() {
        lines.extend([Line::Heading(""), Line::Heading("Mouse")]);
        lines.extend(mouse);
    }
    let cheats = CHEATS.iter().filter(|(filter, what)| {
        narrow.is_empty() || filter.to_lowercase().contains(&narrow) || what.to_lowercase().contains(&narrow)
    });
    let cheats: Vec<_> = cheats.map(|(filter, what)| Line::Text(filter, what)).collect();
    if !cheats.is_empty() {
        lines.extend([Line::Heading(""), Line::Heading("Filters to begin with; / types one")]);
        lines.extend(cheats);
    }
    if lines.is_empty() {
        lines.push(Line::Heading("Nothing here has that; Backspace takes letters back"));
    }
    lines
}

/// The screen between the first line and the last.
pub fn window(area: Rect) -> Rect {
    Rect { height: area.height.saturating_sub(2), y: area.y.saturating_add(1), ..area }.intersection(area)
}

/// Lines in view.
pub fn height(model: &Model) -> usize {
    let (width, height) = model.size;
    let rows = usize::from(window(Rect::new(0, 0, width, height)).height.saturating_sub(1));
    rows.saturating_mul(usize::from(columns(width)))
}

/// Columns that lines run through.
const fn columns(width: u16) -> u16 {
    if width < WIDE { 1 } else { width / COLUMN }
}

/// Draws it.
pub fn draw(model: &Model, (input, list): (&Input, List), theme: Theme, area: Rect, buffer: &mut Buffer) {
    let window = window(area);
    Clear.render(window, buffer);
    let lines = lines(model, &input.text);
    let inside = below(window, 1);
    let (columns, height) = (columns(window.width), usize::from(inside.height).max(1));
    let shown = height.saturating_mul(usize::from(columns));
    let hidden = lines.len().saturating_sub(list.top.saturating_add(shown));
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    let typed = if input.text.is_empty() { "type to search" } else { &input.text };
    heading(buffer, window, &format!("Keys: {typed}"), &more, true, theme);
    let wide = window.width / columns;
    for (at, line) in lines.iter().skip(list.top).take(if inside.height > 0 { shown } else { 0 }).enumerate() {
        let (column, row) = (u16::try_from(at / height).unwrap_or(0), u16::try_from(at % height).unwrap_or(0));
        let x = inside.x.saturating_add(column.saturating_mul(wide));
        let inside = Rect { x, width: wide, ..inside }.intersection(inside);
        match line {
            Line::Heading(text) => put_at(buffer, inside, 2, row, text, theme.style(Role::Strong)),
            Line::Text(filter, what) => {
                put_at(buffer, inside, 4, row, filter, theme.style(Role::Plain));
                put_at(buffer, inside, CHEAT, row, what, theme.style(Role::Plain));
            }
            Line::Mouse(what, does) => {
                put_at(buffer, inside, 4, row, what, theme.style(Role::Plain));
                put_at(buffer, inside, KEYS, row, does, theme.style(Role::Plain));
            }
            Line::Key(bound) => {
                let keys: Vec<String> = bound.keys.iter().map(|key| key.name()).collect();
                put_at(buffer, inside, 4, row, &keys.join(" "), theme.style(Role::Plain));
                put_at(buffer, inside, KEYS, row, bound.row.help, theme.style(Role::Plain));
            }
        }
    }
}
