//! Where captures go that are written anew.
//!
//! As with editcap and tshark a file that exists is replaced; what is read never is (`given::spare`). The new file is
//! written beside its place and moved there when it is whole, so that a run that fails leaves what was there.

use super::Failure;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A capture that can be read twice.
pub enum Twice {
    /// The file itself.
    File(PathBuf),
    /// A copy of what came once.
    Spool(NamedTempFile),
}

impl Twice {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Spool(file) => file.path(),
        }
    }
}

/// Makes sure that a capture can be read twice: standard input and pipes are copied to a temporary file.
pub fn twice(path: &Path) -> Result<Twice, Failure> {
    let regular = fs::metadata(path).is_ok_and(|meta| meta.is_file() || meta.is_dir());
    if regular || (path != Path::new("-") && !path.exists()) {
        return Ok(Twice::File(path.to_owned()));
    }
    let fail = |doing| move |source| Failure::File { doing, path: path.to_owned(), source };
    let mut spool = NamedTempFile::new().map_err(fail("copy"))?;
    if path == Path::new("-") {
        io::copy(&mut io::stdin().lock(), &mut spool).map_err(fail("read"))?;
    } else {
        io::copy(&mut File::open(path).map_err(fail("read"))?, &mut spool).map_err(fail("read"))?;
    }
    Ok(Twice::Spool(spool))
}

/// Lets `write` make the file that goes to `to`; `-` is standard output.
pub fn to<T>(to: &Path, write: impl FnOnce(&mut File) -> Result<T, Failure>) -> Result<T, Failure> {
    let fail = |source| Failure::File { doing: "write", path: to.to_owned(), source };
    // What is no plain file (standard output, /dev/null, a pipe) is written to, not replaced.
    let special = to == Path::new("-") || fs::metadata(to).is_ok_and(|meta| !meta.is_file());
    let target = fs::canonicalize(to).unwrap_or_else(|_| to.to_owned());
    let folder = target.parent().filter(|_| !special).map_or_else(std::env::temp_dir, |folder| {
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
    });
    let mut file = beside(&folder).map_err(fail)?;
    let done = write(file.as_file_mut())?;
    if special {
        file.as_file_mut().seek(SeekFrom::Start(0)).map_err(fail)?;
        if to == Path::new("-") {
            io::copy(file.as_file_mut(), &mut io::stdout().lock())?;
        } else {
            io::copy(file.as_file_mut(), &mut File::options().write(true).open(to).map_err(fail)?).map_err(fail)?;
        }
    } else {
        file.persist(&target).map_err(|error| fail(error.error))?;
    }
    Ok(done)
}

fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".handshark-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the user's mask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
