//! A stream followed in an opened capture says what the same stream says when the whole capture is read for it: only its own
//! packets are read again.

use handshark::capture::{Block, open};
use handshark::report::dialogue::Layer;
use handshark::scan::{Capture, Chunk, Follow, Given, Input, Scan};
use handshark::secrets::Secrets;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A folder, what its captures are opened with, and the layers to follow.
const FOLDERS: [(&str, &[Layer]); 5] = [
    ("ntlm", &[Layer::Sip, Layer::Tcp, Layer::Udp]),
    ("kerberos", &[Layer::Tcp, Layer::Udp]),
    ("http", &[Layer::Http, Layer::Tcp]),
    ("sip", &[Layer::Sip, Layer::Tcp, Layer::Udp]),
    ("tls", &[Layer::Tls, Layer::Http, Layer::Tcp]),
];

fn secrets(folder: &Path) -> Secrets {
    let mut secrets = Secrets::default();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "keys" || e == "pem") {
            // Some keys are locked, some are certificates.
            let _ = secrets.take_file(&path);
        }
    }
    secrets
}

/// The stream with the whole capture around it.
fn whole(path: &Path, layer: Layer, tcp: bool, number: u32, secrets: &Secrets) -> Vec<Chunk> {
    let mut lens = Follow::new(layer.followed(), tcp, number, true);
    let keys = secrets.tls();
    let mut scan = Scan::new(Vec::new()).with_keys(keys.clone());
    let mut source = open(path).unwrap();
    while let Ok(Some(block)) = source.next() {
        match block {
            Block::Packet(record) => scan.frame(&record, &mut lens),
            Block::Secrets(content) => {
                keys.read(content);
            }
        }
    }
    scan.finish(&mut lens);
    lens.finish()
}

#[test]
fn a_stream_alone_says_what_it_says_among_all() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures");
    let (mut streams, mut decrypted) = (0, 0);
    for (folder, layers) in FOLDERS {
        let folder = root.join(folder);
        let secrets = secrets(&folder);
        let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "pcap" || e == "pcapng")) {
            let input = Input { path: path.clone(), source: open(path).unwrap() };
            let given = Given::new(Vec::new(), &secrets);
            let never = AtomicBool::new(false);
            let capture = Capture::read(vec![input], given, &mut |_| {}, &never);
            for talk in capture.conversations().into_iter().take(4) {
                for layer in layers.iter().filter(|layer| **layer != Layer::Udp || !talk.tcp) {
                    let alone = capture.follow(layer.followed(), (talk.tcp, talk.stream), true, &never).unwrap();
                    let among = whole(path, *layer, talk.tcp, talk.stream, &secrets);
                    assert_eq!(alone.chunks, among, "{} {layer:?} {}", path.display(), talk.stream);
                    assert_eq!(alone.ends, (talk.client, talk.server));
                    streams += usize::from(!among.is_empty());
                    decrypted += usize::from(*layer == Layer::Tls && !among.is_empty());
                }
            }
        }
    }
    assert!(streams > 60 && decrypted > 15, "{streams} {decrypted}");
}
