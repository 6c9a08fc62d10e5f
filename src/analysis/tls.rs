//! TLS connections: what their handshakes say, and whether what they carry could be read.

use super::certificate::Certificate;
use crate::fact::{Access, Direction, Handshake, Place, TlsAlert};
use crate::wire::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
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
    pub server_name: Option<String>,
    /// The highest version the client offers.
    pub offered: Option<u16>,
    /// The version chosen.
    pub version: Option<u16>,
    /// The suite chosen.
    pub suite: Option<u16>,
    /// The application protocol chosen.
    pub protocol: Option<String>,
    /// The frame of the ServerHello.
    pub choice_frame: u64,
    /// The server's certificate.
    pub certificate: Option<Arc<Certificate>>,
    /// The frame it came in, and when.
    pub certificate_at: Option<(u64, Timestamp)>,
    /// How many certificates the server sent.
    pub chain: usize,
    /// The client's certificate.
    pub client_certificate: Option<Arc<Certificate>>,
    /// The first alert that is no farewell, and who sent it.
    pub alert: Option<(TlsAlert, Direction)>,
    /// Application data was seen: from the client, from the server.
    pub data: [bool; 2],
    /// What became of the attempt to read it, if there was one.
    pub access: Option<Access>,
    /// Something of it was read.
    pub decrypted: bool,
    /// Frames of the handshake and of alerts.
    pub frames: Vec<u64>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct TlsTalks {
    talks: BTreeMap<u32, TlsTalk>,
    /// Servers show the same certificate again and again: it is kept once, by the digest of its bytes.
    certificates: HashMap<[u8; 32], Option<Arc<Certificate>>>,
}

impl TlsTalks {
    pub(super) fn into_list(self) -> Vec<TlsTalk> {
        self.talks.into_values().collect()
    }

    /// True if the flow is TLS.
    pub(super) fn knows(&self, flow: u32) -> bool {
        self.talks.contains_key(&flow)
    }

    /// A connection is TLS.
    pub(super) fn seen(&mut self, place: &Place) -> Option<&mut TlsTalk> {
        if self.talks.len() >= MAX_TALKS && !self.talks.contains_key(&place.flow) {
            return None;
        }
        Some(self.talks.entry(place.flow).or_insert_with(|| TlsTalk {
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
            client_certificate: None,
            alert: None,
            data: [false; 2],
            access: None,
            decrypted: false,
            frames: Vec::new(),
        }))
    }

    fn certificate(&mut self, der: &[u8]) -> Option<Arc<Certificate>> {
        let digest = <[u8; 32]>::from(Sha256::digest(der));
        if let Some(known) = self.certificates.get(&digest) {
            return known.clone();
        }
        let read = Certificate::read(der).map(Arc::new);
        if self.certificates.len() < MAX_TALKS {
            self.certificates.insert(digest, read.clone());
        }
        read
    }

    pub(super) fn observe(&mut self, place: &Place, said: &Handshake) {
        let leaf_read = said.certificates.first().and_then(|leaf| self.certificate(leaf));
        let Some(talk) = self.seen(place) else { return };
        let notable = said.offer.is_some() || said.choice.is_some() || said.chain > 0 || said.alert.is_some();
        if notable && talk.frames.last() != Some(&place.frame) && talk.frames.len() < MAX_FRAMES {
            talk.frames.push(place.frame);
        }
        if let Some(offer) = said.offer.as_ref().filter(|_| talk.offered.is_none()) {
            talk.offered = Some(offer.version);
            talk.server_name = offer.server_name.clone().filter(|name| name.len() <= MAX_NAME);
        }
        if let Some(choice) = said.choice.as_ref().filter(|_| talk.version.is_none()) {
            (talk.version, talk.suite, talk.protocol) = (Some(choice.version), choice.suite, choice.protocol.clone());
            talk.choice_frame = place.frame;
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
        talk.access = said.access.or(talk.access);
        talk.decrypted |= said.access.is_some_and(Access::was_read);
    }
}
