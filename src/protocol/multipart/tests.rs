//! Parts and their boundaries.

use super::PROTOCOL;
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Message, Out};

const BODY: &str = "preamble\r
--b1\r
Content-Type: Application/SDP; x=y\r
Content-Disposition: session; handling=optional\r
\r
v=0\r
s=--b1 is no boundary here\r
--b1\r
Content-Type: application/x-unknown\r
X-Own: 1\r
\r
one\r
two\r
--b1--\r
epilogue";

fn describe(bytes: &[u8]) -> Tree {
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    let mut tree = Tree::new(false);
    tree.enter("Frame", bytes);
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), bytes));
    tree
}

fn values(tree: &Tree, name: &str) -> String {
    let of = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
    of.map(|n| &*n.value).collect::<Vec<_>>().join(",")
}

#[test]
fn parts_go_to_whom_their_type_names() {
    let tree = describe(BODY.as_bytes());
    assert_eq!(values(&tree, "mime_multipart.part"), "Application/SDP,application/x-unknown");
    assert_eq!(values(&tree, "sdp.session_name"), "--b1 is no boundary here");
    assert_eq!(values(&tree, "mime_multipart.text"), "one,two");
    assert_eq!(values(&tree, "mime_multipart.other_header"), "X-Own: 1");
    assert_eq!(tree.layers, ["sdp", "media"]);
    assert!(tree.nodes.iter().all(|n| n.mark.is_none()), "{}", tree.text());
}

#[test]
fn what_is_cut_says_so() {
    let tree = describe(&BODY.as_bytes()[..BODY.len() - 20]);
    let last = |tree: &Tree| tree.nodes.iter().filter_map(|n| n.mark).next_back();
    assert_eq!(last(&tree), Some(Mark::Malformed("the last boundary is missing")));
    assert_eq!(last(&describe(b"no boundary at all")), Some(Mark::Malformed("no boundary")));
}

#[test]
fn bodies_in_bodies_end() {
    let nested = "--a\r\nContent-Type: multipart/mixed\r\n\r\n".repeat(100);
    let tree = describe(nested.as_bytes());
    assert!(tree.nodes.iter().any(|n| n.mark == Some(Mark::TooDeep)) || tree.nodes.len() < 1000);
}

#[test]
fn every_prefix_is_described_inside_its_bounds() {
    for len in 0..=BODY.len() {
        let tree = describe(&BODY.as_bytes()[..len]);
        assert!(tree.nodes.iter().all(|n| n.at.end as usize <= len));
    }
}
