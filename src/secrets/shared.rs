//! What is given to a scan to open connections with. Its conversations share it, and secrets may come while it runs: a
//! capture brings its own between the packets, and a handshake that was opened tells the secret of those that resume it.

use super::Key;
use super::follow::Follow;
use super::key::wipe;
use super::keylog::{KeyLog, Taken};
use super::private::PrivateKey;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Sessions remembered for those that resume them.
const MAX_SESSIONS: usize = 20_000;

/// A secret of any length. It cannot be printed and wipes itself.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub(super) Vec<u8>);

impl Secret {
    /// Takes these bytes.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// An empty one with room for so many bytes.
    pub fn with_room(length: usize) -> Self {
        Self(Vec::with_capacity(length))
    }

    /// The bytes, for computing with.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, to change in place.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Adds bytes. Where there is no room for them, what moves leaves no copy behind.
    pub fn extend(&mut self, bytes: &[u8]) {
        if self.0.capacity().saturating_sub(self.0.len()) < bytes.len() {
            let mut roomy = Vec::with_capacity(self.0.len().saturating_add(bytes.len()).saturating_mul(2));
            roomy.extend_from_slice(&self.0);
            wipe(&mut self.0);
            self.0 = roomy;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Keeps the first `length` bytes.
    pub fn cut(&mut self, length: usize) {
        wipe(self.0.get_mut(length..).unwrap_or(&mut []));
        self.0.truncate(length);
    }

    /// Drops the first `length` bytes.
    pub fn drop_front(&mut self, length: usize) {
        let length = length.min(self.0.len());
        self.0.rotate_left(length);
        self.cut(self.0.len().saturating_sub(length));
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret<{}>", self.0.len())
    }
}

/// By what a client resumes a session (RFC 5246 §7.3, RFC 5077).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Session {
    /// The session id of the ServerHello.
    Id([u8; 32]),
    /// A ticket.
    Ticket([u8; 32]),
}

impl Session {
    /// Of a session id.
    pub fn of_id(id: &[u8]) -> Self {
        Self::Id(Sha256::digest(id).into())
    }

    /// Of a ticket.
    pub fn of_ticket(ticket: &[u8]) -> Self {
        Self::Ticket(Sha256::digest(ticket).into())
    }
}

/// Makes other secrets of those that connections are opened with.
pub trait Renew: Send + Sync {
    /// What stands for a secret with this label (of a key log) and client random.
    fn renew(&self, label: &'static str, random: &[u8; 32], secret: &[u8]) -> Secret;
}

/// The keys of a scan.
#[derive(Clone, Debug, Default)]
pub struct TlsKeys {
    shared: Arc<Inner>,
    renew: Option<Renewal>,
}

/// Who makes other secrets.
#[derive(Clone)]
struct Renewal(Arc<dyn Renew>);

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewal")
    }
}

#[derive(Debug, Default)]
struct Inner {
    log: RwLock<KeyLog>,
    private: Vec<PrivateKey>,
    sessions: Mutex<HashMap<Session, Key<48>>>,
    /// Key logs that grow.
    grows: Mutex<Vec<Follow>>,
    /// How often something was read.
    edition: AtomicU64,
}

impl TlsKeys {
    /// Shares these.
    pub fn new(log: KeyLog, private: Vec<PrivateKey>) -> Self {
        Self { shared: Arc::new(Inner { log: RwLock::new(log), private, ..Inner::default() }), renew: None }
    }

    /// The same secrets, for a scan that tells how records were covered, and covers them again under those that `renew`
    /// makes.
    pub fn renewed_by(&self, renew: Arc<dyn Renew>) -> Self {
        Self { shared: Arc::clone(&self.shared), renew: Some(Renewal(renew)) }
    }

    /// No secrets, and what others are made by.
    pub fn without_secrets(&self) -> Self {
        Self { shared: Arc::default(), renew: self.renew.clone() }
    }

    /// True if other secrets are to be made.
    pub const fn renews(&self) -> bool {
        self.renew.is_some()
    }

    /// What stands for a secret, if others are to be made.
    pub fn renew(&self, label: &'static str, random: &[u8; 32], secret: &[u8]) -> Option<Secret> {
        self.renew.as_ref().map(|renewal| renewal.0.renew(label, random, secret))
    }

    /// Adds the lines of a file or of a block in a capture.
    pub fn read(&self, content: &[u8]) -> Taken {
        let taken = self.shared.log.write().unwrap_or_else(PoisonError::into_inner).read(content);
        self.shared.edition.fetch_add(1, Ordering::Release);
        taken
    }

    /// Reads this key log too whenever it has grown: when somebody asks, and when a secret is missing.
    pub fn follow(&self, path: PathBuf) {
        self.shared.grows.lock().unwrap_or_else(PoisonError::into_inner).push(Follow::new(path));
    }

    /// Reads what was added to the key logs that grow.
    pub fn catch_up(&self) {
        let mut grows = self.shared.grows.lock().unwrap_or_else(PoisonError::into_inner);
        for follow in grows.iter_mut() {
            follow.look(|lines| {
                if !lines.is_empty() {
                    self.read(lines);
                }
            });
        }
    }

    /// Changes when something was read.
    pub fn edition(&self) -> u64 {
        self.shared.edition.load(Ordering::Acquire)
    }

    /// What follows from these keys. If nothing does, key logs that grow are looked into once more: who connects writes his
    /// secrets there at about the time when he uses them.
    pub fn derive<T, E>(&self, mut derive: impl FnMut() -> Result<T, E>) -> Result<T, E> {
        let edition = self.edition();
        derive().or_else(|why| {
            self.catch_up();
            if self.edition() == edition { Err(why) } else { derive() }
        })
    }

    /// Looks something up in the key log.
    pub fn with<R>(&self, look: impl FnOnce(&KeyLog) -> R) -> R {
        look(&self.shared.log.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The private keys.
    pub fn private(&self) -> &[PrivateKey] {
        &self.shared.private
    }

    /// Remembers the master secret of a session, for those that resume it.
    pub fn remember(&self, session: Session, master: &[u8]) {
        let Ok(master) = master.try_into() else { return };
        let mut sessions = self.shared.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() < MAX_SESSIONS {
            sessions.insert(session, Key::new(master));
        }
    }

    /// The master secret of a session that was opened before.
    pub fn session(&self, session: Session) -> Option<Secret> {
        let sessions = self.shared.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(&session).map(|master| Secret::new(master.bytes().to_vec()))
    }

    /// True if there is something to open connections with, or may be later.
    pub fn may_open(&self) -> bool {
        !self.is_empty() || !self.shared.grows.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Secrets of the key log, and private keys.
    pub fn len(&self) -> usize {
        self.with(KeyLog::len).saturating_add(self.shared.private.len())
    }

    /// True if there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
