//! View 2 as data: rounds of what was tried again and again, folded or each by itself, and how times of steps are told.

use super::model::{Clock, Model, Pane};
use super::navigate;
use super::rows::attempts::What;
use crate::report::ladder::Ladder;

/// A ladder came.
pub(super) fn came(model: &mut Model, what: What, ladder: Ladder) {
    let folded = ladder.folded();
    let differs = folded.steps.len() < ladder.steps.len();
    let (shown, other) = if model.every_round || !differs { (ladder, folded) } else { (folded, ladder) };
    (model.ladder, model.other_ladder) = (Some((what, shown)), differs.then_some(other));
}

/// Shows every round, or folds them; the step selected stays selected, or the one it is folded into.
pub(super) fn turn(model: &mut Model) {
    let (Some((_, ladder)), Some(other)) = (&mut model.ladder, &mut model.other_ladder) else {
        model.notice = "nothing was tried again and again".into();
        return;
    };
    std::mem::swap(ladder, other);
    model.every_round = ladder.steps.len() > other.steps.len();
    let cursor = model.list(Pane::Ladder).cursor;
    let frame = model.other_ladder.as_ref().and_then(|before| before.steps.get(cursor)).map_or(0, |step| step.frame);
    let row = model.steps().iter().rposition(|step| step.frame <= frame).unwrap_or(0);
    navigate::select(model, Pane::Ladder, row);
    let words =
        if model.every_round { "every round is shown; x folds them" } else { "rounds are folded; x shows each" };
    model.notice = words.into();
}

/// Tells times of steps another way.
pub(super) fn clock(model: &mut Model) {
    let (next, words) = match model.ladder_clock {
        None => (Some(Clock::SinceFirst), "seconds since the first step"),
        Some(Clock::SinceFirst) => (Some(Clock::OfDay), Clock::OfDay.name()),
        Some(_) => (None, "seconds since the step above"),
    };
    model.ladder_clock = next;
    model.notice = format!("times: {words}");
}
