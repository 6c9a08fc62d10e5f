//! Finding something in what has the keys: a list, a panel, the tree, or the bytes. How many places there are is told.

use super::effect::{Among, Effect};
use super::list::List;
use super::model::{Model, Pane};
use super::pane::{certificates, findings, signins, streams};
use super::search::{Kind, Places, Sought};
use super::unfold::{refold, row, show_bytes};
use super::{layout, navigate, tree};
use crate::field::{Node, Tree};
use memchr::memmem;
use std::collections::BTreeSet;

/// Places of bytes in a buffer of which the nodes are sought.
const MAX_PLACES: usize = 1_000;

/// All places among the packets of what was looked for, as long as the same packets are listed.
#[derive(Clone, Debug)]
pub struct Hits {
    sought: Sought,
    listed: (u64, u32, u32),
    frames: Vec<u32>,
}

/// By which filter packets are listed, and the first and last of them.
const fn listed(model: &Model) -> (u64, u32, u32) {
    (model.bar.generation, model.packets.gone, model.facts.packets)
}

/// Looks for something that was typed.
pub(super) fn begin(model: &mut Model, sought: Sought, effects: &mut Vec<Effect>) {
    let wrong = sought.wrong();
    model.sought = sought;
    match wrong {
        Some(why) => model.notice = format!("{why}; Ctrl-F asks again"),
        None => again(model, true, effects),
    }
}

/// Looks for what was asked for last.
pub(super) fn again(model: &mut Model, forward: bool, effects: &mut Vec<Effect>) {
    if model.sought.text.is_empty() {
        model.notice = "nothing was looked for yet; Ctrl-F asks".into();
        return;
    }
    match model.pane() {
        Pane::Tree => in_tree(model, forward),
        Pane::Bytes => in_bytes(model, forward),
        Pane::Packets => {
            let among = Among { after: model.here().unwrap_or(0), back: !forward };
            let known = model.hits.as_ref().filter(|hits| hits.sought == model.sought && hits.listed == listed(model));
            let place = |hits: &Hits| {
                model
                    .packets
                    .sorted
                    .as_ref()
                    .map_or_else(|| among.next(&hits.frames), |shown| in_order(shown, &hits.frames, among))
            };
            if let Some(next) = known.map(place) {
                return there(model, next, effects);
            }
            model.finds = model.finds.saturating_add(1);
            model.seeking = model.packets.sorted.is_some().then_some(among);
            effects.push(Effect::Find { number: model.finds, sought: model.sought.clone(), among });
            model.notice = "looking …".into();
        }
        pane => in_rows(model, pane, forward),
    }
}

/// Goes to a packet that holds what was looked for, and tells which of them it is.
fn there(model: &mut Model, frame: Option<u32>, effects: &mut Vec<Effect>) {
    match frame {
        Some(frame) => {
            navigate::jump(model, frame, None, effects);
            model.notice = which(model, frame);
        }
        None => model.notice = format!("\"{}\" is in no packet of the list", model.sought.text),
    }
}

/// Of these frames the next one in a list that is sorted by something else than their numbers; the ends meet.
fn in_order(shown: &[u32], frames: &[u32], among: Among) -> Option<u32> {
    let here = shown.iter().position(|frame| *frame == among.after).unwrap_or(0);
    let (before, behind) = shown.split_at(here.min(shown.len()));
    let holds = |frame: &&u32| frames.binary_search(frame).is_ok();
    let found = if among.back {
        before.iter().rev().chain(behind.iter().rev()).find(holds)
    } else {
        behind.iter().skip(1).chain(before).chain(behind.first()).find(holds)
    };
    found.copied()
}

/// Which of the packets that hold it this is, as far as that is known.
fn which(model: &Model, frame: u32) -> String {
    let known = model.hits.as_ref().filter(|hits| hits.sought == model.sought && hits.listed == listed(model));
    let place = known.and_then(|hits| {
        let at = hits.frames.binary_search(&frame).ok()?;
        let at = model.packets.sorted.as_ref().map_or(at, |shown| {
            let before = shown.iter().take_while(|listed| **listed != frame);
            before.filter(|listed| hits.frames.binary_search(listed).is_ok()).count()
        });
        Some((at, hits.frames.len()))
    });
    let count = place.map_or(String::new(), |(at, all)| format!(", {}/{all}", at.saturating_add(1)));
    format!("\"{}\" is in packet {frame}{count}", model.sought.text)
}

