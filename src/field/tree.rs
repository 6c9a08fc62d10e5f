//! A sink that builds the tree of one packet: nodes in walk order, and the buffers they lie in.

use super::{Field, Kind, Mark, Secret, Sink, Value, display, mask};
use crate::fact::Fact;
use crate::wire::ranges::joined;
use crate::wire::{Span, wipe};
use std::fmt::{self, Write};
use std::ops::Range;

/// Places of secrets kept apart.
const MAX_SECRETS: usize = 10_000;

/// Nodes kept for one packet; more become one node that counts them.
const MAX_NODES: usize = 50_000;

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its field; absent for a mark.
    pub field: Option<&'static Field>,
    /// Index of its buffer in [`Tree::buffers`].
    pub buffer: u16,
    /// Its bytes in that buffer.
    pub at: Span,
    /// 0 for a protocol of the packet.
    pub depth: u8,
    /// The value alone, as a column prints it; a secret is masked.
    pub value: Box<str>,
    /// The line shown instead of title and value.
    pub label: Option<Box<str>>,
    /// Set on a mark.
    pub mark: Option<Mark>,
}

impl Node {
    /// True if it serves filters and columns only.
    pub fn hidden(&self) -> bool {
        self.field.is_some_and(|field| field.hidden)
    }
}

/// Bytes that nodes lie in.
#[derive(Clone, Debug)]
pub struct Buffer {
    /// `Frame`, `Reassembled TCP`, `Base64`
    pub title: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What was decrypted does not stay in memory.
impl Drop for Buffer {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

/// The tree of one packet.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Nodes in walk order; the children of a node follow it with a greater depth.
    pub nodes: Vec<Node>,
    /// Buffers; the first is the frame.
    pub buffers: Vec<Buffer>,
    /// Facts, where the caller wants them.
    pub facts: Vec<(Fact, Span)>,
    /// Protocol names, outermost first.
    pub layers: Vec<&'static str>,
    /// Protocol column.
    pub protocol: &'static str,
    /// Info column.
    pub info: String,
    /// Secrets are shown as they are.
    pub show_secrets: bool,
    /// Secrets that are part of what a field shows, by buffer.
    secrets: Vec<(u16, Span)>,
    depth: u8,
    buffer: Vec<u16>,
    fence: usize,
    /// The next fence is left out.
    yields: bool,
    dropped: usize,
}

impl Tree {
    /// An empty tree.
    pub fn new(show_secrets: bool) -> Self {
        Self { show_secrets, ..Self::default() }
    }

    /// The line of a node: its label, or title and value with the value's name.
    pub fn line(&self, node: &Node) -> String {
        if let Some(label) = &node.label {
            return label.to_string();
        }
        if let Some(mark) = node.mark {
            return format!("[{}]", mark.text());
        }
        let Some(field) = node.field else { return node.value.to_string() };
        if node.value.is_empty() {
            return field.title.to_owned();
        }
        let name = field.names.and_then(|names| names(number_of(&node.value)?));
        match name {
            Some(name) => format!("{}: {name} ({})", field.title, node.value),
            None => format!("{}: {}", field.title, node.value),
        }
    }

    /// The whole tree as indented text, one node a line.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for node in self.nodes.iter().filter(|node| !node.hidden()) {
            let _ = writeln!(out, "{:indent$}{}", "", self.line(node), indent = usize::from(node.depth) * 4);
        }
        if self.dropped > 0 {
            let _ = writeln!(out, "[{} more nodes]", self.dropped);
        }
        out
    }

    /// Where secrets lie in a buffer, whose bytes are not shown either: in their order, and apart.
    ///
    /// A payload is a secret as long as nothing in it is understood; of what a protocol describes in it, that protocol
    /// says which parts are secret. The rest stays hidden: it may be the end of a message that began in another packet.
    pub fn hidden(&self, buffer: usize) -> Vec<Range<usize>> {
        if self.show_secrets {
            return Vec::new();
        }
        let here = |n: &&Node| usize::from(n.buffer) == buffer && !n.at.is_empty();
        let speaks = |n: &&Node| n.field.is_some_and(|f| f.kind == Kind::Protocol && f.name != "data");
        let mut understood: Vec<Span> = self.nodes.iter().filter(here).filter(speaks).map(|n| n.at).collect();
        understood.sort_unstable_by_key(|span| span.start);
        let marked = self.secrets.iter().filter(|(at, _)| usize::from(*at) == buffer).map(|(_, span)| *span);
        let range = |start: u32, end: u32| start as usize..end as usize;
        let mut hidden: Vec<_> = marked.map(|span| range(span.start, span.end)).collect();
        for secret in self.nodes.iter().filter(here).filter(|n| n.field.is_some_and(|f| f.secret)).map(|n| n.at) {
            let mut from = secret.start;
            let inside = understood.partition_point(|known| known.start < secret.start);
            let inside = understood.iter().skip(inside).take_while(|known| known.start < secret.end);
            for known in inside.filter(|known| secret.contains(**known)) {
                if from < known.start {
                    hidden.push(range(from, known.start));
                }
                from = from.max(known.end);
            }
            if from < secret.end {
                hidden.push(range(from, secret.end));
            }
        }
        joined(hidden)
    }

    fn push(&mut self, node: Node) {
        if self.nodes.len() < MAX_NODES {
            self.nodes.push(node);
        } else {
            self.dropped += 1;
        }
    }
}

