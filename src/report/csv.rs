//! The report as a table for spreadsheets (RFC 4180): one header, one row a sign-in, negotiation, finding, web ticket or
//! TLS conversation, told apart by the first column.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, and names come from the wire. Such a cell
//! begins with an apostrophe here, which spreadsheets take as the sign for text.

use super::model::Report;
use super::words;
use crate::wire::text::escape;
use std::io::{self, Write};

const COLUMNS: [&str; 16] = [
    "type",
    "id",
    "name",
    "severity",
    "confidence",
    "outcome",
    "stage",
    "user",
    "client",
    "server",
    "title",
    "detail",
    "count",
    "frames",
    "sign_in",
    "fix",
];

/// One row; what it does not know stays empty.
#[derive(Default)]
struct Row {
    kind: &'static str,
    id: String,
    name: String,
    severity: String,
    confidence: String,
    outcome: String,
    stage: String,
    user: String,
    client: String,
    server: String,
    title: String,
    detail: String,
    count: String,
    frames: String,
    sign_in: String,
    fix: String,
}

/// Writes the report.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    record(out, COLUMNS)?;
    for s in &report.sign_ins {
        row(
            out,
            &Row {
                kind: "sign_in",
                id: s.id.to_string(),
                name: s.cause.unwrap_or_default().into(),
                confidence: s.confidence.unwrap_or_default().into(),
                outcome: s.outcome.into(),
                stage: s.failed_stage.unwrap_or_default().into(),
                user: s.user.clone().unwrap_or_default(),
                client: s.client.ip.clone(),
                title: s.sentence.clone(),
                detail: s.server_words.as_ref().map_or(String::new(), words::server),
                count: "1".into(),
                frames: frames(s.evidence.iter().copied()),
                sign_in: s.id.to_string(),
                fix: s.next.join("; "),
                ..Row::default()
            },
        )?;
    }
    for n in &report.negotiations {
        row(
            out,
            &Row {
                kind: "negotiation",
                id: n.id.to_string(),
                name: words::scheme(n),
                outcome: n.outcome.into(),
                user: words::account(n),
                client: n.client.to_string(),
                server: n.server.to_string(),
                title: n.target.as_deref().unwrap_or_default().to_owned(),
                detail: n.error.as_ref().map_or_else(|| n.reason.to_string(), ToString::to_string),
                count: n.count.to_string(),
                frames: frames(n.legs.iter().map(|leg| leg.frame)),
                ..Row::default()
            },
        )?;
    }
    for f in &report.findings {
        row(
            out,
            &Row {
                kind: "finding",
                id: f.id.into(),
                name: f.name.into(),
                severity: f.severity.into(),
                confidence: f.confidence.into(),
                user: f.user.to_string(),
                client: f.client.to_string(),
                server: f.server.to_string(),
                title: f.title.to_string(),
                detail: words::proof(f, usize::MAX),
                count: f.count.to_string(),
                frames: frames(f.evidence.iter().map(|e| e.frame)),
                sign_in: f.sign_in.map_or(String::new(), |id| id.to_string()),
                fix: f.fix.into(),
                ..Row::default()
            },
        )?;
    }
    for t in &report.web_tickets {
        row(
            out,
            &Row {
                kind: "web_ticket",
                user: t.user.clone(),
                server: t.server.clone(),
                title: t.audience.clone(),
                detail: t.expires.as_ref().map_or(String::new(), |until| format!("expires {until}")),
                count: "1".into(),
                frames: t.frame.to_string(),
                ..Row::default()
            },
        )?;
    }
    for t in &report.tls {
        let alert = t.alert.as_ref().map(|a| format!("alert {} {} by {}", a.code, a.name, a.by));
        row(
            out,
            &Row {
                kind: "tls",
                name: t.version.clone().unwrap_or_default(),
                outcome: if t.decrypted { "decrypted" } else { "closed" }.into(),
                client: t.client.clone(),
                server: t.server.clone(),
                title: t.sni.clone().unwrap_or_default(),
                detail: alert.or_else(|| t.suite.clone()).unwrap_or_default(),
                count: "1".into(),
                frames: frames(t.frames.iter().copied()),
                ..Row::default()
            },
        )?;
    }
    Ok(())
}

fn frames(numbers: impl Iterator<Item = u64>) -> String {
    let mut list: Vec<String> = numbers.map(|n| n.to_string()).collect();
    list.dedup();
    list.join(" ")
}

fn row(out: &mut impl Write, r: &Row) -> io::Result<()> {
    record(
        out,
        [
            r.kind,
            &r.id,
            &r.name,
            &r.severity,
            &r.confidence,
            &r.outcome,
            &r.stage,
            &r.user,
            &r.client,
            &r.server,
            &r.title,
            &r.detail,
            &r.count,
            &r.frames,
            &r.sign_in,
            &r.fix,
        ],
    )
}

fn record(out: &mut impl Write, cells: [&str; COLUMNS.len()]) -> io::Result<()> {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A cell: harmless, no formula, quoted where RFC 4180 asks for it.
fn cell(text: &str) -> String {
    let safe = escape(text.as_bytes());
    let formula = safe.starts_with(['=', '+', '-', '@']);
    let shown = if formula { format!("'{safe}") } else { safe.into_owned() };
    if shown.contains(['"', ',', '\r', '\n']) || formula {
        return format!("\"{}\"", shown.replace('"', "\"\""));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            assert_eq!(cell(evil), format!("\"'{evil}\""));
        }
        // Blanks that a spreadsheet would strip in front of a formula do not pass as they are.
        assert_eq!(cell("\t=1"), "\\t=1");
        assert_eq!(cell("a=1"), "a=1");
    }

    #[test]
    fn quotes_and_commas_are_quoted() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(cell("two\r\nlines"), "two\\r\\nlines");
    }
}
