//! View 2, in the middle: the tree of the selected packet.

use super::table::{heading, put_at, select};
use crate::tui::layout::below;
use crate::tui::model::{Model, Pane};
use crate::tui::text::safe;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Deepest nesting that is indented.
const MAX_INDENT: u16 = 40;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::Tree;
    let Some(detail) = &model.packets.detail else {
        return heading(buffer, area, "Tree", "", focused, theme);
    };
    let list = model.list(Pane::Tree);
    let under = detail.rows.get(list.cursor).and_then(|row| detail.tree.nodes.get(row.node));
    let name = under.and_then(|node| node.field).map_or("", |field| field.name);
    heading(buffer, area, &format!("Packet {}", detail.frame), name, focused, theme);
    let inside = below(area, 1);
    for (line, row) in (0..inside.height).zip(detail.rows.iter().skip(list.top)) {
        let Some(node) = detail.tree.nodes.get(row.node) else { continue };
        let indent = u16::from(node.depth).saturating_mul(2).min(MAX_INDENT).saturating_add(1);
        let sign = row.folded.map_or(" ", |folded| if folded { "▸" } else { "▾" });
        let role = match (node.mark, node.depth) {
            (Some(crate::field::Mark::Note(_)), _) => Role::Note,
            (Some(_), _) => Role::Bad,
            (None, 0) => Role::Strong,
            _ => Role::Plain,
        };
        put_at(buffer, inside, indent, line, sign, theme.style(Role::Plain));
        let text = safe(&detail.tree.line(node));
        put_at(buffer, inside, indent.saturating_add(2), line, &text, theme.style(role));
        if list.top.saturating_add(usize::from(line)) == list.cursor {
            select(buffer, inside, line, focused, theme);
        }
    }
}
