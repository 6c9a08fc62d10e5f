//! The program from outside: exit codes, what goes to which stream, and the options of `packets` and `report`.

#[path = "support/look.rs"]
mod look;
#[path = "support/make.rs"]
mod make;
#[path = "support/program.rs"]
mod program;

use handshark::protocol::registry;
use program::{Ran, fails, good, handshark, run, temporary};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;

/// A REGISTER, its challenge, a REGISTER with the answer, 200.
const DIGEST: &str = "captures/sip/sipp-digest-udp.pcap";
/// Cut in its fourth packet.
const CUT: &str = "captures/broken/cut.pcapng";

#[test]
fn usage_errors_are_2() {
    for arguments in [
        &["packets"][..],
        &["packets", "--nosuch", DIGEST],
        &["packets", DIGEST, CUT],
        &["packets", DIGEST, "-T", "fields"],
        &["packets", DIGEST, "-e", "frame.number"],
        &["packets", DIGEST, "-T", "fields", "-e", "frame.number", "-E", "nosuch=1"],
        &["packets", DIGEST, "-T", "fields", "-e", "frame.number", "-E", "occurrence=x"],
        &["packets", DIGEST, "-T", "nosuch"],
        &["packets", DIGEST, "-t", "nosuch"],
        &["packets", DIGEST, "-c", "many"],
        &["packets", DIGEST, "-c", "0"],
        &["packets", DIGEST, "-d", "nosuch"],
        &["packets", DIGEST, "-d", "tcp.port==80,nosuch"],
        &["report"],
        &["report", DIGEST, "-T", "nosuch"],
        &["report", DIGEST, "--fail-on", "nosuch"],
        &["explain", "W00"],
        &["explain", "ms:four"],
        &["explain", "nosuch:4"],
    ] {
        fails(2, arguments);
    }
    let ran = run(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("Usage: handshark"), "{}", ran.err);
}

#[test]
fn filter_errors_point_at_the_place() {
    let told = fails(2, &["packets", DIGEST, "-Y", "sip && sip.Metod == \"REGISTER\""]);
    let lines: Vec<_> = told.lines().collect();
    assert!(lines[0].contains("no field is called 'sip.Metod'") && lines[0].contains("sip.Method"), "{told}");
    assert_eq!(lines[1].find("sip.Metod"), lines[2].find("^^^^^^^^^"), "{told}");
    for wrong in [
        "",
        "sip ==",
        "== 1",
        "(sip",
        "sip)",
        "sip &&",
        "!",
        "sip sip",
        "frame.number == x",
        "ip.addr == 1.2.3",
        "sip.Method == REGISTER\"",
        "sip.Method contains",
        "sip.Method == \u{202e}",
        "\0",
        "((((((((((",
    ] {
        let ran = handshark().args(["packets", DIGEST, "-Y"]).arg(wrong.replace('\0', "\u{1}")).output().unwrap();
        let ran = Ran::from(ran);
        assert!(matches!(ran.code, 0 | 2), "{wrong}: {}", ran.err);
        assert!(!ran.err.chars().any(|c| c != '\n' && handshark::wire::text::harmful(c)), "{:?}", ran.err);
        if ran.code == 2 {
            assert!(ran.out.is_empty() && ran.err.contains('^'), "{wrong}: {}", ran.err);
        } else {
            assert!(wrong.is_empty(), "{wrong:?} is taken for a filter");
        }
    }
    // Depth is bounded, not the stack's business.
    let deep = format!("{}sip{}", "(".repeat(50_000), ")".repeat(50_000));
    assert!(matches!(run(&["packets", DIGEST, "-Y", &deep]).code, 0 | 2));
    let deep = format!("{}sip", "!".repeat(50_000));
    assert!(matches!(run(&["packets", DIGEST, "-Y", &deep]).code, 0 | 2));
}

#[test]
fn unknown_fields_get_a_suggestion() {
    let told = fails(2, &["packets", DIGEST, "-T", "fields", "-e", "sip.Metod"]);
    assert!(told.contains("sip.Metod") && told.contains("did you mean sip.Method"), "{told}");
}

