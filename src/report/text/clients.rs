//! Kinds of clients: how each should authenticate first, and how it did.

use super::safe;
use crate::report::signin::ClientKind;
use std::fmt::Write;

/// Kinds of clients, expected against observed.
pub(super) fn clients(out: &mut String, rows: &[ClientKind]) {
    let known: Vec<_> = rows.iter().filter(|row| row.family != "unknown").collect();
    if known.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nCLIENTS  first authentication, expected and observed");
    for row in known {
        let side = if row.side == "unknown" { String::new() } else { format!(" {}", row.side) };
        let observed = if row.observed.is_empty() { "not seen".into() } else { safe(&row.observed.join(", ")) };
        let fits = match row.fits {
            Some(false) => "  differs",
            _ => "",
        };
        let _ = writeln!(
            out,
            "  {}{side} ×{}: expected {}; observed {observed}{fits}",
            row.family, row.sign_ins, row.expected
        );
    }
}
