//! The list of passwords a user gives with `--nt-password-file`: one secret a line.
//!
//! ```text
//! password                       tried for every user
//! user<TAB>password
//! user<TAB>nt:<32 hexadecimal digits of the NT hash>
//! ```
//!
//! A user is `name`, `DOMAIN\name` or `name@domain`. Empty lines are skipped; blanks belong to the password.

use super::ntlm::NtHash;
use super::{Key, Phrase, ntlm};
use thiserror::Error;

/// What is wrong with a line. Says where, never what stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Not text.
    #[error("line {0} of the password file is not UTF-8 text; save the file as UTF-8")]
    NotText(usize),
    /// Nothing, or half a name, before the tab.
    #[error("line {0} of the password file names no user before the tab; write name, DOMAIN\\name or name@domain")]
    NoUser(usize),
    /// `nt:` with something else behind it.
    #[error("line {0} of the password file has no NT hash behind nt:; write 32 hexadecimal digits")]
    NoHash(usize),
}

/// Secrets and whom they are for.
#[derive(Clone, Debug, Default)]
pub struct Passwords {
    entries: Vec<Entry>,
}

/// One secret.
#[derive(Clone, Debug)]
pub struct Entry {
    account: Option<Account>,
    hash: NtHash,
    phrase: Option<Phrase>,
}

impl Entry {
    /// Its NT hash.
    pub const fn hash(&self) -> &NtHash {
        &self.hash
    }

    /// The password; nothing for an NT hash.
    pub const fn phrase(&self) -> Option<&Phrase> {
        self.phrase.as_ref()
    }

    /// Its LM hash; nothing for an NT hash, and for a password that has none.
    pub fn lm_hash(&self) -> Option<Key<16>> {
        ntlm::lm_hash(self.phrase.as_ref()?.text())
    }

    /// True if it is for every user.
    pub const fn is_for_all(&self) -> bool {
        self.account.is_none()
    }

    fn names(&self, user: &str, domain: &str) -> bool {
        self.account.as_ref().is_some_and(|a| a.is(user, domain))
    }
}

