//! A file of secrets of whatever kind, told by what stands in it: for where nobody says which kind it is.

use super::keytab::Keytab;
use super::passwords::Passwords;
use super::{Secrets, pem};
use crate::wire::wipe;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest file read, in bytes; beyond is something else.
pub const MAX_FILE: u64 = 64 << 20;

impl Secrets {
    /// Takes what stands in a file besides what is there already; says in a few words what it was, never what it says.
    pub fn take_file(&mut self, path: &Path) -> Result<String, String> {
        let mut content = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_FILE.saturating_add(1)).read_to_end(&mut content));
        let taken = match read {
            Err(error) => Err(error.to_string()),
            Ok(_) if content.len() as u64 > MAX_FILE => Err("too long for a file of secrets".into()),
            Ok(_) => self.take(&content),
        };
        wipe(&mut content);
        taken
    }

    /// Takes the content of a file.
    pub fn take(&mut self, content: &[u8]) -> Result<String, String> {
        let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        if matches!(content, [5, 1 | 2, ..]) {
            let keytab = Keytab::parse(content).map_err(|error| error.to_string())?;
            let told = count(keytab.entries().len(), "Kerberos key", "Kerberos keys");
            self.keytab.append(keytab);
            return Ok(told);
        }
        if memchr::memmem::find(content, b"-----BEGIN").is_some() {
            let keys = pem::private_keys(content, &mut || None).map_err(|error| error.to_string())?;
            let told = count(keys.len(), "private key", "private keys");
            self.private.extend(keys);
            return Ok(told);
        }
        let taken = self.keylog.read(content);
        if taken.secrets > 0 {
            return Ok(count(taken.secrets, "TLS secret", "TLS secrets"));
        }
        let passwords = Passwords::parse(content).map_err(|error| error.to_string())?;
        let told = count(passwords.len(), "password", "passwords");
        if passwords.is_empty() {
            return Err("nothing stands in it".into());
        }
        self.passwords.append(passwords);
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_what_stands_in_it() {
        let mut secrets = Secrets::default();
        let random = "ab".repeat(32);
        let log = format!("# a comment\nCLIENT_RANDOM {random} {}\n", "cd".repeat(48));
        assert_eq!(secrets.take(log.as_bytes()), Ok("1 TLS secret".into()));
        assert_eq!(secrets.take(b"one\nalice\ttwo\n"), Ok("2 passwords".into()));
        assert!(secrets.take(b"").is_err());
        assert!(secrets.take(&[5, 2]).is_err(), "a keytab without a key");
        assert!(secrets.take(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").is_err());
        assert_eq!(secrets.keylog.len(), 1);
    }
}
