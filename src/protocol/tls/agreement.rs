//! From handshake messages to keys: what the hellos chose, and the ways to the secret that follows from it.
//!
//! Up to TLS 1.2 that is the master secret: from a key log, from a private key that decrypts the premaster secret (with
//! the extended master secret of RFC 7627 from everything said until then), or from the session that is resumed. In
//! TLS 1.3 it is a list of traffic secrets, which only a key log knows.

use super::handshake::{self, Extensions, RETRY, Signed, extension};
use super::parse::{Handshake, MAX_HANDSHAKE, TLS_1_3, handshake_type, vector16};
use super::suites;
use crate::fact::{Access, Direction, Means};
use crate::secrets::keylog::{MASTER, Traffic};
use crate::secrets::prf::Prf;
use crate::secrets::private::{PrivateKey, extended_master_secret, master_secret};
use crate::secrets::protection::Protection;
use crate::secrets::record::{Agreed, Opener};
use crate::secrets::signature::certificate_verify;
use crate::secrets::{Secret, Session, TlsKeys};

/// What one handshake says, as far as keys need it.
#[derive(Debug, Default)]
pub struct Agreement {
    client: Option<Client>,
    /// The server asked for another hello, which only TLS 1.3 does.
    retried: bool,
    choice: Option<Choice>,
    /// The own certificate of the server, and of the client.
    certificates: [Option<Box<[u8]>>; 2],
    /// The body of the ClientKeyExchange.
    exchange: Option<Box<[u8]>>,
    /// The body of the client's CertificateVerify.
    proof: Option<Box<[u8]>>,
    /// What was said is kept.
    collects: bool,
    said: Said,
    /// The ticket that the server gave for the next time.
    ticket: Option<Session>,
    master: Option<Secret>,
}

/// What a ClientHello brings.
#[derive(Clone, Copy, Debug)]
struct Client {
    random: [u8; 32],
    ticket: Option<Session>,
    /// Data may follow before the server answers (RFC 8446 §4.2.10).
    early: bool,
}

/// What a ServerHello chose.
#[derive(Clone, Debug)]
struct Choice {
    version: u16,
    suite: u16,
    random: [u8; 32],
    session_id: Box<[u8]>,
    encrypt_then_mac: bool,
    extended_master_secret: bool,
    /// Records are compressed with DEFLATE (RFC 3749).
    deflate: bool,
}

/// The messages that an extended master secret covers: the client's hello, all of the server's until it is done, the
/// client's until its key exchange. Kept by sender, so that it does not matter in which order they were captured.
#[derive(Debug, Default)]
struct Said {
    hello: Vec<u8>,
    server: Vec<u8>,
    client: Vec<u8>,
    server_done: bool,
    client_done: bool,
    /// Something is missing.
    broken: bool,
}

impl Said {
    fn add(&mut self, from: Direction, kind: u8, raw: &[u8]) {
        let (into, done) = match (from, kind) {
            // hello_request counts for nothing.
            (_, 0) => return,
            (Direction::ToServer, handshake_type::CLIENT_HELLO) => (&mut self.hello, &mut false),
            (Direction::ToServer, _) => (&mut self.client, &mut self.client_done),
            (Direction::ToClient, _) => (&mut self.server, &mut self.server_done),
        };
        if *done {
            return;
        }
        if into.len().saturating_add(raw.len()) > MAX_HANDSHAKE as usize {
            self.broken = true;
            return;
        }
        into.extend_from_slice(raw);
        *done = matches!(kind, handshake_type::SERVER_HELLO_DONE | handshake_type::CLIENT_KEY_EXCHANGE);
    }
}

/// True for suites whose premaster secret travels encrypted with the server's RSA key.
fn is_rsa_exchange(suite: u16) -> bool {
    suites::name(suite).is_some_and(|name| name.starts_with("TLS_RSA_WITH_"))
}

impl Agreement {
    /// An agreement that keeps what was said, as private keys and signatures need it.
    pub fn collecting() -> Self {
        Self { collects: true, ..Self::default() }
    }

