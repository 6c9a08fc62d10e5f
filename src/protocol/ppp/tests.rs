use crate::protocol::sample::{ETHERNET, describe, describe_masked, eth, layers, marks, values};

#[test]
fn a_password_sent_in_clear_is_hidden_here() {
    let session = b"\x11\x00\x00\x11\x00\x12\xc0\x23\x01\x01\x00\x10\x05alice\x05s3crt";
    let tree = describe_masked(ETHERNET, &eth(0x8864, session));
    assert_eq!(layers(&tree), "eth:ethertype:pppoes:ppp:pap");
    assert_eq!([values(&tree, "pppoe.session_id"), values(&tree, "ppp.protocol")], ["0x0011", "0xc023"]);
    assert_eq!([values(&tree, "pap.peer_id"), values(&tree, "pap.password.length")], ["alice", "5"]);
    assert!(values(&tree, "pap.password").starts_with("(hidden, 5 bytes"));
    assert!(!tree.text().contains("s3crt"));
    assert_eq!(tree.info, "Authenticate-Request (Peer-ID='alice')");
}

#[test]
fn links_are_set_up() {
    let session = b"\x11\x00\x00\x11\x00\x0c\xc0\x21\x01\x07\x00\x0a\x05\x06\x01\x02\x03\x04padding";
    let tree = describe(ETHERNET, &eth(0x8864, session));
    assert_eq!(layers(&tree), "eth:ethertype:pppoes:ppp:lcp");
    assert_eq!([values(&tree, "ppp.code"), values(&tree, "ppp.identifier")], ["1", "7"]);
    assert_eq!((tree.protocol, tree.info.as_str()), ("PPP LCP", "Configuration Request"));
}

#[test]
fn a_session_is_looked_for() {
    let discovery = b"\x11\x07\x00\x00\x00\x10\x01\x02\x00\x02AC\x01\x04\x00\x02\xbe\xef\xff";
    let tree = describe(ETHERNET, &eth(0x8863, discovery));
    assert_eq!(layers(&tree), "eth:ethertype:pppoed");
    assert_eq!([values(&tree, "pppoed.tags.ac_name"), values(&tree, "pppoed.tags.ac_cookie")], ["AC", "beef"]);
    assert_eq!(marks(&tree).len(), 1, "the third tag is cut off");
    assert_eq!(tree.info, "Active Discovery Offer (PADO)");
}
