//! Binds and searches by hand after RFC 4511, the refusal of a domain controller, framing.

use super::{DATAGRAM, PROTOCOL};
use crate::fact::{Direction, Fact, LoginStep, Scheme};
use crate::field::Tree;
use crate::protocol::sample::{converse, facts, layers, marks, message, values};
use crate::protocol::{Likelihood, Pair};

const TO: Direction = Direction::ToServer;
const BACK: Direction = Direction::ToClient;

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut out = vec![tag];
    if let Ok(short @ 0..0x80) = u8::try_from(body.len()) {
        out.push(short);
    } else {
        out.push(0x82);
        out.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    }
    [out, body].concat()
}

fn ldap(id: u8, operation: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&[2, 1, id], operation])
}

fn simple(name: &[u8], password: &[u8]) -> Vec<u8> {
    ldap(1, &tlv(0x60, &[&[2, 1, 3], &tlv(4, &[name]), &tlv(0x80, &[password])]))
}

fn sasl(id: u8, mechanism: &[u8], credentials: &[u8]) -> Vec<u8> {
    let how = tlv(0xa3, &[&tlv(4, &[mechanism]), &tlv(4, &[credentials])]);
    ldap(id, &tlv(0x60, &[&[2, 1, 3, 4, 0], &how]))
}

fn bound(id: u8, code: u8, words: &[u8]) -> Vec<u8> {
    ldap(id, &tlv(0x61, &[&[10, 1, code, 4, 0], &tlv(4, &[words])]))
}

fn described(from: Direction, bytes: &[u8]) -> Tree {
    message(&PROTOCOL, from, bytes, 0)
}

