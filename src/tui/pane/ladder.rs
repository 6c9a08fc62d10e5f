//! View 2: one sign-in as a ladder: lifelines side by side where there is room for them, one arrow a line where there is
//! not.

use super::table::{heading, put, put_at, select};
use crate::report::ladder::{Ladder, State, Step};
use crate::tui::layout::below;
use crate::tui::model::{Clock, Model, Pane};
use crate::tui::text::{fit, safe, width};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns left of the first lifeline: sign, frame number and time.
const MARGIN: u16 = 24;
/// Fewest and most columns between two lifelines.
const LANE: (u16, u16) = (26, 44);

/// Columns between two lifelines with which most labels are whole.
const GOOD_LANE: u16 = 38;
/// Columns of a ladder whose lifelines are not drawn.
const FOLDED: u16 = 90;

/// Columns between two lifelines; nothing if they do not fit.
fn lane(ladder: &Ladder, room: u16) -> Option<u16> {
    let gaps = u16::try_from(ladder.lifelines.len().saturating_sub(1).max(1)).ok()?;
    let lane = room.saturating_sub(MARGIN.saturating_add(12)).checked_div(gaps)?.min(LANE.1);
    (lane >= LANE.0).then_some(lane)
}

/// Columns that it needs, of so many that there are: with all lifelines if they fit, else folded.
pub fn wide(model: &Model, room: u16) -> u16 {
    let Some(ladder) = ladder(model).filter(|ladder| lane(ladder, room).is_some()) else { return FOLDED };
    let gaps = u16::try_from(ladder.lifelines.len().saturating_sub(1).max(1)).unwrap_or(u16::MAX);
    gaps.saturating_mul(GOOD_LANE).saturating_add(MARGIN.saturating_add(20))
}

/// The ladder of what is selected, as soon as it is known.
fn ladder(model: &Model) -> Option<&Ladder> {
    let what = model.attempt()?.what;
    model.ladder.as_ref().filter(|(whose, _)| *whose == what).map(|(_, ladder)| ladder)
}

/// Rows above the steps.
pub fn heading_rows(model: &Model, room: u16) -> u16 {
    if ladder(model).is_some_and(|ladder| lane(ladder, room).is_some()) { 2 } else { 0 }
}

/// Draws it.
pub fn draw(model: &Model, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let focused = model.pane() == Pane::Ladder;
    let Some(ladder) = ladder(model) else {
        heading(buffer, area, "Ladder", "", focused, theme);
        let text = if model.reading.is_some() { "reading …" } else { "no sign-in is selected; 1 lists them" };
        return put_at(buffer, below(area, 1), 2, 0, text, theme.style(Role::Dim));
    };
    let list = model.list(Pane::Ladder);
    let steps = |ladder: &Ladder| ladder.steps.len();
    let away = model.other_ladder.as_ref().and_then(|other| steps(other).checked_sub(steps(ladder)));
    let away = away.map_or(String::new(), |many| format!(", {many} folded"));
    let place = format!("{} of {}{away}", list.cursor.saturating_add(1), ladder.steps.len());
    heading(buffer, area, &safe(&ladder.title), &place, focused, theme);
    let inside = below(area, 1);
    let heads = heading_rows(model, area.width);
    let lane = lane(ladder, area.width);
    if let Some(lane) = lane {
        for (at, line) in (0_u16..).zip(&ladder.lifelines) {
            let x = MARGIN.saturating_add(at.saturating_mul(lane));
            let last = usize::from(at).saturating_add(1) == ladder.lifelines.len();
            let room = if last { inside.width.saturating_sub(x) } else { lane.saturating_sub(1) };
            let room = usize::from(room);
            put_at(buffer, inside, x, 0, &fit(&line.role(), room, false), theme.style(Role::Dim));
            put_at(buffer, inside, x, 1, &fit(&safe(line.title()), room, false), theme.style(Role::Strong));
        }
    }
    let rows = Rect { height: inside.height.saturating_sub(heads.saturating_add(1)), ..below(inside, heads) };
    for (row, (at, step)) in (0..rows.height).zip(ladder.steps.iter().enumerate().skip(list.top)) {
        let sign = sign(step.state);
        let time = match model.ladder_clock {
            None => ladder.since(at),
            Some(Clock::SinceFirst) => ladder.since_first(at),
            Some(_) => step.time.clock().get(..12).unwrap_or_default().to_owned(),
        };
        let text = format!("{sign} {:>7} {time:>12}", format!("#{}", step.frame));
        put_at(buffer, rows, 1, row, &text, theme.style(role(step.state)));
        match lane {
            Some(lane) => drawn(ladder, step, lane, row, rows, buffer, theme),
            None => folded(ladder, step, row, rows, buffer, theme),
        }
        if at == list.cursor {
            select(buffer, rows, row, focused, theme);
        }
    }
    // The step under the cursor in full, below.
    let last = Rect { y: rows.bottom(), height: inside.bottom().saturating_sub(rows.bottom()).min(1), ..rows };
    if last.height > 0
        && let Some(step) = ladder.steps.get(list.cursor)
    {
        let name = |at: usize| ladder.lifelines.get(at).map_or("", |line| line.title());
        let inside = if step.encrypted { ", inside TLS" } else { "" };
        let text = format!(
            "{} → {}: {} ({}{inside})",
            safe(name(step.from)),
            safe(name(step.to)),
            safe(&step.said()),
            step.protocol
        );
        put(buffer, last, 0, &format!(" {text}"), theme.style(role(step.state)));
    }
}

