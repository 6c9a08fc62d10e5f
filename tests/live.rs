//! Live capture from outside: on a pair of virtual interfaces in a network of its own, recorded packets are sent into one
//! end and the other is watched.
//!
//! Needs root, `ip` and `tcpreplay`, some tests also `setcap` or `dumpcap`; without them they are skipped, and say so.

#![cfg(target_os = "linux")]

#[path = "support/net.rs"]
mod net;
#[path = "support/program.rs"]
mod program;

use net::{Live, Net, children, status, within};
use program::{fails, good};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SIGN_IN: &str = "captures/sip/ntlm-unsigned-granted.pcap";
/// Packets in it.
const PACKETS: usize = 38;

/// Sign-ins and findings without what the time of the replay decides.
fn told(lines: &str) -> Vec<String> {
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut all: Vec<String> = rows
        .filter_map(|row| match row["type"].as_str()? {
            "sign_in" => Some(format!("{} {} {} {}", row["user"], row["outcome"], row["sentence"], row["evidence"])),
            // The clock of the recording is not that of the replay.
            "finding" if row["name"] != "clock-skew" => {
                Some(format!("{} {} {} {} {}", row["id"], row["user"], row["client"], row["count"], row["evidence"]))
            }
            _ => None,
        })
        .collect();
    all.sort();
    all
}

fn report(path: &Path) -> Vec<String> {
    told(&good(&["report", path.to_str().unwrap(), "-T", "ndjson"]))
}

/// How many packets a capture holds; that it can be read to its end.
fn packets(path: &Path) -> usize {
    good(&["packets", path.to_str().unwrap(), "-T", "fields", "-e", "frame.number"]).lines().count()
}

fn file(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[test]
fn a_sign_in_on_the_wire_tells_what_its_file_tells() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "live.pcapng");
    let live = Live::start(&net, &["-i", "va", "-w", path.to_str().unwrap()]);
    net.send(SIGN_IN);
    let ran = live.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("handshark: 38 packets") && ran.err.contains("38 packets written"), "{}", ran.err);
    let recorded = report(Path::new(SIGN_IN));
    assert!(recorded.len() > 3, "{recorded:?}");
    assert_eq!(told(&ran.out), recorded);
    assert_eq!(report(&path), recorded);
    assert_eq!(packets(&path), PACKETS);
}

#[test]
fn neither_process_holds_a_capability() {
    let Some(net) = Net::new() else { return };
    let live = Live::start(&net, &["-i", "va"]);
    let helper = live.helper();
    let mut tasks = children(live.id(), "task");
    assert!(tasks.len() > 1, "the parser has threads: {tasks:?}");
    tasks.push(helper);
    for task in tasks {
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            assert_eq!(status(task, set), "0000000000000000", "{set} of {task}");
        }
        assert_eq!((status(task, "NoNewPrivs"), status(task, "Seccomp")), ("1".into(), "2".into()), "{task}");
    }
    assert_eq!(live.end().code, 0);
}

#[test]
fn what_cannot_be_captured_is_said() {
    let Some(_net) = Net::new() else { return };
    let told = fails(5, &["live", "-i", "nosuch0", "--headless"]);
    assert!(told.contains("nosuch0") && told.contains("handshark interfaces"), "{told}");
    fails(2, &["live", "-i", "lo", "-f", "tcp prot 4", "--headless"]);
    fails(2, &["live", "-i", "lo", "-b", "files:2", "-w", "x.pcapng", "--headless"]);
}

#[test]
fn killing_either_process_leaves_a_readable_file_and_nobody_behind() {
    let Some(net) = Net::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    for parser_dies in [false, true] {
        let path = file(&folder, if parser_dies { "parser.pcapng" } else { "helper.pcapng" });
        let live = Live::start(&net, &["-i", "va", "-w", path.to_str().unwrap()]);
        let (parser, helper) = (live.id(), live.helper());
        net.send(SIGN_IN);
        within("the packets are on the disk", || fs::metadata(&path).unwrap().len() > 15_000);
        let ran = if parser_dies {
            net::signal(parser, "KILL");
            live.wait()
        } else {
            net::signal(helper, "KILL");
            let ran = live.wait();
            assert_eq!(ran.code, 3, "{}", ran.err);
            assert!(ran.err.contains("killed (signal 9)"), "{}", ran.err);
            assert_eq!(told(&ran.out), report(Path::new(SIGN_IN)));
            ran
        };
        assert!(parser_dies || ran.code == 3);
        within("both processes are gone", || ![parser, helper].iter().any(|id| net::is_there(*id)));
        assert_eq!(packets(&path), PACKETS);
    }
}