/// The answer to a search among the packets.
pub(super) fn found(model: &mut Model, number: u64, places: Places, effects: &mut Vec<Effect>) {
    if number != model.finds {
        return;
    }
    match places {
        // Of a sorted list nothing is next before all of them are known.
        Places::Next(Some(_)) if model.seeking.is_some() => {}
        Places::Next(frame) => there(model, frame, effects),
        Places::All(frames) => {
            if let Some((among, shown)) = model.seeking.take().zip(model.packets.sorted.as_ref()) {
                let next = in_order(shown, &frames, among);
                model.hits = Some(Hits { sought: model.sought.clone(), listed: listed(model), frames });
                return there(model, next, effects);
            }
            let here = model.here().unwrap_or(0);
            let told = which(model, here) == model.notice;
            model.hits = Some(Hits { sought: model.sought.clone(), listed: listed(model), frames });
            // Something else may have been told since.
            if told {
                model.notice = which(model, here);
            }
        }
    }
}

/// Of the places where it is, the one behind `here` or before it, and which of them that is; the ends meet.
fn next(places: &[usize], here: usize, forward: bool) -> Option<(usize, usize)> {
    let last = places.len().checked_sub(1)?;
    let at = if forward {
        Some(places.partition_point(|place| *place <= here)).filter(|at| *at <= last).unwrap_or(0)
    } else {
        places.partition_point(|place| *place < here).checked_sub(1).unwrap_or(last)
    };
    Some((at, *places.get(at)?))
}

/// Tells which of the places it is.
fn tell(model: &mut Model, at: usize, all: usize) {
    model.notice = format!("\"{}\" {}/{all}", model.sought.text, at.saturating_add(1));
}

/// What a row of a list or a panel says.
fn said(model: &Model, pane: Pane) -> Vec<String> {
    let listed = |rows: &[usize], cells: &dyn Fn(usize) -> Vec<String>| -> Vec<String> {
        rows.iter().map(|at| cells(*at).join(" ")).collect()
    };
    match pane {
        Pane::SignIns => listed(&model.listed, &|at| signins::cells(model, at).texts),
        Pane::Findings => listed(&model.findings, &|at| findings::cells(model, at).texts),
        Pane::Streams => {
            let rows = (0..model.streams.len()).filter_map(|row| model.stream(row));
            rows.map(|row| streams::cells(row).texts.join(" ")).collect()
        }
        Pane::Certificates => {
            let rows = (0..model.credentials.len()).filter_map(|row| model.credential(row));
            rows.map(|row| certificates::cells(row).texts.join(" ")).collect()
        }
        Pane::Ladder => model.steps().iter().map(|step| format!("#{} {}", step.frame, step.said())).collect(),
        Pane::Follow => model.following.rows.iter().map(|row| row.text.clone().unwrap_or_default()).collect(),
        Pane::Compared => {
            let rows = model.comparing.as_ref().map_or(&[][..], |compared| &compared.rows);
            let cells = rows.iter().map(|row| [&row.left, &row.right].into_iter().flatten());
            cells.map(|cells| cells.map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("\n")).collect()
        }
        _ => model.lines(pane).into_iter().map(|line| line.text).collect(),
    }
}

fn in_rows(model: &mut Model, pane: Pane, forward: bool) {
    if model.sought.kind != Kind::Text {
        model.notice = "only text is looked for here; hex and filters in packets, their trees and bytes".into();
        return;
    }
    let text = model.sought.text.to_lowercase();
    let rows = said(model, pane);
    let holds = |(_, said): &(usize, &String)| said.to_lowercase().contains(&text);
    let places: Vec<usize> = rows.iter().enumerate().filter(holds).map(|(row, _)| row).collect();
    match next(&places, model.list(pane).cursor, forward) {
        Some((at, row)) => {
            navigate::select(model, pane, row);
            tell(model, at, places.len());
        }
        None => model.notice = format!("\"{}\" is not here; view 3 looks through packets", model.sought.text),
    }
}

