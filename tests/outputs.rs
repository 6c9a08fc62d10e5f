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
use std::process::Command;

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
    // What only keys bring to light.
    for (file, option, keys, there) in [
        ("captures/sip/krb-mutual.pcap", "--keytab", "captures/sip/krb-all.keytab", "service_key"),
        ("captures/sip/dsk-life.pcap", "--keylog", "captures/sip/dsk-life.keys", "renewed_by"),
    ] {
        let report: Value = serde_json::from_str(&good(&["report", "-T", "json", file, option, keys])).unwrap();
        assert_eq!(schema::check(&schema, &report), Vec::<String>::new(), "{file}");
        let negotiations = report["negotiations"].as_array().unwrap();
        assert!(negotiations.iter().any(|n| n.get(there).is_some()), "{file}: no {there}");
    }
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
            let shown = good(&["ladder", "-T", form, file, "--client", "192.0.2.101"]);
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
    assert!(fails(2, &["ladder", "captures/http/gzip.pcap", "--signin", "1"]).contains("none was found"));
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
    assert_eq!(code("captures/http/gzip.pcap"), 1, "none is not a sign-in");
    assert_eq!(program::run(&["report", "captures/sip/sipp-404-udp.pcap"]).code, 0, "only when asked");
}

/// What tshark says, or nothing where there is none.
fn tshark(arguments: &[&str]) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(output) = Command::new("tshark").current_dir(root).args(arguments).output() else {
        eprintln!("skipped: no tshark here");
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn streams_are_followed_as_tshark_does() {
    for (file, layer, index) in [
        ("captures/http/chunked.pcap", "tcp", "0"),
        ("captures/http/chunked.pcap", "http", "0"),
        ("captures/http/gzip.pcap", "http", "0"),
        ("captures/http/pipelined.pcap", "tcp", "0"),
        ("captures/sip/tcp-pipelined.pcap", "tcp", "0"),
        ("captures/sip/sipp-404-udp.pcap", "udp", "0"),
        ("captures/dns/dig-tcp.pcap", "tcp", "0"),
    ] {
        for (form, theirs) in [("text", "ascii"), ("hex", "hex")] {
            let follow = format!("follow,{layer},{theirs},{index}");
            let Some(expected) = tshark(&["-n", "-r", file, "-q", "-z", &follow]) else { return };
            let shown = good(&["follow", file, layer, index, "-T", form]);
            let shown =
                if layer == "udp" || layer == "tcp" { shown } else { shown.replace("Filter: udp", "Filter: tcp") };
            assert_eq!(shown.lines().count(), expected.lines().count(), "{file} {follow}\n{shown}\n{expected}");
            for (ours, theirs) in shown.lines().zip(expected.lines()) {
                assert_eq!(ours.trim_end(), theirs.trim_end(), "{file} {follow}");
            }
        }
    }
}

#[test]
fn secrets_are_masked_in_what_is_followed() {
    let file = "captures/http/http-basic-ok.pcap";
    for layer in ["tcp", "http"] {
        for form in ["text", "raw"] {
            let ran = program::run(&["follow", file, layer, "0", "-T", form]);
            assert_eq!(ran.code, 0, "{}", ran.err);
            assert!(
                ran.out.contains("Authorization: Basic ****") && !ran.out.contains("Q09SVklE"),
                "{layer}: {}",
                ran.out
            );
            assert!(ran.err.contains("--show-secrets"), "{}", ran.err);
            let open = good(&["follow", file, layer, "0", "-T", form, "--show-secrets"]);
            assert!(open.contains("Authorization: Basic Q09SVklEXG1vbmE6TmlnaHRqYXIjNDI="), "{open}");
        }
    }
    let ntlm = program::run(&["follow", FALLBACK, "sip", "0"]);
    assert!(
        ntlm.out.contains("REGISTER sip:")
            && ntlm.out.contains("Authorization: NTLM qop=")
            && !ntlm.out.contains("TlRM"),
        "{}",
        ntlm.out
    );
    let soap = program::run(&["follow", "captures/http/soap-passwordtext-clear.pcap", "http", "0"]);
    assert!(soap.out.contains("Password") && !soap.out.contains("Nightjar"), "{}", soap.out);
}

#[test]
fn passwords_of_mail_are_masked_in_bytes_too() {
    for (name, secrets) in [
        ("imap-login", &["Nightjar#42"][..]),
        ("imap-plain", &["TmlnaHRqYXI", "bEATmlna"]),
        ("pop-user", &["Nightjar#42"]),
        ("smtp-plain", &["TmlnaHRqYXI"]),
        ("smtp-login-wrong", &["TmlnaHRqYXI", "SG9vcG9l", "QXV0dW1u"]),
    ] {
        let file = format!("captures/mail/{name}.pcap");
        // The column of characters, without the breaks between its lines.
        let dump = good(&["packets", &file, "-x"]);
        let dump: String = dump.lines().filter_map(|line| line.get(56..)).collect();
        let followed = program::run(&["follow", &file, "tcp", "0"]).out;
        for secret in secrets {
            assert!(!dump.contains(secret) && !followed.contains(secret), "{name}: {secret}");
        }
        assert!(dump.contains('·') && followed.contains("***"), "{name}");
    }
}

#[test]
fn what_was_inside_tls_is_followed() {
    let keys = ["--keylog", "captures/http/dsk-basic-http.keys"];
    let file = "captures/tls/tls13.pcap";
    let ran = program::run(&["follow", file, "tls", "0", "--keylog", "captures/tls/tls13.keys"]);
    assert!(ran.code == 0 && ran.out.contains("HTTP/1.1"), "{} {}", ran.out, ran.err);
    let closed = good(&["follow", file, "tls", "0"]);
    assert!(!closed.contains("HTTP/1.1"), "{closed}");
    assert_eq!(
        program::run(&[&["follow", "captures/http/dsk-basic-http.pcap", "http", "0"], &keys[..]].concat()).code,
        0
    );
}

#[test]
fn sides_and_missing_streams() {
    let file = "captures/http/chunked.pcap";
    let [client, server] =
        ["client", "server"].map(|side| good(&["follow", file, "tcp", "0", "-T", "raw", "--side", side]));
    assert!(client.starts_with("GET /slow.cgi") && server.starts_with("HTTP/1.1 200"), "{client}{server}");
    assert_eq!(good(&["follow", file, "tcp", "0", "-T", "raw"]), client.clone() + &server);
    assert!(fails(2, &["follow", file, "tcp", "7"]).contains("there is no stream 7: they are counted from 0 to 0"));
    assert!(fails(2, &["follow", file, "udp", "0"]).contains("no such stream"));
}

#[test]
fn two_sign_ins_are_compared() {
    let same = good(&["compare", &format!("{FALLBACK}#1"), FALLBACK]);
    assert!(same.contains("no difference in"), "{same}");
    let other = "captures/kerberos/sip-krb-ok.pcap";
    let other = if Path::new(env!("CARGO_MANIFEST_DIR")).join(other).exists() {
        other
    } else {
        "captures/sip/sipp-404-tcp.pcap"
    };
    let parted = good(&["compare", FALLBACK, other, "--width", "100"]);
    assert_eq!(parted.matches("── the first difference").count(), 1, "{parted}");
    assert!(fails(2, &["compare", &format!("{FALLBACK}#9"), other]).contains("no sign-in 9"));
    assert!(fails(2, &["compare", "captures/http/gzip.pcap", other]).contains("no sign-in"));
}

/// Frames of a capture with their data, through the packet printer.
fn packets(file: &str) -> Vec<String> {
    good(&["packets", file, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.protocols"])
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_smaller_capture_is_still_one() {
    let out = temporary("export.pcapng", b"old");
    let out = out.to_str().unwrap();
    for file in [
        DIGEST,
        FALLBACK,
        "captures/net/sip-udp-comments.pcapng",
        "captures/net/any-sll2.pcap",
        "captures/net/dumpcap.pcapng",
    ] {
        good(&["export", "-q", file, "-w", out]);
        assert_eq!(packets(out), packets(file), "{file}");
        // The copy is pcapng, where interfaces have numbers.
        let tree = |file: &str| -> Vec<String> {
            let text = good(&["packets", file, "-V"]);
            text.lines().filter(|line| !line.starts_with("    Interface id: ")).map(str::to_owned).collect()
        };
        assert_eq!(tree(out), tree(file), "{file}");
        if let Some(theirs) = tshark(&["-n", "-r", out, "-T", "fields", "-e", "frame.number", "-e", "frame.protocols"])
        {
            assert_eq!(
                theirs,
                tshark(&["-n", "-r", file, "-T", "fields", "-e", "frame.number", "-e", "frame.protocols"]).unwrap()
            );
        }
    }
    let ran = program::run(&["export", FALLBACK, "-w", out, "-Y", "sip.Status-Code == 401"]);
    assert!(ran.code == 0 && ran.out.is_empty() && ran.err.contains("packets written to"), "{}", ran.err);
    assert!(packets(out).len() < packets(FALLBACK).len());
    assert_eq!(
        good(&["packets", out, "-Y", "sip.Status-Code == 401", "-T", "fields", "-e", "frame.time_epoch"]),
        good(&["packets", FALLBACK, "-Y", "sip.Status-Code == 401", "-T", "fields", "-e", "frame.time_epoch"])
    );
}

#[test]
fn what_a_packet_needs_goes_with_it() {
    let out = temporary("needs.pcapng", b"");
    let out = out.to_str().unwrap();
    for (file, filter) in [
        ("captures/sip/sipp-small-segments-tcp.pcap", "sip.Status-Code"),
        ("captures/net/sip-udp-fragments.pcap", "sip.Method"),
    ] {
        good(&["export", "-q", file, "-w", out, "-Y", filter]);
        let found = |file: &str| {
            good(&["packets", file, "-Y", filter, "-T", "fields", "-e", "frame.time_epoch", "-e", "sip.CSeq"])
        };
        assert!(!found(file).is_empty());
        assert_eq!(found(out), found(file), "{file}");
    }
}

#[test]
fn a_sign_in_is_cut_out_and_annotated() {
    let out = temporary("signin.pcapng", b"");
    let out = out.to_str().unwrap();
    good(&["export", "-q", FALLBACK, "-w", out, "--signin", "1", "--annotate"]);
    let report = |file: &str| -> Value { serde_json::from_str(&good(&["report", "-T", "json", file])).unwrap() };
    let (small, whole) = (report(out), report(FALLBACK));
    assert_eq!(small["sign_ins"][0]["outcome"], whole["sign_ins"][0]["outcome"]);
    assert_eq!(small["sign_ins"][0]["user"], whole["sign_ins"][0]["user"]);
    let comments = good(&["packets", out, "-T", "fields", "-e", "frame.comment"]);
    assert!(comments.contains("handshark: W39 critical: SIP without TLS"), "{comments}");
    let failed = "captures/sip/sipp-404-udp.pcap";
    good(&["export", "-q", failed, "-w", out, "--annotate"]);
    let comments = good(&["packets", out, "-Y", "frame.number == 2", "-T", "fields", "-e", "frame.comment"]);
    assert!(comments.contains("handshark: sign-in 1 of gone@corvid.example failed (F39)"), "{comments}");
}

#[test]
fn nothing_is_written_over_the_input() {
    let copy = temporary("input.pcap", &fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(DIGEST)).unwrap());
    let name = copy.to_str().unwrap();
    let before = fs::read(&copy).unwrap();
    assert!(fails(2, &["export", name, "-w", name]).contains("name another file"));
    assert_eq!(fs::read(&copy).unwrap(), before);
    fails(3, &["export", name, "-w", "captures/nosuch/folder/out.pcapng"]);
    // A run that fails leaves what was there.
    let kept = temporary("kept.pcapng", b"kept");
    fails(2, &["export", name, "-w", kept.to_str().unwrap(), "-Y", "nosuch"]);
    fails(3, &["export", "captures/nosuch.pcap", "-w", kept.to_str().unwrap()]);
    assert_eq!(fs::read(&kept).unwrap(), b"kept");
}

#[test]
fn standard_input_and_output_are_captures_too() {
    let input = fs::File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join(DIGEST)).unwrap();
    let ran = program::handshark().args(["export", "-", "-w", "-", "--annotate", "-q"]).stdin(input).output().unwrap();
    assert_eq!(ran.status.code(), Some(0));
    assert!(ran.stdout.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]));
}

