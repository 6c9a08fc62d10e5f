//! Broken messages: what can be read is, nothing panics, nothing grows.

use super::*;
use crate::wire::Span;

fn spans_stay_inside(tree: &Tree, bytes: &[u8]) {
    let whole = Span { start: 0, end: u32::try_from(bytes.len()).unwrap() };
    for node in &tree.nodes {
        assert!(node.at.start <= node.at.end && whole.contains(node.at), "{node:?}");
    }
}

#[test]
fn every_prefix_shows_what_it_says() {
    for sample in SAMPLES {
        for end in 0..sample.len() {
            let part = sample[..end].to_vec();
            let tree = describe(&part, 0);
            spans_stay_inside(&tree, &part);
            assert!(!marks(&tree).is_empty(), "a cut message is marked");
            assert!(tree.facts.len() <= 1);
        }
    }
    // The user's name stands long before the end.
    let half = fact(&describe(&AS_REQ[..110], 0));
    assert_eq!(half.client.map(|c| c.name), Some("mona.reyes".into()));
}

#[test]
fn damaged_bytes_are_harmless() {
    for sample in SAMPLES {
        for at in 0..sample.len() {
            for change in [0x01, 0x20, 0x80, 0xff] {
                let mut bytes = sample.to_vec();
                bytes[at] ^= change;
                spans_stay_inside(&describe(&bytes, 0), &bytes);
            }
        }
    }
}

#[test]
fn a_broken_element_leaves_its_neighbours() {
    // The realm is an INTEGER, the option bits have nine unused ones, the nonce is empty; the etypes are all right.
    let body = seq(&[
        &at(0, &[3, 5, 9, 0, 0, 0, 0]),
        &at(1, &name(1, &["mona"])),
        &at(2, &int(1)),
        &at(7, &[2, 0]),
        &at(8, &seq(&[&int(18)])),
        &[0x04, 0x01, 0xff],
    ]);
    let tree = describe(&tlv(0x6a, &[&seq(&[&at(1, &int(5)), &at(2, &int(10)), &at(4, &body)])]), 0);
    assert_eq!(marks(&tree).len(), 4);
    let fact = fact(&tree);
    assert_eq!((fact.client, fact.offered_etypes), (Some(principal("mona", "")), vec![18]));
}

#[test]
fn nested_messages_end_somewhere() {
    // Errors in errors, through PA-FX-ERROR.
    let mut message = krb_error(24, &[]);
    for _ in 0..40 {
        message = krb_error(24, &[&at(12, &octets(&seq(&[&padata(137, &message)])))]);
    }
    let tree = describe(&message, 0);
    assert!(marks(&tree).contains(&Mark::TooDeep));
    assert_eq!(tree.facts.len(), 1);

    let deep = [0x30, 0x80].repeat(30_000);
    spans_stay_inside(&describe(&deep, 0), &deep);
    let tagged = [&[0x6a, 0x80][..], &[0xa3, 0x80].repeat(30_000)].concat();
    spans_stay_inside(&describe(&tagged, 0), &tagged);
}

#[test]
fn a_flood_of_elements_is_bounded() {
    let many: Vec<u8> = int(18).repeat(5_000);
    let body = seq(&[&at(8, &seq(&[&many]))]);
    let request = tlv(0x6a, &[&seq(&[&at(1, &int(5)), &at(2, &int(10)), &at(4, &body)])]);
    assert_eq!(fact(&describe(&request, 0)).offered_etypes.len(), 64);
    let long: Vec<&str> = vec!["a"; 5_000];
    let body = seq(&[&at(1, &name(1, &long))]);
    let request = tlv(0x6a, &[&seq(&[&at(1, &int(5)), &at(2, &int(10)), &at(4, &body)])]);
    assert!(fact(&describe(&request, 0)).client.unwrap().name.len() < 2_000);
}

#[test]
fn facts_do_not_need_fields() {
    struct Facts(Vec<Fact>);
    impl Sink for Facts {
        fn wants_fields(&self) -> bool {
            false
        }
        fn fact(&mut self, fact: Fact, _: Span) {
            self.0.push(fact);
        }
    }
    for sample in SAMPLES {
        let mut sink = Facts(Vec::new());
        let mut budget = Budget::default();
        let mut out = Out::new(&mut sink, &mut budget, sample);
        let context = Context::default();
        (PROTOCOL.dissect)(&Message { bytes: sample, from: Direction::ToServer, note: 0, context: &context }, &mut out);
        assert_eq!(sink.0, [describe(sample, 0).facts[0].0.clone()]);
    }
}
