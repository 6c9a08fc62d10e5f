//! A ladder for a terminal: lifelines side by side where there is room for them, one line a step where there is not.

use super::{Ladder, State, Step};
use crate::wire::text::escape;
use std::cmp::Ordering;
use std::fmt::Write;

/// Columns left of the first lifeline: frame number and time.
const MARGIN: usize = 24;
/// Fewest columns between two lifelines.
const LANE: usize = 24;
/// Most columns between two lifelines.
const WIDE: usize = 44;

/// The ladder in `width` columns.
pub fn text(ladder: &Ladder, width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", cut(&safe(&ladder.title), width));
    if !ladder.sentence.is_empty() {
        let _ = writeln!(out, "{}", safe(&ladder.sentence));
    }
    let gaps = ladder.lifelines.len().saturating_sub(1).max(1);
    let lane = width.saturating_sub(MARGIN + LANE / 2).checked_div(gaps).unwrap_or(0).min(WIDE);
    if lane >= LANE {
        drawn(&mut out, ladder, lane, width);
    } else {
        folded(&mut out, ladder, width);
    }
    if ladder.more > 0 {
        let _ = writeln!(out, "and {} more messages, not drawn", ladder.more);
    }
    out
}

fn safe(text: &str) -> String {
    escape(text.as_bytes()).into_owned()
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

/// A row of columns that things are written over.
struct Row(Vec<char>);

impl Row {
    fn new(width: usize) -> Self {
        Self(vec![' '; width])
    }

    fn put(&mut self, at: usize, text: &str) {
        for (cell, c) in self.0.iter_mut().skip(at).zip(text.chars()) {
            *cell = c;
        }
    }

    fn line(&self) -> String {
        self.0.iter().collect::<String>().trim_end().to_owned()
    }
}

fn drawn(out: &mut String, ladder: &Ladder, lane: usize, width: usize) {
    let column = |line: usize| MARGIN.saturating_add(line.saturating_mul(lane));
    let lines = || (0..ladder.lifelines.len()).map(column);
    let (mut roles, mut titles) = (Row::new(width), Row::new(width));
    for (line, at) in ladder.lifelines.iter().zip(lines()) {
        roles.put(at, &cut(&safe(&line.role()), lane.saturating_sub(2)));
        titles.put(at, &cut(&safe(line.title()), lane.saturating_sub(2)));
    }
    let _ = writeln!(out, "{}\n{}", roles.line(), titles.line());
    for (at, step) in ladder.steps.iter().enumerate() {
        let (from, to) = (column(step.from), column(step.to));
        let (left, right) = (from.min(to), from.max(to));
        let mut said = Row::new(width);
        let mut arrow = Row::new(width);
        for line in lines() {
            said.put(line, "│");
            arrow.put(line, "│");
        }
        said.put(0, &head(ladder, at, step));
        let label = format!(" {} ", labelled(step));
        said.put(left.saturating_add(1), &cut(&label, width.saturating_sub(left.saturating_add(1))));
        let shaft = "─".repeat(right.saturating_sub(left).saturating_sub(2));
        match from.cmp(&to) {
            Ordering::Equal => arrow.put(left, "│◀─"),
            Ordering::Less => arrow.put(left.saturating_add(1), &format!("{shaft}▶")),
            Ordering::Greater => arrow.put(left.saturating_add(1), &format!("◀{shaft}")),
        }
        let _ = writeln!(out, "{}\n{}", said.line(), arrow.line());
    }
}

fn folded(out: &mut String, ladder: &Ladder, width: usize) {
    let them = |step: &Step| if step.from == 0 { step.to } else { step.from };
    let named = |step: &Step| ladder.lifelines.get(them(step)).map_or(String::new(), |l| cut(&safe(l.title()), 18));
    let widest = ladder.steps.iter().map(|step| named(step).chars().count()).max().unwrap_or(0);
    for (at, step) in ladder.steps.iter().enumerate() {
        let arrow = if step.from == 0 { '→' } else { '←' };
        let before = format!("{} {arrow} {:widest$}  ", head(ladder, at, step), named(step));
        let room = width.saturating_sub(before.chars().count()).max(8);
        let _ = writeln!(out, "{}", format!("{before}{}", cut(&labelled(step), room)).trim_end());
    }
}

fn head(ladder: &Ladder, at: usize, step: &Step) -> String {
    format!("{:>6} {:>12}", format!("#{}", step.frame), ladder.since(at))
}

fn labelled(step: &Step) -> String {
    let label = safe(&step.said());
    match step.state {
        State::Failed => format!("✗ {label}  FAILED HERE"),
        State::Bad => format!("! {label}"),
        _ => label,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn side_by_side_where_there_is_room() {
        let drawn = text(&sample(), 100);
        assert!(drawn.contains("▶") && drawn.contains("✗ 401 NTLM challenge  FAILED HERE"), "{drawn}");
        assert!(drawn.lines().all(|line| line.chars().count() <= 100), "{drawn}");
    }

    #[test]
    fn one_line_a_step_where_there_is_not() {
        let folded = text(&sample(), 58);
        assert_eq!(folded.lines().count(), 2 + 3, "{folded}");
        assert!(folded.contains("→ fe01.example  REGISTER NTLM start"), "{folded}");
        assert!(folded.lines().all(|line| line.chars().count() <= 58), "{folded}");
    }

    #[test]
    fn nothing_in_a_name_drives_the_terminal() {
        let mut ladder = sample();
        ladder.steps[0].label = "\x1b[2J\u{202e}".into();
        ladder.lifelines[0].name = Some("a\nb".into());
        ladder.title = "\r".into();
        for width in [58, 100] {
            let shown = text(&ladder, width);
            assert!(!shown.chars().any(|c| c != '\n' && crate::wire::text::harmful(c)), "{shown:?}");
        }
    }
}
