//! What happens changes the model. No I/O, no terminal, no clock.

use super::bar;
use super::effect::Effect;
use super::layout::bytes_a_row;
use super::list::{List, Step};
use super::message::{Command, Loaded, Message};
use super::model::{Detail, Model, Pane, View};
use super::navigate;
use super::tree;
use crate::field::Tree;

/// Changes the model, and says what the outside must do.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    match message {
        Message::Do(command) => {
            model.notice.clear();
            obey(model, command, &mut effects);
            model.prefix = command == Command::Prefix && !model.prefix;
        }
        Message::Resized(width, height) => model.size = (width, height),
        Message::Reading(reading) => model.reading = model.reading.map(|_| reading),
        Message::Loaded(loaded) => loaded_now(model, *loaded),
        Message::Detail(frame, tree) => detail(model, frame, *tree),
        Message::Summaries(lines) => model.packets.lines.extend(lines.into_iter().map(|line| (line.frame, line))),
        Message::Selected { generation, frames, asked, done } => {
            bar::selected(model, generation, &frames, asked, done);
        }
    }
    settle(model, &mut effects);
    effects
}

fn loaded_now(model: &mut Model, loaded: Loaded) {
    model.reading = None;
    (model.facts, model.sessions, model.findings) = (loaded.facts, loaded.sessions, loaded.findings);
}

fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    if command == Command::QuitNow {
        return effects.push(Effect::Quit);
    }
    if model.help.is_some() {
        return help(model, command);
    }
    if model.bar.open {
        return bar::obey(model, command, effects);
    }
    match command {
        Command::Up => step(model, Step::Up),
        Command::Down => step(model, Step::Down),
        Command::PageUp => step(model, Step::PageUp),
        Command::PageDown => step(model, Step::PageDown),
        Command::Top => step(model, Step::Top),
        Command::Bottom => step(model, Step::Bottom),
        Command::Prefix if model.prefix => step(model, Step::Top),
        Command::Left => left(model),
        Command::Right => right(model),
        Command::NextPane => cycle(model, true),
        Command::PreviousPane => cycle(model, false),
        Command::Enter => navigate::enter(model, effects),
        Command::Back => back(model, effects),
        Command::Quit => quit(model, effects),
        Command::Help => model.help = Some(List::default()),
        Command::Show(view) => {
            model.view = view;
            model.back.clear();
        }
        Command::NextStep => navigate::step(model, true, effects),
        Command::PreviousStep => navigate::step(model, false, effects),
        Command::Evidence => navigate::evidence(model, effects),
        Command::Filter => bar::open(model),
        Command::Zoom => model.zoom = !model.zoom,
        Command::FoldAll => fold_all(model),
        Command::OnlyFailed => {
            model.only_failed = !model.only_failed;
            (model.session_list, model.steps) = (List::default(), List::default());
        }
        Command::Suspend => effects.push(Effect::Suspend),
        Command::Redraw => effects.push(Effect::Redraw),
        _ => {}
    }
}

fn back(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.reading.is_some() {
        effects.push(Effect::StopReading);
    } else if !navigate::back(model) && model.view == View::Packets {
        bar::clear(model, effects);
    }
}

fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.reading.is_some() || !navigate::back(model) {
        effects.push(Effect::Quit);
    }
}

fn help(model: &mut Model, command: Command) {
    let lines = super::pane::help::lines(model).len();
    let height = super::pane::help::height(model);
    let Some(list) = &mut model.help else { return };
    match command {
        Command::Up => list.scroll(Step::Up, lines, height),
        Command::Down => list.scroll(Step::Down, lines, height),
        Command::PageUp => list.scroll(Step::PageUp, lines, height),
        Command::PageDown => list.scroll(Step::PageDown, lines, height),
        Command::Top => list.scroll(Step::Top, lines, height),
        Command::Bottom => list.scroll(Step::Bottom, lines, height),
        Command::Back => model.help = None,
        _ => {}
    }
}

/// Rows of a pane that hold rows of its list.
pub(super) fn height(model: &Model, pane: Pane) -> usize {
    let inside = usize::from(model.panes().inside(pane).height);
    match pane {
        Pane::Sessions | Pane::Packets | Pane::Findings => inside.saturating_sub(1),
        _ => inside,
    }
}

fn step(model: &mut Model, step: Step) {
    let pane = model.pane();
    let height = height(model, pane);
    let width = model.panes().inside(pane).width;
    match pane {
        Pane::Sessions => {
            let len = model.listed().len();
            model.session_list.step(step, len, height);
            model.steps = List::default();
        }
        Pane::Steps => {
            let len = model.step_lines(width).len();
            model.steps.step(step, len, height);
        }
        Pane::Packets => {
            let len = model.packets.len(model.facts.packets);
            model.packets.list.step(step, len, height);
            model.bar.keep = 0;
        }
        Pane::Tree => {
            let len = model.packets.detail.as_ref().map_or(0, |d| d.rows.len());
            model.packets.tree.step(step, len, height);
            show_bytes(model);
        }
        Pane::Bytes => {
            let len = byte_rows(model, width);
            model.packets.bytes.scroll(step, len, height);
        }
        Pane::Findings => {
            model.finding_list.step(step, model.findings.len(), height);
            model.reasons = List::default();
        }
        Pane::Reasons => {
            let len = model.reason_lines(width).len();
            model.reasons.step(step, len, height);
        }
    }
}

