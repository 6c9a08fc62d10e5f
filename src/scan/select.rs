//! A filter put to the values a frame was found to have.

use super::gather::Gather;
use crate::field::Field;
use crate::filter::{Filter, FilterError, Lookup, Occurrence, Schema};
use crate::protocol::registry;
use std::sync::LazyLock;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(registry::fields()));

/// The fields a filter may name.
pub fn schema() -> &'static Schema {
    &SCHEMA
}

/// A compiled filter with its wants in a [`Gather`].
#[derive(Debug)]
pub struct Select {
    filter: Filter,
    wants: Vec<usize>,
}

/// The field of this name; a name shared by several fields is typed by the first.
pub fn field_named(name: &str) -> Option<&'static Field> {
    schema().field(name)
}

impl Select {
    /// Compiles `text` and registers what it needs with `gather`.
    pub fn new(text: &str, gather: &mut Gather) -> Result<Self, FilterError> {
        let filter = Filter::compile(text, schema())?;
        let wants = filter.wants().iter().filter_map(|want| gather.want_typed(want)).collect();
        Ok(Self { filter, wants })
    }

    /// True if the frame gathered passes.
    pub fn passes(&self, gather: &Gather) -> bool {
        self.filter.matches(&Gathered { gather, wants: &self.wants, whole: true })
    }

    /// The verdict at first sight of the frame, if that is enough.
    pub fn verdict(&self, gather: &Gather) -> Option<bool> {
        self.filter.verdict(&Gathered { gather, wants: &self.wants, whole: false })
    }
}

struct Gathered<'f> {
    gather: &'f Gather,
    wants: &'f [usize],
    /// All of the frame was gathered.
    whole: bool,
}

impl Lookup for Gathered<'_> {
    fn values(&self, want: usize) -> Option<&[Occurrence]> {
        let Some(want) = self.wants.get(want) else { return Some(&[]) };
        if self.whole { Some(self.gather.typed(*want)) } else { self.gather.glanced(*want) }
    }
}
