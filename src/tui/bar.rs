//! The filter bar: typing, checking while typing, history, and what passes.

use super::columns;
use super::dialog;
use super::effect::Effect;
use super::input::Input;
use super::menu;
use super::message::Command;
use super::model::{Model, Pane, View};
use super::navigate;
use super::overlay::{Ask, Overlay};
use super::recent::Offer;
use super::text::safe;
use super::update::height;
use crate::filter::{Item, complete};
use crate::scan::{Gather, Select, schema};

/// Offers made at a time.
const MAX_OFFERS: usize = 30;
/// Filters remembered.
const MAX_HISTORY: usize = 100;

/// Opens the bar with the filter in use.
pub(super) fn open(model: &mut Model) {
    let bar = &mut model.bar;
    bar.open = true;
    bar.input = Input::new(bar.applied.clone());
    (bar.recalled, bar.error) = (0, None);
    offer(model);
}

/// A key while the bar is open.
pub(super) fn obey(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Older => recall(model, true),
        Command::Newer => recall(model, false),
        Command::Complete => take(model),
        Command::KeepFilter => {
            check(model);
            if model.bar.error.is_none() && !model.bar.input.text.trim().is_empty() {
                dialog::ask(model, Ask::FilterName, "", effects);
            }
            return;
        }
        Command::Saved => {
            model.bar.open = false;
            model.overlay = Some(Overlay::Menu(menu::saved(model)));
            return;
        }
        Command::Apply => return apply(model, effects),
        Command::Cancel => {
            (model.bar.open, model.bar.error) = (false, None);
            return;
        }
        other if model.bar.input.edit(other) => offer(model),
        _ => return,
    }
    check(model);
}

/// Says what may stand where the cursor stands.
fn offer(model: &mut Model) {
    let bar = &mut model.bar;
    bar.taken = None;
    bar.offers = complete(&bar.input.text, bar.input.cursor, schema()).items;
    bar.offers.truncate(MAX_OFFERS);
}

/// What a filter that is typed elsewhere may be, once the word at the cursor is whole.
pub(super) fn offers(input: &Input) -> Vec<Offer> {
    let found = complete(&input.text, input.cursor, schema());
    let around = (input.text.get(..found.span.start), input.text.get(input.cursor..));
    let (Some(before), Some(behind)) = around else { return Vec::new() };
    let offer = |item: Item| Offer { text: [before, &item.text, behind].concat(), said: item.title };
    found.items.into_iter().take(MAX_OFFERS).map(offer).collect()
}

/// Puts the first offer in place of the word at the cursor; asked again, the next one.
fn take(model: &mut Model) {
    let bar = &mut model.bar;
    let (at, start) = match bar.taken {
        Some((at, start)) => (at.saturating_add(1), start),
        None => (0, complete(&bar.input.text, bar.input.cursor, schema()).span.start),
    };
    let Some(offer) = at.checked_rem(bar.offers.len()).and_then(|at| bar.offers.get(at)) else { return };
    bar.input.replace(start, bar.input.cursor, &offer.text);
    bar.taken = Some((at, start));
}

fn recall(model: &mut Model, older: bool) {
    let bar = &mut model.bar;
    let to = if older { bar.recalled.saturating_add(1) } else { bar.recalled.saturating_sub(1) };
    let Some(at) = bar.history.len().checked_sub(to) else { return };
    bar.recalled = to;
    bar.input = Input::new(bar.history.get(at).unwrap_or(&bar.applied).clone());
    offer(model);
}

/// Forgets the saved filter that stands in this place of their list.
pub(super) fn forget(model: &mut Model, at: usize, effects: &mut Vec<Effect>) {
    if at >= model.bar.saved.len() {
        model.notice = "it was used before and is not saved".into();
        return;
    }
    let (name, _) = model.bar.saved.remove(at);
    model.notice = format!("{} is forgotten; if it stands in config.toml, for this run", safe(&name));
    effects.push(Effect::KeepFilter(name, String::new()));
}

/// Says what is wrong with the text, if anything is.
fn check(model: &mut Model) {
    let bar = &mut model.bar;
    let text = &bar.input.text;
    bar.error = if text.trim().is_empty() { None } else { Select::new(text, &mut Gather::new(false)).err() };
}

