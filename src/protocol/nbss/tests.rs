//! Messages of a connection, names of a session.

use super::PROTOCOL;
use crate::fact::Direction;
use crate::protocol::sample::{converse, marks, message, values};
use crate::protocol::{Likelihood, Pair};

const TO: Direction = Direction::ToServer;

fn framed(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

/// A header of SMB 2: keep-alive, message 7.
fn smb2(flags: u8, status: [u8; 4]) -> Vec<u8> {
    let mut head = [&b"\xfeSMB\x40\0\0\0"[..], &status, &[13, 0, 1, 0, flags, 0, 0, 0], &[0; 4]].concat();
    head.extend(7_u64.to_le_bytes());
    head.resize(64, 0);
    head.extend([4, 0, 0, 0]);
    framed(&head)
}

#[test]
fn the_names_of_rfc_1001() {
    // "The NetBIOS name" FRED of RFC 1001 14.1, called by itself.
    let name = [b" EGFCEFEECACACACACACACACACACACACA", &b"\0"[..]].concat();
    let tree = message(&PROTOCOL, TO, &[&[0x81, 0, 0, 68][..], &name, &name].concat(), 0);
    assert_eq!(values(&tree, "nbss.called_name"), "FRED<20>");
    assert_eq!(values(&tree, "nbss.type"), "0x81");
    assert_eq!(marks(&tree), [""; 0]);
}

#[test]
fn messages_however_they_are_cut() {
    let stream = [smb2(0, [0; 4]), framed(b""), smb2(0, [0; 4])].concat();
    let whole = converse(&PROTOCOL, &[(TO, &stream)], usize::MAX);
    assert_eq!(whole.seen.len(), 3);
    for size in [1, 3, 67, 68, 69] {
        assert_eq!(converse(&PROTOCOL, &[(TO, &stream)], size), whole, "{size}");
    }
}

#[test]
fn file_data_is_passed_over() {
    let long = framed(&[&smb2(0, [0; 4])[4..], &vec![0xaa; 300_000]].concat());
    let talk = converse(&PROTOCOL, &[(TO, &[long, smb2(0, [0; 4])].concat())], 1460);
    assert_eq!(talk.seen.iter().map(|(_, bytes, _)| bytes.len()).collect::<Vec<_>>(), [512, 72]);
}

#[test]
fn what_is_none_is_given_back() {
    assert!(converse(&PROTOCOL, &[(TO, b"GET / HTTP/1.1\r\n\r\n")], 9).not_mine);
    let talk = converse(&PROTOCOL, &[(TO, &[smb2(0, [0; 4]), b"\x47garbage".to_vec()].concat())], 200);
    assert_eq!((talk.seen.len(), talk.not_mine), (2, false));
    assert_eq!((PROTOCOL.probe)(&smb2(0, [0; 4])), Likelihood::Surely);
    assert_eq!((PROTOCOL.probe)(&[0, 0, 0, 80, 0xfe, b'S', b'M']), Likelihood::Unsure);
    for other in [&b"\0\0\0\x50\xfeSIP/2.0"[..], b"\0\0\0\x50\x60\x40", b"\x81\0\0\x44\x21"] {
        assert_eq!((PROTOCOL.probe)(other), Likelihood::No, "{other:?}");
    }
}

#[test]
fn answers_find_their_requests() {
    let pair = |bytes: &[u8]| (PROTOCOL.pair)(bytes, 0).unwrap();
    assert_eq!(pair(&smb2(0, [0; 4])), Pair::new(7, true));
    assert_eq!(pair(&smb2(1, [0; 4])), Pair::new(7, false));
    assert!(!pair(&smb2(1, [3, 1, 0, 0])).last, "STATUS_PENDING");
    assert_eq!((PROTOCOL.pair)(&[0, 0, 0, 2, 0xfe, b'S'], 0), None);
}

#[test]
fn every_prefix_is_described_inside_its_bounds() {
    for whole in [smb2(0, [0; 4]), smb2(1, [3, 1, 0, 0]), vec![0x83, 0, 0, 1, 0x82]] {
        for end in 0..=whole.len() {
            let tree = message(&PROTOCOL, TO, &whole[..end], 0);
            assert!(tree.nodes.iter().all(|n| n.at.end as usize <= end));
            assert!(end == whole.len() || !marks(&tree).is_empty(), "{end}");
        }
    }
}
