//! Packets by hand after [MS-TDS].

use super::PROTOCOL;
use crate::fact::{Direction, Fact, LoginStep, Ntlm, Scheme};
use crate::protocol::Likelihood;
use crate::protocol::sample::{converse, facts, layers, marks, message, values};
use crate::wire::utf16;

const NEGOTIATE: &[u8] = b"NTLMSSP\0\x01\0\0\0\x07\x02\0\0\0\0\0\0\x20\0\0\0\0\0\0\0\x20\0\0\0";

fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&[kind, 1][..], &length, &[0, 0, 1, 0], body].concat()
}

/// A login with an application's name and a token.
fn login(token: &[u8]) -> Vec<u8> {
    let name = utf16::encode("RTC");
    let mut body = vec![0_u8; 94];
    let total = u32::try_from(94 + name.len() + token.len()).unwrap();
    body[..4].copy_from_slice(&total.to_le_bytes());
    body[4..8].copy_from_slice(&0x7400_0004_u32.to_le_bytes());
    let mut point = |place: usize, start: usize, length: usize| {
        body[place..place + 2].copy_from_slice(&u16::try_from(start).unwrap().to_le_bytes());
        body[place + 2..place + 4].copy_from_slice(&u16::try_from(length).unwrap().to_le_bytes());
    };
    point(48, 94, 3);
    point(78, 94 + name.len(), token.len());
    packet(16, &[&body, &name[..], token].concat())
}

/// A token of a response.
fn token(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind][..], &u16::try_from(content.len()).unwrap().to_le_bytes(), content].concat()
}

fn refusal(number: u32) -> Vec<u8> {
    let text = utf16::encode("Login failed for user 'CORVID\\mona'.");
    let units = u16::try_from(text.len() / 2).unwrap().to_le_bytes();
    token(0xaa, &[&number.to_le_bytes()[..], &[1, 14], &units, &text, &[0, 0, 1, 0, 0, 0]].concat())
}

#[test]
fn a_login_carries_a_token() {
    let tree = message(&PROTOCOL, Direction::ToServer, &login(NEGOTIATE), 0);
    let names = ["tds.type", "tds.status.eom", "tds.length", "tds.7login.version", "tds.7login.appname"];
    let shown = names.map(|name| values(&tree, name));
    assert_eq!(shown, ["16", "1", "140", "0x74000004", "RTC"].map(str::to_owned));
    assert_eq!((layers(&tree).as_str(), values(&tree, "ntlmssp.messagetype").as_str()), ("ntlmssp", "0x00000001"));
    let facts = facts(&tree);
    let [Fact::Login(said), Fact::Ntlm(ntlm)] = &facts[..] else { panic!("{facts:?}") };
    assert!(matches!(&said.step, LoginStep::Ask(ask) if ask.scheme == Some(Scheme::Ntlm)));
    assert!(matches!(**ntlm, Ntlm::Negotiate { .. }));
}

#[test]
fn answers_go_on_grant_and_refuse() {
    let step = |body: &[u8]| {
        let tree = message(&PROTOCOL, Direction::ToClient, &packet(4, body), 0);
        facts(&tree).into_iter().find_map(|fact| match fact {
            Fact::Login(said) => Some(said.step),
            _ => None,
        })
    };
    assert_eq!(step(&token(0xed, NEGOTIATE)), Some(LoginStep::More));
    let granted = [token(0xe3, &[1, 0, 0]), token(0xab, &[0; 9]), token(0xad, &[1; 10])].concat();
    assert_eq!(step(&granted), Some(LoginStep::Accept));
    let Some(LoginStep::Refuse(why)) = step(&refusal(18_456)) else { panic!() };
    assert_eq!((why.code, why.text.as_str()), (Some(18_456), "Login failed for user 'CORVID\\mona'."));
    // A wrong column refuses nobody, nor does a row.
    assert_eq!(step(&refusal(207)), None);
    assert_eq!(step(&[0xd1, 0xad, 0, 0]), None);
}

#[test]
fn packets_are_found_in_segments_of_any_size() {
    let stream = [packet(18, &[0xff]), login(NEGOTIATE), packet(17, NEGOTIATE)].concat();
    for size in [1, 7, 8, 9, 200, 4096] {
        let talk = converse(&PROTOCOL, &[(Direction::ToServer, &stream)], size);
        let kinds: Vec<u8> = talk.seen.iter().map(|(_, bytes, _)| bytes[0]).collect();
        assert_eq!(kinds, [18, 16, 17], "{size}");
    }
    // Records of TLS are none; without a packet before, the stream is another's.
    let tls = [0x17, 3, 3, 0, 5, 1, 2, 3, 4, 5];
    let behind = [packet(18, &[0xff]), tls.to_vec()].concat();
    assert_eq!(converse(&PROTOCOL, &[(Direction::ToServer, &behind)], 4096).seen.len(), 1);
    assert!(converse(&PROTOCOL, &[(Direction::ToServer, &tls)], 4096).not_mine);
    let judged = [&login(NEGOTIATE)[..], &[16], &[16, 1, 0], &tls, b"GET / HTTP"].map(PROTOCOL.probe);
    use Likelihood::{No, Perhaps, Unsure};
    assert_eq!(judged, [Perhaps, Unsure, Unsure, No, No]);
}

#[test]
fn what_points_outside_is_marked_and_no_prefix_or_byte_ends_it() {
    let mut bytes = login(NEGOTIATE);
    bytes[8 + 80] = 0xff;
    assert!(marks(&message(&PROTOCOL, Direction::ToServer, &bytes, 0)).iter().any(|m| m.contains("points out")));
    let samples = [login(NEGOTIATE), packet(4, &[refusal(18_456), token(0xed, NEGOTIATE)].concat())];
    for bytes in samples {
        for length in 0..bytes.len() {
            message(&PROTOCOL, Direction::ToClient, &bytes[..length], 0);
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = value;
                message(&PROTOCOL, Direction::ToServer, &changed, 0);
            }
        }
    }
}
