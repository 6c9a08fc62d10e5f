//! Where lines go: standard output, or a file that is appended to and can be begun anew.

use crate::cli::Failure;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// An output.
#[derive(Debug)]
pub enum Lines {
    /// Standard output.
    Out(BufWriter<io::Stdout>),
    /// A file.
    File(BufWriter<File>, PathBuf),
}

impl Lines {
    /// To the file named, or else to standard output.
    pub fn new(path: Option<&Path>) -> Result<Self, Failure> {
        Ok(match path {
            None => Self::Out(BufWriter::new(io::stdout())),
            Some(path) => Self::File(BufWriter::new(append(path)?), path.to_owned()),
        })
    }

    /// Opens the file anew: whoever rotates has moved the old one away.
    pub fn reopen(&mut self) -> Result<(), Failure> {
        let Self::File(out, path) = self else { return Ok(()) };
        out.flush()?;
        *out = BufWriter::new(append(path)?);
        Ok(())
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Out(out) => out.write(bytes),
            Self::File(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Out(out) => out.flush(),
            Self::File(out, _) => out.flush(),
        }
    }
}

fn append(path: &Path) -> Result<File, Failure> {
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.map_err(|source| Failure::File { doing: "write", path: path.to_owned(), source })
}
