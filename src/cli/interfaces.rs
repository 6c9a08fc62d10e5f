//! `interfaces`: what can be captured on, and what is missing if nothing can.

use super::{Exit, Failure};
use crate::capture::live::interfaces::list;
use crate::wire::text;
use std::io::{self, BufWriter, Write};

/// Runs the command.
pub fn run() -> Result<Exit, Failure> {
    let (devices, missing) = list();
    let mut out = BufWriter::new(io::stdout().lock());
    let width = devices.iter().map(|d| d.name.chars().count()).max().unwrap_or(0);
    for device in &devices {
        let state = device.state.as_deref().unwrap_or("-");
        let mut line =
            format!("{:width$}  {state:11} {}", text::escape(device.name.as_bytes()), device.addresses.join(" "));
        if !device.note.is_empty() {
            line = format!("{}  ({})", line.trim_end(), text::escape(device.note.as_bytes()));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    out.flush()?;
    match missing {
        Some(error) => Err(Failure::Live(error)),
        None => Ok(Exit::Done),
    }
}
