//! A sink that keeps the values of a few named fields of one frame: what columns and filters need, and no tree.

use crate::fact::Fact;
use crate::field::{Field, Kind, Sink, Value, display, mask};
use crate::protocol::registry;
use crate::wire::text::escape;
use crate::wire::{Span, Timestamp};
use rustc_hash::FxHashMap;
use std::fmt;
use std::net::IpAddr;

/// `frame.protocols` has no bytes of its own: it is what the layers say.
const PROTOCOLS: &str = "frame.protocols";

/// A value that outlives its packet.
#[derive(Clone, Debug, PartialEq)]
pub enum Owned {
    /// Present without value.
    Present,
    /// Text as on the wire.
    Text(Vec<u8>),
    /// A number.
    Number(u64),
    /// A signed number.
    Signed(i64),
    /// A bit.
    Flag(bool),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An address.
    Address(IpAddr),
    /// A moment.
    Time(Timestamp),
    /// A span of time in nanoseconds.
    Duration(i64),
    /// A floating number.
    Float(f64),
    /// An OID's content octets.
    Oid(Vec<u8>),
}

impl From<Value<'_>> for Owned {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::None => Self::Present,
            Value::Text(raw) => Self::Text(raw.to_vec()),
            Value::Number(n) => Self::Number(n),
            Value::Signed(n) => Self::Signed(n),
            Value::Flag(set) => Self::Flag(set),
            Value::Bytes(raw) => Self::Bytes(raw.to_vec()),
            Value::Mac(raw) => Self::Bytes(raw.to_vec()),
            Value::Address(ip) => Self::Address(ip),
            Value::Time(t) => Self::Time(t),
            Value::Duration(n) => Self::Duration(n),
            Value::Float(x) => Self::Float(x),
            Value::Oid(raw) => Self::Oid(raw.to_vec()),
        }
    }
}

/// What is kept of each wanted field.
#[derive(Clone, Debug)]
enum Cell {
    Shown(Vec<String>),
    Typed(Vec<Owned>),
}

/// Keeps wanted fields. Wants are numbered in the order they were added.
#[derive(Debug, Default)]
pub struct Gather {
    by_field: FxHashMap<usize, Vec<usize>>,
    cells: Vec<Cell>,
    protocols: Option<usize>,
    layers: String,
    reveal: bool,
    /// Nodes that are open.
    depth: u32,
    /// Wanted protocols among them, with their depth: the label that may follow is what is shown of them.
    protocols_open: Vec<(u32, &'static Field)>,
}

fn address(field: &'static Field) -> usize {
    std::ptr::from_ref(field).addr()
}

impl Gather {
    /// Nothing wanted yet. `reveal`: a secret field that is wanted by name is shown as it is.
    pub fn new(reveal: bool) -> Self {
        Self { reveal, ..Self::default() }
    }

    fn want(&mut self, name: &str, cell: Cell) -> Option<usize> {
        let at = self.cells.len();
        if name == PROTOCOLS {
            self.protocols = Some(at);
        }
        let mut known = false;
        for field in registry::fields().filter(|f| f.name == name) {
            self.by_field.entry(address(field)).or_default().push(at);
            known = true;
        }
        known.then(|| self.cells.push(cell))?;
        Some(at)
    }

    /// Wants a field's values as text; nothing if no field has this name.
    pub fn want_shown(&mut self, name: &str) -> Option<usize> {
        self.want(name, Cell::Shown(Vec::new()))
    }

    /// Wants a field's values for comparison.
    pub fn want_typed(&mut self, name: &str) -> Option<usize> {
        self.want(name, Cell::Typed(Vec::new()))
    }

    /// The texts of a want of [`Gather::want_shown`].
    pub fn shown(&self, want: usize) -> &[String] {
        match self.cells.get(want) {
            Some(Cell::Shown(texts)) => texts,
            _ => &[],
        }
    }

    /// The values of a want of [`Gather::want_typed`].
    pub fn typed(&self, want: usize) -> &[Owned] {
        match self.cells.get(want) {
            Some(Cell::Typed(values)) => values,
            _ => &[],
        }
    }

    /// The frame is complete: what is known only now is filled in.
    pub fn complete(&mut self) {
        let layers = std::mem::take(&mut self.layers);
        match self.protocols.and_then(|at| self.cells.get_mut(at)) {
            Some(Cell::Shown(texts)) => texts.push(layers),
            Some(Cell::Typed(values)) => values.push(Owned::Text(layers.into_bytes())),
            None => {}
        }
    }

    /// Forgets the frame.
    pub fn clear(&mut self) {
        self.layers.clear();
        self.depth = 0;
        self.protocols_open.clear();
        for cell in &mut self.cells {
            match cell {
                Cell::Shown(texts) => texts.clear(),
                Cell::Typed(values) => values.clear(),
            }
        }
    }
}

impl Sink for Gather {
    fn wants_fields(&self) -> bool {
        true
    }

    fn shows_secrets(&self) -> bool {
        self.reveal
    }

    fn open(&mut self, field: &'static Field, _: Span, value: Value<'_>) {
        self.depth = self.depth.saturating_add(1);
        let Some(wants) = self.by_field.get(&address(field)) else { return };
        if field.kind == Kind::Protocol {
            self.protocols_open.push((self.depth, field));
        }
        for want in wants {
            match self.cells.get_mut(*want) {
                Some(Cell::Shown(texts)) => {
                    let mut text = String::new();
                    if field.secret && !self.reveal {
                        text = mask(value);
                    } else if value == Value::None {
                        text.push_str(if field.kind == Kind::Protocol { field.name } else { "1" });
                    } else {
                        display(field, value, &mut text);
                    }
                    texts.push(text);
                }
                Some(Cell::Typed(values)) => values.push(value.into()),
                None => {}
            }
        }
    }

    fn close(&mut self) {
        self.protocols_open.pop_if(|(depth, _)| *depth == self.depth);
        self.depth = self.depth.saturating_sub(1);
    }

    fn label(&mut self, text: fmt::Arguments<'_>) {
        let Some((_, field)) = self.protocols_open.last().filter(|(depth, _)| *depth == self.depth) else { return };
        let Some(wants) = self.by_field.get(&address(field)) else { return };
        let text = escape(text.to_string().as_bytes()).into_owned();
        for want in wants {
            if let Some(Cell::Shown(texts)) = self.cells.get_mut(*want)
                && let Some(last) = texts.last_mut()
            {
                last.clone_from(&text);
            }
        }
    }

    fn layer(&mut self, name: &'static str) {
        if self.protocols.is_some() {
            if !self.layers.is_empty() {
                self.layers.push(':');
            }
            self.layers.push_str(name);
        }
    }

    fn fact(&mut self, _: Fact, _: Span) {}
}
