//! Sign-ins on the page: a line each, to be opened for the stages, the ladder, the proof, and what to do.

use super::{Content, MAX_ROWS, Page};
use crate::report::ladder::svg;
use crate::report::model::Report;
use crate::report::signin::SignInRow;
use crate::report::words;
use std::collections::BTreeSet;

/// The section.
pub(super) fn sign_ins(page: &mut Page, content: &Content<'_>) {
    let report = content.report;
    page.heading("Sign-ins");
    if report.sign_ins.is_empty() {
        page.paragraph("soft", "none seen");
    }
    for group in words::alike(report).iter().take(10) {
        page.paragraph("warn", &group.said());
    }
    // A page with many stays short until somebody opens what he wants.
    let few = report.sign_ins.len() <= 3;
    for s in report.sign_ins.iter().take(MAX_ROWS) {
        let line = |page: &mut Page| {
            page.tag(s.outcome);
            page.text(&format!(" #{} {} ", s.id, words::who(s)));
            if s.outcome != "signed_in" {
                page.text(&format!("{} ", words::ending(s)));
            }
            page.raw("<span class=\"soft\">");
            page.text(&format!("{}, {}", words::minute(&s.started), words::client(s)));
            page.raw("</span>");
        };
        page.fold(few && s.outcome != "signed_in", line, |page| sign_in(page, content, s));
    }
    page.more(report.sign_ins.len().saturating_sub(MAX_ROWS) as u64);
}

fn sign_in(page: &mut Page, content: &Content<'_>, s: &SignInRow) {
    page.paragraph("", &s.sentence);
    page.raw("<ul class=\"stages\">");
    for row in &s.stages {
        // Both are words of this program.
        page.raw(&format!("<li class=\"s-{}\">", row.state));
        let took = row.took_ms.map_or(String::new(), |ms| format!(", {ms} ms"));
        page.text(&format!("{}: {}{took}", row.stage, row.state.replace('_', " ")));
        page.raw("</li>");
    }
    page.raw("</ul>\n");
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let negotiations: Vec<String> = s.negotiations.iter().map(|id| format!("#{id}")).collect();
    page.list(&[
        ("Server said", &s.server_words.as_ref().map_or(String::new(), words::server)),
        ("Proof", &words::frames(&s.evidence, 16)),
        ("Client", &words::client(s)),
        ("Version", &text(&s.client.version)),
        ("Endpoint", &text(&s.client.endpoint)),
        ("Offered", &s.offered.join(", ")),
        ("Used", &s.used.join(", ")),
        ("Names asked for", &s.asked.join(", ")),
        ("Negotiations", &negotiations.join(" ")),
    ]);
    if !s.next.is_empty() {
        page.raw("<h3>What to do</h3><ol>");
        for step in &s.next {
            page.raw("<li>");
            page.text(step);
            page.raw("</li>");
        }
        page.raw("</ol>\n");
    }
    for doubt in &s.weakened {
        page.paragraph("warn", &format!("but: {doubt}"));
    }
    let mine: Vec<_> = s.findings.iter().filter_map(|at| content.report.findings.get(at.saturating_sub(1))).collect();
    if !mine.is_empty() {
        page.table(
            ["Finding", "Severity", "What"],
            mine.iter().map(|f| [f.id.into(), f.severity.into(), f.title.to_string()]),
        );
    }
    if let Some(ladder) = content.ladders.get(&s.id) {
        page.raw("<div class=\"scroll\">");
        page.raw(&svg::svg(ladder));
        page.raw("</div>\n");
    }
}

/// Kinds of clients: how each should authenticate first, how it did, and what it used in SIP.
pub(super) fn clients(page: &mut Page, report: &Report) {
    if report.clients.is_empty() {
        return;
    }
    let rows = report.clients.iter().map(|kind| {
        let mine = || report.sign_ins.iter().filter(|s| s.client.family == kind.family && s.side == kind.side);
        let good = mine().filter(|s| s.outcome == "signed_in").count();
        let used: BTreeSet<String> = mine().map(|s| s.used.join(", ")).filter(|used| !used.is_empty()).collect();
        let differs = if kind.fits == Some(false) { " (differs)" } else { "" };
        [
            kind.family.to_owned(),
            kind.side.to_owned(),
            kind.sign_ins.to_string(),
            good.to_string(),
            kind.expected.to_owned(),
            format!("{}{differs}", kind.observed.join(", ")),
            used.into_iter().collect::<Vec<_>>().join("; "),
        ]
    });
    page.heading("Clients and their first authentication");
    page.table(["Client", "Side", "Sign-ins", "Signed in", "Expected", "Observed", "Used in SIP"], rows);
}
