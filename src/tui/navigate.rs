//! From one view into another and back: steps of a sign-in, evidence of a finding.

use super::effect::Effect;
use super::list::{List, Step};
use super::model::{Model, Pane, View};
use super::panel::Jump;
use super::rows::attempts::What;
use super::unfold::fold;
use super::update::{choose, height};
use super::{bar, following};
use crate::report::ladder::State;

/// Views remembered on the way.
const MAX_BACK: usize = 64;

/// Into what is selected.
pub(super) fn enter(model: &mut Model, effects: &mut Vec<Effect>) {
    let pane = model.pane();
    match pane {
        Pane::SignIns => {
            if model.attempt().is_some() {
                go(model, View::Ladder);
            }
        }
        Pane::Ladder => {
            let at = model.list(Pane::Ladder).cursor;
            let frame = model.steps().get(at).and_then(|step| u32::try_from(step.frame).ok());
            if let Some(frame) = frame {
                jump(model, frame, None, effects);
            }
        }
        Pane::Follow | Pane::Compared => {
            if let Some(frame) = following::frame_here(model) {
                jump(model, frame, None, effects);
            }
        }
        Pane::Packets => model.focus(Pane::Tree),
        Pane::Tree => fold(model, None),
        Pane::Bytes => {}
        Pane::Findings => prove(model, 0, effects),
        Pane::Streams => {
            let Some(stream) = model.stream(model.list(pane).cursor) else { return };
            let transport = if stream.talk.tcp { "tcp" } else { "udp" };
            let text = format!("{transport}.stream == {}", stream.talk.stream);
            bar::put(model, text, effects);
        }
        Pane::Certificates => {
            let frame = model.credential(model.list(pane).cursor).map(|row| row.frame);
            if let Some(frame) = frame.filter(|frame| *frame > 0) {
                jump(model, frame, None, effects);
            }
        }
        Pane::Verdict | Pane::Reasons | Pane::Talk | Pane::Validity | Pane::Summary => {
            let line = model.list(pane).cursor;
            if let Some(to) = model.lines(pane).get(line).and_then(|line| line.jump) {
                follow(model, to, effects);
            }
        }
    }
}

/// Goes where a line of a panel leads.
fn follow(model: &mut Model, to: Jump, effects: &mut Vec<Effect>) {
    match to {
        Jump::Frame(frame, field) => {
            remember(model, frame, field);
            jump(model, frame, field, effects);
        }
        Jump::Finding(at) => {
            if let Some(row) = model.findings.iter().position(|f| *f == at) {
                go(model, View::Findings);
                model.focus(Pane::Findings);
                select(model, Pane::Findings, row);
                *model.list_mut(Pane::Reasons) = List::default();
            }
        }
        Jump::SignIn(at) => {
            if choose(model, What::SignIn(at)) {
                go(model, View::SignIns);
                model.focus(Pane::SignIns);
            }
        }
    }
}

/// Shows a view and remembers where it was called from.
pub(super) fn go(model: &mut Model, view: View) {
    if model.view == view {
        return;
    }
    if model.back.len() >= MAX_BACK {
        model.back.remove(0);
    }
    model.back.push(model.view);
    (model.view, model.zoom) = (view, false);
}

/// One step out; false if there is nothing to leave.
pub(super) fn back(model: &mut Model) -> bool {
    let first = model.view.panes().first().copied();
    if model.zoom {
        model.zoom = false;
    } else if let Some(view) = model.back.pop() {
        model.view = view;
    } else if let Some(first) = first.filter(|first| *first != model.pane()) {
        let pane = model.pane();
        if pane.is_panel() {
            *model.list_mut(pane) = List::default();
        }
        model.focus(first);
    } else {
        return false;
    }
    true
}

/// Puts the cursor of a pane on a row.
pub(super) fn select(model: &mut Model, pane: Pane, row: usize) {
    let (rows, height) = (model.rows(pane), height(model, pane));
    model.list_mut(pane).select(row, rows, height);
}

