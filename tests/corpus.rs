//! Every capture of the shared corpus through the whole engine: reported, and shown packet by packet.
//!
//! The corpus lies beside the checkout (`../shared/corpus`) or where `HANDSHARK_CORPUS` says. Without it there is nothing
//! to test, which is said and no failure. What the files hold was recorded by others and stays where it is.

#[path = "support/look.rs"]
mod look;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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

/// What a capture came to: packets, and how long report and trees took.
struct Seen {
    packets: u64,
    report: Duration,
    trees: Duration,
}

/// Reports a capture and shows every packet of it.
fn see(bytes: &[u8]) -> Result<Seen, String> {
    let began = Instant::now();
    look::report(bytes).map_err(|e| e.to_string())?;
    let report = began.elapsed();
    let counts = look::trees(bytes, look::assert_sound).map_err(|e| e.to_string())?;
    assert_eq!(counts.mistakes, 0);
    Ok(Seen { packets: counts.frames, report, trees: began.elapsed().checked_sub(report).unwrap() })
}

#[test]
fn every_capture_is_reported_and_shown() {
    let Some(folder) = corpus() else { return };
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let (mut read, mut wrong, mut slowest) = (0, Vec::new(), (Duration::ZERO, String::new()));
    for line in manifest.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (name, expected, said) = (columns[0], columns[3], columns[5]);
        if name.starts_with("keys/") {
            continue;
        }
        read += 1;
        let bytes = std::fs::read(folder.join(name)).unwrap();
        // Where tshark ends with an error nothing but the packets before can be asked for.
        let refused = said.contains("tshark exit");
        match catch_unwind(AssertUnwindSafe(|| see(&bytes))) {
            Ok(Ok(seen)) => {
                if seen.packets.to_string() != expected {
                    wrong.push(format!("{name}: {} packets, {expected} expected", seen.packets));
                }
                if seen.report + seen.trees > slowest.0 {
                    slowest = (seen.report + seen.trees, format!("{name} (report {:?})", seen.report));
                }
            }
            Ok(Err(error)) if !refused => wrong.push(format!("{name}: {error}")),
            Ok(Err(_)) => {}
            Err(_) => wrong.push(format!("{name} panics")),
        }
    }
    eprintln!("{read} captures, slowest {} in {:?}", slowest.1, slowest.0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 100, "the manifest lists only {read} captures");
}
