//! What the scan costs: facts only, as the report uses it, and the tree of every packet.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use handshark::analysis::Analysis;
use handshark::capture::{Block, Record, read_from};
use handshark::fact::Place;
use handshark::field::{Sink, Tree};
use handshark::scan::{FactsOnly, Lens, Scan};
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;

struct Trees(Tree);

impl Lens for Trees {
    fn shows(&self) -> bool {
        true
    }

    fn sink(&mut self, _: &Place) -> &mut dyn Sink {
        &mut self.0
    }
}

fn each(bytes: &[u8], mut take: impl FnMut(&Record<'_>)) {
    let mut source = read_from("bench".into(), Cursor::new(bytes.to_vec()), None).unwrap();
    while let Some(block) = source.next().unwrap() {
        if let Block::Packet(record) = block {
            take(&record);
        }
    }
}

fn scan(criterion: &mut Criterion) {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    for name in ["ntlm/ntlm-tcp-ok", "ntlm/dsk-http-clear", "kerberos/krb-kdc-tcp", "net/ntlm-split"] {
        let bytes = std::fs::read(captures.join(format!("{name}.pcap"))).unwrap();
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("facts", |bench| {
            bench.iter(|| {
                let mut analysis = Analysis::without_proofs();
                let mut scan = Scan::default();
                let mut lens = FactsOnly::new(|row| analysis.observe(row));
                each(&bytes, |record| scan.frame(record, &mut lens));
                scan.finish(&mut lens);
                black_box(analysis.finish())
            });
        });
        group.bench_function("trees", |bench| {
            bench.iter(|| {
                let mut scan = Scan::default();
                each(&bytes, |record| {
                    let mut lens = Trees(Tree::new(false));
                    scan.frame(record, &mut lens);
                    black_box(&lens.0);
                });
            });
        });
    }
}

criterion_group!(benches, scan);
criterion_main!(benches);