#[test]
fn what_is_no_capture_is_3() {
    let text = "captures/broken/text.pcap";
    let missing = "captures/nosuch.pcap";
    for command in ["packets", "report"] {
        for (file, word) in [
            ("captures/broken/zero-bytes.pcap", "empty"),
            (text, "not a capture"),
            ("captures", "folder"),
            (missing, "no such file"),
        ] {
            let told = fails(3, &[command, file]);
            assert!(told.contains(file) && told.contains(word), "{told}");
            assert_eq!(told.lines().count(), 1, "{told}");
        }
    }
    assert_eq!(run(&["report", DIGEST, missing]).code, 3);
    let hostile = "captures/\u{1b}[2J\u{202e}.pcap";
    let told = fails(3, &["report", hostile]);
    assert!(!told.contains('\u{1b}') && !told.contains('\u{202e}'), "{told:?}");
}

#[test]
fn damage_is_4_only_when_strict() {
    for command in ["packets", "report"] {
        let ran = run(&[command, CUT]);
        assert_eq!(ran.code, 0);
        assert!(ran.err.starts_with("handshark: ") && ran.err.contains("cut off after packet 3"), "{}", ran.err);
        let strict = run(&[command, "--strict", CUT]);
        assert_eq!((strict.code, &strict.out, &strict.err), (4, &ran.out, &ran.err));
        let quiet = run(&[command, "--strict", "-q", CUT]);
        assert_eq!((quiet.code, quiet.err.as_str()), (4, ""));
        good(&[command, "-q", CUT]);
        good(&[command, "--strict", DIGEST]);
        assert_eq!(run(&[command, "--strict", DIGEST, "-c", "1"][..if command == "packets" { 5 } else { 3 }]).code, 0);
    }
    assert!(good(&["report", "-q", CUT]).contains("cut off after packet 3"), "the report itself tells it");
    let both = run(&["report", "--strict", CUT, DIGEST]);
    assert_eq!(both.code, 4, "a good file behind a damaged one changes nothing");
}

#[test]
fn packets_before_a_cut_are_printed() {
    assert_eq!(run(&["packets", CUT]).out.lines().count(), 3);
    let json: Value = serde_json::from_str(&run(&["packets", CUT, "-T", "json"]).out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 3);
}

#[test]
fn findings_are_1_only_when_asked_for() {
    good(&["report", DIGEST]);
    assert_eq!(run(&["report", DIGEST, "--fail-on", "high"]).code, 1);
    assert_eq!(run(&["report", "captures/dns/dig-udp.pcap", "--fail-on", "info"]).code, 0);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    for arguments in [
        &["packets", "captures/sip/dsk-tls-ok.pcap", "-V"][..],
        &["packets", "captures/sip/dsk-tls-ok.pcap", "-T", "json"],
        &["packets", "captures/sip/dsk-tls-ok.pcap", "-x"],
        &["fields"],
    ] {
        let mut child = handshark().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        // The reading end is gone now.
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let ran: Ran = handshark().args(["packets", DIGEST]).stdout(full).output().unwrap().into();
    assert!(ran.code != 0 && ran.err.contains("cannot write the output"), "{} {}", ran.code, ran.err);
}

#[test]
fn standard_input_is_a_capture_too() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in [DIGEST, "captures/net/sip-udp.pcap.zst", "captures/net/dumpcap.pcapng"] {
        let piped = |arguments: &[&str]| -> Ran {
            handshark().args(arguments).stdin(File::open(root.join(file)).unwrap()).output().unwrap().into()
        };
        let named = good(&["packets", file]);
        assert!(!named.is_empty());
        for arguments in [&["packets", "-"][..], &["packets", "-r", "-"], &["-r", "-", "packets"]] {
            let ran = piped(arguments);
            assert_eq!((ran.code, &ran.out), (0, &named), "{arguments:?} {file}: {}", ran.err);
        }
        let report = piped(&["report", "-"]);
        assert_eq!((report.code, report.out.replacen("-:", &format!("{file}:"), 1)), (0, good(&["report", file])));
        assert_eq!(piped(&["-"]).out, report.out);
    }
    let mut child = handshark().args(["packets", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"no capture").unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(3));
}

