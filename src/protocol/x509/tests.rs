//! A certificate put together by hand.

use super::{PROTOCOL, fields as f};
use crate::field::{Field, Sink, Tree};
use crate::protocol::tls::fields as t;
use crate::protocol::{Budget, Context, Direction, Message, Out};

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[tag, 0x82][..], &length, &body].concat()
}

fn attribute(kind: u8, tag: u8, value: &[u8]) -> Vec<u8> {
    der(0x31, &[&der(0x30, &[&der(6, &[&[0x55, 4, kind]]), &der(tag, &[value])])])
}

fn extension(kind: u8, value: &[u8]) -> Vec<u8> {
    der(0x30, &[&der(6, &[&[0x55, 0x1d, kind]]), &der(4, &[value])])
}

/// Two signed timestamps, of which the second is cut.
fn timestamps() -> Vec<u8> {
    let sized = |body: &[u8]| [&u16::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat();
    let millis = 1_672_852_448_129_u64.to_be_bytes();
    let one = [&[0][..], &[0xab; 32], &millis, &sized(b""), &[4, 3], &sized(b"signature")].concat();
    sized(&[sized(&one), sized(&one[..45])].concat())
}

fn certificate() -> Vec<u8> {
    let algorithm = der(0x30, &[&der(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11]]), &[5, 0]]);
    let name = der(0x30, &[&attribute(6, 19, b"DE"), &attribute(10, 19, b"Corvid"), &attribute(3, 12, b"pool01")]);
    let validity = der(0x30, &[&der(23, &[b"490208000000Z"]), &der(24, &[b"20510101235959Z"])]);
    let key = der(0x30, &[&algorithm, &der(3, &[&[0, 1, 2, 3]])]);
    let extensions = der(
        0xa3,
        &[&der(
            0x30,
            &[
                &extension(17, &der(0x30, &[&der(0x82, &[b"pool01.corvid.example"]), &der(0x87, &[&[192, 0, 2, 11]])])),
                &der(
                    0x30,
                    &[&der(6, &[&[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2]]), &der(4, &[&der(4, &[&timestamps()])])],
                ),
                &extension(19, &der(0x30, &[&der(1, &[&[0xff]])])),
                &extension(35, &der(0x30, &[&der(0x80, &[&[7; 20]])])),
                &extension(37, &der(0x30, &[&der(6, &[&[0x2b, 6, 1, 5, 5, 7, 3, 1]])])),
            ],
        )],
    );
    let version = der(0xa0, &[&der(2, &[&[2]])]);
    let serial = der(2, &[&[0, 0xf2, 1]]);
    let signed = der(0x30, &[&version, &serial, &algorithm, &name, &validity, &name, &key, &extensions]);
    der(0x30, &[&signed, &algorithm, &der(3, &[&[0, 9, 9]])])
}

fn dissect(bytes: &[u8]) -> Tree {
    let mut tree = Tree::new(false);
    tree.enter("Frame", bytes);
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToClient, note: 0, context: &context };
    Out::new(&mut tree, &mut Budget::default(), bytes).give_inside(&PROTOCOL, &message);
    tree
}

fn values<'t>(tree: &'t Tree, field: &'static Field) -> Vec<&'t str> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f == field)).map(|n| &*n.value).collect()
}

#[test]
fn what_a_certificate_says() {
    let bytes = certificate();
    let tree = dissect(&bytes);
    assert_eq!((values(&tree, &f::VERSION), values(&tree, &f::SERIAL)), (vec!["2"], vec!["00f201"]));
    assert_eq!(values(&tree, &f::ALGORITHM), ["1.2.840.113549.1.1.11"; 3]);
    assert_eq!(values(&tree, &f::UTC_TIME), ["2049-02-08 00:00:00 (UTC)"]);
    assert_eq!(values(&tree, &f::LONG_TIME), ["2051-01-01 23:59:59 (UTC)"]);
    assert_eq!(values(&tree, &f::COUNTRY), ["DE", "DE"]);
    assert_eq!((values(&tree, &f::PRINTABLE), values(&tree, &f::UTF8)), (vec!["Corvid"; 2], vec!["pool01"; 2]));
    assert_eq!(values(&tree, &f::DNS_NAME), ["pool01.corvid.example"]);
    assert_eq!((values(&tree, &f::CA), values(&tree, &f::KEY_ID)), (vec!["1"], vec!["07".repeat(20).as_str()]));
    assert_eq!(values(&tree, &f::PURPOSE), ["1.3.6.1.5.5.7.3.1"]);
    assert_eq!(tree.layers, [["x509sat"; 6].as_slice(), &["x509ce", "tls"], &["x509ce"; 3]].concat());
    assert_eq!(values(&tree, &t::SCTS_LENGTH), ["105"]);
    assert_eq!((values(&tree, &t::SCT_LENGTH), values(&tree, &t::SCT_VERSION)), (vec!["56", "45"], vec!["0"; 2]));
    assert_eq!(values(&tree, &t::SCT_TIME), ["Jan  4, 2023 17:14:08.129000000 UTC"; 2]);
    assert_eq!(
        (values(&tree, &t::SIGNATURE_ALG), values(&tree, &t::SCT_LOG)),
        (vec!["0x0403"; 2], vec![&*"ab".repeat(32); 2])
    );
    assert_eq!(values(&tree, &t::SCT_SIGNATURE), ["7369676e6174757265"]);
    assert_eq!(tree.nodes.iter().filter(|n| n.mark.is_some()).count(), 1, "the second timestamp is cut");
}

#[test]
fn every_prefix_and_every_damaged_byte_ends() {
    let bytes = certificate();
    for cut in 0..bytes.len() {
        let tree = dissect(&bytes[..cut]);
        assert!(tree.nodes.iter().any(|n| n.mark.is_some()), "cut at {cut} is not told");
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        dissect(&damaged);
    }
}

/// SEQUENCE in SEQUENCE, as deep as 60000 bytes go; lengths that are not there, short and long; a name of thousands.
#[test]
fn bombs_end_in_marks() {
    let mut nested = Vec::new();
    for _ in 0..15_000 {
        nested.extend([0x30, 0x82, 0xff, 0xff]);
    }
    let mut right = vec![5, 0];
    while right.len() < 30_000 {
        let length = u16::try_from(right.len()).unwrap().to_be_bytes();
        right = [&[0x30, 0x82, length[0], length[1]][..], &right].concat();
    }
    let whole = certificate();
    let huge = [&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff][..], &whole].concat();
    let longer = [&[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..], &whole].concat();
    let endless = [&[0x30, 0x80][..], &whole].concat();
    for bomb in [&nested, &right, &huge, &longer, &endless] {
        let tree = dissect(bomb);
        assert!(tree.nodes.len() < 100, "{} nodes", tree.nodes.len());
        assert!(tree.nodes.iter().all(|n| n.at.end as usize <= bomb.len()));
    }
    let names: Vec<Vec<u8>> = (0..3000).map(|_| attribute(3, 12, b"a")).collect();
    let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
    let name = der(0x30, &names);
    let signed = der(0x30, &[&der(2, &[&[1]]), &der(0x30, &[]), &name]);
    assert!(dissect(&der(0x30, &[&signed])).nodes.len() < 50_000);
}
