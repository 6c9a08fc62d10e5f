//! Thousands of files with bytes changed, cut, doubled and swapped: each is read to an end.

use super::compressed::packed;
use super::make::{self, Lcg, Order, read};

fn mutate(file: &mut Vec<u8>, lcg: &mut Lcg) {
    for _ in 0..=lcg.below(4) {
        if file.is_empty() {
            return;
        }
        let (at, to) = (lcg.below(file.len()), lcg.below(file.len()));
        match lcg.below(8) {
            0 => file.truncate(at.max(8)),
            1 => file.splice(at..at, [lcg.byte()]).for_each(drop),
            2 => drop(file.remove(at)),
            3 => file.swap(at, to),
            4 => {
                let part = file[at.min(to)..at.max(to)].to_vec();
                file.splice(at..at, part).for_each(drop);
            }
            5 => file[at] = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 4, 12][lcg.below(8)],
            6 => file[at] ^= 1 << lcg.below(8),
            _ => file[at] = lcg.byte(),
        }
    }
}

#[test]
fn mutated_files_are_read_to_an_end() {
    let mut seeds = Vec::new();
    for order in [Order::Little, Order::Big] {
        let (pcap, pcapng) = (make::three(order), [make::medley(order), make::medley(Order::Big)].concat());
        seeds.extend(packed(&pcap));
        seeds.extend(packed(&pcapng));
        seeds.extend([pcap, pcapng.clone(), pcapng]);
    }
    let mut lcg = Lcg(66);
    let (mut read_to_end, mut refused) = (0, 0);
    for round in 0..4_000 {
        let mut file = seeds[round % seeds.len()].clone();
        mutate(&mut file, &mut lcg);
        match read(&file) {
            Ok(all) => {
                read_to_end += 1;
                assert!(all.error.is_none());
                assert!(all.packets.len() < 10_000 && all.notices.len() <= 32);
            }
            Err(e) => {
                refused += 1;
                assert!(e.to_string().starts_with("test"), "{e}");
            }
        }
    }
    assert!(read_to_end > 1_500 && refused > 20, "{read_to_end} read, {refused} refused: mutations do nothing");
}
