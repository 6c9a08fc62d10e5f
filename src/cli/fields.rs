//! `fields`: every display-filter field, one a line: name, type, title.

use super::{Exit, Failure};
use crate::field::Kind;
use crate::protocol::registry;
use std::io::{self, BufWriter, Write};

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Protocol => "protocol",
        Kind::Group => "group",
        Kind::Text => "text",
        Kind::Number | Kind::Hex2 | Kind::Hex4 | Kind::Hex6 | Kind::Hex8 | Kind::Hex16 => "number",
        Kind::Signed => "signed",
        Kind::Flag => "boolean",
        Kind::Bytes => "bytes",
        Kind::Mac => "hardware address",
        Kind::Address => "address",
        Kind::Time => "time",
        Kind::Duration => "duration",
        Kind::Float => "float",
        Kind::Oid => "oid",
    }
}

/// Runs the command.
pub fn run(pattern: Option<&str>) -> Result<Exit, Failure> {
    let pattern = pattern.unwrap_or_default().to_lowercase();
    let mut rows: Vec<_> = registry::fields().map(|f| (f.name, kind(f.kind), f.title)).collect();
    rows.sort_unstable();
    rows.dedup_by_key(|row| row.0);
    let mut out = BufWriter::new(io::stdout().lock());
    for (name, kind, title) in rows {
        if name.to_lowercase().contains(&pattern) || title.to_lowercase().contains(&pattern) {
            writeln!(out, "{name}\t{kind}\t{title}")?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
