//! The keys that Kerberos messages of a scan are opened with: those of the keytab, and those that opened messages gave
//! away. A ticket holds a session key, which opens the authenticator beside it, and the answer some frames later.
//!
//! Whoever describes a message asks here, and leaves here what it found. So a message can be opened by what came before
//! it in the capture, and by all of it when it is looked at again.

use super::{Usage, open, understands};
use crate::fact::{EncryptionKey, KeyFit, Principal};
use crate::secrets::Secret;
use crate::secrets::keytab::{Entry, Keytab};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Keys learned that are kept; the oldest goes first.
const MAX_LEARNED: usize = 4096;
/// Keys learned that are tried on a message that does not say which it takes: the newest.
const MAX_RECENT: usize = 64;
/// Keys of other services that are tried on a ticket.
const MAX_OTHERS: usize = 256;
/// Tickets that no key of another service opened, remembered so that none is tried twice.
const MAX_MISSED: usize = 20_000;

/// Shared by everything that describes messages of one scan.
#[derive(Clone, Debug)]
pub struct Keyring(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    keytab: Keytab,
    learned: Mutex<Learned>,
}

#[derive(Debug, Default)]
struct Learned {
    /// With the digest of the ticket whose session key it is.
    keys: VecDeque<(Option<u64>, EncryptionKey)>,
    missed: HashSet<u64>,
}

/// What a key of the keytab opened.
#[derive(Debug)]
pub struct Unsealed {
    /// The plain text.
    pub plain: Secret,
    /// The key.
    pub key: EncryptionKey,
}

impl Keyring {
    /// With the keys of this keytab; nothing if there are none.
    pub fn new(keytab: Keytab) -> Option<Self> {
        (!keytab.is_empty()).then(|| Self(Arc::new(Shared { keytab, learned: Mutex::default() })))
    }

    /// Opens the ticket with this digest, made for this service.
    pub fn ticket(
        &self,
        digest: u64,
        service: &Principal,
        kvno: Option<u32>,
        etype: i32,
        cipher: &[u8],
    ) -> (KeyFit, Option<Unsealed>) {
        let (fit, opened) = self.owned(service, kvno, etype, Usage::TICKET, cipher);
        if opened.is_some() || !understands(etype) || self.learned().missed.contains(&digest) {
            return (fit, opened);
        }
        // A service may answer to a name that the keytab has not: an alias, or an SPN that is registered twice.
        let others = self.0.keytab.entries().iter().filter(|e| e.key.etype == etype && !e.is_of(service));
        for entry in others.take(MAX_OTHERS) {
            if let Some(plain) = open(&entry.key, Usage::TICKET, cipher) {
                return (fits(entry, true), Some(Unsealed { plain, key: entry.key.clone() }));
            }
        }
        let mut learned = self.learned();
        if learned.missed.len() < MAX_MISSED {
            learned.missed.insert(digest);
        }
        (fit, None)
    }

    /// Opens what was encrypted with a key that `owner` keeps.
    pub fn owned(
        &self,
        owner: &Principal,
        kvno: Option<u32>,
        etype: i32,
        usage: Usage,
        cipher: &[u8],
    ) -> (KeyFit, Option<Unsealed>) {
        if !understands(etype) {
            return (KeyFit::NotUnderstood { etype }, None);
        }
        let own: Vec<_> = self.0.keytab.entries().iter().filter(|e| e.is_of(owner)).collect();
        if own.is_empty() {
            return (KeyFit::NoPrincipal, None);
        }
        let fitting: Vec<_> = own.iter().copied().filter(|e| e.key.etype == etype).collect();
        if fitting.is_empty() {
            let mut has: Vec<_> = own.iter().map(|e| e.key.etype).collect();
            has.sort_unstable();
            has.dedup();
            return (KeyFit::NoEtype { etype, has }, None);
        }
        // Keytabs made by hand often have another version number, so it is no reason not to try.
        for entry in &fitting {
            if let Some(plain) = open(&entry.key, usage, cipher) {
                return (fits(entry, false), Some(Unsealed { plain, key: entry.key.clone() }));
            }
        }
        let mut has: Vec<_> = fitting.iter().map(|e| e.kvno).collect();
        has.sort_unstable();
        has.dedup();
        (
            if kvno.is_none_or(|kvno| has.contains(&kvno)) {
                KeyFit::Differs { kvno, etype }
            } else {
                KeyFit::WrongKvno { kvno, has }
            },
            None,
        )
    }

