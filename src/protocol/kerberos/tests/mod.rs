//! Messages of a sign-in recorded for this project (user mona.reyes, MIT KDC), and messages written by hand.

mod damage;
mod framing;
mod messages;
mod opened;

use super::PROTOCOL;
use crate::fact::{Direction, Fact, Kerberos, Principal};
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Message, Out};
use crate::secrets::kerberos::Keyring;

const AS_REQ: &[u8] = include_bytes!("../testdata/as-req.bin");
const AS_REQ_TIMESTAMP: &[u8] = include_bytes!("../testdata/as-req-timestamp.bin");
const AS_REP: &[u8] = include_bytes!("../testdata/as-rep.bin");
const TGS_REQ: &[u8] = include_bytes!("../testdata/tgs-req.bin");
const TGS_REP: &[u8] = include_bytes!("../testdata/tgs-rep.bin");
const AP_REQ: &[u8] = include_bytes!("../testdata/ap-req.bin");
const AP_REP: &[u8] = include_bytes!("../testdata/ap-rep.bin");
const PREAUTH_REQUIRED: &[u8] = include_bytes!("../testdata/error-preauth-required.bin");
const SKEW: &[u8] = include_bytes!("../testdata/error-skew.bin");
const UNKNOWN_SERVICE: &[u8] = include_bytes!("../testdata/error-unknown-service.bin");
const SAMPLES: [&[u8]; 10] =
    [AS_REQ, AS_REQ_TIMESTAMP, AS_REP, TGS_REQ, TGS_REP, AP_REQ, AP_REP, PREAUTH_REQUIRED, SKEW, UNKNOWN_SERVICE];

fn describe(bytes: &[u8], note: u64) -> Tree {
    describe_with(bytes, note, None)
}

fn describe_with(bytes: &[u8], note: u64, keyring: Option<&Keyring>) -> Tree {
    let mut tree = Tree::new(true);
    tree.enter("Frame", bytes);
    walk(bytes, note, keyring, &mut tree);
    tree
}

fn walk(bytes: &[u8], note: u64, keyring: Option<&Keyring>, tree: &mut Tree) {
    let mut budget = Budget::default();
    let mut out = Out::new(tree, &mut budget, bytes);
    let context = Context { keyring, ..Context::default() };
    (PROTOCOL.dissect)(&Message { bytes, from: Direction::ToServer, note, context: &context }, &mut out);
}

fn values<'t>(tree: &'t Tree, name: &str) -> Vec<&'t str> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name)).map(|n| &*n.value).collect()
}

fn marks(tree: &Tree) -> Vec<Mark> {
    tree.nodes.iter().filter_map(|n| n.mark).collect()
}

fn fact(tree: &Tree) -> Kerberos {
    match &tree.facts[..] {
        [(Fact::Kerberos(fact), _)] => (**fact).clone(),
        other => panic!("{other:?}"),
    }
}

fn principal(name: &str, realm: &str) -> Principal {
    Principal { name: name.into(), realm: realm.into() }
}

// DER by hand.

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u16::try_from(body.len()).unwrap();
    let mut out = vec![tag];
    match length {
        0..0x80 => out.push(length.to_be_bytes()[1]),
        _ => out.extend([0x82, length.to_be_bytes()[0], length.to_be_bytes()[1]]),
    }
    [out, body].concat()
}

fn seq(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

fn at(n: u8, value: &[u8]) -> Vec<u8> {
    tlv(0xa0 | n, &[value])
}

fn int(n: i32) -> Vec<u8> {
    tlv(2, &[&n.to_be_bytes()])
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    tlv(4, &[bytes])
}

fn general(text: &str) -> Vec<u8> {
    tlv(27, &[text.as_bytes()])
}

fn name(kind: i32, parts: &[&str]) -> Vec<u8> {
    let parts: Vec<_> = parts.iter().flat_map(|p| general(p)).collect();
    seq(&[&at(0, &int(kind)), &at(1, &seq(&[&parts]))])
}

fn padata(kind: i32, value: &[u8]) -> Vec<u8> {
    seq(&[&at(1, &int(kind)), &at(2, &octets(value))])
}

fn sealed(cipher: &[u8]) -> Vec<u8> {
    seq(&[&at(0, &int(23)), &at(2, &octets(cipher))])
}

fn as_req(items: &[&[u8]]) -> Vec<u8> {
    let body = seq(&[&at(0, &[3, 5, 0, 0x40, 0x81, 0, 0x10]), &at(2, &general("R.EXAMPLE")), &at(7, &int(7))]);
    tlv(0x6a, &[&seq(&[&at(1, &int(5)), &at(2, &int(10)), &at(3, &seq(items)), &at(4, &body)])])
}

fn krb_error(code: i32, extra: &[&[u8]]) -> Vec<u8> {
    let time = tlv(24, &[b"20261122095754Z"]);
    let head = [at(0, &int(5)), at(1, &int(30)), at(4, &time), at(5, &int(250_000)), at(6, &int(code))].concat();
    tlv(0x7e, &[&seq(&[&head, &at(9, &general("R.EXAMPLE")), &extra.concat()])])
}
