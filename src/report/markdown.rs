//! The report for a ticket or a wiki: headings and tables in GitHub's Markdown. Names from the wire can neither open a
//! table cell, nor a link, nor a tag.

use super::model::Report;
use super::words;
use crate::wire::text::escape;
use std::fmt::Write;

/// Rows of one table; the rest is counted.
const MAX_ROWS: usize = 200;

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    sign_ins(&mut out, report);
    clients(&mut out, report);
    findings(&mut out, report);
    negotiations(&mut out, report);
    tickets(&mut out, report);
    let _ = writeln!(out, "\n## What could not be seen\n\n{}", safe(&words::seen(report)));
    if !report.visibility.undecrypted.is_empty() {
        let rows = report
            .visibility
            .undecrypted
            .iter()
            .map(|u| [u.client.clone(), u.server.clone(), u.sni.clone().unwrap_or_default(), u.why.to_string()]);
        table(&mut out, ["Client", "Server", "Name", "Why"], rows);
    }
    out
}

fn head(out: &mut String, report: &Report) {
    let capture = &report.capture;
    let files: Vec<_> = capture.files.iter().map(|f| safe(f)).collect();
    let _ = writeln!(out, "# Sign-ins in {}\n", files.join(", "));
    let _ = write!(out, "{}", words::plural(capture.packets, "packet", "packets"));
    if let (Some(first), Some(last)) = (&capture.first, &capture.last) {
        let _ = write!(out, ", {} to {} UTC", words::minute(first), words::minute(last));
    }
    let refused = report.negotiations.iter().filter(|n| n.outcome == "refused").count();
    let _ = writeln!(
        out,
        ". {}, {} ({refused} refused), {}.",
        words::outcomes(&report.sign_ins),
        words::plural(report.negotiations.len() as u64, "negotiation", "negotiations"),
        words::plural(report.findings.len() as u64, "finding", "findings"),
    );
    for notice in &capture.notices {
        let _ = writeln!(out, "\n> note: {}", safe(notice));
    }
}

fn sign_ins(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\n## Sign-ins\n");
    if report.sign_ins.is_empty() {
        let _ = writeln!(out, "None seen.");
        return;
    }
    for group in words::alike(report).iter().take(10) {
        let _ = writeln!(out, "**{}**\n", safe(&group.said()));
    }
    let rows = report.sign_ins.iter().map(|s| {
        [
            s.id.to_string(),
            words::who(s).to_owned(),
            words::client(s),
            words::minute(&s.started),
            words::ending(s),
            s.sentence.clone(),
            s.server_words.as_ref().map_or(String::new(), words::server),
            words::frames(&s.evidence, 5),
        ]
    });
    table(out, ["#", "Who", "Client", "Start", "Outcome", "What happened", "Server", "Proof"], rows);
    let failed = report.sign_ins.iter().filter(|s| !s.next.is_empty() || !s.weakened.is_empty());
    for s in failed.take(MAX_ROWS) {
        let _ = writeln!(out, "\n### What to do for \\#{} {}\n", s.id, safe(words::who(s)));
        for (n, step) in (1..).zip(&s.next) {
            let _ = writeln!(out, "{n}. {}", safe(step));
        }
        for doubt in &s.weakened {
            let _ = writeln!(out, "\n> but: {}", safe(doubt));
        }
    }
}

fn clients(out: &mut String, report: &Report) {
    if report.clients.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## Clients and their first authentication\n");
    let rows = report.clients.iter().map(|kind| {
        let differs = if kind.fits == Some(false) { " (differs)" } else { "" };
        [
            kind.family.to_owned(),
            kind.side.to_owned(),
            kind.sign_ins.to_string(),
            kind.expected.to_owned(),
            format!("{}{differs}", kind.observed.join(", ")),
        ]
    });
    table(out, ["Client", "Side", "Sign-ins", "Expected", "Observed"], rows);
}

fn findings(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\n## Findings\n");
    if report.findings.is_empty() {
        let _ = writeln!(out, "None in what could be read.");
        return;
    }
    let rows = report.findings.iter().map(|f| {
        [
            f.severity.to_owned(),
            f.id.to_owned(),
            f.title.to_string(),
            f.user.to_string(),
            format!("{} → {}", f.client, f.server),
            f.count.to_string(),
            words::proof(f, 4),
        ]
    });
    table(out, ["Severity", "Id", "What", "User", "Where", "Count", "Proof"], rows);
    let _ = writeln!(out, "\n### What to do\n");
    let mut told = Vec::new();
    for f in report.findings.iter().filter(|f| !f.fix.is_empty()) {
        if !told.contains(&f.id) {
            told.push(f.id);
            let _ = writeln!(out, "- **{}** {}", f.id, safe(f.fix));
        }
    }
}

fn negotiations(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\n## Negotiations\n");
    if report.negotiations.is_empty() {
        let _ = writeln!(out, "None seen in clear.");
        return;
    }
    let rows = report.negotiations.iter().map(|n| {
        [
            n.id.to_string(),
            format!("{} {}", n.carrier, words::scheme(n)),
            words::account(n),
            n.target.as_deref().unwrap_or_default().to_owned(),
            format!("{} → {}", n.client, n.server),
            [Some(words::outcome(n)), words::life(n)].into_iter().flatten().collect::<Vec<_>>().join("; "),
            words::legs(n, 8),
        ]
    });
    table(out, ["#", "How", "Who", "For", "Where", "Outcome", "Frames"], rows);
}

fn tickets(out: &mut String, report: &Report) {
    if report.web_tickets.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## Web tickets\n");
    let rows = report.web_tickets.iter().map(|t| {
        [
            t.frame.to_string(),
            t.user.clone(),
            t.server.clone(),
            t.expires.clone().unwrap_or_default(),
            t.lifetime_min.map_or(String::new(), |m| format!("{m} min")),
        ]
    });
    table(out, ["Frame", "User", "From", "Until", "Lifetime"], rows);
}

fn table<const N: usize>(out: &mut String, head: [&str; N], rows: impl ExactSizeIterator<Item = [String; N]>) {
    let more = rows.len().saturating_sub(MAX_ROWS);
    let _ = writeln!(out, "| {} |\n|{}", head.join(" | "), " --- |".repeat(N));
    for row in rows.take(MAX_ROWS) {
        let cells = row.map(|cell| safe(&cell));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    if more > 0 {
        let _ = writeln!(out, "\nand {more} more; `-T json` lists them all");
    }
}

/// Text that is nothing but text: every sign that Markdown or HTML could read is escaped.
fn safe(text: &str) -> String {
    let mut out = String::new();
    for c in escape(text.as_bytes()).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            // GitHub makes links of addresses, and calls the people behind an at sign.
            '@' => out.push_str("&#64;"),
            ':' => out.push_str("&#58;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        assert_eq!(safe("a|b"), "a\\|b");
        assert_eq!(safe("<img src=x>"), "&lt;img src=x&gt;");
        assert_eq!(safe("[x](javascript:1)"), "\\[x\\]\\(javascript&#58;1\\)");
        assert_eq!(safe("a\nb"), "a\\\\nb");
    }
}
