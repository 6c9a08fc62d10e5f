//! A sink that gives fields other names and hands everything on.

use crate::fact::Fact;
use crate::field::{Field, Mark, Secret, Sink, Value};
use crate::wire::Span;
use std::fmt::Arguments;

pub(super) struct Renamed<'s> {
    pub sink: &'s mut dyn Sink,
    pub named: fn(&'static Field) -> &'static Field,
}

impl Sink for Renamed<'_> {
    fn wants_fields(&self) -> bool {
        self.sink.wants_fields()
    }

    fn shows_secrets(&self) -> bool {
        self.sink.shows_secrets()
    }

    fn open(&mut self, field: &'static Field, at: Span, value: Value<'_>) {
        self.sink.open((self.named)(field), at, value);
    }

    fn close(&mut self) {
        self.sink.close();
    }

    fn label(&mut self, text: Arguments<'_>) {
        self.sink.label(text);
    }

    fn mark(&mut self, mark: Mark, at: Span) {
        self.sink.mark(mark, at);
    }

    fn secret(&mut self, secret: Secret<'_>, at: Span) {
        self.sink.secret(secret, at);
    }

    fn fact(&mut self, fact: Fact, at: Span) {
        self.sink.fact(fact, at);
    }

    fn layer(&mut self, name: &'static str) {
        self.sink.layer(name);
    }

    fn column(&mut self, protocol: &'static str, info: Arguments<'_>, append: bool) {
        self.sink.column(protocol, info, append);
    }

    fn fence(&mut self) {
        self.sink.fence();
    }

    fn yields(&mut self) {
        self.sink.yields();
    }

    fn enter(&mut self, title: &'static str, bytes: &[u8]) {
        self.sink.enter(title, bytes);
    }

    fn leave(&mut self) {
        self.sink.leave();
    }
}