/// Uses a filter that nobody typed.
pub(super) fn put(model: &mut Model, text: String, effects: &mut Vec<Effect>) {
    model.bar.input = Input::new(text);
    apply(model, effects);
}

fn apply(model: &mut Model, effects: &mut Vec<Effect>) {
    check(model);
    if model.bar.error.is_some() {
        // Who thinks it is whole wants the reason, not what it could become.
        (model.bar.open, model.bar.offers) = (true, Vec::new());
        return;
    }
    let here = model.here().unwrap_or(0);
    let text = model.bar.input.text.trim().to_owned();
    model.bar.open = false;
    navigate::go(model, View::Packets);
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
    effects.push(Effect::Used(text.clone()));
    bar.applied = text;
    bar.keep = here;
    ask(model, effects);
}

/// Puts the filter in use to every packet, from the first one on.
pub(super) fn ask(model: &mut Model, effects: &mut Vec<Effect>) {
    let bar = &mut model.bar;
    bar.generation = bar.generation.saturating_add(1);
    (bar.asked, bar.reached, bar.anew) = (None, 0, None);
    (model.packets.passed, model.packets.sorted) = (Some(Vec::new()), None);
    if model.facts.packets == 0 {
        return;
    }
    select(model, effects);
}

/// Puts the filter in use to the packets that were not asked yet.
fn select(model: &mut Model, effects: &mut Vec<Effect>) {
    let bar = &mut model.bar;
    bar.asked = Some(bar.reached);
    let from = bar.reached.saturating_add(1);
    effects.push(Effect::Select { generation: bar.generation, text: bar.applied.clone(), from });
}

/// Packets came: the filter in use goes on with them.
pub(super) fn go_on(model: &mut Model, effects: &mut Vec<Effect>) {
    let bar = &model.bar;
    if !bar.applied.is_empty() && bar.asked.is_none() && bar.reached < model.facts.packets {
        select(model, effects);
    }
}

/// Puts the filter in use to every packet again; what passed before is shown until that is done.
pub(super) fn ask_again(model: &mut Model, effects: &mut Vec<Effect>) {
    let bar = &mut model.bar;
    model.packets.sorted = None;
    bar.generation = bar.generation.saturating_add(1);
    (bar.reached, bar.anew) = (0, Some(Vec::new()));
    select(model, effects);
}

/// Shows all packets again; the one selected stays selected.
pub(super) fn clear(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.packets.passed.is_none() {
        return;
    }
    let here = model.here().unwrap_or(model.bar.keep);
    let bar = &mut model.bar;
    bar.generation = bar.generation.saturating_add(1);
    bar.applied.clear();
    (bar.asked, bar.keep, bar.anew) = (None, 0, None);
    effects.push(Effect::StopSelecting);
    (model.packets.passed, model.packets.sorted) = (None, None);
    reselect(model, here);
    columns::packets_anew(model, effects);
}

/// Selects the row of a frame, or the one before it.
fn reselect(model: &mut Model, frame: u32) {
    let row = match &model.packets.passed {
        Some(passed) => passed.partition_point(|f| *f <= frame).saturating_sub(1),
        None => model.packets.row(frame).unwrap_or(0),
    };
    let (len, height) = (model.rows(Pane::Packets), height(model, Pane::Packets));
    model.list_mut(Pane::Packets).select(row, len, height);
}

/// More packets passed.
pub(super) fn selected(model: &mut Model, generation: u64, frames: &[u32], asked: u32, done: bool) {
    if generation != model.bar.generation {
        return;
    }
    let here = model.here().unwrap_or(0);
    let Some(passed) = &mut model.packets.passed else { return };
    let gone = model.packets.gone;
    let kept = frames.iter().copied().filter(|frame| *frame > gone);
    let bar = &mut model.bar;
    (bar.asked, bar.reached) = ((!done).then_some(asked), asked);
    match &mut bar.anew {
        Some(anew) => {
            anew.extend(kept);
            if done {
                *passed = bar.anew.take().unwrap_or_default();
                reselect(model, here);
            }
        }
        None => passed.extend(kept),
    }
    super::live::follow(model);
    let keep = model.bar.keep;
    if keep > 0 && (done || asked >= keep) {
        reselect(model, keep);
        model.bar.keep = 0;
    }
}
