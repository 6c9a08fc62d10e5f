//! What SIP messages say, seen through the tree, the facts and the conversation.

use super::conversation::{BODY_LEFT_OUT, COMPRESSED, Messages};
use super::{PROTOCOL, probe};
use crate::fact::{Fact, Scheme, Start, Token};
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{
    Budget, Context, Conversation, Direction, Found, Input, Likelihood, Message, Out, Progress, Protocol,
};
use crate::wire::Span;

fn lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn describe(bytes: &[u8], note: u64, show_secrets: bool) -> Tree {
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note, context: &context };
    let mut tree = Tree::new(show_secrets);
    tree.enter("Frame", bytes);
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    tree.leave();
    tree
}

fn tree(text: &str) -> Tree {
    describe(&lines(text), 0, false)
}

/// The values of a field, joined as a column prints them.
fn values(tree: &Tree, name: &str) -> String {
    let of = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
    of.map(|n| &*n.value).collect::<Vec<_>>().join(",")
}

const CHALLENGE: &str = "SIP/2.0 401 Unauthorized
Date: Tue, 24 Oct 2017 13:28:50 GMT
WWW-Authenticate: NTLM realm=\"SIP Communications Service\", targetname=\"fe01.corvid.example\", version=4
WWW-Authenticate: Kerberos realm=\"SIP Communications Service\", targetname=\"sip/fe01.corvid.example\", version=4
WWW-Authenticate: TLS-DSK realm=\"SIP Communications Service\", targetname=\"fe01.corvid.example\", version=4, sts-uri=\"https://fe01.corvid.example:443/CertProv/CertProvisioningService.svc\"
From: <sip:mona.reyes@corvid.example>;tag=5883614761;epid=ce6360536420
To: <sip:mona.reyes@corvid.example>;tag=6DBC58BA
Call-ID: A411g
CSeq: 1 REGISTER
ms-diagnostics: 1000;reason=\"Final; handshake failed\";source=\"fe01.corvid.example\";HRESULT=\"0xC3E93EC3\"
ms-diagnostics-public: 1000;reason=\"Final handshake failed\"
Via: SIP/2.0/TLS [2001:db8:66::101]:52568;branch=z9hG4bK1;received=2001:db8:66::101;ms-received-port=52568, SIP/2.0/tcp edge : 5060;rport
Server: RTC/5.0
Content-Length: 0

";

const REGISTER: &str = "REGISTER sip:corvid.example SIP/2.0
v: SIP/2.0/tcp [2001:db8:66::101]:52568;branch=z9hG4bKF0
f: \"Reyes, Mona\" <sip:mona.reyes@corvid.example>;tag=5574729673;epid=ce6360536420
t: <sip:mona.reyes@corvid.example>
Max-Forwards: 70
CSeq: 3 REGISTER
User-Agent: UCCAPI/16.0.4405.1000 OC/16.0.4405.1000 (Skype for Business)
i: A411g
m: <sip:[2001:db8:66::101]:52568;transport=tls;ms-opaque=d347>;methods=\"INVITE, ACK\";+sip.instance=\"<urn:uuid:f720091a-3e74-5326-afc6-7b7a19defafe>\"
ms-keep-alive: UAC;hop-hop=yes
Event: registration
Authorization: NTLM qop=\"auth\", opaque=\"5E6F03D7\", realm=\"SIP Communications Service\",
 targetname=\"fe01.corvid.example\", gssapi-data=\"TlRMTVNTUAADAAAAGAAY
 AGAAAADOAM4AeAAAAA==\", version=4, crand=\"0d1d819a\", cnum=\"1\", response=\"01000000abcd\"
Content-Length: 0

";

