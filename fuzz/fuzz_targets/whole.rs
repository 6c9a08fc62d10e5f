//! Bytes as a capture file: through the scan, the analysis, the findings, and the tree of every packet.

#![no_main]

use handshark::analysis::Analysis;
use handshark::capture::{Block, read_from};
use handshark::fact::Place;
use handshark::field::{Sink, Tree};
use handshark::findings;
use handshark::scan::{FactsOnly, Lens, Scan};
use handshark::signin;
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

struct Trees(Tree);

impl Lens for Trees {
    fn shows(&self) -> bool {
        true
    }

    fn sink(&mut self, _: &Place) -> &mut dyn Sink {
        &mut self.0
    }
}

fn each(bytes: &[u8], mut take: impl FnMut(&handshark::capture::Record<'_>)) {
    let Ok(mut source) = read_from("fuzz".into(), Cursor::new(bytes.to_vec()), None) else { return };
    while let Ok(Some(block)) = source.next() {
        if let Block::Packet(record) = block {
            take(&record);
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut analysis = Analysis::default();
    let mut scan = Scan::default();
    {
        let mut lens = FactsOnly::new(|row| analysis.observe(row));
        each(bytes, |record| scan.frame(record, &mut lens));
        scan.finish(&mut lens);
    }
    let evidence = analysis.finish();
    findings::judge(&evidence, &signin::tell(&evidence));

    let mut scan = Scan::default();
    each(bytes, |record| {
        let mut lens = Trees(Tree::new(false));
        scan.frame(record, &mut lens);
        lens.0.text();
    });
});
