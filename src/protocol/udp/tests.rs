use crate::protocol::sample::{describe, describe_in, ip, layers, marks, udp, values};
use crate::protocol::{Context, FlowView, FrameView};
use crate::wire::Timestamp;

#[test]
fn a_datagram_and_its_flow() {
    let flow = FlowView {
        stream: 9,
        client: "192.0.2.1:53000".parse().unwrap(),
        server: "192.0.2.2:5353".parse().unwrap(),
        first: Timestamp(0),
        previous: None,
        frames: None,
        tcp: None,
    };
    let frame = FrameView { time: Timestamp(7_000), ..FrameView::default() };
    let context = Context { frame, flow: Some(&flow), ..Context::default() };
    let tree = describe_in(228, &ip(17, &udp(5353, 53000, b"four")), context);
    let names = [
        "udp.srcport",
        "udp.dstport",
        "udp.length",
        "udp.checksum",
        "udp.stream",
        "udp.time_relative",
        "udp.time_delta",
    ];
    assert_eq!(names.map(|n| values(&tree, n)), ["5353", "53000", "12", "0xbeef", "9", "0.000007000", "0.000000000"]);
    assert_eq!(tree.info, "5353 → 53000 Len=4");
    assert_eq!(layers(&tree), "ip:udp", "the payload is described as a message of its own");
    let tree = describe_in(228, &ip(17, &udp(5353, 53001, b"four")), context);
    assert_eq!(values(&tree, "udp.stream"), "", "another conversation");
}

#[test]
fn a_checksum_may_be_left_out() {
    let mut datagram = udp(1, 2, b"");
    datagram[6..8].fill(0);
    assert_eq!(values(&describe(228, &ip(17, &datagram)), "udp.checksum.status"), "3");
}

#[test]
fn lengths_that_cannot_be_are_marked() {
    let mut datagram = udp(1, 2, b"four");
    datagram[5] = 99;
    let tree = describe(228, &ip(17, &datagram));
    assert_eq!(tree.info, "1 → 2 [BAD UDP LENGTH 99 > IP PAYLOAD LENGTH] Len=91");
    assert_eq!(values(&tree, "udp.payload"), "666f7572", "what is there is still shown");
    datagram[5] = 7;
    let tree = describe(228, &ip(17, &datagram));
    assert_eq!(tree.info, "1 → 2 [BAD UDP LENGTH 7 < 8]");
    assert_eq!(marks(&tree), ["malformed: length shorter than the header"]);
    // Bytes behind the announced end are not the datagram's.
    datagram[5] = 10;
    assert_eq!(values(&describe(228, &ip(17, &datagram)), "udp.payload"), "666f");
}
