//! The report in the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS 2020), for code scanning dashboards.
//!
//! A capture has no lines: a place is the capture file as artifact, and the frame as logical location. The fingerprint of a
//! result is made of rule, user and the two addresses, so that a second capture of the same fault gives the same one.

use super::baseline::fingerprint;
use super::model::{FindingRow, Report};
use super::signin::SignInRow;
use super::words;
use crate::findings::{RULES, Severity};
use crate::signin::CAUSES;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Where the schema of the format lies.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where the source of this program lies.
const HOME: &str = env!("CARGO_PKG_NAME");

/// Writes the report.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let artifacts: Vec<Value> =
        report.capture.files.iter().map(|file| json!({ "location": { "uri": uri(file) } })).collect();
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "name": rule.name,
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": rule.why },
                "help": { "text": rule.remedy, "markdown": format!("{}\n\n**What to do:** {}", rule.why, rule.remedy) },
                "defaultConfiguration": { "level": level(rule.severity.name()) },
                "properties": { "security-severity": score(rule.severity), "tags": ["security"] },
            })
        })
        .collect();
    let causes = CAUSES.iter().map(|cause| {
        let help = cause.remedy.join("\n");
        json!({
            "id": cause.code,
            "name": cause.name,
            "shortDescription": { "text": cause.title },
            "fullDescription": { "text": cause.signature },
            "help": { "text": help },
            "defaultConfiguration": { "level": "error" },
            "properties": { "tags": ["sign-in", cause.stage.name()] },
        })
    });
    let rules: Vec<Value> = rules.into_iter().chain(causes).collect();
    let failures = report.sign_ins.iter().filter_map(|s| failure(s, report));
    let results: Vec<Value> = report.findings.iter().map(|f| finding(f, report)).chain(failures).collect();
    let notices: Vec<Value> = report
        .capture
        .notices
        .iter()
        .map(|notice| json!({ "level": "warning", "message": { "text": message(notice) } }))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": HOME, "version": env!("CARGO_PKG_VERSION"), "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "artifacts": artifacts,
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notices }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn finding(f: &FindingRow, report: &Report) -> Value {
    let who = if f.user.is_empty() { String::new() } else { format!("{}, ", f.user) };
    let text = format!("{} ({who}{} → {})", f.title, f.client, f.server);
    let locations: Vec<Value> = f
        .evidence
        .iter()
        .map(|e| place(report, e.frame, e.field, &format!("frame {}: {} {}", e.frame, e.field, e.value)))
        .collect();
    // What is told first is the place; the rest is found beside it.
    let (first, related) = locations.split_at_checked(1).unwrap_or((&locations, &[]));
    let mut result = json!({
        "ruleId": f.id,
        "ruleIndex": RULES.iter().position(|rule| rule.code == f.id),
        "level": level(f.severity),
        "message": { "text": message(&text) },
        "locations": first,
        "relatedLocations": related,
        "occurrenceCount": f.count,
        "partialFingerprints": { "handshark/v1": fingerprint(&[f.id, &f.user, &f.client, &f.server]) },
        "properties": { "severity": f.severity, "confidence": f.confidence, "fix": f.fix },
    });
    if let (true, Some(object)) = (f.accepted, result.as_object_mut()) {
        object.insert("baselineState".into(), json!("unchanged"));
        object.insert("suppressions".into(), json!([{ "kind": "external", "status": "accepted" }]));
    }
    result
}

/// A sign-in that failed for a known cause.
fn failure(s: &SignInRow, report: &Report) -> Option<Value> {
    let cause = s.cause?;
    let at = CAUSES.iter().position(|c| c.code == cause)?.saturating_add(RULES.len());
    let locations: Vec<Value> =
        s.evidence.iter().map(|frame| place(report, *frame, "sign-in", &format!("frame {frame}"))).collect();
    let (first, related) = locations.split_at_checked(1).unwrap_or((&locations, &[]));
    Some(json!({
        "ruleId": cause,
        "ruleIndex": at,
        "level": "error",
        "message": { "text": message(&format!("{}: {}. {}", words::who(s), words::ending(s), s.sentence)) },
        "locations": first,
        "relatedLocations": related,
        "partialFingerprints": { "handshark/v1": fingerprint(&[cause, words::who(s), &s.client.ip]) },
        "properties": { "outcome": s.outcome, "stage": s.failed_stage, "confidence": s.confidence, "next": s.next },
    }))
}

/// A frame. Of several captures nobody knows which file a frame number counts in: then the file is left out.
fn place(report: &Report, frame: u64, field: &str, said: &str) -> Value {
    let logical = json!([{ "name": format!("frame {frame}"), "fullyQualifiedName": format!("frame {frame}/{field}") }]);
    let mut place = json!({ "logicalLocations": logical, "message": { "text": message(said) } });
    if let ([file], Some(object)) = (report.capture.files.as_slice(), place.as_object_mut()) {
        object.insert("physicalLocation".into(), json!({ "artifactLocation": { "uri": uri(file), "index": 0 } }));
    }
    place
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" => "warning",
        _ => "note",
    }
}

/// A number in the scale of CVSS, in the middle of the band of its name; dashboards sort by it.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

/// Text as a message (sections 3.11.5, 3.11.6): names from the wire can neither ask for an argument nor make a link.
fn message(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

/// A path as the reference of RFC 3986: what is no unreserved character is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for b in path.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(b)),
            b => {
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/ü.pcap"), "a%20b/%C3%BC.pcap");
    }

    #[test]
    fn messages_have_no_links_and_ask_for_nothing() {
        assert_eq!(message("[x](http://y) {0}"), "[x] (http://y) {{0}}");
        assert_eq!(message("[2001:db8::1]:5061"), "[2001:db8::1]:5061");
    }
}
