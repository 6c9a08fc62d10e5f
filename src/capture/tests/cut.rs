//! Files that end too early, arrive in drops, or lie on a medium that fails.

use std::io::{self, Cursor, Read};

use super::make::{self, ORDERS, read, read_through};
use crate::capture::{CaptureError, Trouble};

/// Ends of whole packets and blocks in a pcapng file.
fn block_ends(file: &[u8], order: make::Order) -> Vec<usize> {
    let mut ends = vec![0];
    while let Some(len) = file.get(ends[ends.len() - 1] + 4..).and_then(<[u8]>::first_chunk::<4>) {
        let len = if order == make::Order::Big { u32::from_be_bytes(*len) } else { u32::from_le_bytes(*len) };
        ends.push(ends[ends.len() - 1] + len as usize);
    }
    ends
}

#[test]
fn a_cut_file_gives_its_whole_packets_and_a_notice() {
    for order in ORDERS {
        let pcap = make::three(order);
        let pcapng = make::medley(order);
        let ends = block_ends(&pcapng, order);
        assert_eq!(ends.last(), Some(&pcapng.len()));
        for (file, header, ends) in [(&pcap, 24, &vec![24, 52, 68, 89]), (&pcapng, ends[1], &ends)] {
            let whole = read(file).unwrap().packets;
            assert_eq!(ends.last(), Some(&file.len()));
            for cut in header..=file.len() {
                let all = read(&file[..cut]).unwrap();
                let expected: Vec<_> = whole
                    .iter()
                    .filter(|p| {
                        let end = usize::try_from(p.at).unwrap() + p.data.len();
                        ends.iter().find(|e| **e >= end).is_some_and(|e| *e <= cut)
                    })
                    .collect();
                assert_eq!(all.packets.iter().collect::<Vec<_>>(), expected, "cut at {cut}");
                if ends.contains(&cut) {
                    assert!(all.notices.is_empty(), "cut at {cut}: {:?}", all.said());
                } else {
                    assert!(matches!(all.notices[..], [ref n] if matches!(n.trouble, Trouble::Cut { .. })));
                    assert!(all.notices[0].packets == expected.len() as u64);
                }
            }
            for cut in 4..header {
                let Err(e) = read(&file[..cut]) else { panic!("a header of {cut} bytes was read") };
                assert!(e.to_string().starts_with("test is a damaged capture: it ends inside the "), "{e}");
            }
        }
    }
    let all = read(&make::three(make::Order::Little)[..88]).unwrap();
    assert_eq!(all.said(), ["the capture is cut off after packet 2: at least 1 byte is missing"]);
}

/// Gives one byte at a time.
struct Drops(Cursor<Vec<u8>>);

impl Read for Drops {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let one = into.len().min(1);
        self.0.read(&mut into[..one])
    }
}

#[test]
fn a_pipe_may_bring_single_bytes() {
    for order in ORDERS {
        for file in [make::three(order), make::medley(order), make::noise(50, 1_000)] {
            let whole = read(&file).unwrap();
            let drops = read_through(Drops(Cursor::new(file)), None).unwrap();
            assert_eq!(drops.packets, whole.packets);
            assert_eq!(drops.secrets, whole.secrets);
            assert!(drops.notices.is_empty());
        }
    }
}

/// A disk with a bad place behind some good bytes.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(io::Error::other("bad sector")),
            n => Ok(n),
        }
    }
}

#[test]
fn a_failing_medium_is_an_error_and_not_a_cut_file() {
    let file = make::three(make::Order::Little);
    let all = read_through(Failing(Cursor::new(file.clone())), None).unwrap();
    assert_eq!(all.packets.len(), 3);
    let Some(CaptureError::Read { at, source, .. }) = all.error else { panic!("{all:?}") };
    assert_eq!((at, source.to_string().as_str()), (89, "bad sector"));

    // The same below a decompressor, which would call it a damaged archive.
    for packed in super::compressed::packed(&file) {
        let len = packed.len();
        let all = read_through(Failing(Cursor::new(packed[..len - 2].to_vec())), None);
        match all {
            Ok(all) => assert!(matches!(all.error, Some(CaptureError::Read { .. })), "{all:?}"),
            Err(e) => assert!(matches!(e, CaptureError::Unreadable { .. }), "{e}"),
        }
    }
    let e = read_through(Failing(Cursor::new(vec![0xd4, 0xc3])), None).unwrap_err();
    assert_eq!(e.to_string(), "test cannot be opened: bad sector");
}

/// A pipe that counts how often it is asked.
struct Pipe {
    pieces: std::collections::VecDeque<Vec<u8>>,
    asked: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        use std::sync::atomic::Ordering;
        let Some(piece) = self.pieces.front_mut() else { return Ok(0) };
        let n = piece.len().min(into.len());
        into[..n].copy_from_slice(&piece[..n]);
        piece.drain(..n);
        if piece.is_empty() {
            self.pieces.pop_front();
            self.asked.fetch_add(1, Ordering::Relaxed);
        }
        Ok(n)
    }
}

#[test]
fn a_packet_is_handed_out_before_the_next_is_written() {
    use std::sync::atomic::Ordering;
    let order = make::Order::Little;
    let ng = [make::section(order, &[]), make::interface(order, 1, 0, &[])].concat();
    let ng_packet = make::packet(order, 0, 1, b"data", &[]);
    let header = make::pcap(order, 0xa1b2_c3d4, (2, 4), 1);
    let packet = make::pcap_packet(order, (1, 2), &[], b"data");
    for (header, packet) in [(header, packet), (ng, ng_packet)] {
        let asked = std::sync::Arc::default();
        let pieces = [header, packet.clone(), packet].into();
        let pipe = Pipe { pieces, asked: std::sync::Arc::clone(&asked) };
        let mut source = crate::capture::read_from("pipe".to_owned(), pipe, None).unwrap();
        for pieces in 1..=3 {
            assert_eq!(asked.load(Ordering::Relaxed), pieces, "bytes were waited for that are not needed");
            assert_eq!(source.next().unwrap().is_some(), pieces < 3);
        }
    }
}
