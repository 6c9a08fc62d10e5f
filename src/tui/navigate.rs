//! From one view into another and back: steps of a session, evidence of a finding.

use super::bar;
use super::effect::Effect;
use super::model::{Model, Pane, View};
use super::panel::Line;
use super::update::{fold, height};

/// Views remembered on the way.
const MAX_BACK: usize = 64;

/// Into what is selected.
pub(super) fn enter(model: &mut Model, effects: &mut Vec<Effect>) {
    match model.pane() {
        Pane::Sessions => {
            model.focus(Pane::Steps);
            to_first_jump(model);
        }
        Pane::Steps | Pane::Reasons => {
            let (lines, cursor) = lines(model);
            if let Some((frame, field)) = lines.get(cursor).and_then(|line| line.jump) {
                remember(model, frame, field);
                jump(model, frame, field, effects);
            }
        }
        Pane::Packets => model.focus(Pane::Tree),
        Pane::Tree => fold(model, None),
        Pane::Bytes => {}
        Pane::Findings => prove(model, 0, effects),
    }
}

/// One step out; false if there is nothing to leave.
pub(super) fn back(model: &mut Model) -> bool {
    let first = model.view.panes().first().copied();
    if model.zoom {
        model.zoom = false;
    } else if let Some(view) = model.back.pop() {
        model.view = view;
    } else if let Some(first) = first.filter(|first| *first != model.pane()) {
        match model.view {
            View::Sessions => model.steps = super::list::List::default(),
            View::Findings => model.reasons = super::list::List::default(),
            View::Packets => {}
        }
        model.focus(first);
    } else {
        return false;
    }
    true
}

/// The lines of the panel with the keys, and its cursor.
fn lines(model: &Model) -> (Vec<Line>, usize) {
    let pane = model.pane();
    let width = model.panes().inside(pane).width;
    match pane {
        Pane::Steps => (model.step_lines(width), model.steps.cursor),
        Pane::Reasons => (model.reason_lines(width), model.reasons.cursor),
        _ => (Vec::new(), 0),
    }
}

/// Puts the cursor of a panel on a line.
fn select(model: &mut Model, line: usize, len: usize) {
    let pane = model.pane();
    let height = height(model, pane);
    match pane {
        Pane::Steps => model.steps.select(line, len, height),
        Pane::Reasons => model.reasons.select(line, len, height),
        _ => {}
    }
}

/// A panel that gets the keys for the first time shows where they lead.
pub(super) fn to_first_jump(model: &mut Model) {
    let (lines, cursor) = lines(model);
    if cursor == 0
        && let Some(line) = lines.iter().position(|line| line.jump.is_some())
    {
        select(model, line, lines.len());
    }
}

/// Opens a packet in the packets view.
pub(super) fn jump(model: &mut Model, frame: u32, field: Option<&'static str>, effects: &mut Vec<Effect>) {
    if frame == 0 || frame > model.facts.packets {
        model.notice = format!("packet {frame} is not in this capture");
        return;
    }
    if model.packets.row(frame).is_none() {
        bar::clear(model, effects);
        model.notice = format!("filter cleared to show packet {frame}");
    }
    if model.view != View::Packets {
        if model.back.len() >= MAX_BACK {
            model.back.remove(0);
        }
        model.back.push(model.view);
        model.view = View::Packets;
        model.zoom = false;
        model.focus(if field.is_some() { Pane::Tree } else { Pane::Packets });
    }
    let height = height(model, Pane::Packets);
    let len = model.packets.len(model.facts.packets);
    if let Some(row) = model.packets.row(frame) {
        model.packets.list.select(row, len, height);
    }
    model.bar.keep = 0;
    // Asked for again even if it is in view, so that the field is sought.
    (model.packets.seek, model.packets.asked) = (field, 0);
}

