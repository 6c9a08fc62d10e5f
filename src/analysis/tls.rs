//! TLS connections: what their handshakes say, and whether what they carry could be read.

use super::certificate::Certificate;
use super::chain::{Chain, Chains, Judge, Sent, Use};
use super::inner::Inner;
use crate::fact::{Access, Covered, Direction, Handshake, Place, TlsAlert};
use crate::wire::hash::HashMap;
use crate::wire::words::Words;
use crate::wire::{Timestamp, grow};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;

/// Connections kept.
const MAX_TALKS: usize = 20_000;
/// Frames kept of one handshake.
const MAX_FRAMES: usize = 16;
/// Bytes of a server name that are kept.
const MAX_NAME: usize = 255;

/// A TLS connection.
#[derive(Clone, Debug)]
pub struct TlsTalk {
    /// The conversation.
    pub flow: u32,
    /// When it was first seen.
    pub time: Timestamp,
    /// The side that opened it.
    pub client: SocketAddr,
    /// The other.
    pub server: SocketAddr,
    /// The host name asked for.
    pub server_name: Option<Arc<str>>,
    /// The highest version the client offers.
    pub offered: Option<u16>,
    /// The version chosen.
    pub version: Option<u16>,
    /// The suite chosen.
    pub suite: Option<u16>,
    /// The application protocol chosen.
    pub protocol: Option<Arc<str>>,
    /// The frame of the ServerHello.
    pub choice_frame: u64,
    /// The server's certificate.
    pub certificate: Option<Arc<Certificate>>,
    /// The frame it came in, and when.
    pub certificate_at: Option<(u64, Timestamp)>,
    /// How many certificates the server sent.
    pub chain: usize,
    /// What is wrong with them, if they could be read.
    pub verdict: Option<Chain>,
    /// The host that an HTTP request inside it named.
    pub host: Option<Arc<str>>,
    /// The frame in which the server asked for a certificate of the client's.
    pub asked: Option<u64>,
    /// The frame in which the client answered that: with a certificate or without.
    pub answered: Option<(u64, Timestamp)>,
    /// The client's certificate.
    pub client_certificate: Option<Arc<Certificate>>,
    /// The first alert that is no farewell, and who sent it.
    pub alert: Option<(TlsAlert, Direction)>,
    /// Application data was seen: from the client, from the server.
    pub data: [bool; 2],
    /// How the client went on behind the hellos of TLS 1.3, as far as lengths tell.
    pub covered: Option<Covered>,
    /// What became of the attempt to read it, if there was one.
    pub access: Option<Access>,
    /// Something of it was read.
    pub decrypted: bool,
    /// Frames of the handshake and of alerts.
    pub frames: Vec<u64>,
    sent: Option<Arc<Sent>>,
}

impl TlsTalk {
    fn new(place: &Place) -> Self {
        Self {
            flow: place.flow,
            time: place.time,
            client: place.client,
            server: place.server,
            server_name: None,
            offered: None,
            version: None,
            suite: None,
            protocol: None,
            choice_frame: 0,
            certificate: None,
            certificate_at: None,
            chain: 0,
            verdict: None,
            host: None,
            asked: None,
            answered: None,
            sent: None,
            client_certificate: None,
            alert: None,
            data: [false; 2],
            covered: None,
            access: None,
            decrypted: false,
            frames: Vec::new(),
        }
    }

    /// The name the client asked for, in its hello or in a request.
    pub fn name(&self) -> Option<&str> {
        self.server_name.as_deref().or(self.host.as_deref())
    }

    /// True if the client protected nothing in a handshake of TLS 1.3, of a suite whose lengths tell (RFC 8446 B.4).
    pub fn is_speechless(&self) -> bool {
        self.version == Some(0x0304) && matches!(self.suite, Some(0x1301..=0x1305)) && self.covered.is_none()
    }
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct TlsTalks {
    talks: Vec<TlsTalk>,
    /// Where the talk of a conversation stands.
    by_flow: FxHashMap<u32, usize>,
    /// Servers show the same certificate again and again: it is kept once, by the digest of its bytes.
    certificates: HashMap<[u8; 32], Option<Arc<Certificate>>>,
    chains: Chains,
    inner: Inner,
    words: Words,
}

impl TlsTalks {
    /// All of them, with their certificates judged.
    pub(super) fn into_list(self, judge: &mut Judge<'_>) -> Vec<TlsTalk> {
        let mut talks = self.talks;
        talks.sort_unstable_by_key(|talk| talk.flow);
        for talk in &mut talks {
            if let (Some(sent), Some((_, time))) = (talk.sent.take(), talk.certificate_at) {
                talk.verdict = Some(judge.chain(&sent, Use { time, name: talk.name(), server: true }));
            }
        }
        talks
    }