fn byte_rows(model: &Model, width: u16) -> usize {
    let detail = model.packets.detail.as_ref();
    let buffer = detail.and_then(|d| d.tree.buffers.get(model.packets.buffer));
    buffer.map_or(0, |b| b.bytes.len().div_ceil(bytes_a_row(width)))
}

fn cycle(model: &mut Model, forward: bool) {
    let panes = model.view.panes();
    let at = panes.iter().position(|p| *p == model.pane()).unwrap_or(0);
    let by = if forward { 1 } else { panes.len().saturating_sub(1) };
    if let Some(next) = panes.iter().cycle().nth(at.saturating_add(by)) {
        model.focus(*next);
        navigate::to_first_jump(model);
    }
}

/// The row of the tree under the cursor.
fn row(model: &Model) -> Option<tree::Row> {
    model.packets.detail.as_ref()?.rows.get(model.packets.tree.cursor).copied()
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
fn refold(model: &mut Model, node: usize) {
    let height = height(model, Pane::Tree);
    let packets = &mut model.packets;
    let Some(detail) = &mut packets.detail else { return };
    detail.rows = tree::rows(&detail.tree, &packets.folds);
    let at = detail.rows.partition_point(|r| r.node <= node).saturating_sub(1);
    packets.tree.select(at, detail.rows.len(), height);
}

fn fold_all(model: &mut Model) {
    let node = row(model).map_or(0, |row| row.node);
    let packets = &mut model.packets;
    let Some(detail) = &packets.detail else { return };
    tree::fold_all(&detail.tree, &mut packets.folds);
    refold(model, node);
}

fn left(model: &mut Model) {
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

fn right(model: &mut Model) {
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
    packets.bytes = List::default();
}

/// The tree of the packet under the cursor has come.
fn detail(model: &mut Model, frame: u32, tree: Tree) {
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
    packets.tree = List::default();
    packets.tree.select(at, rows.len(), height);
    if sought.is_none() {
        packets.tree.top = at.saturating_sub(1);
        packets.tree.fit(rows.len(), height);
    }
    packets.bytes = List::default();
    packets.detail = Some(Detail { frame, tree, rows });
    show_bytes(model);
}

/// Brings the bytes of the node under the cursor into view.
pub(super) fn show_bytes(model: &mut Model) {
    let Some(row) = row(model) else { return };
    let inside = model.panes().inside(Pane::Bytes);
    let a_row = bytes_a_row(inside.width);
    let rows = byte_rows(model, inside.width);
    let packets = &mut model.packets;
    let Some(node) = packets.detail.as_ref().and_then(|d| d.tree.nodes.get(row.node)) else { return };
    let buffer = usize::from(node.buffer);
    let first = node.at.start as usize / a_row;
    if packets.buffer != buffer {
        (packets.buffer, packets.bytes) = (buffer, List::default());
    }
    // The span's first row comes into view; the cursor of the list is not used.
    let height = usize::from(inside.height).max(1);
    if first < packets.bytes.top || first >= packets.bytes.top.saturating_add(height) {
        packets.bytes.top = first.saturating_sub(height / 3).min(rows.saturating_sub(1));
    }
}

/// Puts every list into its pane, and asks for what is in view and not yet known.
fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    let sessions = model.listed().len();
    let heights = [Pane::Sessions, Pane::Packets, Pane::Findings, Pane::Tree].map(|pane| height(model, pane));
    model.session_list.fit(sessions, heights[0]);
    model.packets.list.fit(model.packets.len(model.facts.packets), heights[1]);
    model.finding_list.fit(model.findings.len(), heights[2]);
    let nodes = model.packets.detail.as_ref().map_or(0, |d| d.rows.len());
    model.packets.tree.fit(nodes, heights[3]);
    let panes = model.panes();
    for pane in [Pane::Steps, Pane::Reasons, Pane::Bytes] {
        let area = panes.inside(pane);
        if area.height == 0 {
            continue;
        }
        let high = usize::from(area.height);
        match pane {
            Pane::Steps => {
                let len = model.step_lines(area.width).len();
                model.steps.fit(len, high);
            }
            Pane::Reasons => {
                let len = model.reason_lines(area.width).len();
                model.reasons.fit(len, high);
            }
            _ => {
                let rows = byte_rows(model, area.width);
                model.packets.bytes.top = model.packets.bytes.top.min(rows.saturating_sub(1));
            }
        }
    }
    if model.view != View::Packets || model.reading.is_some() {
        return;
    }
    let all = model.facts.packets;
    let rows = model.packets.list.top..model.packets.list.top.saturating_add(heights[1]);
    let shown: Vec<u32> = rows.filter_map(|row| model.packets.frame(row, all)).collect();
    model.packets.lines.retain(|frame, _| shown.binary_search(frame).is_ok());
    let missing: Vec<u32> = shown.into_iter().filter(|frame| !model.packets.lines.contains_key(frame)).collect();
    if !missing.is_empty() {
        effects.push(Effect::Summarise(missing));
    }
    match model.packets.frame(model.packets.list.cursor, all) {
        Some(frame) if frame != model.packets.asked => {
            model.packets.asked = frame;
            effects.push(Effect::Detail(frame));
        }
        Some(_) => {}
        None => (model.packets.detail, model.packets.asked) = (None, 0),
    }
}
