//! The arrows of docs/architecture.md: a module uses what is below it, never what is beside or above it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Layers with the layers they may use, besides themselves.
const MAY_USE: &[(&str, &[&str])] = &[
    ("wire", &[]),
    ("knowledge", &[]),
    ("fact", &["wire"]),
    ("field", &["wire", "fact"]),
    ("network", &["wire"]),
    ("stream", &["wire", "network"]),
    ("secrets", &["wire", "fact"]),
    ("capture", &["wire"]),
    ("filter", &["wire", "field"]),
    ("protocol", &["wire", "knowledge", "fact", "field", "secrets"]),
    (
        "scan",
        &[
            "wire", "fact", "field", "network", "stream", "secrets", "capture", "filter", "protocol", "analysis",
            "signin", "findings",
        ],
    ),
    ("analysis", &["wire", "knowledge", "fact", "secrets", "protocol"]),
    ("signin", &["wire", "knowledge", "fact", "analysis"]),
    ("findings", &["wire", "knowledge", "fact", "analysis", "signin", "protocol"]),
    (
        "redact",
        &["wire", "knowledge", "fact", "field", "network", "secrets", "capture", "protocol", "scan", "analysis"],
    ),
    (
        "report",
        &["wire", "knowledge", "fact", "field", "protocol", "scan", "analysis", "signin", "findings", "capture"],
    ),
    ("export", &["wire", "capture", "filter", "scan", "report"]),
    (
        "tui",
        &[
            "wire",
            "knowledge",
            "fact",
            "field",
            "protocol",
            "capture",
            "filter",
            "secrets",
            "scan",
            "analysis",
            "signin",
            "findings",
            "report",
            "export",
        ],
    ),
    (
        "cli",
        &[
            "wire",
            "knowledge",
            "fact",
            "field",
            "protocol",
            "capture",
            "filter",
            "secrets",
            "scan",
            "analysis",
            "signin",
            "findings",
            "redact",
            "report",
            "export",
            "tui",
        ],
    ),
];

/// Protocols do not know each other; these few do, and say why in their headers.
const MAY_KNOW: &[(&str, &str)] = &[
    ("tlsdsk", "tls"),
    // Handshake messages over datagrams are those of TLS.
    ("dtls", "tls"),
    // Signed timestamps of certificates are written as TLS writes.
    ("x509", "tls"),
    // HTTP/2 carries the messages of HTTP in frames of its own.
    ("http2", "http"),
    // IPv6 hands over as IP does; what follows a VLAN tag ends like an Ethernet frame; neighbours have hardware addresses.
    ("ipv6", "ip"),
    ("vlan", "eth"),
    ("arp", "eth"),
    ("icmpv6", "eth"),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The modules named behind `crate::` in a line, brace lists included.
fn used(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices("crate::")
        .flat_map(|(at, found)| {
            let rest = &code[at + found.len()..];
            let names = match rest.strip_prefix('{') {
                Some(list) => list.split(',').map(str::trim).map(str::to_owned).collect(),
                None => vec![rest.to_owned()],
            };
            names.into_iter().map(|n| n.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn no_arrow_points_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let inside: Vec<_> =
            file.strip_prefix(&root).unwrap().iter().map(|p| p.to_string_lossy().into_owned()).collect();
        let Some(below) = allowed.get(inside[0].as_str()) else { continue };
        for (number, line) in fs::read_to_string(file).unwrap().lines().enumerate() {
            for name in used(line) {
                let known = allowed.contains_key(name.as_str());
                if known && name != inside[0] && !below.contains(&name.as_str()) {
                    wrong.push(format!("{}:{}: {} may not use {name}", file.display(), number + 1, inside[0]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point up or sideways:\n{}", wrong.join("\n"));
}

#[test]
fn protocols_meet_only_in_the_registry() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocol");
    let folders: Vec<String> = fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    let mut wrong = Vec::new();
    for folder in &folders {
        let mut files = Vec::new();
        sources(&root.join(folder), &mut files);
        for file in files {
            // Tests may follow a token through the protocols that carry it.
            if file.iter().any(|p| p == "tests" || p == "tests.rs") {
                continue;
            }
            for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for other in folders.iter().filter(|o| *o != folder) {
                    let named = [format!("protocol::{other}::"), format!("super::super::{other}::")];
                    let allowed = MAY_KNOW.contains(&(folder.as_str(), other.as_str()));
                    if named.iter().any(|n| code.contains(n)) && !allowed {
                        wrong.push(format!("{}:{}: {folder} knows {other}", file.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "protocols that know each other:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let listed = MAY_USE.iter().any(|(layer, _)| *layer == name);
        assert!(!entry.path().is_dir() || listed, "src/{name} is no layer of the table");
    }
}
