//! What happens changes the model. No I/O, no terminal, no clock.

use super::anchor::Anchor;
use super::effect::Effect;
use super::list::{List, Step};
use super::live::Running;
use super::message::{Command, Message};
use super::model::{Model, Pane, View};
use super::opened::Loaded;
use super::overlay::{Ask, Overlay};
use super::panel::Jump;
use super::rows::attempts::{Attempt, What};
use super::{bar, columns, comparing, dialog, find, following, frames, live, navigate, rounds, unfold};
use crate::scan::Reading;
use std::sync::Arc;

/// Changes the model, and says what the outside must do.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    match message {
        Message::Do(command) => {
            model.notice.clear();
            obey(model, command, &mut effects);
            model.prefix = command == Command::Prefix && !model.prefix;
        }
        Message::Resized(width, height) => {
            model.size = (width, height);
            following::make(model);
        }
        Message::Mouse(mouse) => super::mouse::obey(model, mouse, &mut effects),
        Message::Reading(reading, left) => growing(model, reading, left, &mut effects),
        Message::Partly(loaded) => partly(model, *loaded),
        Message::Running(running) => {
            if let Some(live) = &mut model.live {
                let seconds = if live.over { live.running.seconds } else { running.seconds };
                live.running = Running { seconds, ..running };
            }
        }
        Message::Loaded(loaded) => loaded_now(model, *loaded, &mut effects),
        Message::Reloading(words) => {
            model.reading = Some(Reading::default());
            model.again = true;
            model.notice = words;
        }
        Message::Hashed(hashes) => model.hashes = Some(hashes),
        Message::Told(words) => model.notice = words,
        Message::Sorted(generation, frames) => columns::sorted(model, generation, frames),
        Message::Looks(look) => {
            model.look = look;
            dialog::looks_changed(model);
        }
        Message::Names(typed, names) => dialog::named(model, &typed, &names),
        Message::Accepted(baseline, words) => {
            let anchor = Anchor::of(model);
            model.baseline = Some(baseline);
            model.sort();
            anchor.restore(model);
            model.notice = words;
        }
        Message::Followed(generation, followed) => following::came(model, generation, followed),
        Message::Compared(compared) => comparing::came(model, *compared),
        Message::Found(number, places) => find::found(model, number, places, &mut effects),
        Message::Detail(frame, tree) => unfold::detail(model, frame, *tree),
        Message::Ladder(what, ladder) => {
            rounds::came(model, what, *ladder);
            if !std::mem::take(&mut model.ladder_old) {
                navigate::to_failure(model);
            }
        }
        Message::Summaries(lines, colours) => {
            model.packets.lines.extend(lines.into_iter().map(|line| (line.frame, line)));
            model.packets.colours.extend(colours);
        }
        Message::Selected { generation, frames, asked, done } => {
            bar::selected(model, generation, &frames, asked, done);
            if done && generation == model.bar.generation {
                columns::packets_anew(model, &mut effects);
            }
        }
    }
    settle(model, &mut effects);
    effects
}

/// More packets were read.
fn growing(model: &mut Model, reading: Reading, left: Option<u64>, effects: &mut Vec<Effect>) {
    if model.reading.is_none() {
        return;
    }
    (model.reading, model.left) = (Some(reading), left);
    if model.again || model.live.as_ref().is_some_and(|live| live.paused) {
        return;
    }
    model.grow(u32::try_from(reading.frames).unwrap_or(u32::MAX), reading.gone);
    model.facts.span = crate::wire::time::span(reading.span);
    live::follow(model);
    bar::go_on(model, effects);
}

/// More is known of what is being read.
fn partly(model: &mut Model, loaded: Loaded) {
    if model.reading.is_none() {
        return;
    }
    let anchor = Anchor::of(model);
    let before = model.attempt().cloned();
    // The count of packets is newer than what was judged.
    let (packets, gone) = (model.facts.packets.max(loaded.facts.packets), model.packets.gone.max(loaded.facts.gone));
    model.take(loaded);
    model.grow(packets, gone);
    anchor.restore(model);
    same_ladder(model, before.as_ref());
    live::follow(model);
}

