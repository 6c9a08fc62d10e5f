//! What a dissector writes to.

use super::renamed::Renamed;
use super::{Claim, Message, Protocol, expert, registry};
use crate::fact::Fact;
use crate::field::{Asked, Field, Mark, Secret, Sink, Value, hide};
use crate::wire::{Parsed, Span};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Nesting that is followed; deeper is marked.
const MAX_DEPTH: u8 = 16;
/// Bytes one frame may derive (decode, inflate) before the rest is marked.
const MAX_DERIVED: usize = 4 << 20;
/// Buffers one frame may derive.
const MAX_BUFFERS: u16 = 256;

/// What one frame may still derive. Shared by everything inside it.
#[derive(Debug)]
pub struct Budget {
    bytes: usize,
    buffers: u16,
    /// Where secrets lie in the buffer at hand, if it is a derived one.
    secrets: Vec<Range<usize>>,
}

/// Places of secrets remembered of one buffer.
const MAX_SECRETS: usize = 4096;

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: MAX_DERIVED, buffers: MAX_BUFFERS, secrets: Vec::new() }
    }
}

/// Writes the description of one buffer into a sink.
pub struct Out<'o, 'b> {
    sink: &'o mut dyn Sink,
    budget: &'o mut Budget,
    buffer: &'b [u8],
    depth: u8,
    shows: bool,
    values: bool,
    asked: Asked,
    /// The node being written was asked for: what is said of its looks is not said of the one around it.
    labels: bool,
    quoting: bool,
    layering: bool,
}

impl<'o, 'b> Out<'o, 'b> {
    /// Over `buffer`, which `sink` already knows as its current buffer.
    pub fn new(sink: &'o mut dyn Sink, budget: &'o mut Budget, buffer: &'b [u8]) -> Self {
        let (shows, asked) = (sink.wants_fields(), sink.asked());
        let values = shows;
        Self { sink, budget, buffer, depth: 0, shows, values, asked, labels: true, quoting: false, layering: true }
    }

    /// The same where no field is wanted after all, but the layers and what the packet list says: dissectors go on as if
    /// all was shown, so that both are what they would be.
    #[must_use]
    pub fn without_values(self) -> Self {
        Self { values: false, ..self }
    }

    /// False if fields are thrown away: what only serves display may be skipped, facts may not.
    pub const fn shows(&self) -> bool {
        self.shows
    }

    /// False if this field is thrown away: its value need not be made.
    pub fn asks(&self, field: &'static Field) -> bool {
        self.values && self.asked.holds(field)
    }

    /// False if only layers and what the packet list says are wanted.
    pub const fn wants_values(&self) -> bool {
        self.values
    }

    /// False if bodies need not be unpacked.
    pub fn wants_bodies(&self) -> bool {
        self.sink.wants_bodies()
    }

    /// True if secrets may be seen; else a composed text must carry [`crate::field::mask`] in their place.
    pub fn shows_secrets(&self) -> bool {
        self.sink.shows_secrets()
    }

    /// Where `raw` lies in the buffer being described.
    pub fn at(&self, raw: &[u8]) -> Span {
        Span::of(self.buffer, raw)
    }

    /// A field with this value, read from `raw`.
    #[inline]
    pub fn value(&mut self, field: &'static Field, raw: &[u8], value: Value<'_>) {
        if self.asks(field) {
            self.say(field, raw, value);
        }
    }

    fn say(&mut self, field: &'static Field, raw: &[u8], value: Value<'_>) {
        self.note_secret(field, raw);
        self.sink.open(field, self.at(raw), value);
        self.sink.close();
    }

    /// A text field whose value is `raw` itself.
    pub fn text(&mut self, field: &'static Field, raw: &[u8]) {
        self.value(field, raw, Value::Text(raw));
    }

    /// A number read from `raw`.
    #[inline]
    pub fn number(&mut self, field: &'static Field, raw: &[u8], number: impl Into<u64>) {
        self.value(field, raw, Value::Number(number.into()));
    }

    /// A bit read from `raw`.
    #[inline]
    pub fn flag(&mut self, field: &'static Field, raw: &[u8], set: bool) {
        self.value(field, raw, Value::Flag(set));
    }

    /// A field whose value is the bytes `raw`.
    pub fn bytes(&mut self, field: &'static Field, raw: &[u8]) {
        self.value(field, raw, Value::Bytes(raw));
    }

    /// A field that holds others and has no value.
    pub fn group<R>(&mut self, field: &'static Field, raw: &[u8], body: impl FnOnce(&mut Self) -> R) -> R {
        self.node(field, raw, Value::None, body)
    }

