//! The clipboard of the terminal: OSC 52, which works through any number of SSH sessions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Write, stdout};

/// Longest text that terminals take, in bytes.
const MAX: usize = 74_000;

/// Puts a text on the clipboard, if the terminal lets us.
pub fn copy(text: &str) -> io::Result<()> {
    let end = text.floor_char_boundary(MAX);
    let encoded = STANDARD.encode(text.get(..end).unwrap_or_default());
    let mut out = stdout().lock();
    write!(out, "\x1b]52;c;{encoded}\x07")?;
    out.flush()
}