    /// Takes the random of a hello of SSL 2.0: its challenge is the end of it (RFC 5246 appendix E.2).
    pub(super) fn challenge(&mut self, challenge: &[u8]) {
        let mut random = [0; 32];
        random.iter_mut().rev().zip(challenge.iter().rev()).for_each(|(to, from)| *to = *from);
        self.client = Some(Client { random, ticket: None, early: false });
        // The hello is part of what was said, but in a form of its own.
        self.said.broken = true;
    }

    /// Takes a handshake message.
    pub fn message(&mut self, from: Direction, message: &Handshake<'_>, keys: &TlsKeys) {
        let body = message.body;
        match message.kind.value {
            handshake_type::CLIENT_HELLO => {
                // The random stays the same when a HelloRetryRequest asks for a second hello.
                *self = Self { collects: self.collects, retried: self.retried, ..Self::default() };
                self.client = handshake::client_hello(body).and_then(|hello| {
                    let ticket = Extensions::of(hello.extensions)
                        .find(|e| e.kind.value == extension::SESSION_TICKET && !e.data.is_empty())
                        .map(|e| Session::of_ticket(e.data));
                    let early = hello.has(extension::EARLY_DATA);
                    Some(Client { random: *hello.random.first_chunk()?, ticket, early })
                });
            }
            handshake_type::SERVER_HELLO => {
                let Some(hello) = handshake::server_hello(body) else { return };
                if hello.random == RETRY {
                    self.retried = true;
                    return;
                }
                let Some((suite, random)) = hello.suite().zip(hello.random.first_chunk()) else { return };
                self.choice = Some(Choice {
                    version: hello.chosen_version(),
                    suite,
                    random: *random,
                    session_id: hello.session_id.into(),
                    encrypt_then_mac: hello.has(extension::ENCRYPT_THEN_MAC),
                    extended_master_secret: hello.has(extension::EXTENDED_MASTER_SECRET),
                    deflate: hello.compression == [1],
                });
            }
            handshake_type::CERTIFICATE if self.collects => {
                let [server, client] = &mut self.certificates;
                let leaf = handshake::leaf(body).map(Into::into);
                match from {
                    Direction::ToClient => *server = leaf,
                    Direction::ToServer => *client = leaf,
                }
            }
            handshake_type::CERTIFICATE_VERIFY if self.collects && body.len() <= MAX_EXCHANGE => {
                self.proof = Some(body.into());
            }
            handshake_type::CLIENT_KEY_EXCHANGE if body.len() <= MAX_EXCHANGE => self.exchange = Some(body.into()),
            handshake_type::NEW_SESSION_TICKET if !self.is_1_3() => {
                let ticket = body.get(4..).and_then(|rest| vector16(rest).ok());
                self.ticket = ticket.map(|(_, (_, ticket))| Session::of_ticket(ticket));
                self.remember(keys);
            }
            _ => {}
        }
        if self.collects {
            self.said.add(from, message.kind.value, message.raw);
        }
    }

    /// Bytes of the handshake are missing.
    pub(super) const fn broken(&mut self) {
        self.said.broken = true;
    }

    /// True if a ServerHello chose TLS 1.3, or will.
    pub(super) fn is_1_3(&self) -> bool {
        self.retried || self.choice.as_ref().is_some_and(|choice| choice.version == TLS_1_3)
    }

    /// True if a ServerHello was seen.
    pub(super) const fn is_chosen(&self) -> bool {
        self.choice.is_some()
    }

    /// True if the client may send data before the server chooses.
    pub(super) fn is_early(&self) -> bool {
        self.choice.is_none() && self.client.as_ref().is_some_and(|client| client.early)
    }

    /// True if a ClientHello was seen.
    pub(super) const fn is_begun(&self) -> bool {
        self.client.is_some()
    }

    /// True if records are compressed.
    pub(super) fn deflates(&self) -> bool {
        self.choice.as_ref().is_some_and(|choice| choice.deflate)
    }

    fn hellos(&self) -> Result<(&Client, &Choice, Protection), Access> {
        let (client, choice) = self.client.as_ref().zip(self.choice.as_ref()).ok_or(Access::NoHandshake)?;
        if !(0x0300..=TLS_1_3).contains(&choice.version) {
            return Err(Access::Version);
        }
        let protection = suites::name(choice.suite).and_then(Protection::of_suite).ok_or(Access::Suite)?;
        Ok((client, choice, protection))
    }

