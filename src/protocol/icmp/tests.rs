use crate::protocol::sample::{self, describe, describe_in, icmp, ip, layers, marks, udp, values};
use crate::protocol::{Context, Exchange, FrameView};
use crate::wire::Timestamp;

#[test]
fn an_echo_request_is_numbered_in_both_byte_orders() {
    let tree = describe(228, &ip(1, &icmp(8, 0, b"\x12\x34\x00\x01abcdefghij")));
    let names = ["icmp.type", "icmp.ident", "icmp.ident_le", "icmp.seq", "icmp.seq_le", "icmp.checksum.status"];
    assert_eq!(names.map(|n| values(&tree, n)), ["8", "4660", "13330", "1", "256", "1"]);
    assert_eq!(tree.info, "Echo (ping) request  id=0x1234, seq=1/256, ttl=64");
    assert_eq!([values(&tree, "data.len"), values(&tree, "icmp.data_time")], ["10", ""]);
}

#[test]
fn a_reply_knows_its_request() {
    let exchange = Some(Exchange { frame: 4, time: Timestamp(1_000_000) });
    let frame = FrameView { time: Timestamp(3_500_000), ..FrameView::default() };
    let reply = ip(1, &icmp(0, 0, b"\x12\x34\x00\x01"));
    let tree = describe_in(228, &reply, Context { frame, exchange, ..Context::default() });
    assert_eq!([values(&tree, "icmp.resp_to"), values(&tree, "icmp.resptime")], ["4", "2.5"]);
    assert!(tree.info.ends_with("ttl=64 (request in 4)"));
}

#[test]
fn a_plausible_time_in_the_data_is_taken_for_one() {
    let second = 1_400_000_000_u32;
    let frame = FrameView { time: Timestamp::new(i64::from(second) + 1, 0), ..FrameView::default() };
    let data =
        |order: fn(u32) -> [u8; 4], second: u32| [&[0, 1, 0, 2][..], &order(second), &order(500_000), b"rest"].concat();
    let read = |rest: Vec<u8>| {
        let tree = describe_in(228, &ip(1, &icmp(8, 0, &rest)), Context { frame, ..Context::default() });
        (values(&tree, "icmp.data_time_relative"), values(&tree, "data.len"))
    };
    assert_eq!(read(data(u32::to_be_bytes, second)), ("0.500000000".into(), "4".into()));
    assert_eq!(read(data(u32::to_le_bytes, second)), ("0.500000000".into(), "4".into()));
    // Two days off is no time.
    assert_eq!(read(data(u32::to_be_bytes, second - 172_800)), (String::new(), "12".into()));
}

#[test]
fn a_damaged_message_fails_its_checksum() {
    let mut message = icmp(8, 0, b"\x12\x34\x00\x01");
    message[7] ^= 1;
    assert_eq!(values(&describe(228, &ip(1, &message)), "icmp.checksum.status"), "0");
}

#[test]
fn a_quoted_datagram_is_described_beneath() {
    let quoted = ip(17, &udp(50000, 50001, b"quoted"));
    let tree = describe(228, &ip(1, &icmp(3, 3, &[&[0; 4], &quoted[..]].concat())));
    assert_eq!(layers(&tree), "ip:icmp:ip:udp:data");
    assert_eq!(values(&tree, "ip.src"), "192.0.2.1,192.0.2.1");
    assert_eq!((tree.protocol, tree.info.as_str()), ("ICMP", "Destination unreachable (Port unreachable)"));
    let depth = |name| tree.nodes.iter().rev().find(|n| n.field.is_some_and(|f| f.name == name)).unwrap().depth;
    assert_eq!((depth("icmp"), depth("ip"), depth("udp")), (0, 1, 1));
}

#[test]
fn what_a_quotation_says_is_nobodys_word_now() {
    let request = b"OPTIONS sip:a@example.com SIP/2.0\r\nCall-ID: 1\r\n\r\n";
    let quoted = ip(17, &udp(5060, 5061, request));
    let tree = describe(228, &ip(1, &icmp(3, 3, &[&[0; 4], &quoted[..]].concat())));
    assert_eq!(layers(&tree), "ip:icmp:ip:udp:sip");
    assert!(tree.facts.is_empty());
}

#[test]
fn a_short_quotation_is_not_malformed() {
    let quoted = ip(6, &sample::tcp(0x18, &[], b"much more"));
    let tree = describe(228, &ip(1, &icmp(11, 0, &[&[0; 4], &quoted[..28]].concat())));
    assert_eq!([values(&tree, "tcp.dstport"), values(&tree, "tcp.seq_raw")], ["5060", "1000"]);
    assert_eq!(marks(&tree), Vec::<String>::new());
    assert_eq!(tree.info, "Time-to-live exceeded (Time to live exceeded in transit)");
}

#[test]
fn the_size_of_the_next_hop() {
    let tree = describe(228, &ip(1, &icmp(3, 4, b"\x00\x00\x05\xb4")));
    assert_eq!([values(&tree, "icmp.mtu"), values(&tree, "icmp.unused")], ["1460", "00"]);
    assert_eq!(values(&describe(228, &ip(1, &icmp(5, 1, &[192, 0, 2, 9]))), "icmp.redir_gw"), "192.0.2.9");
}
