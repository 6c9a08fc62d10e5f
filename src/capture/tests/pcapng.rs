//! pcapng: sections, interfaces, packets of all kinds, and what they bring along.

use super::make::{
    self, KEYLOG, ORDERS, Order, block, interface, names, options, packet, padded, read, secrets, section,
    simple_packet,
};
use crate::capture::{CaptureError, NO_INTERFACE, Resolution, Trouble, UNKNOWN_LINK_TYPE};

#[test]
fn a_block_of_every_kind() {
    for order in ORDERS {
        let all = read(&make::medley(order)).unwrap();
        assert_eq!(all.data(), [&b"first packet"[..], b"second", b"third", b"the fourth one"], "{order:?}");
        assert_eq!(all.packets.iter().map(|p| p.time.0 % 10).collect::<Vec<_>>(), [1, 2, 2, 4]);
        assert_eq!(all.packets.iter().map(|p| p.timed).collect::<Vec<_>>(), [true, true, false, true]);
        assert_eq!(all.packets[0].comments, ["look here"]);
        assert!(all.packets[1..].iter().all(|p| p.comments.is_empty()), "comments belong to one packet");
        assert_eq!(all.secrets, [b"CLIENT_RANDOM 00 11\n"]);
        assert_eq!((all.names[0].address.to_string().as_str(), all.names[0].name.as_str()), ("10.0.0.1", "fe01"));
        assert_eq!(all.sections[0].comments, ["a session"]);
        assert_eq!(all.sections[0].application.as_deref(), Some("by hand"));
        assert_eq!(all.interfaces[0].name.as_deref(), Some("eth0"));
        assert_eq!(all.packets[0].wire_len, 112);
        assert!(all.notices.is_empty(), "{:?}", all.said());
        assert_eq!(all.format, "pcapng");
    }
}

#[test]
fn sections_count_their_interfaces_anew() {
    let (a, b) = (Order::Little, Order::Big);
    let file = [
        section(a, &[]),
        interface(a, 1, 0, &[]),
        interface(a, 101, 0, &[]),
        packet(a, 1, 5, b"one", &[]),
        // The other byte order, and an interface that only the first section has.
        section(b, &[]),
        interface(b, 113, 0, &[]),
        packet(b, 0, 6, b"two", &[]),
        packet(b, 1, 7, b"three", &[]),
        section(a, &[]),
        packet(a, 0, 8, b"four", &[]),
    ]
    .concat();
    let all = read(&file).unwrap();
    let of: Vec<_> = all.packets.iter().map(|p| (p.interface, p.link_type)).collect();
    let nowhere = (NO_INTERFACE, UNKNOWN_LINK_TYPE);
    assert_eq!(of, [(1, 101), (2, 113), nowhere, nowhere]);
    assert_eq!(all.data(), [&b"one"[..], b"two", b"three", b"four"]);
    assert_eq!(all.interfaces.iter().map(|i| i.section).collect::<Vec<_>>(), [0, 0, 1]);
    assert_eq!(all.sections.len(), 3);
    assert_eq!(all.said(), ["packet 3 names interface 1, which is not described (2 times)"]);
    assert!(all.notices[0].trouble.is_damage());
}

#[test]
fn each_interface_has_its_own_clock() {
    for order in ORDERS {
        let day: i64 = -86_400;
        let offset = order.u64(day.cast_unsigned());
        let file = [
            section(order, &[]),
            interface(order, 1, 0, &[]),
            interface(order, 1, 0, &[(9, &[9])]),
            interface(order, 1, 0, &[(9, &[0x8a])]),
            interface(order, 1, 0, &[(9, &[3]), (14, &offset)]),
            packet(order, 0, 90_000_000_001, b"", &[]),
            packet(order, 1, 90_000_000_001, b"", &[]),
            packet(order, 2, 90_000 * 1_024 + 512, b"", &[]),
            packet(order, 3, 90_000_500, b"", &[]),
            packet(order, 0, u64::MAX, b"", &[]),
        ]
        .concat();
        let all = read(&file).unwrap();
        assert_eq!(
            all.times(),
            [90_000_000_001_000, 90_000_000_001, 90_000_500_000_000, 3_600_500_000_000, i64::MAX],
            "{order:?}"
        );
        assert_eq!(all.interfaces[2].resolution, Resolution::Binary(10));
        assert_eq!(all.interfaces[3].offset, day);
    }
}

