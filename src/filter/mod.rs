//! The display filter: text to a checked expression, to a verdict on one frame.
//!
//! The language is Wireshark's, so far: presence, `== != < <= > >=`, `contains`, `&& || !` and their words, parentheses.

mod eval;
mod lex;
mod parse;

pub use eval::{Filter, Lookup, Operand, suggestions};

use std::fmt;
use std::ops::Range;

/// A filter that cannot be used: where and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// The filter as given.
    pub text: String,
    /// Bytes of `text` concerned.
    pub span: Range<usize>,
    /// Why, as a sentence.
    pub why: String,
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