/// The next or the last packet of the session, as seen from the packet in view.
pub(super) fn step(model: &mut Model, forward: bool, effects: &mut Vec<Effect>) {
    let here = model.packets.frame(model.packets.list.cursor, model.facts.packets).unwrap_or(0);
    if let Some(at) = session_of(model, here).filter(|_| !selected_has(model, here)) {
        choose(model, at);
    }
    let Some(session) = model.session() else {
        model.notice = "there is no session to walk through".into();
        return;
    };
    let id = session.id;
    let frames = session.steps.iter().map(|s| s.frame);
    let to = if forward { frames.filter(|f| *f > here).min() } else { frames.filter(|f| *f < here).max() };
    if let Some(frame) = to {
        jump(model, frame, None, effects);
        model.notice = format!("session {id}, packet {frame}");
    } else {
        let which = if forward { "later" } else { "earlier" };
        model.notice = format!("no {which} packet in session {id}");
    }
}

/// True if a packet is a step of the session selected.
fn selected_has(model: &Model, frame: u32) -> bool {
    model.session().is_some_and(|s| s.steps.iter().any(|step| step.frame == frame))
}

/// The session that a packet is a step of.
fn session_of(model: &Model, frame: u32) -> Option<usize> {
    model.sessions.iter().position(|s| s.steps.iter().any(|step| step.frame == frame))
}

/// Selects a session, if it is in the list.
fn choose(model: &mut Model, session: usize) {
    let listed = model.listed();
    if let Some(row) = listed.iter().position(|at| *at == session) {
        let height = height(model, Pane::Sessions);
        model.session_list.select(row, listed.len(), height);
        model.steps = super::list::List::default();
    }
}

/// The next piece of evidence, wherever the keys are.
pub(super) fn evidence(model: &mut Model, effects: &mut Vec<Effect>) {
    match model.pane() {
        Pane::Sessions => {
            if let Some(frame) = model.session().and_then(|s| s.steps.last()).map(|s| s.frame) {
                jump(model, frame, None, effects);
            }
        }
        Pane::Steps => {
            let (lines, cursor) = lines(model);
            let leads = |at: &usize| lines.get(*at).is_some_and(|line| line.jump.is_some());
            let after = cursor.saturating_add(1)..lines.len();
            if let Some(line) = after.chain(0..cursor).find(leads) {
                select(model, line, lines.len());
            }
        }
        Pane::Findings | Pane::Reasons => {
            let next = match model.proof {
                Some((finding, item)) if finding == model.finding_list.cursor => item.saturating_add(1),
                _ => 0,
            };
            prove(model, next, effects);
        }
        Pane::Packets | Pane::Tree | Pane::Bytes => match model.proof {
            Some((_, item)) => prove(model, item.saturating_add(1), effects),
            None => model.notice = "no finding was opened; 3 lists them".into(),
        },
    }
}

/// Opens a piece of evidence of the finding selected; behind the last comes the first.
fn prove(model: &mut Model, item: usize, effects: &mut Vec<Effect>) {
    let Some(finding) = model.finding() else { return };
    let many = finding.evidence.len();
    if many == 0 {
        model.notice = "no single packet proves it".into();
        return;
    }
    let item = item % many;
    let Some((frame, field)) = finding.evidence.get(item).map(|e| (e.frame, e.field)) else { return };
    let told = format!("{} evidence {} of {many}: {field}", finding.code, item.saturating_add(1));
    model.proof = Some((model.finding_list.cursor, item));
    if let Some(at) = session_of(model, frame) {
        choose(model, at);
    }
    jump(model, frame, Some(field), effects);
    model.notice = told;
}

/// Remembers the evidence a line of a panel leads to, so that `e` goes on from there.
fn remember(model: &mut Model, frame: u32, field: Option<&'static str>) {
    let Some(field) = field else { return };
    let proves = |f: &super::rows::Finding| f.evidence.iter().position(|e| e.frame == frame && e.field == field);
    let found = if model.view == View::Findings {
        let at = model.finding_list.cursor;
        model.finding().and_then(proves).map(|item| (at, item))
    } else {
        let about = model.session().map(|s| s.findings.clone()).unwrap_or_default();
        about.into_iter().find_map(|at| model.findings.get(at).and_then(proves).map(|item| (at, item)))
    };
    if let Some((finding, item)) = found {
        model.finding_list.cursor = finding;
        model.proof = Some((finding, item));
    }
}
