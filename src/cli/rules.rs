//! `rules`: every finding and every failure cause, with severity and remedy, one a line.

use super::{Exit, Failure};
use crate::findings::RULES;
use crate::signin::CAUSES;
use std::io::{self, BufWriter, Write};

/// Runs the command.
pub fn run(pattern: Option<&str>) -> Result<Exit, Failure> {
    let pattern = pattern.unwrap_or_default().to_lowercase();
    let mut out = BufWriter::new(io::stdout().lock());
    let weaknesses = RULES
        .iter()
        .map(|rule| format!("{}\t{}\t{}\t{}\t{}", rule.code, rule.severity.name(), rule.name, rule.title, rule.remedy));
    // A cause has a stage where a weakness has a severity.
    let causes = CAUSES.iter().map(|cause| {
        let remedy = cause.remedy.join("; ");
        format!("{}\t{}\t{}\t{}\t{remedy}", cause.code, cause.stage.name(), cause.name, cause.title)
    });
    for row in weaknesses.chain(causes).filter(|row| row.to_lowercase().contains(&pattern)) {
        writeln!(out, "{row}")?;
    }
    out.flush()?;
    Ok(Exit::Done)
}