/// The ladder at hand is asked for again, and stays in sight until it comes.
fn same_ladder(model: &mut Model, before: Option<&Attempt>) {
    let now = model.attempt().cloned();
    match (&mut model.ladder, now) {
        (Some((what, _)), Some(now)) if before.is_some_and(|before| before.is(&now)) => {
            *what = now.what;
            model.ladder_old = true;
        }
        (ladder, _) => *ladder = None,
    }
}

fn loaded_now(model: &mut Model, loaded: Loaded, effects: &mut Vec<Effect>) {
    let anchor = Anchor::of(model);
    let before = model.attempt().cloned();
    (model.reading, model.again, model.comparing) = (None, false, None);
    model.following.forget();
    model.chosen.clear();
    model.hashes = None;
    model.back.retain(|view| !matches!(view, View::Follow | View::Compare));
    if matches!(model.view, View::Follow | View::Compare) {
        model.view = View::SignIns;
    }
    if let Some(live) = &mut model.live {
        (live.over, live.paused) = (true, false);
    }
    model.take(loaded);
    anchor.restore(model);
    same_ladder(model, before.as_ref());
    live::follow(model);
    // What was looked at may tell more now.
    model.packets.lines.clear();
    model.packets.asked = 0;
    // A filter that was typed in the meantime, or may pass more now.
    if model.bar.applied.is_empty() {
        columns::packets_anew(model, effects);
    } else {
        bar::ask_again(model, effects);
    }
}

pub(super) fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    if command == Command::QuitNow {
        return effects.push(Effect::Quit);
    }
    if model.overlay.is_some() {
        if let Some(command) = dialog::obey(model, command, effects) {
            obey(model, command, effects);
        }
        return;
    }
    if model.bar.open {
        return bar::obey(model, command, effects);
    }
    if model.view == View::Follow && following::obey(model, command, effects)
        || model.view == View::Compare && comparing::obey(model, command)
        || frames::obey(model, command, effects)
    {
        return;
    }
    match command {
        Command::Up => step(model, Step::Up),
        Command::Down => step(model, Step::Down),
        Command::PageUp => step(model, Step::PageUp),
        Command::PageDown => step(model, Step::PageDown),
        Command::Top => step(model, Step::Top),
        Command::Bottom => step(model, Step::Bottom),
        Command::Prefix if model.prefix => step(model, Step::Top),
        Command::Left => unfold::left(model),
        Command::Right => unfold::right(model),
        Command::NextPane => cycle(model, true),
        Command::PreviousPane => cycle(model, false),
        Command::Enter => navigate::enter(model, effects),
        Command::Back => back(model, effects),
        Command::Quit => quit(model, effects),
        Command::Show(view) => {
            model.view = view;
            model.back.clear();
        }
        Command::NextStep => navigate::step(model, true, effects),
        Command::PreviousStep => navigate::step(model, false, effects),
        Command::NextAttempt => navigate::attempt(model, Step::Down),
        Command::PreviousAttempt => navigate::attempt(model, Step::Up),
        Command::Evidence => navigate::evidence(model, effects),
        Command::Filter => bar::open(model),
        Command::Zoom => model.zoom = !model.zoom,
        Command::FoldAll if model.pane() == Pane::Ladder => rounds::turn(model),
        Command::FoldAll => unfold::fold_all(model),
        Command::OnlyFailed => {
            model.only_failed = !model.only_failed;
            resort(model);
        }
        Command::Group => {
            model.grouping = model.grouping.next();
            model.notice = format!("findings {}", model.grouping.name());
            resort(model);
        }
        Command::Sort => columns::sort_by_next(model, effects),
        Command::TurnSort => columns::turn(model, effects),
        Command::Accept => accept(model, effects),
        Command::Clock if model.pane() == Pane::Ladder => rounds::clock(model),
        Command::Clock => {
            model.packets.clock = model.packets.clock.next();
            model.notice = format!("times: {}", model.packets.clock.name());
        }
        Command::Follow => following::open(model, effects),
        Command::Choose => comparing::choose(model),
        Command::Compare => comparing::open(model, effects),
        Command::Reload | Command::Open | Command::DecodeAs if model.reading.is_some() => {
            model.notice = "wait until the capture is read, or stop it with Esc".into();
        }
        Command::Reload => effects.push(Effect::Reload),
        Command::NextFinding => navigate::finding(model, true, effects),
        Command::PreviousFinding => navigate::finding(model, false, effects),
        Command::Mark => mark(model),
        Command::NextMark => navigate::mark(model, effects),
        Command::FindNext => find::again(model, true, effects),
        Command::FindPrevious => find::again(model, false, effects),
        Command::Suspend => effects.push(Effect::Suspend),
        Command::Theme => effects.push(Effect::Recolour),
        Command::Redraw => effects.push(Effect::Redraw),
        Command::Pause | Command::Newest | Command::Record | Command::Stop => live::obey(model, command, effects),
        other => dialog::open(model, other, effects),
    }
}

