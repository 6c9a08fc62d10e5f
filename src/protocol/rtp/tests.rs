use super::{CONTROL, PROTOCOL, note, which};
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Message, Out, Protocol};

fn describe(protocol: &'static Protocol, bytes: &[u8], note: u64) -> Tree {
    let context = Context::default();
    let mut tree = Tree::new(false);
    tree.enter("Frame", bytes);
    let message = Message { bytes, from: Direction::ToServer, note, context: &context };
    (protocol.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    for node in &tree.nodes {
        assert!(node.at.end as usize <= bytes.len() && node.at.start <= node.at.end, "{node:?}");
    }
    tree
}

fn values(tree: &Tree, name: &str) -> String {
    let of = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
    of.map(|n| n.value.to_string()).collect::<Vec<_>>().join(",")
}

fn is_malformed(tree: &Tree) -> bool {
    tree.nodes.iter().any(|n| matches!(n.mark, Some(Mark::Malformed(_))))
}

/// A packet with two contributors, an extension of one element, and padding.
const PACKET: &[u8] = b"\xb2\x80\x00\x07\x00\x00\x03\x20\xde\xad\xbe\xef\x00\x00\x00\x01\x00\x00\x00\x02\
    \xbe\xde\x00\x01\x10\xaa\x00\x00payload.\x00\x00\x00\x04";

/// A sender report with one block and the estimate of bandwidth of [MS-RTP] 2.2.11.1, and a description of the source.
const COMPOUND: &[u8] =
    b"\x81\xc8\x00\x10\xde\xad\xbe\xef\xe0\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\xa0\x00\x00\x00\x0a\x00\x00\x06\x40\
    \xca\xfe\x00\x01\x0c\xff\xff\xfe\x00\x01\x00\x05\x00\x00\x00\x4d\x11\x11\x22\x22\x00\x01\x00\x00\
    \x00\x01\x00\x10\x00\x00\x00\x01\x00\x00\xfa\x00\x64\x00\x00\x00\
    \x81\xca\x00\x03\xde\xad\xbe\xef\x01\x03a@b\x00\x00\x00";

#[test]
fn head_extension_and_padding() {
    let tree = describe(&PROTOCOL, PACKET, note(9, false));
    assert_eq!(values(&tree, "rtp.seq"), "7");
    assert_eq!(values(&tree, "rtp.marker"), "1");
    assert_eq!(values(&tree, "rtp.csrc.item"), "0x00000001,0x00000002");
    assert_eq!(values(&tree, "rtp.ext.rfc5285.data"), "aa");
    assert_eq!(values(&tree, "rtp.payload"), "7061796c6f61642e");
    assert_eq!(values(&tree, "rtp.padding.count"), "4");
    assert_eq!(values(&tree, "rtp.setup-frame"), "9");
    assert!(tree.nodes.iter().all(|n| n.mark.is_none()), "{}", tree.text());
}

#[test]
fn what_is_encrypted_is_no_padding() {
    let tree = describe(&PROTOCOL, PACKET, note(9, true));
    assert_eq!(values(&tree, "rtp.payload"), "");
    assert_eq!(values(&tree, "srtp.enc_payload"), "7061796c6f61642e00000004");
    let tree = describe(&CONTROL, COMPOUND, note(9, true));
    assert_eq!(values(&tree, "rtcp.senderssrc"), "0xdeadbeef");
    assert_eq!(values(&tree, "rtcp.ssrc.identifier"), "");
}

#[test]
fn reports_with_what_microsoft_adds() {
    let tree = describe(&CONTROL, COMPOUND, note(9, false));
    assert_eq!(values(&tree, "rtcp.pt"), "200,202");
    assert_eq!(values(&tree, "rtcp.ssrc.jitter"), "77");
    assert_eq!(values(&tree, "rtcp.ssrc.cum_nr"), "-2");
    assert_eq!(values(&tree, "rtcp.timestamp.ntp"), "Feb  2, 2019 11:39:44.500000000 UTC");
    assert_eq!(values(&tree, "rtcp.ms_pse.bandwidth"), "64000");
    assert_eq!(values(&tree, "rtcp.sdes.text"), "a@b");
    assert_eq!(values(&tree, "rtcp.length_check"), "1");
    assert!(tree.nodes.iter().all(|n| n.mark.is_none()), "{}", tree.text());
}

#[test]
fn more_padding_than_packet_and_short_extensions_are_marked() {
    let mut bytes = PACKET.to_vec();
    *bytes.last_mut().unwrap() = 200;
    assert!(is_malformed(&describe(&PROTOCOL, &bytes, 0)));
    // The extension announces three bytes, which is less than its own head.
    let mut bytes = COMPOUND.to_vec();
    bytes[55] = 3;
    assert!(is_malformed(&describe(&CONTROL, &bytes, 0)));
}

#[test]
fn what_arrives_at_an_announced_address() {
    let name = |bytes: &[u8], control| which(bytes, control).map(|p| p.name);
    assert_eq!(name(PACKET, false), Some("rtp"));
    assert_eq!(name(PACKET, true), Some("rtcp"));
    assert_eq!(name(COMPOUND, false), Some("rtp"), "it says itself what it is");
    assert_eq!(describe(&PROTOCOL, COMPOUND, 0).layers, ["rtcp"]);
    assert_eq!(name(b"\x00\x01\x00\x00\x21\x12\xa4\x42............", false), Some("rtp"));
    assert_eq!(name(b"\x16\xfe\xff\x00\x00\x00\x00\x00", false), Some("rtp"));
    assert_eq!(name(b"\x16\xfe\xff\x00\x00\x00\x00\x00", true), None);
    assert_eq!(name(b"\x16\x03\x03\x00\x00\x00\x00\x00", false), None);
    assert_eq!(name(b"", false), None);
}

#[test]
fn every_prefix_and_every_changed_byte_is_described_inside_its_bounds() {
    for (protocol, bytes) in [(&PROTOCOL, PACKET), (&CONTROL, COMPOUND)] {
        for len in 0..=bytes.len() {
            describe(protocol, &bytes[..len], 0);
        }
        for at in 0..bytes.len() {
            for value in [0, 0x7f, 0x80, 0xff, 201, 203, 204, 205, 206] {
                let mut changed = bytes.to_vec();
                changed[at] = value;
                describe(protocol, &changed, 0);
            }
        }
    }
}
