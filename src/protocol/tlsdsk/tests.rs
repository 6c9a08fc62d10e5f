//! The four tokens of a recorded sign-in with TLS-DSK (TLS 1.0, RSA).

use super::super::tls::fields as f;
use crate::fact::{Fact, TlsFlight};
use crate::field::{Field, Mark, Sink, Tree};
use crate::protocol::tls::{Agreement, parse};
use crate::protocol::{Budget, Claim, Context, Direction, Message, Out};
use crate::secrets::TlsKeys;

const FLIGHTS: [&[u8]; 4] = [
    include_bytes!("testdata/flight-1.bin"),
    include_bytes!("testdata/flight-2.bin"),
    include_bytes!("testdata/flight-3.bin"),
    include_bytes!("testdata/flight-4.bin"),
];

fn dissect(bytes: &[u8]) -> Tree {
    let mut tree = Tree::new(true);
    tree.enter("Frame", bytes);
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    let mut budget = Budget::default();
    assert!(Out::new(&mut tree, &mut budget, bytes).hand_over(&message, Claim::AuthScheme("tls-dsk"), bytes));
    tree
}

fn values<'t>(tree: &'t Tree, field: &'static Field) -> Vec<&'t str> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f == field)).map(|n| &*n.value).collect()
}

fn marks(tree: &Tree) -> Vec<String> {
    tree.nodes.iter().filter_map(|n| n.mark).map(Mark::text).collect()
}

fn flight(tree: &Tree) -> &TlsFlight {
    let [(Fact::Tls(flight), _)] = &tree.facts[..] else { panic!("one fact expected: {:?}", tree.facts) };
    flight
}

#[test]
fn a_client_hello() {
    let tree = dissect(FLIGHTS[0]);
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["1"]);
    assert_eq!(values(&tree, &f::SUITE), ["0x0004", "0x0005", "0x002f", "0x0035", "0x0003"]);
    assert_eq!(tree.layers, ["tlsdsk"]);
    assert_eq!(tree.info, ", Client Hello");
    let said = flight(&tree);
    assert_eq!((said.client_hello, said.server_hello, said.version), (true, false, Some(0x0301)));
    assert_eq!(said.client_time.unwrap().rfc3339_seconds(), "2026-11-22T09:53:18Z");
}

#[test]
fn the_server_shows_its_certificates() {
    let tree = dissect(FLIGHTS[1]);
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["2", "11", "13", "14"]);
    assert_eq!(values(&tree, &f::CERTIFICATE).len(), 2);
    assert_eq!(tree.info, ", Server Hello, Certificate, Certificate Request, Server Hello Done");
    let said = flight(&tree);
    assert_eq!((said.server_hello, said.version, said.suite), (true, Some(0x0301), Some(0x002f)));
    assert_eq!(said.certificates.iter().map(|der| der.len()).collect::<Vec<_>>(), [0x0318, 0x0314]);
    assert!(!said.resumed);
}

#[test]
fn the_user_shows_its_certificate_in_clear() {
    let tree = dissect(FLIGHTS[2]);
    assert_eq!(values(&tree, &f::CONTENT_TYPE), ["22", "20", "22"]);
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["11", "16", "15"]);
    assert_eq!((values(&tree, &f::PREMASTER_LENGTH), values(&tree, &f::VERIFY_LENGTH)), (vec!["256"], vec!["256"]));
    assert!(tree.info.ends_with("Change Cipher Spec, Encrypted Handshake Message"));
    let said = flight(&tree);
    let certificate = &said.certificates[0];
    assert!(certificate.windows(26).any(|w| w == b"\x19mona.reyes@corvid.example"));
    assert_eq!((said.client_hello, said.version), (false, None));
}

/// The handshake messages of the three flights in clear, and the verdict on the third's CertificateVerify.
fn is_proved(change: impl Fn(usize, &mut Vec<u8>)) -> Option<bool> {
    let mut agreement = Agreement::collecting();
    for (at, from) in [Direction::ToServer, Direction::ToClient, Direction::ToServer].into_iter().enumerate() {
        let mut said = flight(&dissect(FLIGHTS[at])).said.bytes().to_vec();
        change(at, &mut said);
        let mut rest = &said[..];
        while let Ok((after, message)) = parse::handshake(rest) {
            agreement.message(from, &message, &TlsKeys::default());
            rest = after;
        }
    }
    agreement.is_proved()
}

#[test]
fn the_user_proves_that_the_certificate_is_its_own() {
    assert_eq!(is_proved(|_, _| {}), Some(true));
    // The last byte of the signature, and one of the client's random.
    assert_eq!(is_proved(|flight, said| *said.last_mut().unwrap() ^= u8::from(flight == 2)), Some(false));
    assert_eq!(is_proved(|flight, said| said[20] ^= u8::from(flight == 0)), Some(false));
    assert_eq!(is_proved(|flight, said| said.truncate(if flight == 1 { 0 } else { 9999 })), None);
}

#[test]
fn the_server_finishes() {
    let tree = dissect(FLIGHTS[3]);
    assert_eq!(tree.info, ", Change Cipher Spec, Encrypted Handshake Message");
    assert_eq!(*flight(&tree), TlsFlight::default());
    for token in FLIGHTS {
        assert_eq!(marks(&dissect(token)), [""; 0]);
    }
}

#[test]
fn a_server_that_resumes_shows_no_certificate() {
    let hello = FLIGHTS[1];
    // The ServerHello alone, then the change of cipher and what follows it.
    let end = 5 + 4 + usize::from(hello[8]);
    let length = u16::try_from(end - 5).unwrap().to_be_bytes();
    let resumed = [&hello[..3], &length, &hello[5..end], FLIGHTS[3]].concat();
    let tree = dissect(&resumed);
    assert_eq!(tree.info, ", Server Hello, Change Cipher Spec, Encrypted Handshake Message");
    assert!(flight(&tree).resumed && flight(&tree).server_hello);
}

#[test]
fn an_alert_is_told() {
    let tree = dissect(&[21, 3, 1, 0, 2, 2, 44]);
    assert_eq!((values(&tree, &f::ALERT_LEVEL), values(&tree, &f::ALERT_DESC)), (vec!["2"], vec!["44"]));
    assert_eq!(tree.info, ", Alert (Level: Fatal, Description: Certificate Revoked)");
    assert_eq!(flight(&tree).alert, Some(44));
}

#[test]
fn what_runs_on_in_the_next_token_is_marked() {
    let token = FLIGHTS[1];
    for end in 1..token.len() {
        let tree = dissect(&token[..end]);
        assert!(tree.nodes.iter().all(|n| n.at.start <= n.at.end && n.at.end as usize <= end), "cut at {end}");
        assert!(!marks(&tree).is_empty(), "a cut at {end} is not noticed");
    }
    // The ServerHello stays, though the certificate behind it is cut.
    let tree = dissect(&token[..500]);
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["2", "11"]);
    assert!(flight(&tree).server_hello && flight(&tree).certificates.is_empty());
}

#[test]
fn what_is_no_handshake_says_so() {
    assert_eq!(marks(&dissect(b"NTLMSSP\0")), ["malformed: not a TLS record"]);
}
