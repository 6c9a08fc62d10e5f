//! What is weak: rules over the evidence, one file each.
//!
//! A rule is a value with a small function. Its name says what is wrong, never what to do; its code is never reused.

mod facts;
mod list;
mod report;
mod rules;

pub use facts::Facts;
pub use list::{RULES, rule};
pub use report::{Found, Item, Report};

pub use crate::signin::Confidence;

use crate::analysis::Evidence;
use crate::signin::SignIn;
use std::fmt;

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Minor.
    Low,
    /// Should be mended.
    Medium,
    /// Must be mended.
    High,
    /// Is being lost right now.
    Critical,
}

impl Severity {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The letter that stands for it, so that colour is never the only sign.
    pub const fn letter(self) -> char {
        match self {
            Self::Info => 'I',
            Self::Low => 'L',
            Self::Medium => 'M',
            Self::High => 'H',
            Self::Critical => 'C',
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A rule.
pub struct Rule {
    /// `W01`
    pub code: &'static str,
    /// `basic-in-clear`
    pub name: &'static str,
    /// How bad it is, unless the case says otherwise.
    pub severity: Severity,
    /// What is wrong, in a line.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do, with cmdlets in their exact spelling.
    pub remedy: &'static str,
    /// Where to read on.
    pub references: &'static [&'static str],
    /// Looks for it.
    pub check: fn(&Facts<'_>, &mut Report),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// Runs every rule; the worst findings first, then in the order of their first evidence.
pub fn judge(evidence: &Evidence, sign_ins: &[SignIn]) -> Vec<Found> {
    let facts = Facts::new(evidence, sign_ins);
    let mut report = Report::default();
    for rule in RULES {
        report.begin(rule);
        (rule.check)(&facts, &mut report);
    }
    drop(facts);
    report.finish()
}
