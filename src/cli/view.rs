//! What `packets` makes of a frame: the values that filter and columns ask for, and a tree where one is printed.

use crate::fact::{Fact, Place};
use crate::field::{Asked, Field, Mark, Secret, Sink, Tree, Value};
use crate::protocol::Protocol;
use crate::scan::{Gather, Glance, Later, Lens, Select, ends};
use crate::wire::Span;
use std::fmt;
use std::net::IpAddr;

/// Both sinks at once: values for filter and columns, the tree for everything else.
pub(super) struct View {
    gather: Gather,
    select: Option<Select>,
    tree: Option<Tree>,
    /// Of the tree only the columns are printed.
    only_columns: bool,
    /// Values are printed, whatever the filter needs of them.
    prints_values: bool,
    /// What is printed of a frame may wait for the filter's verdict.
    patient: bool,
    /// It does, of this frame.
    waits: bool,
    later: Vec<Later>,
    /// From whom to whom, where that is known without a tree.
    ends: Option<(IpAddr, IpAddr)>,
    /// The packet being read.
    frame: u64,
    nowhere: Nowhere,
    /// The filter's verdict, if first sight was enough for it.
    verdict: Option<bool>,
    /// The frame is described: the verdict or what is printed depends on it.
    open: bool,
}

impl View {
    pub(super) fn new(gather: Gather, select: Option<Select>, tree: Option<Tree>) -> Self {
        Self {
            gather,
            select,
            tree,
            only_columns: false,
            prints_values: false,
            patient: false,
            waits: false,
            later: Vec::new(),
            ends: None,
            frame: 0,
            nowhere: Nowhere,
            verdict: None,
            open: true,
        }
    }

    /// The same where of the tree only the columns are printed: no nodes are kept of a frame whose ends are known.
    /// `values`: those of fields are printed beside them.
    pub(super) fn with_columns_only(self, values: bool) -> Self {
        Self { only_columns: true, prints_values: values, ..self }
    }

    /// The same where columns are described once the filter let the frame pass: nothing is learnt from those of others.
    pub(super) fn with_patience(self) -> Self {
        Self { patient: self.only_columns && !self.prints_values && self.tree.is_some(), ..self }
    }

    /// The packet being read, counted from 1.
    pub(super) const fn frame(&self) -> u64 {
        self.frame
    }

    /// What it was described as.
    pub(super) const fn tree(&self) -> Option<&Tree> {
        self.tree.as_ref()
    }

    /// The values of a wanted field.
    pub(super) fn shown(&self, want: usize) -> &[String] {
        self.gather.shown(want)
    }

    /// From whom to whom.
    pub(super) fn ends(&self) -> (String, String) {
        match (self.ends, &self.tree) {
            (Some((source, destination)), _) => (source.to_string(), destination.to_string()),
            (None, Some(tree)) => ends(tree),
            (None, None) => Default::default(),
        }
    }

    /// True if nodes are kept.
    const fn keeps_nodes(&self) -> bool {
        !self.only_columns || self.ends.is_none()
    }

    /// The tree, if its nodes are kept.
    fn nodes(&mut self) -> Option<&mut Tree> {
        if self.keeps_nodes() { self.tree.as_mut() } else { None }
    }

    /// True if the values of fields are asked for.
    fn asks(&self, wanted: impl FnOnce(&Gather) -> bool) -> bool {
        self.keeps_nodes() || (self.verdict.is_none() || self.prints_values) && wanted(&self.gather)
    }

    /// True if the frame is printed.
    pub(super) fn passes(&mut self) -> bool {
        if self.open {
            self.gather.complete();
        }
        self.verdict.unwrap_or_else(|| self.select.as_ref().is_none_or(|select| select.passes(&self.gather)))
    }

    /// Makes ready for the next packet.
    pub(super) fn turn(&mut self) {
        self.frame = self.frame.saturating_add(1);
        self.gather.clear();
        (self.verdict, self.open, self.ends, self.waits) = (None, true, None, false);
        self.later.clear();
        if let Some(tree) = &mut self.tree {
            *tree = Tree::new(tree.show_secrets);
        }
    }
}

impl Sink for View {
    fn wants_fields(&self) -> bool {
        self.open
    }

    fn asked(&self) -> Asked {
        if self.tree.is_some() && self.keeps_nodes() { Asked::ALL } else { self.gather.asked() }
    }

    fn wants_bodies(&self) -> bool {
        self.tree.is_some() && !self.waits || self.gather.wants_bodies()
    }

    fn shows_secrets(&self) -> bool {
        self.gather.shows_secrets()
    }