fn number_of(value: &str) -> Option<u64> {
    match value.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => value.parse::<u64>().ok().or_else(|| value.parse::<i64>().ok().map(i64::cast_unsigned)),
    }
}

impl Sink for Tree {
    fn wants_fields(&self) -> bool {
        true
    }

    fn shows_secrets(&self) -> bool {
        self.show_secrets
    }

    fn open(&mut self, field: &'static Field, at: Span, value: Value<'_>) {
        let mut shown = String::new();
        if field.secret && !self.show_secrets {
            shown = mask(value);
        } else if field.kind != Kind::Protocol {
            display(field, value, &mut shown);
        }
        let buffer = self.buffer.last().copied().unwrap_or(0);
        let depth = self.depth;
        self.push(Node { field: Some(field), buffer, at, depth, value: shown.into(), label: None, mark: None });
        self.depth = self.depth.saturating_add(1);
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn label(&mut self, text: fmt::Arguments<'_>) {
        let depth = self.depth;
        if let Some(node) = self.nodes.iter_mut().rev().find(|n| n.depth.saturating_add(1) == depth) {
            node.label = Some(crate::wire::text::escape(text.to_string().as_bytes()).into());
        }
    }

    fn mark(&mut self, mark: Mark, at: Span) {
        let (buffer, depth) = (self.buffer.last().copied().unwrap_or(0), self.depth);
        self.push(Node { field: None, buffer, at, depth, value: "".into(), label: None, mark: Some(mark) });
    }

    fn secret(&mut self, _: Secret<'_>, at: Span) {
        if self.show_secrets || at.is_empty() {
            return;
        }
        let buffer = self.buffer.last().copied().unwrap_or(0);
        let full = self.secrets.len() >= MAX_SECRETS;
        match self.secrets.last_mut() {
            Some(last) if *last == (buffer, at) => {}
            // Too many to tell apart: what lies between them is hidden too.
            Some((theirs, last)) if full && *theirs == buffer => {
                *last = Span { start: last.start.min(at.start), end: last.end.max(at.end) };
            }
            _ => self.secrets.push((buffer, at)),
        }
    }

    fn fact(&mut self, fact: Fact, at: Span) {
        self.facts.push((fact, at));
    }

    fn layer(&mut self, name: &'static str) {
        self.layers.push(name);
    }

    fn column(&mut self, protocol: &'static str, info: fmt::Arguments<'_>, append: bool) {
        if !append {
            self.protocol = protocol;
            self.info.truncate(self.fence);
        }
        let from = self.info.len();
        let _ = self.info.write_fmt(info);
        // Protocols write what the wire says; here it is made harmless for all of them.
        let fresh = self.info.split_off(from);
        self.info.push_str(&crate::wire::text::escape(fresh.as_bytes()));
    }

    fn fence(&mut self) {
        if !std::mem::take(&mut self.yields) {
            self.fence = self.info.len();
        }
    }

    fn yields(&mut self) {
        self.yields = true;
    }

    fn enter(&mut self, title: &'static str, bytes: &[u8]) {
        // A datagram is entered once for its headers and once for what it carries.
        let known = self.buffers.iter().position(|b| b.title == title && b.bytes == bytes);
        let at = known.unwrap_or(self.buffers.len());
        self.buffer.push(u16::try_from(at).unwrap_or(u16::MAX));
        if known.is_none() {
            self.buffers.push(Buffer { title, bytes: bytes.to_vec() });
        }
    }

    fn leave(&mut self) {
        self.buffer.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::fields! {
        LOWER   = Protocol "lower"      "Lower";
        PAYLOAD = Bytes    "lower.data" "Payload", secret;
        UPPER   = Protocol "upper"      "Upper";
        KEY     = Bytes    "upper.key"  "Key", secret;
    }

    fn told(tree: &mut Tree, field: &'static Field, start: u32, end: u32, inside: impl FnOnce(&mut Tree)) {
        tree.open(field, Span { start, end }, Value::None);
        inside(tree);
        tree.close();
    }

    #[test]
    fn of_a_payload_only_what_nobody_describes_is_hidden() {
        assert_eq!(ALL.len(), 4);
        let mut tree = Tree::new(false);
        tree.enter("Frame", &[0; 40]);
        told(&mut tree, &LOWER, 0, 10, |tree| told(tree, &PAYLOAD, 10, 40, |_| {}));
        assert!(tree.hidden(0).iter().eq([&(10..40)]));
        told(&mut tree, &UPPER, 20, 40, |tree| told(tree, &KEY, 30, 34, |_| {}));
        assert_eq!(tree.hidden(0), [10..20, 30..34]);
        assert!(tree.hidden(1).is_empty());
        tree.show_secrets = true;
        assert!(tree.hidden(0).is_empty());
    }
}
