//! Two ladders side by side, aligned by what their steps are: frame numbers, times and names may differ, the kind of a
//! step, its direction and how it stands may not.

use super::{Ladder, Role, Step};
use crate::report::compare::{self, Cell, Comparison, Mark, Pair};
use crate::wire::text::escape;
use std::fmt::Write;

/// Steps of one ladder that are aligned; the table grows with their product.
const MAX_STEPS: usize = 600;

/// The comparison: rows in order, a longest common subsequence of the steps.
pub fn compare(a: &Ladder, b: &Ladder) -> Comparison {
    let keys = |ladder: &Ladder| ladder.steps.iter().take(MAX_STEPS).map(|s| key(ladder, s)).collect::<Vec<_>>();
    let cell = |ladder: &Ladder, at: usize| {
        let frame = ladder.steps.get(at).map_or(0, |step| step.frame);
        Cell { text: line(ladder, at), frame }
    };
    let row = |(i, j): (Option<usize>, Option<usize>)| Pair {
        mark: match (i, j) {
            (Some(_), Some(_)) => Mark::Same,
            (Some(_), None) => Mark::Left,
            _ => Mark::Right,
        },
        left: i.map(|i| cell(a, i)),
        right: j.map(|j| cell(b, j)),
    };
    let rows: Vec<Pair> = compare::align(&keys(a), &keys(b)).into_iter().map(row).collect();
    let said = [a, b].into_iter().filter(|ladder| !ladder.sentence.is_empty());
    let words = said.map(|ladder| format!("{}: {}", ladder.title, ladder.sentence)).collect();
    Comparison { titles: [a.title.clone(), b.title.clone()], rows, words }
}

/// What a step is, without what differs from one capture to the next: names, addresses, paths of tickets.
fn key(ladder: &Ladder, step: &Step) -> String {
    let up = ladder.lifelines.get(step.from).is_some_and(|line| line.roles.contains(&Role::Client));
    let mut words = step.label.split_whitespace();
    let kept: Vec<&str> = match step.protocol {
        // `TGS-REQ sip/fe1.x`: for which service a ticket is asked decides whether there is one. Realms are whose.
        "KRB" => {
            let kind = words.next();
            let service = words.next().filter(|name| name.contains('/') && !is_realm_service(name));
            kind.into_iter().chain(service).collect()
        }
        // `SRV _sip._tls.x`, `ClientHello web.x`: the name is whose, not what.
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

/// The service that gives tickets for others.
fn is_realm_service(name: &str) -> bool {
    name.split_once('/').is_some_and(|(service, _)| service.eq_ignore_ascii_case("krbtgt"))
}

/// The comparison as text in `width` columns.
pub fn text(a: &Ladder, b: &Ladder, width: usize) -> String {
    let compared = compare(a, b);
    let side = width.saturating_sub(5).checked_div(2).unwrap_or(0).max(20);
    let mut out = String::new();
    let _ = writeln!(out, "{}  │ {}", fit(&a.title, side.saturating_add(1)), fit(&b.title, side).trim_end());
    let first = compared.first();
    for (at, row) in compared.rows.iter().enumerate() {
        if first == Some(at) {
            let _ = writeln!(out, "── the first difference {}", "─".repeat(width.saturating_sub(24)));
        }
        let said = |cell: &Option<Cell>| cell.as_ref().map_or("", |cell| &cell.text).to_owned();
        let (left, right) = (said(&row.left), said(&row.right));
        let said = format!("{} {} │ {}", row.mark.sign(), fit(&left, side), fit(&right, side).trim_end());
        let _ = writeln!(out, "{}", said.trim_end());
    }
    if first.is_none() {
        let _ = writeln!(out, "no difference in {} steps", compared.rows.len());
    } else {
        for words in &compared.words {
            let _ = writeln!(out, "{}", escape(words.as_bytes()));
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

    fn marks(a: &Ladder, b: &Ladder) -> Vec<Mark> {
        compare(a, b).rows.iter().map(|row| row.mark).collect()
    }

    #[test]
    fn equal_ladders_have_no_difference() {
        let (a, mut b) = (sample(), sample());
        b.steps[2].label = "REGISTER NTLM authenticate bob".into();
        b.steps[0].frame = 99;
        assert_eq!(marks(&a, &b), [Mark::Same; 3]);
        assert!(text(&a, &b, 100).contains("no difference in 3 steps"));
    }

    #[test]
    fn tickets_for_two_services_are_two_steps() {
        let asks = |label: &str| {
            let mut ladder = sample();
            (ladder.steps[1].protocol, ladder.steps[1].label) = ("KRB", label.into());
            ladder
        };
        let same = |a: &str, b: &str| marks(&asks(a), &asks(b)) == [Mark::Same; 3];
        assert!(!same("TGS-REQ sip/fe01.x.example", "TGS-REQ sip/fe02.x.example"));
        assert!(!same("TGS-REQ sip/fe01.x.example", "TGS-REQ HTTP/fe01.x.example"));
        assert!(same("TGS-REQ sip/fe01.x.example", "TGS-REQ sip/fe01.x.example"));
        assert!(same("AS-REQ krbtgt/X.EXAMPLE", "AS-REQ krbtgt/Y.EXAMPLE"), "a realm is whose, not what");
    }

    #[test]
    fn the_first_difference_is_marked() {
        let (a, mut b) = (sample(), sample());
        b.steps[1].label = "403 Forbidden".into();
        assert_eq!(marks(&a, &b), [Mark::Same, Mark::Left, Mark::Right, Mark::Same]);
        let shown = text(&a, &b, 100);
        let at = shown.lines().position(|line| line.starts_with("── the first difference")).unwrap();
        assert!(shown.lines().nth(at + 1).unwrap().starts_with("< #7 ← SIP 401 NTLM challenge"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 100 || line.contains("It failed")), "{shown}");
    }
}
