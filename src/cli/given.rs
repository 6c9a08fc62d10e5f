//! Files that options name: texts are read within bounds, and nothing that is read is written over.

use super::Failure;
use super::args::{Common, Input};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Longest text read, in bytes: beyond is something else.
const MAX_TEXT: u64 = 16 << 20;

/// The text of a file.
pub fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_TEXT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_TEXT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "too long for a text of this kind"));
    }
    Ok(text)
}

/// Refuses to write over a file that this run reads: a capture, keys, passwords, a baseline.
pub fn spare(target: Option<&Path>, common: &Common, input: &Input) -> Result<(), Failure> {
    // What is not there yet, and what is no plain file (/dev/null, a pipe), is not replaced.
    let Some(target) = target.filter(|target| target.is_file()) else { return Ok(()) };
    let lists =
        [&common.read, &common.keylog, &common.tls_key, &common.keytab, &common.nt_password_file, &common.ca_file];
    let read = lists.into_iter().flatten().chain(&common.baseline).chain(&common.config).chain(&input.files);
    match read.into_iter().find(|path| is_same(path, target)) {
        Some(path) => Err(Failure::Usage(format!("{} is read by this command; name another file", path.display()))),
        None => Ok(()),
    }
}

/// True if both names are of one file, by whatever links.
fn is_same(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |path: &Path| fs::metadata(path).map(|meta| (meta.dev(), meta.ino()));
        matches!((identity(a), identity(b)), (Ok(a), Ok(b)) if a == b)
    }
    #[cfg(not(unix))]
    {
        matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
    }
}
