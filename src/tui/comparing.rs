//! Two sign-ins, or two packets, held against each other.

use super::effect::{Effect, Two};
use super::list::{List, Step};
use super::message::Command;
use super::model::{Model, Pane, View};
use super::navigate;
use super::rows::attempts::What;
use super::update;
use crate::report::compare::{Comparison, Mark};

/// What can be held against each other.
const TWO: usize = 2;

/// Chooses the sign-in under the cursor, or leaves it; of three the one chosen first is left.
pub(super) fn choose(model: &mut Model) {
    let Some(what) = model.attempt().map(|attempt| attempt.what) else { return };
    let before = model.chosen.len();
    model.chosen.retain(|chosen| *chosen != what);
    if model.chosen.len() == before {
        model.chosen.push(what);
        if model.chosen.len() > TWO {
            model.chosen.remove(0);
        }
    }
    model.notice = match model.chosen.len() {
        0 => "nothing is chosen".into(),
        1 => "one is chosen; d compares it with the one under the cursor".into(),
        _ => "two are chosen; d compares them".into(),
    };
    update::step(model, Step::Down);
}

/// Compares what is chosen.
pub(super) fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    let two = if model.view == View::Packets { packets(model) } else { attempts(model) };
    match two {
        Ok(two) => effects.push(Effect::Compare(two, model.packets.revealed)),
        Err(why) => model.notice = why.into(),
    }
}

fn packets(model: &Model) -> Result<Two, &'static str> {
    let mut marks = model.packets.marks.iter().copied();
    match (marks.next(), marks.next(), model.here()) {
        (Some(a), Some(b), _) if marks.next().is_none() => Ok(Two::Packets(a, b)),
        (Some(a), None, Some(here)) if a != here => Ok(Two::Packets(a.min(here), a.max(here))),
        (Some(_), Some(_), _) => Err("more than two packets are marked; m unmarks"),
        _ => Err("mark a packet with m, go to another, and press d"),
    }
}

fn attempts(model: &Model) -> Result<Two, &'static str> {
    let here = model.attempt().map(|attempt| attempt.what).ok_or("there is no sign-in to compare")?;
    match model.chosen.as_slice() {
        [a, b] => Ok(Two::Attempts(*a, *b)),
        [a] if *a != here => Ok(Two::Attempts(*a, here)),
        _ => good(model, here)
            .map(|good| Two::Attempts(good, here))
            .ok_or("choose two sign-ins with Space, then press d"),
    }
}

/// A sign-in that went well, of the same user if there is one.
fn good(model: &Model, than: What) -> Option<What> {
    let user = |what: What| match what {
        What::SignIn(at) => model.report.sign_ins.get(at).and_then(|row| row.user.as_deref()),
        What::Alone(_) => None,
    };
    let went_well = || model.attempts.iter().filter(|a| !a.failed && a.what != than).map(|a| a.what);
    let whole = |what: &What| matches!(what, What::SignIn(_));
    went_well().find(|what| user(*what).is_some() && user(*what) == user(than)).or_else(|| went_well().find(whole))
}

/// The answer: it is shown from where the two part.
pub(super) fn came(model: &mut Model, compared: Comparison) {
    let first = compared.first();
    model.notice = match first {
        Some(_) => "the two part here".into(),
        None => format!("no difference in {} rows", compared.rows.len()),
    };
    model.comparing = Some(compared);
    navigate::go(model, View::Compare);
    *model.list_mut(Pane::Compared) = List::default();
    navigate::select(model, Pane::Compared, first.unwrap_or(0));
}

/// Secrets are shown or hidden: what stands on the screen may hold some.
pub(super) fn again(model: &mut Model) {
    model.comparing = None;
    model.back.retain(|view| *view != View::Compare);
    if model.view == View::Compare {
        model.view = model.back.pop().unwrap_or_default();
    }
}

/// A key of this view alone; false if it is none.
pub(super) fn obey(model: &mut Model, command: Command) -> bool {
    let forward = match command {
        Command::NextStep => true,
        Command::PreviousStep => false,
        _ => return false,
    };
    let Some(compared) = &model.comparing else { return true };
    let here = model.list(Pane::Compared).cursor;
    // Rows that differ one behind the other are one difference.
    let same = |at: usize| compared.rows.get(at).is_none_or(|row| row.mark == Mark::Same);
    let mut starts = (0..compared.rows.len()).filter(|at| !same(*at) && at.checked_sub(1).is_none_or(same));
    let to = if forward { starts.find(|at| *at > here) } else { starts.rfind(|at| *at < here) };
    match to {
        Some(to) => navigate::select(model, Pane::Compared, to),
        None => model.notice = "no other difference".into(),
    }
    true
}