#[test]
fn a_challenge_shows_one_offer_for_each_scheme() {
    let tree = tree(CHALLENGE);
    assert_eq!(values(&tree, "sip.auth.scheme"), "NTLM,Kerberos,TLS-DSK");
    assert_eq!(values(&tree, "auth.version"), "4,4,4");
    assert_eq!(values(&tree, "auth.sts_uri"), "https://fe01.corvid.example:443/CertProv/CertProvisioningService.svc");
    assert_eq!(values(&tree, "sip.auth.realm").matches("\"SIP Communications Service\"").count(), 3);
    assert_eq!(values(&tree, "sip.Via.transport"), "TLS,tcp");
    assert_eq!(values(&tree, "sip.Via.sent-by.address"), "2001:db8:66::101,edge");
    assert_eq!(values(&tree, "sip.Via.sent-by.port"), "52568,5060");
    assert_eq!(values(&tree, "sip.Via.rport"), "rport");
    assert_eq!(values(&tree, "auth.diagnostics.id"), "1000,1000");
    assert_eq!(values(&tree, "auth.diagnostics.reason"), "Final; handshake failed,Final handshake failed");
    assert_eq!(values(&tree, "auth.diagnostics.source"), "fe01.corvid.example");
    assert_eq!((tree.protocol, tree.info.as_str()), ("SIP", "Status: 401 Unauthorized | "));
    assert!(tree.nodes.iter().all(|n| n.mark.is_none()), "{}", tree.text());
}

#[test]
fn facts_begin_with_the_head_and_go_on_with_the_offers_in_order() {
    let tree = tree(CHALLENGE);
    let Fact::Head(head) = &tree.facts[0].0 else { panic!("{:?}", tree.facts[0]) };
    assert_eq!(head.start, Start::Response { status: 401, phrase: "Unauthorized".into() });
    assert_eq!(head.date.unwrap().rfc3339_seconds(), "2017-10-24T13:28:50Z");
    assert_eq!(head.server.as_deref(), Some("RTC/5.0"));
    assert_eq!(head.diagnostics.len(), 2);
    assert_eq!(head.diagnostics[0].reason, "Final; handshake failed");
    let sip = head.sip.as_ref().unwrap();
    assert_eq!((sip.call_id.as_str(), sip.cseq, sip.method.as_str()), ("A411g", 1, "REGISTER"));
    assert_eq!((sip.epid.as_deref(), sip.to_tag.as_deref()), (Some("ce6360536420"), Some("6DBC58BA")));
    let offered: Vec<_> = tree.facts[1..]
        .iter()
        .map(|(fact, _)| match fact {
            Fact::Offer(offer) => (offer.scheme.clone(), offer.target.clone().unwrap(), offer.token),
            other => panic!("{other:?}"),
        })
        .collect();
    let host = "fe01.corvid.example".to_owned();
    assert_eq!(
        offered,
        [
            (Scheme::Ntlm, host.clone(), Token::Absent),
            (Scheme::Kerberos, "sip/fe01.corvid.example".to_owned(), Token::Absent),
            (Scheme::TlsDsk, host, Token::Absent)
        ]
    );
}

#[test]
fn a_signed_register_in_compact_and_folded_form() {
    let tree = tree(REGISTER);
    assert_eq!(values(&tree, "sip.from.addr"), "sip:mona.reyes@corvid.example");
    assert_eq!(values(&tree, "sip.from.display.info"), "\"Reyes, Mona\"");
    assert_eq!(values(&tree, "sip.contact.uri"), "sip:[2001:db8:66::101]:52568;transport=tls;ms-opaque=d347");
    assert_eq!(values(&tree, "sip.contact.port"), "52568");
    assert_eq!(values(&tree, "sip.CSeq.method"), "REGISTER");
    assert_eq!(values(&tree, "auth.crand"), "0d1d819a");
    assert_eq!(values(&tree, "auth.response"), "01000000abcd");
    assert_eq!(values(&tree, "sip.auth.digest.response"), "\"01000000abcd\"");
    assert!(tree.info.starts_with("Request: REGISTER sip:corvid.example  (1 binding) | "), "{}", tree.info);
    let Fact::Head(head) = &tree.facts[0].0 else { panic!("no head") };
    let sip = head.sip.as_ref().unwrap();
    assert_eq!(sip.instance.as_deref(), Some("urn:uuid:f720091a-3e74-5326-afc6-7b7a19defafe"));
    let Fact::Credential(credential) = &tree.facts[1].0 else { panic!("no credential") };
    assert_eq!((credential.version, credential.token), (Some(4), Token::Bytes(28)));
    let signature = credential.signature.as_ref().unwrap();
    assert_eq!((signature.rand.as_str(), signature.number, signature.value.as_str()), ("0d1d819a", 1, "01000000abcd"));
}

