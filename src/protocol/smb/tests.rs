//! Session setups of SMB 1, with a token and without.

use super::PROTOCOL;
use crate::fact::{Direction, Fact, Login, LoginStep, Scheme};
use crate::protocol::sample::{facts, layers, marks, message, values};
use crate::wire::utf16;

fn smb(command: u8, flags: u8, status: u32, words: &[u8], data: &[u8]) -> Vec<u8> {
    let mut head =
        [&[0xff, b'S', b'M', b'B', command][..], &status.to_le_bytes(), &[flags, 0x01, 0xc8, 0, 0], &[0; 10]].concat();
    head.extend([0xff, 0xff, 0x34, 0x12, 0, 0, 2, 0, u8::try_from(words.len() / 2).unwrap()]);
    head.extend(words);
    head.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    [head, data.to_vec()].concat()
}

fn login(bytes: &[u8]) -> Login {
    match &facts(&message(&PROTOCOL, Direction::ToServer, bytes, 0))[..] {
        [Fact::Login(login), ..] => (**login).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_setup_with_a_token() {
    let token = b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2";
    let mut words = [0_u8; 24];
    words[14] = u8::try_from(token.len()).unwrap();
    let asked = smb(0x73, 0x18, 0, &words, token);
    let tree = message(&PROTOCOL, Direction::ToServer, &asked, 0);
    assert_eq!(layers(&tree), "gss-api:ntlmssp");
    assert_eq!(
        (values(&tree, "smb.cmd"), values(&tree, "smb.wct"), values(&tree, "smb.mid")),
        ("0x73".into(), "12".into(), "2".into())
    );
    assert_eq!(marks(&tree), [""; 0]);
    assert!(matches!(login(&asked).step, LoginStep::Ask(_)));
    let answer = smb(0x73, 0x98, 0xc000_0016, &[0; 8], b"");
    assert_eq!((login(&answer).step, login(&answer).exchange), (LoginStep::More, login(&asked).exchange));
    let LoginStep::Refuse(refusal) = login(&smb(0x73, 0x98, 0xc000_006d, &[], b"")).step else { panic!() };
    assert_eq!(refusal.status, Some(0xc000_006d));
}

#[test]
fn a_session_setup_without_one_names_the_account() {
    let mut words = [0_u8; 26];
    (words[14], words[16]) = (24, 24);
    let names = [&[0; 1][..], &utf16::encode("mona\0"), &utf16::encode("CORVID\0")].concat();
    let asked = smb(0x73, 0x18, 0, &words, &[&[1; 48][..], &names].concat());
    let LoginStep::Ask(ask) = login(&asked).step else { panic!() };
    assert_eq!((ask.user.as_deref(), ask.scheme), (Some("mona"), Some(Scheme::Ntlm)));
    let tree = message(&PROTOCOL, Direction::ToServer, &asked, 0);
    assert_eq!(values(&tree, "smb.primary_domain"), "CORVID");
}

#[test]
fn every_prefix_is_described_inside_its_bounds() {
    let whole = smb(0x72, 0x18, 0, &[], b"\x02NT LM 0.12\0\x02SMB 2.002\0");
    assert_eq!(values(&message(&PROTOCOL, Direction::ToServer, &whole, 0), "smb.dialect.name"), "NT LM 0.12,SMB 2.002");
    for end in 0..whole.len() {
        let tree = message(&PROTOCOL, Direction::ToServer, &whole[..end], 0);
        assert!(tree.nodes.iter().all(|n| n.at.end as usize <= end));
    }
}