#[test]
fn interfaces_are_described() {
    for order in ORDERS {
        let drops = [(5, &order.u64(7)[..]), (7, &order.u64(4)), (4, &order.u64(99))];
        let file = [
            section(order, &[(2, b"a laptop"), (3, b"Windows 10")]),
            interface(
                order,
                1,
                262_144,
                &[
                    (2, b"eth0"),
                    (3, b"Ethernet adapter\0"),
                    (11, b"\0port 5061"),
                    (12, b"Linux"),
                    (13, &[4]),
                    (1, b"mirror port"),
                ],
            ),
            block(order, 5, &[&order.all(&[0, 0, 0])[..], &options(order, &drops)].concat()),
            block(order, 5, &order.all(&[9, 0, 0])),
        ]
        .concat();
        let all = read(&file).unwrap();
        let it = &all.interfaces[0];
        assert_eq!(it.name.as_deref(), Some("eth0"));
        assert_eq!(it.description.as_deref(), Some("Ethernet adapter"));
        assert_eq!(it.filter.as_deref(), Some("port 5061"));
        assert_eq!(it.os.as_deref(), Some("Linux"));
        assert_eq!((it.fcs_len, it.snaplen, it.dropped), (Some(4), 262_144, Some(11)));
        assert_eq!(it.comments, ["mirror port"]);
        assert_eq!(all.sections[0].hardware.as_deref(), Some("a laptop"));
        assert_eq!(all.sections[0].os.as_deref(), Some("Windows 10"));
        assert!(all.notices.is_empty(), "{:?}", all.said());
    }
}

#[test]
fn a_simple_packet_is_cut_by_its_interface() {
    let order = Order::Little;
    let file = [
        section(order, &[]),
        interface(order, 1, 5, &[]),
        simple_packet(order, 60, b"abcde"),
        simple_packet(order, 3, b"abc"),
    ]
    .concat();
    let all = read(&file).unwrap();
    assert_eq!(all.data(), [&b"abcde"[..], b"abc"]);
    assert_eq!(all.packets[0].wire_len, 60);
    // Without an interface there is no link type, but the bytes are there.
    let all = read(&[section(order, &[]), simple_packet(order, 4, b"abcd")].concat()).unwrap();
    assert_eq!((all.data(), all.packets[0].interface), (vec![&b"abcd"[..]], NO_INTERFACE));
}

#[test]
fn names_of_both_kinds_and_none() {
    let order = Order::Big;
    let six = [&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1][..], b"six\0alias\0"].concat();
    let list = names(order, &[(1, b"\x0a\x00\x00\x02dc01.contoso.com\0"), (7, b"?"), (1, b"abc"), (2, &six)]);
    let all = read(&[section(order, &[]), list].concat()).unwrap();
    let named: Vec<_> = all.names.iter().map(|n| format!("{} {}", n.address, n.name)).collect();
    assert_eq!(named, ["10.0.0.2 dc01.contoso.com", "2001:db8::1 six", "2001:db8::1 alias"]);
    assert!(all.notices.is_empty());

    // A list without its end keeps the names before.
    let cut = block(order, 4, &[&order.u16(1)[..], &order.u16(7), b"\x0a\x00\x00\x02dc1\0"].concat());
    let all = read(&[section(order, &[]), cut].concat()).unwrap();
    assert_eq!((all.names.len(), all.said().len()), (1, 1));
}

#[test]
fn secrets_of_other_kinds_are_said() {
    let order = Order::Little;
    let file = [section(order, &[]), secrets(order, 0x5747_4b4c, b"x"), secrets(order, KEYLOG, b"k")].concat();
    let all = read(&file).unwrap();
    assert_eq!(all.secrets, [b"k"]);
    assert_eq!(all.notices[0].trouble, Trouble::UnknownSecrets(0x5747_4b4c));
    assert!(!all.notices[0].trouble.is_damage());
}

#[test]
fn unknown_blocks_are_passed_over() {
    let order = Order::Little;
    let file = [
        section(order, &[]),
        interface(order, 1, 0, &[]),
        block(order, 0x7777, b"what"),
        packet(order, 0, 1, b"here", &[]),
        block(order, 0x7777, b""),
    ]
    .concat();
    let all = read(&file).unwrap();
    assert_eq!(all.data(), [b"here"]);
    assert_eq!(all.said(), ["blocks of type 0x00007777 are not read; first at byte 48 (2 times)"]);
}

#[test]
fn a_block_broken_inside_is_left_out() {
    for order in ORDERS {
        let good = packet(order, 0, 1, b"good", &[]);
        let head = [section(order, &[]), interface(order, 1, 0, &[])].concat();
        let too_long = block(order, 6, &[&order.all(&[0, 0, 0, 400, 400])[..], b"abcd"].concat());
        let immense = block(order, 6, &[&order.all(&[0, 0, 0, u32::MAX, 4])[..], b"abcd"].concat());
        let too_short = block(order, 6, b"abcd");
        let old = block(order, 2, &[&order.all(&[0, 0, 0, 5, 5])[..], b"abcd"].concat());
        let keys = block(order, 10, &order.all(&[KEYLOG, 900]));
        for bad in [too_long, immense, too_short, old, keys, block(order, 3, b""), block(order, 5, b"")] {
            let all = read(&[&head[..], &bad, &good].concat()).unwrap();
            assert_eq!(all.data(), [b"good"]);
            assert!(matches!(all.notices[..], [ref n] if matches!(n.trouble, Trouble::Damaged { .. })), "{all:?}");
        }
        // A broken interface keeps its number, so that the next one has the right one.
        let bad = block(order, 1, b"");
        let file = [section(order, &[]), bad, interface(order, 101, 0, &[]), packet(order, 1, 1, b"x", &[])].concat();
        assert_eq!(read(&file).unwrap().packets[0].link_type, 101);
    }
}