#[test]
fn a_token_hangs_below_its_header_in_a_buffer_of_its_own() {
    let tree = tree(REGISTER);
    let buffer = tree.buffers.iter().find(|b| b.title == "Base64 of gssapi-data").unwrap();
    assert!(buffer.bytes.starts_with(b"NTLMSSP\0\x03"));
}

#[test]
fn secrets_are_masked_wherever_they_stand_unless_asked_for() {
    let digest = "REGISTER sip:a SIP/2.0
Authorization: Digest username=\"u\", realm=\"r\", nonce=\"n\", response=\"5f4dcc3b5aa765d6\"
Proxy-Authorization: Basic dXNlcjpTM2NyZXQ=

";
    for (message, secrets) in
        [(REGISTER, &["TlRMTVNTUAADAAAAGAAY"][..]), (digest, &["5f4dcc3b5aa765d6", "dXNlcjpTM2NyZXQ"])]
    {
        let masked = tree(message);
        let shown = describe(&lines(message), 0, true);
        for secret in secrets {
            assert!(masked.nodes.iter().all(|n| !n.value.contains(secret)), "{}", masked.text());
            assert!(!masked.text().contains(secret));
            assert!(shown.nodes.iter().filter(|n| n.value.contains(secret)).count() >= 3, "{}", shown.text());
        }
    }
    assert!(values(&tree(REGISTER), "sip.Authorization").contains("response=\"01000000abcd\""));
    let basic = tree(digest);
    assert!(values(&basic, "sip.Authorization").starts_with("Digest username=\"u\", realm=\"r\""));
    let Fact::Credential(credential) = &basic.facts[2].0 else { panic!("{:?}", basic.facts) };
    assert_eq!(credential.user.as_deref(), Some("user"));
}

#[test]
fn a_broken_fifth_header_leaves_four_good_ones() {
    let tree = tree(
        "SIP/2.0 407 Proxy Authentication Required
Proxy-Authenticate: NTLM realm=\"R\", targetname=\"a\", version=4
Proxy-Authenticate: Kerberos realm=\"R\", targetname=\"sip/a\"
Proxy-Authenticate: NTLM opaque=\"1\", gssapi-data=\"%%%\", targetname=\"a\"
Proxy-Authenticate
Proxy-Authenticate: TLS-DSK realm=\"never closed
CSeq: 1 REGISTER

",
    );
    assert_eq!(values(&tree, "sip.auth.scheme"), "NTLM,Kerberos,NTLM,TLS-DSK");
    assert_eq!(values(&tree, "sip.CSeq.method"), "REGISTER");
    let marks: Vec<_> = tree.nodes.iter().filter_map(|n| n.mark).collect();
    assert_eq!(
        marks,
        [
            Mark::Malformed("not base64"),
            Mark::Malformed("a header line without a colon"),
            Mark::Malformed("a quote that is not closed")
        ]
    );
    let tokens: Vec<_> = tree
        .facts
        .iter()
        .filter_map(|(fact, _)| match fact {
            Fact::Offer(offer) => Some((offer.proxy, offer.token)),
            _ => None,
        })
        .collect();
    assert_eq!(tokens, [(true, Token::Absent), (true, Token::Absent), (true, Token::Broken), (true, Token::Absent)]);
}

