//! Finding text: in the packet list, in the tree, or in the bytes, whichever has the keys.

use super::effect::{Among, Effect};
use super::following::Row;
use super::list::List;
use super::model::{Model, Pane};
use super::unfold::{refold, row, show_bytes};
use super::{layout, navigate, tree};
use crate::report::compare::{Cell, Pair};
use memchr::memmem;

/// Looks for the text that was asked for last.
pub(super) fn again(model: &mut Model, forward: bool, effects: &mut Vec<Effect>) {
    let text = model.sought.to_lowercase();
    if text.is_empty() {
        model.notice = "nothing was looked for yet; Ctrl-F asks".into();
        return;
    }
    match model.pane() {
        Pane::Tree => in_tree(model, &text, forward),
        Pane::Bytes => in_bytes(model, &text),
        pane @ Pane::Follow => {
            let says = |row: &Row| row.text.as_deref().is_some_and(|said| said.to_lowercase().contains(&text));
            let holds = |at: &usize| model.following.rows.get(*at).is_some_and(says);
            let found = turns(model.list(pane).cursor, model.rows(pane), forward).find(holds);
            landed(model, pane, found);
        }
        pane @ Pane::Compared => {
            let cell = |cell: &Cell| cell.text.to_lowercase().contains(&text);
            let says = |row: &Pair| [&row.left, &row.right].into_iter().flatten().any(cell);
            let rows = model.comparing.as_ref().map_or(&[][..], |compared| &compared.rows);
            let holds = |at: &usize| rows.get(*at).is_some_and(says);
            let found = turns(model.list(pane).cursor, rows.len(), forward).find(holds);
            landed(model, pane, found);
        }
        Pane::Packets => {
            let after = model.here().unwrap_or(0);
            effects.push(Effect::Find { text, among: Among { after, back: !forward } });
            model.notice = "looking …".into();
        }
        pane if pane.is_panel() => in_panel(model, pane, &text, forward),
        _ => model.notice = "text is found in packets, trees, bytes and panels; / filters".into(),
    }
}

/// A search in rows ended here, or nowhere.
fn landed(model: &mut Model, pane: Pane, found: Option<usize>) {
    match found {
        Some(row) => navigate::select(model, pane, row),
        None => model.notice = format!("\"{}\" is not here", model.sought),
    }
}

/// The answer to a search in the packet list.
pub(super) fn found(model: &mut Model, frame: Option<u32>, effects: &mut Vec<Effect>) {
    match frame {
        Some(frame) => {
            navigate::jump(model, frame, None, effects);
            model.notice = format!("\"{}\" is in packet {frame}", model.sought);
        }
        None => model.notice = format!("\"{}\" is in no packet of the list", model.sought),
    }
}

/// Places in turn: from behind `here` to the end and round, or the other way.
fn turns(here: usize, all: usize, forward: bool) -> Box<dyn Iterator<Item = usize>> {
    if forward {
        Box::new((here.saturating_add(1)..all).chain(0..all.min(here.saturating_add(1))))
    } else {
        Box::new((0..here.min(all)).rev().chain((here.min(all)..all).rev()))
    }
}

fn in_tree(model: &mut Model, text: &str, forward: bool) {
    let here = row(model).map_or(0, |row| row.node);
    let packets = &mut model.packets;
    let Some(detail) = &packets.detail else { return };
    let nodes = &detail.tree.nodes;
    let holds =
        |at: &usize| nodes.get(*at).is_some_and(|n| !n.hidden() && detail.tree.line(n).to_lowercase().contains(text));
    let Some(at) = turns(here, nodes.len(), forward).find(holds) else {
        model.notice = format!("\"{}\" is not in this packet", model.sought);
        return;
    };
    tree::unfold(&detail.tree, at, &mut packets.folds);
    refold(model, at);
    show_bytes(model);
}

fn in_bytes(model: &mut Model, text: &str) {
    let buffer = model.packets.detail.as_ref().and_then(|d| d.tree.buffers.get(model.packets.buffer));
    let Some(bytes) = buffer.map(|b| b.bytes.to_ascii_lowercase()) else { return };
    let a_row = layout::bytes_a_row(model.panes().inside(Pane::Bytes).width);
    let from = model.list(Pane::Bytes).top.saturating_add(1).saturating_mul(a_row);
    let hex: Option<Vec<u8>> = (text.len() > 3 && text.len().is_multiple_of(2))
        .then(|| {
            (0..text.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(text.get(at..at.saturating_add(2))?, 16).ok())
                .collect()
        })
        .flatten();
    let look = |needle: &[u8]| {
        let after = bytes.get(from..).and_then(|rest| memmem::find(rest, needle)).map(|at| at.saturating_add(from));
        after.or_else(|| memmem::find(&bytes, needle))
    };
    let at = look(text.as_bytes()).or_else(|| hex.as_deref().and_then(look));
    match at {
        Some(at) => *model.list_mut(Pane::Bytes) = List { cursor: 0, top: at / a_row },
        None => model.notice = format!("\"{}\" is not in these bytes", model.sought),
    }
}

fn in_panel(model: &mut Model, pane: Pane, text: &str, forward: bool) {
    let lines = model.lines(pane);
    let holds = |at: &usize| lines.get(*at).is_some_and(|line| line.text.to_lowercase().contains(text));
    let found = turns(model.list(pane).cursor, lines.len(), forward).find(holds);
    landed(model, pane, found);
}