#[test]
fn without_a_command_it_reports() {
    assert_eq!(good(&[DIGEST]), good(&["report", DIGEST]));
    assert_eq!(good(&["-r", DIGEST]), good(&["report", DIGEST]));
}

#[test]
fn several_files_make_one_report() {
    let json: Value =
        serde_json::from_str(&good(&["report", "-T", "json", DIGEST, "captures/http/digest-ok.pcap"])).unwrap();
    assert_eq!(json["capture"]["files"].as_array().unwrap().len(), 2);
    assert_eq!(json["capture"]["packets"], 4 + good(&["packets", "captures/http/digest-ok.pcap"]).lines().count());
    let carriers: BTreeSet<_> =
        json["negotiations"].as_array().unwrap().iter().map(|n| n["carrier"].as_str().unwrap()).collect();
    assert_eq!(carriers, BTreeSet::from(["http", "sip"]));
}

#[test]
fn a_report_goes_to_a_file() {
    let path = temporary("report.json", b"old");
    let name = path.to_str().unwrap();
    assert_eq!(good(&["report", DIGEST, "-T", "json", "-o", name]), "");
    assert_eq!(fs::read_to_string(&path).unwrap(), good(&["report", DIGEST, "-T", "json"]));
    let told = fails(3, &["report", DIGEST, "-o", "captures/nosuch/folder/out"]);
    assert!(told.contains("cannot write captures/nosuch/folder/out"), "{told}");
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (capture, keys, link) = (place("a.pcap"), place("a.keys"), place("b.pcap"));
    fs::copy("captures/sip/dsk-revoked-fallback-ntlm.pcap", &capture).unwrap();
    fs::copy("captures/sip/dsk-revoked-fallback-ntlm.keys", &keys).unwrap();
    let twin = place("c.pcap");
    std::os::unix::fs::symlink(&capture, &link).unwrap();
    fs::hard_link(&capture, &twin).unwrap();
    let before = (fs::read(&capture).unwrap(), fs::read(&keys).unwrap());
    for (command, option) in [("report", "-o"), ("ladder", "-o"), ("export", "-w"), ("redact", "-w")] {
        for target in [&capture, &keys, &link, &twin] {
            let told = fails(2, &[command, &capture, "--keylog", &keys, option, target]);
            assert!(told.contains("is read by this command"), "{told}");
        }
        assert_eq!((fs::read(&capture).unwrap(), fs::read(&keys).unwrap()), before, "{command}");
        assert_eq!(run(&[command, &capture, "--keylog", &keys, option, "/dev/null"]).code, 0);
    }
    let told = fails(2, &["report", "-r", &capture, "-o", &capture]);
    assert!(told.contains("a.pcap is read by this command"), "{told}");
}

#[test]
fn links_that_are_not_read_are_told() {
    // LINKTYPE_USER0, and one packet of four bytes.
    let mut capture = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 147, 0, 0, 0];
    capture.extend([0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4]);
    let told = good(&["report", temporary("user0.pcap", &capture).to_str().unwrap()]);
    assert!(told.contains("note: 1 packets of a kind of link that is not read"), "{told}");
    assert!(!good(&["report", DIGEST]).contains("note:"));
}

#[test]
fn files_of_another_kind_are_told() {
    let told = fails(2, &["report", DIGEST, "--keylog", "README.md"]);
    assert!(told.contains("README.md") && told.contains("holds no secret of TLS"), "{told}");
    good(&["report", DIGEST, "--keylog", "/dev/null"]);
    let told = fails(3, &["report", DIGEST, "--baseline", "/dev/zero"]);
    assert!(told.contains("/dev/zero") && told.contains("too long"), "{told}");
}

#[test]
fn severities_can_be_left_out() {
    let all = good(&["report", DIGEST]);
    let some = good(&["report", DIGEST, "--min-severity", "critical"]);
    assert!(all.contains("W39") && all.contains("W06"));
    assert!(some.contains("W39") && !some.contains("W06"));
}

