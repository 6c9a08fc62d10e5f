//! `explain`: what a finding means, why it matters, how to mend it.

use super::{Exit, Failure};
use crate::findings::{RULES, rule};
use crate::signin::{Cause, cause};
use std::io::{self, Write};

/// Runs the command.
pub fn run(id: &str) -> Result<Exit, Failure> {
    if let Some(cause) = cause(id) {
        return explain_cause(cause);
    }
    let Some(rule) = rule(id) else {
        let known: Vec<_> = RULES.iter().map(|r| r.code).collect();
        return Err(Failure::Unknown {
            what: format!("nothing is known by the id '{}'", crate::wire::text::escape(id.as_bytes())),
            hint: format!("there are {}; handshark rules lists them with their names", known.join(" ")),
        });
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{} {} ({})", rule.code, rule.title, rule.severity.name())?;
    writeln!(out, "{}\n", rule.name)?;
    writeln!(out, "Why it matters\n  {}\n", rule.why)?;
    writeln!(out, "What to do\n  {}\n", rule.remedy)?;
    writeln!(out, "Read on\n  {}", rule.references.join("\n  "))?;
    Ok(Exit::Done)
}

fn explain_cause(cause: &Cause) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{} {} (stage {})", cause.code, cause.title, cause.stage.name())?;
    writeln!(out, "{}\n", cause.name)?;
    writeln!(out, "What the wire shows\n  {}\n", cause.signature)?;
    writeln!(out, "What to do")?;
    for (at, step) in cause.remedy.iter().enumerate() {
        writeln!(out, "  {}. {step}", at + 1)?;
    }
    if !cause.weakened.is_empty() {
        writeln!(out, "\nBut\n  {}", cause.weakened)?;
    }
    Ok(Exit::Done)
}
