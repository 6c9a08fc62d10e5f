use super::conversation::Messages;
use super::{CLASSIC, PROTOCOL, STREAM};
use crate::fact::{Fact, Relay};
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{
    Budget, Context, Conversation, Direction, Found, Input, Likelihood, Message, Out, Progress, Protocol,
};
use crate::wire::Span;

/// RFC 5769 §2.1: a request of ICE with all checks.
const REQUEST: &[u8] = b"\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
    \x80\x22\x00\x10STUN test client\x00\x24\x00\x04\x6e\x00\x01\xff\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36\
    \x00\x06\x00\x09evtj:h6vY\x20\x20\x20\x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5\x71\xa2\
    \x80\x28\x00\x04\xe5\x7a\x3b\xcf";

/// RFC 5769 §2.2: its answer over IPv4.
const ANSWER: &[u8] = b"\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
    \x80\x22\x00\x0btest vector\x20\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43\
    \x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53\xf0\x6b\xe7\xd7\
    \x80\x28\x00\x04\xc0\x7d\x4c\x96";

/// RFC 5769 §2.3: the same over IPv6, as far as the address.
const ANSWER_V6: &[u8] = b"\x01\x01\x00\x18\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
    \x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9";

/// An allocation as [MS-TURN] asks for it: no cookie in the head, the magic cookie in front of the attributes.
const MS_ALLOCATE: &[u8] = b"\x00\x03\x00\x1c\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\
    \x00\x0f\x00\x04\x72\xc6\x4b\xc6\x80\x08\x00\x04\x00\x00\x00\x04\x00\x06\x00\x08\x02\x00\x00\x24\x00\xc0\xff\xee";

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

/// The facts of a message that nobody looks at.
fn learnt(protocol: &'static Protocol, bytes: &[u8], note: u64) -> Vec<Relay> {
    struct Facts(Vec<Relay>);
    impl Sink for Facts {
        fn wants_fields(&self) -> bool {
            false
        }
        fn fact(&mut self, fact: Fact, _: Span) {
            if let Fact::Relay(relay) = fact {
                self.0.push(*relay);
            }
        }
    }
    let (context, mut facts) = (Context::default(), Facts(Vec::new()));
    let message = Message { bytes, from: Direction::ToServer, note, context: &context };
    (protocol.dissect)(&message, &mut Out::new(&mut facts, &mut Budget::default(), bytes));
    facts.0
}

#[test]
fn the_published_request_checks() {
    let tree = describe(&PROTOCOL, REQUEST, 0);
    assert_eq!(values(&tree, "stun.att.username"), "evtj:h6vY");
    assert_eq!(values(&tree, "stun.att.software"), "STUN test client");
    assert_eq!(values(&tree, "stun.att.priority"), "1845494271");
    assert_eq!(values(&tree, "stun.att.crc32.status"), "1");
    assert_eq!(values(&tree, "stun.att.padding"), "3");
    assert!(tree.nodes.iter().all(|n| n.mark.is_none()), "{}", tree.text());
    let mut damaged = REQUEST.to_vec();
    damaged[30] ^= 1;
    assert_eq!(values(&describe(&PROTOCOL, &damaged, 0), "stun.att.crc32.status"), "0");
}

#[test]
fn the_published_addresses_come_out_of_the_mixture() {
    let tree = describe(&PROTOCOL, ANSWER, 0);
    assert_eq!(values(&tree, "stun.att.ipv4"), "192.0.2.1");
    assert_eq!(values(&tree, "stun.att.port"), "32853");
    assert_eq!(values(&tree, "stun.att.ipv4-xord"), "e112a643");
    let tree = describe(&PROTOCOL, ANSWER_V6, 0);
    assert_eq!(values(&tree, "stun.att.ipv6"), "2001:db8:1234:5678:11:2233:4455:6677");
}

#[test]
fn what_microsoft_adds() {
    let tree = describe(&CLASSIC, MS_ALLOCATE, 0);
    assert_eq!(values(&tree, "classicstun.att.magic.cookie"), "0x72c64bc6");
    assert_eq!(values(&tree, "stun.att.ms.version"), "4");
    let relay = &learnt(&CLASSIC, MS_ALLOCATE, 0)[0];
    assert_eq!((relay.asks, relay.user.as_deref()), (true, Some("0200002400c0ffee")));
    // A check of connectivity is no wish for a relay.
    assert!(learnt(&PROTOCOL, REQUEST, 0).is_empty());
}

#[test]
fn the_old_form_with_padding_and_without() {
    let head = |length: u8| [b"\x01\x13\x00", &[length][..], &MS_ALLOCATE[4..20]].concat();
    let plain = [&head(10)[..], b"\x00\x15\x00\x02ab\x00\x14\x00\x00"].concat();
    let padded = [&head(12)[..], b"\x00\x15\x00\x02ab\x00\x00\x00\x14\x00\x00"].concat();
    for bytes in [plain, padded] {
        let tree = describe(&CLASSIC, &bytes, 0);
        assert_eq!(values(&tree, "classicstun.att.type"), "0x0015,0x0014", "{}", tree.text());
    }
}

