//! What leaves the program for other programs and people: the forms of the report, ladders, smaller captures, redacted
//! captures, comparisons.

#[path = "support/look.rs"]
mod look;
#[path = "support/program.rs"]
mod program;
#[path = "support/schema.rs"]
mod schema;

use program::{fails, good, temporary};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A REGISTER, its challenge, a REGISTER with the answer, 200.
const DIGEST: &str = "captures/sip/sipp-digest-udp.pcap";
/// SIP over IPv6 with the KDC on IPv4; the KDC knows no such service and the client falls back.
const FALLBACK: &str = "captures/kerberos/krb-missing-spn-fallback.pcap";

fn report_schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_report_fits_the_schema() {
    let schema = report_schema();
    let mut rows = [0_usize; 5];
    for path in look::captures() {
        let Ok((_, json)) = look::report(&fs::read(&path).unwrap()) else { continue };
        let report: Value = serde_json::from_str(&json).unwrap();
        let wrong = schema::check(&schema, &report);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", look::name(&path));
        for (count, list) in rows.iter_mut().zip(["negotiations", "findings", "web_tickets", "tls", "sign_ins"]) {
            *count += report[list].as_array().unwrap().len();
        }
    }
    assert!(rows[..4].iter().all(|n| *n > 0), "{rows:?}");
    // The walk itself finds what is wrong.
    let mut report: Value = serde_json::from_str(&good(&["report", "-T", "json", DIGEST])).unwrap();
    assert_eq!(schema::check(&schema, &report), Vec::<String>::new());
    report["findings"][0]["severity"] = "awful".into();
    report["negotiations"][0]["legs"][0]["frame"] = 0.into();
    report["capture"]["surprise"] = true.into();
    report["capture"]["first"] = "yesterday".into();
    report.as_object_mut().unwrap().remove("tls");
    assert_eq!(schema::check(&schema, &report).len(), 5);
}

#[test]
fn lines_are_rows_of_the_report() {
    let whole: Value = serde_json::from_str(&good(&["report", "-T", "json", FALLBACK])).unwrap();
    let lines: Vec<Value> =
        good(&["report", "-T", "ndjson", FALLBACK]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| -> Vec<Value> {
        let mut rows: Vec<Value> = lines.iter().filter(|line| line["type"] == kind).cloned().collect();
        for row in &mut rows {
            assert_eq!(row.as_object_mut().unwrap().remove("schema").unwrap(), "handshark/1");
            row.as_object_mut().unwrap().remove("type");
        }
        rows
    };
    for (kind, list) in [
        ("sign_in", "sign_ins"),
        ("negotiation", "negotiations"),
        ("finding", "findings"),
        ("web_ticket", "web_tickets"),
        ("tls", "tls"),
    ] {
        assert_eq!(&of(kind), whole[list].as_array().unwrap(), "{kind}");
    }
    assert_eq!(of("capture"), [whole["capture"].clone()]);
    assert_eq!(of("visibility"), [whole["visibility"].clone()]);
}

#[test]
fn every_form_is_written() {
    for (form, start, word) in [
        ("text", "captures/", "FINDINGS"),
        ("json", "{", "\"findings\""),
        ("ndjson", "{\"schema\":\"handshark/1\",\"type\":\"capture\"", "\"W39\""),
        ("csv", "type,id,name,", "\r\nfinding,W39,"),
        ("markdown", "# Sign-ins in captures/", "| critical | W39 |"),
        ("html", "<!DOCTYPE html>", "W39 SIP without TLS"),
        ("sarif", "{", "\"ruleId\": \"W39\""),
    ] {
        let shown = good(&["report", "-T", form, FALLBACK]);
        assert!(shown.starts_with(start) && shown.contains(word), "{form}: {shown}");
        let path = temporary(&format!("report.{form}"), b"");
        good(&["report", "-T", form, FALLBACK, "-o", path.to_str().unwrap()]);
        assert_eq!(fs::read_to_string(&path).unwrap(), shown, "{form}");
    }
}

#[test]
fn no_form_tells_a_password() {
    // mona:Nightjar#42 in Basic, a clear UsernameToken, a Bearer token.
    for file in ["captures/http/http-basic-ok.pcap", "captures/http/soap-passwordtext-clear.pcap"] {
        for form in ["text", "json", "ndjson", "csv", "markdown", "html", "sarif"] {
            let shown = good(&["report", "-T", form, file]);
            assert!(!shown.contains("Nightjar") && !shown.contains("TmlnaHRqYXI"), "{form} {file}");
        }
        for form in ["text", "svg", "mermaid", "html"] {
            let shown = good(&["ladder", "-T", form, file]);
            assert!(!shown.contains("Nightjar") && !shown.contains("TmlnaHRqYXI"), "{form} {file}");
        }
    }
}

#[test]
fn a_ladder_is_drawn_in_every_form() {
    let wide = good(&["ladder", FALLBACK, "--signin", "1", "--width", "120"]);
    assert!(wide.contains("front end") && wide.contains("REGISTER NTLM start") && wide.contains('▶'), "{wide}");
    // Its KDC exchange went over IPv4 and belongs to it all the same.
    assert!(wide.contains("KDC_ERR_S_PRINCIPAL_UNKNOWN (7)"), "{wide}");
    assert_eq!(good(&["ladder", FALLBACK, "--width", "120"]), wide, "the only one need not be named");
    let narrow = good(&["ladder", FALLBACK, "--width", "60"]);
    assert!(narrow.lines().skip(2).all(|line| line.chars().count() <= 60), "{narrow}");
    assert!(narrow.contains("→ 2001:db8:66::10"), "{narrow}");
    assert!(good(&["ladder", FALLBACK, "-T", "svg"]).starts_with("<svg "));
    assert!(good(&["ladder", FALLBACK, "-T", "mermaid"]).starts_with("sequenceDiagram\n"));
    assert!(good(&["ladder", FALLBACK, "-T", "html"]).contains("<svg class=\"ladder\""));
    let kdc = good(&["ladder", FALLBACK, "--client", "192.0.2.101"]);
    assert!(kdc.contains("KDC_ERR_S_PRINCIPAL_UNKNOWN (7)") && !kdc.contains("REGISTER"), "{kdc}");
    assert!(fails(2, &["ladder", FALLBACK, "--signin", "99"]).contains("no sign-in 99"));
    assert!(fails(2, &["ladder", "captures/dns/dig-udp.pcap", "--signin", "1"]).contains("none was found"));
}

#[test]
fn the_failing_step_is_marked() {
    let drawn = good(&["ladder", "captures/sip/sipp-404-udp.pcap", "--signin", "1"]);
    let failed: Vec<_> = drawn.lines().filter(|line| line.contains("FAILED HERE")).collect();
    assert!(failed.len() == 1 && failed[0].contains("404"), "{drawn}");
}

#[test]
fn a_sign_in_can_be_expected() {
    let code = |file: &str| program::run(&["report", "--expect-signin", file]).code;
    assert_eq!(code(FALLBACK), 0);
    assert_eq!(code("captures/sip/sipp-404-udp.pcap"), 1);
    assert_eq!(code("captures/dns/dig-udp.pcap"), 1, "none is not a sign-in");
    assert_eq!(program::run(&["report", "captures/sip/sipp-404-udp.pcap"]).code, 0, "only when asked");
}
