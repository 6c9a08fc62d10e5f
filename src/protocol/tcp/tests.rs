use crate::protocol::sample::{SYN_OPTIONS, describe, describe_in, ip, layers, marks, tcp, values};
use crate::protocol::{Context, FlowView, FrameView, Noticed, TcpView, notice};
use crate::wire::Timestamp;

const FLAGS: u8 = 0x18;

fn flow(tcp: Option<TcpView>) -> FlowView {
    FlowView {
        stream: 3,
        client: "192.0.2.1:50000".parse().unwrap(),
        server: "192.0.2.2:5060".parse().unwrap(),
        first: Timestamp(1_000),
        previous: Some(Timestamp(2_000)),
        frames: None,
        tcp,
    }
}

fn frame() -> FrameView<'static> {
    FrameView { time: Timestamp(5_000), ..FrameView::default() }
}

#[test]
fn a_segment_nobody_followed_has_numbers_as_sent() {
    let tree = describe(228, &ip(6, &tcp(FLAGS, &[], b"SIP/2.0")));
    let names =
        ["tcp.srcport", "tcp.dstport", "tcp.port", "tcp.len", "tcp.seq", "tcp.seq_raw", "tcp.nxtseq", "tcp.ack"];
    assert_eq!(names.map(|n| values(&tree, n)), ["50000", "5060", "50000,5060", "7", "1000", "1000", "1007", "2000"]);
    let names =
        ["tcp.hdr_len", "tcp.flags", "tcp.flags.str", "tcp.window_size", "tcp.window_size_scalefactor", "tcp.checksum"];
    assert_eq!(names.map(|n| values(&tree, n)), ["20", "0x0018", "·······AP···", "8192", "-1", "0xfeed"]);
    assert_eq!(
        [values(&tree, "tcp.stream"), values(&tree, "tcp.time_delta"), values(&tree, "tcp.payload")],
        ["", "", "5349502f322e30"]
    );
    assert_eq!(layers(&tree), "ip:tcp", "the payload is described as a message of its own");
}

#[test]
fn a_followed_segment_counts_from_the_start_of_its_connection() {
    let view = TcpView { seq: 1, ack: 5, window: 8192 << 7, scale: 7, ..TcpView::default() };
    let flow = flow(Some(view));
    let context = Context { frame: frame(), flow: Some(&flow), ..Context::default() };
    let tree = describe_in(228, &ip(6, &tcp(FLAGS, &[], b"SIP/2.0")), context);
    let names = [
        "tcp.stream",
        "tcp.seq",
        "tcp.nxtseq",
        "tcp.ack",
        "tcp.ack_raw",
        "tcp.window_size",
        "tcp.window_size_scalefactor",
    ];
    assert_eq!(names.map(|n| values(&tree, n)), ["3", "1", "8", "5", "2000", "1048576", "128"]);
    assert_eq!([values(&tree, "tcp.time_relative"), values(&tree, "tcp.time_delta")], ["0.000004000", "0.000003000"]);
    assert_eq!(tree.info, "50000 → 5060 [PSH, ACK] Seq=1 Ack=5 Win=1048576 Len=7");
}

#[test]
fn numbers_of_another_conversation_are_not_taken() {
    let mut other = flow(Some(TcpView { seq: 77, ..TcpView::default() }));
    other.client.set_port(50001);
    let context = Context { flow: Some(&other), ..Context::default() };
    assert_eq!(values(&describe_in(228, &ip(6, &tcp(FLAGS, &[], b"")), context), "tcp.seq"), "1000");
    let datagrams = flow(None);
    let context = Context { flow: Some(&datagrams), ..Context::default() };
    assert_eq!(values(&describe_in(228, &ip(6, &tcp(FLAGS, &[], b"")), context), "tcp.stream"), "");
}

