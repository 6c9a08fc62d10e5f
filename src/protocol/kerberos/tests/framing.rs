//! Recognition, and messages in a stream.

use super::*;
use crate::fact::KerberosKind;
use crate::protocol::kerberos::conversation::{RECORD, Records};
use crate::protocol::{Conversation, Found, Input, Likelihood, Progress, Protocol};
use crate::wire::text::unhex;

fn record(message: &[u8]) -> Vec<u8> {
    [&u32::try_from(message.len()).unwrap().to_be_bytes(), message].concat()
}

#[test]
fn messages_are_known_on_any_port() {
    for sample in SAMPLES {
        assert_eq!((PROTOCOL.probe)(sample), Likelihood::Surely);
        assert_eq!((PROTOCOL.probe)(&record(sample)), Likelihood::Surely);
        // The first segment of a longer one.
        assert_eq!((PROTOCOL.probe)(&record(sample)[..60]), Likelihood::Surely);
        for end in 0..30 {
            assert_ne!((PROTOCOL.probe)(&record(sample)[..end]), Likelihood::No, "{end}");
        }
        assert_eq!((PROTOCOL.probe)(&[sample, b"more"].concat()), Likelihood::Perhaps);
    }
    // Another version, another type than the tag, other protocols.
    let mut v4 = AS_REQ.to_vec();
    v4[10] = 4;
    assert_eq!((PROTOCOL.probe)(&v4), Likelihood::No);
    let mut wrong = AS_REQ.to_vec();
    wrong[0] = 0x6c;
    assert_eq!((PROTOCOL.probe)(&wrong), Likelihood::Perhaps);
    let mut marked = record(AS_REQ);
    marked[3] += 1;
    assert_ne!((PROTOCOL.probe)(&marked), Likelihood::Surely);
    for other in [&b"REGISTER sip:a SIP/2.0\r\n\r\n"[..], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", &[0; 64]] {
        assert_eq!((PROTOCOL.probe)(other), Likelihood::No);
    }
    // LDAP's bind request and an SNMP trap are DER too.
    assert_eq!((PROTOCOL.probe)(&unhex("300c020101600702010304008000").unwrap()), Likelihood::No);
}

#[derive(Default)]
struct Collected(Vec<(Vec<u8>, u64)>);

impl Found for Collected {
    fn message(&mut self, bytes: &[u8], note: u64) {
        self.0.push((bytes.to_vec(), note));
    }
    fn becomes(&mut self, _: Option<&'static Protocol>) {}
}

/// Feeds a conversation as the engine does, in segments of `size` bytes.
fn converse(conversation: &mut Records, stream: &[u8], size: usize, found: &mut Collected) {
    let mut buffer = Vec::new();
    for segment in stream.chunks(size) {
        buffer.extend_from_slice(segment);
        loop {
            match conversation.feed(Direction::ToServer, Input::Bytes(&buffer), found) {
                Progress::Took(0) => break,
                Progress::Took(n) => drop(buffer.drain(..n)),
                Progress::More { took, .. } => {
                    buffer.drain(..took);
                    break;
                }
                other => panic!("{other:?}"),
            }
            if buffer.is_empty() {
                break;
            }
        }
    }
}

#[test]
fn records_are_found_however_they_are_cut() {
    let stream = [record(AS_REQ), record(TGS_REQ), record(AS_REP)].concat();
    let expected: Vec<_> = [AS_REQ, TGS_REQ, AS_REP].iter().map(|m| (record(m), RECORD)).collect();
    for size in [1, 2, 3, 7, 100, 1460, 5000] {
        let mut found = Collected::default();
        converse(&mut Records::default(), &stream, size, &mut found);
        assert_eq!(found.0, expected, "segments of {size}");
    }
    let tree = describe(&record(AS_REQ), RECORD);
    assert_eq!(values(&tree, "kerberos.rm.length"), ["179"]);
    assert_eq!(fact(&tree).kind, KerberosKind::AsReq);
}

#[test]
fn after_a_gap_the_next_record_is_found() {
    let rest = [&TGS_REP[500..], &record(AS_REP)[..], &record(SKEW)[..]].concat();
    for size in [1, 11, 5000] {
        let (mut conversation, mut found) = (Records::default(), Collected::default());
        assert_eq!(conversation.feed(Direction::ToServer, Input::Gap(504), &mut found), Progress::Took(0));
        converse(&mut conversation, &rest, size, &mut found);
        assert_eq!(found.0, [(record(AS_REP), RECORD), (record(SKEW), RECORD)], "segments of {size}");
    }
}

#[test]
fn the_reserved_bit_is_shown_and_left_behind() {
    let mut extension = record(b"");
    extension[0] = 0x80;
    let stream = [record(AS_REQ), extension.clone(), record(TGS_REQ)].concat();
    let (mut conversation, mut found) = (Records::default(), Collected::default());
    converse(&mut conversation, &stream, 64, &mut found);
    assert_eq!(found.0, [(record(AS_REQ), RECORD), (extension.clone(), RECORD), (record(TGS_REQ), RECORD)]);
    let tree = describe(&extension, RECORD);
    assert_eq!(values(&tree, "kerberos.rm.reserved"), ["1"]);
    assert_eq!(marks(&tree).len(), 1);
}

#[test]
fn other_streams_are_refused_and_a_cut_one_is_still_read() {
    let mut found = Collected::default();
    let http = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n and more than forty bytes in all";
    assert_eq!(Records::default().feed(Direction::ToServer, Input::Bytes(http), &mut found), Progress::NotMine);
    let half = &record(TGS_REP)[..400];
    Records::default().feed(Direction::ToClient, Input::End(half), &mut found);
    assert_eq!(found.0, [(half.to_vec(), RECORD)]);
    let tree = describe(half, RECORD);
    assert_eq!(fact(&tree).client, Some(principal("mona.reyes", "CORVID.EXAMPLE")));
    // The ticket's cipher is cut: no digest rather than a wrong one.
    assert_eq!(fact(&tree).service, Some(principal("sip/pool01.corvid.example", "CORVID.EXAMPLE")));
    assert_eq!(fact(&tree).ticket, None);
}
