//! Two ladders side by side, aligned by what their steps are: frame numbers, times and names may differ, the kind of a
//! step, its direction and how it stands may not.

use super::{Ladder, Role, Step};
use crate::wire::text::escape;
use std::fmt::Write;

/// Steps of one ladder that are aligned; the table grows with their product.
const MAX_STEPS: usize = 600;

/// A row of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The same on both sides.
    Both(usize, usize),
    /// Only on the left.
    Left(usize),
    /// Only on the right.
    Right(usize),
}

/// The rows in order: a longest common subsequence of the steps.
pub fn align(a: &Ladder, b: &Ladder) -> Vec<Row> {
    let keys = |ladder: &Ladder| ladder.steps.iter().take(MAX_STEPS).map(|s| key(ladder, s)).collect::<Vec<_>>();
    let (left, right) = (keys(a), keys(b));
    let width = right.len().saturating_add(1);
    let cell = |row: usize, column: usize| row.saturating_mul(width).saturating_add(column);
    // The length of the longest common rest from each pair on.
    let mut rest = vec![0_u16; cell(left.len().saturating_add(1), 0)];
    let of = |rest: &[u16], row, column| rest.get(cell(row, column)).copied().unwrap_or(0);
    for row in (0..left.len()).rev() {
        for column in (0..right.len()).rev() {
            let best = if left.get(row) == right.get(column) {
                of(&rest, row.saturating_add(1), column.saturating_add(1)).saturating_add(1)
            } else {
                of(&rest, row.saturating_add(1), column).max(of(&rest, row, column.saturating_add(1)))
            };
            if let Some(here) = rest.get_mut(cell(row, column)) {
                *here = best;
            }
        }
    }
    let (mut rows, mut i, mut j) = (Vec::new(), 0_usize, 0_usize);
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left.get(i) == right.get(j) {
            rows.push(Row::Both(i, j));
            (i, j) = (i.saturating_add(1), j.saturating_add(1));
        } else if j >= right.len()
            || i < left.len() && of(&rest, i.saturating_add(1), j) >= of(&rest, i, j.saturating_add(1))
        {
            rows.push(Row::Left(i));
            i = i.saturating_add(1);
        } else {
            rows.push(Row::Right(j));
            j = j.saturating_add(1);
        }
    }
    rows
}

/// What a step is, without what differs from one capture to the next: names, addresses, paths of tickets.
fn key(ladder: &Ladder, step: &Step) -> String {
    let up = ladder.lifelines.get(step.from).is_some_and(|line| line.roles.contains(&Role::Client));
    let mut words = step.label.split_whitespace();
    let kept: Vec<&str> = match step.protocol {
        // `AS-REQ krbtgt/X`, `SRV _sip._tls.x`, `ClientHello web.x`: the name is whose, not what.
        "KRB" => words.next().into_iter().collect(),
        "DNS" => {
            let kind = words.next();
            let rest = step.label.split_once(' ').map_or("", |(_, rest)| rest);
            let service = rest.split_once('.').map_or("", |(label, _)| label);
            let verdict = if rest.starts_with("no ") || rest.starts_with("refused") || rest.starts_with("server ") {
                rest
            } else {
                ""
            };
            kind.into_iter().chain([if service.starts_with('_') { service } else { "" }, verdict]).collect()
        }
        "TLS" if step.label.starts_with("ClientHello") => words.next().into_iter().collect(),
        "SIP" | "HTTP" => words
            .take_while(|word| !word.contains(['@', '\\']))
            .filter(|w| *w != "for" && !w.contains('/') || w.starts_with('/'))
            .collect(),
        _ => words.collect(),
    };
    // A user's name is the last word of a credential.
    let named = kept.len() > 3 && kept.get(1..3).is_some_and(|w| w == ["NTLM", "authenticate"]);
    let mut kept = if named { kept.get(..3).unwrap_or(&kept).to_vec() } else { kept };
    // Schemes are offered in any order.
    if matches!(kept.first(), Some(&("401" | "407"))) && step.label.contains(", ") {
        kept = step.label.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        kept.sort_unstable();
    }
    format!("{} {} {}", step.protocol, if up { '>' } else { '<' }, kept.join(" "))
}

/// The comparison as text in `width` columns.
pub fn text(a: &Ladder, b: &Ladder, width: usize) -> String {
    let rows = align(a, b);
    let side = width.saturating_sub(5).checked_div(2).unwrap_or(0).max(20);
    let mut out = String::new();
    let _ = writeln!(out, "{}  │ {}", fit(&a.title, side.saturating_add(1)), fit(&b.title, side).trim_end());
    let first = rows.iter().position(|row| !matches!(row, Row::Both(..)));
    for (at, row) in rows.iter().enumerate() {
        if first == Some(at) {
            let _ = writeln!(out, "── the first difference {}", "─".repeat(width.saturating_sub(24)));
        }
        let (mark, left, right) = match row {
            Row::Both(i, j) => (' ', Some(*i), Some(*j)),
            Row::Left(i) => ('<', Some(*i), None),
            Row::Right(j) => ('>', None, Some(*j)),
        };
        let left = left.map_or(String::new(), |i| line(a, i));
        let right = right.map_or(String::new(), |j| line(b, j));
        let said = format!("{mark} {} │ {}", fit(&left, side), fit(&right, side).trim_end());
        let _ = writeln!(out, "{}", said.trim_end());
    }
    match first.and_then(|at| rows.get(at)) {
        None => {
            let _ = writeln!(out, "no difference in {} steps", rows.len());
        }
        Some(_) => {
            for ladder in [a, b].into_iter().filter(|ladder| !ladder.sentence.is_empty()) {
                let said = format!("{}: {}", ladder.title, ladder.sentence);
                let _ = writeln!(out, "{}", escape(said.as_bytes()));
            }
        }
    }
    out
}

fn line(ladder: &Ladder, at: usize) -> String {
    let Some(step) = ladder.steps.get(at) else { return String::new() };
    let up = if step.from == 0 { '→' } else { '←' };
    format!("#{} {up} {} {}", step.frame, step.protocol, step.said())
}

/// The text in exactly so many columns.
fn fit(text: &str, room: usize) -> String {
    let safe = escape(text.as_bytes());
    let mut shown: String = safe.chars().take(room).collect();
    let taken = shown.chars().count();
    if safe.chars().count() > room {
        shown.pop();
        shown.push('…');
    }
    shown + &" ".repeat(room.saturating_sub(taken))
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn equal_ladders_have_no_difference() {
        let (a, mut b) = (sample(), sample());
        b.steps[2].label = "REGISTER NTLM authenticate bob".into();
        b.steps[0].frame = 99;
        assert_eq!(align(&a, &b), [Row::Both(0, 0), Row::Both(1, 1), Row::Both(2, 2)]);
        assert!(text(&a, &b, 100).contains("no difference in 3 steps"));
    }

    #[test]
    fn the_first_difference_is_marked() {
        let (a, mut b) = (sample(), sample());
        b.steps[1].label = "403 Forbidden".into();
        assert_eq!(align(&a, &b), [Row::Both(0, 0), Row::Left(1), Row::Right(1), Row::Both(2, 2)]);
        let shown = text(&a, &b, 100);
        let at = shown.lines().position(|line| line.starts_with("── the first difference")).unwrap();
        assert!(shown.lines().nth(at + 1).unwrap().starts_with("< #7 ← SIP 401 NTLM challenge"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 100 || line.contains("It failed")), "{shown}");
    }
}
