use crate::protocol::sample::{self, ETHERNET, describe, describe_in, eth, fragment, ip, layers, marks, udp, values};
use crate::protocol::{Context, FrameView, Reassembled};

#[test]
fn a_recorded_header_is_read() {
    // A name query of the recorded sign-in `ntlm-tcp-ok`.
    let header = b"\x45\x00\x00\x43\x56\xbc\x40\x00\x40\x11\x5f\x83\xc0\x00\x02\x65\xc0\x00\x02\x05";
    let tree = describe(228, &[&header[..], &udp(57910, 53, &[0; 39])].concat());
    let names =
        ["ip.version", "ip.hdr_len", "ip.dsfield", "ip.len", "ip.id", "ip.flags", "ip.flags.df", "ip.frag_offset"];
    assert_eq!(names.map(|n| values(&tree, n)), ["4", "20", "0x00", "67", "0x56bc", "0x02", "1", "0"]);
    let names = ["ip.ttl", "ip.proto", "ip.checksum", "ip.src", "ip.dst", "ip.addr"];
    let read = ["64", "17", "0x5f83", "192.0.2.101", "192.0.2.5", "192.0.2.101,192.0.2.5"];
    assert_eq!(names.map(|n| values(&tree, n)), read);
    assert_eq!(layers(&tree), "ip:udp");
}

#[test]
fn options_are_walked() {
    let mut packet = ip(253, b"");
    packet.splice(20..20, [0x94, 4, 0, 0]);
    (packet[0], packet[3]) = (0x46, 24);
    let tree = describe(228, &packet);
    assert_eq!([values(&tree, "ip.opt.type"), values(&tree, "ip.opt.ra")], ["148", "0"]);
    assert_eq!(values(&tree, "ip.options.routeralert"), "94040000");
    assert_eq!(tree.info, "Unknown (253)");
    // One that claims to be longer than the header.
    packet[21] = 40;
    assert_eq!(marks(&describe(228, &packet)), ["malformed: ends inside the header"]);
}

#[test]
fn nonsense_is_named() {
    let info = |change: fn(&mut Vec<u8>)| {
        let mut packet = ip(17, &udp(1, 2, b""));
        change(&mut packet);
        let tree = describe(228, &packet);
        assert_eq!(marks(&tree).len(), 1, "{}", tree.text());
        tree.info
    };
    assert_eq!(info(|p| p[0] = 0x55), "Bogus IPv4 version (5, must be 4)");
    assert_eq!(info(|p| p[0] = 0x44), "Bogus IP header length (16, must be at least 20)");
    assert_eq!(info(|p| p[3] = 19), "Bogus IP length (19, less than header length 20)");
    assert_eq!(info(|p| p[2] = 1), "1 → 2 Len=0", "a length beyond the packet is marked, the rest still read");
}

#[test]
fn a_packet_of_length_zero_was_too_long_to_say() {
    let mut packet = ip(17, &udp(1, 2, b"1234"));
    packet[3] = 0;
    assert_eq!(values(&describe(228, &packet), "udp.payload"), "31323334");
}

#[test]
fn fragments_are_data_and_say_where_they_belong() {
    let tree = describe(ETHERNET, &eth(0x0800, &fragment(17, 0x2002, b"a part")));
    assert_eq!(layers(&tree), "eth:ethertype:ip:data");
    assert_eq!(values(&tree, "ip.frag_offset"), "2");
    assert_eq!(tree.info, "Fragmented IP protocol (proto=UDP 17, off=16, ID=1234)");
}

#[test]
fn the_last_fragment_shows_the_whole_datagram() {
    let bytes = udp(1000, 2000, b"put together");
    let datagram = Some(Reassembled { bytes: &bytes, header: 14, fragments: 2 });
    let frame = eth(0x0800, &fragment(17, 0x0002, b"ether"));
    let tree = describe_in(ETHERNET, &frame, Context { datagram, ..Context::default() });
    assert_eq!(layers(&tree), "eth:ethertype:ip:udp");
    assert_eq!([values(&tree, "ip.fragment.count"), values(&tree, "ip.reassembled.length")], ["2", "20"]);
    assert_eq!(tree.buffers[1].title, "Reassembled IPv4");
    let port = tree.nodes.iter().find(|node| node.field.is_some_and(|f| f.name == "udp.dstport")).unwrap();
    assert_eq!((port.buffer, port.at.start, &*port.value), (1, 2, "2000"));
    // It belongs to the header at that place only.
    let datagram = Some(Reassembled { bytes: &bytes, header: 34, fragments: 2 });
    let tree = describe_in(ETHERNET, &frame, Context { datagram, ..Context::default() });
    assert_eq!(layers(&tree), "eth:ethertype:ip:data");
}

#[test]
fn a_first_fragment_that_was_cut_short_is_described_as_far_as_it_goes() {
    let whole = fragment(17, 0x2000, &udp(1000, 2000, &[7; 64]));
    let frame = FrameView { wire_len: u32::try_from(whole.len()).unwrap(), ..FrameView::default() };
    let tree = describe_in(228, &whole[..40], Context { frame, ..Context::default() });
    assert_eq!(layers(&tree), "ip:udp");
    assert_eq!(marks(&tree), ["cut short by the capture"]);
}

#[test]
fn a_capture_that_ends_in_the_header_is_no_fault_of_the_packet() {
    let whole = ip(17, &udp(1, 2, b""));
    let frame = FrameView { wire_len: u32::try_from(whole.len()).unwrap(), ..FrameView::default() };
    let tree = describe_in(228, &whole[..6], Context { frame, ..Context::default() });
    assert_eq!(marks(&tree), ["cut short by the capture"]);
    assert_eq!([values(&tree, "ip.id"), values(&tree, "ip.ttl")], ["0x1234", ""]);
    assert_eq!(marks(&sample::describe(228, &whole[..6])).len(), 2, "a short packet is: its length, and its end");
}

#[test]
fn version_six_under_the_number_of_version_four_is_version_six() {
    let tree = describe(ETHERNET, &eth(0x0800, &sample::ipv6(17, &udp(1, 2, b""))));
    assert_eq!(layers(&tree), "eth:ethertype:ip:ipv6:udp");
}
