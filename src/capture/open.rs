//! Opening a capture: what it is, is asked of its first bytes.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;

use super::decompress::{self, Peek};
use super::error::printable;
use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::recognise::{self, Format, SIGNATURE, START};
use super::window::{Medium, State, Window};
use super::{CaptureError, Source};

/// Compressions taken off, one around the other.
const LAYERS: usize = 2;

/// Opens the capture at `path`; `-` is standard input.
///
/// Nothing is read ahead but the file header, so a pipe may be opened before its first packet is written.
pub fn open(path: &Path) -> Result<Box<dyn Source + Send>, CaptureError> {
    if path == Path::new("-") {
        let input = io::stdin();
        if input.is_terminal() {
            return Err(CaptureError::Terminal);
        }
        return read_from("standard input".to_owned(), input, None);
    }
    let file = printable(path);
    let refused = |e| CaptureError::opening(printable(path), e);
    // A folder can be opened on some systems, and fails only when it is read.
    let meta = std::fs::metadata(path).map_err(refused)?;
    if meta.is_dir() {
        return Err(CaptureError::Folder { file });
    }
    let input = File::open(path).map_err(refused)?;
    read_from(file, input, meta.is_file().then_some(meta.len()))
}

/// Reads a capture from anywhere. `file` is its name in messages, `total` its size if that is known.
pub fn read_from(
    file: String,
    input: impl Read + Send + 'static,
    total: Option<u64>,
) -> Result<Box<dyn Source + Send>, CaptureError> {
    let (medium, state) = Medium::new(input, total);
    let mut input: Peek<Box<dyn Read + Send>> = Peek::new(Box::new(medium));
    let mut compressions = Vec::new();
    loop {
        let start = input.peek(SIGNATURE).map_err(|e| failed(&file, &state, &e))?;
        if start.is_empty() && compressions.is_empty() {
            return Err(CaptureError::Empty { file });
        }
        let format = recognise::format(start);
        if let Some(Format::Gzip | Format::Zstd | Format::Lz4) = format
            && compressions.len() >= LAYERS
        {
            return Err(CaptureError::Nested { file });
        }
        let (name, inner): (_, Box<dyn Read + Send>) = match format {
            Some(Format::Pcap) => {
                let window = Window::new(file, Box::new(input), state);
                return Ok(Box::new(Pcap::new(window, &compressions)?));
            }
            Some(Format::Pcapng) => {
                let window = Window::new(file, Box::new(input), state);
                return Ok(Box::new(Pcapng::new(window, &compressions)?));
            }
            Some(Format::Skippable) => {
                input.skip_frame().map_err(|e| failed(&file, &state, &e))?;
                continue;
            }
            Some(Format::Gzip) => ("gzip", Box::new(decompress::gzip(input))),
            Some(Format::Zstd) => ("zstd", Box::new(decompress::zstd(input))),
            Some(Format::Lz4) => ("lz4", Box::new(decompress::lz4(input))),
            None => {
                let start = input.peek(START).map_err(|e| failed(&file, &state, &e))?;
                return Err(refuse(file, start));
            }
        };
        compressions.push(name);
        input = Peek::new(inner);
    }
}

/// Why the first bytes could not be read: the medium, or else the compression.
fn failed(file: &str, state: &Arc<State>, error: &io::Error) -> CaptureError {
    let file = file.to_owned();
    match state.failure() {
        // A few systems let a folder or a locked file be opened.
        Some(source) => CaptureError::opening(file, source),
        None => CaptureError::Packed { file, why: error.to_string() },
    }
}

/// The error for what begins with `start`.
fn refuse(file: String, start: &[u8]) -> CaptureError {
    if start.is_empty() {
        return CaptureError::Empty { file };
    }
    match recognise::foreign(start) {
        Some(foreign) => CaptureError::Foreign { file, what: foreign.what, advice: foreign.advice },
        None => CaptureError::NotACapture { file, start: recognise::describe(start) },
    }
}

/// The format in words.
pub(super) fn format_name(format: &str, compressions: &[&str]) -> String {
    let mut name = format.to_owned();
    for compression in compressions.iter().rev() {
        name.push_str(" in ");
        name.push_str(compression);
    }
    name
}
