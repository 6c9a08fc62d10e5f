//! Frames of RFC 6455 §5.7, and SIP in one.

use super::PROTOCOL;
use super::conversation::Frames;
use crate::fact::Fact;
use crate::field::{Sink, Tree};
use crate::protocol::{Budget, Context, Conversation, Direction, Found, Input, Message, Out, Progress, Protocol};

fn describe(bytes: &[u8]) -> Tree {
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    let mut tree = Tree::new(false);
    tree.enter("Frame", bytes);
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    tree
}

fn values(tree: &Tree, name: &str) -> String {
    let of = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
    of.map(|n| &*n.value).collect::<Vec<_>>().join(",")
}

const MASKED_HELLO: [u8; 11] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];

/// SIP in a masked text frame with a 16-bit length.
fn sip_frame() -> Vec<u8> {
    let sip = format!("OPTIONS sip:a SIP/2.0\r\nCall-ID: {}\r\n\r\n", "x".repeat(150));
    let key = [1_u8, 2, 3, 4];
    let masked = sip.bytes().zip(key.iter().cycle()).map(|(b, k)| b ^ k);
    let len = u16::try_from(sip.len()).unwrap().to_be_bytes();
    [0x81, 0xfe, len[0], len[1]].into_iter().chain(key).chain(masked).collect()
}

#[test]
fn the_examples_of_the_rfc() {
    assert_eq!(values(&describe(b"\x81\x05Hello"), "websocket.payload.text"), "Hello");
    let masked = describe(&MASKED_HELLO);
    assert_eq!(values(&masked, "websocket.payload.text"), "Hello");
    assert_eq!(values(&masked, "websocket.masking_key"), "37fa213d");
    assert_eq!(values(&describe(b"\x89\x05Hello"), "websocket.payload.ping"), "48656c6c6f");
    let close = describe(b"\x88\x06\x03\xe8done");
    assert_eq!(values(&close, "websocket.payload.close.status_code"), "1000");
    assert_eq!(values(&close, "websocket.payload.close.reason"), "done");
}

#[test]
fn sip_in_a_frame_is_described_as_sip() {
    let tree = describe(&sip_frame());
    assert_eq!(values(&tree, "sip.Method"), "OPTIONS");
    assert_eq!(tree.layers, ["sip"]);
    assert!(matches!(tree.facts[0].0, Fact::Head(_)));
}

#[test]
fn every_prefix_is_described_inside_its_bounds() {
    let frame = sip_frame();
    for len in 0..=frame.len() {
        let tree = describe(&frame[..len]);
        for node in &tree.nodes {
            assert!(node.at.end as usize <= tree.buffers[usize::from(node.buffer)].bytes.len());
        }
    }
}

#[derive(Default)]
struct Heard(Vec<Vec<u8>>);

impl Found for Heard {
    fn message(&mut self, bytes: &[u8], _: u64) {
        self.0.push(bytes.to_vec());
    }

    fn becomes(&mut self, _: Option<&'static Protocol>) {}
}

#[test]
fn frames_are_found_one_after_the_other() {
    let stream = [&MASKED_HELLO[..], &sip_frame(), b"\x89\x00"].concat();
    let (mut talk, mut heard, mut rest) = (Frames::default(), Heard::default(), &stream[..]);
    while !rest.is_empty() {
        match talk.feed(Direction::ToServer, Input::Bytes(rest), &mut heard) {
            Progress::Took(n) => rest = &rest[n..],
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(heard.0, [MASKED_HELLO.to_vec(), sip_frame(), b"\x89\x00".to_vec()]);
    let need = talk.feed(Direction::ToServer, Input::Bytes(&MASKED_HELLO[..8]), &mut heard);
    assert_eq!(need, Progress::More { took: 0, need: 11 });
    let huge = [0x82, 0x7f, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    let skip = talk.feed(Direction::ToServer, Input::Bytes(&huge), &mut heard);
    assert_eq!(skip, Progress::Skip { took: 10, skip: 1 << 32 });
}

#[test]
fn nothing_is_guessed_behind_a_gap() {
    let (mut talk, mut heard) = (Frames::default(), Heard::default());
    talk.feed(Direction::ToClient, Input::Gap(5), &mut heard);
    assert_eq!(talk.feed(Direction::ToClient, Input::Bytes(&MASKED_HELLO), &mut heard), Progress::Took(11));
    assert!(heard.0.is_empty());
}