/// What is listed changed.
fn resort(model: &mut Model) {
    model.sort();
    for pane in [Pane::SignIns, Pane::Verdict, Pane::Findings, Pane::Reasons, Pane::Ladder] {
        *model.list_mut(pane) = List::default();
    }
}

/// Accepts the finding selected, or takes that back. The first time it is asked where that is to be kept.
fn accept(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some((finding, _)) = model.finding() else {
        model.notice = "there is no finding to accept".into();
        return;
    };
    let accepted = !model.accepted.get(finding).copied().unwrap_or(false);
    if model.baseline.is_some() {
        effects.push(Effect::Accept { finding, accepted, file: None });
    } else {
        dialog::ask(model, Ask::Baseline(finding), "handshark-baseline.txt", effects);
    }
}

fn mark(model: &mut Model) {
    let Some(frame) = model.here() else { return };
    if !model.packets.marks.remove(&frame) {
        model.packets.marks.insert(frame);
    }
    step(model, Step::Down);
}

fn back(model: &mut Model, effects: &mut Vec<Effect>) {
    if navigate::back(model) {
        return;
    }
    if model.view == View::Packets && !model.bar.applied.is_empty() {
        bar::clear(model, effects);
    } else if model.reading.is_some() && model.live.is_none() {
        // A running capture is not ended by a key that was pressed once too often.
        effects.push(Effect::StopReading);
    }
}

fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    if navigate::back(model) {
        return;
    }
    if model.live.as_ref().is_some_and(|live| live.unsaved) && model.facts.packets > 0 {
        model.overlay = Some(Overlay::Leave);
    } else {
        effects.push(Effect::Quit);
    }
}

/// Rows of a pane that hold rows of its list.
pub(super) fn height(model: &Model, pane: Pane) -> usize {
    let inside = model.panes().inside(pane);
    let other = match pane {
        Pane::Ladder => super::pane::ladder::heading_rows(model, inside.width).saturating_add(1),
        Pane::Compared => inside.height.saturating_sub(super::pane::compared::height(model, inside)),
        _ => u16::from(pane.has_titles()),
    };
    usize::from(inside.height.saturating_sub(other))
}

/// The panel of what is selected in a list, which begins anew when something else is.
const fn below(pane: Pane) -> Option<Pane> {
    match pane {
        Pane::SignIns => Some(Pane::Verdict),
        Pane::Findings => Some(Pane::Reasons),
        Pane::Streams => Some(Pane::Talk),
        Pane::Certificates => Some(Pane::Validity),
        _ => None,
    }
}

pub(super) fn step(model: &mut Model, step: Step) {
    let pane = model.pane();
    let (height, rows) = (height(model, pane), model.rows(pane));
    if pane == Pane::Bytes {
        return model.list_mut(pane).scroll(step, rows, height);
    }
    let before = model.list(pane).cursor;
    model.list_mut(pane).step(step, rows, height);
    match pane {
        Pane::Packets => {
            model.bar.keep = 0;
            live::moved(model);
        }
        Pane::Tree => unfold::show_bytes(model),
        _ => {}
    }
    if model.list(pane).cursor != before {
        changed(model, pane);
    }
}