    /// Keeps a key that the capture gave away; `ticket` is the digest of the ticket whose session key it is.
    pub fn learn(&self, ticket: Option<u64>, key: &EncryptionKey) {
        if !understands(key.etype) {
            return;
        }
        let mut learned = self.learned();
        if let Some(at) = learned.keys.iter().position(|(_, known)| known == key) {
            // Found again, it is the newest.
            let Some((before, key)) = learned.keys.remove(at) else { return };
            learned.keys.push_back((ticket.or(before), key));
            return;
        }
        if learned.keys.len() >= MAX_LEARNED {
            learned.keys.pop_front();
        }
        learned.keys.push_back((ticket, key.clone()));
    }

    /// The session key of this ticket, if the capture gave it away.
    pub fn session(&self, ticket: u64) -> Option<EncryptionKey> {
        self.learned().keys.iter().rev().find(|(digest, _)| *digest == Some(ticket)).map(|(_, key)| key.clone())
    }

    /// Opens what was encrypted, for one of these uses, with a key that the capture gave away before.
    pub fn known(&self, etype: i32, usages: &[Usage], cipher: &[u8]) -> Option<Secret> {
        let learned = self.learned();
        let recent = learned.keys.iter().rev().map(|(_, key)| key).filter(|key| key.etype == etype).take(MAX_RECENT);
        for key in recent {
            if let Some(plain) = usages.iter().find_map(|usage| open(key, *usage, cipher)) {
                return Some(plain);
            }
        }
        None
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.0.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fits(entry: &Entry, another: bool) -> KeyFit {
    let Entry { principal, kvno, key } = entry;
    KeyFit::Fits { principal: principal.clone(), kvno: *kvno, etype: key.etype, another }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::text::unhex;

    const KEY: &str = "b1ae4cd8462aff1677053cc9279aac30b796fb81ce21474dd3ddbcfea4ec76d7";
    const OTHER: &str = "e5a72be9b7926c1225bafef9c1872e7ba4cdb2b17893d84abd90acdd8764d966";
    /// "9 bytesss" under `KEY`, as a ticket.
    const SEALED: &str = "09957aa25fcaf88f7b39e4406e633012d5fea21853f6478da7065caef41fd454a40824eec5";

    /// A keytab of these names in realm R, each with version, encryption type and key.
    fn ring(keys: &[(&str, u8, u8, &str)]) -> Keyring {
        let mut file = vec![5, 2];
        for (name, kvno, etype, key) in keys {
            let key = unhex(key).unwrap();
            let length = u8::try_from(key.len()).unwrap();
            let size = u8::try_from(name.len()).unwrap();
            let head = [&[0, 1, 0, 1, b'R', 0, size][..], name.as_bytes()].concat();
            let entry = [&head[..], &[0, 0, 0, 1, 0, 0, 0, 0, *kvno, 0, *etype, 0, length], &key].concat();
            file.extend(u32::try_from(entry.len()).unwrap().to_be_bytes());
            file.extend(entry);
        }
        Keyring::new(Keytab::parse(&file).unwrap()).unwrap()
    }

    fn asked(ring: &Keyring, name: &str, kvno: Option<u32>, etype: i32) -> (KeyFit, bool) {
        let service = Principal { name: name.into(), realm: "R".into() };
        let (fit, opened) = ring.ticket(7, &service, kvno, etype, &unhex(SEALED).unwrap());
        if let Some(opened) = &opened {
            assert_eq!(opened.plain.bytes(), b"9 bytesss");
            assert_eq!(opened.key.value.bytes(), unhex(KEY).unwrap());
        }
        assert_eq!(fit.fits(), opened.is_some());
        (fit, opened.is_some())
    }

    #[test]
    fn which_key_fits() {
        let keys = ring(&[("sip", 2, 18, OTHER), ("sip", 3, 18, KEY), ("host", 9, 18, OTHER)]);
        let principal = |name: &str| Principal { name: name.into(), realm: "R".into() };
        let fits = |name, kvno, another| KeyFit::Fits { principal: principal(name), kvno, etype: 18, another };
        assert_eq!(asked(&keys, "sip", Some(3), 18).0, fits("sip", 3, false));
        // Another version number than the ticket tells is no reason not to open it.
        assert_eq!(asked(&keys, "SIP", Some(5), 18).0, fits("sip", 3, false));
        // An SPN that belongs to another account than the keytab's name for it.
        assert_eq!(asked(&keys, "http", Some(3), 18).0, fits("sip", 3, true));
        let keys = ring(&[("sip", 3, 18, OTHER), ("host", 9, 18, KEY)]);
        assert_eq!(asked(&keys, "sip", Some(3), 18).0, fits("host", 9, true));
    }

    #[test]
    fn why_none_fits() {
        let keys = ring(&[("sip", 2, 18, OTHER), ("sip", 2, 17, &OTHER[..32])]);
        assert_eq!(asked(&keys, "sip", Some(2), 18).0, KeyFit::Differs { kvno: Some(2), etype: 18 });
        assert_eq!(asked(&keys, "sip", None, 18).0, KeyFit::Differs { kvno: None, etype: 18 });
        assert_eq!(asked(&keys, "sip", Some(3), 18).0, KeyFit::WrongKvno { kvno: Some(3), has: vec![2] });
        assert_eq!(asked(&keys, "sip", Some(2), 23).0, KeyFit::NoEtype { etype: 23, has: vec![17, 18] });
        assert_eq!(asked(&keys, "http", Some(2), 18).0, KeyFit::NoPrincipal);
        assert_eq!(asked(&keys, "sip", Some(2), 3).0, KeyFit::NotUnderstood { etype: 3 });
        assert!(Keyring::new(Keytab::default()).is_none());
    }

    #[test]
    fn what_the_capture_gives_away_opens_what_follows() {
        let keys = ring(&[("sip", 2, 18, OTHER)]);
        let (cipher, key) = (unhex(SEALED).unwrap(), EncryptionKey::new(18, &unhex(KEY).unwrap()));
        assert!(keys.known(18, &[Usage::TICKET], &cipher).is_none() && keys.session(1).is_none());
        keys.learn(Some(1), &key);
        assert_eq!(keys.session(1), Some(key.clone()));
        assert_eq!(keys.known(18, &[Usage::AP_REP, Usage::TICKET], &cipher).unwrap().bytes(), b"9 bytesss");
        assert!(keys.known(17, &[Usage::TICKET], &cipher).is_none());
        assert!(keys.known(18, &[Usage::AP_REP], &cipher).is_none());
        // Memory does not grow with the capture, and what is used stays.
        for n in 0..u32::try_from(MAX_LEARNED).unwrap() + 100 {
            let mut bytes = unhex(OTHER).unwrap();
            bytes[..4].copy_from_slice(&n.to_be_bytes());
            keys.learn(Some(n.into()), &EncryptionKey::new(18, &bytes));
            if n % 1000 == 0 {
                keys.learn(None, &key);
            }
        }
        assert_eq!(keys.learned().keys.len(), MAX_LEARNED);
        assert_eq!(keys.session(1), Some(key));
        keys.learn(None, &EncryptionKey::new(3, &[0; 8]));
        assert_eq!(keys.learned().keys.len(), MAX_LEARNED);
    }
}
