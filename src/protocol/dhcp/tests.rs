use super::PROTOCOL;
use super::learn::lease;
use crate::fact::Fact;
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Message, Out};
use std::net::Ipv4Addr;

/// A message with these options.
fn message(options: &[u8]) -> Vec<u8> {
    let mut out =
        vec![2, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 3, 0x80, 0, 0, 0, 0, 0, 10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0];
    out.extend([0, 0x11, 0x22, 0x33, 0x44, 0x55]);
    out.resize(236, 0);
    out.extend([99, 130, 83, 99]);
    out.extend(options);
    out
}

fn describe(bytes: &[u8]) -> Tree {
    let context = Context::default();
    let mut tree = Tree::new(false);
    tree.enter("Frame", bytes);
    let message = Message { bytes, from: Direction::ToClient, note: 0, context: &context };
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    for node in &tree.nodes {
        assert!(node.at.end as usize <= bytes.len() && node.at.start <= node.at.end, "{node:?}");
    }
    tree
}

fn values(tree: &Tree, name: &str) -> String {
    let of = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
    of.map(|n| n.value.to_string()).collect::<Vec<_>>().join(",")
}

const PHONE: &[u8] = b"\x35\x01\x05\x36\x04\x0a\x00\x00\x01\x0f\x0bcontoso.com\
    \x2b\x52\x01\x0cMS-UC-Client\x02\x05https\x03\x0fweb.contoso.com\x04\x03443\x05\x25/CertProv/CertProvisioningService.svc\
    \x78\x12\x00\x03sip\x07contoso\x03com\x00\xff";

#[test]
fn what_leads_a_phone() {
    let bytes = message(PHONE);
    let said = lease(&bytes).unwrap();
    assert_eq!(said.web.as_deref(), Some("https://web.contoso.com:443/CertProv/CertProvisioningService.svc"));
    assert_eq!(said.sip, ["sip.contoso.com"]);
    assert_eq!((said.kind, said.server), (5, Some(Ipv4Addr::new(10, 0, 0, 1))));
    assert_eq!((said.hardware.as_str(), said.address), ("00:11:22:33:44:55", Some(Ipv4Addr::new(10, 0, 0, 5))));
    assert_eq!(said.domain.as_deref(), Some("contoso.com"));
    let tree = describe(&bytes);
    assert_eq!(values(&tree, "lync.dhcp.host"), "web.contoso.com");
    assert_eq!(values(&tree, "dhcp.option.sip_server.name"), "sip.contoso.com");
    assert!(tree.nodes.iter().all(|n| n.mark.is_none()), "{}", tree.text());
}

#[test]
fn what_nearly_leads_a_phone() {
    let of = |options: &[u8]| lease(&message(options)).unwrap();
    // Of another vendor; of none.
    assert_eq!(of(b"\x2b\x0a\x01\x03ABC\x03\x03web\xff").web, None);
    assert_eq!(of(b"\x2b\x05\x03\x03web\xff").web, None);
    // An encoding that RFC 3361 does not know; addresses; no room for one.
    assert!(of(b"\x78\x05\x02\x0a\x00\x00\x01\xff").sip.is_empty());
    assert_eq!(of(b"\x78\x09\x01\x0a\x00\x00\x01\x0a\x00\x00\x02\xff").sip, ["10.0.0.1", "10.0.0.2"]);
    assert!(of(b"\x78\x03\x01\x0a\x00\xff").sip.is_empty());
    // Behind the end nothing counts, and BOOTP without a cookie has no options.
    assert!(of(b"\xff\x78\x05\x01\x0a\x00\x00\x01").sip.is_empty());
    let mut bootp = message(PHONE);
    bootp[236] = 0;
    assert_eq!(lease(&bootp), None);
}

#[test]
fn options_stand_in_other_places_too() {
    let mut bytes = message(b"\x35\x01\x05\x34\x01\x01\xff");
    bytes[108..115].copy_from_slice(b"\x78\x05\x01\x0a\x00\x00\x09");
    assert_eq!(lease(&bytes).unwrap().sip, ["10.0.0.9"]);
    assert_eq!(values(&describe(&bytes), "dhcp.option.sip_server.address"), "10.0.0.9");
    bytes[242] = 0;
    // Nobody says that they stand there.
    let without = message(b"\x35\x01\x05\xff");
    assert!(lease(&without).unwrap().sip.is_empty());
}

#[test]
fn a_name_that_points_in_circles_ends() {
    let tree = describe(&message(b"\x78\x06\x00\x03sip\xc0\x00\xff"));
    assert!(tree.nodes.iter().any(|n| matches!(n.mark, Some(Mark::Malformed(_)))), "{}", tree.text());
}

#[test]
fn every_prefix_and_every_changed_byte_is_described_inside_its_bounds() {
    let bytes = message(PHONE);
    for len in 0..=bytes.len() {
        describe(&bytes[..len]);
    }
    for at in 236..bytes.len() {
        for value in [0, 1, 61, 77, 81, 82, 90, 119, 121, 124, 125, 255] {
            let mut changed = bytes.clone();
            changed[at] = value;
            describe(&changed);
        }
    }
}

#[test]
fn the_fact_is_told_though_nothing_is_shown() {
    struct Facts(usize);
    impl Sink for Facts {
        fn wants_fields(&self) -> bool {
            false
        }
        fn fact(&mut self, fact: Fact, _: crate::wire::Span) {
            assert!(matches!(fact, Fact::Lease(_)));
            self.0 += 1;
        }
    }
    let (bytes, context) = (message(PHONE), Context::default());
    let message = Message { bytes: &bytes, from: Direction::ToClient, note: 0, context: &context };
    let mut facts = Facts(0);
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut facts, &mut Budget::default(), &bytes));
    assert_eq!(facts.0, 1);
}
