//! Records opened with the secrets of a key log: which secret, from when on, and if not, why not.
//!
//! Up to TLS 1.2 the master secret gives the keys, and each direction changes to them with its ChangeCipherSpec. In
//! TLS 1.3 every direction has a list of traffic secrets, used one after the other; when to go on need not be known,
//! because a record fits one key only.

use super::handshake::{self, RETRY, extension};
use super::parse::{self, MAX_HANDSHAKE, Record, TLS_1_3, content, handshake_type};
use super::suites;
use crate::fact::{Access, Direction};
use crate::secrets::keylog::Traffic;
use crate::secrets::record::{Agreed, Opener, Plain, Protection};
use crate::secrets::{Secret, TlsKeys};
use flate2::{Decompress, FlushDecompress};
use std::collections::VecDeque;
use std::fmt;

/// Records in a row that fit no key before the direction is given up.
const PATIENCE: u8 = 32;

/// Most bytes of a record before compression: 2^14 (RFC 5246 §6.2.1).
const MAX_PLAIN: usize = 1 << 14;

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Decrypt {
    keys: TlsKeys,
    client_random: Option<[u8; 32]>,
    choice: Option<Choice>,
    sides: [Side; 2],
    access: Option<Access>,
    told: Option<Access>,
    out: Vec<Plain>,
}

/// What the ServerHello chose.
#[derive(Clone, Copy, Debug)]
struct Choice {
    version: u16,
    suite: u16,
    random: [u8; 32],
    encrypt_then_mac: bool,
    /// Records are compressed with DEFLATE (RFC 3749).
    deflate: bool,
}

/// One direction.
#[derive(Debug, Default)]
struct Side {
    /// The keys in use.
    opener: Option<Opener>,
    /// What takes the compression off; it goes on from record to record.
    inflate: Option<Inflate>,
    /// Those that follow: with ChangeCipherSpec, or in TLS 1.3 when a record fits.
    next: VecDeque<Opener>,
    /// The handshake is encrypted from here on.
    changed: bool,
    /// Handshake messages whose end has not come.
    joined: Vec<u8>,
    failures: u8,
    given_up: bool,
}

struct Inflate(Decompress);

impl fmt::Debug for Inflate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inflate")
    }
}

impl Inflate {
    fn new() -> Self {
        Self(Decompress::new(true))
    }

    fn record(&mut self, bytes: &[u8]) -> Option<Secret> {
        let mut out = Vec::with_capacity(MAX_PLAIN);
        self.0.decompress_vec(bytes, &mut out, FlushDecompress::Sync).ok()?;
        Some(Secret::new(out))
    }
}

impl Decrypt {
    pub(super) fn new(keys: TlsKeys) -> Self {
        Self {
            keys,
            client_random: None,
            choice: None,
            sides: <[Side; 2]>::default(),
            access: None,
            told: None,
            out: Vec::new(),
        }
    }

    fn side(&mut self, from: Direction) -> &mut Side {
        let [to_server, to_client] = &mut self.sides;
        match from {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        }
    }

    /// Opens the records of a message. What is new about access is returned; what was in the records waits in
    /// [`Self::take`].
    pub(super) fn message(&mut self, from: Direction, bytes: &[u8]) -> Option<Access> {
        let mut rest = bytes;
        if let (None, Ok((after, hello))) = (self.client_random, parse::ssl2_hello(bytes)) {
            // The challenge is the end of the random (RFC 5246 appendix E.2).
            let mut random = [0; 32];
            random.iter_mut().rev().zip(hello.challenge.iter().rev()).for_each(|(to, from)| *to = *from);
            self.client_random = Some(random);
            rest = after;
        }
        while let Ok((after, record)) = parse::record(rest) {
            rest = after;
            if !record.is_cut() {
                self.record(from, &record);
            }
        }
        let news = self.access.filter(|_| self.access != self.told);
        self.told = self.access;
        news
    }

    /// What the last message held.
    pub(super) fn take(&mut self) -> Vec<Plain> {
        std::mem::take(&mut self.out)
    }