    fn open(&mut self, field: &'static Field, at: Span, value: Value<'_>) {
        self.gather.open(field, at, value);
        if let Some(tree) = self.nodes() {
            tree.open(field, at, value);
        }
    }

    fn close(&mut self) {
        self.gather.close();
        if let Some(tree) = self.nodes() {
            tree.close();
        }
    }

    fn label(&mut self, text: fmt::Arguments<'_>) {
        self.gather.label(text);
        if let Some(tree) = self.nodes() {
            tree.label(text);
        }
    }

    fn mark(&mut self, mark: Mark, at: Span) {
        if let Some(tree) = self.nodes() {
            tree.mark(mark, at);
        }
    }

    fn secret(&mut self, secret: Secret<'_>, at: Span) {
        if let Some(tree) = self.nodes() {
            tree.secret(secret, at);
        }
    }

    fn fact(&mut self, _: Fact, _: Span) {}

    fn layer(&mut self, name: &'static str) {
        self.gather.layer(name);
        if let Some(tree) = self.nodes() {
            tree.layer(name);
        }
    }

    fn column(&mut self, protocol: &'static str, info: fmt::Arguments<'_>, append: bool) {
        if let Some(tree) = self.tree.as_mut().filter(|_| !self.waits) {
            tree.column(protocol, info, append);
        }
    }

    fn fence(&mut self) {
        if let Some(tree) = self.tree.as_mut().filter(|_| !self.waits) {
            tree.fence();
        }
    }

    fn yields(&mut self) {
        if let Some(tree) = self.tree.as_mut().filter(|_| !self.waits) {
            tree.yields();
        }
    }

    fn enter(&mut self, title: &'static str, bytes: &[u8]) {
        self.gather.enter(title, bytes);
        if let Some(tree) = self.nodes() {
            tree.enter(title, bytes);
        }
    }

    fn leave(&mut self) {
        self.gather.leave();
        if let Some(tree) = self.nodes() {
            tree.leave();
        }
    }
}

impl Lens for View {
    fn shows(&self) -> bool {
        self.open
    }

    fn looks(&self) -> bool {
        true
    }

    fn hasty(&self) -> bool {
        true
    }

    fn postpones(&self) -> bool {
        self.waits
    }

    fn postpone(&mut self, later: Later) {
        self.later.push(later);
    }

    fn postponed(&mut self) -> Vec<Later> {
        let passes = self.passes();
        (self.verdict, self.open, self.waits) = (Some(passes), passes, false);
        if passes { std::mem::take(&mut self.later) } else { Vec::new() }
    }

    fn wants_now(&self, protocol: &'static Protocol) -> bool {
        self.gather.wants_of(protocol)
    }

    fn wants_headers_now(&self) -> bool {
        self.gather.wants_headers()
    }

    fn describes(&self, protocol: &'static Protocol) -> bool {
        self.open && (self.tree.is_some() || self.gather.wants_of(protocol))
    }

    fn values(&self, protocol: &'static Protocol) -> bool {
        self.asks(|gather| gather.wants_values_of(protocol))
    }

    fn header_values(&self) -> bool {
        self.asks(Gather::wants_header_values)
    }

    fn conversations(&self) -> bool {
        self.streams() || self.gather.wants_conversations()
    }

    fn analyses(&self) -> bool {
        self.tree.is_some() || self.gather.wants_analysis()
    }

    fn headers(&self) -> bool {
        self.tree.is_some() || self.gather.wants_headers()
    }

    fn streams(&self) -> bool {
        self.tree.is_some() || self.gather.wants_messages()
    }

    fn glance(&mut self, glance: &Glance<'_>) {
        self.ends = glance.plain.map(|plain| (plain.packet.source, plain.packet.destination));
        let all = self.gather.glance(glance) && self.tree.is_none();
        self.verdict = self.select.as_ref().map_or(Some(true), |select| select.verdict(&self.gather));
        self.open = match self.verdict {
            Some(false) => false,
            Some(true) => !all,
            None => true,
        };
        self.waits = self.patient && self.verdict.is_none() && self.ends.is_some();
        // What is known stays, unless the headers are about to tell it once more.
        if self.open && (glance.plain.is_none() || self.headers() && self.header_values()) {
            self.gather.clear();
        }
    }

    fn sink(&mut self, place: &Place) -> &mut dyn Sink {
        // A packet may close a connection whose last message waited for more: that belongs to a packet printed before.
        if place.frame == self.frame { self } else { &mut self.nowhere }
    }
}

/// Takes what belongs to no packet that is still to be printed.
struct Nowhere;

impl Sink for Nowhere {
    fn wants_fields(&self) -> bool {
        false
    }

    fn fact(&mut self, _: Fact, _: Span) {}
}