#[test]
fn the_empty_token_starts_ntlm() {
    let tree = tree("REGISTER sip:a SIP/2.0\nAuthorization: NTLM qop=\"auth\", gssapi-data=\"\", version=4\n\n");
    let Fact::Credential(credential) = &tree.facts[1].0 else { panic!("{:?}", tree.facts) };
    assert_eq!((credential.token, credential.signature.clone()), (Token::Empty, None));
}

#[test]
fn the_servers_proof_is_shown_in_both_headers() {
    for (name, wireshark) in [("Authentication-Info", "\"SIP\""), ("Proxy-Authentication-Info", "")] {
        let tree = tree(&format!(
            "SIP/2.0 200 OK\nCSeq: 3 REGISTER\n{name}: NTLM qop=\"auth\", srand=\"912BDA91\", snum=\"1\", rspauth=\"0100\", realm=\"SIP\"\n\n"
        ));
        assert_eq!(values(&tree, "sip.auth.qop"), "");
        assert_eq!(values(&tree, "sip.auth.realm"), wireshark);
        assert_eq!(values(&tree, "auth.rspauth"), "0100");
        assert_eq!(values(&tree, "auth.scheme"), "NTLM");
        assert_eq!(tree.info, "Status: 200 OK (REGISTER)  (0 bindings) | ");
        let Fact::Assurance(assurance) = &tree.facts[1].0 else { panic!("{:?}", tree.facts) };
        assert_eq!(assurance.signature.as_ref().unwrap().value, "0100");
    }
}

#[test]
fn the_packet_list_counts_bindings_as_wireshark_does() {
    let info = |contact: &str, expires: &str| {
        tree(&format!("REGISTER sip:a SIP/2.0\nCSeq: 1 REGISTER\n{contact}Expires: {expires}\n\n")).info
    };
    assert_eq!(info("", "60"), "Request: REGISTER sip:a  (fetch bindings) | ");
    assert_eq!(info("Contact: *\n", "0"), "Request: REGISTER sip:a  (remove all bindings) | ");
    assert_eq!(info("Contact: <sip:b>\n", "0"), "Request: REGISTER sip:a  (remove 1 binding) | ");
    assert_eq!(
        info("Contact: <sip:b>;expires=0, <sip:c>\n", "60"),
        "Request: REGISTER sip:a  (remove 1 binding) (add 1 binding) | "
    );
    assert_eq!(info("Contact: <sip:b>, <sip:c>\n", "60"), "Request: REGISTER sip:a  (2 bindings) | ");
}

#[test]
fn bodies_are_cut_where_content_length_says() {
    let message = |length: &str| {
        tree(&format!("MESSAGE sip:a SIP/2.0\nContent-Type: text/plain;charset=UTF-8\n{length}\nhello\nyou"))
    };
    assert_eq!(values(&message("Content-Length: 7\n"), "sip.body_line"), "hello");
    assert_eq!(values(&message(""), "sip.body_line"), "hello,you");
    assert_eq!(message("").layers, ["data-text-lines"]);
    let cut = message("Content-Length: 70\n");
    assert!(cut.nodes.iter().any(|n| n.mark == Some(Mark::Truncated)));
    let left_out = describe(&lines("MESSAGE sip:a SIP/2.0\nContent-Length: 2000000\n\n"), BODY_LEFT_OUT, false);
    assert_eq!(left_out.nodes.iter().find_map(|n| n.mark), Some(Mark::TooLarge));
}

#[test]
fn a_compressed_body_is_inflated() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"<a/>").unwrap();
    let body = encoder.finish().unwrap();
    let mut message = lines("NOTIFY sip:a SIP/2.0\nContent-Encoding: gzip\nContent-Type: application/pidf+xml\n\n");
    message.extend_from_slice(&body);
    assert_eq!(values(&describe(&message, 0, false), "sip.body_line"), "<a/>");
    message.truncate(message.len() - 9);
    let broken = describe(&message, 0, false);
    assert!(broken.nodes.iter().any(|n| n.mark == Some(Mark::Malformed("does not inflate"))), "{}", broken.text());
}

