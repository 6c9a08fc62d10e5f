//! Every capture there is, redacted: the copy tells the same story and names nobody whom the original names.

use crate::look;
use crate::program::{good, run, temporary};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Captures of which less is in the copy, and why.
const LESS: [(&str, &str); 1] = [("zeek-ntlm-in-erspan.pcap", "what a tunnel holds is not written into its fragments")];

/// The captures of this repository, and those of the shared corpus if it is there.
fn captures() -> Vec<PathBuf> {
    let mut all = look::captures();
    let folder = std::env::var_os("HANDSHARK_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    match fs::read_to_string(folder.join("MANIFEST.tsv")) {
        Ok(manifest) => {
            let names = manifest.lines().skip(1).filter_map(|line| line.split('\t').next());
            all.extend(names.filter(|name| !name.starts_with("keys/")).map(|name| folder.join(name)));
        }
        Err(_) => eprintln!("SKIPPED: no corpus at {}; set HANDSHARK_CORPUS", folder.display()),
    }
    all
}

/// What a capture is opened with: the key log beside it, and the private key of the recorded servers.
fn keys(path: &Path) -> Vec<String> {
    let log = path.with_extension("keys");
    let private = path.with_file_name("server-key.pem");
    let given = [("--keylog", log), ("--tls-key", private)].into_iter().filter(|(_, file)| file.exists());
    given.flat_map(|(option, file)| [option.to_owned(), file.to_str().unwrap().to_owned()]).collect()
}

/// The report. A copy needs no keys: it brings its own.
fn report(file: &str, keys: &[&str]) -> Option<Value> {
    let arguments = [&["report", "-q", "-T", "json", "--show-secrets", file], keys].concat();
    serde_json::from_str(&run(&arguments).out).ok()
}

/// Keys whose words are the program's own, and may not change.
const OWN: [&str; 22] = [
    "id",
    "carrier",
    "scheme",
    "mechanism",
    "outcome",
    "state",
    "stage",
    "failed_stage",
    "cause",
    "confidence",
    "severity",
    "kind",
    "family",
    "role",
    "what",
    "field",
    "package",
    "password_check",
    "first_authentication",
    "inside",
    "code",
    "method",
];
/// Keys that tell of what is replaced or left behind on purpose.
const OTHER: [&str; 8] = ["files", "proved", "signatures", "damaged", "notices", "link_types", "behind", "dropped"];

/// What a report says, each thing with its place; of names only that they are there.
fn told(value: &Value, place: &str, out: &mut BTreeMap<String, Value>) {
    let key = place.rsplit('.').next().unwrap_or("").trim_end_matches(|c: char| c == ']' || c.is_ascii_digit());
    let key = key.trim_end_matches('[');
    if OTHER.contains(&key) {
        return;
    }
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| told(value, &format!("{place}.{key}"), out)),
        Value::Array(list) => {
            out.insert(format!("{place}#"), list.len().into());
            list.iter().enumerate().for_each(|(n, value)| told(value, &format!("{place}[{n}]"), out));
        }
        // A ticket is known by the digest of what stands for it.
        Value::String(text) if OWN.contains(&key) && !text.contains('#') => {
            out.insert(place.to_owned(), text.as_str().into());
        }
        Value::String(_) => {
            out.insert(place.to_owned(), "named".into());
        }
        value => {
            out.insert(place.to_owned(), value.clone());
        }
    }
}

/// Where two reports differ.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let [mut a, mut b] = [BTreeMap::new(), BTreeMap::new()];
    told(before, "", &mut a);
    told(after, "", &mut b);
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differ = keys.into_iter().filter(|key| a.get(*key) != b.get(*key));
    differ.map(|key| format!("{key}: {:?} became {:?}", a.get(key), b.get(key))).take(12).collect()
}

/// The names of people and machines in a report.
fn named(value: &Value, key: &str, out: &mut BTreeSet<String>) {
    const NAMES: [&str; 11] =
        ["user", "users", "domain", "client", "server", "workstation", "target", "sni", "realm", "address", "names"];
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| named(value, key, out)),
        Value::Array(list) => list.iter().for_each(|value| named(value, key, out)),
        Value::String(text) if NAMES.contains(&key) => {
            out.insert(text.clone());
        }
        _ => {}
    }
}

#[test]
fn every_copy_tells_the_same_story_and_names_nobody() {
    let lists = [include_str!("../../src/redact/vocabulary.txt"), include_str!("../../src/redact/common.txt")];
    let known: BTreeSet<&str> = lists.iter().flat_map(|list| list.split_whitespace()).collect();
    let copy = temporary("any.pcapng", b"");
    let out = copy.to_str().unwrap();
    let (mut wrong, mut looked, mut searched) = (Vec::new(), 0, 0);
    for path in captures() {
        let (file, name) = (path.to_str().unwrap(), look::name(&path));
        let keys = keys(&path);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let redacted = run(&[&["redact", "-q", file, "-w", out], &keys[..]].concat());
        let Some(before) = report(file, &keys).filter(|_| redacted.code < 2) else { continue };
        looked += 1;
        let after = report(out, &[]).unwrap_or_default();
        let less = LESS.iter().any(|(known, _)| name.ends_with(known));
        if !less {
            let differ = differences(&before, &after);
            if !differ.is_empty() {
                wrong.push(format!("{name}: {differ:#?}"));
            }
        }
        let bytes = fs::read(&copy).unwrap().to_ascii_lowercase();
        let wide: Vec<u8> = bytes.iter().copied().filter(|b| *b != 0).collect();
        let mut names = BTreeSet::new();
        named(&before, "", &mut names);
        for word in names.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric())) {
            let word = word.to_lowercase();
            // Short words and numbers occur by chance.
            if word.len() < 5 || word.bytes().filter(u8::is_ascii_alphabetic).count() < 4 || known.contains(&*word) {
                continue;
            }
            searched += 1;
            if memchr::memmem::find(&bytes, word.as_bytes())
                .or_else(|| memchr::memmem::find(&wide, word.as_bytes()))
                .is_some()
            {
                wrong.push(format!("{name}: {word} is left"));
            }
        }
    }
    assert!(looked > 200 && searched > 400, "{looked} captures, {searched} words");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_checksum_that_was_good_is_bad_in_a_copy() {
    let copy = temporary("sums.pcapng", b"");
    let out = copy.to_str().unwrap();
    let fields = [
        "ip.checksum.status",
        "tcp.checksum.status",
        "udp.checksum.status",
        "icmp.checksum.status",
        "icmpv6.checksum.status",
    ];
    let mut bad = Vec::new();
    for path in look::captures() {
        let file = path.to_str().unwrap();
        if run(&["redact", "-q", file, "-w", out]).code >= 2 {
            continue;
        }
        let status = |file: &str| {
            let mut arguments = vec!["packets", "-q", file, "-T", "fields"];
            for field in fields {
                arguments.extend(["-e", field]);
            }
            run(&arguments).out
        };
        let (before, after) = (status(file), status(out));
        for (number, (before, after)) in before.lines().zip(after.lines()).enumerate() {
            for (before, after) in before.split(['\t', ',']).zip(after.split(['\t', ','])) {
                if after == "0" && before != "0" {
                    bad.push(format!("{}: packet {}: {before} became {after}", look::name(&path), number + 1));
                }
            }
        }
        assert_eq!(before.lines().count(), after.lines().count(), "{file}");
    }
    assert!(bad.is_empty(), "{bad:#?}");
    // The field says so where a checksum is bad.
    assert!(good(&["fields"]).contains("tcp.checksum.status"));
}