/// The report of a capture without what a copy may change: names, addresses, and what is computed from them.
fn story(file: &str) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(object) => {
                for gone in [
                    "files",
                    "user",
                    "domain",
                    "workstation",
                    "target",
                    "client",
                    "server",
                    "sni",
                    "subject",
                    "issuer",
                    "names",
                    "serial",
                    "sha1",
                    "sha256",
                    // Over another certificate the signature of its owner is another, which nobody can make.
                    "proved",
                    "sentence",
                    "asked",
                    "value",
                    "title",
                    "reason",
                    "endpoint",
                    "audience",
                    "next",
                    "source",
                    "bytes",
                    "link_types",
                    "name",
                    "version",
                ] {
                    object.remove(gone);
                }
                object.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut report: Value = serde_json::from_str(&good(&["report", "-q", "-T", "json", file])).unwrap();
    strip(&mut report);
    report
}

#[test]
fn a_redacted_copy_tells_the_same_story() {
    let out = temporary("redacted.pcapng", b"");
    let out = out.to_str().unwrap();
    for file in [
        DIGEST,
        FALLBACK,
        "captures/http/http-basic-ok.pcap",
        "captures/http/soap-passwordtext-clear.pcap",
        "captures/http/chunked.pcap",
        "captures/kerberos/error7-unknown-service.pcap",
        "captures/kerberos/http-krb-ok.pcap",
        "captures/ntlm/ntlm-tcp-ok.pcap",
        "captures/sip/sipp-404-udp.pcap",
        "captures/sip/tls5061-nokeys.pcap",
        "captures/sip/sipp-small-segments-tcp.pcap",
        "captures/net/any-sll2.pcap",
        "captures/net/ntlm-tcp-ok-vlan.pcap",
        "captures/net/sip-udp-fragments.pcap",
        "captures/net/tcp-loss-reorder-sip.pcap",
        "captures/dns/dig-udp.pcap",
        "captures/sip/ntlm-segment-resent.pcap",
        "captures/ntlm/http-ntlmv1-ess-impacket.pcap",
        "captures/http/proxy-connect-407-200.pcap",
        "captures/mail/imap-plain.pcap",
        "captures/mail/imap-cram-wrong.pcap",
        "captures/mail/pop-cram.pcap",
        "captures/mail/smtp-plain.pcap",
        "captures/mail/smtp-login-wrong.pcap",
        "captures/smb/ntlm-wrong.pcap",
        "captures/ldap/spnego-signed.pcap",
        "captures/tls/chain-inspected.pcap",
        "captures/sip/sipp-basic-tcp.pcap",
        "captures/sip/dsk-life.pcap",
    ] {
        good(&["redact", "-q", file, "-w", out]);
        let (copy, original) = (story(out), story(file));
        assert_eq!(copy, original, "{file}\n{copy:#}\n{original:#}");
        // Checksums are as good, or as bad, as they were.
        let sums = |file: &str| {
            good(&[
                "packets",
                file,
                "-T",
                "fields",
                "-e",
                "ip.checksum.status",
                "-e",
                "tcp.checksum.status",
                "-e",
                "frame.len",
            ])
        };
        if !file.contains("fragments") {
            assert_eq!(sums(out), sums(file), "{file}");
        }
    }
}