    /// A field that holds others and has a value.
    pub fn node<R>(
        &mut self,
        field: &'static Field,
        raw: &[u8],
        value: Value<'_>,
        body: impl FnOnce(&mut Self) -> R,
    ) -> R {
        if !self.values {
            return body(self);
        }
        let asks = self.asked.holds(field);
        let around = std::mem::replace(&mut self.labels, asks);
        if asks {
            self.note_secret(field, raw);
            self.sink.open(field, self.at(raw), value);
        }
        let result = body(self);
        if asks {
            self.sink.close();
        }
        self.labels = around;
        result
    }

    /// Text shown for the node being written instead of its title and value. Call inside `group` or `node`.
    pub fn label(&mut self, text: fmt::Arguments<'_>) {
        if self.values && self.labels {
            self.sink.label(text);
        }
    }

    /// `raw` is a secret and reads `plain` once its spelling is undone. Said of secrets in longer texts; those that are a
    /// field of their own are marked by the field.
    pub fn secret(&mut self, raw: &[u8], plain: &[u8]) {
        self.conceal(raw, Secret::Spelled(plain));
    }

    /// `raw` may not be shown, and is more than a secret: what is inside is told by who reads it.
    pub fn wrapped_secret(&mut self, raw: &[u8]) {
        self.conceal(raw, Secret::Wrapped);
    }

