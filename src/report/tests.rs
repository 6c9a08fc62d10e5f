//! Names from the wire in every field of the report: no form lets them be more than text.

use super::html::{self, Content};
use super::ladder::{Ladder, Lifeline, Role, State, Step};
use super::model::{
    Capture, EndedRow, ErrorRow, EvidenceRow, FindingRow, LegRow, LifeRow, NegotiationRow, Report, TicketRow,
};
use super::signin::{ClientKind, ClientRow, DiagnosticsRow, SignInRow, StageEntry, WordsRow};
use super::tls::{AlertRow, CertificateRow, TlsRow, Undecrypted, Visibility};
use super::{csv, markdown, ndjson, sarif, text};
use crate::wire::Timestamp;
use crate::wire::text::harmful;
use std::collections::{BTreeMap, BTreeSet};

/// Names that somebody might choose.
const HOSTILE: [&str; 8] = [
    "</td></tr></table><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style></svg><svg onload=alert(1)>",
    "=HYPERLINK(\"http://evil\",\"click\")",
    "a|b`c`[x](javascript:alert(1))\n\n# heading",
    "\u{1b}[2J\u{202e}gnp.exe\r\n,\"",
    "<!--&lt;&#x3c;iframe src=//evil>-->",
];

/// A report that says `name` wherever a text can come from outside. Times and addresses never do.
fn report(name: &str) -> Report {
    let text = || name.to_owned();
    let some = || Some(text());
    let named = || Some(text().into());
    let time = || "2026-11-22T10:00:41Z".to_owned();
    let end = std::net::SocketAddr::from(([192, 0, 2, 1], 5061));
    let address = || end.to_string();
    let certificate = || CertificateRow {
        subject: text(),
        issuer: text(),
        names: vec![text(), text()],
        not_before: time(),
        not_after: time(),
        days: 180,
        serial: text(),
        days_left: Some(3),
        sha1: text(),
        sha256: text(),
        signature: text(),
        problems: vec![text()],
        key_bits: Some(2048),
        proved: Some(true),
    };
    Report {
        schema: "handshark/1",
        kind: "report",
        capture: Capture {
            files: vec![text()],
            packets: 1,
            bytes: 1,
            first: Some(time()),
            last: Some(time()),
            link_types: vec![text()],
            dropped: Some(1),
            behind: Some(1),
            damaged: true,
            notices: vec![text()],
        },
        sign_ins: vec![SignInRow {
            id: 1,
            user: some(),
            client: ClientRow {
                ip: "192.0.2.1".into(),
                user_agent: some(),
                family: "pc",
                version: some(),
                endpoint: some(),
            },
            server: some(),
            side: "internal",
            started: time(),
            ended: time(),
            outcome: "failed",
            failed_stage: Some("register"),
            cause: Some(crate::signin::CAUSES[0].code),
            cause_or: Vec::new(),
            confidence: Some("likely"),
            sentence: text(),
            server_words: Some(WordsRow {
                status: 403,
                phrase: text(),
                diagnostics: Some(DiagnosticsRow { id: 4004, reason: text(), source: text(), result: None }),
                frame: 1,
            }),
            stages: vec![StageEntry { stage: "register", state: "failed", frames: vec![1], took_ms: Some(1.5) }],
            offered: vec![text()],
            used: vec![text()],
            asked: vec![text()],
            evidence: vec![1],
            next: vec![text()],
            weakened: vec![text()],
            negotiations: vec![1],
            findings: vec![1],
        }],
        negotiations: vec![NegotiationRow {
            id: 1,
            carrier: "kdc",
            scheme: text().into(),
            mechanism: Some(format!("NTLM{name}").into()),
            client: end,
            server: end,
            user: named(),
            domain: named(),
            workstation: named(),
            target: named(),
            encrypted: false,
            outcome: "refused",
            reason: text().into(),
            error: Some(Box::new(ErrorRow { space: "ms", code: 4004, name: text() })),
            legs: vec![LegRow { frame: 1, what: "challenge" }],
            count: 2,
            password_check: Some("matches"),
            service_key: None,
            signatures: None,
            certificate: Some(Box::new(certificate())),
            server_certificate: Some(Box::new(certificate())),
            resumed: true,
            life: Some(Box::new(LifeRow {
                ended: Some(EndedRow { how: "forgotten", frame: 1, after_s: Some(60), words: text() }),
                renewed_by: Some(2),
                renews: None,
            })),
        }],
        clients: vec![ClientKind {
            family: "pc",
            side: "internal",
            sign_ins: 1,
            expected: "Kerberos",
            observed: vec![text()],
            fits: Some(false),
        }],
        findings: vec![FindingRow {
            id: "W01",
            name: "basic-in-clear",
            severity: "critical",
            confidence: "certain",
            title: text().into(),
            user: text().into(),
            client: address().into(),
            server: address().into(),
            count: 2,
            evidence: vec![EvidenceRow { frame: 1, field: "http.authorization", value: text().into() }],
            fix: "fix",
            sign_in: Some(1),
            accepted: false,
        }],
        web_tickets: vec![TicketRow {
            issued: Some(time()),
            expires: Some(time()),
            lifetime_min: Some(480),
            user: text(),
            audience: text(),
            server: address(),
            frame: 1,
        }],
        tls: vec![TlsRow {
            client: address(),
            server: address(),
            sni: some(),
            version: some(),
            suite: some(),
            alpn: some(),
            alert: Some(AlertRow { code: 45, name: "certificate_expired", by: "client" }),
            certificate: Some(certificate()),
            client_certificate: Some(certificate()),
            decrypted: false,
            frames: vec![1],
        }],
        visibility: Visibility {
            tls_conversations: 1,
            decrypted: 0,
            undecrypted: vec![Undecrypted { client: address(), server: address(), sni: some(), why: text().into() }],
        },
    }
}