/// A panel that gets the keys for the first time shows where they lead.
pub(super) fn to_first_jump(model: &mut Model) {
    let pane = model.pane();
    if pane.is_panel()
        && model.list(pane).cursor == 0
        && let Some(line) = model.lines(pane).iter().position(|line| line.jump.is_some())
    {
        select(model, pane, line);
    }
}

/// The ladder stands at the step that proves the verdict.
pub(super) fn to_failure(model: &mut Model) {
    let steps = model.steps();
    let failed = steps.iter().position(|step| step.state == State::Failed);
    let proof = proof_of(model).map(u64::from);
    let row = failed.or_else(|| steps.iter().position(|step| Some(step.frame) == proof)).unwrap_or(0);
    select(model, Pane::Ladder, row);
}

/// The packet that proves the verdict best: what the server said, else the last piece of evidence, else the last step.
pub(super) fn proof_of(model: &Model) -> Option<u32> {
    let attempt = model.attempt()?;
    let last = attempt.frames.last().copied();
    let What::SignIn(at) = attempt.what else { return last };
    let row = model.report.sign_ins.get(at)?;
    let said = row.server_words.as_ref().map(|words| words.frame).filter(|_| row.cause.is_some());
    let frame = said.or(row.evidence.last().copied()).and_then(|frame| u32::try_from(frame).ok());
    frame.filter(|frame| *frame > 0).or(last)
}

/// Opens a packet in the packets view.
pub(super) fn jump(model: &mut Model, frame: u32, field: Option<&'static str>, effects: &mut Vec<Effect>) {
    if frame > 0 && frame <= model.packets.gone {
        model.notice = format!("packet {frame} was let go: only the newest packets of a running capture are kept");
        return;
    }
    if frame == 0 || frame > model.facts.packets {
        model.notice = format!("packet {frame} is not in this capture");
        return;
    }
    if model.packets.row(frame).is_none() {
        bar::clear(model, effects);
        model.notice = format!("filter cleared to show packet {frame}");
    }
    if model.view != View::Packets {
        go(model, View::Packets);
        model.focus(if field.is_some() { Pane::Tree } else { Pane::Packets });
    }
    if let Some(row) = model.packets.row(frame) {
        select(model, Pane::Packets, row);
    }
    super::live::moved(model);
    model.bar.keep = 0;
    // Asked for again even if it is in view, so that the field is sought.
    (model.packets.seek, model.packets.asked) = (field, 0);
}

/// The next or the last packet of the sign-in, as seen from the packet in view.
pub(super) fn step(model: &mut Model, forward: bool, effects: &mut Vec<Effect>) {
    let here = model.here().unwrap_or(0);
    let mine = |model: &Model| model.attempt().is_some_and(|a| a.frames.binary_search(&here).is_ok());
    if !mine(model)
        && let Some(what) = owner(model, here)
    {
        choose(model, what);
    }
    let Some(attempt) = model.attempt() else {
        model.notice = "there is no sign-in to walk through".into();
        return;
    };
    let called = model.called(attempt);
    let frames = attempt.frames.iter().copied();
    let to = if forward { frames.filter(|f| *f > here).min() } else { frames.filter(|f| *f < here).max() };
    if let Some(frame) = to {
        jump(model, frame, None, effects);
        model.notice = format!("{called}, packet {frame}");
    } else {
        let which = if forward { "later" } else { "earlier" };
        model.notice = format!("no {which} packet of {called}");
    }
}

/// The sign-in that a packet is a step of.
fn owner(model: &Model, frame: u32) -> Option<What> {
    model.attempts.iter().find(|a| a.frames.binary_search(&frame).is_ok()).map(|a| a.what)
}