#[test]
fn options_may_be_broken() {
    let order = Order::Little;
    let head = [section(order, &[]), interface(order, 1, 0, &[])].concat();
    let fields = order.all(&[0, 0, 1, 4, 4]);
    let comment = [&order.u16(1)[..], &order.u16(2), &padded(b"ok")].concat();
    let over = [&order.u16(1)[..], &order.u16(999), b"over"].concat();
    let body = [&fields[..], b"abcd", &comment, &over].concat();
    let all = read(&[&head[..], &block(order, 6, &body)].concat()).unwrap();
    assert_eq!((all.data(), all.packets[0].comments.as_slice()), (vec![&b"abcd"[..]], &["ok".to_owned()][..]));
    assert_eq!(all.said(), ["options run over the end of a packet block after packet 0, at byte 48"]);

    // Behind the end of the list stands nothing; and a list may do without its end.
    let body = [&fields[..], b"abcd", &comment, &[0; 4], &comment].concat();
    let all = read(&[&head[..], &block(order, 6, &body)].concat()).unwrap();
    assert_eq!((all.packets[0].comments.len(), all.notices.len()), (1, 0));
    let body = [&fields[..], b"abcd", &comment].concat();
    let all = read(&[&head[..], &block(order, 6, &body)].concat()).unwrap();
    assert_eq!((all.packets[0].comments.len(), all.notices.len()), (1, 0));

    // A flood of options is not even counted.
    let flood = [&fields[..], b"abcd", &[1, 0, 0, 0].repeat(300_000)].concat();
    let all = read(&[&head[..], &block(order, 6, &flood), &packet(order, 0, 2, b"next", &[])].concat()).unwrap();
    assert_eq!(all.data(), [b"next"]);
    // Many comments are cut short.
    let many: Vec<(u16, &[u8])> = vec![(1, b"again"); 500];
    let all = read(&[&head[..], &packet(order, 0, 2, b"data", &many)].concat()).unwrap();
    assert_eq!((all.packets[0].comments.len(), all.notices.len()), (64, 1));
}

#[test]
fn where_lengths_make_no_sense_reading_stops() {
    let order = Order::Little;
    let good = packet(order, 0, 1, b"good", &[]);
    let head = [section(order, &[]), interface(order, 1, 0, &[]), good.clone()].concat();
    let mut differ = good.clone();
    let last = differ.len() - 4;
    differ[last] ^= 4;
    let odd = [order.all(&[6, 33]), vec![0; 40]].concat();
    let tiny = [order.all(&[6, 8]), vec![0; 40]].concat();
    let mut version = section(order, &[]);
    version[12] = 9;
    let mut no_order = section(order, &[]);
    no_order[8] = 9;
    let short = block(order, 0x0a0d_0d0a, &order.all(&[0x1a2b_3c4d]));
    for bad in [differ, odd, tiny, version, no_order, short] {
        let all = read(&[&head[..], &bad, &good].concat()).unwrap();
        assert_eq!(all.data(), [b"good"]);
        assert!(matches!(all.notices[..], [ref n] if matches!(n.trouble, Trouble::Lost(_))), "{:?}", all.said());
        assert!(all.said()[0].starts_with("reading stopped after packet 1, at byte 84: "), "{:?}", all.said());
    }
}

#[test]
fn the_first_section_header_must_be_whole() {
    for order in ORDERS {
        let good = section(order, &[(4, b"by hand")]);
        for cut in 4..good.len() {
            let Err(e) = read(&good[..cut]) else { panic!("{cut} bytes were read") };
            assert!(matches!(e, CaptureError::Damaged { .. }), "{e}");
        }
        let mut differ = good.clone();
        *differ.last_mut().unwrap() ^= 1;
        assert!(read(&differ).is_err_and(|e| e.to_string().contains("lengths at the ends of a block differ")));
        let mut version = good.clone();
        version[12..14].copy_from_slice(&order.u16(2));
        assert!(read(&version).is_err_and(|e| e.to_string().contains("version 2.0")));
        assert!(read(&good).unwrap().packets.is_empty());
    }
}

#[test]
fn a_block_too_large_is_passed_over() {
    let order = Order::Little;
    let head = [section(order, &[]), interface(order, 1, 0, &[])].concat();
    let len = (64 << 20) + 4;
    let large = [&order.all(&[6, len])[..], &vec![0; len as usize - 12], &order.u32(len)].concat();
    let all = read(&[&head[..], &large, &packet(order, 0, 1, b"next", &[])].concat()).unwrap();
    assert_eq!(all.data(), [b"next"]);
    assert!(matches!(all.notices[0].trouble, Trouble::Oversized { .. }));
    // The same length with nothing behind it is a cut file.
    let all = read(&[&head[..], &large[..100]].concat()).unwrap();
    assert!(matches!(all.notices[0].trouble, Trouble::Oversized { .. }), "{:?}", all.said());
}
