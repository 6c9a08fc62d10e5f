//! Hellos made by hand, and streams cut in every way.

use super::fields as f;
use super::session::{Note, Session};
use super::{PROTOCOL, conversation, handshake, ja3, parse};
use crate::fact::Fact;
use crate::field::{Field, Mark, Sink, Tree};
use crate::protocol::{
    Budget, Context, Conversation, Direction, Found, Input, Likelihood, Message, Opening, Out, Progress, Protocol,
};
use crate::secrets::{Secret, TlsKeys};
use std::net::SocketAddr;

fn dissect(bytes: &[u8], note: Note) -> Tree {
    let mut tree = Tree::new(true);
    tree.enter("Frame", bytes);
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: note.pack(), context: &context };
    Out::new(&mut tree, &mut Budget::default(), bytes).give(&PROTOCOL, &message);
    tree
}

fn values<'t>(tree: &'t Tree, field: &'static Field) -> Vec<&'t str> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f == field)).map(|n| &*n.value).collect()
}

fn marks(tree: &Tree) -> Vec<String> {
    tree.nodes.iter().filter_map(|n| n.mark).map(Mark::text).collect()
}

fn vector(size: usize, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length[4 - size..], &body].concat()
}

fn record(content: u8, version: u16, fragment: &[u8]) -> Vec<u8> {
    [&[content][..], &version.to_be_bytes(), &vector(2, &[fragment])].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &vector(3, &[body])].concat()
}

fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &vector(2, &[data])].concat()
}

fn words(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|w| w.to_be_bytes()).collect()
}

fn client_hello(version: u16, suites: &[u16], extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions = if extensions.is_empty() { Vec::new() } else { vector(2, &[&extensions.concat()]) };
    let suites = vector(2, &[&words(suites)]);
    message(1, &[&version.to_be_bytes()[..], &[7; 32], &[0], &suites, &[1, 0], &extensions].concat())
}

fn server_hello(version: u16, suite: u16, extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions = if extensions.is_empty() { Vec::new() } else { vector(2, &[&extensions.concat()]) };
    let id = vector(1, &[b"session"]);
    message(2, &[&version.to_be_bytes()[..], &[8; 32], &id, &suite.to_be_bytes(), &[0], &extensions].concat())
}

fn rich_hello() -> Vec<u8> {
    let name = vector(2, &[&[0], &vector(2, &[b"lyncdiscover.contoso.com"])]);
    let alpn = vector(2, &[&vector(1, &[b"h2"]), &vector(1, &[b"http/1.1"])]);
    client_hello(
        0x0303,
        &[0x1a1a, 0x1301, 0xc02f],
        &[
            extension(0x3a3a, &[]),
            extension(0, &name),
            extension(10, &vector(2, &[&words(&[0x5a5a, 0x001d])])),
            extension(11, &vector(1, &[&[0]])),
            extension(13, &vector(2, &[&words(&[0x0403, 0x0804])])),
            extension(16, &alpn),
            extension(43, &vector(1, &[&words(&[0x0304, 0x0303])])),
        ],
    )
}

#[test]
fn a_client_hello_and_what_it_offers() {
    let tree = dissect(&record(22, 0x0301, &rich_hello()), Note { first: true, ..Note::default() });
    assert_eq!(values(&tree, &f::RECORD_VERSION), ["0x0301"]);
    assert_eq!(values(&tree, &f::VERSION), ["0x0303"]);
    assert_eq!(values(&tree, &f::SUITE), ["0x1a1a", "0x1301", "0xc02f"]);
    assert_eq!(values(&tree, &f::EXT_TYPE), ["14906", "0", "10", "11", "13", "16", "43"]);
    assert_eq!(values(&tree, &f::SERVER_NAME), ["lyncdiscover.contoso.com"]);
    assert_eq!(values(&tree, &f::ALPN), ["h2", "http/1.1"]);
    assert_eq!(values(&tree, &f::SUPPORTED_VERSION), ["0x0304", "0x0303"]);
    assert_eq!(values(&tree, &f::SUPPORTED_GROUP), ["0x5a5a", "0x001d"]);
    assert_eq!(values(&tree, &f::SIGNATURE_ALG), ["0x0403", "0x0804"]);
    assert_eq!(values(&tree, &f::JA3_FULL), ["771,4865-49199,0-10-11-13-16-43,29,0"]);
    assert_eq!(values(&tree, &f::SESSION_ID), [""; 0]);
    assert_eq!((tree.protocol, tree.info.as_str(), &tree.layers[..]), ("TLSv1", "Client Hello", &["tls"][..]));
    assert!(matches!(&tree.facts[..], [(Fact::Encrypted, _)]));
    assert_eq!(marks(&tree), [""; 0]);
    let body = &rich_hello()[4..];
    assert_eq!(handshake::client_hello(body).unwrap().server_name(), Some(&b"lyncdiscover.contoso.com"[..]));
}

