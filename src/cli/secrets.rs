//! The files that hold secrets: read once, told about by file and line, never shown.

use super::args::Common;
use super::{Failure, passphrase};
use crate::secrets::keytab::Keytab;
use crate::secrets::passwords::Passwords;
use crate::secrets::{Secrets, pem};
use crate::wire::{Timestamp, wipe};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::SystemTime;

/// Longest file read, in bytes; beyond is something else.
const MAX_FILE: u64 = 64 << 20;

/// Reads every file of secrets that was named.
pub fn read(common: &Common) -> Result<Secrets, Failure> {
    let mut secrets = Secrets::default();
    for path in &common.nt_password_file {
        let given = with(path, |content| Passwords::parse(content).map_err(|e| e.to_string()))?;
        secrets.passwords.append(given);
    }
    for path in &common.keytab {
        let given = with(path, |content| Keytab::parse(content).map_err(|e| e.to_string()))?;
        secrets.keytab.append(given);
    }
    for path in &common.tls_key {
        let keys = with(path, |content| {
            pem::private_keys(content, &mut || passphrase::ask(path)).map_err(|error| error.to_string())
        })?;
        secrets.private.extend(keys);
    }
    for path in &common.ca_file {
        let authorities = with(path, |content| pem::certificates(content).map_err(|error| error.to_string()))?;
        secrets.trust.authorities.extend(authorities);
    }
    secrets.trust.at = at(&common.at)?;
    for path in &common.keylog {
        with(path, |content| {
            let taken = secrets.keylog.read(content);
            match taken.bad.first() {
                // A key log without a single key is another file.
                Some(first) if taken.secrets == 0 => return Err(first.to_string()),
                None if taken.secrets == 0 && says_something(content) => {
                    return Err(
                        "holds no secret of TLS; lines of a key log begin with CLIENT_RANDOM and the like".into()
                    );
                }
                Some(_) if !common.quiet => {
                    for error in &taken.bad {
                        let _ = writeln!(io::stderr(), "handshark: {}: {error}", path.display());
                    }
                    let more = taken.bad_lines.saturating_sub(taken.bad.len());
                    if more > 0 {
                        let _ = writeln!(io::stderr(), "handshark: {}: and {more} more lines", path.display());
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
    }
    Ok(secrets)
}

/// True if there is more in a key log than comments: one that nobody has written to yet is no mistake.
fn says_something(content: &[u8]) -> bool {
    content.split(|b| *b == b'\n').any(|line| !matches!(line.trim_ascii(), [] | [b'#', ..]))
}

/// When certificates are judged; nothing for the time of their packet.
fn at(when: &str) -> Result<Option<Timestamp>, Failure> {
    match when {
        "capture" => Ok(None),
        "now" => {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Ok(Some(Timestamp::new(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), 0)))
        }
        other => Timestamp::from_rfc3339(other).map(Some).ok_or_else(|| {
            Failure::Usage(format!("--at takes capture, now, or a time such as 2026-11-22T10:00:00Z, not '{other}'"))
        }),
    }
}

/// Hands the content of a file on, and overwrites it afterwards.
fn with<T>(path: &Path, take: impl FnOnce(&[u8]) -> Result<T, String>) -> Result<T, Failure> {
    let mut content = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut content));
    let taken = match read {
        Err(source) => Err(Failure::File { doing: "read", path: path.to_owned(), source }),
        Ok(_) if content.len() as u64 > MAX_FILE => Err(fail(path, "too long for a file of secrets".into())),
        Ok(_) => take(&content).map_err(|what| fail(path, what)),
    };
    wipe(&mut content);
    taken
}

fn fail(path: &Path, what: String) -> Failure {
    Failure::Secrets { path: path.to_owned(), what }
}