/// `text` in every form in which it could stand in a packet.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut forms = vec![text.as_bytes().to_vec(), text.to_uppercase().into_bytes(), utf16.clone()];
    forms.push(text.bytes().flat_map(|b| format!("{b:02x}").into_bytes()).collect());
    for plain in [text.as_bytes(), &utf16] {
        // The letters of base64 that depend on these bytes alone, at each of the three alignments.
        for shift in 0..3_usize {
            let padded = [vec![0; shift], plain.to_vec()].concat();
            let encoded = handshark::wire::base64::encode(&padded);
            let from = [0, 2, 3][shift];
            let whole = padded.len() * 8 / 6;
            // Four letters are in any long token by chance, once in some hundred copies.
            let letters = &encoded.as_bytes()[from..whole];
            forms.extend((letters.len() > 4).then(|| letters.to_vec()));
        }
    }
    forms
}

#[test]
fn nothing_of_the_original_is_in_a_redacted_copy() {
    let out = temporary("searched.pcapng", b"");
    let name = out.to_str().unwrap();
    for file in [
        FALLBACK,
        "captures/http/http-basic-ok.pcap",
        "captures/http/soap-passwordtext-clear.pcap",
        "captures/ntlm/dsk-http-clear.pcap",
        "captures/ntlm/ntlm-tcp-ok.pcap",
        "captures/kerberos/http-krb-ok.pcap",
        "captures/net/any-sll2.pcap",
        "captures/net/sip-udp-fragments.pcap",
        "captures/sip/ntlm-segment-resent.pcap",
        "captures/net/sip-udp-comments.pcapng",
        "captures/net/http-basic-ipv6.pcap",
        "captures/ldap/simple-ok.pcap",
        "captures/mail/smtp-plain.pcap",
        "captures/mail/imap-login.pcap",
        "captures/mail/smtp-login-wrong.pcap",
        "captures/mail/pop-cram.pcap",
        "captures/smb/ntlm.pcap",
        "captures/http/proxy-connect-407.pcap",
        "captures/kerberos/error7-unknown-service.pcap",
        "captures/sip/dsk-life.pcap",
    ] {
        let original = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        good(&["redact", "-q", file, "-w", name]);
        let copy = fs::read(&out).unwrap();
        let holds = |bytes: &[u8], part: &[u8]| memchr::memmem::find(bytes, part).is_some();
        let mut there = 0;
        for text in [
            "mona",
            "reyes",
            "corvid",
            "pool01",
            "nospn",
            "wks101",
            "ce6360536420",
            "Nightjar#42",
            "192.0.2.101",
            "2001:db8:66::101",
        ] {
            // What the original does not name, a stand-in may hold by chance.
            let forms = forms(text);
            let known = forms.iter().filter(|form| holds(&original, form)).count();
            there += known;
            for form in forms.iter().filter(|_| known > 0) {
                assert!(!holds(&copy, form), "{file}: {text} as {:?}", String::from_utf8_lossy(form));
            }
        }
        for address in
            [&[192, 0, 2, 101][..], &[192, 0, 2, 10], &[0x20, 1, 0xd, 0xb8, 0, 0x66, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]]
        {
            assert!(!holds(&original, address) || !holds(&copy, address), "{file}: {address:?}");
        }
        assert!(there > 0, "{file}: the search finds nothing in the original either");
    }
}