#[test]
fn fingerprints_that_were_published() {
    // The two lines in the README of JA3.
    let suites = [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4];
    let name = vector(2, &[&[0], &vector(2, &[b"a"])]);
    let groups = vector(2, &[&words(&[23, 24, 25])]);
    let formats = vector(1, &[&[0]]);
    let hello = client_hello(769, &suites, &[extension(0, &name), extension(10, &groups), extension(11, &formats)]);
    let line = ja3::client(&handshake::client_hello(&hello[4..]).unwrap());
    assert_eq!(line, "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
    assert_eq!(ja3::digest(&line), "ada70206e40642a3e4461f35503241d5");
    let hello = client_hello(769, &[4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], &[]);
    let line = ja3::client(&handshake::client_hello(&hello[4..]).unwrap());
    assert_eq!(line, "769,4-5-10-9-100-98-3-6-19-18-99,,,");
    assert_eq!(ja3::digest(&line), "de350869b8c85de67a350c8d186f11e6");
}

#[test]
fn a_flight_of_the_server() {
    let point = vector(1, &[&[4; 65]]);
    let signature = [&[4, 1][..], &vector(2, &[&[5; 256]])].concat();
    let exchange = [&[3, 0, 0x1d][..], &point, &signature].concat();
    let certificates = vector(3, &[&vector(3, &[b"leaf"]), &vector(3, &[b"issuer"])]);
    let flight = [
        server_hello(0x0303, 0xc030, &[extension(65281, &[0])]),
        message(11, &certificates),
        message(12, &exchange),
        message(14, &[]),
    ]
    .concat();
    let tree = dissect(&record(22, 0x0303, &flight), Note::default());
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["2", "11", "12", "14"]);
    assert_eq!(values(&tree, &f::SESSION_ID), ["73657373696f6e"]);
    assert_eq!(values(&tree, &f::CERTIFICATE), ["6c656166", "697373756572"]);
    assert_eq!((values(&tree, &f::NAMED_CURVE), values(&tree, &f::SIGNATURE_ALG)), (vec!["0x001d"], vec!["0x0401"]));
    assert_eq!(values(&tree, &f::JA3S_FULL), ["771,49200,65281"]);
    assert_eq!(tree.info, "Server Hello, Certificate, Server Key Exchange, Server Hello Done");
    assert_eq!(tree.protocol, "TLSv1.2");
    // Before TLS 1.2 no algorithm stands before the signature.
    let old = [&[3, 0, 0x17][..], &point, &vector(2, &[&[5; 256]])].concat();
    let tree = dissect(&record(22, 0x0301, &message(12, &old)), Note::default());
    assert_eq!((values(&tree, &f::SIGNATURE_ALG), values(&tree, &f::SIGNATURE_LENGTH)), (vec![], vec!["256"]));
}

#[test]
fn what_follows_a_change_of_cipher_is_encrypted() {
    let finished = [20, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let bytes = [record(20, 0x0303, &[1]), record(22, 0x0303, &finished)].concat();
    let tree = dissect(&bytes, Note::default());
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), [""; 0]);
    assert_eq!(tree.info, "Change Cipher Spec, Encrypted Handshake Message");
    // In TLS 1.3 a change of cipher means nothing: a second ClientHello may follow it.
    let session = Session { version: 0x0304, changed: true };
    let tree = dissect(&record(22, 0x0303, &rich_hello()), Note { session, ..Note::default() });
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["1"]);
}

#[test]
fn data_of_tls_1_3_hides_its_type() {
    let hello = server_hello(0x0303, 0x1301, &[extension(43, &[3, 4])]);
    let bytes = [record(22, 0x0303, &hello), record(23, 0x0303, &[9; 40])].concat();
    let tree = dissect(&bytes, Note::default());
    assert_eq!((values(&tree, &f::CONTENT_TYPE), values(&tree, &f::OPAQUE_TYPE)), (vec!["22"], vec!["23"]));
    assert_eq!(tree.protocol, "TLSv1.3");
    let tree = dissect(&record(23, 0x0303, &[9; 40]), Note::default());
    assert_eq!((values(&tree, &f::CONTENT_TYPE), tree.protocol), (vec!["23"], "TLSv1.2"));
}