/// The next sign-in, or the one before.
pub(super) fn attempt(model: &mut Model, to: Step) {
    let (rows, height) = (model.rows(Pane::SignIns), height(model, Pane::SignIns));
    model.list_mut(Pane::SignIns).step(to, rows, height);
    *model.list_mut(Pane::Verdict) = List::default();
}

/// The next packet that is marked; behind the last comes the first.
pub(super) fn mark(model: &mut Model, effects: &mut Vec<Effect>) {
    let here = model.here().unwrap_or(0);
    let marks = &model.packets.marks;
    let next = marks.range(here.saturating_add(1)..).next().or(marks.iter().next()).copied();
    match next {
        Some(frame) => jump(model, frame, None, effects),
        None => model.notice = "no packet is marked; m marks one".into(),
    }
}

/// The next piece of evidence, wherever the keys are.
pub(super) fn evidence(model: &mut Model, effects: &mut Vec<Effect>) {
    let pane = model.pane();
    match pane {
        Pane::SignIns | Pane::Ladder => {
            if let Some(frame) = proof_of(model) {
                jump(model, frame, None, effects);
            }
        }
        Pane::Findings | Pane::Reasons => {
            let here = model.finding().map(|(at, _)| at);
            let next = match model.proof {
                Some((finding, item)) if Some(finding) == here => item.saturating_add(1),
                _ => 0,
            };
            prove(model, next, effects);
        }
        Pane::Packets | Pane::Tree | Pane::Bytes => match model.proof {
            Some((_, item)) => prove(model, item.saturating_add(1), effects),
            None => model.notice = "no finding was opened; 4 lists them".into(),
        },
        _ => {
            let lines = model.lines(pane);
            let leads = |at: &usize| lines.get(*at).is_some_and(|line| line.jump.is_some());
            let cursor = model.list(pane).cursor;
            let after = cursor.saturating_add(1)..lines.len();
            if let Some(line) = after.chain(0..cursor).find(leads) {
                select(model, pane, line);
            }
        }
    }
}

/// Opens the evidence of the next finding in the list, or of the one before.
pub(super) fn finding(model: &mut Model, forward: bool, effects: &mut Vec<Effect>) {
    let (rows, height) = (model.rows(Pane::Findings), height(model, Pane::Findings));
    if rows == 0 {
        model.notice = "there are no findings".into();
        return;
    }
    let here = model.list(Pane::Findings).cursor;
    // The first key press opens the finding selected.
    let to = match (model.proof.is_some(), forward) {
        (false, _) => here,
        (true, true) => here.saturating_add(1),
        (true, false) => here.checked_sub(1).unwrap_or(rows.saturating_sub(1)),
    };
    model.list_mut(Pane::Findings).select(if to >= rows { 0 } else { to }, rows, height);
    prove(model, 0, effects);
}

/// Opens a piece of evidence of the finding selected; behind the last comes the first.
fn prove(model: &mut Model, item: usize, effects: &mut Vec<Effect>) {
    let Some((place, finding)) = model.finding() else { return };
    let many = finding.evidence.len();
    if many == 0 {
        model.notice = "no single packet proves it".into();
        return;
    }
    let item = item % many;
    let Some((frame, field)) = finding.evidence.get(item).map(|e| (e.frame, e.field)) else { return };
    let told = format!("{} evidence {} of {many}: {field}", finding.id, item.saturating_add(1));
    let frame = u32::try_from(frame).unwrap_or(0);
    model.proof = Some((place, item));
    if let Some(what) = owner(model, frame) {
        choose(model, what);
    }
    jump(model, frame, Some(field), effects);
    model.notice = told;
}

/// Remembers the evidence a line of a panel leads to, so that `e` goes on from there.
fn remember(model: &mut Model, frame: u32, field: Option<&'static str>) {
    let (Some(field), Some((place, finding))) = (field, model.finding()) else { return };
    let item = finding.evidence.iter().position(|e| e.frame == u64::from(frame) && e.field == field);
    if let Some(item) = item {
        model.proof = Some((place, item));
    }
}
