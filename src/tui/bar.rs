//! The filter bar: typing, checking while typing, history, and what passes.

use super::effect::Effect;
use super::message::Command;
use super::model::{Model, Pane, View};
use super::update::height;
use crate::scan::{Gather, Select};

/// Longest filter that can be typed, in bytes.
const LONGEST: usize = 2_000;
/// Filters remembered.
const MAX_HISTORY: usize = 100;

/// Opens the bar with the filter in use.
pub(super) fn open(model: &mut Model) {
    let bar = &mut model.bar;
    bar.open = true;
    bar.text.clone_from(&bar.applied);
    bar.cursor = bar.text.len();
    bar.recalled = 0;
    bar.error = None;
}

/// A key while the bar is open.
pub(super) fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    let bar = &mut model.bar;
    let before = bar.text.get(..bar.cursor).unwrap_or_default();
    let previous = before.char_indices().next_back().map_or(0, |(at, _)| at);
    let here = bar.text.get(bar.cursor..).unwrap_or_default();
    let next = bar.cursor.saturating_add(here.chars().next().map_or(0, char::len_utf8));
    match command {
        Command::Type(c) if bar.text.len() < LONGEST && !crate::wire::text::harmful(c) => {
            bar.text.insert(bar.cursor, c);
            bar.cursor = bar.cursor.saturating_add(c.len_utf8());
        }
        Command::Backspace => remove(model, previous),
        Command::WordBack => {
            let word = before.trim_end().rfind(' ').map_or(0, |at| at.saturating_add(1));
            remove(model, word);
        }
        Command::Clear => remove(model, 0),
        Command::Delete => bar.text.replace_range(bar.cursor..next, ""),
        Command::Left => bar.cursor = previous,
        Command::Right => bar.cursor = next,
        Command::LineStart => bar.cursor = 0,
        Command::LineEnd => bar.cursor = bar.text.len(),
        Command::Older => recall(model, true),
        Command::Newer => recall(model, false),
        Command::Apply => return apply(model, effects),
        Command::Cancel => {
            (bar.open, bar.error) = (false, None);
            return;
        }
        _ => return,
    }
    check(model);
}

/// Removes from this place to the cursor.
fn remove(model: &mut Model, from: usize) {
    let bar = &mut model.bar;
    bar.text.replace_range(from..bar.cursor, "");
    bar.cursor = from;
}

fn recall(model: &mut Model, older: bool) {
    let bar = &mut model.bar;
    let to = if older { bar.recalled.saturating_add(1) } else { bar.recalled.saturating_sub(1) };
    let Some(at) = bar.history.len().checked_sub(to) else { return };
    bar.recalled = to;
    bar.text = bar.history.get(at).unwrap_or(&bar.applied).clone();
    bar.cursor = bar.text.len();
}

/// Says what is wrong with the text, if anything is.
fn check(model: &mut Model) {
    let bar = &mut model.bar;
    bar.error = if bar.text.trim().is_empty() { None } else { Select::new(&bar.text, &mut Gather::new(false)).err() };
}

fn apply(model: &mut Model, effects: &mut Vec<Effect>) {
    check(model);
    if model.bar.error.is_some() {
        return;
    }
    let here = model.packets.frame(model.packets.list.cursor, model.facts.packets).unwrap_or(0);
    let text = model.bar.text.trim().to_owned();
    model.bar.open = false;
    if model.view != View::Packets {
        model.back.push(model.view);
        model.view = View::Packets;
    }
    model.focus(Pane::Packets);
    if text.is_empty() {
        return clear(model, effects);
    }
    let bar = &mut model.bar;
    bar.history.retain(|old| *old != text);
    bar.history.push(text.clone());
    if bar.history.len() > MAX_HISTORY {
        bar.history.remove(0);
    }
    bar.generation = bar.generation.saturating_add(1);
    bar.applied.clone_from(&text);
    (bar.asked, bar.keep) = (Some(0), here);
    model.packets.passed = Some(Vec::new());
    // While the capture is read there is nothing to put it to; it is asked for again when that is over.
    if model.reading.is_none() {
        effects.push(Effect::Select { generation: bar.generation, text });
    }
}

/// Shows all packets again; the one selected stays selected.
pub(super) fn clear(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.packets.passed.is_none() {
        return;
    }
    let here = model.packets.frame(model.packets.list.cursor, model.facts.packets).unwrap_or(model.bar.keep);
    let bar = &mut model.bar;
    bar.generation = bar.generation.saturating_add(1);
    bar.applied.clear();
    (bar.asked, bar.keep) = (None, 0);
    effects.push(Effect::StopSelecting);
    model.packets.passed = None;
    reselect(model, here);
}

/// Selects the row of a frame, or the one before it.
fn reselect(model: &mut Model, frame: u32) {
    let len = model.packets.len(model.facts.packets);
    let row = match &model.packets.passed {
        Some(passed) => passed.partition_point(|f| *f <= frame).saturating_sub(1),
        None => usize::try_from(frame.saturating_sub(1)).unwrap_or(0),
    };
    let height = height(model, Pane::Packets);
    model.packets.list.select(row, len, height);
}

/// More packets passed.
pub(super) fn selected(model: &mut Model, generation: u64, frames: &[u32], asked: u32, done: bool) {
    if generation != model.bar.generation {
        return;
    }
    let Some(passed) = &mut model.packets.passed else { return };
    passed.extend_from_slice(frames);
    model.bar.asked = (!done).then_some(asked);
    let keep = model.bar.keep;
    if keep > 0 && (done || asked >= keep) {
        reselect(model, keep);
        model.bar.keep = 0;
    }
}
