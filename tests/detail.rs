//! A frame looked at later tells the same as it did while the capture was read: for every frame of every capture here,
//! plain or compressed, tree by tree.

use handshark::capture::{Block, Source, open};
use handshark::fact::Place;
use handshark::field::{Sink, Tree};
use handshark::scan::{Capture, Given, Input, Lens, Scan};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// One tree a frame; what is told when a connection is closed goes to the frame it belongs to.
#[derive(Default)]
struct Streaming(Vec<Tree>);

impl Lens for Streaming {
    fn shows(&self) -> bool {
        true
    }

    fn hasty(&self) -> bool {
        true
    }

    fn sink(&mut self, place: &Place) -> &mut dyn Sink {
        let at = usize::try_from(place.frame).unwrap() - 1;
        if at >= self.0.len() {
            self.0.resize_with(at + 1, Tree::default);
        }
        &mut self.0[at]
    }
}

fn captures(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            captures(&path, found);
        } else if path
            .extension()
            .is_some_and(|e| ["pcap", "pcapng", "gz", "zst", "lz4", "cap"].iter().any(|x| e == *x))
        {
            found.push(path);
        }
    }
}

fn streamed(source: &mut (dyn Source + Send)) -> Vec<Tree> {
    let (mut scan, mut lens) = (Scan::default(), Streaming::default());
    while let Ok(Some(block)) = source.next() {
        if let Block::Packet(record) = block {
            scan.frame(&record, &mut lens);
        }
    }
    scan.finish(&mut lens);
    lens.0
}

fn opened(path: &Path) -> Option<Capture> {
    let source = open(path).ok()?;
    let input = Input { path: path.to_owned(), source };
    Some(Capture::read(vec![input], Given::default(), &mut |_| {}, &AtomicBool::new(false)))
}

fn shape(tree: &Tree) -> String {
    let mut out = tree.text();
    for node in &tree.nodes {
        write!(out, "{}:{}..{} ", node.buffer, node.at.start, node.at.end).unwrap();
    }
    for buffer in &tree.buffers {
        write!(out, "\n{} {:02x?}", buffer.title, buffer.bytes).unwrap();
    }
    format!("{out}\n{:?} {} {}", tree.layers, tree.protocol, tree.info)
}

fn compare(path: &Path) -> (usize, usize) {
    let Ok(mut source) = open(path) else { return (0, 0) };
    let expected = streamed(source.as_mut());
    let capture = opened(path).unwrap();
    assert_eq!(capture.frames() as usize, expected.len(), "{}", path.display());
    let mut carried = 0;
    for (at, expected) in expected.iter().enumerate() {
        let frame = u32::try_from(at + 1).unwrap();
        let detail = capture.detail(frame, false);
        let (now, then) = (shape(&detail), shape(expected));
        let mut lines = now.lines().zip(then.lines());
        let differs = lines.find(|(now, then)| now != then);
        assert!(now == then, "{} frame {frame}: {differs:#?}", path.display());
        carried += usize::from(expected.buffers.iter().any(|b| b.title == "Reassembled TCP"));
    }
    (expected.len(), carried)
}

#[test]
fn every_frame_tells_the_same_again() {
    let mut found = Vec::new();
    captures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("captures"), &mut found);
    let (mut frames, mut carried) = (0, 0);
    for path in &found {
        let (all, spanning) = compare(path);
        frames += all;
        carried += spanning;
    }
    assert!(frames > 500, "only {frames} frames were compared");
    assert!(carried > 3, "only {carried} frames hold a message that spans segments");
}

/// True if a capture holds something else than packets: the secrets of its connections.
fn brings_keys(path: &Path) -> bool {
    let Ok(mut source) = open(path) else { return false };
    while let Ok(Some(block)) = source.next() {
        if !matches!(block, Block::Packet(_)) {
            return true;
        }
    }
    false
}

#[test]
fn the_corpus_tells_the_same_again() {
    let folder = std::env::var_os("HANDSHARK_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if !folder.join("MANIFEST.tsv").is_file() {
        eprintln!("SKIPPED: no corpus at {}; set HANDSHARK_CORPUS", folder.display());
        return;
    }
    let mut found = Vec::new();
    captures(&folder, &mut found);
    // What HTTP/2 packs by what was said before, like what was decrypted, is told by a pass over the capture only.
    found.retain(|path| !path.components().any(|part| part.as_os_str() == "http2"));
    // The screen opens what a capture brings the keys of; the pass here has none.
    found.retain(|path| !brings_keys(path));
    for path in found.iter().filter(|p| std::fs::metadata(p).is_ok_and(|m| m.len() < 1 << 20)) {
        compare(path);
    }
}

#[test]
fn what_is_compressed_is_kept_in_a_spool() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let plain = folder.join("ntlm/ntlm-tcp-ok.pcap");
    let bytes = std::fs::read(&plain).unwrap();
    let packed = tempfile::NamedTempFile::with_suffix(".gz").unwrap();
    let mut encoder = flate2::write::GzEncoder::new(packed.reopen().unwrap(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &bytes).unwrap();
    encoder.finish().unwrap();
    let (a, b) = (opened(&plain).unwrap(), opened(packed.path()).unwrap());
    assert_eq!(a.frames(), b.frames());
    for frame in 1..=a.frames() {
        assert_eq!(shape(&a.detail(frame, false)), shape(&b.detail(frame, false)));
    }
}
