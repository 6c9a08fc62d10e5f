//! The sections of the page, from the verdict down to the method.

use super::{Content, MAX_ROWS, Page};
use crate::report::model::{FindingRow, NegotiationRow, Report};
use crate::report::tls::CertificateRow;
use crate::report::words;
use std::collections::BTreeMap;

/// In one box: how it went.
pub(super) fn verdict(page: &mut Page, report: &Report) {
    let refused = report.negotiations.iter().filter(|n| n.outcome == "refused").count();
    let worst = report.findings.first().map(|f| f.severity);
    let of = |outcome: &str| report.sign_ins.iter().filter(|s| s.outcome == outcome).count();
    let class = match worst {
        _ if of("failed") > 0 || of("looping") > 0 => "verdict bad",
        Some("critical" | "high") => "verdict bad",
        Some(_) => "verdict warn",
        None if !report.sign_ins.is_empty() && of("signed_in") == report.sign_ins.len() => "verdict good",
        None => "verdict",
    };
    let worst = worst.map_or(String::new(), |worst| format!(", the worst {worst}"));
    let said = format!(
        "{}, {} ({refused} refused), {}{worst}",
        words::outcomes(&report.sign_ins),
        words::plural(report.negotiations.len() as u64, "negotiation", "negotiations"),
        words::plural(report.findings.len() as u64, "finding", "findings"),
    );
    page.paragraph(class, &said);
}

/// Which capture it is.
pub(super) fn scope(page: &mut Page, report: &Report) {
    let capture = &report.capture;
    page.heading("Scope");
    let span = match (&capture.first, &capture.last) {
        (Some(first), Some(last)) => format!("{} to {} UTC", words::minute(first), words::minute(last)),
        _ => String::new(),
    };
    page.list(&[
        ("Files", &capture.files.join(", ")),
        ("Packets", &capture.packets.to_string()),
        ("Bytes captured", &capture.bytes.to_string()),
        ("Time", &span),
        ("Link types", &capture.link_types.join(", ")),
        ("Damaged", if capture.damaged { "yes" } else { "no" }),
    ]);
    for notice in &capture.notices {
        page.paragraph("warn", &format!("note: {notice}"));
    }
}

/// What could be seen, and what not.
pub(super) fn visibility(page: &mut Page, report: &Report) {
    page.heading("What could and could not be seen");
    page.paragraph("", &words::seen(report));
    if report.visibility.undecrypted.is_empty() {
        return;
    }
    let rows = report.visibility.undecrypted.iter();
    page.table(
        ["Client", "Server", "Name asked for", "Why it stayed closed"],
        rows.map(|u| [u.client.clone(), u.server.clone(), u.sni.clone().unwrap_or_default(), u.why.to_string()]),
    );
}

/// Authentications, each to be opened.
pub(super) fn negotiations(page: &mut Page, report: &Report) {
    page.heading("Negotiations");
    if report.negotiations.is_empty() {
        page.paragraph("soft", "none seen in clear");
    }
    for n in report.negotiations.iter().take(MAX_ROWS) {
        page.fold(false, |page| negotiation_line(page, n), |page| negotiation(page, n));
    }
    page.more(report.negotiations.len().saturating_sub(MAX_ROWS) as u64);
}

fn negotiation_line(page: &mut Page, n: &NegotiationRow) {
    page.tag(n.outcome);
    let times = if n.count > 1 { format!(" ×{}", n.count) } else { String::new() };
    let target = n.target.as_deref().map_or(String::new(), |t| format!(" for {t}"));
    page.text(&format!(" #{} {} {} {}{target}{times}", n.id, n.carrier, words::scheme(n), words::account(n)));
}

fn negotiation(page: &mut Page, n: &NegotiationRow) {
    let error = n.error.as_ref().map_or(String::new(), ToString::to_string);
    page.list(&[
        ("Account", &words::account(n)),
        ("Workstation", n.workstation.as_deref().unwrap_or_default()),
        ("Target", n.target.as_deref().unwrap_or_default()),
        ("From", &n.client.to_string()),
        ("To", &n.server.to_string()),
        ("Carrier", if n.encrypted { "inside TLS" } else { "in clear" }),
        ("Outcome", n.outcome),
        ("Because", &n.reason),
        ("Error", &error),
        ("Proved", &words::proofs(n).join(", ")),
        ("Association", &words::life(n).unwrap_or_default()),
        ("Certificate", &n.certificate.as_deref().map_or(String::new(), certificate)),
        ("Server's certificate", &n.server_certificate.as_deref().map_or(String::new(), certificate)),
    ]);
    page.table(["Frame", "Step"], n.legs.iter().map(|leg| [leg.frame.to_string(), leg.what.to_owned()]));
}

fn certificate(c: &CertificateRow) -> String {
    let wrong = if c.problems.is_empty() { String::new() } else { format!("; {}", c.problems.join(", ")) };
    let (from, until) = (&c.not_before, &c.not_after);
    format!("{}, issued by {}, valid {from} to {until} ({} days), SHA-1 {}{wrong}", c.subject, c.issuer, c.days, c.sha1)
}