    /// What opens the records of both directions, the client's first, in TLS 1.2 and before.
    pub(super) fn openers(&mut self, keys: &TlsKeys) -> Result<([Opener; 2], Means), Access> {
        let (_, _, protection) = self.hellos()?;
        let (master, means) = match self.master(keys) {
            Ok(found) => found,
            Err(why) => {
                let opener = || {
                    let opener = Opener::of_nothing(protection)?;
                    let twin = Opener::of_nothing(protection).filter(|_| keys.renews());
                    Some(opener.with_twin(twin))
                };
                let nothing = || Some([opener()?, opener()?]);
                return nothing().map(|openers| (openers, Means::Nothing)).ok_or(why);
            }
        };
        let (client, choice, _) = self.hellos()?;
        let agreed = Agreed {
            version: choice.version,
            suite: choice.suite,
            protection,
            client_random: &client.random,
            server_random: &choice.random,
            encrypt_then_mac: choice.encrypt_then_mac,
        };
        let [to_server, to_client] = Opener::pair(master.bytes(), &agreed).ok_or(Access::Suite)?;
        let renewed = keys.renew(MASTER, &client.random, master.bytes());
        let twins = renewed.and_then(|renewed| Opener::pair(renewed.bytes(), &agreed));
        let [client_twin, server_twin] = twins.map_or([None, None], |twins| twins.map(Some));
        let openers = [to_server.with_twin(client_twin), to_client.with_twin(server_twin)];
        self.master = Some(master);
        self.remember(keys);
        Ok((openers, means))
    }

    /// What opens the records of both directions in TLS 1.3, one after the other.
    pub(super) fn traffic(&self, keys: &TlsKeys) -> Result<[Vec<Opener>; 2], Access> {
        const LABELS: [&[Traffic]; 2] = [
            &[Traffic::ClientEarly, Traffic::ClientHandshake, Traffic::Client],
            &[Traffic::ServerHandshake, Traffic::Server],
        ];
        let (client, _, protection) = self.hellos()?;
        let secrets = LABELS.map(|labels| {
            let secrets = labels.iter().filter_map(|label| {
                let secret = keys.with(|log| log.traffic(*label, &client.random).map(|s| Secret::new(s.to_vec())))?;
                Some((*label, secret))
            });
            secrets.collect::<Vec<_>>()
        });
        if secrets.iter().all(Vec::is_empty) {
            return Err(if keys.private().is_empty() { Access::NoSecret } else { Access::Ephemeral });
        }
        let opener = |(label, secret): (Traffic, Secret)| opener(label, &client.random, &secret, protection, keys);
        let openers = secrets.map(|list| list.into_iter().filter_map(opener).collect::<Vec<_>>());
        if openers.iter().all(Vec::is_empty) { Err(Access::Suite) } else { Ok(openers) }
    }

    /// What may open early data: the secret in every suite that it is long enough for.
    pub(super) fn early(&self, keys: &TlsKeys) -> Vec<Opener> {
        const LABEL: Traffic = Traffic::ClientEarly;
        let Some(client) = &self.client else { return Vec::new() };
        let secret = keys.with(|log| log.traffic(LABEL, &client.random).map(|s| Secret::new(s.to_vec())));
        let Some(secret) = secret else { return Vec::new() };
        let protections = EARLY_SUITES.into_iter().filter_map(|suite| Protection::of_suite(suites::name(suite)?));
        let sized = protections.filter(|protection| protection.hash.size() == secret.bytes().len());
        sized.filter_map(|protection| opener(LABEL, &client.random, &secret, protection, keys)).collect()
    }

    fn remember(&self, keys: &TlsKeys) {
        if let Some((ticket, master)) = self.ticket.zip(self.master.as_ref()) {
            keys.remember(ticket, master.bytes());
        }
    }

    /// The master secret, and how it was found; in TLS 1.2 and before.
    pub fn master(&self, keys: &TlsKeys) -> Result<(Secret, Means), Access> {
        let (client, choice, _) = self.hellos()?;
        let (master, means) = self.master_of(client, choice, keys)?;
        if !choice.session_id.is_empty() {
            keys.remember(Session::of_id(&choice.session_id), master.bytes());
        }
        Ok((master, means))
    }

