use super::*;
use proptest::prelude::*;

/// What a reader of the stream sees: bytes, with `\0` repeated for a gap.
#[derive(Default)]
struct Reader {
    bytes: Vec<u8>,
    ended: bool,
}

fn segment(seq: u32, payload: &[u8], flags: u8) -> Segment<'_> {
    Segment { source: 1, destination: 2, seq, ack: 0, flags, window: 0, options: &[], payload, missing: 0 }
}

impl Reader {
    fn push(&mut self, assembler: &mut Assembler, segment: &Segment<'_>) -> Arrival {
        assembler.push(segment, Origin { frame: 1, at: 0 }, &mut |d| self.take(d))
    }

    fn take(&mut self, delivery: Delivery<'_>) {
        assert!(!self.ended, "nothing follows the end");
        match delivery {
            Delivery::Bytes(bytes, _) => self.bytes.extend_from_slice(bytes),
            Delivery::Gap(n) => self.bytes.extend(std::iter::repeat_n(0, usize::try_from(n).unwrap())),
            Delivery::End => self.ended = true,
        }
    }
}

#[test]
fn a_hole_is_filled_late() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(100, b"", flags::SYN));
    assert!(r.push(&mut a, &segment(104, b"def", flags::ACK)).lost_before);
    assert!(r.bytes.is_empty());
    assert!(r.push(&mut a, &segment(101, b"abc", flags::ACK)).out_of_order);
    assert_eq!(r.bytes, b"abcdef");
}

#[test]
fn an_acknowledged_hole_is_a_gap() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(100, b"", flags::SYN));
    r.push(&mut a, &segment(104, b"def", flags::ACK));
    a.acknowledged(101, &mut |d| r.take(d));
    assert!(r.bytes.is_empty(), "not acknowledged beyond the hole");
    a.acknowledged(107, &mut |d| r.take(d));
    assert_eq!(r.bytes, b"\0\0\0def");
    assert_eq!(a.given_up(), 3);
}

#[test]
fn a_hole_acknowledged_before_what_follows_it_is_a_gap_at_once() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(100, b"", flags::SYN));
    a.acknowledged(104, &mut |d| r.take(d));
    assert!(r.bytes.is_empty());
    r.push(&mut a, &segment(104, b"def", flags::ACK));
    assert_eq!(r.bytes, b"\0\0\0def");
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(100, b"", flags::SYN));
    a.acknowledged(103, &mut |d| r.take(d));
    r.push(&mut a, &segment(104, b"def", flags::ACK));
    assert!(r.bytes.is_empty(), "not acknowledged beyond the hole");
}

#[test]
fn the_budget_ends_the_waiting() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(0, b"x", flags::ACK));
    let block = [7_u8; 4096];
    for i in 0..80_u32 {
        r.push(&mut a, &segment(10 + i * 4096, &block, flags::ACK));
    }
    assert!(a.waiting <= BUDGET);
    assert_eq!(r.bytes.len(), 10 + 80 * 4096);
}

#[test]
fn repeated_bytes_that_differ_are_told() {
    let (mut a, mut r) = (Assembler { remember: true, ..Assembler::default() }, Reader::default());
    r.push(&mut a, &segment(10, b"hello world", flags::ACK));
    let same = r.push(&mut a, &segment(10, b"hello", flags::ACK));
    assert!(same.retransmission && !same.differs);
    assert!(r.push(&mut a, &segment(10, b"hellO", flags::ACK)).differs);
    assert!(r.push(&mut a, &segment(16, b"WORLD and more", flags::ACK)).differs);
    assert_eq!(r.bytes, b"hello world and more");
}

#[test]
fn early_pieces_that_differ_are_told() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(0, b"x", flags::ACK));
    assert!(!r.push(&mut a, &segment(10, b"abcdef", flags::ACK)).differs);
    assert!(r.push(&mut a, &segment(12, b"XX", flags::ACK)).differs);
}

#[test]
fn sequence_numbers_wrap() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(u32::MAX - 1, b"abcd", flags::ACK));
    r.push(&mut a, &segment(2, b"ef", flags::ACK | flags::FIN));
    assert_eq!(r.bytes, b"abcdef");
    assert!(r.ended);
}

#[test]
fn keep_alives_are_no_data() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(0, b"ab", flags::ACK));
    assert!(r.push(&mut a, &segment(1, b"", flags::ACK)).keep_alive);
    assert!(r.push(&mut a, &segment(1, b"\0", flags::ACK)).keep_alive);
    assert!(!r.push(&mut a, &segment(2, b"c", flags::ACK)).keep_alive);
    assert_eq!(r.bytes, b"abc");
}

#[test]
fn bytes_cut_off_by_the_capture_are_a_gap() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &Segment { missing: 4, ..segment(0, b"ab", flags::ACK) });
    r.push(&mut a, &segment(6, b"c", flags::ACK));
    assert_eq!(r.bytes, b"ab\0\0\0\0c");
}

#[test]
fn a_reset_ends_the_direction() {
    let (mut a, mut r) = (Assembler::default(), Reader::default());
    r.push(&mut a, &segment(0, b"ab", flags::ACK));
    r.push(&mut a, &segment(5, b"f", flags::ACK));
    r.push(&mut a, &segment(2, b"", flags::RST));
    assert_eq!(r.bytes, b"ab\0\0\0f");
    assert!(r.ended);
}

proptest! {
    /// However a stream is cut, reordered and repeated: the same bytes come out.
    #[test]
    fn segmentation_does_not_matter(
        bytes in proptest::collection::vec(1_u8.., 1..600),
        cuts in proptest::collection::vec((0_usize..600, 1_usize..90), 1..40),
        start: u32,
        order: u64,
    ) {
        let mut parts: Vec<(usize, usize)> = cuts.iter()
            .map(|(from, len)| (from % bytes.len(), *len))
            .map(|(from, len)| (from, (from + len).min(bytes.len())))
            .collect();
        parts.extend((0..bytes.len()).step_by(37).map(|from| (from, (from + 37).min(bytes.len()))));
        let mut state = order | 1;
        for i in (1..parts.len()).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            parts.swap(i, (state >> 33) as usize % (i + 1));
        }
        let (mut a, mut r) = (Assembler { remember: true, ..Assembler::default() }, Reader::default());
        r.push(&mut a, &segment(start, b"", flags::SYN));
        let first = start.wrapping_add(1);
        for (from, to) in parts {
            let arrival = r.push(&mut a, &segment(first.wrapping_add(u32::try_from(from).unwrap()), &bytes[from..to], flags::ACK));
            prop_assert!(!arrival.differs);
        }
        r.push(&mut a, &segment(first.wrapping_add(u32::try_from(bytes.len()).unwrap()), b"", flags::FIN));
        prop_assert_eq!(&r.bytes, &bytes);
        prop_assert!(r.ended);
    }
}