#[test]
fn colours_only_for_terminals() {
    assert!(!good(&["report", DIGEST]).contains('\u{1b}'));
    assert!(good(&["report", DIGEST, "--color", "always"]).contains('\u{1b}'));
    assert!(!good(&["report", DIGEST, "--color", "never"]).contains('\u{1b}'));
    let plain: Ran = handshark().args(["report", DIGEST]).env("NO_COLOR", "1").output().unwrap().into();
    assert!(!plain.out.contains('\u{1b}'));
    // Asked for in so many words, it wins over the environment.
    let asked: Ran =
        handshark().args(["report", DIGEST, "--color", "always"]).env("NO_COLOR", "1").output().unwrap().into();
    assert!(asked.out.contains('\u{1b}'));
}

#[test]
fn the_report_as_json_keeps_its_promises() {
    let json: Value = serde_json::from_str(&good(&["report", "-T", "json", DIGEST])).unwrap();
    assert_eq!((&json["schema"], &json["type"]), (&Value::from("handshark/1"), &Value::from("report")));
    let capture = &json["capture"];
    assert_eq!((capture["packets"].as_u64(), capture["damaged"].as_bool()), (Some(4), Some(false)));
    assert_eq!(capture["link_types"][0], "EN10MB");
    let first = capture["first"].as_str().unwrap();
    assert!(
        first.len() == 30 && first.ends_with('Z') && &first[19..20] == ".",
        "{first} is no RFC 3339 in nanoseconds"
    );
    let negotiation = &json["negotiations"][0];
    assert_eq!((negotiation["id"].as_u64(), negotiation["scheme"].as_str()), (Some(1), Some("Digest")));
    assert_eq!(negotiation["legs"][0]["frame"].as_u64(), Some(3));
    assert!(negotiation["encrypted"].is_boolean());
    for key in ["sign_ins", "negotiations", "findings", "web_tickets", "tls"] {
        assert!(json[key].is_array(), "{key}");
    }
    assert!(json["visibility"]["tls_conversations"].is_u64());
    for finding in json["findings"].as_array().unwrap() {
        assert!(finding["count"].is_u64() && finding["evidence"][0]["frame"].is_u64());
    }
}

/// Frame numbers that a filter lets through.
fn frames(file: &str, filter: &str) -> String {
    good(&["packets", file, "-Y", filter, "-T", "fields", "-e", "frame.number"]).trim().replace('\n', " ")
}

#[test]
fn filters_choose_packets() {
    for (filter, expected) in [
        ("sip", "1 2 3 4"),
        ("sip.Method", "1 3"),
        ("!sip.Method", "2 4"),
        ("not sip.Method", "2 4"),
        ("sip.Method == \"REGISTER\"", "1 3"),
        ("sip.Method eq \"REGISTER\"", "1 3"),
        ("sip.Method == \"register\"", ""),
        ("sip.Method != \"REGISTER\"", ""),
        ("sip.Status-Code == 401", "2"),
        ("sip.Status-Code != 401", "4"),
        ("sip.Status-Code >= 200 && sip.Status-Code < 300", "4"),
        ("sip.Status-Code == 0x191", "2"),
        ("sip.Status-Code == 401 || sip.Method", "1 2 3"),
        ("sip.Status-Code == 401 or sip.Status-Code == 200 and frame.number == 4", "2 4"),
        ("!(sip.Status-Code == 401)", "1 3 4"),
        ("sip.CSeq contains \"REGI\"", "1 2 3 4"),
        ("sip.User-Agent contains \"sipp\"", "1 3"),
        ("ip.src == 192.0.2.10", "2 4"),
        // Bytes of protocols.
        ("ip[12:4] == c0:00:02:0a", "2 4"),
        ("sip[0:8] == \"REGISTER\"", "1 3"),
        ("udp contains \"401 \"", "2"),
        ("frame[-2:] != \"\\r\\n\"", ""),
        ("ip.addr == 192.0.2.10", "1 2 3 4"),
        ("ip.src == 192.0.2.0/28", "2 4"),
        ("ip.dst == 10.0.0.0/8", ""),
        ("udp.port == 5060", "1 2 3 4"),
        ("tcp", ""),
        ("frame.len > 390", "1 2 3"),
        ("frame.number == 2", "2"),
        ("frame.time_relative > 0.001", "3 4"),
        ("frame.protocols contains \"sip\"", "1 2 3 4"),
    ] {
        assert_eq!(frames(DIGEST, filter), expected, "{filter}");
    }
    // Values of two fields are found in one packet; one that repeats is found by any of its values.
    assert_eq!(
        frames("captures/http/http-basic-ok.pcap", "http.request.method == \"GET\" && http.authorization"),
        frames("captures/http/http-basic-ok.pcap", "http.authbasic")
    );
}

