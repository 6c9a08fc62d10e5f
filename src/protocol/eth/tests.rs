use crate::protocol::sample::{ETHERNET, describe, eth, ip, layers, marks, udp, values};

#[test]
fn addresses_say_whether_they_are_local_and_of_a_group() {
    let tree = describe(ETHERNET, &[&[0xff; 6][..], &[0x02, 0, 0, 0, 0, 1, 0x12, 0x34]].concat());
    assert_eq!(values(&tree, "eth.addr"), "ff:ff:ff:ff:ff:ff,02:00:00:00:00:01");
    assert_eq!([values(&tree, "eth.dst.ig"), values(&tree, "eth.src.ig")], ["1", "0"]);
    assert_eq!(values(&tree, "eth.lg"), "1,1");
    assert!(tree.text().starts_with("Frame 0"));
    assert!(tree.text().contains("Ethernet II, Src: 02:00:00:00:00:01, Dst: ff:ff:ff:ff:ff:ff"));
    assert!(!tree.text().contains("Address:"), "what only filters need is not shown");
}

#[test]
fn zeros_that_fill_a_short_frame_are_padding() {
    let mut frame = eth(0x0800, &ip(17, &udp(1, 2, b"1234")));
    frame.resize(60, 0);
    let tree = describe(ETHERNET, &frame);
    assert_eq!(values(&tree, "eth.padding"), "0000000000000000000000000000");
    assert_eq!(values(&tree, "eth.trailer"), "");
    assert_eq!(values(&tree, "udp.payload"), "31323334", "padding is no payload");
}

#[test]
fn other_bytes_that_fill_a_short_frame_are_a_trailer() {
    let mut frame = eth(0x0800, &ip(17, &udp(1, 2, b"1234")));
    frame.resize(60, 0x17);
    let tree = describe(ETHERNET, &frame);
    assert_eq!(values(&tree, "eth.padding"), "");
    assert_eq!(values(&tree, "eth.trailer"), "17".repeat(14));
}

#[test]
fn four_bytes_behind_a_long_frame_are_its_check_sequence() {
    let mut frame = eth(0x0800, &ip(17, &udp(1, 2, &[7; 32])));
    frame.extend([0xde, 0xad, 0xbe, 0xef]);
    let tree = describe(ETHERNET, &frame);
    assert_eq!([values(&tree, "eth.fcs"), values(&tree, "eth.trailer")], ["0xdeadbeef", ""]);
    frame.extend([1, 2]);
    let tree = describe(ETHERNET, &frame);
    assert_eq!([values(&tree, "eth.fcs"), values(&tree, "eth.trailer")], ["0xbeef0102", "dead"]);
    // Three are too few.
    frame.truncate(frame.len() - 3);
    let tree = describe(ETHERNET, &frame);
    assert_eq!([values(&tree, "eth.fcs"), values(&tree, "eth.trailer")], ["", "deadbe"]);
}

#[test]
fn a_small_type_is_a_length() {
    let packet = ip(17, &udp(1, 2, b""));
    let mut frame = eth(36, &[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &packet].concat());
    frame.resize(60, 0);
    let tree = describe(ETHERNET, &frame);
    assert_eq!(layers(&tree), "eth:llc:ip:udp");
    assert_eq!([values(&tree, "eth.len"), values(&tree, "eth.type")], ["36", ""]);
    assert_eq!([values(&tree, "llc.dsap"), values(&tree, "llc.type")], ["0xaa", "0x0800"]);
    assert_eq!(values(&tree, "eth.padding"), "0".repeat(20));
    // Zero is a type, and between 1501 and 1535 is nothing.
    assert_eq!(layers(&describe(ETHERNET, &eth(0, b"?"))), "eth:ethertype:data");
    let tree = describe(ETHERNET, &eth(1501, b"?"));
    assert_eq!((layers(&tree).as_str(), marks(&tree).len()), ("eth", 1));
}
