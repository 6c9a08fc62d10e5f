//! Every capture has its report beside it, and some their tree: `captures/x.pcap`, `x.report`, `x.tree`.
//!
//! `UPDATE=1 cargo test --test golden` rewrites them; the difference is read like code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn captures(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            captures(&path, out);
        } else if is_capture(&path) {
            out.push(path);
        }
    }
    out.sort();
}

fn is_capture(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "pcap" || e == "pcapng" || e == "gz" || e == "zst" || e == "lz4")
}

fn run(arguments: &[&str], capture: &Path) -> String {
    // The name in the output is that of the repository, wherever it is checked out.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = capture.strip_prefix(root).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_handshark"))
        .current_dir(root)
        .arg(arguments[0])
        .arg(name)
        .args(&arguments[1..])
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    if !output.stderr.is_empty() || !output.status.success() {
        let _ = write!(text, "--- exit {:?}\n{}", output.status.code(), String::from_utf8_lossy(&output.stderr));
    }
    text
}

/// Compares with the file beside the capture, or writes it.
fn check(capture: &Path, extension: &str, found: &str, wrong: &mut Vec<String>) {
    let mut name = capture.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    let golden = PathBuf::from(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&golden, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    if expected != found {
        let line = expected
            .lines()
            .zip(found.lines())
            .position(|(a, b)| a != b)
            .unwrap_or(expected.lines().count().min(found.lines().count()));
        wrong.push(format!(
            "{} line {}:\n  expected {:?}\n  found    {:?}",
            golden.display(),
            line + 1,
            expected.lines().nth(line).unwrap_or("nothing"),
            found.lines().nth(line).unwrap_or("nothing")
        ));
    }
}

#[test]
fn reports_are_as_read() {
    let mut list = Vec::new();
    captures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("captures"), &mut list);
    assert!(list.len() > 50, "captures/ is missing");
    let mut wrong = Vec::new();
    for capture in &list {
        check(capture, "report", &run(&["report", "--no-progress"], capture), &mut wrong);
    }
    assert!(wrong.is_empty(), "{} reports differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a keytab opens: capture and keytab.
const OPENED: (&str, &str) = ("sip/krb-delegated.pcap", "captures/sip/krb-all.keytab");

#[test]
fn what_a_keytab_opens_is_as_read() {
    let mut wrong = Vec::new();
    let (name, keytab) = OPENED;
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(name);
    let report = run(&["report", "--no-progress", "-K", keytab], &capture);
    check(&capture, "opened.report", &report, &mut wrong);
    let tree = run(&["packets", "-V", "--no-progress", "-Y", "kerberos", "-K", keytab], &capture);
    check(&capture, "opened.tree", &tree, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Captures whose every packet somebody has read.
const READ: &[&str] = &[
    "ntlm/ntlm-tcp-ok.pcap",
    "http/http-basic-ok.pcap",
    "kerberos/krb-missing-spn.pcap",
    "ntlm/spnego-ntlm-curl.pcap",
    "sip/sipp-compact-folded-udp.pcap",
    "sip/sipp-broken-line-tcp.pcap",
    "dns/dig-udp.pcap",
    "broken/snaplen96-http-ntlm.pcap",
    "ldap/simple-wrong.pcap",
    "ldap/cldap-ping.pcap",
    "smb/ntlm-wrong.pcap",
    "dcerpc/tcp-ntlm-impacket.pcap",
    "mail/imap-cram-wrong.pcap",
    "kerberos/kpasswd-tcp.pcap",
];

#[test]
fn trees_are_as_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut wrong = Vec::new();
    for name in READ {
        let capture = folder.join(name);
        check(&capture, "tree", &run(&["packets", "-V", "--no-progress"], &capture), &mut wrong);
    }
    assert!(wrong.is_empty(), "{} trees differ:\n{}", wrong.len(), wrong.join("\n"));
}