#[test]
fn what_the_first_pass_noticed_is_told() {
    let noticed = Noticed { bits: notice::RETRANSMISSION, related: 7, in_flight: 5, acked: 6, ..Noticed::default() };
    let view = TcpView { noticed, ack_rtt: 1000, initial_rtt: 2000, rto: 3000, progress: 15, ..TcpView::default() };
    let flow = flow(Some(view));
    let context = Context { flow: Some(&flow), ..Context::default() };
    let tree = describe_in(228, &ip(6, &tcp(FLAGS, &[], b"again")), context);
    let names = ["tcp.analysis.retransmission", "tcp.analysis.out_of_order", "tcp.analysis.bytes_in_flight"];
    assert_eq!(names.map(|n| values(&tree, n)), ["1", "", "5"]);
    let names = ["tcp.analysis.ack_rtt", "tcp.analysis.initial_rtt", "tcp.analysis.rto"];
    assert_eq!(names.map(|n| values(&tree, n)), ["0.000001000", "0.000002000", "0.000003000"]);
    let names = ["tcp.analysis.acks_frame", "tcp.analysis.rto_frame", "tcp.completeness"];
    assert_eq!(names.map(|n| values(&tree, n)), ["6", "7", "15"]);
    let names = ["_ws.expert.message", "_ws.expert.severity", "_ws.expert.group"];
    assert_eq!(names.map(|n| values(&tree, n)), ["This frame is a (suspected) retransmission", "4194304", "33554432"]);
    assert!(tree.info.starts_with("[TCP Retransmission] 50000 → 5060"));
}

#[test]
fn options_of_a_syn() {
    let tree = describe(228, &ip(6, &tcp(0x02, &SYN_OPTIONS, b"")));
    assert_eq!(values(&tree, "tcp.option_kind"), "2,4,8,1,3");
    let names =
        ["tcp.options.mss_val", "tcp.options.wscale.shift", "tcp.options.timestamp.tsval", "tcp.options.wscale"];
    assert_eq!(names.map(|n| values(&tree, n)), ["1460", "7", "9", "030307"]);
    assert_eq!(tree.info, "50000 → 5060 [SYN] Seq=1000 Win=8192 Len=0 MSS=1460 SACK_PERM TSval=9 TSecr=0 WS=128");
    assert_eq!([values(&tree, "tcp.window_size_scalefactor"), values(&tree, "tcp.connection.syn")], ["", "1"]);
}

#[test]
fn acknowledged_ranges_count_from_the_other_side() {
    let flow = flow(Some(TcpView { seq: 1, ack: 5, ..TcpView::default() }));
    let context = Context { flow: Some(&flow), ..Context::default() };
    let options = [1, 1, 5, 10, 0, 0, 0x07, 0xd5, 0, 0, 0x07, 0xdf];
    let tree = describe_in(228, &ip(6, &tcp(0x10, &options, b"")), context);
    assert_eq!([values(&tree, "tcp.options.sack_le"), values(&tree, "tcp.options.sack_re")], ["10", "20"]);
    assert!(tree.info.ends_with("SLE=10 SRE=20"));
}

#[test]
fn options_that_go_past_the_header_are_marked() {
    for options in [[2, 40, 5, 0xb4], [2, 1, 0, 0], [1, 1, 1, 8]] {
        let tree = describe(228, &ip(6, &tcp(0x02, &options, b"")));
        assert_eq!(marks(&tree), ["malformed: ends inside the header"], "{options:?}");
    }
    // Ends of lists may repeat.
    assert_eq!(values(&describe(228, &ip(6, &tcp(0x02, &[4, 2, 0, 0], b""))), "tcp.option_kind"), "4,0,0");
}

#[test]
fn lengths_come_from_the_wire_not_from_the_capture() {
    let whole = ip(6, &tcp(FLAGS, &[], &[7; 100]));
    let context = Context { frame: FrameView { wire_len: 140, ..FrameView::default() }, ..Context::default() };
    let tree = describe_in(228, &whole[..50], context);
    assert_eq!([values(&tree, "tcp.len"), values(&tree, "tcp.payload")], ["100", "07".repeat(10).as_str()]);
    assert_eq!(marks(&tree), ["cut short by the capture"]);
}

#[test]
fn a_header_length_that_cannot_be_is_marked() {
    let mut segment = tcp(FLAGS, &[], b"");
    segment[12] = 0x40;
    assert_eq!(marks(&describe(228, &ip(6, &segment))), ["malformed: header shorter than 20 bytes"]);
    segment[12] = 0x60;
    let tree = describe(228, &ip(6, &segment));
    assert_eq!(values(&tree, "tcp.len"), "", "nothing can be said of the length");
    assert_eq!(marks(&tree).first().map(String::as_str), Some("malformed: segment shorter than its header"));
}
