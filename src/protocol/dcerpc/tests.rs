//! Binds and verifiers by hand after C706 and [MS-RPCE].

use super::PROTOCOL;
use crate::fact::{Direction, Fact, Login, LoginStep, Scheme};
use crate::field::Tree;
use crate::protocol::Likelihood;
use crate::protocol::sample::{converse, facts, layers, marks, message, values};

const TO: Direction = Direction::ToServer;
const NTLM: &[u8] = b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2";
/// The interface of the endpoint mapper and NDR, as they stand in a bind.
const EPM: [u8; 16] = [0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11, 0x91, 0xa4, 0x08, 0, 0x2b, 0x14, 0xa0, 0xfa];
const NDR: [u8; 16] = [0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0, 0x2b, 0x10, 0x48, 0x60];

fn rpc(kind: u8, call: u8, body: &[u8], verifier: Option<(u8, &[u8])>) -> Vec<u8> {
    let auth = verifier.map_or(vec![], |(kind, token)| [&[kind, 5, 0, 0, 77, 0, 0, 0][..], token].concat());
    let length = u16::try_from(16 + body.len() + auth.len()).unwrap().to_le_bytes();
    let token = u16::try_from(auth.len().saturating_sub(8)).unwrap().to_le_bytes();
    let head = [5, 0, kind, 3, 0x10, 0, 0, 0, length[0], length[1], token[0], token[1], call, 0, 0, 0];
    [&head[..], body, &auth].concat()
}

fn bind(verifier: Option<(u8, &[u8])>) -> Vec<u8> {
    let body =
        [&[0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0][..], &EPM, &[3, 0, 0, 0], &NDR, &[2, 0, 0, 0]];
    rpc(11, 1, &body.concat(), verifier)
}

fn described(bytes: &[u8]) -> Tree {
    message(&PROTOCOL, TO, bytes, 0)
}

fn login(bytes: &[u8]) -> Login {
    match &facts(&described(bytes))[..] {
        [Fact::Login(login), ..] => (**login).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bind_and_its_interface() {
    let tree = described(&bind(None));
    assert_eq!(values(&tree, "dcerpc.cn_bind_to_uuid"), "e1af8308-5d1f-11c9-91a4-08002b14a0fa");
    assert_eq!(values(&tree, "dcerpc.cn_bind_trans_id"), "8a885d04-1ceb-11c9-9fe8-08002b104860");
    assert_eq!((values(&tree, "dcerpc.pkt_type"), values(&tree, "dcerpc.cn_call_id")), ("11".into(), "1".into()));
    assert_eq!((facts(&tree), marks(&tree)), (vec![], vec![]));
}

#[test]
fn an_answer_with_its_address() {
    let body = [
        &[0xb8, 0x10, 0xb8, 0x10, 1, 0, 0, 0, 4, 0][..],
        b"135\0",
        &[0, 0],
        &[1, 0, 0, 0, 0, 0, 0, 0],
        &NDR,
        &[2, 0, 0, 0],
    ];
    let tree = described(&rpc(12, 1, &body.concat(), None));
    assert_eq!(
        (values(&tree, "dcerpc.cn_sec_addr"), values(&tree, "dcerpc.cn_ack_result")),
        ("135".into(), "0".into())
    );
    assert_eq!(marks(&tree), [""; 0]);
}

#[test]
fn verifiers_sign_in() {
    let asked = login(&bind(Some((10, NTLM))));
    let LoginStep::Ask(ask) = &asked.step else { panic!() };
    assert_eq!((ask.scheme.clone(), ask.begins, asked.association), (Some(Scheme::Ntlm), true, 77));
    let tree = described(&bind(Some((10, NTLM))));
    // Wireshark names no layer for a token without SPNEGO.
    assert_eq!((values(&tree, "ntlmssp.messagetype"), layers(&tree)), ("0x00000001".into(), String::new()));
    assert!(matches!(facts(&tree)[1], Fact::Ntlm(_)));
    let third = login(&rpc(16, 1, &[0; 4], Some((10, NTLM))));
    assert!(matches!(third.step, LoginStep::Ask(ask) if !ask.begins));
    let served = login(&rpc(2, 2, &[0; 8], Some((10, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))));
    assert_eq!((served.step, served.association), (LoginStep::Accept, 77));
}

#[test]
fn what_refuses() {
    let denied = login(&rpc(3, 2, &[0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0], None));
    let LoginStep::Refuse(refusal) = denied.step else { panic!() };
    assert_eq!((refusal.code, &*refusal.text), (Some(5), "nca_s_fault_access_denied"));
    assert!(matches!(login(&rpc(13, 1, &[8, 0], None)).step, LoginStep::Refuse(_)));
    // A call that does not exist refuses nobody.
    assert_eq!(facts(&described(&rpc(3, 2, &[0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x1c, 0, 0, 0, 0], None))), []);
}

#[test]
fn fragments_however_they_are_cut() {
    let stream = [bind(Some((10, NTLM))), rpc(16, 1, &[0; 4], Some((10, NTLM))), rpc(0, 2, &[0; 8], None)].concat();
    let whole = converse(&PROTOCOL, &[(TO, &stream)], usize::MAX);
    assert_eq!(whole.seen.len(), 3);
    for size in [1, 5, 16, 17] {
        assert_eq!(converse(&PROTOCOL, &[(TO, &stream)], size), whole, "{size}");
    }
    assert!(converse(&PROTOCOL, &[(TO, b"\x05\0\x0b\x03\x20\0\0\0abcdefghijklmnop")], 99).not_mine);
}

#[test]
fn calls_are_known_on_any_port() {
    assert_eq!((PROTOCOL.probe)(&bind(None)), Likelihood::Surely);
    for end in 1..11 {
        assert_eq!((PROTOCOL.probe)(&bind(None)[..end]), Likelihood::Unsure, "{end}");
    }
    let mut long = bind(None);
    long[10] = 0xff;
    for other in
        [&long[..], b"\x05\x01\x00", b"\x05\0\x14\x03\x10\0\0\0", b"\x05\0\x0b\x03\x10\0\0\0\x04\0\0\0\0\0\0\0"]
    {
        assert_ne!((PROTOCOL.probe)(other), Likelihood::Surely, "{other:?}");
    }
}

#[test]
fn every_prefix_and_every_changed_byte_stay_inside() {
    for sample in [bind(Some((10, NTLM))), rpc(12, 1, &[0; 40], Some((9, &[0xa1, 3, 0x30, 1, 0])))] {
        for at in 0..sample.len() {
            for change in [0_u8, 1, 0x7f, 0x80, 0xff] {
                let mut bytes = sample.clone();
                bytes[at] = change;
                for part in [&bytes[..], &bytes[..at]] {
                    let tree = described(part);
                    assert!(tree.nodes.iter().all(|n| n.at.end as usize <= part.len()));
                }
            }
        }
    }
}