    /// Bytes are missing: sequence numbers are no longer known.
    pub(super) fn gap(&mut self, from: Direction) {
        let side = self.side(from);
        side.given_up = true;
        side.joined = Vec::new();
        if self.access == Some(Access::Opened) {
            self.access = Some(Access::Lost);
        } else if self.access.is_none() {
            self.access = Some(Access::NoHandshake);
        }
    }

    fn is_1_3(&self) -> bool {
        self.choice.is_some_and(|choice| choice.version == TLS_1_3)
    }

    fn record(&mut self, from: Direction, record: &Record<'_>) {
        let (kind, fragment) = (record.content.value, record.fragment);
        let is_1_3 = self.is_1_3();
        let side = self.side(from);
        if side.given_up {
            return;
        }
        // TLS 1.3 sends a change of cipher for show, never encrypted.
        let sealed = if is_1_3 { kind == content::APPLICATION_DATA } else { side.changed };
        if sealed {
            return self.sealed(from, kind, record.version.value, fragment);
        }
        match kind {
            content::HANDSHAKE => self.handshakes(from, fragment, false),
            content::CHANGE_CIPHER_SPEC if !is_1_3 => self.change(from),
            // Early data, or a connection whose start is not captured.
            content::APPLICATION_DATA if self.client_random.is_none() => self.access = Some(Access::NoHandshake),
            _ => {}
        }
    }

    /// The direction changes to the keys agreed on.
    fn change(&mut self, from: Direction) {
        let deflate = self.choice.is_some_and(|choice| choice.deflate);
        let missing = if self.choice.is_none() { Some(Access::NoHandshake) } else { None };
        let side = self.side(from);
        side.changed = true;
        side.opener = side.next.pop_front();
        side.inflate = deflate.then(Inflate::new);
        if side.opener.is_none() {
            self.access = self.access.or(missing);
        }
    }

    fn sealed(&mut self, from: Direction, kind: u8, version: u16, fragment: &[u8]) {
        let is_1_3 = self.is_1_3();
        let side = self.side(from);
        let mut plain = side.opener.as_mut().and_then(|opener| opener.open(kind, version, fragment));
        if plain.is_none() && is_1_3 {
            let fits = side.next.iter_mut().enumerate();
            let found = fits.map(|(at, opener)| (at, opener.open(kind, version, fragment))).find(|(_, p)| p.is_some());
            if let Some((at, opened)) = found {
                side.next.drain(..at);
                side.opener = side.next.pop_front();
                plain = opened;
            }
        }
        let plain = plain.and_then(|plain| match &mut side.inflate {
            Some(inflate) => Some(Plain { bytes: inflate.record(plain.bytes.bytes())?, ..plain }),
            None => Some(plain),
        });
        let Some(plain) = plain else {
            let keyed = side.opener.is_some() || !side.next.is_empty();
            side.failures = side.failures.saturating_add(1);
            // Early data may be sent under a secret that is not known; up to TLS 1.2 nothing is skipped.
            side.given_up = !is_1_3 || side.failures >= PATIENCE;
            if keyed {
                let was_open = matches!(self.access, Some(Access::Opened | Access::Lost));
                self.access = Some(if was_open { Access::Lost } else { Access::Mismatch });
            } else if self.access.is_none() {
                self.access = Some(Access::NoHandshake);
            }
            return;
        };
        side.failures = 0;
        self.access = Some(Access::Opened);
        match plain.content {
            content::HANDSHAKE => self.handshakes(from, plain.bytes.bytes(), true),
            // A new handshake inside the old one.
            content::CHANGE_CIPHER_SPEC if !is_1_3 => self.change(from),
            _ => self.out.push(plain),
        }
    }

