//! The report for a person at a terminal. Everything that came from the wire is escaped here.

use super::model::{FindingRow, NegotiationRow, Report};
use super::story;
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

pub(super) fn safe(text: &str) -> String {
    escape(text.as_bytes()).into_owned()
}

/// The report as text.
pub fn text(report: &Report, style: Style) -> String {
    let mut out = String::new();
    head(&mut out, report);
    story::sign_ins(&mut out, &report.sign_ins, style);
    story::clients(&mut out, &report.clients);
    negotiations(&mut out, &report.negotiations);
    findings(&mut out, &report.findings, style);
    tickets(&mut out, report);
    visibility(&mut out, report);
    out
}

pub(super) fn plural(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

fn head(out: &mut String, report: &Report) {
    let capture = &report.capture;
    let files: Vec<_> = capture.files.iter().map(|f| safe(f)).collect();
    let _ = write!(out, "{}: {}", files.join(", "), plural(capture.packets, "packet", "packets"));
    if let (Some(first), Some(last)) = (&capture.first, &capture.last) {
        let _ = write!(out, ", {} to {}", minute(first), minute(last));
    }
    let _ = writeln!(out);
    let refused = report.negotiations.iter().filter(|n| n.outcome == "refused").count() as u64;
    let worst = report.findings.first().map_or(String::new(), |f| format!(", the worst {}", f.severity));
    let _ = writeln!(
        out,
        "{} ({refused} refused), {}{worst}",
        plural(report.negotiations.len() as u64, "negotiation", "negotiations"),
        plural(report.findings.len() as u64, "finding", "findings"),
    );
    for notice in &capture.notices {
        let _ = writeln!(out, "note: {}", safe(notice));
    }
}

/// `2026-11-22 09:56:35` of an RFC 3339 time.
pub(super) fn minute(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}

fn negotiations(out: &mut String, rows: &[NegotiationRow]) {
    let _ = writeln!(out, "\nNEGOTIATIONS");
    if rows.is_empty() {
        let _ = writeln!(out, "  none seen in clear");
    }
    for n in rows.iter().take(MAX_ROWS) {
        let kind = match &n.mechanism {
            Some(mechanism) if *mechanism != n.scheme => format!("{} ({})", n.scheme, safe(mechanism)),
            _ => safe(&n.scheme),
        };
        let times = if n.count > 1 { format!(" ×{}", n.count) } else { String::new() };
        let _ = writeln!(out, "  {:>3} {} {kind}  {}{times}", n.id, n.carrier, outcome(n));
        let who = account(n);
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
        let proofs: Vec<String> = password(n).into_iter().chain(signatures(n)).collect();
        if !proofs.is_empty() {
            let _ = writeln!(out, "      {}", proofs.join(", "));
        }
        if let Some(key) = &n.service_key {
            let _ = writeln!(out, "      {}", safe(&key.words));
        }
        let legs: Vec<String> = n.legs.iter().take(8).map(|leg| format!("#{} {}", leg.frame, leg.what)).collect();
        let more = n.legs.len().saturating_sub(8);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let _ = writeln!(out, "      {}{more}", legs.join(", "));
    }
    if rows.len() > MAX_ROWS {
        let _ = writeln!(out, "  and {} more; -T json lists them all", rows.len() - MAX_ROWS);
    }
}

fn outcome(n: &NegotiationRow) -> String {
    let error = n.error.as_ref().filter(|_| n.outcome == "refused");
    error.map_or_else(|| n.outcome.to_uppercase(), |e| format!("REFUSED {} {} {}", e.space, e.code, safe(&e.name)))
}

/// What a password that was given turned out to be; nothing if none was tried.
fn password(n: &NegotiationRow) -> Option<String> {
    n.password_check.filter(|said| *said != "unchecked").map(|said| format!("password: {said}"))
}

/// What became of the signatures; nothing if none was recomputed.
fn signatures(n: &NegotiationRow) -> Option<String> {
    let s = n.signatures.filter(|s| s.verified > 0 || s.invalid > 0)?;
    let counts = [(s.verified, "verified"), (s.invalid, "INVALID"), (s.unchecked, "unchecked")];
    let said: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    Some(format!("signatures: {}", said.join(", ")))
}

fn account(n: &NegotiationRow) -> String {
    let user = n.user.as_deref().map(safe).unwrap_or_default();
    match n.domain.as_deref().filter(|d| !d.is_empty()) {
        Some(domain) if n.mechanism.as_deref() == Some("Kerberos") => format!("{user}@{}", safe(domain)),
        Some(domain) if !user.is_empty() => format!("{}\\{user}", safe(domain)),
        _ => user,
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
        let proof: Vec<String> =
            f.evidence.iter().take(4).map(|e| format!("#{} {} {}", e.frame, e.field, safe(&e.value))).collect();
        let more = f.evidence.len().saturating_sub(4);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let _ = writeln!(out, "        proof: {}{more}", proof.join("; "));
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
        let until = t.expires.as_deref().map_or(String::new(), |e| format!(" until {}", minute(e)));
        let who = if t.user.is_empty() { String::new() } else { format!(" for {}", safe(&t.user)) };
        let _ = writeln!(out, "  #{} from {}{who}{until}{life}", t.frame, t.server);
    }
}

fn visibility(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\nWHAT COULD NOT BE SEEN");
    let closed = report.visibility.undecrypted.len();
    if closed == 0 {
        let seen = match report.visibility.tls_conversations {
            0 => "no TLS in this capture".to_owned(),
            n => format!("{} read with the keys given", plural(n, "TLS conversation", "TLS conversations")),
        };
        let _ = writeln!(out, "  {seen}; nothing seen does not mean that nothing is there");
        return;
    }
    let _ = writeln!(
        out,
        "  {} of {} TLS conversations stayed closed; nothing is said about what they carry",
        report.visibility.tls_conversations - report.visibility.decrypted,
        report.visibility.tls_conversations
    );
    for row in report.visibility.undecrypted.iter().take(10) {
        let _ = writeln!(out, "    {} → {}: {}", row.client, row.server, safe(&row.why));
    }
    if closed > 10 {
        let _ = writeln!(out, "    and {} more", closed - 10);
    }
}
