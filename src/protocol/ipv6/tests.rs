use crate::protocol::sample::{describe, describe_in, ipv6, layers, marks, udp, values};
use crate::protocol::{Context, Reassembled};

#[test]
fn the_fixed_header() {
    let mut packet = ipv6(17, &udp(1, 2, b""));
    packet[..4].copy_from_slice(&[0x6e, 0x01, 0x23, 0x45]);
    let tree = describe(229, &packet);
    let names =
        ["ipv6.version", "ip.version", "ipv6.tclass", "ipv6.tclass.dscp", "ipv6.flow", "ipv6.plen", "ipv6.hlim"];
    assert_eq!(names.map(|n| values(&tree, n)), ["6", "6", "0x000000e0", "56", "0x012345", "8", "64"]);
    assert_eq!(values(&tree, "ipv6.addr"), "2001:db8::1,2001:db8::2");
    assert_eq!(layers(&tree), "ipv6:udp");
}

#[test]
fn an_address_made_from_a_hardware_address_shows_it() {
    let mut packet = ipv6(59, b"");
    packet[16..24].copy_from_slice(&[0x02, 0xe0, 0x81, 0xff, 0xfe, 0x52, 0x9a, 0x6b]);
    let tree = describe(229, &packet);
    assert_eq!(values(&tree, "ipv6.src_slaac_mac"), "00:e0:81:52:9a:6b");
    assert_eq!(tree.info, "IPv6 no next header");
}

#[test]
fn extension_headers_are_layers() {
    let options = [60, 0, 1, 4, 0, 0, 0, 0];
    let destination = [17, 0, 0, 0, 0, 0, 0, 0];
    let tree = describe(229, &ipv6(0, &[&options[..], &destination, &udp(1, 2, b"")].concat()));
    assert_eq!(layers(&tree), "ipv6:ipv6.hopopts:ipv6.dstopts:udp");
    assert_eq!(values(&tree, "ipv6.opt.type"), "0x01,0x00,0x00,0x00,0x00,0x00,0x00");
    assert_eq!(values(&tree, "ipv6.opt.padn"), "00000000");
    let group = tree.nodes.iter().find(|node| node.field.is_some_and(|f| f.name == "ipv6")).unwrap();
    assert_eq!(group.at.end, 56, "extension headers belong to the header");
}

#[test]
fn a_source_route_names_its_addresses() {
    let route = [17, 2, 0, 1, 0, 0, 0, 0, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    let tree = describe(229, &ipv6(43, &[&route[..], &udp(1, 2, b"")].concat()));
    assert_eq!(layers(&tree), "ipv6:ipv6.routing:udp");
    assert_eq!([values(&tree, "ipv6.routing.src.addr"), values(&tree, "ipv6.routing.segleft")], ["2001:db8::9", "1"]);
}

#[test]
fn a_part_is_data_until_the_last_one_comes() {
    let part = ipv6(44, b"\x11\x00\x00\x08\x00\x2c\x53\x23the rest");
    let tree = describe(229, &part);
    assert_eq!(layers(&tree), "ipv6:ipv6.fraghdr:data");
    assert_eq!(tree.info, "IPv6 fragment (off=8 more=n ident=0x002c5323 nxt=17)");
    assert_eq!([values(&tree, "ipv6.fraghdr.offset"), values(&tree, "ipv6.fraghdr.ident")], ["1", "0x002c5323"]);

    let bytes = udp(1000, 2000, b"12345678the rest");
    let datagram = Some(Reassembled { bytes: &bytes, header: 0, fragments: 3 });
    let tree = describe_in(229, &part, Context { datagram, ..Context::default() });
    assert_eq!(layers(&tree), "ipv6:ipv6.fraghdr:udp");
    assert_eq!([values(&tree, "ipv6.fragment.count"), values(&tree, "ipv6.reassembled.length")], ["3", "24"]);
}

#[test]
fn a_whole_packet_may_carry_a_fragment_header() {
    let atomic = [&[17, 0, 0, 0, 0, 0, 0, 1][..], &udp(1, 2, b"")].concat();
    assert_eq!(layers(&describe(229, &ipv6(44, &atomic))), "ipv6:ipv6.fraghdr:udp");
}

#[test]
fn headers_that_promise_too_much_are_marked_where_they_stand() {
    let tree = describe(229, &ipv6(0, &[17, 9, 1, 4, 0, 0, 0, 0]));
    assert_eq!(layers(&tree), "ipv6:ipv6.hopopts");
    assert_eq!(marks(&tree), ["malformed: ends inside the header"]);
    let mut packet = ipv6(17, &udp(1, 2, b""));
    packet[0] = 0x70;
    assert_eq!(describe(229, &packet).info, "Bogus IPv6 version (7, must be 6)");
}
