//! A sink that keeps the values of a few named fields of one frame: what columns and filters need, and no tree.

use super::glance::{self, Glance, Known};
use crate::fact::Fact;
use crate::field::{Asked, Field, Kind, Sink, Value, display, mask};
use crate::filter::{Datum, Occurrence, Want};
use crate::protocol::{Claim, Protocol, may_show, may_stand_in_body, registry, tcp};
use crate::wire::Span;
use crate::wire::text::escape;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fmt;

/// `frame.protocols` has no bytes of its own: it is what the layers say.
const PROTOCOLS: &str = "frame.protocols";

/// The whole of it.
const FRAME: &str = "frame";

/// What is kept of each wanted field.
#[derive(Clone, Debug)]
enum Cell {
    Shown(Vec<String>),
    /// For comparison; of a protocol with its bytes, if they are looked at.
    Typed {
        values: Vec<Occurrence>,
        bytes: bool,
    },
}

/// Keeps wanted fields. Wants are numbered in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct Gather {
    by_field: FxHashMap<usize, Vec<usize>>,
    asked: Asked,
    cells: Vec<Cell>,
    /// How a want is known at first sight, if it is; and whether it is of this frame.
    known: Vec<(Option<(&'static Field, Known)>, bool)>,
    protocols: Vec<usize>,
    layers: String,
    reveal: bool,
    /// Nodes that are open.
    depth: u32,
    /// Protocols among them, with their depth, and the how manieth of its kind in the frame each is: the label that may
    /// follow is what is shown of one.
    protocols_open: Vec<(u32, &'static Field, usize)>,
    /// How many headers of each protocol there were.
    headers: Vec<(usize, usize)>,
    /// The buffers that are entered, kept only where bytes of protocols are looked at.
    buffers: Vec<Vec<u8>>,
    keeps_bytes: bool,
    /// Of each want, whether it may stand in headers.
    in_headers: Vec<bool>,
    /// Protocols whose messages may hold something wanted, as far as that was asked.
    of: RefCell<FxHashMap<usize, bool>>,
    /// Something is wanted that may stand in bodies.
    in_bodies: bool,
    /// The names of what is wanted.
    names: Vec<&'static str>,
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
            self.protocols.push(at);
        }
        let mut first = None;
        for field in registry::fields().filter(|f| f.name == name) {
            self.ask(field, at);
            first = first.or(Some(field));
        }
        let first = first?;
        // Bytes are not seen at first sight but for those of the frame, nor how a protocol labels itself.
        let sees = match cell {
            Cell::Shown(_) => first.kind != Kind::Protocol,
            Cell::Typed { bytes, .. } => !bytes || name == FRAME,
        };
        self.known.push((glance::known(name).filter(|_| sees).map(|known| (first, known)), false));
        self.in_headers.push(!is_message(name));
        self.names.push(first.name);
        self.in_bodies |= name == PROTOCOLS || may_stand_in_body(name);
        self.of.get_mut().clear();
        self.cells.push(cell);
        Some(at)
    }

    /// The values of this field are of that want.
    fn ask(&mut self, field: &'static Field, want: usize) {
        self.by_field.entry(address(field)).or_default().push(want);
        self.asked = self.asked.with(field);
    }

    /// Wants a field's values as text; nothing if no field has this name.
    pub fn want_shown(&mut self, name: &str) -> Option<usize> {
        self.want(name, Cell::Shown(Vec::new()))
    }

    /// Wants a field's values for comparison.
    pub fn want_typed(&mut self, want: &Want) -> Option<usize> {
        let at = self.want(want.field.name, Cell::Typed { values: Vec::new(), bytes: want.bytes })?;
        if want.bytes && want.field.name != FRAME {
            self.keeps_bytes = true;
            // Wireshark's node of a segment reaches to its end, ours spans the header.
            if want.field == &tcp::fields::TCP {
                self.ask(&tcp::fields::PAYLOAD, at);
            }
        }
        Some(at)
    }

    /// The texts of a want of [`Gather::want_shown`].
    pub fn shown(&self, want: usize) -> &[String] {
        match self.cells.get(want) {
            Some(Cell::Shown(texts)) => texts,
            _ => &[],
        }
    }

    /// The values of a want of [`Gather::want_typed`].
    pub fn typed(&self, want: usize) -> &[Occurrence] {
        match self.cells.get(want) {
            Some(Cell::Typed { values, .. }) => values,
            _ => &[],
        }
    }

    /// False if all that is wanted of this frame stands in messages, or is known at first sight.
    pub fn wants_headers(&self) -> bool {
        self.keeps_bytes || self.in_headers.iter().zip(&self.known).any(|(header, (_, filled))| *header && !filled)
    }

    /// The same, if layers alone are no reason.
    pub fn wants_header_values(&self) -> bool {
        let missing = self.in_headers.iter().zip(&self.known).zip(&self.names);
        self.keeps_bytes
            || missing.into_iter().any(|((header, (_, filled)), name)| *header && !filled && *name != PROTOCOLS)
    }

    /// False if of headers nothing is wanted of any frame but what is known at first sight.
    pub fn wants_analysis(&self) -> bool {
        self.keeps_bytes
            || self.in_headers.iter().zip(&self.known).any(|(header, (known, _))| *header && known.is_none())
    }

    /// False if nothing is wanted of conversations.
    pub fn wants_conversations(&self) -> bool {
        self.names.iter().any(|name| glance::is_of_conversation(name))
    }

    /// False if messages of this protocol hold nothing that is wanted.
    pub fn wants_of(&self, protocol: &'static Protocol) -> bool {
        !self.protocols.is_empty() || self.wants_values_of(protocol)
    }

    /// The same, if layers alone are no reason.
    pub fn wants_values_of(&self, protocol: &'static Protocol) -> bool {
        let wanted =
            || self.keeps_bytes || self.names.iter().any(|name| *name != PROTOCOLS && may_show(protocol, name));
        *self.of.borrow_mut().entry(std::ptr::from_ref(protocol).addr()).or_insert_with(wanted)
    }

    /// False if all that is wanted is known at first sight of a plain frame.
    pub fn wants_messages(&self) -> bool {
        self.known.iter().any(|(known, _)| known.is_none())
    }

    /// Fills in what is known at first sight; true if that is all that is wanted.
    pub fn glance(&mut self, glance: &Glance<'_>) -> bool {
        let reveal = self.reveal;
        let mut all = true;
        for ((known, filled), cell) in self.known.iter_mut().zip(&mut self.cells) {
            *filled = known.is_some_and(|(field, known)| {
                known(glance, &mut |value| match cell {
                    Cell::Shown(texts) => texts.push(shown(field, value, reveal)),
                    // Of all that is known at first sight, the frame alone has bytes that are looked at.
                    Cell::Typed { values, bytes: true } => {
                        let all = Span::of(glance.data, glance.data);
                        values.push(Occurrence { value: protocol(glance.data, all), len: all.len(), layer: 1 });
                    }
                    Cell::Typed { values, .. } => values.push(Occurrence { value: value.into(), len: 0, layer: 1 }),
                })
            });
            all &= *filled;
        }
        all
    }

    /// The values of a want of [`Gather::want_typed`], if they are known at first sight of this frame.
    pub fn glanced(&self, want: usize) -> Option<&[Occurrence]> {
        self.known.get(want).filter(|(_, filled)| *filled)?;
        Some(self.typed(want))
    }

    /// The frame is complete: what is known only now is filled in.
    pub fn complete(&mut self) {
        let layers = std::mem::take(&mut self.layers);
        for at in &self.protocols {
            match self.cells.get_mut(*at) {
                Some(Cell::Shown(texts)) => texts.push(layers.clone()),
                Some(Cell::Typed { values, .. }) => values.push(Datum::Text(layers.clone().into_bytes()).into()),
                None => {}
            }
        }
    }

    /// Forgets the frame.
    pub fn clear(&mut self) {
        self.layers.clear();
        self.depth = 0;
        self.protocols_open.clear();
        self.headers.clear();
        self.buffers.clear();
        for cell in &mut self.cells {
            match cell {
                Cell::Shown(texts) => texts.clear(),
                Cell::Typed { values, .. } => values.clear(),
            }
        }
    }
}