/// Weaknesses, the worst first.
pub(super) fn findings(page: &mut Page, report: &Report) {
    page.heading("Findings");
    if report.findings.is_empty() {
        page.paragraph("soft", "none in what could be read");
    }
    for f in report.findings.iter().take(MAX_ROWS) {
        page.fold(
            matches!(f.severity, "critical" | "high"),
            |page| {
                page.tag(f.severity);
                let times = if f.count > 1 { format!(" ×{}", f.count) } else { String::new() };
                page.text(&format!(" {} {}{times}", f.id, f.title));
            },
            |page| finding(page, f),
        );
    }
    page.more(report.findings.len().saturating_sub(MAX_ROWS) as u64);
}

fn finding(page: &mut Page, f: &FindingRow) {
    let rule = crate::findings::rule(f.id);
    let frames: Vec<String> = f.evidence.iter().map(|e| format!("frame.number == {}", e.frame)).collect();
    page.list(&[
        ("Who", &f.user),
        ("Where", &format!("{} → {}", f.client, f.server)),
        ("Confidence", f.confidence),
        ("Why it matters", rule.map_or("", |r| r.why)),
        ("What to do", f.fix),
        ("Filter", &frames.join(" || ")),
        ("Read on", &rule.map_or(String::new(), |r| r.references.join("; "))),
    ]);
    page.table(
        ["Frame", "Field", "Value"],
        f.evidence.iter().map(|e| [e.frame.to_string(), e.field.to_owned(), e.value.to_string()]),
    );
}

/// Certificates and web tickets, with how long they live.
pub(super) fn certificates(page: &mut Page, report: &Report) {
    let mut seen: BTreeMap<(&str, &str), (&CertificateRow, String, u64)> = BTreeMap::new();
    let of_servers = report.tls.iter().filter_map(|t| Some((t.certificate.as_ref()?, t.server.clone())));
    let of_clients = report.tls.iter().filter_map(|t| Some((t.client_certificate.as_ref()?, t.client.clone())));
    let of_users = report.negotiations.iter().filter_map(|n| Some((n.certificate.as_deref()?, n.client.to_string())));
    let inside =
        report.negotiations.iter().filter_map(|n| Some((n.server_certificate.as_deref()?, n.server.to_string())));
    for (c, whose) in of_servers.chain(of_clients).chain(of_users).chain(inside) {
        let kept = seen.entry((&c.issuer, &c.serial)).or_insert_with(|| (c, whose, 0));
        kept.2 = kept.2.saturating_add(1);
    }
    if !seen.is_empty() {
        page.heading("Certificates");
        page.table(
            ["Subject", "Names", "Issuer", "From", "Until", "Days", "Shown by", "Times"],
            seen.into_values().map(|(c, whose, times)| {
                let names = c.names.join(", ");
                let (from, until, days) = (c.not_before.clone(), c.not_after.clone(), c.days.to_string());
                [c.subject.clone(), names, c.issuer.clone(), from, until, days, whose, times.to_string()]
            }),
        );
    }
    if !report.web_tickets.is_empty() {
        page.heading("Web tickets");
        page.table(
            ["Frame", "User", "Audience", "From", "Issued", "Until", "Minutes"],
            report.web_tickets.iter().map(|t| {
                let text = |time: &Option<String>| time.clone().unwrap_or_default();
                let minutes = t.lifetime_min.map_or(String::new(), |m| m.to_string());
                let (issued, until) = (text(&t.issued), text(&t.expires));
                [t.frame.to_string(), t.user.clone(), t.audience.clone(), t.server.clone(), issued, until, minutes]
            }),
        );
    }
}

/// Services asked for with Kerberos and what was answered; kinds of NTLM.
pub(super) fn kerberos(page: &mut Page, report: &Report) {
    let mut services: BTreeMap<(&str, String), u64> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for n in &report.negotiations {
        let times = u64::from(n.count);
        if let Some(target) = n.target.as_deref().filter(|_| n.carrier == "kdc") {
            let count = services.entry((target, words::outcome(n))).or_default();
            *count = count.saturating_add(times);
        }
        if let Some(kind) = n.mechanism.as_deref().filter(|m| m.starts_with("NTLM") || *m == "LM") {
            let count = kinds.entry(kind).or_default();
            *count = count.saturating_add(times);
        }
    }
    if !services.is_empty() {
        page.heading("Kerberos services asked for");
        page.table(
            ["Service", "Answer", "Times"],
            services.into_iter().map(|((name, said), n)| [name.to_owned(), said, n.to_string()]),
        );
    }
    if !kinds.is_empty() {
        page.heading("Kinds of NTLM");
        page.table(["Response", "Times"], kinds.into_iter().map(|(kind, n)| [kind.to_owned(), n.to_string()]));
    }
}

/// How it was made, and what it does not say.
pub(super) fn method(page: &mut Page, content: &Content<'_>) {
    page.heading("Method");
    let secrets =
        if content.shows_secrets { "shown, as was asked for" } else { "hidden; they stand nowhere in this file" };
    page.list(&[
        ("Made by", concat!("handshark ", env!("CARGO_PKG_VERSION"), ", offline, from the capture alone")),
        ("Secrets", secrets),
        ("Frames", "are counted from 1, as Wireshark does; a filter given above finds them there"),
        ("Limits", "what was encrypted, or is missing from the capture, is not judged"),
    ]);
}
