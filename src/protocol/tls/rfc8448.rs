//! The traces of RFC 8448, sections 3 to 7: every record opens with the secrets that the RFC names, and what is in it is
//! what was sent, as the Finished messages of both sides prove over all that was said, hellos included.

use super::session::Note;
use super::tests::{Heard, feed, opened_with};
use crate::fact::{Access, Direction, Means};
use crate::secrets::TlsKeys;
use crate::secrets::keylog::KeyLog;
use crate::wire::text::unhex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// One handshake.
struct Trace {
    /// The number of its section.
    section: u8,
    secrets: HashMap<&'static str, Vec<u8>>,
    records: Vec<(Direction, Vec<u8>)>,
}

fn traces() -> Vec<Trace> {
    let mut traces: Vec<Trace> = Vec::new();
    for line in include_str!("testdata/rfc8448.txt").lines() {
        let Some((first, rest)) = line.split_once(' ') else { continue };
        match first {
            "#" | "log," => {}
            "section" => {
                let section = rest[..1].parse().unwrap();
                traces.push(Trace { section, secrets: HashMap::new(), records: Vec::new() });
            }
            ">" | "<" => {
                let from = if first == ">" { Direction::ToServer } else { Direction::ToClient };
                traces.last_mut().unwrap().records.push((from, unhex(rest).unwrap()));
            }
            label => drop(traces.last_mut().unwrap().secrets.insert(label, unhex(rest).unwrap())),
        }
    }
    traces
}

impl Trace {
    /// The secrets as a key log has them, changed by `change`.
    fn keys(&self, change: impl Fn(&mut Vec<u8>)) -> TlsKeys {
        let hex = crate::wire::text::hex;
        let random = hex(&self.records[0].1[11..43]);
        let lines = self.secrets.iter().map(|(label, secret)| {
            let mut secret = secret.clone();
            change(&mut secret);
            format!("{label} {random} {}\n", hex(&secret))
        });
        let mut log = KeyLog::default();
        log.read(lines.collect::<String>().as_bytes());
        TlsKeys::new(log, Vec::new())
    }

    /// What was told of each record.
    fn told(&self, keys: &TlsKeys) -> Vec<(Direction, Heard)> {
        let mut talk = opened_with(Some(keys));
        let mut told = Vec::new();
        for (from, record) in &self.records {
            let mut heard = Heard::default();
            feed(talk.as_mut(), *from, &[record], &mut heard);
            told.push((*from, heard));
        }
        told
    }
}

/// The types of handshake messages that follow each other, and each with its header.
fn messages(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut out = Vec::new();
    while let Some(length) = bytes.get(1..4).map(|l| 4 + usize::from(l[1]) * 256 + usize::from(l[2])) {
        out.push((bytes[0], bytes[..length].to_vec()));
        bytes = &bytes[length..];
    }
    assert!(bytes.is_empty());
    out
}

/// What was in the records, a word each: `>` from the client, types of handshake messages, or the length of data.
fn words(told: &[(Direction, Heard)]) -> Vec<String> {
    let opened = |(from, heard): &(Direction, Heard)| {
        let arrow = if *from == Direction::ToServer { '>' } else { '<' };
        let hidden =
            heard.0.iter().filter(|(_, note)| note.content != 0).map(move |(bytes, note)| match note.content {
                22 => format!(
                    "{arrow}{}",
                    messages(bytes).iter().map(|(t, _)| t.to_string()).collect::<Vec<_>>().join(",")
                ),
                content => format!("{arrow}type {content}: {bytes:?}"),
            });
        let data = (!heard.1.is_empty()).then(|| format!("{arrow}data {}", heard.1.len()));
        hidden.chain(data).collect::<Vec<_>>()
    };
    told.iter().flat_map(opened).collect()
}

const ENDS: [&str; 2] = [">type 21: [1, 0]", "<type 21: [1, 0]"];

#[test]
fn every_record_opens() {
    let data = [">data 50", "<data 50"];
    let traces = traces();
    assert_eq!(traces.iter().map(|t| t.section).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    for trace in traces {
        let told = trace.told(&trace.keys(|_| {}));
        let expected = match trace.section {
            3 => [&["<8,11,15,20", ">20", "<4"], &data[..], &ENDS].concat(),
            4 => [&[">data 6", "<8,20", ">5", ">20"], &data[..], &ENDS].concat(),
            5 | 7 => [&["<8,11,15,20", ">20"][..], &ENDS].concat(),
            _ => [&["<8,13,11,15,20", ">11,15,20"][..], &ENDS].concat(),
        };
        assert_eq!(words(&told), expected, "{}", trace.section);
        let sent: Vec<u8> = (0..50).collect();
        let from_client = told.iter().filter(|(from, _)| *from == Direction::ToServer);
        let text: Vec<u8> = from_client.flat_map(|(_, heard)| heard.1.clone()).collect();
        match trace.section {
            3 => assert_eq!(text, sent),
            4 => assert_eq!(text, [b"ABCDEF", &sent[..]].concat()),
            _ => assert!(text.is_empty()),
        }
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// RFC 8446 §4.4.4
fn finished(secret: &[u8], said: &[u8]) -> Vec<u8> {
    let key = hmac(secret, &[&[0, 32, 14], b"tls13 finished", &[0, 1]]);
    hmac(&key, &[&Sha256::digest(said)])
}

#[test]
fn both_sides_finish_what_was_said() {
    for trace in traces() {
        let (mut said, mut proved) = (Vec::new(), 0);
        for (from, heard) in trace.told(&trace.keys(|_| {})) {
            let clear =
                heard.0.iter().filter(|(bytes, note)| note.content == 0 && bytes[0] == 22).map(|(b, _)| &b[5..]);
            let opened = heard.0.iter().filter(|(_, note)| note.content == 22).map(|(b, _)| &b[..]);
            for (kind, message) in clear.chain(opened).flat_map(messages) {
                if kind == 20 {
                    let side = if from == Direction::ToServer { "CLIENT" } else { "SERVER" };
                    let secret = &trace.secrets[&*format!("{side}_HANDSHAKE_TRAFFIC_SECRET")];
                    assert_eq!(message[4..], finished(secret, &said), "{side} in {}", trace.section);
                    proved += 1;
                }
                // A HelloRetryRequest lets the hash of the first hello stand for it (RFC 8446 §4.4.1).
                if kind == 2 && message[6..38] == super::handshake::RETRY {
                    said = [&[254, 0, 0, 32][..], &Sha256::digest(&said)].concat();
                }
                said.extend_from_slice(&message);
            }
        }
        assert_eq!(proved, 2, "{}", trace.section);
    }
}

#[test]
fn another_secret_opens_nothing_and_is_told() {
    let access = |told: &[(Direction, Heard)]| {
        told.iter().flat_map(|(_, heard)| &heard.0).filter_map(|(_, note): &(_, Note)| note.access).next_back()
    };
    for trace in traces() {
        assert_eq!(access(&trace.told(&trace.keys(|_| {}))), Some(Access::Opened(Means::KeyLog)));
        let told = trace.told(&trace.keys(|secret| secret[7] ^= 1));
        assert_eq!((words(&told), access(&told)), (Vec::new(), Some(Access::Mismatch)), "{}", trace.section);
    }
}
