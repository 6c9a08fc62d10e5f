//! Classic pcap and its variants.

use super::make::{self, ORDERS, Order, pcap, pcap_packet, read};
use crate::capture::{CaptureError, Resolution};

const MICRO: u32 = 0xa1b2_c3d4;
const NANO: u32 = 0xa1b2_3c4d;
const MODIFIED: u32 = 0xa1b2_cd34;

#[test]
fn both_orders_and_both_resolutions() {
    for order in ORDERS {
        for (magic, resolution, nanos) in
            [(MICRO, Resolution::MICROSECONDS, 123_456_000), (NANO, Resolution::NANOSECONDS, 123_456)]
        {
            let mut file = pcap(order, magic, (2, 4), 113);
            file.extend(pcap_packet(order, (1_700_000_000, 123_456), &[], b"hello"));
            file.extend(pcap_packet(order, (u32::MAX, 5), &[], b""));
            let all = read(&file).unwrap();
            assert_eq!(all.data(), [&b"hello"[..], b""]);
            assert_eq!(all.times()[0], 1_700_000_000_000_000_000 + nanos, "{order:?} {magic:x}");
            assert_eq!(all.times()[1] / 1_000_000_000, i64::from(u32::MAX));
            assert_eq!((all.packets[0].at, all.packets[0].link_type, all.packets[0].wire_len), (40, 113, 5));
            assert_eq!((all.interfaces[0].resolution, all.interfaces[0].snaplen), (resolution, 65_535));
            assert!(all.notices.is_empty() && all.format.starts_with("pcap"), "{:?}", all.said());
        }
    }
}

#[test]
fn a_file_without_packets_is_whole() {
    let all = read(&pcap(Order::Big, MICRO, (2, 4), 1)).unwrap();
    assert!(all.packets.is_empty() && all.notices.is_empty());
}

#[test]
fn captured_and_wire_length_may_differ() {
    let order = Order::Little;
    let mut file = pcap(order, MICRO, (2, 4), 1);
    file.extend(order.all(&[1, 2, 4, 1_500]));
    file.extend(b"abcd");
    // More captured than there was: nonsense, but harmless.
    file.extend(order.all(&[1, 2, 4, 3]));
    file.extend(b"efgh");
    let all = read(&file).unwrap();
    assert_eq!(all.data(), [b"abcd", b"efgh"]);
    assert_eq!(all.packets.iter().map(|p| p.wire_len).collect::<Vec<_>>(), [1_500, 3]);
}

#[test]
fn old_versions_swap_the_lengths() {
    for order in ORDERS {
        for (version, lengths) in [((2, 2), [60, 4]), ((543, 0), [60, 4]), ((2, 3), [60, 4]), ((2, 3), [4, 60])] {
            let mut file = pcap(order, MICRO, version, 1);
            file.extend(order.all(&[1, 2, lengths[0], lengths[1]]));
            file.extend(b"abcd");
            let all = read(&file).unwrap();
            assert_eq!((all.data(), all.packets[0].wire_len), (vec![&b"abcd"[..]], 60), "{version:?}");
        }
    }
}

#[test]
fn the_patched_libpcap_has_longer_packet_headers() {
    for order in ORDERS {
        let more = [&order.u32(2)[..], &order.u16(0x0800), &[0, 0]].concat();
        for (magic, more) in [
            (MODIFIED, more.clone()),
            (MODIFIED, [&more[..], &[0, 1, 0, 0]].concat()),
            // The first patch kept the signature of plain pcap; only the packets tell.
            (MICRO, more.clone()),
        ] {
            let mut file = pcap(order, magic, (2, 4), 1);
            for n in 0..4 {
                file.extend(pcap_packet(order, (1_700_000_000 + n, 7), &more, b"\xff\xff\xff\xff\xff\xff a packet"));
            }
            let all = read(&file).unwrap();
            assert_eq!(all.data(), [b"\xff\xff\xff\xff\xff\xff a packet"; 4], "{order:?} {magic:x} {}", more.len());
            assert_eq!((all.format.as_str(), all.notices.len()), ("modified pcap", 0));
        }
        let mut one = pcap(order, MODIFIED, (2, 4), 1);
        one.extend(pcap_packet(order, (1, 7), &more, b"single"));
        assert_eq!(read(&one).unwrap().data(), [b"single"]);
    }
}

#[test]
fn damage_does_not_make_another_variant() {
    let mut file = make::three(Order::Little);
    file.truncate(24 + 16 + 12);
    // The header of the second packet is nonsense, and the file ends right behind.
    file.extend([0xff; 16]);
    let all = read(&file).unwrap();
    assert_eq!((all.data(), all.format.as_str()), (vec![&b"first packet"[..]], "pcap"));
    assert_eq!(all.said(), ["reading stopped after packet 1, at byte 52: a packet of 4294967295 bytes is not likely"]);
}

#[test]
fn ixia_has_a_longer_file_header() {
    for order in ORDERS {
        for (magic, time) in [(0x1c00_01ac, 1_000_000_007), (0x1c00_01ab, 1_000_007_000)] {
            let mut file = pcap(order, magic, (2, 4), 1);
            file.extend(order.u32(21));
            file.extend(pcap_packet(order, (1, 7), &[], b"hello"));
            let all = read(&file).unwrap();
            assert_eq!((all.data(), all.times()), (vec![&b"hello"[..]], vec![time]));
        }
    }
}

#[test]
fn upper_bits_of_the_link_type_tell_the_frame_check() {
    let all = read(&pcap(Order::Little, MICRO, (2, 4), 0x2400_0001)).unwrap();
    assert_eq!((all.interfaces[0].link_type, all.interfaces[0].fcs_len), (1, Some(4)));
    let all = read(&pcap(Order::Little, MICRO, (2, 4), 0x3000_0001)).unwrap();
    assert_eq!((all.interfaces[0].link_type, all.interfaces[0].fcs_len), (1, None));
}

#[test]
fn variants_that_cannot_be_read_are_refused_by_name() {
    let order = Order::Little;
    let aix = pcap(order, MICRO, (2, 2), 6);
    let mut nokia = pcap(order, MICRO, (2, 4), 1);
    for n in 0..4 {
        nokia.extend(pcap_packet(order, (n, 0), &[1, 2, 3, 4], b"\xff\xff\xff\xff\xff\xff a packet"));
    }
    for (file, name) in [(aix, "of AIX"), (nokia, "of Nokia")] {
        let Err(e) = read(&file) else { panic!("{name} was read") };
        assert!(matches!(e, CaptureError::Unsupported { .. }) && e.to_string().contains(name), "{e}");
        assert!(e.to_string().contains("editcap"), "{e}");
    }
    for version in [(3, 0), (1, 4)] {
        let e = read(&pcap(order, MICRO, version, 1)).unwrap_err();
        assert!(e.to_string().contains(&format!("version {}.{}", version.0, version.1)), "{e}");
    }
    // Near miss: version 2.2 with the link type of Ethernet is old pcap, not AIX.
    assert!(read(&pcap(order, MICRO, (2, 2), 1)).is_ok());
}