    /// True if the client's proof was seen: nothing that is said afterwards makes more of it.
    pub const fn has_proof(&self) -> bool {
        self.proof.is_some()
    }

    /// Whether the client proved that its certificate is its own. Nothing if it did not try, or if that cannot be told.
    pub fn is_proved(&self) -> Option<bool> {
        let (proof, [_, Some(certificate)]) = (self.proof.as_deref()?, &self.certificates) else { return None };
        let Said { hello, server, client, broken, .. } = &self.said;
        if *broken || hello.is_empty() || server.is_empty() {
            return None;
        }
        let Signed { algorithm, signature, .. } = handshake::signed(proof)?;
        let algorithm = algorithm.map(|algorithm| algorithm.value);
        certificate_verify(certificate, algorithm, signature, &[hello, server, client])
    }

    fn master_of(&self, client: &Client, choice: &Choice, keys: &TlsKeys) -> Result<(Secret, Means), Access> {
        let copy = |master: &[u8; 48]| Secret::new(master.to_vec());
        if let Some(master) = keys.with(|log| log.master(&client.random).map(copy)) {
            return Ok((master, Means::KeyLog));
        }
        let Some(exchange) = self.exchange.as_deref() else {
            if let Some(master) = keys.with(|log| log.session(&choice.session_id).map(copy)) {
                return Ok((master, Means::KeyLog));
            }
            let resumes = [Some(Session::of_id(&choice.session_id)), client.ticket];
            let known = resumes.into_iter().flatten().find_map(|session| keys.session(session));
            return known.map(|master| (master, Means::Session)).ok_or({
                match keys.private() {
                    [] => Access::NoSecret,
                    _ if self.said.broken => Access::Incomplete,
                    _ => Access::Resumed,
                }
            });
        };
        if !is_rsa_exchange(choice.suite) {
            return Err(if keys.private().is_empty() { Access::NoSecret } else { Access::Ephemeral });
        }
        // SSL 3.0 has no length in front.
        let encrypted = vector16(exchange).ok().filter(|(rest, _)| rest.is_empty()).map_or(exchange, |(_, (_, b))| b);
        let (premaster, means) = match keys.with(|log| log.premaster(encrypted).map(copy)) {
            Some(premaster) => (premaster, Means::KeyLog),
            None => (self.decrypted(encrypted, keys)?, Means::PrivateKey),
        };
        let prf = Prf::of(choice.version, choice.suite);
        if !choice.extended_master_secret {
            return Ok((master_secret(prf, premaster.bytes(), &client.random, &choice.random), means));
        }
        let Said { hello, server, client, broken, .. } = &self.said;
        if *broken || hello.is_empty() {
            return Err(Access::Incomplete);
        }
        Ok((extended_master_secret(prf, premaster.bytes(), &[hello, server, client]), means))
    }

    fn decrypted(&self, encrypted: &[u8], keys: &TlsKeys) -> Result<Secret, Access> {
        let private = keys.private();
        if private.is_empty() {
            return Err(Access::NoSecret);
        }
        if !private.iter().any(PrivateKey::is_rsa) {
            return Err(Access::OnlySigns);
        }
        let [Some(certificate), _] = &self.certificates else {
            return private.iter().find_map(|key| key.premaster(encrypted)).ok_or(Access::OtherKey);
        };
        let key = private.iter().find(|key| key.is_of(certificate)).ok_or(Access::OtherKey)?;
        key.premaster(encrypted).ok_or(Access::Mismatch)
    }
}

/// The opener of one direction under a traffic secret, with its twin if there is to be one.
fn opener(
    label: Traffic,
    random: &[u8; 32],
    secret: &Secret,
    protection: Protection,
    keys: &TlsKeys,
) -> Option<Opener> {
    let renewed = keys.renew(label.label(), random, secret.bytes());
    let twin = renewed.and_then(|renewed| Opener::of_traffic(&renewed, protection));
    Some(Opener::of_traffic(secret, protection)?.with_twin(twin))
}

/// The suites of TLS 1.3, which all may protect early data.
const EARLY_SUITES: [u16; 5] = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305];

/// Longest key exchange looked at, in bytes: that of an RSA key of 16384 bits.
const MAX_EXCHANGE: usize = 2050;
