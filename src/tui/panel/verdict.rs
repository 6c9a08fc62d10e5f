//! View 1, below: who, how it ended, where it broke, what the server said, which packets prove it, what to do next.

use super::{Jump, Lines, first};
use crate::report::model::{NegotiationRow, Report};
use crate::report::signin::SignInRow;
use crate::report::words;
use crate::signin::cause;
use crate::tui::model::Model;
use crate::tui::rows::attempts::{Attempt, What};
use crate::tui::theme::{Role, stage_sign};

/// Findings named one by one.
const MAX_FINDINGS: usize = 6;

pub(super) fn write(model: &Model, lines: &mut Lines) {
    let Some(attempt) = model.attempt() else {
        if model.reading.is_none() {
            nothing(model, lines);
        }
        return;
    };
    match attempt.what {
        What::SignIn(at) => {
            if let Some(row) = model.report.sign_ins.get(at) {
                sign_in(model, attempt, row, lines);
            }
        }
        What::Alone(at) => {
            if let Some(row) = model.report.negotiations.get(at) {
                negotiation(model, row, lines);
            }
        }
    }
    unseen(model, lines);
}

fn sign_in(model: &Model, attempt: &Attempt, row: &SignInRow, lines: &mut Lines) {
    let report = &model.report;
    let role = Role::of_word(row.outcome);
    let stage = row.failed_stage.map_or(String::new(), |stage| format!(" at {stage}"));
    let sure = match row.confidence {
        Some("certain") | None => String::new(),
        Some(other) => format!(" ({other})"),
    };
    let outcome = row.outcome.replace('_', " ").to_uppercase();
    lines.text("Outcome", &format!("{outcome}{stage}{sure}"), role);
    lines.text("", &row.sentence, Role::Plain);
    let bar: Vec<String> =
        row.stages.iter().map(|entry| format!("{} {}", stage_sign(entry.state), entry.stage)).collect();
    lines.text("Stages", &bar.join("  "), Role::Plain);
    if let Some(words) = &row.server_words {
        let said = words.diagnostics.as_ref().map_or(String::new(), |d| {
            let from = if d.source.is_empty() { String::new() } else { format!(" from {}", d.source) };
            let result = d.result.as_ref().map_or_else(String::new, |result| format!(", {result}"));
            format!(", {} \"{}\"{result}{from}", d.id, d.reason)
        });
        let text = format!("{} {}{said}", words.status, words.phrase);
        let frame = u32::try_from(words.frame).unwrap_or(0);
        lines.jump("Server", &text, Role::Plain, Jump::Frame(frame, None));
    }
    if let Some(cause) = row.cause.and_then(cause) {
        let or = if row.cause_or.is_empty() { String::new() } else { format!(", or {}", row.cause_or.join(", ")) };
        lines.text("Cause", &format!("{}{or}: {}", cause.code, cause.title), Role::Plain);
    }
    for (at, frame) in row.evidence.iter().enumerate() {
        lines.packet(model, first(at, "Proof"), *frame);
    }
    for (at, step) in row.next.iter().enumerate() {
        lines.text(first(at, "Check next"), &format!("{}. {step}", at.saturating_add(1)), Role::Strong);
    }
    for (at, weak) in row.weakened.iter().enumerate() {
        lines.text(first(at, "But"), weak, Role::Warn);
    }
    let agent = row.client.user_agent.as_deref().unwrap_or("a client");
    let side = if row.side == "unknown" { String::new() } else { format!(", {}", row.side) };
    let server = row.server.as_deref().map_or(String::new(), |server| format!(" → {server}"));
    let when = row.started.get(..19).unwrap_or_default().replace('T', " ");
    lines.text("Who", &format!("{agent} on {}{server}{side}", row.client.ip), Role::Plain);
    lines.text("When", &format!("{when} UTC, took {}", attempt.took), Role::Plain);
    if !row.offered.is_empty() {
        let used = if row.used.is_empty() { "none".to_owned() } else { row.used.join(", ") };
        lines.text("Schemes", &format!("offered {}; used {used}", row.offered.join(", ")), Role::Plain);
    }
    alike(report, row, lines);
    for (at, place) in row.findings.iter().take(MAX_FINDINGS).enumerate() {
        let place = place.saturating_sub(1);
        if let Some(f) = report.findings.get(place) {
            let text = format!("{} {} {}", Role::letter(f.severity), f.id, f.title);
            lines.jump(first(at, "Findings"), &text, Role::of_severity(f.severity), Jump::Finding(place));
        }
    }
    let more = row.findings.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        lines.text("", &format!("and {more} more findings"), Role::Dim);
    }
}

/// One user or many.
fn alike(report: &Report, row: &SignInRow, lines: &mut Lines) {
    if row.cause.is_none() {
        return;
    }
    let here = words::server_host(row);
    let same = |other: &&SignInRow| {
        other.cause == row.cause && other.failed_stage == row.failed_stage && words::server_host(other) == here
    };
    let many = report.sign_ins.iter().filter(same).count();
    let all = report.sign_ins.len();
    if many > 1 {
        let at = here.map_or(String::new(), |host| format!(" at {host}"));
        lines.text("Alike", &format!("{many} of {all} sign-ins fail the same way{at}"), Role::Warn);
    } else if all > 1 {
        lines.text("Alike", &format!("no other of {all} sign-ins fails this way"), Role::Plain);
    }
}

fn negotiation(model: &Model, n: &NegotiationRow, lines: &mut Lines) {
    let times = if n.count > 1 { format!(", {} times", n.count) } else { String::new() };
    lines.text("Outcome", &format!("{}{times}", n.outcome.to_uppercase()), Role::of_word(n.outcome));
    if !n.reason.is_empty() {
        lines.text("Because", &n.reason, Role::Plain);
    }
    if let Some(error) = &n.error {
        lines.text("Error", &format!("{} {} {}", error.space, error.code, error.name), Role::Plain);
    }
    let mut who = words::account(n);
    if let Some(host) = n.workstation.as_deref().filter(|w| !w.is_empty()) {
        who = format!("{who} on {host}");
    }
    if !who.is_empty() {
        lines.text("Who", &who, Role::Plain);
    }
    if let Some(target) = &n.target {
        lines.text("For", target, Role::Plain);
    }
    let lock = if n.encrypted { "inside TLS" } else { "in clear" };
    let carrier = n.carrier.to_uppercase();
    lines.text("Between", &format!("{} → {}, {carrier} {lock}", n.client, n.server), Role::Plain);
    if let Some(life) = words::life(n) {
        lines.text("Life", &life, Role::Plain);
    }
    if let Some(key) = &n.service_key {
        lines.text("Keytab", &key.words, Role::Plain);
    }
    if let Some(check) = n.password_check.filter(|check| *check != "unchecked") {
        lines.text("Password", &format!("the one given {check}"), Role::Plain);
    }
    for (at, leg) in n.legs.iter().enumerate() {
        lines.packet(model, first(at, "Steps"), leg.frame);
    }
}

/// There is nothing in the list.
fn nothing(model: &Model, lines: &mut Lines) {
    let what = if model.only_failed {
        "No sign-in that was seen failed; ! shows all."
    } else {
        "No sign-in was seen in clear. Nothing seen does not mean that nothing is there."
    };
    lines.text("", what, Role::Plain);
    unseen(model, lines);
}

fn unseen(model: &Model, lines: &mut Lines) {
    for (at, text) in model.facts.unseen.iter().enumerate() {
        lines.text(first(at, "Not seen"), text, Role::Warn);
    }
}