#[test]
fn alerts_in_clear_and_encrypted() {
    let tree = dissect(&record(21, 0x0303, &[2, 40]), Note::default());
    assert_eq!(tree.info, "Alert (Level: Fatal, Description: Handshake Failure)");
    let tree = dissect(&record(21, 0x0303, &[2; 26]), Note::default());
    assert_eq!((tree.info.as_str(), values(&tree, &f::ALERT_LEVEL)), ("Encrypted Alert", vec![]));
    let tree = dissect(&record(21, 0x0303, &[9, 40]), Note::default());
    assert_eq!(tree.info, "Encrypted Alert");
}

#[test]
fn a_handshake_message_that_spans_records() {
    let hello = rich_hello();
    let bytes: Vec<u8> = hello.chunks(50).flat_map(|part| record(22, 0x0301, part)).collect();
    let tree = dissect(&bytes, Note::default());
    assert_eq!(values(&tree, &f::SERVER_NAME), ["lyncdiscover.contoso.com"]);
    assert_eq!(tree.info, "Client Hello");
    assert_eq!(marks(&tree), [""; 0]);
    let tree = dissect(&bytes[..110], Note::default());
    assert_eq!(values(&tree, &f::HANDSHAKE_TYPE), ["1"]);
    assert_eq!(marks(&tree), ["the handshake message goes on behind these records"]);
}

/// The hello by which Communicator on old systems offers TLS 1.0.
fn ssl2_hello() -> Vec<u8> {
    let body = [&[1, 3, 1, 0, 6, 0, 0, 0, 16][..], &[0, 0, 4, 1, 0, 0x80], &[6; 16]].concat();
    [&[0x80, u8::try_from(body.len()).unwrap()][..], &body].concat()
}

#[test]
fn a_hello_of_ssl_2() {
    let tree = dissect(&ssl2_hello(), Note::default());
    assert_eq!((values(&tree, &f::RECORD_VERSION), values(&tree, &f::VERSION)), (vec!["0x0002"], vec!["0x0301"]));
    assert_eq!(values(&tree, &f::SPEC), ["0x000004", "0x010080"]);
    assert_eq!((tree.protocol, tree.info.as_str()), ("SSLv2", "Client Hello"));
    let mut wrong = ssl2_hello();
    wrong[6] = 7;
    assert!(parse::ssl2_hello(&wrong).is_err());
}

#[test]
fn every_prefix_is_dissected_and_stays_inside() {
    let certificates = vector(3, &[&vector(3, &[b"leaf"])]);
    let flight = [server_hello(0x0303, 0xc030, &[extension(65281, &[0])]), message(11, &certificates)].concat();
    for whole in [record(22, 0x0301, &rich_hello()), record(22, 0x0303, &flight), ssl2_hello()] {
        for end in 1..whole.len() {
            let tree = dissect(&whole[..end], Note::default());
            assert!(tree.nodes.iter().all(|n| n.at.start <= n.at.end && n.at.end as usize <= end), "cut at {end}");
            assert!(!marks(&tree).is_empty(), "a cut at {end} is not noticed");
        }
    }
}

#[test]
fn every_length_may_be_wrong() {
    let whole = record(22, 0x0301, &rich_hello());
    for at in 5..whole.len() {
        for wrong in [0, 1, 0x7f, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = wrong;
            let tree = dissect(&bytes, Note::default());
            assert!(tree.nodes.iter().all(|n| tree.buffers[usize::from(n.buffer)].bytes.len() >= n.at.end as usize));
        }
    }
}

#[test]
fn first_bytes() {
    use Likelihood::{No, Perhaps, Surely, Unsure};
    let hello = record(22, 0x0301, &rich_hello());
    assert_eq!(conversation::probe(&hello), Surely);
    assert_eq!(conversation::probe(&hello[..6]), Surely);
    assert_eq!(conversation::probe(&hello[..4]), Unsure);
    assert_eq!(conversation::probe(&record(23, 0x0303, &[0; 9])), Perhaps);
    assert_eq!(conversation::probe(&ssl2_hello()), Surely);
    assert_eq!(conversation::probe(&ssl2_hello()[..6]), Unsure);
    assert_eq!(conversation::probe(b"GET / HTTP/1.1"), No);
    assert_eq!(conversation::probe(&[22, 3, 1, 0xff, 0xff, 1]), No);
    assert_eq!(conversation::probe(&[22, 2, 1, 0, 9, 1]), No);
    assert_eq!(conversation::probe(&[20, 3, 1, 0, 0, 1]), No);
}