#[test]
fn compressed_bytes_are_marked_and_not_malformed() {
    let tree = describe(&[0x80, 1, 2, 3], COMPRESSED, false);
    assert!(matches!(tree.nodes.last().unwrap().mark, Some(Mark::Undecrypted(why)) if why.starts_with("compressed")));
    assert!(tree.facts.is_empty());
}

/// Notes the facts and nothing else, as the scan does.
#[derive(Default)]
struct Facts(Vec<Fact>);

impl Sink for Facts {
    fn wants_fields(&self) -> bool {
        false
    }

    fn fact(&mut self, fact: Fact, _: Span) {
        self.0.push(fact);
    }
}

#[test]
fn facts_are_the_same_whether_somebody_looks_or_not() {
    for text in [CHALLENGE, REGISTER] {
        let bytes = lines(text);
        let context = Context::default();
        let message = Message { bytes: &bytes, from: Direction::ToServer, note: 0, context: &context };
        let mut facts = Facts::default();
        (PROTOCOL.dissect)(&message, &mut Out::new(&mut facts, &mut Budget::default(), &bytes));
        let seen: Vec<_> = describe(&bytes, 0, false).facts.into_iter().map(|(fact, _)| fact).collect();
        assert_eq!(facts.0, seen);
    }
}

#[test]
fn every_prefix_and_every_flipped_byte_is_described_inside_its_bounds() {
    for text in [
        CHALLENGE,
        REGISTER,
        "INVITE sip:a SIP/2.0\nReason: SIP;cause=200;text=\"x\"\nRoute: <sip:a;lr>,<sip:b>\nP-Asserted-Identity: <sip:a>, <tel:+1>\nContact: *\nVia: x\nCSeq: x\nExpires: y\n\nbody",
    ] {
        let whole = lines(text);
        let check = |bytes: &[u8]| {
            let tree = describe(bytes, 0, false);
            for node in &tree.nodes {
                let buffer = &tree.buffers[usize::from(node.buffer)];
                assert!(node.at.end as usize <= buffer.bytes.len(), "{node:?}");
            }
        };
        for len in 0..=whole.len() {
            check(&whole[..len]);
        }
        for at in 0..whole.len() {
            for byte in [0, b'"', b'<', b':', b',', b'\n', 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = byte;
                check(&bytes);
            }
        }
    }
}

/// What a conversation finds.
#[derive(Default)]
struct Heard(Vec<(Vec<u8>, u64)>);

impl Found for Heard {
    fn message(&mut self, bytes: &[u8], note: u64) {
        self.0.push((bytes.to_vec(), note));
    }

    fn becomes(&mut self, _: Option<&'static Protocol>) {
        panic!("SIP becomes nothing else");
    }
}

/// Feeds one direction the way the engine does: again from the first byte not taken, until nothing more is.
#[derive(Default)]
struct Wire {
    carry: Vec<u8>,
    skip: u64,
    refused: bool,
}

impl Wire {
    fn push(&mut self, talk: &mut Messages, from: Direction, bytes: &[u8], heard: &mut Heard) {
        self.carry.extend_from_slice(bytes);
        loop {
            let skipped = usize::try_from(self.skip).unwrap().min(self.carry.len());
            self.carry.drain(..skipped);
            self.skip -= skipped as u64;
            if self.carry.is_empty() {
                return;
            }
            match talk.feed(from, Input::Bytes(&self.carry), heard) {
                Progress::Took(0) => return,
                Progress::Took(n) => drop(self.carry.drain(..n)),
                Progress::More { took, .. } => {
                    self.carry.drain(..took);
                    return;
                }
                Progress::Skip { took, skip } => {
                    self.carry.drain(..took);
                    self.skip = skip;
                }
                Progress::NotMine => {
                    self.refused = true;
                    return;
                }
            }
        }
    }

