//! Sign-ins for a person at a terminal: the ones that stopped first, each with stage, sentence, proof and next steps;
//! those that stopped alike are told once.

use super::signin::{ClientKind, SignInRow};
use super::text::{Style, minute, plural, safe};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Sign-ins told one by one before the rest is counted.
const MAX_TOLD: usize = 40;
/// Sign-ins that stopped alike and are told together from this number on.
const ALIKE: usize = 3;
/// Users named of those that are told together.
const NAMED: usize = 6;

/// The section.
pub(super) fn sign_ins(out: &mut String, rows: &[SignInRow], style: Style) {
    let _ = writeln!(out, "\nSIGN-INS");
    if rows.is_empty() {
        let _ = writeln!(out, "  none seen");
        return;
    }
    let count = |outcome: &str| rows.iter().filter(|row| row.outcome == outcome).count();
    let parts: Vec<String> = [
        ("signed_in", "signed in"),
        ("failed", "failed"),
        ("looping", "looping"),
        ("unfinished", "unfinished"),
        ("unknown", "unknown"),
    ]
    .into_iter()
    .filter(|(outcome, _)| count(outcome) > 0)
    .map(|(outcome, words)| format!("{} {words}", count(outcome)))
    .collect();
    let _ = writeln!(out, "  {}: {}", plural(rows.len() as u64, "sign-in", "sign-ins"), parts.join(", "));
    let mut groups: BTreeMap<_, Vec<&SignInRow>> = BTreeMap::new();
    for row in rows {
        let alike = (rank(row), row.cause, row.failed_stage, row.server.as_deref().map(host));
        groups.entry(alike).or_default().push(row);
    }
    let mut told = 0;
    for group in groups.values() {
        let together = group.len() >= ALIKE;
        for row in group.iter().take(if together { 1 } else { usize::MAX }) {
            if told >= MAX_TOLD {
                continue;
            }
            told += 1;
            one(out, row, style);
        }
        if together {
            alike(out, group, rows.len());
        }
    }
    if told >= MAX_TOLD {
        let _ = writeln!(out, "  ... more; -T json lists them all");
    }
}

/// What an engineer looks for comes first.
fn rank(row: &SignInRow) -> u8 {
    match row.outcome {
        "failed" => 0,
        "looping" => 1,
        "unfinished" => 2,
        "unknown" => 3,
        _ => 4,
    }
}

/// The host of an address with a port.
fn host(server: &str) -> &str {
    server.rsplit_once(':').map_or(server, |(host, _)| host)
}

fn alike(out: &mut String, group: &[&SignInRow], all: usize) {
    let users: Vec<String> = group.iter().skip(1).filter_map(|row| row.user.as_deref()).take(NAMED).map(safe).collect();
    let named = if users.is_empty() { String::new() } else { format!(": {}", users.join(", ")) };
    let more = group.len().saturating_sub(1).saturating_sub(users.len());
    let more = if more > 0 && !users.is_empty() { format!(" and {more} more") } else { String::new() };
    let how = match group.first().map(|row| row.outcome) {
        Some("failed") => "fail the same way",
        Some("signed_in") => "sign in likewise",
        _ => "end the same way",
    };
    let at = group.first().and_then(|row| row.server.as_deref()).map_or(String::new(), |s| format!(" at {}", host(s)));
    let _ = writeln!(out, "      {} of {all} {how}{at}{named}{more}", group.len());
}

fn one(out: &mut String, row: &SignInRow, style: Style) {
    let (on, off) = match (style.color, row.outcome) {
        (true, "failed" | "looping") => ("\x1b[1;31m", "\x1b[0m"),
        (true, "signed_in") => ("\x1b[32m", "\x1b[0m"),
        _ => ("", ""),
    };
    let user = row.user.as_deref().map_or_else(|| "somebody".into(), safe);
    let outcome = row.outcome.replace('_', " ").to_uppercase();
    let stage = row.failed_stage.map_or(String::new(), |stage| format!(" at {stage}"));
    let cause = match (row.cause, row.cause_or.as_slice()) {
        (Some(cause), []) => format!(" ({cause})"),
        (Some(cause), others) => format!(" ({cause}, or {})", others.join(", ")),
        _ => String::new(),
    };
    let sure = match row.confidence {
        Some("certain") | None => String::new(),
        Some(other) => format!(", {other}"),
    };
    let _ = writeln!(out, "  {:>3} {user}  {on}{outcome}{stage}{off}{cause}{sure}", row.id);
    let agent = row.client.user_agent.as_deref().map_or_else(|| "client".into(), safe);
    let side = if row.side == "unknown" { String::new() } else { format!(", {}", row.side) };
    let _ = writeln!(out, "      {agent} on {}{side}, {}", row.client.ip, minute(&row.started));
    let bar: Vec<String> = row.stages.iter().map(|entry| format!("{} {}", entry.stage, sign(entry.state))).collect();
    let _ = writeln!(out, "      {}", bar.join("  "));
    let _ = writeln!(out, "      {}", safe(&row.sentence));
    if let Some(words) = &row.server_words {
        let said = words.diagnostics.as_ref().map_or(String::new(), |d| {
            let from = if d.source.is_empty() { String::new() } else { format!(" from {}", safe(&d.source)) };
            format!(", {} \"{}\"{from}", d.id, safe(&d.reason))
        });
        let phrase = if words.phrase.is_empty() { String::new() } else { format!(" {}", safe(&words.phrase)) };
        let _ = writeln!(out, "      server: {}{phrase}{said} (#{})", words.status, words.frame);
    }
    if !row.evidence.is_empty() {
        let proof: Vec<String> = row.evidence.iter().map(|frame| format!("#{frame}")).collect();
        let _ = writeln!(out, "      proof: {}", proof.join(", "));
    }
    for (at, step) in row.next.iter().enumerate() {
        let lead = if at == 0 { "next: " } else { "      " };
        let _ = writeln!(out, "      {lead}{}. {step}", at + 1);
    }
    for weak in &row.weakened {
        let _ = writeln!(out, "      but: {}", safe(weak));
    }
    if !row.offered.is_empty() {
        let used = if row.used.is_empty() { "none".into() } else { safe(&row.used.join(", ")) };
        let _ = writeln!(out, "      offered {}; used {used}", safe(&row.offered.join(", ")));
    }
}

/// A sign for a state, as on the screen.
fn sign(state: &str) -> char {
    match state {
        "ok" => '+',
        "warn" => '!',
        "failed" => 'x',
        "retried" => '~',
        "skipped" => '-',
        "encrypted" => '#',
        _ => '.',
    }
}

/// Kinds of clients, expected against observed.
pub(super) fn clients(out: &mut String, rows: &[ClientKind]) {
    let known: Vec<_> = rows.iter().filter(|row| row.family != "unknown").collect();
    if known.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nCLIENTS  first authentication, expected and observed");
    for row in known {
        let side = if row.side == "unknown" { String::new() } else { format!(" {}", row.side) };
        let observed = if row.observed.is_empty() { "not seen".into() } else { safe(&row.observed.join(", ")) };
        let fits = match row.fits {
            Some(false) => "  differs",
            _ => "",
        };
        let _ = writeln!(
            out,
            "  {}{side} ×{}: expected {}; observed {observed}{fits}",
            row.family, row.sign_ins, row.expected
        );
    }
}