impl Passwords {
    /// Reads the content of a file.
    pub fn parse(content: &[u8]) -> Result<Self, PasswordError> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let mut entries = Vec::new();
        for (line, number) in content.split(|b| *b == b'\n').zip(1..) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = std::str::from_utf8(line).map_err(|_| PasswordError::NotText(number))?;
            if line.is_empty() {
                continue;
            }
            entries.push(match line.split_once('\t') {
                None => Entry::password(None, line),
                Some((user, secret)) => {
                    let account = Account::parse(user).ok_or(PasswordError::NoUser(number))?;
                    match secret.strip_prefix("nt:") {
                        None => Entry::password(Some(account), secret),
                        Some(digits) => {
                            let hash = hash(digits).ok_or(PasswordError::NoHash(number))?;
                            Entry { account: Some(account), hash, phrase: None }
                        }
                    }
                }
            });
        }
        Ok(Self { entries })
    }

    /// The secrets to try for a user as an NTLM message names it: those given for it first, then those for everybody.
    pub fn candidates<'p, 'u>(&'p self, user: &'u str, domain: &'u str) -> impl Iterator<Item = &'p Entry> {
        let named = self.entries.iter().filter(move |e| e.names(user, domain));
        named.chain(self.entries.iter().filter(|e| e.is_for_all()))
    }

    /// Takes the secrets of another list too.
    pub fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// True if a line names this user.
    pub fn names(&self, user: &str, domain: &str) -> bool {
        self.entries.iter().any(|e| e.names(user, domain))
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there is no secret.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Entry {
    fn password(account: Option<Account>, password: &str) -> Self {
        Self { account, hash: NtHash::from_password(password), phrase: Some(Phrase::new(password)) }
    }
}

fn hash(digits: &str) -> Option<NtHash> {
    let mut bytes = crate::wire::text::unhex(digits)?;
    let hash = bytes.as_slice().try_into().ok().map(NtHash::new);
    super::key::wipe(&mut bytes);
    hash
}

/// A user of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Account {
    name: String,
    domain: Option<String>,
}

impl Account {
    fn parse(text: &str) -> Option<Self> {
        let (name, domain) = match (text.split_once('\\'), text.rsplit_once('@')) {
            (Some((domain, name)), _) | (None, Some((name, domain))) => (name, Some(domain)),
            (None, None) => (text, None),
        };
        if name.is_empty() || domain.is_some_and(str::is_empty) {
            return None;
        }
        Some(Self { name: name.to_lowercase(), domain: domain.map(str::to_lowercase) })
    }

    /// True if a message that says `user` and `domain` may mean this account. The same domain may stand as its NetBIOS
    /// name on one side and as its DNS name on the other, and a user may be sent as `name@domain` with no domain.
    fn is(&self, user: &str, domain: &str) -> bool {
        let (user, domain) = (user.to_lowercase(), domain.to_lowercase());
        let (name, said) = match user.rsplit_once('@') {
            Some((name, domain)) => (name, domain),
            None => (user.as_str(), domain.as_str()),
        };
        let label = |d: &str| d.split('.').next().unwrap_or_default().to_owned();
        let same = |mine: &str| {
            said.is_empty() || mine == said || mine.contains('.') != said.contains('.') && label(mine) == label(said)
        };
        name == self.name && self.domain.as_deref().is_none_or(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(list: &Passwords, user: &str, domain: &str) -> usize {
        list.candidates(user, domain).count()
    }

    #[test]
    fn each_form_of_a_line() {
        let list = Passwords::parse(
            b"\xef\xbb\xbfopen sesame \r\n\nmona\tNightjar#42\nCORVID\\tariq\tnt:a4f49c406510bdcab6824ee7c30fd852\nnemo@corvid.example\tp\tq",
        )
        .unwrap();
        assert_eq!(list.entries.len(), 4);
        assert_eq!(
            (count(&list, "Mona", "ANY"), count(&list, "tariq", "CORVID"), count(&list, "nobody", "")),
            (2, 2, 1)
        );
        assert_eq!((list.names("MONA", ""), list.names("nobody", "")), (true, false));
        let first = |user| list.candidates(user, "CORVID").next().unwrap().hash().clone();
        assert_eq!(first("mona"), NtHash::from_password("Nightjar#42"));
        assert_eq!(first("tariq"), NtHash::from_password("Password"));
        assert_eq!(first("nemo"), NtHash::from_password("p\tq"));
        assert_eq!(first("nobody"), NtHash::from_password("open sesame "));
        assert!(list.candidates("tariq", "CORVID").next().unwrap().lm_hash().is_none());
    }

    #[test]
    fn whom_a_name_means() {
        let is = |text: &str, user: &str, domain: &str| Account::parse(text).unwrap().is(user, domain);
        assert!(is("CORVID\\mona", "mona", "corvid"));
        assert!(is("CORVID\\mona", "mona", "corvid.example"));
        assert!(is("mona@corvid.example", "mona", "CORVID"));
        assert!(is("mona@corvid.example", "Mona@corvid.example", ""));
        assert!(is("mona", "mona@corvid.example", ""));
        assert!(is("CORVID\\mona", "mona", ""));
        assert!(!is("CORVID\\mona", "mona", "RAVEN"));
        assert!(!is("mona@corvid.example", "mona", "corvid.test"));
        assert!(!is("mona", "monad", ""));
    }

    #[test]
    fn a_bad_line_is_named_and_its_secret_is_not() {
        let error = |content: &[u8]| Passwords::parse(content).unwrap_err();
        assert_eq!(error(b"ok\n\thunter2"), PasswordError::NoUser(2));
        assert_eq!(error(b"DOM\\\thunter2"), PasswordError::NoUser(1));
        assert_eq!(error(b"mona\tnt:hunter2"), PasswordError::NoHash(1));
        assert_eq!(error(b"mona\tnt:a4f49c406510bdcab6824ee7c30fd85"), PasswordError::NoHash(1));
        assert_eq!(error(b"a\nb\nhunter2\xff"), PasswordError::NotText(3));
        for content in [&b"\thunter2"[..], b"mona\tnt:hunter2", b"hunter2\xff"] {
            assert!(!error(content).to_string().contains("hunter2"));
        }
    }

    #[test]
    fn an_empty_file_and_an_empty_password() {
        assert!(Passwords::parse(b"\r\n\n").unwrap().is_empty());
        let list = Passwords::parse(b"guest\t").unwrap();
        assert_eq!(*list.candidates("guest", "").next().unwrap().hash(), NtHash::from_password(""));
    }
}
