//! Where output goes: standard output, or the file that was named.

use super::Failure;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes to the file named, or else to standard output.
pub fn write(path: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let whole = |mut out: Box<dyn Write>| {
        write(&mut out)?;
        out.flush()
    };
    let Some(path) = path else { return Ok(whole(Box::new(BufWriter::new(io::stdout().lock())))?) };
    let fail = |source| Failure::File { doing: "write", path: path.to_owned(), source };
    whole(Box::new(BufWriter::new(File::create(path).map_err(fail)?))).map_err(fail)
}