#[test]
fn fields_are_laid_out_as_asked() {
    let fields = ["packets", DIGEST, "-T", "fields", "-e", "frame.number", "-e", "ip.addr", "-e", "sip.Status-Code"];
    let with = |more: &[&str]| good(&[&fields[..], more].concat());
    assert_eq!(with(&["-c", "2"]), "1\t192.0.2.101,192.0.2.10\t\n2\t192.0.2.10,192.0.2.101\t401\n");
    assert!(with(&["-E", "header=y"]).starts_with("frame.number\tip.addr\tsip.Status-Code\n1\t"));
    assert!(with(&["-E", "header=n"]).starts_with("1\t"));
    assert!(with(&["-E", "separator=;", "-E", "aggregator=+"]).starts_with("1;192.0.2.101+192.0.2.10;\n"));
    assert!(with(&["-E", "separator=/s", "-E", "occurrence=f"]).starts_with("1 192.0.2.101 \n"));
    assert!(with(&["-E", "separator=/t", "-E", "occurrence=l"]).starts_with("1\t192.0.2.10\t\n"));
    assert!(with(&["-E", "occurrence=a"]).starts_with("1\t192.0.2.101,192.0.2.10\t\n"));
    assert_eq!(with(&["-Y", "sip.Status-Code == 200"]), "4\t192.0.2.10,192.0.2.101\t200\n");
}

#[test]
fn reading_stops_where_asked() {
    assert_eq!(good(&["packets", DIGEST, "-c", "2"]).lines().count(), 2);
    assert_eq!(good(&["packets", DIGEST, "-c", "100"]).lines().count(), 4);
    // Packets read are counted, not packets printed.
    assert_eq!(good(&["packets", DIGEST, "-c", "2", "-Y", "sip.Status-Code"]).lines().count(), 1);
}

