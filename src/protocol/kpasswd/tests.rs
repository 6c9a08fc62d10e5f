//! Requests and answers by hand after RFC 3244, with Kerberos messages that are no more than their tags.

use super::{PROTOCOL, RECORD};
use crate::fact::{Direction, Fact, KerberosKind, LoginStep};
use crate::protocol::Likelihood;
use crate::protocol::sample::{converse, facts, layers, message, values};

const AP_REQ: &[u8] = &[0x6e, 0x09, 0x30, 0x07, 0xa0, 3, 2, 1, 5, 0xa1, 0];
const PRIV: &[u8] = &[0x75, 0x07, 0x30, 0x05, 0xa0, 3, 2, 1, 5];
const ERROR: &[u8] = &[0x7e, 0x07, 0x30, 0x05, 0xa0, 3, 2, 1, 5];

fn kpasswd(version: u16, ap: &[u8], rest: &[u8]) -> Vec<u8> {
    let number = |n: usize| u16::try_from(n).unwrap().to_be_bytes();
    [&number(6 + ap.len() + rest.len())[..], &version.to_be_bytes(), &number(ap.len()), ap, rest].concat()
}

fn steps(from: Direction, bytes: &[u8]) -> Vec<Fact> {
    facts(&message(&PROTOCOL, from, bytes, 0))
}

#[test]
fn a_request_says_who_asks() {
    let bytes = kpasswd(0xff80, AP_REQ, PRIV);
    let told = steps(Direction::ToServer, &bytes);
    assert!(matches!(&told[0], Fact::Login(login) if matches!(login.step, LoginStep::Ask(_))));
    assert!(matches!(&told[1], Fact::Kerberos(said) if said.kind == KerberosKind::ApReq));
    let tree = message(&PROTOCOL, Direction::ToServer, &bytes, 0);
    assert_eq!((values(&tree, "kpasswd.version"), values(&tree, "kpasswd.ap_req_len")), ("0xff80".into(), "11".into()));
    assert_eq!((values(&tree, "kerberos.msg_type"), layers(&tree)), (String::new(), String::new()));
}

#[test]
fn an_answer_without_its_own_token_refuses() {
    let Fact::Login(login) = &steps(Direction::ToClient, &kpasswd(1, &[], ERROR))[0] else { panic!() };
    assert!(matches!(login.step, LoginStep::Refuse(_)));
    let Fact::Login(login) = &steps(Direction::ToClient, &kpasswd(1, &[0x6f, 0], PRIV))[0] else { panic!() };
    assert_eq!(login.step, LoginStep::Accept);
}

#[test]
fn records_however_they_are_cut() {
    let bytes = kpasswd(0xff80, AP_REQ, PRIV);
    let record = [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], &bytes].concat();
    for size in [1, 4, 5, 99] {
        let talk = converse(&PROTOCOL, &[(Direction::ToServer, &record.repeat(2))], size);
        let seen = (Direction::ToServer, record.clone(), RECORD);
        assert_eq!(talk.seen, [seen.clone(), seen], "{size}");
    }
    assert_eq!(((PROTOCOL.probe)(&bytes), (PROTOCOL.probe)(&record)), (Likelihood::Perhaps, Likelihood::Perhaps));
    assert_eq!((PROTOCOL.probe)(&record[..3]), Likelihood::Unsure);
    for other in [
        &[0_u8, 20, 0, 2, 0, 4, 0x6e, 0, 0, 0, 0, 0][..],
        b"\0\x14\xff\x80\0\x04\x30aaaaaaaaaaaaa",
        b"GET / HTTP/1.1\r\n",
    ] {
        assert_eq!((PROTOCOL.probe)(other), Likelihood::No);
    }
}

#[test]
fn every_prefix_is_described_inside_its_bounds() {
    let bytes = kpasswd(0xff80, AP_REQ, PRIV);
    for end in 0..bytes.len() {
        let tree = message(&PROTOCOL, Direction::ToServer, &bytes[..end], 0);
        assert!(tree.nodes.iter().all(|n| n.at.end as usize <= end));
    }
}
