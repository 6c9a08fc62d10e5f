//! What putting a TCP direction in order costs: in order, and with every second segment late.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use handshark::network::{Segment, flags};
use handshark::stream::{Assembler, Delivery, Origin};
use std::hint::black_box;

const SEGMENTS: u32 = 1_000;
const SIZE: u32 = 1_400;

fn run(order: &[u32], payload: &[u8]) -> usize {
    let mut assembler = Assembler::default();
    let mut bytes = 0;
    for at in order {
        let segment = Segment {
            source: 1,
            destination: 2,
            seq: at * SIZE,
            ack: 0,
            flags: flags::ACK,
            window: 0,
            options: &[],
            payload,
            missing: 0,
        };
        assembler.push(&segment, Origin { frame: 1, at: 0 }, &mut |delivery| {
            if let Delivery::Bytes(part, _) = delivery {
                bytes += part.len();
            }
        });
    }
    bytes
}

fn reassembly(criterion: &mut Criterion) {
    let payload = vec![7; SIZE as usize];
    let straight: Vec<u32> = (0..SEGMENTS).collect();
    let swapped: Vec<u32> = straight.chunks(2).flat_map(|pair| pair.iter().rev().copied()).collect();
    let mut group = criterion.benchmark_group("reassembly");
    group.throughput(Throughput::Bytes(u64::from(SEGMENTS * SIZE)));
    group.bench_function("in order", |bench| bench.iter(|| black_box(run(&straight, &payload))));
    group.bench_function("pairs swapped", |bench| bench.iter(|| black_box(run(&swapped, &payload))));
}

criterion_group!(benches, reassembly);
criterion_main!(benches);