/// What a conversation told: messages, then the stream inside.
#[derive(Default)]
pub(super) struct Heard(pub(super) Vec<(Vec<u8>, Note)>, pub(super) Vec<u8>);

impl Found for Heard {
    fn message(&mut self, bytes: &[u8], note: u64) {
        self.0.push((bytes.to_vec(), Note::unpack(note)));
    }

    fn opened(&mut self, bytes: &[u8], note: u64) {
        self.message(bytes, note);
    }

    fn inner(&mut self, bytes: Secret) {
        self.1.extend_from_slice(bytes.bytes());
    }

    fn becomes(&mut self, _: Option<&'static Protocol>) {}
}

fn opened() -> Box<dyn Conversation> {
    opened_with(None)
}

pub(super) fn opened_with(keys: Option<&TlsKeys>) -> Box<dyn Conversation> {
    let here = SocketAddr::from(([192, 0, 2, 1], 1));
    conversation::open(&Opening { client: here, server: here, encrypted: false, keys })
}

/// Offers segments as the engine does; what is left waits for the next.
pub(super) fn feed(talk: &mut dyn Conversation, from: Direction, segments: &[&[u8]], heard: &mut Heard) {
    let mut carry = Vec::new();
    for segment in segments {
        carry.extend_from_slice(segment);
        while !carry.is_empty() {
            match talk.feed(from, Input::Bytes(&carry), heard) {
                Progress::Took(0) => panic!("nothing taken, nothing wanted"),
                Progress::Took(n) => drop(carry.drain(..n)),
                Progress::More { took, need } => {
                    carry.drain(..took);
                    assert!(need == 0 || need >= carry.len(), "asks for less than there is");
                    break;
                }
                Progress::Skip { took, skip } => {
                    carry.drain(..took);
                    carry.drain(..carry.len().min(usize::try_from(skip).unwrap()));
                }
                Progress::NotMine => panic!("not mine"),
            }
        }
    }
}

fn stream() -> Vec<u8> {
    let long: Vec<u8> = vec![1; 300];
    let split = message(11, &vector(3, &[&vector(3, &[&long])]));
    [
        record(22, 0x0303, &server_hello(0x0303, 0x002f, &[])),
        record(22, 0x0303, &split[..100]),
        record(22, 0x0303, &split[100..]),
        record(20, 0x0303, &[1]),
        record(22, 0x0303, &[0xab; 40]),
        record(23, 0x0303, &[0xcd; 60]),
    ]
    .concat()
}

#[test]
fn however_a_stream_is_cut_nothing_is_lost() {
    let whole = stream();
    for cut in 0..=whole.len() {
        let mut heard = Heard::default();
        feed(opened().as_mut(), Direction::ToClient, &[&whole[..cut], &whole[cut..]], &mut heard);
        let said: Vec<u8> = heard.0.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        assert_eq!(said, whole, "cut at {cut}");
        assert!(heard.0.iter().all(|(bytes, note)| {
            let tree = dissect(bytes, *note);
            values(&tree, &f::HANDSHAKE_TYPE).iter().all(|t| ["2", "11"].contains(t))
        }));
        assert_eq!(heard.0.iter().filter(|(_, note)| note.first).count(), 1);
    }
    let mut heard = Heard::default();
    let bytes: Vec<&[u8]> = whole.chunks(1).collect();
    feed(opened().as_mut(), Direction::ToClient, &bytes, &mut heard);
    assert_eq!(heard.0.len(), 5, "the two records of the certificate stay together");
}

#[test]
fn a_record_begun_earlier_is_a_message_by_itself() {
    let (one, two, three) = (record(23, 0x0303, &[1; 50]), record(23, 0x0303, &[2; 50]), record(23, 0x0303, &[3; 50]));
    let whole = [one, two, three].concat();
    let mut heard = Heard::default();
    feed(opened().as_mut(), Direction::ToServer, &[&whole[..20], &whole[20..]], &mut heard);
    let lengths: Vec<_> = heard.0.iter().map(|(bytes, note)| (bytes.len(), note.more)).collect();
    assert_eq!(lengths, [(55, false), (110, true)]);
    let mut heard = Heard::default();
    feed(opened().as_mut(), Direction::ToServer, &[&whole], &mut heard);
    assert_eq!(heard.0.len(), 1);
}

#[test]
fn the_version_reaches_the_other_direction() {
    let mut talk = opened();
    let mut heard = Heard::default();
    feed(talk.as_mut(), Direction::ToServer, &[&record(22, 0x0301, &rich_hello())], &mut heard);
    let hello = record(22, 0x0303, &server_hello(0x0303, 0x1301, &[extension(43, &[3, 4])]));
    feed(talk.as_mut(), Direction::ToClient, &[&hello], &mut heard);
    feed(talk.as_mut(), Direction::ToServer, &[&record(23, 0x0303, &[0; 30])], &mut heard);
    let versions: Vec<_> = heard.0.iter().map(|(_, note)| note.session.version).collect();
    assert_eq!(versions, [0, 0, 0x0304]);
}

#[test]
fn behind_a_gap_the_stream_is_found_again() {
    let data = record(23, 0x0303, &[1; 100]);
    let after = [record(23, 0x0303, &[2; 30]), record(21, 0x0303, &[1, 0])].concat();
    // The gap lies inside a record that was begun: its end is known.
    let mut talk = opened();
    let mut heard = Heard::default();
    feed(talk.as_mut(), Direction::ToServer, &[&data, &data[..40]], &mut heard);
    talk.feed(Direction::ToServer, Input::End(&data[..40]), &mut heard);
    talk.feed(Direction::ToServer, Input::Gap(30), &mut heard);
    feed(talk.as_mut(), Direction::ToServer, &[&[&data[70..], &after].concat()], &mut heard);
    assert_eq!(heard.0.iter().map(|(b, _)| b.len()).collect::<Vec<_>>(), [105, 40, after.len()]);
    // It swallowed a record's start: the next segment that begins like a record is taken for one.
    let mut talk = opened();
    let mut heard = Heard::default();
    feed(talk.as_mut(), Direction::ToServer, &[&data], &mut heard);
    talk.feed(Direction::ToServer, Input::Gap(30), &mut heard);
    feed(talk.as_mut(), Direction::ToServer, &[&[9; 80]], &mut heard);
    feed(talk.as_mut(), Direction::ToServer, &[&after], &mut heard);
    assert_eq!(heard.0.iter().map(|(b, _)| b.len()).collect::<Vec<_>>(), [105, after.len()]);
}

#[test]
fn what_never_was_tls_is_given_back() {
    let mut heard = Heard::default();
    let progress = opened().feed(Direction::ToServer, Input::Bytes(b"REGISTER sip:a SIP/2.0\r\n"), &mut heard);
    assert_eq!((progress, heard.0.len()), (Progress::NotMine, 0));
}

#[test]
fn a_length_of_sixteen_million_is_marked_and_not_waited_for() {
    let start = record(22, 0x0303, &[&[11, 0xff, 0xff, 0xff][..], &[0; 400]].concat());
    let tree = dissect(&start, Note::default());
    assert_eq!(tree.info, "Encrypted Handshake Message");
    assert_eq!(marks(&tree), ["encrypted, or of a length that no handshake message has"]);
    let mut heard = Heard::default();
    feed(opened().as_mut(), Direction::ToClient, &[&start, &start], &mut heard);
    assert_eq!(heard.0.len(), 2, "each record is told of at once");
}

#[test]
fn lists_that_lie_inside_hellos_and_certificates_are_marked() {
    // A certificate of 2^24 - 1 bytes, an extension of 65535, a list of suites beyond the hello.
    let certificate = message(11, &vector(3, &[&[0xff, 0xff, 0xff, 0x30, 0x82, 0xff, 0xff]]));
    let hello = client_hello(0x0303, &[0x1301], &[[&[0, 0, 0xff, 0xff][..], &[0; 9]].concat()]);
    let mut suites = client_hello(0x0303, &[0x1301], &[]);
    suites[39..41].copy_from_slice(&[0xff, 0xfe]);
    for (wrong, why) in [
        (certificate, "malformed: not readable from here"),
        (hello, "malformed: an extension runs beyond its list"),
        (suites, "malformed: not readable from here"),
    ] {
        assert_eq!(marks(&dissect(&record(22, 0x0303, &wrong), Note::default())), [why]);
    }
}

#[test]
fn a_handshake_message_without_end_is_not_waited_for() {
    let mut talk = opened();
    let mut heard = Heard::default();
    let start = record(22, 0x0303, &[&[11, 1, 0xff, 0xff][..], &[0; 8000]].concat());
    let more = record(22, 0x0303, &[0; 8000]);
    let mut segments: Vec<&[u8]> = vec![&start];
    segments.extend(std::iter::repeat_n(&more[..], 20));
    feed(talk.as_mut(), Direction::ToClient, &segments, &mut heard);
    assert!(!heard.0.is_empty());
}