#[test]
fn keys_stay_behind_and_what_they_open_is_covered_anew() {
    let out = temporary("keys.pcapng", b"");
    let name = out.to_str().unwrap();
    let keys = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/sip/dsk-tls-ok.keys")).unwrap();
    good(&["redact", "-q", "captures/sip/dsk-tls-ok.pcap", "--keylog", "captures/sip/dsk-tls-ok.keys", "-w", name]);
    let copy = fs::read(&out).unwrap();
    let secrets = keys.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_whitespace().nth(2));
    for secret in secrets {
        let bytes = handshark::wire::text::unhex(secret).unwrap();
        assert!(
            memchr::memmem::find(&copy, &bytes).is_none() && memchr::memmem::find(&copy, secret.as_bytes()).is_none()
        );
    }
    // What was opened is covered by other secrets, which the copy brings along: not a byte is the same.
    let data = |file| good(&["packets", "-q", file, "-Y", "tls.app_data", "-T", "fields", "-e", "tls.app_data"]);
    let (before, after) = (data("captures/sip/dsk-tls-ok.pcap"), data(name));
    let parts =
        |text: &str| text.split([',', '\n']).filter(|part| part.len() > 40).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(parts(&before).len(), parts(&after).len());
    assert!(parts(&before).iter().all(|part| !after.contains(part.as_str())) && !parts(&after).is_empty());
    // Without keys nothing of it goes along.
    good(&["redact", "-q", "captures/sip/dsk-tls-ok.pcap", "-w", name]);
    assert!(data(name).bytes().all(|b| matches!(b, b'0' | b',' | b'\n')), "{}", data(name));
    assert!(fails(2, &["redact", name, "-w", name]).contains("name another file"));
}
