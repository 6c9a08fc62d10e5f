//! Hellos over datagrams, made by hand; `captures/tls/dtls.pcap` is a whole handshake.

use super::{PROTOCOL, fields as f, parse::probe};
use crate::field::{Field, Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Likelihood, Message, Out};

fn dissect(bytes: &[u8]) -> Tree {
    let mut tree = Tree::new(true);
    tree.enter("Frame", bytes);
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    Out::new(&mut tree, &mut Budget::default(), bytes).give(&PROTOCOL, &message);
    tree
}

fn values<'t>(tree: &'t Tree, field: &'static Field) -> Vec<&'t str> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f == field)).map(|n| &*n.value).collect()
}

fn marks(tree: &Tree) -> Vec<String> {
    tree.nodes.iter().filter_map(|n| n.mark).map(Mark::text).collect()
}

fn sized(size: usize, body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[4 - size..], body].concat()
}

fn record(content: u8, epoch: u8, fragment: &[u8]) -> Vec<u8> {
    [&[content, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 1, 2][..], &sized(2, fragment)].concat()
}

/// A piece of a message, from `offset` on.
fn piece(kind: u8, length: usize, offset: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(length).unwrap().to_be_bytes();
    [&[kind][..], &length[1..], &[0, 7, 0, 0, offset], &sized(3, body)].concat()
}

fn client_hello() -> Vec<u8> {
    let name = [&[0, 0][..], &sized(2, &sized(2, &[&[0][..], &sized(2, b"media.example")].concat()))].concat();
    let srtp = [&[0, 14][..], &sized(2, &[0, 4, 0, 1, 0, 7, 0])].concat();
    let extensions = sized(2, &[name, srtp].concat());
    let body =
        [&[0xfe, 0xfd][..], &[7; 32], &[0], &sized(1, b"cookie"), &sized(2, &[0xc0, 0x2f]), &[1, 0], &extensions];
    body.concat()
}

#[test]
fn a_hello_with_its_cookie() {
    let body = client_hello();
    let tree = dissect(&record(22, 0, &piece(1, body.len(), 0, &body)));
    assert_eq!((values(&tree, &f::RECORD_VERSION), values(&tree, &f::SEQUENCE)), (vec!["0xfefd"], vec!["258"]));
    assert_eq!((values(&tree, &f::MESSAGE_SEQ), values(&tree, &f::EPOCH)), (vec!["7"], vec!["0"]));
    assert_eq!((values(&tree, &f::HANDSHAKE_TYPE), values(&tree, &f::SUITE)), (vec!["1"], vec!["0xc02f"]));
    assert_eq!(values(&tree, &f::SERVER_NAME), ["media.example"]);
    assert_eq!(values(&tree, &f::JA3_FULL), ["65277,49199,0-14,,"]);
    assert!(values(&tree, &f::JA4)[0].starts_with("dd2d010200_"));
    let named = |name: &str| {
        let nodes = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
        nodes.map(|n| &*n.value).collect::<Vec<_>>()
    };
    assert_eq!(named("dtls.handshake.cookie"), ["636f6f6b6965"]);
    assert_eq!(named("dtls.use_srtp.protection_profile"), ["0x0001", "0x0007"]);
    assert!(tree.nodes.iter().filter_map(|n| n.field).all(|f| !f.name.starts_with("tls.")));
    assert_eq!((tree.protocol, tree.info.as_str(), marks(&tree)), ("DTLS", "Client Hello", vec![]));
}

#[test]
fn pieces_and_what_is_encrypted() {
    let body = client_hello();
    let datagram = [
        record(22, 0, &piece(11, 900, 200, &body)),
        record(20, 0, &[1]),
        record(22, 1, &[0xab; 40]),
        record(21, 1, &[2; 30]),
        record(21, 0, &[2, 40]),
        record(23, 1, &[9; 20]),
    ]
    .concat();
    let tree = dissect(&datagram);
    assert_eq!(marks(&tree), ["a piece of a handshake message"]);
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["11"]);
    assert_eq!((values(&tree, &f::ALERT_DESC), tree.protocol), (vec!["40"], "DTLSv1.2"));
    let said = "Certificate (Fragment), Change Cipher Spec, Encrypted Handshake Message, Encrypted Alert, \
                Alert (Level: Fatal, Description: Handshake Failure), Application Data";
    assert_eq!(tree.info, said);
}

#[test]
fn lengths_that_lie_are_marked() {
    let mut beyond = piece(1, 10, 0, &[0; 10]);
    beyond[3] = 9;
    assert_eq!(marks(&dissect(&record(22, 0, &beyond))), ["malformed: a piece that reaches beyond its message"]);
    // 2^24 - 1 bytes, of which ten came.
    let mut huge = piece(1, 10, 0, &[0; 10]);
    huge[1..4].fill(0xff);
    huge[9..12].fill(0xff);
    let marked = marks(&dissect(&record(22, 0, &huge)));
    assert_eq!(marked, ["malformed: the handshake message ends outside its record"]);
    assert_eq!(
        marks(&dissect(&[record(23, 1, &[1; 9]), b"SIP/2.0".to_vec()].concat())),
        ["malformed: not a DTLS record"]
    );
}

#[test]
fn every_prefix_is_dissected_and_stays_inside() {
    let body = client_hello();
    let whole = record(22, 0, &piece(1, body.len(), 0, &body));
    for end in 1..whole.len() {
        let tree = dissect(&whole[..end]);
        assert!(tree.nodes.iter().all(|n| n.at.start <= n.at.end && n.at.end as usize <= end), "cut at {end}");
        assert!(!marks(&tree).is_empty(), "a cut at {end} is not noticed");
    }
}

#[test]
fn first_bytes() {
    let hello = record(22, 0, &piece(14, 0, 0, &[]));
    assert_eq!(probe(&hello), Likelihood::Surely);
    assert_eq!(probe(&[&hello[..], &record(23, 1, &[1; 30])].concat()), Likelihood::Surely);
    assert_eq!(probe(&hello[..hello.len() - 1]), Likelihood::Perhaps);
    assert_eq!(probe(&[&hello[..], b"\x80\x60"].concat()), Likelihood::No);
    // A record of TLS, a binding request of STUN, a packet of RTP.
    assert_eq!(probe(&[22, 3, 3, 0, 1, 1]), Likelihood::No);
    assert_eq!(probe(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), Likelihood::No);
    assert_eq!(probe(&[0x80, 0, 0, 1]), Likelihood::No);
}
