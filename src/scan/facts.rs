//! The lens of the analysis: facts with their place, everything else thrown away.

use super::Lens;
use crate::fact::{Fact, FactRow, Place};
use crate::field::Sink;
use crate::wire::Span;

/// Hands every fact to `take`.
pub struct FactsOnly<F> {
    take: F,
    place: Option<Place>,
}

impl<F: FnMut(FactRow)> FactsOnly<F> {
    /// Over this taker.
    pub const fn new(take: F) -> Self {
        Self { take, place: None }
    }
}

impl<F: FnMut(FactRow)> Sink for FactsOnly<F> {
    fn wants_fields(&self) -> bool {
        false
    }

    fn fact(&mut self, fact: Fact, _: Span) {
        if let Some(place) = self.place {
            (self.take)(FactRow { place, fact });
        }
    }
}

impl<F: FnMut(FactRow)> Lens for FactsOnly<F> {
    fn shows(&self) -> bool {
        false
    }

    fn sink(&mut self, place: &Place) -> &mut dyn Sink {
        self.place = Some(*place);
        self
    }
}
