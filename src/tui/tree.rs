//! Which nodes of a tree are in sight, and which bytes must not be.

use crate::field::{Kind, Node, Tree};
use std::collections::HashMap;

/// Protocols that carry others: folded until somebody asks.
const CARRIERS: [&str; 17] = [
    "frame", "eth", "sll", "null", "ppp", "pppoes", "vlan", "ip", "ipv6", "tcp", "udp", "gre", "vxlan", "erspan",
    "raw", "sll2", "pppoe",
];

/// A node in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the tree.
    pub node: usize,
    /// Whether it is folded, if it holds others.
    pub folded: Option<bool>,
}

/// True if a node is folded.
fn folded(node: &Node, folds: &HashMap<&'static str, bool>) -> bool {
    let Some(field) = node.field else { return false };
    let given = folds.get(field.name).copied();
    given.unwrap_or(node.depth == 0 && field.kind == Kind::Protocol && CARRIERS.contains(&field.name))
}

/// True if a node holds others.
fn holds(tree: &Tree, at: usize) -> bool {
    let depth = |at: usize| tree.nodes.get(at).map(|n| n.depth);
    depth(at.saturating_add(1)) > depth(at)
}

/// The nodes in sight.
pub fn rows(tree: &Tree, folds: &HashMap<&'static str, bool>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut hidden_below = u8::MAX;
    for (at, node) in tree.nodes.iter().enumerate() {
        if node.depth > hidden_below {
            continue;
        }
        hidden_below = u8::MAX;
        let state = holds(tree, at).then(|| folded(node, folds));
        if state == Some(true) {
            hidden_below = node.depth;
        }
        rows.push(Row { node: at, folded: state });
    }
    rows
}

/// The node that holds this one.
pub fn parent(tree: &Tree, at: usize) -> Option<usize> {
    let depth = tree.nodes.get(at)?.depth;
    tree.nodes.get(..at)?.iter().rposition(|n| n.depth < depth)
}

/// The first node with this field, unfolding what it lies in.
pub fn seek(tree: &Tree, field: &str, folds: &mut HashMap<&'static str, bool>) -> Option<usize> {
    let at = tree.nodes.iter().position(|n| n.field.is_some_and(|f| f.name == field))?;
    unfold(tree, at, folds);
    Some(at)
}

/// Unfolds what a node lies in.
pub fn unfold(tree: &Tree, at: usize, folds: &mut HashMap<&'static str, bool>) {
    let mut inside = parent(tree, at);
    while let Some(holder) = inside {
        if let Some(field) = tree.nodes.get(holder).and_then(|n| n.field) {
            folds.insert(field.name, false);
        }
        inside = parent(tree, holder);
    }
}

/// Unfolds every node, or, if none is folded, folds all.
pub fn fold_all(tree: &Tree, folds: &mut HashMap<&'static str, bool>) {
    let holders = || tree.nodes.iter().enumerate().filter(|(at, _)| holds(tree, *at)).map(|(_, n)| n);
    let fold = !holders().any(|n| folded(n, folds));
    let names: Vec<_> = holders().filter_map(|n| n.field).map(|f| f.name).collect();
    folds.extend(names.into_iter().map(|name| (name, fold)));
}
