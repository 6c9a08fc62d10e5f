//! View 2, below: bytes of a buffer, those of the selected node set off. Secrets show as dots.

use super::table::{heading, put_at};
use crate::tui::layout::{below, bytes_a_row};
use crate::tui::model::{Model, Pane};
use crate::tui::theme::{Role, Theme};
use crate::wire::{Span, ranges};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns before the first byte.
const OFFSET: u16 = 8;

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::Bytes;
    let packets = &model.packets;
    let Some(detail) = &packets.detail else {
        return heading(buffer, area, "Bytes", "", focused, theme);
    };
    let tabs: Vec<String> =
        detail.tree.buffers.iter().enumerate().map(|(at, b)| tab(at == packets.buffer, b)).collect();
    let from = packets.buffer.saturating_sub(1);
    let tabs = tabs.get(from..).unwrap_or(&[]).join(" ");
    let more = if from > 0 { "… " } else { "" };
    heading(buffer, area, &format!("{more}{tabs}"), "", focused, theme);
    let Some(bytes) = detail.tree.buffers.get(packets.buffer).map(|b| b.bytes.as_slice()) else { return };
    let node = detail.rows.get(model.list(Pane::Tree).cursor).and_then(|row| detail.tree.nodes.get(row.node));
    let chosen = node.filter(|n| usize::from(n.buffer) == packets.buffer).map_or(Span::default(), |n| n.at);
    let secrets = detail.tree.hidden(packets.buffer);
    let inside = below(area, 1);
    let a_row = bytes_a_row(inside.width);
    for line in 0..inside.height {
        let start = model.list(Pane::Bytes).top.saturating_add(usize::from(line)).saturating_mul(a_row);
        let Some(row) = bytes.get(start..).filter(|rest| !rest.is_empty()) else { break };
        put_at(buffer, inside, 2, line, &format!("{start:04x}"), theme.style(Role::Dim));
        for (column, byte) in (0_u16..).zip(row.iter().take(a_row)) {
            let at = u32::try_from(start).unwrap_or(u32::MAX).saturating_add(u32::from(column));
            let holds = |span: &Span| span.start <= at && at < span.end;
            let (hex, text) = if ranges::holds(&secrets, at as usize) {
                ("··".to_owned(), '·')
            } else {
                let shown = if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' };
                (format!("{byte:02x}"), shown)
            };
            let style = theme.style(if holds(&chosen) { Role::Bytes } else { Role::Plain });
            let wide = u16::try_from(a_row).unwrap_or(0);
            let half = u16::from(column >= 8);
            let x = OFFSET.saturating_add(column.saturating_mul(3)).saturating_add(half);
            put_at(buffer, inside, x, line, &hex, style);
            let texts = OFFSET.saturating_add(wide.saturating_mul(3)).saturating_add(u16::from(wide > 8) + 1);
            put_at(buffer, inside, texts.saturating_add(column), line, &text.to_string(), style);
        }
    }
}

fn tab(chosen: bool, buffer: &crate::field::Buffer) -> String {
    let name = format!("{} {}", buffer.title, buffer.bytes.len());
    if chosen { format!("[{name}]") } else { name }
}