    /// `text`, which lies in this buffer, as it may be seen: these parts of it are secrets, said here.
    pub fn seen<'t>(&mut self, text: &'t [u8], secrets: &[&[u8]]) -> Cow<'t, [u8]> {
        for secret in secrets {
            self.secret(secret, secret);
        }
        if self.shows_secrets() { text.into() } else { hide(text, secrets) }
    }

    fn conceal(&mut self, raw: &[u8], secret: Secret<'_>) {
        if self.values && !raw.is_empty() {
            let at = self.at(raw);
            self.remember(at);
            self.sink.secret(secret, at);
        }
    }

    fn note_secret(&mut self, field: &'static Field, raw: &[u8]) {
        if field.secret && !raw.is_empty() {
            let at = self.at(raw);
            self.remember(at);
        }
    }

    fn remember(&mut self, at: Span) {
        let place = at.start as usize..at.end as usize;
        if self.depth == 0 {
            return;
        }
        let full = self.budget.secrets.len() >= MAX_SECRETS;
        match self.budget.secrets.last_mut() {
            Some(last) if *last == place => {}
            // Too many to tell apart: what lies between them is one, too.
            Some(last) if full => *last = last.start.min(place.start)..last.end.max(place.end),
            _ => self.budget.secrets.push(place),
        }
    }

    /// A mark on bytes.
    pub fn mark(&mut self, mark: Mark, raw: &[u8]) {
        if self.values || !self.shows {
            let at = self.at(raw);
            self.sink.mark(mark, at);
        }
    }

    /// Bytes that contradict the protocol.
    pub fn malformed(&mut self, raw: &[u8], why: &'static str) {
        self.value(&expert::MALFORMED, raw, Value::None);
        self.mark(Mark::Malformed(why), raw);
    }

    /// Something for the analysis.
    pub fn fact(&mut self, fact: Fact, raw: &[u8]) {
        if self.quoting {
            return;
        }
        let at = self.at(raw);
        self.sink.fact(fact, at);
    }

    /// What the packet list says of this message.
    pub fn column(&mut self, protocol: &'static str, info: fmt::Arguments<'_>) {
        if self.shows {
            self.sink.column(protocol, info, false);
        }
    }

    /// More of what the packet list says of this message.
    pub fn column_more(&mut self, info: fmt::Arguments<'_>) {
        if self.shows {
            self.sink.column("", info, true);
        }
    }

    /// What the packet list says so far stays, whatever the messages inside say.
    pub fn fence(&mut self) {
        if self.shows {
            self.sink.fence();
        }
    }

    /// What was said of this message only stands until somebody speaks of what is inside it.
    pub fn yields(&mut self) {
        if self.shows {
            self.sink.yields();
        }
    }

    /// A layer that has no node of its own (`ethertype`).
    pub fn layer(&mut self, name: &'static str) {
        if self.shows && self.layering {
            self.sink.layer(name);
        }
    }

    /// Runs a parser over `rest` and moves it on; on failure marks what is left, empties `rest` and returns nothing.
    pub fn read<T>(&mut self, rest: &mut &'b [u8], parser: impl FnOnce(&'b [u8]) -> Parsed<'b, T>) -> Option<T> {
        if let Ok((after, value)) = parser(rest) {
            *rest = after;
            Some(value)
        } else {
            self.malformed(rest, "not readable from here");
            *rest = &rest[rest.len()..];
            None
        }
    }

    /// Gives `raw` to the protocol that claims `claim`; false if nobody does.
    pub fn hand_over(&mut self, message: &Message<'b>, claim: Claim, raw: &'b [u8]) -> bool {
        let Some(protocol) = registry::find_for(claim, raw) else { return false };
        self.give(protocol, &message.with(raw));
        true
    }

    /// Lets `protocol` describe `message`, whose bytes lie in this buffer.
    pub fn give(&mut self, protocol: &'static Protocol, message: &Message<'b>) {
        if self.depth < MAX_DEPTH && !protocol.silent {
            self.layer(protocol.name);
        }
        self.give_inside(protocol, message);
    }

    /// The same without a layer of its own: the message is a part of the layer at hand.
    pub fn give_inside(&mut self, protocol: &'static Protocol, message: &Message<'b>) {
        if self.depth >= MAX_DEPTH {
            self.mark(Mark::TooDeep, message.bytes);
            return;
        }
        self.depth += 1;
        (protocol.dissect)(message, self);
        self.depth -= 1;
    }

    /// A new buffer of bytes that are not on the wire as they are: decoded, inflated, decrypted. Says where secrets lie in
    /// it: whoever can tell where they lie on the wire marks them there too.
    pub fn derived<'c>(
        &mut self,
        title: &'static str,
        bytes: &'c [u8],
        body: impl FnOnce(&mut Out<'_, 'c>),
    ) -> Vec<Range<usize>> {
        if self.depth >= MAX_DEPTH {
            self.mark(Mark::TooDeep, &[]);
            return Vec::new();
        }
        let left = self.budget.bytes.checked_sub(bytes.len());
        let (Some(left), Some(buffers)) = (left, self.budget.buffers.checked_sub(1)) else {
            self.mark(Mark::TooLarge, &[]);
            return Vec::new();
        };
        (self.budget.bytes, self.budget.buffers) = (left, buffers);
        let around = std::mem::take(&mut self.budget.secrets);
        let enters = self.values || !self.shows;
        if enters {
            self.sink.enter(title, bytes);
        }
        let depth = self.depth + 1;
        body(&mut Out { buffer: bytes, depth, ..self.beside() });
        if enters {
            self.sink.leave();
        }
        std::mem::replace(&mut self.budget.secrets, around)
    }

    /// The same of bytes that were packed in `raw`: where something in them is a secret, no byte of `raw` may be shown.
    pub fn unpacked<'c>(
        &mut self,
        raw: &[u8],
        title: &'static str,
        bytes: &'c [u8],
        body: impl FnOnce(&mut Out<'_, 'c>),
    ) {
        if !self.derived(title, bytes, body).is_empty() {
            self.wrapped_secret(raw);
        }
    }

    /// The same place for a message that is quoted, as ICMP quotes the datagram it complains about: it is described, but
    /// nobody says it now, so its facts do not count.
    pub fn quoted<'c>(&mut self, body: impl FnOnce(&mut Out<'_, 'c>))
    where
        'b: 'c,
    {
        body(&mut Out { quoting: true, buffer: self.buffer, ..self.beside() });
    }

    /// The same place for a protocol that shares what is described, but has names of its own for the fields: `named` gives
    /// them.
    pub fn renamed(&mut self, named: fn(&'static Field) -> &'static Field, body: impl FnOnce(&mut Out<'_, 'b>)) {
        let buffer = self.buffer;
        let Out { sink, budget, depth, shows, values, labels, quoting, layering, .. } = self.beside();
        let (sink, asked) = (&mut Renamed { sink, named }, Asked::ALL);
        body(&mut Out { sink, budget, buffer, depth, shows, values, asked, labels, quoting, layering });
    }

    /// The same place for what Wireshark leaves unread, as it does tokens in SIP headers: it is described, but
    /// `frame.protocols` does not name it.
    pub fn unlayered(&mut self, body: impl FnOnce(&mut Out<'_, 'b>)) {
        body(&mut Out { layering: false, buffer: self.buffer, ..self.beside() });
    }

    /// The same place, over no buffer yet.
    fn beside<'c>(&mut self) -> Out<'_, 'c> {
        Out { sink: &mut *self.sink, budget: &mut *self.budget, buffer: &[], ..*self }
    }
}
