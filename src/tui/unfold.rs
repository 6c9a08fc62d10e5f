//! The tree of the packet at hand and the bytes beside it: folding, and going from one to the other.

use super::layout::bytes_a_row;
use super::list::{List, Step};
use super::model::{Detail, Model, Pane};
use super::tree;
use super::update::{height, step};
use crate::field::Tree;

/// The row of the tree under the cursor.
pub(super) fn row(model: &Model) -> Option<tree::Row> {
    model.packets.detail.as_ref()?.rows.get(model.list(Pane::Tree).cursor).copied()
}

/// Folds or unfolds the node under the cursor.
pub(super) fn fold(model: &mut Model, to: Option<bool>) {
    let Some(row) = row(model) else { return };
    let Some(now) = row.folded else { return };
    let Some(detail) = &mut model.packets.detail else { return };
    if let Some(field) = detail.tree.nodes.get(row.node).and_then(|n| n.field) {
        model.packets.folds.insert(field.name, to.unwrap_or(!now));
        refold(model, row.node);
    }
}

/// Computes the rows in sight anew and puts the cursor on this node, or what it is folded into.
pub(super) fn refold(model: &mut Model, node: usize) {
    let height = height(model, Pane::Tree);
    let packets = &mut model.packets;
    let Some(detail) = &mut packets.detail else { return };
    detail.rows = tree::rows(&detail.tree, &packets.folds);
    let at = detail.rows.partition_point(|r| r.node <= node).saturating_sub(1);
    let rows = detail.rows.len();
    model.list_mut(Pane::Tree).select(at, rows, height);
}

pub(super) fn fold_all(model: &mut Model) {
    let node = row(model).map_or(0, |row| row.node);
    let packets = &mut model.packets;
    let Some(detail) = &packets.detail else { return };
    tree::fold_all(&detail.tree, &mut packets.folds);
    refold(model, node);
}

pub(super) fn left(model: &mut Model) {
    match model.pane() {
        Pane::Tree => match row(model) {
            Some(row) if row.folded == Some(false) => fold(model, Some(true)),
            Some(row) => {
                let parent = model.packets.detail.as_ref().and_then(|d| tree::parent(&d.tree, row.node));
                match parent {
                    Some(parent) => {
                        refold(model, parent);
                        show_bytes(model);
                    }
                    None => model.focus(Pane::Packets),
                }
            }
            None => model.focus(Pane::Packets),
        },
        Pane::Bytes => buffer(model, false),
        _ => {}
    }
}

pub(super) fn right(model: &mut Model) {
    match model.pane() {
        Pane::Tree => match row(model).and_then(|row| row.folded) {
            Some(true) => fold(model, Some(false)),
            Some(false) => step(model, Step::Down),
            None => {}
        },
        Pane::Bytes => buffer(model, true),
        _ => {}
    }
}

fn buffer(model: &mut Model, next: bool) {
    let packets = &mut model.packets;
    let buffers = packets.detail.as_ref().map_or(0, |d| d.tree.buffers.len());
    let to = if next { packets.buffer.saturating_add(1) } else { packets.buffer.saturating_sub(1) };
    packets.buffer = to.min(buffers.saturating_sub(1));
    *model.list_mut(Pane::Bytes) = List::default();
}

/// The tree of the packet under the cursor has come.
pub(super) fn detail(model: &mut Model, frame: u32, tree: Tree) {
    if frame != model.packets.asked {
        return;
    }
    let height = height(model, Pane::Tree);
    let packets = &mut model.packets;
    let sought = packets.seek.take().and_then(|field| tree::seek(&tree, field, &mut packets.folds));
    let rows = tree::rows(&tree, &packets.folds);
    // What the packet says is more interesting than how it was carried.
    let node = sought.or_else(|| rows.iter().find(|r| r.folded == Some(false)).map(|r| r.node)).unwrap_or(0);
    let at = rows.partition_point(|r| r.node <= node).saturating_sub(1);
    let many = rows.len();
    packets.detail = Some(Detail { frame, tree, rows });
    let list = model.list_mut(Pane::Tree);
    *list = List::default();
    list.select(at, many, height);
    if sought.is_none() && at.saturating_mul(2) > height {
        list.top = at.saturating_sub(1);
        list.fit(many, height);
    }
    *model.list_mut(Pane::Bytes) = List::default();
    show_bytes(model);
}

/// Brings the bytes of the node under the cursor into view.
pub(super) fn show_bytes(model: &mut Model) {
    let Some(row) = row(model) else { return };
    let inside = model.panes().inside(Pane::Bytes);
    let a_row = bytes_a_row(inside.width);
    let packets = &mut model.packets;
    let Some(node) = packets.detail.as_ref().and_then(|d| d.tree.nodes.get(row.node)) else { return };
    let buffer = usize::from(node.buffer);
    let first = node.at.start as usize / a_row;
    if packets.buffer != buffer {
        packets.buffer = buffer;
        *model.list_mut(Pane::Bytes) = List::default();
    }
    let rows = model.rows(Pane::Bytes);
    // The span's first row comes into view; the cursor of the list is not used.
    let height = usize::from(inside.height).max(1);
    let list = model.list_mut(Pane::Bytes);
    if first < list.top || first >= list.top.saturating_add(height) {
        list.top = first.saturating_sub(height / 3).min(rows.saturating_sub(1));
    }
}
