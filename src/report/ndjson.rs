//! The report as one JSON object a line, each naming its type: for programs that read as it comes.

use super::model::{Capture, FindingRow, Report};
use super::signin::SignInRow;
use serde::Serialize;
use std::io::{self, Write};

/// A row and what every line says of itself.
#[derive(Serialize)]
struct Line<'r, T> {
    schema: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    row: &'r T,
}

/// Writes the report.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let schema = report.schema;
    line(out, schema, "capture", &report.capture)?;
    lines(out, schema, "sign_in", &report.sign_ins)?;
    lines(out, schema, "negotiation", &report.negotiations)?;
    lines(out, schema, "finding", &report.findings)?;
    lines(out, schema, "web_ticket", &report.web_tickets)?;
    lines(out, schema, "tls", &report.tls)?;
    line(out, schema, "visibility", &report.visibility)
}

/// Writes what is known of a capture, as [`write()`] does.
pub fn capture(out: &mut impl Write, schema: &'static str, row: &Capture) -> io::Result<()> {
    line(out, schema, "capture", row)
}

/// Writes one sign-in, as [`write()`] does.
pub fn sign_in(out: &mut impl Write, schema: &'static str, row: &SignInRow) -> io::Result<()> {
    line(out, schema, "sign_in", row)
}

/// Writes one finding, as [`write()`] does.
pub fn finding(out: &mut impl Write, schema: &'static str, row: &FindingRow) -> io::Result<()> {
    line(out, schema, "finding", row)
}

fn lines<T: Serialize>(out: &mut impl Write, schema: &'static str, kind: &'static str, rows: &[T]) -> io::Result<()> {
    rows.iter().try_for_each(|row| line(out, schema, kind, row))
}

fn line<T: Serialize>(out: &mut impl Write, schema: &'static str, kind: &'static str, row: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { schema, kind, row })?;
    writeln!(out)
}