    /// A chain that was shown inside TLS-DSK.
    pub(super) fn inside(&mut self, sent: &[Box<[u8]>]) {
        let (own, kept) = self.certificates(sent);
        if let (Some(own), Some(kept)) = (own, kept) {
            self.inner.insert(own.sha256, kept);
        }
    }

    /// The chains that were shown inside TLS-DSK.
    pub(super) fn take_inner(&mut self) -> Inner {
        std::mem::take(&mut self.inner)
    }

    /// A request inside a connection names its host.
    pub(super) fn host(&mut self, flow: u32, host: &str) {
        if self.of(flow).is_none_or(|talk| talk.host.is_some()) {
            return;
        }
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let name = self.keep(name.map_or(host, |(name, _)| name));
        if let Some(talk) = self.of(flow) {
            talk.host = name;
        }
    }

    /// True if the flow is TLS.
    pub(super) fn knows(&self, flow: u32) -> bool {
        self.by_flow.contains_key(&flow)
    }

    /// A name, unless it is none.
    fn keep(&mut self, name: &str) -> Option<Arc<str>> {
        (!name.is_empty() && name.len() <= MAX_NAME).then(|| self.words.keep(name))
    }

    fn of(&mut self, flow: u32) -> Option<&mut TlsTalk> {
        self.talks.get_mut(*self.by_flow.get(&flow)?)
    }

    /// A connection is TLS.
    pub(super) fn seen(&mut self, place: &Place) -> Option<&mut TlsTalk> {
        if !self.knows(place.flow) {
            if self.talks.len() >= MAX_TALKS {
                return None;
            }
            self.by_flow.insert(place.flow, self.talks.len());
            grow::push(&mut self.talks, TlsTalk::new(place));
        }
        self.of(place.flow)
    }

    /// The certificates of a message: the sender's own, and the chain.
    fn certificates(&mut self, sent: &[Box<[u8]>]) -> (Option<Arc<Certificate>>, Option<Arc<Sent>>) {
        let Self { certificates, chains, .. } = self;
        let mut read = |der: &[u8]| {
            let digest = <[u8; 32]>::from(Sha256::digest(der));
            let known = certificates.get(&digest).cloned().unwrap_or_else(|| {
                let read = Certificate::read(der).map(Arc::new);
                if certificates.len() < MAX_TALKS {
                    certificates.insert(digest, read.clone());
                }
                read
            });
            known.map(|certificate| (digest, certificate))
        };
        let own = sent.first().and_then(|der| read(der)).map(|(_, certificate)| certificate);
        (own, chains.keep(sent, read))
    }

    pub(super) fn observe(&mut self, place: &Place, said: &Handshake) {
        let (leaf_read, sent) = self.certificates(&said.certificates);
        let named = said.offer.as_ref().and_then(|offer| self.keep(offer.server_name.as_deref()?));
        let protocol = said.choice.as_ref().and_then(|choice| self.keep(choice.protocol.as_deref()?));
        let Some(talk) = self.seen(place) else { return };
        let ends = said.alert.is_some() || said.covered == Some(Covered::Alert);
        let notable = said.offer.is_some() || said.choice.is_some() || said.chain > 0 || ends;
        if notable && talk.frames.last() != Some(&place.frame) && talk.frames.len() < MAX_FRAMES {
            talk.frames.push(place.frame);
        }
        if let Some(offer) = said.offer.as_ref().filter(|_| talk.offered.is_none()) {
            talk.offered = Some(offer.version);
            talk.server_name = named;
        }
        if let Some(choice) = said.choice.as_ref().filter(|_| talk.version.is_none()) {
            (talk.version, talk.suite, talk.protocol) = (Some(choice.version), choice.suite, protocol);
            talk.choice_frame = place.frame;
        }
        if said.asks_certificate && talk.asked.is_none() {
            talk.asked = Some(place.frame);
        }
        if said.answers_certificate && place.from == Direction::ToServer && talk.answered.is_none() {
            talk.answered = Some((place.frame, place.time));
        }
        if !said.certificates.is_empty() {
            let mine = match place.from {
                Direction::ToClient => &mut talk.certificate,
                Direction::ToServer => &mut talk.client_certificate,
            };
            if mine.is_none() {
                *mine = leaf_read;
                if place.from == Direction::ToClient {
                    talk.certificate_at = Some((place.frame, place.time));
                    talk.chain = said.chain;
                    talk.sent = sent;
                }
            }
        }
        // close_notify and user_canceled say goodbye, nothing else.
        if let Some(alert) = said.alert.filter(|a| !matches!(a.code, 0 | 90) && talk.alert.is_none()) {
            talk.alert = Some((alert, place.from));
        }
        if let Some(data) = talk.data.get_mut(place.from.index()) {
            *data |= said.data;
        }
        talk.covered = talk.covered.or(said.covered);
        talk.access = said.access.or(talk.access);
        talk.decrypted |= said.access.is_some_and(Access::was_read);
    }
}
