//! What was opened in TLS: the copy opens by itself, says as much, and names nobody inside its records either.

use crate::look;
use crate::make::{Side, Talk};
use crate::program::{good, temporary};
use crate::{Words, holds, none_is_left};
use std::fs;
use std::path::Path;
use std::process::Command;

/// One record.
fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3], &len[..], content].concat()
}

/// A handshake message.
fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind], &len[1..], body].concat()
}

/// Application data of a suite that covers nothing, behind which a MAC stands that nobody can check.
fn clear(text: &str) -> Vec<u8> {
    record(23, &[text.as_bytes(), &[0xa5; 20]].concat())
}

#[test]
fn records_that_cover_nothing() {
    // TLS_RSA_WITH_NULL_SHA
    let client = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0, 2, 1, 0]].concat();
    let server = [&[3, 3][..], &[8; 32], &[0, 0, 2, 0]].concat();
    let mut words = Words { from: 2000, all: Vec::new() };
    let ask = words.fill("POST /@@/x.svc?@@=1 HTTP/1.1\r\nHost: @@.test\r\nContent-Type: application/json\r\nAuthorization: Basic QUJDOnNlY3JldA==\r\nContent-Length: 17\r\n\r\n{\"name\":\"@@\"}");
    let answer = words.fill("HTTP/1.1 403 @@\r\nX-MS-Server-Fqdn: @@.test\r\nContent-Length: 0\r\n\r\n");
    let mut talk = Talk::tcp(443);
    talk.say(Side::Client, &record(22, &handshake(1, &client)), 1400);
    let hello = [record(22, &handshake(2, &server)), record(22, &handshake(14, &[]))].concat();
    talk.say(Side::Server, &hello, 1400);
    let changes = |n: u8| [record(20, &[1]), record(22, &[handshake(20, &[n; 12]), vec![0x5a; 20]].concat())].concat();
    talk.say(Side::Client, &[record(22, &handshake(16, &[1; 66])), changes(1)].concat(), 1400);
    talk.say(Side::Server, &changes(2), 1400);
    // In records that end elsewhere than messages.
    let (first, second) = ask.split_at(40);
    talk.say(Side::Client, &[clear(first), clear(second)].concat(), 1400);
    talk.say(Side::Server, &clear(&answer), 1400);
    talk.close();
    let copy = none_is_left("null-words", &talk, &words);
    assert!(!holds(&copy, "secret") && !holds(&copy, "QUJDOnNlY3JldA=="));
    let copy = temporary("null-words-again.pcapng", &copy);
    let report = good(&["report", "-q", copy.to_str().unwrap()]);
    assert!(report.contains("W02") && report.contains("W31"), "{report}");
    let shown = good(&["packets", "-q", copy.to_str().unwrap()]);
    assert!(shown.contains("HTTP/1.1 403 "), "{shown}");
}

/// Captures of this repository with a key log beside them.
fn keyed() -> Vec<(String, String)> {
    let pairs = look::captures().into_iter().map(|path| (path.with_extension("keys"), path));
    pairs.filter(|(log, _)| log.exists()).map(|(log, path)| (path_text(&path), path_text(&log))).collect()
}

fn path_text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn nobody_is_named_inside_records_and_no_secret_of_the_original_opens_the_copy() {
    let copy = temporary("keyed.pcapng", b"");
    let out = copy.to_str().unwrap();
    let all = keyed();
    assert!(all.len() > 20, "{all:?}");
    let mut opened = 0;
    for (file, log) in &all {
        good(&["redact", "-q", file, "-w", out, "--keylog", log]);
        let tree = good(&["packets", "-q", "-V", "--show-secrets", out]).to_lowercase();
        opened += usize::from(tree.contains("decrypted") || tree.contains("hypertext transfer protocol"));
        for word in ["nightjar", "corvid", "mona.reyes", "bW9uYTpOaWdodGphciM0Mg"] {
            assert!(!tree.contains(&word.to_lowercase()), "{file}: {word} is left");
        }
        let bytes = fs::read(&copy).unwrap().to_ascii_lowercase();
        for line in fs::read_to_string(log).unwrap().lines().filter(|line| !line.starts_with('#')) {
            let secret = line.split_whitespace().nth(2).unwrap_or_default().to_ascii_lowercase();
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{file}: a secret is left");
        }
    }
    assert!(opened > 20, "{opened} of {} copies were opened", all.len());
}

#[test]
fn copies_open_in_tshark() {
    let tshark = |arguments: &[&str]| {
        let output = Command::new("tshark").args(arguments).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).lines().count())
    };
    if tshark(&["--version"]).is_none() {
        eprintln!("SKIPPED: no tshark to open copies with");
        return;
    }
    let copy = temporary("theirs.pcapng", b"");
    let out = copy.to_str().unwrap();
    let mut seen = 0;
    for (file, log) in keyed() {
        good(&["redact", "-q", &file, "-w", out, "--keylog", &log]);
        let preference = format!("tls.keylog_file:{log}");
        let filter = "(http || sip || tls.handshake.type == 20) && tls";
        let before = tshark(&["-n", "-r", &file, "-o", &preference, "-Y", filter]);
        let after = tshark(&["-n", "-r", out, "-Y", filter]);
        assert_eq!(before, after, "{file}: messages that tshark finds in records");
        seen += after.unwrap_or_default();
    }
    assert!(seen > 100, "{seen} messages");
}
