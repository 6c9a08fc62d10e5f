//! Sign-ins on the first screen of the text report: who, how it ended and where, the server's words, the proof, what to do.
//!
//! Of a capture with many sign-ins those that went wrong are told at length up to a limit, ways that many share are told
//! once with their count, and the rest is a line each.

use super::safe;
use crate::report::model::Report;
use crate::report::signin::SignInRow;
use crate::report::words;
use std::fmt::Write;

/// Sign-ins told at length.
const MAX_TOLD: usize = 12;
/// Sign-ins told in a line.
const MAX_LINES: usize = 100;
/// Groups told.
const MAX_GROUPS: usize = 10;

/// The section.
pub(super) fn sign_ins(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\nSIGN-INS");
    let rows = &report.sign_ins;
    if rows.is_empty() {
        let _ = writeln!(out, "  none seen");
        return;
    }
    if rows.len() > MAX_TOLD {
        for group in words::alike(report).iter().take(MAX_GROUPS) {
            let _ = writeln!(out, "  {}", safe(&group.said()));
            if let Some(first) = group.rows.first() {
                let _ =
                    writeln!(out, "      such as {} #{}: {}", safe(words::who(first)), first.id, safe(&first.sentence));
            }
        }
    }
    // What went wrong is told first.
    let (good, bad): (Vec<_>, Vec<_>) = rows.iter().partition(|s| s.outcome == "signed_in");
    let long = bad.iter().chain(&good).take(MAX_TOLD);
    let mut told: Vec<&&SignInRow> = long.collect();
    told.sort_by_key(|s| s.id);
    for s in told {
        sign_in(out, report, s);
    }
    let lines = bad.iter().chain(&good).skip(MAX_TOLD).take(MAX_LINES);
    for s in lines {
        let _ = writeln!(out, "  {:>3} {}  {}", s.id, safe(words::who(s)), words::ending(s));
    }
    let more = rows.len().saturating_sub(MAX_TOLD + MAX_LINES);
    if more > 0 {
        let _ = writeln!(out, "  and {more} more; -T json lists them all");
    }
}

fn sign_in(out: &mut String, report: &Report, s: &SignInRow) {
    let _ = writeln!(out, "  {:>3} {}  {}", s.id, safe(words::who(s)), words::ending(s));
    let _ = writeln!(out, "      {}, {}", words::minute(&s.started), safe(&words::client(s)));
    if !s.sentence.is_empty() {
        let _ = writeln!(out, "      {}", safe(&s.sentence));
    }
    let stages = words::stages(s);
    if !stages.is_empty() {
        let _ = writeln!(out, "      {stages}");
    }
    if let Some(said) = s.server_words.as_ref().filter(|_| s.outcome != "signed_in") {
        let _ = writeln!(out, "      server: {}", safe(&words::server(said)));
    }
    if s.outcome == "signed_in" {
        let mut parts = Vec::new();
        if !s.used.is_empty() {
            parts.push(format!("with {}", safe(&s.used.join(", "))));
        }
        parts.extend(side_findings(report, s));
        if !parts.is_empty() {
            let _ = writeln!(out, "      {}", parts.join("; "));
        }
        return;
    }
    if !s.evidence.is_empty() {
        let parts = [Some(words::frames(&s.evidence, 5)), side_findings(report, s)];
        let _ = writeln!(out, "      proof: {}", parts.into_iter().flatten().collect::<Vec<_>>().join("; "));
    }
    for (n, step) in (1..).zip(&s.next) {
        let _ = writeln!(out, "      next {n}: {}", safe(step));
    }
    for doubt in &s.weakened {
        let _ = writeln!(out, "      but: {}", safe(doubt));
    }
}

/// `; 3 findings, the worst high`
fn side_findings(report: &Report, s: &SignInRow) -> Option<String> {
    let mine = s.findings.iter().filter_map(|at| report.findings.get(at.saturating_sub(1)));
    // They stand in the order of severity.
    let worst = mine.clone().next()?;
    let count = words::plural(mine.count() as u64, "finding", "findings");
    Some(format!("{count}, the worst {}", worst.severity))
}
