use crate::protocol::sample::{describe, ipv6, layers, marks, udp, values};

fn message(kind: u8, code: u8, rest: &[u8]) -> Vec<u8> {
    ipv6(58, &[&[kind, code, 0xab, 0xcd][..], rest].concat())
}

const LINK_LOCAL: [u8; 16] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5];

#[test]
fn echo() {
    let tree = describe(229, &message(128, 0, b"\x00\x09\x00\x01data"));
    assert_eq!(layers(&tree), "ipv6:icmpv6:data");
    let names = ["icmpv6.type", "icmpv6.checksum", "icmpv6.echo.identifier", "icmpv6.echo.sequence_number"];
    assert_eq!(names.map(|n| values(&tree, n)), ["128", "0xabcd", "0x0009", "1"]);
    assert_eq!(tree.info, "Echo (ping) request id=0x0009, seq=1, hop limit=64");
}

#[test]
fn neighbors_ask_and_answer() {
    let option = [1, 1, 2, 0, 0, 0, 0, 1];
    let tree = describe(229, &message(135, 0, &[&[0; 4], &LINK_LOCAL[..], &option].concat()));
    assert_eq!(values(&tree, "icmpv6.nd.ns.target_address"), "fe80::5");
    assert_eq!(tree.info, "Neighbor Solicitation for fe80::5 from 02:00:00:00:00:01");
    let option = [2, 1, 2, 0, 0, 0, 0, 1];
    let tree = describe(229, &message(136, 0, &[&[0x60, 0, 0, 0], &LINK_LOCAL[..], &option].concat()));
    assert_eq!(tree.info, "Neighbor Advertisement fe80::5 (sol, ovr) is at 02:00:00:00:00:01");
}

#[test]
fn an_option_without_length_ends_the_walk() {
    let tree = describe(229, &message(135, 0, &[&[0; 4], &LINK_LOCAL[..], &[1, 0]].concat()));
    assert_eq!(marks(&tree), ["malformed: ends inside the header"]);
}

#[test]
fn listeners_report_their_groups() {
    let group = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
    let tree = describe(229, &message(143, 0, &[&[0, 0, 0, 2, 4, 0, 0, 0][..], &group].concat()));
    assert_eq!(values(&tree, "icmpv6.mldr.mar.multicast_address"), "ff02::2");
    assert_eq!(marks(&tree).len(), 1, "the second record is missing");
}

#[test]
fn errors_quote_the_packet() {
    let quoted = ipv6(17, &udp(50000, 50001, b"quoted"));
    let tree = describe(229, &message(1, 4, &[&[0; 4], &quoted[..]].concat()));
    assert_eq!(layers(&tree), "ipv6:icmpv6:ipv6:udp:data");
    assert_eq!(tree.info, "Destination Unreachable (Port unreachable)");
    let tree = describe(229, &message(2, 0, &[&[0, 0, 5, 0], &quoted[..]].concat()));
    assert_eq!(values(&tree, "icmpv6.mtu"), "1280");
}