    fn gap(&mut self, talk: &mut Messages, from: Direction, heard: &mut Heard) {
        talk.feed(from, Input::End(&self.carry), heard);
        self.carry.clear();
        talk.feed(from, Input::Gap(100), heard);
    }
}

const UP: Direction = Direction::ToServer;

fn heard(pieces: &[&[u8]]) -> (Heard, bool) {
    let (mut talk, mut wire, mut heard) = (Messages::default(), Wire::default(), Heard::default());
    for piece in pieces {
        wire.push(&mut talk, UP, piece, &mut heard);
    }
    talk.feed(UP, Input::End(&wire.carry), &mut heard);
    (heard, wire.refused)
}

fn three_messages() -> (Vec<u8>, Vec<Vec<u8>>) {
    let with_body = lines("MESSAGE sip:a SIP/2.0\nl: 9\n\nREGISTER\n");
    let messages = vec![lines(REGISTER), with_body[..with_body.len() - 1].to_vec(), lines("SIP/2.0 200 OK\n\n")];
    let stream = [&b"\r\n\r\n"[..], &messages[0], &messages[1], b"\r\n", &messages[2], b"\r\n\r\n"].concat();
    (stream, messages)
}

#[test]
fn pipelined_messages_are_found_however_they_are_cut() {
    let (stream, messages) = three_messages();
    let expected: Vec<_> = messages.into_iter().map(|m| (m, 0)).collect();
    for cut in 0..stream.len() {
        let (a, b) = stream.split_at(cut);
        assert_eq!(heard(&[a, b]).0.0, expected, "cut at {cut}");
    }
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(heard(&bytes).0.0, expected);
}

#[test]
fn after_a_gap_the_next_first_line_begins_a_message() {
    let (stream, messages) = three_messages();
    let (mut talk, mut wire, mut heard) = (Messages::default(), Wire::default(), Heard::default());
    wire.push(&mut talk, UP, &stream[..200], &mut heard);
    wire.gap(&mut talk, UP, &mut heard);
    wire.push(&mut talk, UP, b"lost=\"REGISTER sip:a SIP/2.0\"\r\nREGI", &mut heard);
    wire.push(&mut talk, UP, b"STER: no\r\n\r\nbody without end", &mut heard);
    wire.push(&mut talk, UP, b"\r\n", &mut heard);
    wire.push(&mut talk, UP, &messages[1], &mut heard);
    assert_eq!(heard.0, [(stream[4..200].to_vec(), 0), (messages[1].clone(), 0)]);
}

#[test]
fn a_body_too_long_to_keep_is_passed_over() {
    let head = lines("NOTIFY sip:a SIP/2.0\nContent-Length: 2000000\n\n");
    let body = vec![b'x'; 2_000_000];
    let next = lines("SIP/2.0 200 OK\n\n");
    let (heard, _) = heard(&[&head, &body, &next]);
    assert_eq!(heard.0, [(head, BODY_LEFT_OUT), (next, 0)]);
}

#[test]
fn a_head_without_end_is_given_up() {
    let mut endless = lines("NOTIFY sip:a SIP/2.0\n");
    for _ in 0..5000 {
        endless.extend_from_slice(b"X-Filler: 12345678\r\n");
    }
    let next = lines("SIP/2.0 200 OK\n\n");
    let pieces: Vec<&[u8]> = endless.chunks(1460).chain([&next[..]]).collect();
    assert_eq!(heard(&pieces).0.0, [(next.clone(), 0)]);
}