/// Another row of a pane is selected.
pub(super) fn changed(model: &mut Model, pane: Pane) {
    if let Some(panel) = below(pane) {
        *model.list_mut(panel) = List::default();
    }
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

/// Puts every list in sight into its pane, and asks for what is in view and not yet known.
fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    for pane in model.view.panes() {
        let (rows, height) = (model.rows(*pane), height(model, *pane));
        if height == 0 {
            continue;
        }
        let list = model.list_mut(*pane);
        if *pane == Pane::Bytes {
            list.top = list.top.min(rows.saturating_sub(1));
        } else {
            list.fit(rows, height);
        }
    }
    // A capture that is still being read has the disk, and one that runs is no file.
    if model.view == View::Summary && model.hashes.is_none() && model.reading.is_none() && model.live.is_none() {
        model.hashes = Some(Vec::new());
        effects.push(Effect::Hash);
    }
    if model.facts.packets == 0 {
        (model.packets.detail, model.packets.asked) = (None, 0);
        return;
    }
    if model.view == View::Ladder
        && let Some(what) = model.attempt().map(|attempt| attempt.what)
        && (model.ladder_old || model.ladder.as_ref().is_none_or(|(whose, _)| *whose != what))
    {
        effects.push(Effect::Ladder(what));
    }
    let wanted = wanted(model);
    model.packets.lines.retain(|frame, _| wanted.contains(frame));
    model.packets.colours.retain(|frame, _| wanted.contains(frame));
    let missing: Vec<u32> = wanted.into_iter().filter(|frame| !model.packets.lines.contains_key(frame)).collect();
    if !missing.is_empty() {
        effects.push(Effect::Summarise(missing, Arc::clone(&model.rules)));
    }
    // A tree is only made where one is in sight.
    if !matches!(model.view, View::Packets | View::Ladder)
        || model.view == View::Ladder && model.panes().inside(Pane::Tree).height == 0
    {
        return;
    }
    match model.looked_at() {
        Some(frame) if frame != model.packets.asked => {
            model.packets.asked = frame;
            effects.push(Effect::Detail { frame, revealed: model.packets.revealed });
        }
        Some(_) => {}
        None => (model.packets.detail, model.packets.asked) = (None, 0),
    }
}

/// The packets of which something is told in the view.
fn wanted(model: &Model) -> Vec<u32> {
    let pane = model.view.panes().first().copied().unwrap_or(Pane::Packets);
    let top = model.list(pane).top;
    let rows = top..top.saturating_add(height(model, pane));
    match model.view {
        View::Packets => rows.filter_map(|row| model.packets.frame(row, model.facts.packets)).collect(),
        View::Ladder => Vec::new(),
        _ => {
            let panel = model.view.panes().last().copied().unwrap_or(pane);
            let mut frames: Vec<u32> = model
                .lines(panel)
                .iter()
                .filter_map(|line| match line.jump {
                    Some(Jump::Frame(frame, _)) => Some(frame),
                    _ => None,
                })
                .filter(|frame| *frame > model.packets.gone && *frame <= model.facts.packets)
                .collect();
            frames.sort_unstable();
            frames.dedup();
            frames
        }
    }
}

/// Selects what the report tells in this place, if it is in the list.
pub(super) fn choose(model: &mut Model, what: What) -> bool {
    let place = |at: &usize| model.attempts.get(*at).is_some_and(|attempt| attempt.what == what);
    let Some(row) = model.listed.iter().position(place) else { return false };
    let (rows, height) = (model.listed.len(), height(model, Pane::SignIns));
    if model.list(Pane::SignIns).cursor != row {
        *model.list_mut(Pane::Verdict) = List::default();
    }
    model.list_mut(Pane::SignIns).select(row, rows, height);
    true
}