#[test]
fn a_message_without_end_is_not_shown_in_another_connection() {
    let mut talk = make::Talk::tcp(80);
    talk.segment(make::Side::Client, b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nfirst");
    // The same ports again: the first connection is over without having said so.
    talk.next = [70_000, 80_000];
    talk.open();
    talk.segment(make::Side::Client, b"GET /b HTTP/1.1\r\nHost: b\r\n\r\n");
    let file = temporary("ports-again.pcap", &talk.pcap());
    let file = file.to_str().unwrap();
    let fields = ["-e", "frame.number", "-e", "tcp.stream", "-e", "http.request.uri", "-e", "http.host"];
    let rows = good(&[&["packets", file, "-T", "fields"], &fields[..]].concat());
    assert_eq!(rows, "1\t0\t\t\n2\t0\t\t\n3\t0\t\t\n4\t0\t\t\n5\t1\t\t\n6\t1\t\t\n7\t1\t\t\n8\t1\t/b\tb\n");
    assert!(!good(&["packets", file, "-V"]).contains("/a"));
}

#[test]
fn lines_have_the_time_asked_for() {
    let time = |format: &str| {
        let out = good(&["packets", DIGEST, "-t", format]);
        out.lines().nth(2).unwrap().split("  192").next().unwrap().trim().trim_start_matches("3 ").trim().to_owned()
    };
    assert_eq!(time("r"), "0.001024000"[..8].to_owned());
    assert_eq!(time("d"), "0.000204");
    assert_eq!(time("e"), "1795351190.409056");
    assert_eq!(time("ad"), "2026-11-22 12:39:50.409056");
    assert_eq!(time("a"), "12:39:50.409056");
    assert!(time("u").contains("12:39:50.409056"));
}

/// The ends of lines, as tshark prints them.
#[test]
fn lines_say_what_tshark_says() {
    for (file, frame, end) in [
        ("net/tcp-loss-reorder-http.pcap", 6, "HTTP 354 [TCP Previous segment not captured] Continuation"),
        // Bytes that were seen before are no segment of anything.
        (
            "net/tcp-loss-reorder-http.pcap",
            8,
            "TCP 354 [TCP Retransmission] 80 → 39234 [ACK] Seq=174 Ack=94 Win=65536 Len=288 TSval=4067766850 TSecr=4144519508",
        ),
        ("smb/ntlm-wrong.pcap", 11, "SMB2 143 Session Setup Response, Error: STATUS_LOGON_FAILURE"),
        ("ldap/simple-wrong.pcap", 4, "LDAP 101 bindRequest(1) \"CORVID\\mona\" simple "),
        (
            "ldap/simple-wrong.pcap",
            6,
            "LDAP 167 bindResponse(1) invalidCredentials (80090308: LdapErr: DSID-0C0903A9, comment: \
             AcceptSecurityContext error, data 52e, v1db1) ",
        ),
        (
            "dcerpc/tcp-kerberos.pcap",
            51,
            "DCERPC 98 Fault: call_id: 4, Fragment: Single, Ctx: 0, status: nca_s_fault_access_denied",
        ),
        ("media/turn-udp.pcap", 1, "STUN 102 Allocate Request UDP lifetime: 777"),
        (
            "media/turn-udp.pcap",
            2,
            "STUN 154 Allocate Error Response error-code: 401 (Unauthenticated) Unauthorized with nonce realm: \
             corvid.example",
        ),
        (
            "media/turn-udp.pcap",
            13,
            "STUN 162 Channel-Bind Request ChannelNumber=0x5ec6 XOR-PEER-ADDRESS: 192.0.2.11:3481 user: lena with nonce \
             realm: corvid.example",
        ),
    ] {
        let line = good(&["packets", &format!("captures/{file}"), "-Y", &format!("frame.number == {frame}")]);
        assert!(line.ends_with(&format!(" {end}\n")), "{file} {frame}\n{line}");
    }
}

#[test]
fn trees_open_what_is_asked_for() {
    let all = good(&["packets", DIGEST, "-V", "-c", "1"]);
    let some = good(&["packets", DIGEST, "-O", "sip", "-c", "1"]);
    assert!(all.lines().any(|l| l.starts_with("    Source Address: ") || l.trim_start().starts_with("Source")));
    let tops = |text: &str| {
        text.lines().filter(|l| !l.starts_with(' ') && !l.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(tops(&all), tops(&some), "every protocol keeps its first line");
    let opened: Vec<_> = some.lines().filter(|l| l.starts_with(' ')).collect();
    assert!(opened.iter().any(|l| l.contains("REGISTER sip:corvid.example")), "{some}");
    assert!(!opened.iter().any(|l| l.contains("Time to Live") || l.contains("Source Port")), "{some}");
    let both = good(&["packets", DIGEST, "-O", "ip,sip", "-c", "1"]);
    assert!(both.lines().count() > some.lines().count());
}

#[test]
fn bytes_are_those_of_the_capture() {
    let dump = good(&["packets", DIGEST, "-x", "-c", "1"]);
    let mut bytes = Vec::new();
    for line in dump.lines().filter(|l| l.get(4..6) == Some("  ") && u32::from_str_radix(&l[..4], 16).is_ok()) {
        let columns = line.get(6..54).unwrap_or(&line[6..]);
        bytes.extend(columns.split_whitespace().map(|b| u8::from_str_radix(b, 16).unwrap()));
    }
    let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(DIGEST)).unwrap();
    assert_eq!(bytes, file[40..40 + bytes.len()]);
    assert_eq!(bytes.len(), 394);
}

#[test]
fn packets_as_json_are_typed() {
    let json: Value = serde_json::from_str(&good(&["packets", DIGEST, "-T", "json"])).unwrap();
    let list = json.as_array().unwrap();
    assert_eq!(list.len(), 4);
    let fields = &list[1]["fields"];
    assert_eq!(list[1]["frame"].as_u64(), Some(2));
    assert_eq!(fields["sip.Status-Code"].as_u64(), Some(401));
    assert_eq!(fields["ip.flags.df"].as_bool(), Some(true));
    assert_eq!(fields["ip.addr"].as_array().unwrap().len(), 2);
    assert_eq!(fields["ip.src"].as_str(), Some("192.0.2.10"));
    assert_eq!(good(&["packets", DIGEST, "-T", "json", "-Y", "tcp"]).split_whitespace().collect::<String>(), "[]");
}

#[test]
fn a_port_is_decoded_as_told() {
    assert_eq!(frames(DIGEST, "sip"), "1 2 3 4");
    let told = good(&["packets", DIGEST, "-d", "udp.port==5060,dns", "-T", "fields", "-e", "frame.protocols"]);
    assert!(told.contains(":dns") && !told.contains(":sip"), "{told}");
}

#[test]
fn numbers_of_servers_are_explained() {
    let told = fails(2, &["explain", "4004"]);
    assert!(told.contains("ms:4004"), "{told}");
    let told = fails(2, &["explain", "nonsense"]);
    assert!(told.contains("W65") && told.contains("F58"), "{told}");
    for (id, words) in [
        ("ms:4004", "act as specified from URI"),
        ("krb:7", "setspn -Q"),
        ("ntstatus:0xC000006D", "STATUS_LOGON_FAILURE"),
        ("sip:403", "17002"),
        ("http:401", "X-MS-WebTicketURL"),
        ("tls:45", "certificate_expired"),
    ] {
        let told = good(&["explain", id]);
        assert!(told.starts_with(id) && told.contains(words), "{told}");
        let causes: Vec<_> = told.lines().filter(|line| line.starts_with("  F")).collect();
        // Each cause is named with its title.
        assert!(!causes.is_empty() && causes.iter().all(|line| line.len() > 8), "{told}");
    }
    assert!(good(&["explain", "KRB:0x7"]).starts_with("krb:7 "));
    assert!(good(&["explain", "ms:1038"]).contains("unconfirmed"));
    assert!(good(&["explain", "sip:606"]).contains("Nothing particular"));
    let told = fails(2, &["explain", "ms:4090"]);
    assert!(told.contains("ms:4013") && told.contains("registrar and user services"), "{told}");
}

#[test]
fn lists_are_for_people_and_for_cut() {
    let fields = good(&["fields"]);
    assert!(fields.lines().all(|l| l.split('\t').count() == 3 && !l.ends_with('\t')), "name, type, title");
    let names: Vec<_> = fields.lines().map(|l| l.split('\t').next().unwrap()).collect();
    let known: BTreeSet<_> = registry::fields().map(|f| f.name).collect();
    assert_eq!(names, known.into_iter().collect::<Vec<_>>(), "sorted, each once");
    assert!(good(&["fields", "SIP.method"]).starts_with("sip."));
    assert!(good(&["rules"]).lines().all(|l| l.split('\t').count() == 5));
    for rule in good(&["rules"]).lines().map(|l| l.split('\t').next().unwrap()) {
        assert!(good(&["explain", rule]).starts_with(rule));
    }
    assert!(good(&["explain", "w39"]).starts_with("W39"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(good(&["completions", shell]).contains("handshark"));
    }
    assert!(good(&["man"]).contains(".TH handshark"));
    assert!(good(&["--help"]).contains("Usage: handshark") && good(&["packets", "--help"]).contains("-Y"));
    assert!(good(&["--version"]).starts_with("handshark "));
}

/// Passwords and tickets of the bundled captures (captures/README.md), as people know them.
const PASSWORDS: &[&str] = &[
    "Nightjar#42",
    "Hoopoe!1973",
    "Starling-7",
    "oops:with:colon",
    "Autumn2024",
    "mona:",
    "Ticket0123456789",
    "eyJzdWIiOiJtb25hIn0",
];

/// Secret as a whole for what may be in them; most of it is shown piece by piece.
const MIXED: &[&str] =
    &["http.file_data", "http.chunk_data", "kerberos.padata_value", "tcp.payload", "udp.payload", "data.data"];

/// Tokens that hold no secret: challenges of NTLM, handshakes of TLS-DSK.
const OPEN_TOKENS: &[&str] = &["TlRMTVNTUAAC", "FAMB", "FQMB", "FgMB"];

/// The forms in which a secret could slip out.
fn forms(secret: &str) -> Vec<String> {
    use base64::Engine;
    let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let base64 = base64::engine::general_purpose::STANDARD_NO_PAD.encode(secret);
    let hex = handshark::wire::text::hex;
    let mut forms = vec![secret.to_owned(), hex(secret.as_bytes()), hex(&wide), hex(base64.as_bytes())];
    forms.push(base64);
    forms
}

#[test]
fn no_output_tells_a_secret() {
    let secrets: Vec<_> = registry::fields().filter(|f| f.secret && !MIXED.contains(&f.name)).map(|f| f.name).collect();
    assert!(secrets.len() > 20);
    let known: Vec<String> = PASSWORDS.iter().flat_map(|p| forms(p)).collect();
    let mut leaks = BTreeSet::new();
    let mut seen = 0;
    for path in look::captures() {
        let file = path.to_str().unwrap();
        let asked: Vec<&str> = secrets.iter().flat_map(|s| ["-e", s]).collect();
        let style = ["packets", "-q", file, "-T", "fields", "-E", "separator=\u{1e}", "-E", "aggregator=\u{1f}"];
        let values = run(&[&style[..], &asked].concat());
        if values.code != 0 {
            continue;
        }
        let mut words: BTreeSet<(&str, &str)> = known.iter().map(|form| ("a password", form.as_str())).collect();
        for row in values.out.lines() {
            for (cell, field) in row.split('\u{1e}').zip(&secrets) {
                // Short values are words of every day, and what is all zeros says nothing.
                // A service's own AP-REP (token id 02 00 behind the mechanism) gives nobody a way in either.
                let proof = |v: &str| v.starts_with("YI") && v.contains("xIBAgICAG");
                let open = |v: &str| OPEN_TOKENS.iter().any(|token| v.starts_with(token)) || proof(v);
                let telling = |v: &&str| v.len() >= 12 && v.bytes().any(|b| b != b'0') && !open(v);
                words.extend(cell.split('\u{1f}').filter(telling).map(|v| (*field, v)));
            }
        }
        seen += words.len() - known.len();
        for form in
            [&["packets"][..], &["packets", "-V"], &["packets", "-T", "json"], &["report"], &["report", "-T", "json"]]
        {
            let out = run(&[form, &["-q", file]].concat()).out;
            for (field, word) in words.iter().filter(|(_, word)| out.contains(word)) {
                let word: String = word.chars().take(60).collect();
                leaks.insert(format!("{} {form:?}: {field} {word}", look::name(&path)));
            }
        }
    }
    assert!(seen > 200, "only {seen} secrets: the test looks at nothing");
    assert!(
        leaks.is_empty(),
        "{} secrets are told:\n{}",
        leaks.len(),
        leaks.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn secrets_are_shown_when_asked_for() {
    let file = "captures/http/http-basic-ok.pcap";
    let password = "Q09SVklEXG1vbmE6TmlnaHRqYXIjNDI=";
    assert!(!good(&["packets", file, "-V"]).contains(password));
    assert!(good(&["packets", file, "-V", "--show-secrets"]).contains(password));
    assert!(good(&["packets", file, "-T", "json", "--show-secrets"]).contains(password));
    assert!(good(&["packets", file, "-T", "fields", "-e", "http.authorization"]).contains(password));
}