impl Sink for Gather {
    fn wants_fields(&self) -> bool {
        true
    }

    fn asked(&self) -> Asked {
        self.asked
    }

    fn wants_bodies(&self) -> bool {
        self.keeps_bytes || self.in_bodies
    }

    fn shows_secrets(&self) -> bool {
        self.reveal
    }

    fn open(&mut self, field: &'static Field, at: Span, value: Value<'_>) {
        self.depth = self.depth.saturating_add(1);
        if field.kind == Kind::Protocol {
            self.protocols_open.push((self.depth, field, count(&mut self.headers, address(field))));
        }
        let Some(wants) = self.by_field.get(&address(field)) else { return };
        for want in wants {
            match self.cells.get_mut(*want) {
                Some(Cell::Shown(texts)) => {
                    texts.push(shown(field, value, self.reveal));
                }
                Some(Cell::Typed { values, bytes: true }) if field == &tcp::fields::PAYLOAD && is_segment(values) => {
                    if let Some(Occurrence { value: Datum::Protocol(_, own), .. }) = values.last_mut() {
                        *own = own.saturating_add(at.len());
                    }
                }
                Some(Cell::Typed { values, bytes }) => {
                    let layer = self.protocols_open.last().map_or(1, |(_, _, layer)| *layer);
                    let buffer = self.buffers.last().filter(|_| *bytes && field.kind == Kind::Protocol);
                    let value = buffer.map_or_else(|| value.into(), |buffer| protocol(buffer, at));
                    values.push(Occurrence { value, len: at.len(), layer });
                }
                None => {}
            }
        }
    }

