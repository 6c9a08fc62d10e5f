//! Every capture of the shared corpus, read to its end: as many packets as its manifest says.
//!
//! The corpus lies beside the checkout (`../shared/corpus`) or where `HANDSHARK_CORPUS` says. Without it there is nothing
//! to test, which is said and no failure.

use std::path::{Path, PathBuf};

use handshark::capture::{Block, CaptureError, Extent, Source, Store, UNKNOWN_LINK_TYPE, open};

/// The folder of the corpus, if there is one.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("HANDSHARK_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if folder.join("MANIFEST.tsv").is_file() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no corpus at {}; set HANDSHARK_CORPUS", folder.display());
    None
}

/// Packets of a source, and whether each of them can be read again from the file.
fn count(source: &mut (dyn Source + Send), store: Option<&Store>) -> Result<u64, CaptureError> {
    let (mut packets, mut buffer) = (0, Vec::new());
    while let Some(block) = source.next()? {
        let Block::Packet(packet) = block else { continue };
        packets += 1;
        assert_ne!(packet.link_type, UNKNOWN_LINK_TYPE);
        if let Some(store) = store {
            let extent = Extent { at: packet.at, len: u32::try_from(packet.data.len()).unwrap() };
            assert_eq!(store.read(extent, &mut buffer).unwrap(), packet.data);
        }
    }
    Ok(packets)
}

#[test]
fn packet_counts_equal_the_manifest() {
    let Some(folder) = corpus() else { return };
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let (mut read, mut wrong) = (0, Vec::new());
    for line in manifest.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (name, expected, said) = (columns[0], columns[3], columns[5]);
        if name.starts_with("keys/") {
            continue;
        }
        let path = folder.join(name);
        let store = Store::for_path(&path);
        let outcome = open(&path).and_then(|mut source| {
            let packets = count(&mut *source, store.as_ref())?;
            let damaged: Vec<_> = source.notices().iter().filter(|n| n.trouble.is_damage()).collect();
            Ok((packets, damaged.iter().map(ToString::to_string).collect::<Vec<_>>()))
        });
        // Where tshark ends with an error we end with one too, or with damage noticed; nowhere else.
        let refused = said.contains("tshark exit");
        let right = match &outcome {
            Ok((packets, damaged)) => packets.to_string() == expected && damaged.is_empty() != refused,
            Err(_) => refused,
        };
        if !right {
            wrong.push(format!("{name}: {expected} expected, got {outcome:?}"));
        }
        read += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 100, "the manifest lists only {read} captures");
}
