//! `rules`: every finding with severity and remedy, one a line.

use super::{Exit, Failure};
use crate::findings::RULES;
use std::io::{self, BufWriter, Write};

/// Runs the command.
pub fn run(pattern: Option<&str>) -> Result<Exit, Failure> {
    let pattern = pattern.unwrap_or_default().to_lowercase();
    let mut out = BufWriter::new(io::stdout().lock());
    for rule in RULES {
        let row = format!("{}\t{}\t{}\t{}\t{}", rule.code, rule.severity.name(), rule.name, rule.title, rule.remedy);
        if row.to_lowercase().contains(&pattern) {
            writeln!(out, "{row}")?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
