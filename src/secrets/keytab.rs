//! Keytabs: the keys a Kerberos service keeps in a file, as a user gives them with `--keytab` (MIT krb5, "The Kerberos
//! keytab binary file format").
//!
//! ```text
//! keytab  05 version(1)                          -- version 1 in the byte order of its machine, version 2 big-endian
//!         { length(i32) entry }                  -- a negative length is a hole, 0 is the end
//! entry   components(u16)                        -- in version 1 the realm is counted too
//!         realm { component }                    -- each length(u16) and bytes
//!         name_type(u32)                         -- version 2
//!         timestamp(u32) kvno(u8)
//!         etype(u16) key                         -- length(u16) and bytes
//!         kvno(u32)                              -- if four bytes are left; counts unless it is 0
//! ```
//!
//! A file is taken as a whole or refused: half a keytab would answer "no key fits" where the key was cut off.

use crate::fact::{EncryptionKey, Principal};
use crate::wire::Parsed;
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::Endianness;
use nom::number::complete::{i32, u8, u16, u32};
use thiserror::Error;

/// Keys of one file; more are refused.
const MAX_ENTRIES: usize = 10_000;
/// Longest key kept, in bytes; the longest of any encryption type has 32.
const MAX_KEY: usize = 64;
/// Components of a name; there are hardly three.
const MAX_COMPONENTS: u16 = 32;

/// What is wrong with a keytab. Says where, never what stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeytabError {
    /// Something else.
    #[error("this is no keytab: it does not begin with the byte 5; make one with ktutil or ktpass")]
    Other,
    /// A version that nobody wrote yet, or a ticket cache.
    #[error("this is version {0} of the file format; keytabs have version 1 or 2 (a ticket cache is no keytab)")]
    Version(u8),
    /// The file ends inside an entry.
    #[error("the keytab ends inside the entry at byte {0}; copy it again, as binary")]
    Cut(usize),
    /// An entry whose parts do not fit into it.
    #[error("the entry at byte {0} of the keytab is damaged; copy it again, as binary")]
    Damaged(usize),
    /// More keys than are kept.
    #[error("the keytab holds more than {MAX_ENTRIES} keys; give one with the keys of the services concerned")]
    TooMany,
    /// Only holes.
    #[error("the keytab holds no key")]
    Empty,
}

/// Keys of services, and of users.
#[derive(Clone, Debug, Default)]
pub struct Keytab {
    entries: Vec<Entry>,
}

/// One key.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose.
    pub principal: Principal,
    /// Its version.
    pub kvno: u32,
    /// The key.
    pub key: EncryptionKey,
}

impl Keytab {
    /// Reads the content of a file.
    pub fn parse(content: &[u8]) -> Result<Self, KeytabError> {
        match content {
            [5, 2, entries @ ..] => read(entries, Endianness::Big, Version::Two),
            // The order of the machine that wrote it is nowhere told; lengths of the wrong one leave the file at once.
            [5, 1, entries @ ..] => read(entries, Endianness::Little, Version::One)
                .or_else(|little| read(entries, Endianness::Big, Version::One).map_err(|_| little)),
            [5, version, ..] => Err(KeytabError::Version(*version)),
            _ => Err(KeytabError::Other),
        }
    }

    /// Takes the keys of another one too.
    pub fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// All keys, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// True if there is no key.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Entry {
    /// True if it belongs to this principal. Directories compare names without regard to case; a user may ask with
    /// `name@domain` (NT-ENTERPRISE).
    pub fn is_of(&self, principal: &Principal) -> bool {
        let name = principal.name.split('@').next().unwrap_or_default();
        self.principal.name.eq_ignore_ascii_case(name)
            && (principal.realm.is_empty() || self.principal.realm.eq_ignore_ascii_case(&principal.realm))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

fn read(entries: &[u8], order: Endianness, version: Version) -> Result<Keytab, KeytabError> {
    let mut keytab = Keytab::default();
    let mut rest = entries;
    while !rest.is_empty() {
        // Offsets count from the start of the file, with its two bytes of version.
        let at = entries.len().saturating_sub(rest.len()).saturating_add(2);
        let Ok((after, length)) = i32::<_, nom::error::Error<&[u8]>>(order).parse(rest) else {
            return Err(KeytabError::Cut(at));
        };
        if length == 0 {
            break;
        }
        let Some((body, after)) = usize::try_from(length.unsigned_abs()).ok().and_then(|n| after.split_at_checked(n))
        else {
            return Err(KeytabError::Cut(at));
        };
        rest = after;
        if length > 0 {
            if keytab.entries.len() >= MAX_ENTRIES {
                return Err(KeytabError::TooMany);
            }
            let (_, entry) = entry(body, order, version).map_err(|_| KeytabError::Damaged(at))?;
            keytab.entries.push(entry);
        }
    }
    if keytab.is_empty() { Err(KeytabError::Empty) } else { Ok(keytab) }
}

fn entry(input: &[u8], order: Endianness, version: Version) -> Parsed<'_, Entry> {
    let fail = |at| nom::Err::Error(nom::error::Error::new(at, nom::error::ErrorKind::Verify));
    let (rest, count) = u16(order).parse(input)?;
    let count = if version == Version::One { count.wrapping_sub(1) } else { count };
    if !(1..=MAX_COMPONENTS).contains(&count) {
        return Err(fail(input));
    }
    let (mut rest, realm) = counted(rest, order)?;
    let mut name = String::new();
    for nth in 0..count {
        let (after, part) = counted(rest, order)?;
        rest = after;
        if nth > 0 {
            name.push('/');
        }
        name.push_str(&String::from_utf8_lossy(part));
    }
    if version == Version::Two {
        (rest, _) = u32(order).parse(rest)?;
    }
    let (rest, (_, short, etype)) = (u32(order), u8, u16(order)).parse(rest)?;
    let (rest, key) = counted(rest, order)?;
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(fail(rest));
    }
    // Numbers of private use are negative.
    let etype = i32::from(etype.cast_signed());
    let (rest, long) = u32::<_, nom::error::Error<&[u8]>>(order).parse(rest).unwrap_or((rest, 0));
    let principal = Principal { name, realm: String::from_utf8_lossy(realm).into_owned() };
    let kvno = if long == 0 { short.into() } else { long };
    Ok((rest, Entry { principal, kvno, key: EncryptionKey::new(etype, key) }))
}

fn counted(input: &[u8], order: Endianness) -> Parsed<'_, &[u8]> {
    let (rest, length) = u16(order).parse(input)?;
    take(length).parse(rest)
}

#[cfg(test)]
#[path = "keytab_tests.rs"]
mod tests;