/// The nodes of a tree that hold what is looked for: of bytes the smallest in which they stand.
fn nodes(tree: &Tree, sought: &Sought) -> Vec<usize> {
    let nodes = tree.nodes.iter().enumerate().filter(|(_, node)| !node.hidden());
    match sought.kind {
        Kind::Text => {
            let text = sought.text.to_lowercase();
            nodes.filter(|(_, node)| tree.line(node).to_lowercase().contains(&text)).map(|(at, _)| at).collect()
        }
        Kind::Hex => {
            let Some(bytes) = sought.bytes() else { return Vec::new() };
            let shown: Vec<(usize, &Node)> = nodes.collect();
            let mut places = BTreeSet::new();
            for (buffer, within) in tree.buffers.iter().enumerate() {
                for from in memmem::find_iter(&within.bytes, &bytes).take(MAX_PLACES) {
                    let to = from.saturating_add(bytes.len());
                    let covers = |(_, node): &&(usize, &Node)| {
                        let (start, end) = (node.at.start as usize, node.at.end as usize);
                        usize::from(node.buffer) == buffer && start <= from && end >= to
                    };
                    // Of those that are as small the innermost.
                    let smallest = shown.iter().rev().filter(covers).min_by_key(|(_, node)| node.at.len());
                    places.extend(smallest.map(|(at, _)| *at));
                }
            }
            places.into_iter().collect()
        }
        Kind::Filter => {
            let names = sought.fields();
            nodes
                .filter(|(_, node)| node.field.is_some_and(|field| names.contains(&field.name)))
                .map(|(at, _)| at)
                .collect()
        }
    }
}

fn in_tree(model: &mut Model, forward: bool) {
    let here = row(model).map_or(0, |row| row.node);
    let packets = &mut model.packets;
    let Some(detail) = &packets.detail else { return };
    let places = nodes(&detail.tree, &model.sought);
    let Some((at, node)) = next(&places, here, forward) else {
        model.notice = format!("\"{}\" is not in this packet", model.sought.text);
        return;
    };
    tree::unfold(&detail.tree, node, &mut packets.folds);
    refold(model, node);
    show_bytes(model);
    tell(model, at, places.len());
}

/// Looks in the bytes: for a text, or where it is not there for what it is the hex of; or for the fields of a filter.
fn in_bytes(model: &mut Model, forward: bool) {
    let Some(tree) = model.packets.detail.as_ref().map(|detail| &detail.tree) else { return };
    let Some(buffer) = tree.buffers.get(model.packets.buffer) else { return };
    let (sought, a_row) = (&model.sought, layout::bytes_a_row(model.panes().inside(Pane::Bytes).width));
    let rows = |bytes: &[u8], needle: &[u8]| memmem::find_iter(bytes, needle).map(|at| at / a_row).collect::<Vec<_>>();
    let hex = || sought.bytes().map_or_else(Vec::new, |wanted| rows(&buffer.bytes, &wanted));
    let places = match sought.kind {
        Kind::Text => {
            let places = rows(&buffer.bytes.to_ascii_lowercase(), sought.text.to_lowercase().as_bytes());
            if places.is_empty() { hex() } else { places }
        }
        Kind::Hex => hex(),
        Kind::Filter => {
            let here = nodes(tree, sought).into_iter().filter_map(|at| tree.nodes.get(at));
            let here = here.filter(|node| usize::from(node.buffer) == model.packets.buffer);
            let mut rows: Vec<usize> = here.map(|node| node.at.start as usize / a_row).collect();
            rows.sort_unstable();
            rows
        }
    };
    match next(&places, model.list(Pane::Bytes).top, forward) {
        Some((at, row)) => {
            *model.list_mut(Pane::Bytes) = List { cursor: 0, top: row };
            tell(model, at, places.len());
        }
        None => model.notice = format!("\"{}\" is not in these bytes", model.sought.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_what_was_found_meet() {
        assert_eq!(next(&[2, 5, 9], 5, true), Some((2, 9)));
        assert_eq!(next(&[2, 5, 9], 9, true), Some((0, 2)));
        assert_eq!(next(&[2, 5, 9], 5, false), Some((0, 2)));
        assert_eq!(next(&[2, 5, 9], 2, false), Some((2, 9)));
        assert_eq!(next(&[], 2, true), None);
    }
}
