//! The display filter: text to a checked expression, to a verdict on one frame.
//!
//! The language is Wireshark 4's (wireshark-filter(4)), without macros and references to a selected packet. Reading goes
//! in steps, one file each: `lex` cuts words, `parse` builds the expression (its grammar stands there), `check` finds the
//! fields, types the values and refuses what makes no sense, `eval` walks what is left. Where Wireshark differs from what
//! one would expect, this follows Wireshark; where it does not, `docs/differences.md` says so.
//!
//! A filter knows fields, not protocols, and not where values come from: whoever evaluates it answers [`Lookup`].

mod check;
mod complete;
mod eval;
mod lex;
mod literal;
mod moment;
mod parse;
mod quote;
mod range;
mod schema;
#[cfg(test)]
mod tests;
mod value;

pub use complete::{Completion, Item, complete};
pub use eval::Lookup;
pub use schema::Schema;
pub use value::{Datum, Occurrence};

use crate::field::Field;
use std::fmt;
use std::ops::Range;

/// A filter ready to be asked.
#[derive(Clone, Debug)]
pub struct Filter {
    root: Option<eval::Test>,
    wants: Vec<Want>,
}

/// A field that a filter looks at.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// The field; others of its name count too.
    pub field: &'static Field,
    /// The bytes it stands in are looked at: of a protocol, or their number.
    pub bytes: bool,
}

impl Filter {
    /// Reads and checks a filter against the fields there are.
    pub fn compile(text: &str, schema: &Schema) -> Result<Self, FilterError> {
        let tokens = lex::lex(text)?;
        let mut checker = check::Checker::new(text, schema);
        let root = parse::parse(text, &tokens)?.map(|expr| checker.expr(&expr)).transpose()?;
        Ok(Self { root, wants: checker.wants })
    }

    /// The fields it looks at; [`Lookup::values`] is asked by their place here.
    pub fn wants(&self) -> &[Want] {
        &self.wants
    }

    /// The verdict on a frame that is known as a whole.
    pub fn matches(&self, frame: &dyn Lookup) -> bool {
        self.verdict(frame).unwrap_or(false)
    }

    /// The verdict as far as the frame is known: nothing if it depends on the rest.
    pub fn verdict(&self, frame: &dyn Lookup) -> Option<bool> {
        self.root.as_ref().map_or(Some(true), |root| root.verdict(frame))
    }
}

/// A filter that cannot be used: where and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// The filter as given.
    pub text: String,
    /// Bytes of `text` concerned.
    pub span: Range<usize>,
    /// Why, as a sentence.
    pub why: String,
    /// Names that may have been meant, the likeliest first.
    pub suggestions: Vec<&'static str>,
}

impl FilterError {
    fn new(text: &str, span: Range<usize>, why: impl Into<String>) -> Self {
        Self { text: text.to_owned(), span, why: why.into(), suggestions: Vec::new() }
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String =
            self.text.chars().map(|c| if crate::wire::text::harmful(c) { '\u{fffd}' } else { c }).collect();
        let before = self.text.get(..self.span.start).map_or(0, |t| t.chars().count());
        let width = self.text.get(self.span.clone()).map_or(1, |t| t.chars().count()).max(1);
        write!(f, "this filter cannot be used: {}\n  {shown}\n  {:before$}{:^<width$}", self.why, "", "")
    }
}

impl std::error::Error for FilterError {}
