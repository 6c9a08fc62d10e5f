//! The report for a person at a terminal. Everything that came from the wire is escaped here.

mod clients;
mod signins;

use super::model::{FindingRow, NegotiationRow, Report};
use super::words;
use crate::wire::text::escape;
use std::fmt::Write;

/// Negotiations and findings listed one by one; the rest is counted.
const MAX_ROWS: usize = 200;

/// How it may look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With colours.
    pub color: bool,
}

fn safe(text: &str) -> String {
    escape(text.as_bytes()).into_owned()
}

/// The report as text.
pub fn text(report: &Report, style: Style) -> String {
    let mut out = String::new();
    head(&mut out, report);
    signins::sign_ins(&mut out, report);
    clients::clients(&mut out, &report.clients);
    negotiations(&mut out, &report.negotiations);
    findings(&mut out, &report.findings, style);
    tickets(&mut out, report);
    visibility(&mut out, report);
    out
}

fn head(out: &mut String, report: &Report) {
    let capture = &report.capture;
    let files: Vec<_> = capture.files.iter().map(|f| safe(f)).collect();
    let _ = write!(out, "{}: {}", files.join(", "), words::plural(capture.packets, "packet", "packets"));
    if let (Some(first), Some(last)) = (&capture.first, &capture.last) {
        let _ = write!(out, ", {} to {}", words::minute(first), words::minute(last));
    }
    let _ = writeln!(out);
    let refused = report.negotiations.iter().filter(|n| n.outcome == "refused").count() as u64;
    let worst = report.findings.first().map_or(String::new(), |f| format!(", the worst {}", f.severity));
    let _ = writeln!(
        out,
        "{}, {} ({refused} refused), {}{worst}",
        words::outcomes(&report.sign_ins),
        words::plural(report.negotiations.len() as u64, "negotiation", "negotiations"),
        words::plural(report.findings.len() as u64, "finding", "findings"),
    );
    for notice in &capture.notices {
        let _ = writeln!(out, "note: {}", safe(notice));
    }
}

fn negotiations(out: &mut String, rows: &[NegotiationRow]) {
    let _ = writeln!(out, "\nNEGOTIATIONS");
    if rows.is_empty() {
        let _ = writeln!(out, "  none seen in clear");
    }
    for n in rows.iter().take(MAX_ROWS) {
        let kind = safe(&words::scheme(n));
        let times = if n.count > 1 { format!(" ×{}", n.count) } else { String::new() };
        let _ = writeln!(out, "  {:>3} {} {kind}  {}{times}", n.id, n.carrier, safe(&words::outcome(n)));
        let who = safe(&words::account(n));
        let target = n.target.as_deref().map_or(String::new(), |t| format!(" for {}", safe(t)));
        let lock = if n.encrypted { "inside TLS" } else { "in clear" };
        if !who.is_empty() {
            let host = n.workstation.as_deref().map_or(String::new(), |w| format!(" on {}", safe(w)));
            let _ = writeln!(out, "      {who}{host}{target}");
        } else if !target.is_empty() {
            let _ = writeln!(out, "     {target}");
        }
        let _ = writeln!(out, "      {} → {}, {lock}", n.client, n.server);
        if !n.reason.is_empty() && n.outcome != "accepted" {
            let _ = writeln!(out, "      {}", safe(&n.reason));
        }
        for certificate in words::certificates(n) {
            let _ = writeln!(out, "      {}", safe(&certificate));
        }
        let proofs = words::proofs(n);
        if !proofs.is_empty() {
            let _ = writeln!(out, "      {}", proofs.join(", "));
        }
        if let Some(key) = &n.service_key {
            let _ = writeln!(out, "      {}", safe(&key.words));
        }
        if let Some(life) = words::life(n) {
            let _ = writeln!(out, "      {}", safe(&life));
        }
        let _ = writeln!(out, "      {}", words::legs(n, 8));
    }
    if rows.len() > MAX_ROWS {
        let _ = writeln!(out, "  and {} more; -T json lists them all", rows.len() - MAX_ROWS);
    }
}

fn findings(out: &mut String, rows: &[FindingRow], style: Style) {
    let _ = writeln!(out, "\nFINDINGS");
    if rows.is_empty() {
        let _ = writeln!(out, "  none in what could be read");
    }
    for f in rows.iter().take(MAX_ROWS) {
        let letter = f.severity.get(..1).unwrap_or("?").to_uppercase();
        let (on, off) = match (style.color, f.severity) {
            (true, "critical" | "high") => ("\x1b[1;31m", "\x1b[0m"),
            (true, "medium") => ("\x1b[33m", "\x1b[0m"),
            _ => ("", ""),
        };
        let times = if f.count > 1 { format!(" ×{}", f.count) } else { String::new() };
        let sure = if f.confidence == "certain" { String::new() } else { format!(" ({})", f.confidence) };
        let _ = writeln!(out, "  {on}{letter} {}{off} {}{times}{sure}", f.id, safe(&f.title));
        let who = if f.user.is_empty() { String::new() } else { format!("{}, ", safe(&f.user)) };
        let _ = writeln!(out, "        {who}{} → {}", f.client, f.server);
        let _ = writeln!(out, "        proof: {}", safe(&words::proof(f, 4)));
        let _ = writeln!(out, "        fix: {}", f.fix);
    }
    if rows.len() > MAX_ROWS {
        let _ = writeln!(out, "  and {} more; -T json lists them all", rows.len() - MAX_ROWS);
    }
}

fn tickets(out: &mut String, report: &Report) {
    if report.web_tickets.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nWEB TICKETS");
    for t in report.web_tickets.iter().take(MAX_ROWS) {
        let life = t.lifetime_min.map_or(String::new(), |m| format!(", {m} min"));
        let until = t.expires.as_deref().map_or(String::new(), |e| format!(" until {}", words::minute(e)));
        let who = if t.user.is_empty() { String::new() } else { format!(" for {}", safe(&t.user)) };
        let _ = writeln!(out, "  #{} from {}{who}{until}{life}", t.frame, t.server);
    }
}

fn visibility(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\nWHAT COULD NOT BE SEEN");
    let closed = report.visibility.undecrypted.len();
    let _ = writeln!(out, "  {}", words::seen(report));
    for row in report.visibility.undecrypted.iter().take(10) {
        let _ = writeln!(out, "    {} → {}: {}", row.client, row.server, safe(&row.why));
    }
    if closed > 10 {
        let _ = writeln!(out, "    and {} more", closed - 10);
    }
}
