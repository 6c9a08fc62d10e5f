//! What SIP messages say, seen through the tree and the facts.

mod stream;

use super::conversation::{BODY_LEFT_OUT, COMPRESSED};
use super::{PROTOCOL, probe};
use crate::fact::{Fact, Scheme, Start, Token};
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Likelihood, Message, Out};
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
fn a_registration_lasts_as_long_as_its_longest_binding() {
    let lasts = |lines: &str| {
        let tree = tree(&format!("REGISTER sip:a SIP/2.0\nCall-ID: a\nCSeq: 1 REGISTER\n{lines}\n"));
        let Fact::Head(head) = &tree.facts[0].0 else { panic!("{:?}", tree.facts) };
        head.sip.as_ref().unwrap().expires
    };
    assert_eq!(lasts("Expires: 0\nContact: *\n"), Some(0));
    assert_eq!(lasts("Contact: <sip:b>;expires=0\n"), Some(0));
    assert_eq!(lasts("Contact: <sip:b>;expires=0\nExpires: 60\n"), Some(0));
    assert_eq!(lasts("m: <sip:b>;expires=0, <sip:c>;expires=9\nExpires: 60\n"), Some(9));
    assert_eq!(lasts("Contact: <sip:b>;expires=0, <sip:c>\nExpires: 60\n"), Some(60));
    assert_eq!(lasts("Contact: <sip:b>;expires=0, <sip:c>\n"), None, "the registrar decides");
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
fn credentials_of_a_relay_are_masked() {
    // The service's own type is read as XML; relays of others hand out the like under any name.
    let own = "SIP/2.0 200 OK
Content-Type: application/msrtc-media-relay-auth+xml

<response><username>AgAAJ</username><password>s3cr=et</password><x:Password type=\"a\">two</x:Password></response>";
    let text = tree(own).text();
    assert!(text.contains("AgAAJ") && !text.contains("s3cr=et") && !text.contains("two"), "{text}");
    let message = "SIP/2.0 200 OK
Content-Type: application/x-relay+xml

<response><token><username>AgAAJ</username><password>s3cr=et</password><x:Password type=\"a\">two</x:Password></token>
<password></password><passwords>3</passwords>
";
    let text = values(&tree(message), "sip.body_line");
    assert!(!text.contains("s3cr=et") && !text.contains("two"), "{text}");
    assert!(text.contains("<username>AgAAJ</username><password>(hidden") && text.ends_with("<passwords>3</passwords>"));
    assert!(values(&describe(&lines(message), 0, true), "sip.body_line").contains("<password>s3cr=et</password>"));
}

#[test]
fn a_compressed_body_is_inflated() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"<a/>").unwrap();
    let body = encoder.finish().unwrap();
    let mut message = lines("NOTIFY sip:a SIP/2.0\nContent-Encoding: gzip\nContent-Type: application/pidf+xml\n\n");
    message.extend_from_slice(&body);
    assert_eq!(values(&describe(&message, 0, false), "xml.tag"), "<a");
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
    let request = pair("INVITE sip:a SIP/2.0\nVia: SIP/2.0/UDP a;branch=z1\nCall-ID: x\nCSeq: 1 INVITE\n\n").unwrap();
    let response = pair("SIP/2.0 200 OK\nv: SIP/2.0/UDP a;received=b;branch=z1, c\ni: x\nCSeq: 1 INVITE\n\n").unwrap();
    let theirs = pair("INVITE sip:a SIP/2.0\nVia: SIP/2.0/UDP b;branch=z2\nCall-ID: x\nCSeq: 1 INVITE\n\n").unwrap();
    assert_ne!(request.key, theirs.key);
    let other = pair("SIP/2.0 200 OK\nCall-ID: x\nCSeq: 2 INVITE\n\n").unwrap();
    assert!(request.opens && !response.opens);
    assert_eq!(request.key, response.key);
    assert_ne!(request.key, other.key);
    assert_eq!(pair("ACK sip:a SIP/2.0\nCall-ID: x\nCSeq: 1 ACK\n\n"), None);
}
