//! Sessions as a client and a server make them.

use super::PROTOCOL;
use crate::fact::{Direction, Fact, Login, LoginStep, Scheme};
use crate::field::Tree;
use crate::protocol::sample::{facts, layers, marks, message, values};
use crate::wire::utf16;

const NTLM: &[u8] = b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2";

/// A header: command, flags, status, message, session; and what follows it.
fn smb2(command: u8, flags: u8, status: u32, id: u8, session: u8, body: &[u8]) -> Vec<u8> {
    let mut head = [&b"\xfeSMB\x40\0\0\0"[..], &status.to_le_bytes(), &[command, 0, 1, 0, flags, 0, 0, 0]].concat();
    head.extend([0, 0, 0, 0, id, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 3, 0, 0, 0, session]);
    head.resize(64, 0);
    [head, body.to_vec()].concat()
}

fn setup(id: u8, session: u8, token: &[u8]) -> Vec<u8> {
    let length = u8::try_from(token.len()).unwrap();
    let body = [&[25, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 88, 0, length, 0][..], &[0; 8], token].concat();
    smb2(1, 0, 0, id, session, &body)
}

fn set_up(status: u32, id: u8, token: &[u8]) -> Vec<u8> {
    let body = [&[9, 0, 0, 0, 72, 0, u8::try_from(token.len()).unwrap(), 0][..], token].concat();
    smb2(1, 1, status, id, 9, &body)
}

fn described(bytes: &[u8]) -> Tree {
    message(&PROTOCOL, Direction::ToServer, bytes, 0)
}

fn login(bytes: &[u8]) -> Login {
    match &facts(&described(bytes))[..] {
        [Fact::Login(login), ..] => (**login).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_from_its_first_token_to_its_number() {
    let first = login(&setup(1, 0, NTLM));
    let LoginStep::Ask(ask) = &first.step else { panic!() };
    assert_eq!((ask.scheme.clone(), ask.begins), (Some(Scheme::Ntlm), true));
    let more = login(&set_up(0xc000_0016, 1, NTLM));
    assert_eq!((more.exchange, more.association, &more.step), (first.exchange, 9, &LoginStep::More));
    assert_ne!(first.association, 0, "two sessions that begin at once are told apart");
    let second = login(&setup(2, 9, NTLM));
    assert_eq!(second.association, more.association);
    assert_eq!(login(&set_up(0, 2, b"")).step, LoginStep::Accept);
    let LoginStep::Refuse(refusal) = login(&set_up(0xc000_006d, 2, b"")).step else { panic!() };
    assert_eq!(refusal.status, Some(0xc000_006d));
}

#[test]
fn the_token_is_read_where_it_stands() {
    let tree = described(&setup(1, 0, NTLM));
    assert_eq!(layers(&tree), "ntlmssp");
    assert_eq!(values(&tree, "ntlmssp.messagetype"), "0x00000001");
    assert_eq!(
        (values(&tree, "smb2.olb.offset"), values(&tree, "smb2.sesid")),
        ("0x00000058".into(), "0x0000000000000000".into())
    );
    assert_eq!(marks(&tree), [""; 0]);
    // One that claims to lie elsewhere.
    let mut far = setup(1, 0, NTLM);
    far[76] = 200;
    assert_eq!(marks(&described(&far)), ["malformed: the token does not lie in the message"]);
    far[76] = 4;
    assert_eq!(marks(&described(&far)), ["malformed: the token does not lie in the message"]);
}

#[test]
fn dialects_contexts_and_shares() {
    let dialects = [0x02, 0x02, 0x11, 0x03];
    let contexts =
        [&[1, 0, 6, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0][..], &[2, 0, 4, 0, 0, 0, 0, 0, 1, 0, 2, 0]].concat();
    let body =
        [&[36, 0, 2, 0, 3, 0, 0, 0, 0x7f, 0, 0, 0][..], &[7; 16], &[104, 0, 0, 0, 2, 0, 0, 0], &dialects, &contexts];
    let tree = described(&smb2(0, 0, 0, 0, 0, &body.concat()));
    assert_eq!(values(&tree, "smb2.dialect"), "0x0202,0x0311");
    assert_eq!(
        (values(&tree, "smb2.negotiate_context.type"), values(&tree, "smb2.negotiate_context.cipher_id")),
        ("0x0001,0x0002".into(), "0x0002".into())
    );
    assert_eq!(values(&tree, "smb2.sec_mode.sign_required"), "1");
    let path = utf16::encode("\\\\dc01\\IPC$");
    let tree = described(&smb2(
        3,
        0,
        0,
        3,
        9,
        &[&[9, 0, 0, 0, 72, 0, u8::try_from(path.len()).unwrap(), 0][..], &path].concat(),
    ));
    assert_eq!(values(&tree, "smb2.tree"), "\\\\dc01\\IPC$");
}

#[test]
fn chained_commands_end() {
    let close = smb2(6, 4, 0, 4, 9, &[24, 0, 0, 0, 0, 0, 0, 0]);
    let mut create = smb2(5, 0, 0, 3, 9, &[57, 0, 0, 0, 0, 0, 0, 0]);
    create[20] = 72;
    let tree = described(&[create.clone(), close].concat());
    assert_eq!((values(&tree, "smb2.cmd"), values(&tree, "smb2.msg_id")), ("5,6".into(), "3,4".into()));
    create[20] = 8;
    assert_eq!(marks(&described(&create)), ["malformed: the next command lies inside the header"]);
    create[20] = 72;
    assert!(!marks(&described(&create.repeat(70))).is_empty());
}

#[test]
fn what_is_encrypted_says_so() {
    let mut sealed = [&b"\xfdSMB"[..], &[5; 32], &[100, 0, 0, 0, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]].concat();
    sealed.extend([0xee; 100]);
    let tree = described(&sealed);
    assert_eq!(
        (values(&tree, "smb2.protocol_id"), values(&tree, "smb2.sesid")),
        ("0xfd534d42".into(), "0x0000000000000009".into())
    );
    assert_eq!(marks(&tree), ["not decrypted: SMB 3 encrypts behind its session setup"]);
}

#[test]
fn every_prefix_is_described_inside_its_bounds() {
    for whole in [setup(1, 0, NTLM), set_up(0xc000_0016, 1, NTLM)] {
        for end in 0..whole.len() {
            let tree = described(&whole[..end]);
            assert!(tree.nodes.iter().all(|n| n.at.end as usize <= end));
            assert!(!marks(&tree).is_empty(), "{end}");
        }
    }
}