#[test]
fn what_is_one_and_what_is_nearly_one() {
    let udp = |bytes: &[u8]| (PROTOCOL.probe)(bytes);
    assert_eq!(udp(REQUEST), Likelihood::Surely);
    assert_eq!(udp(&REQUEST[..REQUEST.len() - 1]), Likelihood::No);
    assert_eq!(udp(&[REQUEST, b"...."].concat()), Likelihood::No);
    assert_eq!(udp(b"\x40\x01\x00\x04abcd"), Likelihood::Surely);
    assert_eq!(udp(b"\x40\x01\x00\x04abcdef"), Likelihood::No);
    assert_eq!(udp(b"\xff\x10\x00\x04abcd"), Likelihood::Perhaps);
    assert_eq!((CLASSIC.probe)(MS_ALLOCATE), Likelihood::Surely);
    assert_eq!((CLASSIC.probe)(REQUEST), Likelihood::No);
    let tcp = |bytes: &[u8]| (STREAM.probe)(bytes);
    assert_eq!(tcp(REQUEST), Likelihood::Surely);
    assert_eq!(tcp(&[&[0, 108][..], REQUEST].concat()), Likelihood::Surely);
    assert_eq!(tcp(&framed(2, MS_ALLOCATE)), Likelihood::Surely);
    // DNS over TCP; frames whose length is not that of the message in them; data first.
    assert_eq!(tcp(b"\x00\x1d\x51\xea\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www"), Likelihood::No);
    assert_eq!(tcp(&framed(2, &MS_ALLOCATE[..44])), Likelihood::No);
    assert_eq!(tcp(&framed(3, b"data")), Likelihood::No);
    assert_eq!(tcp(b"\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03"), Likelihood::No);
}

fn framed(kind: u8, bytes: &[u8]) -> Vec<u8> {
    [&[kind, 0][..], &u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// Feeds a stream in pieces of this size; the messages found, with their notes.
fn found_in(stream: &[u8], size: usize) -> Vec<(Vec<u8>, u64)> {
    struct List(Vec<(Vec<u8>, u64)>);
    impl Found for List {
        fn message(&mut self, bytes: &[u8], note: u64) {
            self.0.push((bytes.to_vec(), note));
        }
        fn becomes(&mut self, _: Option<&'static Protocol>) {}
    }
    let (mut talk, mut list, mut waiting) = (Messages::default(), List(Vec::new()), Vec::new());
    for piece in stream.chunks(size) {
        waiting.extend_from_slice(piece);
        loop {
            match talk.feed(Direction::ToServer, Input::Bytes(&waiting), &mut list) {
                Progress::Took(count) if count > 0 => drop(waiting.drain(..count)),
                Progress::NotMine => return list.0,
                _ => break,
            }
            if waiting.is_empty() {
                break;
            }
        }
    }
    list.0
}

#[test]
fn streams_of_every_kind_however_they_are_cut() {
    let data = b"\x80\x72\x00\x01media";
    let microsoft = [framed(2, MS_ALLOCATE), framed(3, data), framed(2, MS_ALLOCATE)].concat();
    let lengths = [&[0, 108][..], REQUEST, &[0, 9], data, &[0, 80], ANSWER].concat();
    let plain = [REQUEST, b"\x40\x01\x00\x05abcde\x00\x00\x00", ANSWER].concat();
    for size in 1..130 {
        assert_eq!(
            found_in(&microsoft, size).iter().map(|(b, n)| (b.len(), *n)).collect::<Vec<_>>(),
            [(52, 2), (13, 2), (52, 2)]
        );
        assert_eq!(
            found_in(&lengths, size).iter().map(|(b, n)| (b.len(), *n)).collect::<Vec<_>>(),
            [(110, 1), (11, 1), (82, 1)]
        );
        assert_eq!(
            found_in(&plain, size).iter().map(|(b, n)| (b.len(), *n)).collect::<Vec<_>>(),
            [(108, 0), (12, 0), (80, 0)]
        );
    }
}

#[test]
fn frames_of_microsoft_are_described_with_what_is_in_them() {
    let tree = describe(&STREAM, &framed(2, MS_ALLOCATE), 2);
    assert_eq!(values(&tree, "lync.turn.frame"), "2");
    assert_eq!(values(&tree, "stun.att.ms.version"), "4");
    assert_eq!(learnt(&STREAM, &framed(2, MS_ALLOCATE), 2).len(), 1);
    let tree = describe(&STREAM, &framed(3, b"\x80\x72\x00\x01media"), 2);
    assert_eq!(values(&tree, "data.len"), "9");
}

#[test]
fn attributes_longer_than_their_message_are_marked() {
    let bytes = b"\x00\x01\x00\x08\x21\x12\xa4\x42............\x00\x24\x00\x40abcd";
    let tree = describe(&PROTOCOL, bytes, 0);
    assert!(tree.nodes.iter().any(|n| matches!(n.mark, Some(Mark::Malformed(_)))), "{}", tree.text());
    assert_eq!(values(&tree, "stun.att.priority"), "");
}

#[test]
fn every_prefix_and_every_changed_byte_is_described_inside_its_bounds() {
    for (protocol, bytes) in [(&PROTOCOL, REQUEST), (&PROTOCOL, ANSWER), (&CLASSIC, MS_ALLOCATE)] {
        for note in 0..3 {
            for len in 0..=bytes.len() {
                describe(protocol, &bytes[..len], note);
            }
        }
        for at in 0..bytes.len() {
            for value in 0..=255 {
                let mut changed = bytes.to_vec();
                changed[at] = value;
                describe(protocol, &changed, 0);
            }
        }
    }
}
