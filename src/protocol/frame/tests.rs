use crate::field::Tree;
use crate::protocol::sample::{self, describe, describe_in, layers, marks, values};
use crate::protocol::{Context, FrameView};
use crate::wire::Timestamp;

#[test]
fn the_frame_says_what_the_capture_file_says() {
    let comments = ["first".to_owned(), "second".to_owned()];
    let frame = FrameView {
        number: 7,
        time: Timestamp(1_447_000_000_123_456_789),
        first: Timestamp(1_447_000_000_000_000_000),
        previous: Some(Timestamp(1_447_000_000_123_000_000)),
        wire_len: 90,
        comments: &comments,
        interface: Some(2),
        interface_name: "eth1",
        interface_description: "to the\nserver",
        ..FrameView::default()
    };
    let bytes = sample::eth(0x0800, &sample::ip(17, &sample::udp(1, 2, b"")));
    let tree = describe_in(sample::ETHERNET, &bytes, Context { frame, ..Context::default() });
    assert_eq!(values(&tree, "frame.comment"), "first,second");
    assert_eq!([values(&tree, "frame.interface_id"), values(&tree, "frame.interface_name")], ["2", "eth1"]);
    assert_eq!(values(&tree, "frame.interface_description"), "to the\\nserver");
    assert_eq!(values(&tree, "frame.time"), "Nov  8, 2015 16:26:40.123456789 UTC");
    assert_eq!(values(&tree, "frame.time_epoch"), "1447000000.123456789");
    assert_eq!(values(&tree, "frame.time_relative"), "0.123456789");
    assert_eq!(values(&tree, "frame.time_delta"), "0.000456789");
    assert_eq!([values(&tree, "frame.len"), values(&tree, "frame.cap_len")], ["90", "42"]);
    assert_eq!(layers(&tree), "eth:ethertype:ip:udp", "the frame is no layer");
}

#[test]
fn an_unknown_link_type_is_said_and_shown_as_data() {
    let tree = describe(147, b"who knows");
    assert_eq!(layers(&tree), "data");
    assert_eq!(marks(&tree), ["link type not described"]);
    assert_eq!(values(&tree, "data.data"), "77686f206b6e6f7773");
}

/// What is told beside a header and lies behind it.
const BEHIND: [&str; 6] = ["eth.padding", "eth.trailer", "eth.fcs", "vlan.trailer", "tcp.payload", "udp.payload"];

/// Every span lies in the buffer it refers to and in the span of its parent, however early a frame ends.
fn assert_spans(tree: &Tree) {
    let mut parents: Vec<usize> = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let buffer = &tree.buffers[usize::from(node.buffer)];
        assert!(node.at.start <= node.at.end && node.at.end as usize <= buffer.bytes.len(), "{node:?}");
        parents.truncate(usize::from(node.depth));
        if let Some(parent) = parents.last().map(|p| &tree.nodes[*p]) {
            let behind = node.field.is_some_and(|field| BEHIND.contains(&field.name));
            let nowhere = node.at.is_empty() || parent.at.is_empty() || node.buffer != parent.buffer;
            assert!(behind || nowhere || parent.at.contains(node.at), "{node:?} in {parent:?}");
        }
        parents.push(at);
    }
}

#[test]
fn every_prefix_of_every_frame_is_described_in_place() {
    for (link_type, bytes) in sample::all() {
        for length in 0..=bytes.len() {
            assert_spans(&describe(link_type, &bytes[..length]));
            // The same bytes as a capture with a short snapshot length has them.
            let frame = FrameView { wire_len: u32::try_from(bytes.len()).unwrap(), ..FrameView::default() };
            assert_spans(&describe_in(link_type, &bytes[..length], Context { frame, ..Context::default() }));
        }
    }
}

#[test]
fn every_flipped_byte_is_described_in_place() {
    for (link_type, bytes) in sample::all() {
        for at in 0..bytes.len() {
            for value in [0x00, 0x0f, 0x45, 0x7f, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                assert_spans(&describe(link_type, &damaged));
            }
        }
    }
}

#[test]
fn describing_twice_gives_the_same() {
    for (link_type, bytes) in sample::all() {
        let (first, second) = (describe(link_type, &bytes), describe(link_type, &bytes));
        assert_eq!(first.text(), second.text());
        assert_eq!((first.info, first.layers), (second.info, second.layers));
    }
}

#[test]
fn whole_frames_carry_no_marks() {
    for (link_type, bytes) in sample::all() {
        let tree = describe(link_type, &bytes);
        let allowed = ["link type not described"];
        assert!(marks(&tree).iter().all(|mark| allowed.contains(&mark.as_str())), "{}{:?}", tree.text(), marks(&tree));
    }
}