    /// Takes the content of a handshake record: whole messages are looked into, the rest waits.
    fn handshakes(&mut self, from: Direction, fragment: &[u8], opened: bool) {
        let side = self.side(from);
        let mut joined = std::mem::take(&mut side.joined);
        joined.extend_from_slice(fragment);
        let mut at = 0_usize;
        while let Some(rest) = joined.get(at..)
            && let Ok((_, message)) = parse::handshake(rest)
            && !message.is_cut()
        {
            at = at.saturating_add(message.raw.len());
            self.handshake(from, message.kind.value, message.body);
        }
        let left = joined.get(at..).unwrap_or(&[]).to_vec();
        joined.truncate(at);
        if opened && !joined.is_empty() {
            self.out.push(Plain { content: content::HANDSHAKE, bytes: Secret::new(joined) });
        }
        let bearable = left.len() <= MAX_HANDSHAKE as usize;
        self.side(from).joined = if bearable { left } else { Vec::new() };
    }

    fn handshake(&mut self, from: Direction, kind: u8, body: &[u8]) {
        match kind {
            handshake_type::CLIENT_HELLO => {
                // The random stays the same when a HelloRetryRequest asks for a second hello.
                self.client_random =
                    handshake::client_hello(body).and_then(|hello| hello.random.first_chunk().copied());
            }
            handshake_type::SERVER_HELLO => {
                let Some(hello) = handshake::server_hello(body).filter(|hello| hello.random != RETRY) else { return };
                let Some((suite, random)) = hello.suite().zip(hello.random.first_chunk()) else { return };
                self.choice = Some(Choice {
                    version: hello.chosen_version(),
                    suite,
                    random: *random,
                    encrypt_then_mac: hello.has(extension::ENCRYPT_THEN_MAC),
                    deflate: hello.compression == [1],
                });
                if let Err(why) = self.prepare() {
                    self.access = Some(why);
                }
            }
            // key_update
            24 if self.is_1_3() => {
                let side = self.side(from);
                if let Some(next) = side.opener.as_ref().and_then(Opener::updated) {
                    side.opener = Some(next);
                }
            }
            _ => {}
        }
    }

    /// Both hellos are known: derives the keys that will be used.
    fn prepare(&mut self) -> Result<(), Access> {
        let choice = self.choice.ok_or(Access::NoHandshake)?;
        let client_random = self.client_random.ok_or(Access::NoHandshake)?;
        for side in &mut self.sides {
            side.next.clear();
        }
        if !(0x0301..=TLS_1_3).contains(&choice.version) {
            return Err(Access::Version);
        }
        let protection = suites::name(choice.suite).and_then(Protection::of_suite).ok_or(Access::Suite)?;
        let [to_server, to_client] = &mut self.sides;
        if choice.version == TLS_1_3 {
            let secrets = [
                (&mut to_server.next, [Traffic::ClientEarly, Traffic::ClientHandshake, Traffic::Client]),
                (&mut to_client.next, [Traffic::ServerHandshake, Traffic::Server, Traffic::Server]),
            ];
            let known = self.keys.with(|log| {
                let mut known = false;
                for (next, labels) in secrets {
                    let mut labels = labels.to_vec();
                    labels.dedup();
                    for label in labels {
                        let secret = log.traffic(label, &client_random).map(|secret| Secret::new(secret.to_vec()));
                        known |= secret.is_some();
                        next.extend(secret.and_then(|secret| Opener::of_traffic(&secret, protection)));
                    }
                }
                known
            });
            if !known {
                return Err(Access::NoSecret);
            }
            return if to_server.next.is_empty() && to_client.next.is_empty() { Err(Access::Suite) } else { Ok(()) };
        }
        let agreed = Agreed {
            version: choice.version,
            suite: choice.suite,
            protection,
            client_random: &client_random,
            server_random: &choice.random,
            encrypt_then_mac: choice.encrypt_then_mac,
        };
        let openers = self.keys.with(|log| log.master(&client_random).map(|master| Opener::pair(master, &agreed)));
        let [client, server] = openers.ok_or(Access::NoSecret)?;
        to_server.next.push_back(client);
        to_client.next.push_back(server);
        Ok(())
    }
}
