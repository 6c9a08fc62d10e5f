//! Damaged captures, redacted: whatever a byte turns into, every packet of the copy is as long as before, and no name is in
//! it. `HANDSHARK_MUTATIONS` asks for more than the few of every run.

use crate::look;
use crate::make::{self, Dice, Packet};
use crate::program::temporary;
use handshark::capture::{Block, Record};
use handshark::redact::Survey;
use handshark::scan::Scan;
use handshark::secrets::TlsKeys;
use handshark::secrets::keylog::KeyLog;
use std::fs;

/// Mutations of each capture.
const FEW: u64 = 6;
/// Names and secrets of the recordings. (`pool01` is none here: where nobody understands a message, a common word stays with
/// the number behind it.)
const NAMES: [&str; 4] = ["corvid", "mona.reyes", "nightjar#42", "wks101"];

/// The packets of the copy.
fn copied(bytes: &[u8], keys: &TlsKeys) -> Vec<Vec<u8>> {
    let each = |take: &mut dyn FnMut(&Record<'_>)| {
        let Ok(mut source) = look::open(bytes) else { return };
        while let Ok(Some(block)) = source.next() {
            if let Block::Packet(record) = block {
                take(&record);
            }
        }
    };
    let mut survey = Survey::new(Scan::default().with_keys(keys.clone()));
    each(&mut |record| survey.frame(record));
    let mut plan = survey.finish(|renew| Scan::default().with_keys(keys.renewed_by(renew))).unwrap();
    each(&mut |record| plan.frame(record).unwrap());
    let mut copy = plan.finish().unwrap();
    let mut packets = Vec::new();
    each(&mut |record| {
        let mut data = record.data.to_vec();
        copy.frame(&mut data).unwrap();
        packets.push(data);
    });
    packets
}

/// One of the ways in which a capture goes bad.
fn hurt(packets: &mut Vec<Packet>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(packets.len());
        match dice.below(8) {
            0 => drop(packets.remove(at)),
            1 => packets.insert(at, packets[dice.below(packets.len())].clone()),
            2 => {
                let len = packets[at].data.len();
                packets[at].data.truncate(dice.below(len + 1));
            }
            _ => {
                let data = &mut packets[at].data;
                if !data.is_empty() {
                    let place = dice.below(data.len());
                    data[place] = dice.byte();
                }
            }
        }
        if packets.is_empty() {
            return;
        }
    }
}

#[test]
fn damaged_captures() {
    let mutations = std::env::var("HANDSHARK_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(FEW);
    let mut left = Vec::new();
    for path in look::captures() {
        let (bytes, name) = (fs::read(&path).unwrap(), look::name(&path));
        let packets = make::packets(&bytes);
        if packets.is_empty() || bytes.len() > 200_000 {
            continue;
        }
        let mut log = KeyLog::default();
        if let Ok(keys) = fs::read(path.with_extension("keys")) {
            log.read(&keys);
        }
        let keys = TlsKeys::new(log, Vec::new());
        for seed in 0..mutations {
            let mut packets = packets.clone();
            hurt(&mut packets, &mut Dice(seed.wrapping_mul(7919).wrapping_add(bytes.len() as u64)));
            let damaged = make::pcap(&packets);
            let copy = copied(&damaged, &keys);
            for (number, (old, new)) in packets.iter().zip(&copy).enumerate() {
                assert_eq!(old.data.len(), new.len(), "{name}, seed {seed}: packet {}", number + 1);
                let text = new.to_ascii_lowercase();
                for word in NAMES.iter().filter(|word| memchr::memmem::find(&text, word.as_bytes()).is_some()) {
                    let kept = temporary(&format!("left-{seed}-{}", name.replace('/', "-")), &damaged);
                    left.push(format!("{word} in packet {} of {}", number + 1, kept.display()));
                }
            }
        }
    }
    assert!(left.is_empty(), "{} left:\n{}", left.len(), left.join("\n"));
}