const fn sign(state: State) -> char {
    match state {
        State::Plain | State::Asked => ' ',
        State::Good => '✓',
        State::Bad => '!',
        State::Failed => '✗',
    }
}

const fn role(state: State) -> Role {
    match state {
        State::Plain | State::Asked => Role::Plain,
        State::Good => Role::Good,
        State::Bad => Role::Warn,
        State::Failed => Role::Bad,
    }
}

/// One arrow between lifelines, what it says upon it.
fn drawn(ladder: &Ladder, step: &Step, lane: u16, row: u16, area: Rect, buffer: &mut Buffer, theme: Theme) {
    let column = |line: usize| MARGIN.saturating_add(u16::try_from(line).unwrap_or(u16::MAX).saturating_mul(lane));
    for line in 0..ladder.lifelines.len() {
        put_at(buffer, area, column(line), row, "│", theme.style(Role::Dim));
    }
    let (from, to) = (column(step.from), column(step.to));
    let (left, right) = (from.min(to), from.max(to));
    let style = theme.style(role(step.state));
    let said = safe(&step.said());
    if left == right {
        let room = usize::from(lane.saturating_sub(3));
        return put_at(buffer, area, left.saturating_add(1), row, &fit(&format!("◄ {said}"), room, false), style);
    }
    let room = usize::from(right.saturating_sub(left).saturating_sub(1));
    let label = format!(" {} ", fit(&said, width(&said).min(room.saturating_sub(5)), false));
    let shaft = room.saturating_sub(width(&label).saturating_add(2));
    let text = if from < to {
        format!("─{label}{}►", "─".repeat(shaft))
    } else {
        format!("◄{label}{}", "─".repeat(shaft.saturating_add(1)))
    };
    put_at(buffer, area, left.saturating_add(1), row, &text, style);
}

/// One arrow, the other end by its name.
fn folded(ladder: &Ladder, step: &Step, row: u16, area: Rect, buffer: &mut Buffer, theme: Theme) {
    let (arrow, other) = if step.from == 0 { ("→", step.to) } else { ("←", step.from) };
    let name = ladder.lifelines.get(other).map_or("", |line| line.title());
    let text = format!("{arrow} {}  {}", fit(&safe(name), 16, false), safe(&step.said()));
    put_at(buffer, area, MARGIN, row, &text, theme.style(role(step.state)));
}
