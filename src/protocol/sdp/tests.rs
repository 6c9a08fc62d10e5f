//! What descriptions say, and what they keep to themselves.

use super::PROTOCOL;
use crate::field::{Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Message, Out};

const OFFER: &str = "v=0\r
o=mona 1 2 IN IP6 2001:db8::1\r
s=session\r
c=IN IP4 224.2.36.42/127/3\r
b=CT:99980\r
t=0 0\r
a=x-devicecaps:audio:send,recv\r
m=audio 50010/2 RTP/SAVP 111 0 8 101\r
i=microphone\r
a=ice-ufrag:zRqX\r
a=ice-pwd:J7nPZpkYvN3Q\r
a=candidate:1 1 UDP 2130706431 192.0.2.101 50010 typ host generation 0\r
a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpV|2^31|1:1\r
a=rtpmap:111 SIREN/16000\r
a=fmtp:111 bitrate=16000; a=b\r
a=sendrecv\r
m=image 0 udptl t38\r
broken\r
x=unknown\r
";

fn describe(bytes: &[u8], show_secrets: bool) -> Tree {
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    let mut tree = Tree::new(show_secrets);
    tree.enter("Frame", bytes);
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    tree
}

fn values(tree: &Tree, name: &str) -> String {
    let of = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
    of.map(|n| &*n.value).collect::<Vec<_>>().join(",")
}

#[test]
fn an_offer_line_by_line() {
    let tree = describe(OFFER.as_bytes(), false);
    for (name, expected) in [
        ("sdp.version", "0"),
        ("sdp.owner.username", "mona"),
        ("sdp.owner.address", "2001:db8::1"),
        ("sdp.connection_info.address", "224.2.36.42"),
        ("sdp.connection_info.ttl", "127"),
        ("sdp.connection_info.num_addr", "3"),
        ("sdp.bandwidth.modifier", "CT"),
        ("sdp.session_attr", "x-devicecaps:audio:send,recv"),
        ("sdp.session_attr.value", "audio:send,recv"),
        ("sdp.media.media", "audio,image"),
        ("sdp.media.port", "50010,0"),
        ("sdp.media.portcount", "2"),
        ("sdp.media.proto", "RTP/SAVP,udptl"),
        ("sdp.media.format", "DynamicRTP-Type-111,ITU-T G.711 PCMU,ITU-T G.711 PCMA,DynamicRTP-Type-101,111,111,t38"),
        ("sdp.media_title", "microphone"),
        ("sdp.mime.type", "SIREN"),
        ("sdp.sample_rate", "16000"),
        ("sdp.fmtp.parameter", "bitrate=16000,a=b"),
        ("sdp.ice_candidate.address", "192.0.2.101"),
        ("sdp.ice_candidate.type", "host"),
        ("sdp.crypto.crypto_suite", "AES_CM_128_HMAC_SHA1_80"),
        ("sdp.invalid", "broken"),
        ("sdp.unknown", "x=unknown"),
    ] {
        assert_eq!(values(&tree, name), expected, "{name}");
    }
}

#[test]
fn keys_and_passwords_are_masked_unless_asked_for() {
    let (masked, shown) = (describe(OFFER.as_bytes(), false), describe(OFFER.as_bytes(), true));
    for secret in ["J7nPZpkYvN3Q", "d0RmdmcmVCspeEc3QGZiNWpV"] {
        assert!(!masked.text().contains(secret), "{}", masked.text());
        assert_eq!(shown.text().matches(secret).count(), 2, "{}", shown.text());
    }
    assert!(values(&masked, "sdp.media_attr").contains("crypto:2 AES_CM_128_HMAC_SHA1_80 (hidden"));
}

#[test]
fn every_prefix_is_described_inside_its_bounds() {
    for len in 0..=OFFER.len() {
        let tree = describe(&OFFER.as_bytes()[..len], false);
        assert!(tree.nodes.iter().all(|n| n.at.end as usize <= len));
    }
}