fn ladder(name: &str) -> Ladder {
    let line = |role| Lifeline { roles: BTreeSet::from([role]), address: name.into(), name: Some(name.into()) };
    let step = Step {
        frame: 1,
        time: Timestamp(0),
        from: 0,
        to: 1,
        protocol: "SIP",
        label: name.into(),
        state: State::Failed,
        count: 1,
        encrypted: false,
        flow: 0,
    };
    Ladder {
        title: name.into(),
        sentence: name.into(),
        lifelines: vec![line(Role::Client), line(Role::FrontEnd)],
        steps: vec![step],
        more: 1,
    }
}

fn page(name: &str) -> String {
    let report = report(name);
    let ladders = BTreeMap::from([(1, ladder(name))]);
    let whole = html::html(&Content { report: &report, ladders: &ladders, shows_secrets: false });
    whole + &html::ladder(&ladder(name))
}

/// The markup of a page without its texts.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|piece| piece.split_once('>').map_or(piece, |(tag, _)| tag)).collect()
}

#[test]
fn html_has_the_same_markup_whatever_the_names() {
    let expected = page("plain");
    assert!(tags(&expected).len() > 100, "{expected}");
    for name in HOSTILE {
        let shown = page(name);
        assert_eq!(tags(&shown), tags(&expected), "{name:?}");
        assert!(!shown.chars().any(|c| c != '\n' && harmful(c)), "{name:?}");
    }
    for gone in ["<script", "<iframe", "http://", "https://", "url(", "@import", "src="] {
        let own = expected.replace("http://www.w3.org/2000/svg", "");
        // References of the rules are text; nothing loads them.
        assert!(!tags(&own).iter().any(|tag| tag.contains(gone)), "{gone}");
        assert!(!own.contains("<script") && !own.contains("@import") && !own.contains("url("), "{gone}");
    }
}

#[test]
fn a_table_has_the_same_cells_whatever_the_names() {
    let table = |name: &str| {
        let mut out = Vec::new();
        csv::write(&mut out, &report(name)).unwrap();
        String::from_utf8(out).unwrap()
    };
    for name in HOSTILE {
        let shown = table(name);
        assert_eq!(shown.matches("\r\n").count(), table("plain").matches("\r\n").count(), "{shown}");
        for line in shown.lines() {
            let cells = cells(line);
            assert_eq!(cells.len(), 16, "{line}");
            assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{line}");
        }
    }
}

/// The cells of a line of RFC 4180.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut signs = line.chars().peekable();
    while let Some(c) = signs.next() {
        match c {
            '"' if quoted && signs.peek() == Some(&'"') => cell.push(signs.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    assert!(!quoted, "{line}");
    cells.push(cell);
    cells
}

#[test]
fn markdown_has_the_same_tables_whatever_the_names() {
    let bars = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
    let shape = |name: &str| markdown::markdown(&report(name)).lines().map(bars).collect::<Vec<_>>();
    for name in HOSTILE {
        assert_eq!(shape(name), shape("plain"), "{}", markdown::markdown(&report(name)));
        let shown = markdown::markdown(&report(name));
        assert!(!shown.contains("<script") && !shown.contains("](") && !shown.contains("<img"), "{shown}");
    }
}

#[test]
fn groups_are_of_the_server_that_mattered() {
    let mut report = report("a");
    let row = report.sign_ins.remove(0);
    let at = |server: Option<&str>, outcome| SignInRow { server: server.map(str::to_owned), outcome, ..row.clone() };
    let (edge, other) = (Some("[2001:db8::2]:443"), Some("192.0.2.9:5061"));
    // All of them asked the same KDC last: its negotiation is the last one of each.
    report.sign_ins = vec![
        at(edge, "failed"),
        at(edge, "signed_in"),
        at(Some("[2001:db8::2]:5061"), "failed"),
        at(other, "failed"),
        at(None, "failed"),
        at(None, "failed"),
    ];
    let groups: Vec<_> =
        super::words::alike(&report).into_iter().map(|group| (group.server, group.rows.len(), group.of)).collect();
    // Of those whose server is not known it is said how many they are of all.
    assert_eq!(groups, [(String::new(), 2, 6), ("2001:db8::2".to_owned(), 2, 3)]);
}

#[test]
fn text_and_json_stay_what_they_are() {
    for name in HOSTILE {
        let shown = text::text(&report(name), text::Style::default());
        assert!(!shown.chars().any(|c| c != '\n' && harmful(c)), "{shown:?}");
        let mut out = Vec::new();
        ndjson::write(&mut out, &report(name)).unwrap();
        let lines: Vec<serde_json::Value> = out
            .split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        let kinds: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["capture", "sign_in", "negotiation", "finding", "web_ticket", "tls", "visibility"]);
        assert_eq!(lines[2]["user"], name);
        let mut out = Vec::new();
        sarif::write(&mut out, &report(name)).unwrap();
        let log: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let result = &log["runs"][0]["results"][0];
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][at]["id"], "W01");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
    }
}
