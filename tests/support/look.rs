//! Everything handshark does with a capture, in this process and from bytes: the report in both forms, and the tree of
//! every packet with the promises that trees make.

#![allow(dead_code, reason = "each test looks in its own way")]

use handshark::analysis::Analysis;
use handshark::capture::{Block, CaptureError, Source, read_from};
use handshark::fact::{FactRow, Place};
use handshark::field::{Sink, Tree};
use handshark::findings::{self, Severity};
use handshark::report::{model, text};
use handshark::scan::{Counts, FactsOnly, Gather, Lens, Scan, Select};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The captures of this repository, sorted by name.
pub fn captures() -> Vec<PathBuf> {
    let mut list = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("captures"), &mut list);
    list.sort();
    assert!(list.len() > 100, "captures/ is missing");
    list
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|e| ["pcap", "pcapng", "gz", "zst", "lz4"].iter().any(|x| e == *x)) {
            out.push(path);
        }
    }
}

/// The name of a capture of this repository, with its folder.
pub fn name(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

pub fn open(bytes: &[u8]) -> Result<Box<dyn Source + Send>, CaptureError> {
    read_from("test".into(), Cursor::new(bytes.to_vec()), None)
}

/// Every packet of a source is shown to the scan, then its end.
pub fn scan(source: &mut (dyn Source + Send), lens: &mut dyn Lens, mut after: impl FnMut(&mut dyn Lens)) -> Counts {
    let mut scan = Scan::default();
    while let Some(block) = source.next().expect("memory does not fail") {
        let Block::Packet(record) = block else { continue };
        scan.frame(&record, lens);
        after(lens);
    }
    scan.finish(lens);
    scan.counts()
}

/// Time this thread has had the processor; where the system does not tell, the time that went by.
pub fn spent(began: Instant) -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| began.elapsed(), Duration::from_nanos)
}

/// The facts of a capture.
pub fn facts(bytes: &[u8]) -> Result<Vec<FactRow>, CaptureError> {
    let (mut source, mut rows) = (open(bytes)?, Vec::new());
    scan(&mut *source, &mut FactsOnly::new(|row| rows.push(row)), |_| {});
    Ok(rows)
}

/// The report of a capture, in the forms for people and for programs.
pub fn report(bytes: &[u8]) -> Result<(String, String), CaptureError> {
    let (mut source, mut analysis) = (open(bytes)?, Analysis::default());
    let counts = scan(&mut *source, &mut FactsOnly::new(|row| analysis.observe(row)), |_| {});
    assert_eq!(counts.mistakes, 0);
    let evidence = analysis.finish();
    let sign_ins = handshark::signin::tell(&evidence);
    let found = findings::judge(&evidence, &sign_ins);
    let capture = model::Capture { packets: counts.frames, bytes: counts.bytes, ..model::Capture::default() };
    let report = model::Report::new(capture, &counts, evidence, &sign_ins, found, Severity::Info);
    let plain = text::text(&report, text::Style::default());
    assert!(!plain.chars().any(|c| c != '\n' && handshark::wire::text::harmful(c)), "control characters in {plain:?}");
    Ok((plain, serde_json::to_string(&report).unwrap()))
}

/// Builds the tree of every packet.
struct Trees {
    tree: Tree,
}

impl Lens for Trees {
    fn shows(&self) -> bool {
        true
    }

    fn hasty(&self) -> bool {
        true
    }

    fn sink(&mut self, _: &Place) -> &mut dyn Sink {
        &mut self.tree
    }
}

/// Hands the tree of every packet to `take`; what the end of the capture adds belongs to no packet and comes last.
pub fn trees(bytes: &[u8], mut take: impl FnMut(&Tree)) -> Result<Counts, CaptureError> {
    let mut source = open(bytes)?;
    let mut lens = Trees { tree: Tree::new(false) };
    let mut scan = Scan::default();
    while let Some(block) = source.next().expect("memory does not fail") {
        let Block::Packet(record) = block else { continue };
        scan.frame(&record, &mut lens);
        take(&lens.tree);
        lens.tree = Tree::new(false);
    }
    scan.finish(&mut lens);
    take(&lens.tree);
    Ok(scan.counts())
}

/// What a tree says and where, as one number.
pub fn digest(tree: &Tree) -> u64 {
    let mut hasher = DefaultHasher::new();
    for node in &tree.nodes {
        node.field.map(|f| f.name).hash(&mut hasher);
        (node.buffer, node.at, node.depth, &node.value, &node.label).hash(&mut hasher);
        node.mark.map(handshark::field::Mark::text).hash(&mut hasher);
    }
    for buffer in &tree.buffers {
        (buffer.title, &buffer.bytes).hash(&mut hasher);
    }
    (&tree.layers, tree.protocol, &tree.info).hash(&mut hasher);
    hasher.finish()
}

/// Shown below what they follow, as Wireshark does.
const CARGO: &[&str] = &[
    "tcp.payload",
    "udp.payload",
    "eth.padding",
    "eth.trailer",
    "eth.fcs",
    "eth.fcs.status",
    "vlan.trailer",
    "http.file_data",
    "kerberos.padata_value",
];

/// What every tree promises: spans lie in their buffers, children in their parents where both are in one buffer, and
/// no line can do anything to a terminal.
pub fn assert_sound(tree: &Tree) {
    assert!(!tree.info.chars().any(handshark::wire::text::harmful), "control characters in {:?}", tree.info);
    let mut parents: Vec<usize> = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let line = tree.line(node);
        assert!(!line.chars().any(handshark::wire::text::harmful), "control characters in {line:?}");
        let buffer = tree.buffers.get(usize::from(node.buffer)).map_or(0, |b| b.bytes.len());
        assert!(node.at.start <= node.at.end, "{line}: {:?} ends before it starts", node.at);
        assert!(node.at.end as usize <= buffer, "{line}: {:?} in a buffer of {buffer}", node.at);
        assert!(usize::from(node.depth) <= parents.len(), "{line}: depth {} below {}", node.depth, parents.len());
        parents.truncate(usize::from(node.depth));
        if let Some(parent) = parents.last().map(|p| &tree.nodes[*p]) {
            // A node that has no bytes of its own lies nowhere; neither does what is told of a parent without bytes.
            let placed = !node.at.is_empty() && !parent.at.is_empty();
            let cargo = node.field.is_some_and(|f| CARGO.contains(&f.name));
            let inside = cargo || node.buffer != parent.buffer || parent.at.contains(node.at);
            assert!(!placed || inside, "{line} at {:?} is outside {} at {:?}", node.at, tree.line(parent), parent.at);
        }
        parents.push(at);
    }
}

/// Keeps what a filter asks for.
struct Filtered {
    gather: Gather,
}

impl Lens for Filtered {
    fn shows(&self) -> bool {
        true
    }

    fn hasty(&self) -> bool {
        true
    }

    fn sink(&mut self, _: &Place) -> &mut dyn Sink {
        &mut self.gather
    }
}

/// How many packets a filter lets through.
pub fn filtered(bytes: &[u8], filter: &str) -> Result<u64, CaptureError> {
    let mut source = open(bytes)?;
    let mut gather = Gather::new(false);
    let select = Select::new(filter, &mut gather).expect("the filter is good");
    let mut lens = Filtered { gather };
    let (mut scan, mut passed) = (Scan::default(), 0);
    while let Some(block) = source.next().expect("memory does not fail") {
        let Block::Packet(record) = block else { continue };
        lens.gather.clear();
        scan.frame(&record, &mut lens);
        lens.gather.complete();
        passed += u64::from(select.passes(&lens.gather));
    }
    Ok(passed)
}