#[test]
fn a_stream_goes_on_compressed_only_after_negotiate_was_granted() {
    let ask =
        lines("NEGOTIATE sip:192.0.2.10:5061 SIP/2.0\nCSeq: 1 NEGOTIATE\nCompression: LZ77-8K\nMax-Forwards: 0\n\n");
    let answer = |status: &str| lines(&format!("SIP/2.0 {status}\nCSeq: 1 NEGOTIATE\nCompression: LZ77-8K\n\n"));
    let packed = [0xe2, 0x00, 0x41, 0x52, 0x45, 0x47];
    for (status, expected) in [("200 OK", vec![COMPRESSED]), ("405 Method Not Allowed", vec![])] {
        let (mut talk, mut up, mut down, mut heard) =
            (Messages::default(), Wire::default(), Wire::default(), Heard::default());
        up.push(&mut talk, UP, &ask, &mut heard);
        down.push(&mut talk, Direction::ToClient, &answer(status), &mut heard);
        up.push(&mut talk, UP, &packed, &mut heard);
        let notes: Vec<_> = heard.0[2..].iter().map(|(_, note)| *note).collect();
        assert_eq!(notes, expected, "{status}");
    }
    // Granted and not used: text goes on as text.
    let (mut talk, mut up, mut down, mut heard) =
        (Messages::default(), Wire::default(), Wire::default(), Heard::default());
    up.push(&mut talk, UP, &ask, &mut heard);
    down.push(&mut talk, Direction::ToClient, &answer("200 OK"), &mut heard);
    up.push(&mut talk, UP, &lines(REGISTER), &mut heard);
    assert_eq!(heard.0[2], (lines(REGISTER), 0));
}

#[test]
fn what_never_was_sip_is_given_back() {
    assert!(heard(&[b"GET / HTTP/1.1\r\n\r\n"]).1);
    assert!(!heard(&[b"REGI"]).1);
}

#[test]
fn first_lines_are_known_from_their_neighbours() {
    for (bytes, verdict) in [
        (&b"REGISTER sip:corvid.example SIP/2.0\r\n"[..], Likelihood::Surely),
        (b"\r\n\r\nOPTIONS sips:a SIP/2.0\n", Likelihood::Surely),
        (b"SIP/2.0 200 OK\r\n", Likelihood::Surely),
        (b"sip/2.0 401\r\n", Likelihood::Surely),
        (b"FUTURE-METHOD tel:+1 SIP/2.0\r\n", Likelihood::Surely),
        (b"SIP", Likelihood::Unsure),
        (b"SUB", Likelihood::Unsure),
        (b"SUBSCRIBE s", Likelihood::Unsure),
        (b"SUBSCRIBE sip:mona", Likelihood::Perhaps),
        (b"GET / HTTP/1.1\r\n", Likelihood::No),
        (b"GET http://a/ HTTP/1.1\r\n", Likelihood::No),
        (b"GET /", Likelihood::No),
        (b"SIP/2.0 2xx OK\r\n", Likelihood::No),
        (b"REGISTER corvid SIP/2.0\r\n", Likelihood::No),
        (b"REGISTER sip:a SIP/3.0\r\n", Likelihood::No),
        (b"\x16\x03\x01", Likelihood::No),
        (b"\r\n\r\n", Likelihood::No),
        (b"", Likelihood::No),
        (b"ANOVERLONGWORDTHATNOMETHODWOULDEVERBE", Likelihood::No),
    ] {
        assert_eq!(probe(bytes), verdict, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn request_and_response_share_a_key() {
    let pair = |text: &str| (PROTOCOL.pair)(&lines(text), 0);
    let request = pair("INVITE sip:a SIP/2.0\nCall-ID: x\nCSeq: 1 INVITE\n\n").unwrap();
    let response = pair("SIP/2.0 200 OK\nCall-ID: x\nCSeq: 1 INVITE\n\n").unwrap();
    let other = pair("SIP/2.0 200 OK\nCall-ID: x\nCSeq: 2 INVITE\n\n").unwrap();
    assert!(request.opens && !response.opens);
    assert_eq!(request.key, response.key);
    assert_ne!(request.key, other.key);
    assert_eq!(pair("ACK sip:a SIP/2.0\nCall-ID: x\nCSeq: 1 ACK\n\n"), None);
}
