//! View 7: the capture as a whole: what it is, what could be seen, who is who, which clients.

use super::{Lines, first};
use crate::report::model::Report;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use std::collections::BTreeMap;

pub(super) fn write(model: &Model, lines: &mut Lines) {
    if model.reading.is_some() && model.report.schema.is_empty() {
        return;
    }
    let report = &model.report;
    let capture = &report.capture;
    for (at, file) in capture.files.iter().enumerate() {
        // Where it lies is the business of whoever opened it.
        let name = file.rsplit('/').next().unwrap_or(file);
        lines.text(first(at, "Capture"), name, Role::Strong);
        if let Some(Some(hash)) = model.hashes.as_ref().and_then(|hashes| hashes.get(at)) {
            lines.text("SHA-256", hash, Role::Plain);
        }
    }
    let links = capture.link_types.join(", ");
    let size = format!("{} packets, {} bytes, {}, {links}", capture.packets, capture.bytes, model.facts.span);
    lines.text("Size", &size, Role::Plain);
    let when =
        |time: &Option<String>| time.as_deref().and_then(|time| time.get(..19)).unwrap_or("unknown").replace('T', " ");
    let lost = |n: Option<u64>, words: &str| n.map(|n| format!("{n} {words}"));
    let lost = [lost(capture.dropped, "dropped by the system"), lost(capture.behind, "not kept up with")];
    let lost: Vec<String> = lost.into_iter().flatten().collect();
    if !lost.is_empty() {
        lines.text("Lost", &lost.join(", "), Role::Plain);
    }
    lines.text("Time", &format!("{} to {} UTC", when(&capture.first), when(&capture.last)), Role::Plain);
    verdicts(report, lines);
    let seen = &report.visibility;
    let words = match seen.tls_conversations {
        0 => "no TLS in it".to_owned(),
        all => format!("{} of {all} TLS conversations could be read", seen.decrypted),
    };
    lines.text("Readable", &words, if seen.decrypted < seen.tls_conversations { Role::Warn } else { Role::Plain });
    for (at, text) in model.facts.unseen.iter().enumerate() {
        lines.text(first(at, "Not seen"), text, Role::Warn);
    }
    clients(report, lines);
    for (at, text) in model.overview.machines.iter().enumerate() {
        lines.text(first(at, "Who is who"), text, Role::Plain);
    }
    for (at, text) in model.overview.talkers.iter().enumerate() {
        lines.text(first(at, "Busiest"), text, Role::Plain);
    }
    for (at, text) in model.overview.protocols.iter().enumerate() {
        lines.text(first(at, "Protocols"), text, Role::Plain);
    }
}

fn verdicts(report: &Report, lines: &mut Lines) {
    let count = |outcome: &str| report.sign_ins.iter().filter(|s| s.outcome == outcome).count();
    let parts: Vec<String> = ["failed", "looping", "unfinished", "unknown", "signed_in"]
        .into_iter()
        .map(|outcome| (count(outcome), outcome.replace('_', " ")))
        .filter(|(n, _)| *n > 0)
        .map(|(n, words)| format!("{n} {words}"))
        .collect();
    let told = if parts.is_empty() { "none seen".to_owned() } else { parts.join(", ") };
    lines.text("Sign-ins", &told, if count("failed") > 0 { Role::Bad } else { Role::Plain });
    let mut severities: BTreeMap<u8, (usize, &str)> = BTreeMap::new();
    for f in &report.findings {
        let rank = ["critical", "high", "medium", "low", "info"].iter().position(|s| *s == f.severity).unwrap_or(5);
        let entry = severities.entry(u8::try_from(rank).unwrap_or(5)).or_insert((0, f.severity));
        entry.0 = entry.0.saturating_add(1);
    }
    let told: Vec<String> = severities.values().map(|(n, word)| format!("{n} {word}")).collect();
    let told = if told.is_empty() { "none in what could be read".to_owned() } else { told.join(", ") };
    lines.text("Findings", &told, Role::Plain);
}

fn clients(report: &Report, lines: &mut Lines) {
    for (at, kind) in report.clients.iter().enumerate() {
        let side = if kind.side == "unknown" { String::new() } else { format!(" {}", kind.side) };
        let observed = if kind.observed.is_empty() { "not seen".into() } else { kind.observed.join(", ") };
        let (differs, role) = if kind.fits == Some(false) { ("  DIFFERS", Role::Warn) } else { ("", Role::Plain) };
        let text = format!(
            "{}{side} ×{}: expected {}; observed {observed}{differs}",
            kind.family, kind.sign_ins, kind.expected
        );
        lines.text(first(at, "Clients"), &text, role);
    }
}
