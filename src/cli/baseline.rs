//! The baseline that was named: findings that somebody accepted.

use super::args::Common;
use super::{Failure, given};
use crate::report::baseline::Baseline;
use std::io;
use std::path::PathBuf;

/// What to make of a file that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is a mistake.
    Told,
    /// It will be written.
    Empty,
}

/// Where it lies, and what it says; nothing if none was named.
pub fn read(common: &Common, missing: Missing) -> Result<Option<(PathBuf, Baseline)>, Failure> {
    let Some(path) = common.baseline.clone() else { return Ok(None) };
    let text = match given::text(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && missing == Missing::Empty => String::new(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let hint = "in the screen, x on a finding accepts it and writes the file".into();
            return Err(Failure::Unknown { what: format!("there is no baseline {}", path.display()), hint });
        }
        read => read.map_err(|source| Failure::File { doing: "read", path: path.clone(), source })?,
    };
    let wrong = |error| Failure::Usage(format!("{}: {error}", path.display()));
    let baseline = Baseline::parse(&text).map_err(wrong)?;
    Ok(Some((path, baseline)))
}