fn step(tree: &Tree) -> LoginStep {
    match &facts(tree)[..] {
        [Fact::Login(login), ..] => login.step.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_simple_bind_says_who_and_hides_the_password() {
    let bytes = simple(b"cn=mona,dc=corvid,dc=example", b"Nightjar#42");
    let tree = described(TO, &bytes);
    assert_eq!(values(&tree, "ldap.name"), "cn=mona,dc=corvid,dc=example");
    assert_eq!((values(&tree, "ldap.version"), values(&tree, "ldap.authentication")), ("3".into(), "0".into()));
    let LoginStep::Ask(ask) = step(&tree) else { panic!() };
    assert_eq!((ask.scheme, ask.begins, ask.credentials), (Some(Scheme::Simple), true, true));
    assert_eq!(ask.user.as_deref(), Some("cn=mona,dc=corvid,dc=example"));
    assert!(super::fields::SIMPLE.secret);
    assert!(marks(&tree).is_empty());
}

#[test]
fn binds_that_prove_nothing_are_no_sign_in() {
    for bytes in [simple(b"", b""), simple(b"cn=mona", b"")] {
        assert_eq!(facts(&described(TO, &bytes)), [], "{bytes:?}");
    }
}

#[test]
fn sasl_names_its_user_where_no_token_does() {
    let LoginStep::Ask(plain) = step(&described(TO, &sasl(2, b"PLAIN", b"\0mona\0pw"))) else { panic!() };
    assert_eq!((plain.scheme, plain.user.as_deref(), plain.credentials), (Some(Scheme::Plain), Some("mona"), true));
    let tree = described(TO, &sasl(2, b"GSS-SPNEGO", b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2"));
    assert_eq!(layers(&tree), "gss-api:ntlmssp");
    assert!(matches!(&facts(&tree)[..], [Fact::Login(_), Fact::Ntlm(_)]));
}

#[test]
fn what_the_directory_answers() {
    assert_eq!(step(&described(BACK, &bound(1, 0, b""))), LoginStep::Accept);
    assert_eq!(step(&described(BACK, &bound(1, 14, b""))), LoginStep::More);
    let words = b"80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 52e, v3839\0";
    let LoginStep::Refuse(refusal) = step(&described(BACK, &bound(1, 49, words))) else { panic!() };
    assert_eq!(refusal.code, Some(49));
    assert!(refusal.text.contains("data 52e"));
    // sicily: the challenge stands where a name should be.
    let challenge = tlv(0x61, &[&[10, 1, 0], &tlv(4, &[b"NTLMSSP\0\x02\0\0\0"]), &[4, 0]]);
    let tree = described(BACK, &ldap(2, &challenge));
    assert_eq!((step(&tree), layers(&tree)), (LoginStep::More, "ntlmssp".to_owned()));
}

fn search() -> Vec<u8> {
    let equal = |name: &[u8], value: &[u8]| tlv(0xa3, &[&tlv(4, &[name]), &tlv(4, &[value])]);
    let filter = tlv(0xa0, &[&equal(b"DnsDomain", b"corvid.example"), &equal(b"NtVer", &[6, 0, 0, 0]), b"\x87\x02cn"]);
    let parts = [&b"\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x78\x01\x01\x00"[..], &filter];
    ldap(7, &tlv(0x63, &[&parts.concat(), &tlv(0x30, &[&tlv(4, &[b"Netlogon"])])]))
}

#[test]
fn searches_with_their_filters() {
    let tree = described(TO, &search());
    assert_eq!((values(&tree, "ldap.scope"), values(&tree, "ldap.timeLimit")), ("0".into(), "120".into()));
    assert_eq!((values(&tree, "ldap.filter"), values(&tree, "ldap.and")), ("0".into(), "3".into()));
    assert_eq!(values(&tree, "ldap.and_item"), "3,3,7");
    assert_eq!(values(&tree, "ldap.attributeDesc"), "DnsDomain,NtVer");
    assert_eq!(values(&tree, "mscldap.ntver.flags"), "0x00000006");
    assert_eq!(values(&tree, "ldap.AttributeDescription"), "Netlogon");
    assert_eq!(marks(&tree), [""; 0]);
}

#[test]
fn a_filter_nested_without_end_is_given_up() {
    let mut filter = b"\x87\x02cn".to_vec();
    for _ in 0..60 {
        filter = tlv(0xa2, &[&filter]);
    }
    let head = &b"\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00"[..];
    let tree = described(TO, &ldap(1, &tlv(0x63, &[head, &filter, &[0x30, 0]])));
    assert_eq!(marks(&tree), ["nested too deep, not followed"]);
}

#[test]
fn the_answer_of_a_domain_controller() {
    let answer = [
        &[23_u8, 0, 0, 0, 0xfd, 0x33, 0, 0][..],
        &[0xdf, 0x4c, 0xf5, 0x1c, 0xd0, 0x31, 0xfb, 0x4f, 0x9b, 0x75, 0xb0, 0xbc, 0x6b, 0x57, 0x9c, 0x6e],
        b"\x06corvid\x07example\0",
        b"\xc0\x18",
        b"\x03dc1\xc0\x18",
        b"\x06CORVID\0",
        b"\x03DC1\0",
        b"\0",
        b"\x04Nest\0",
        b"\xc0\x3e",
        &[5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
    ]
    .concat();
    let attribute = tlv(0x30, &[&tlv(4, &[b"netlogon"]), &tlv(0x31, &[&tlv(4, &[&answer])])]);
    let entry = ldap(7, &tlv(0x64, &[&[4, 0], &tlv(0x30, &[&attribute])]));
    let done = ldap(7, b"\x65\x07\x0a\x01\x00\x04\x00\x04\x00");
    let tree = message(&DATAGRAM, BACK, &[entry, done].concat(), 0);
    assert_eq!(values(&tree, "ldap.protocolOp"), "4,5");
    assert_eq!(values(&tree, "mscldap.domain.guid"), "1cf54cdf-31d0-4ffb-9b75-b0bc6b579c6e");
    assert_eq!(
        (values(&tree, "mscldap.forest"), values(&tree, "mscldap.domain")),
        ("corvid.example".into(), "corvid.example".into())
    );
    assert_eq!(
        (values(&tree, "mscldap.hostname"), values(&tree, "mscldap.username")),
        ("dc1.corvid.example".into(), "<Root>".into())
    );
    assert_eq!(
        (values(&tree, "mscldap.sitename"), values(&tree, "mscldap.clientsitename")),
        ("Nest".into(), "Nest".into())
    );
    assert_eq!(marks(&tree), [""; 0]);
    // A name that points at itself ends.
    let mut hostile = answer.clone();
    hostile[24..26].copy_from_slice(&[0xc0, 0x18]);
    let attribute = tlv(0x30, &[&tlv(4, &[b"netlogon"]), &tlv(0x31, &[&tlv(4, &[&hostile])])]);
    let tree = message(&DATAGRAM, BACK, &ldap(7, &tlv(0x64, &[&[4, 0], &tlv(0x30, &[&attribute])])), 0);
    assert_eq!(marks(&tree), ["malformed: not a name"]);
}

#[test]
fn messages_in_a_stream_however_it_is_cut() {
    let stream = [simple(b"cn=mona", b"pw"), search(), ldap(8, b"\x42\x00")].concat();
    let whole = converse(&PROTOCOL, &[(TO, &stream)], usize::MAX);
    assert_eq!(whole.seen.len(), 3);
    for size in [1, 2, 7, 30] {
        assert_eq!(converse(&PROTOCOL, &[(TO, &stream)], size), whole, "{size}");
    }
    // Behind a bind with a layer, buffers have their length before them.
    let wrapped = [&[0_u8, 0, 0, 20][..], &[5, 4, 2, 0xff], &[0; 16]].concat();
    let talk = converse(&PROTOCOL, &[(TO, &[search(), wrapped].concat())], 5);
    assert_eq!(talk.seen.iter().map(|(.., note)| *note).collect::<Vec<_>>(), [0, super::parse::SASL]);
}

#[test]
fn tls_begins_where_the_directory_agrees() {
    let asked = ldap(1, &tlv(0x77, &[&tlv(0x80, &[b"1.3.6.1.4.1.1466.20037"])]));
    let agreed = ldap(1, b"\x78\x07\x0a\x01\x00\x04\x00\x04\x00");
    assert!(converse(&PROTOCOL, &[(TO, &asked), (BACK, &agreed)], 9).became);
    let refused = ldap(1, b"\x78\x07\x0a\x01\x02\x04\x00\x04\x00");
    let another = ldap(2, b"\x78\x07\x0a\x01\x00\x04\x00\x04\x00");
    assert!(!converse(&PROTOCOL, &[(TO, &asked), (BACK, &refused)], 9).became);
    assert!(!converse(&PROTOCOL, &[(TO, &asked), (BACK, &another)], 9).became);
    assert!(!converse(&PROTOCOL, &[(BACK, &agreed)], 9).became);
}

#[test]
fn a_message_that_is_signed_is_read_inside_its_token() {
    let inside = search();
    let ntlm = [&[1_u8, 0, 0, 0][..], &[9; 12], &inside].concat();
    let cfx = [&[5_u8, 4, 0, 0xff, 0, 12, 0, 12, 0, 0, 0, 0, 0, 0, 0, 1][..], &[7; 12], &inside].concat();
    let sealed = [&[5_u8, 4, 2, 0xff, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 1][..], &[7; 60]].concat();
    for (token, base) in [(&ntlm, "7"), (&cfx, "7"), (&sealed, "")] {
        let length = u32::try_from(token.len()).unwrap().to_be_bytes();
        let tree = message(&PROTOCOL, TO, &[&length[..], token].concat(), super::parse::SASL);
        assert_eq!(values(&tree, "ldap.messageID"), base);
    }
}

#[test]
fn directories_are_known_on_any_port_by_their_binds() {
    let probe = PROTOCOL.probe;
    for bytes in [simple(b"cn=mona", b"pw"), sasl(2, b"GSSAPI", &[0x60; 300]), bound(1, 0, b"")] {
        assert_eq!(probe(&bytes), Likelihood::Surely, "{bytes:?}");
    }
    assert_eq!(probe(&search()), Likelihood::Perhaps);
    assert_eq!(probe(&search()[..1]), Likelihood::Unsure);
    // SNMP, a ticket, a certificate, text.
    let snmp = b"\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x04";
    for other in [
        &snmp[..],
        b"\x30\x82\x03\x00\x30\x82\x02\x00\xa0\x03\x02\x01\x02",
        b"0 OK\r\n0123456789",
        &[0; 32],
        b"GET / HTTP/1.1\r\n",
    ] {
        assert_eq!(probe(other), Likelihood::No, "{other:?}");
    }
}

#[test]
fn answers_find_their_requests() {
    assert_eq!((PROTOCOL.pair)(&search(), 0), Some(Pair::new(7, true)));
    assert_eq!((PROTOCOL.pair)(&bound(1, 0, b""), 0), Some(Pair::new(1, false)));
    assert_eq!((PROTOCOL.pair)(b"\x30\x03\x02\x01\x01", 0), None);
}

#[test]
fn every_prefix_and_every_changed_byte_stay_inside() {
    let samples = [
        simple(b"cn=mona", b"pw"),
        search(),
        bound(1, 49, b"no"),
        sasl(2, b"GSS-SPNEGO", b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2"),
    ];
    for sample in &samples {
        for at in 0..sample.len() {
            for change in [0_u8, 1, 0x7f, 0x80, 0x84, 0xff] {
                let mut bytes = sample.clone();
                bytes[at] = change;
                for part in [&bytes[..], &bytes[..at]] {
                    let tree = described(TO, part);
                    assert!(
                        tree.nodes.iter().all(|n| n.at.end as usize <= tree.buffers[usize::from(n.buffer)].bytes.len())
                    );
                }
            }
        }
        let cut = described(TO, &sample[..sample.len() - 1]);
        assert!(!marks(&cut).is_empty());
    }
}