    fn close(&mut self) {
        self.protocols_open.pop_if(|(depth, ..)| *depth == self.depth);
        self.depth = self.depth.saturating_sub(1);
    }

    fn label(&mut self, text: fmt::Arguments<'_>) {
        let Some((_, field, _)) = self.protocols_open.last().filter(|(depth, ..)| *depth == self.depth) else { return };
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
        if !self.protocols.is_empty() {
            if !self.layers.is_empty() {
                self.layers.push(':');
            }
            self.layers.push_str(name);
        }
    }

    fn enter(&mut self, _: &'static str, bytes: &[u8]) {
        if self.keeps_bytes {
            self.buffers.push(bytes.to_vec());
        }
    }

    fn leave(&mut self) {
        self.buffers.pop();
    }

    fn fact(&mut self, _: Fact, _: Span) {}
}

/// A value as a column shows it.
fn shown(field: &'static Field, value: Value<'_>, reveal: bool) -> String {
    if field.secret && !reveal {
        return mask(value);
    }
    if value == Value::None {
        return if field.kind == Kind::Protocol { field.name } else { "1" }.to_owned();
    }
    let mut text = String::new();
    display(field, value, &mut text);
    text
}

/// True if a field can only stand in messages: whoever has it is found by port or content, or within other messages.
fn is_message(name: &str) -> bool {
    let carried = |claim: &Claim| {
        matches!(
            claim,
            Claim::TcpPort(_) | Claim::UdpPort(_) | Claim::MediaType(_) | Claim::AuthScheme(_) | Claim::Mechanism(_)
        )
    };
    let mut owners = registry::ALL.iter().filter(|p| p.fields.iter().any(|f| f.name == name));
    owners.all(|p| p.claims.iter().any(carried) && p.claims.iter().all(|c| carried(c) || matches!(c, Claim::Named(_))))
}

/// Counts one more of this kind and says the how manieth it is.
fn count(headers: &mut Vec<(usize, usize)>, kind: usize) -> usize {
    if let Some((_, count)) = headers.iter_mut().find(|(known, _)| *known == kind) {
        *count = count.saturating_add(1);
        return *count;
    }
    headers.push((kind, 1));
    1
}

/// A protocol's bytes: from its first on to the end of the buffer.
fn protocol(buffer: &[u8], at: Span) -> Datum {
    Datum::Protocol(buffer.get(at.start as usize..).unwrap_or_default().to_vec(), at.len())
}

/// True if the values are those of a protocol: a payload that is wanted for itself has bytes.
fn is_segment(values: &[Occurrence]) -> bool {
    matches!(values.last(), Some(Occurrence { value: Datum::Protocol(..), .. }))
}
