//! View 4, below: what happened, why it matters, which packets prove it, what to do.

use super::{Jump, Lines, first};
use crate::findings::rule;
use crate::report::model::FindingRow;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use std::collections::BTreeSet;

pub(super) fn write(model: &Model, lines: &mut Lines) {
    let Some((place, f)) = model.finding() else { return };
    let sure = if f.confidence == "certain" { String::new() } else { format!(" ({})", f.confidence) };
    let times = if f.count > 1 { format!(", {} times", f.count) } else { String::new() };
    let heading = Role::severity_name(f.severity);
    lines.text(heading, &format!("{}{times}{sure}", f.title), Role::of_severity(f.severity));
    let earliest = f.evidence.iter().map(|proof| proof.frame).min().and_then(|frame| u32::try_from(frame).ok());
    if let Some(line) = earliest.and_then(|frame| model.packets.lines.get(&frame)) {
        let time = line.time.rfc3339().get(..19).unwrap_or_default().replace('T', " ");
        lines.text("First seen", &format!("{time} UTC, packet {}", line.frame), Role::Plain);
    }
    let who = if f.user.is_empty() { String::new() } else { format!("{}, ", f.user) };
    lines.text("Who", &format!("{who}{} → {}", f.client, f.server), Role::Plain);
    if model.accepted.get(place).copied().unwrap_or(false) {
        lines.text(
            "Accepted",
            "it stands in the baseline: report --baseline leaves it out; x takes that back",
            Role::Good,
        );
    }
    let rule = rule(f.id);
    if let Some(rule) = rule {
        lines.text("Why", rule.why, Role::Plain);
    }
    for (at, proof) in f.evidence.iter().enumerate() {
        let text = format!("#{} {} {}", proof.frame, proof.field, proof.value);
        let frame = u32::try_from(proof.frame).unwrap_or(0);
        lines.jump(first(at, "Evidence"), &text, Role::Plain, Jump::Frame(frame, Some(proof.field)));
    }
    if let Some(filter) = filter(f) {
        lines.text("Filter", &filter, Role::Dim);
    }
    lines.text("Fix", f.fix, Role::Strong);
    if let Some(place) = f.sign_in.and_then(|id| usize::try_from(id).ok()).and_then(|id| id.checked_sub(1)) {
        let user = model.report.sign_ins.get(place).and_then(|s| s.user.as_deref()).unwrap_or("somebody");
        lines.jump("Sign-in", &format!("{}: {user}", place.saturating_add(1)), Role::Plain, Jump::SignIn(place));
    }
    for (at, reference) in rule.map_or(&[][..], |rule| rule.references).iter().enumerate() {
        lines.text(first(at, "Read on"), reference, Role::Dim);
    }
}

/// The display filter that shows the packets that prove it, here and in Wireshark.
pub(in crate::tui) fn filter(f: &FindingRow) -> Option<String> {
    let frames: BTreeSet<u64> = f.evidence.iter().map(|proof| proof.frame).collect();
    let frames: Vec<String> = frames.into_iter().map(|frame| frame.to_string()).collect();
    match frames.as_slice() {
        [] => None,
        [one] => Some(format!("frame.number == {one}")),
        many => Some(format!("frame.number in {{{}}}", many.join(", "))),
    }
}
