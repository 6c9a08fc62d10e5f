//! Media: who asks relays for a place and with what, what the credentials are good for, and what offers of media give away.

use crate::fact::{Direction, Place, Relay, RelayCredentials};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use std::net::{IpAddr, SocketAddr};

/// Conversations and sightings of one kind kept.
const MAX_KEPT: usize = 4096;

/// A client at a relay.
#[derive(Clone, Debug)]
pub struct RelaySeen {
    /// Who asked.
    pub client: SocketAddr,
    /// The relay.
    pub server: SocketAddr,
    /// The first request or answer.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// The user name it showed, as hexadecimal digits, and where.
    pub user: Option<(String, u64)>,
    /// A place was given in this frame.
    pub given: Option<u64>,
    /// The last refusal: frame and code.
    pub refused: Option<(u64, u16)>,
    /// The call it is for.
    pub call_id: Option<String>,
}

/// Credentials that were handed out.
#[derive(Clone, Debug)]
pub struct RelayGrant {
    /// Who got them.
    pub client: SocketAddr,
    /// Who handed them out.
    pub server: SocketAddr,
    /// Where.
    pub frame: u64,
    /// To whom: `From` of the request.
    pub user: String,
    /// What they are.
    pub credentials: RelayCredentials,
}

/// An offer of media with private addresses in it.
#[derive(Clone, Debug)]
pub struct CandidatesSeen {
    /// Who opened the connection.
    pub client: SocketAddr,
    /// The other side.
    pub server: SocketAddr,
    /// Where.
    pub frame: u64,
    /// True if the client was told, false if it told.
    pub to_client: bool,
    /// The addresses.
    pub addresses: Box<[IpAddr]>,
}

/// Collects them.
#[derive(Clone, Debug, Default)]
pub(super) struct MediaLog {
    relays: HashMap<u32, RelaySeen>,
    grants: Vec<RelayGrant>,
    candidates: Vec<CandidatesSeen>,
}

/// What was collected.
#[derive(Clone, Debug, Default)]
pub struct Media {
    /// Clients at relays, in the order they came.
    pub relays: Vec<RelaySeen>,
    /// Credentials handed out.
    pub grants: Vec<RelayGrant>,
    /// Offers with private addresses.
    pub candidates: Vec<CandidatesSeen>,
}

impl MediaLog {
    /// True if this conversation turned out to be one with a relay.
    pub(super) fn is_relay(&self, flow: u32) -> bool {
        self.relays.contains_key(&flow)
    }

    pub(super) fn finish(self) -> Media {
        let mut relays: Vec<_> = self.relays.into_values().collect();
        relays.sort_by_key(|relay| relay.frame);
        Media { relays, grants: self.grants, candidates: self.candidates }
    }

    pub(super) fn relay(&mut self, place: &Place, said: &Relay) {
        if self.relays.len() >= MAX_KEPT && !self.relays.contains_key(&place.flow) {
            return;
        }
        let seen = self.relays.entry(place.flow).or_insert_with(|| RelaySeen {
            client: place.client,
            server: place.server,
            frame: place.frame,
            time: place.time,
            user: None,
            given: None,
            refused: None,
            call_id: None,
        });
        if let Some(call) = &said.call_id {
            seen.call_id.get_or_insert_with(|| call.clone());
        }
        match (said.asks, said.error) {
            (true, _) => {
                if let Some(user) = &said.user {
                    seen.user.get_or_insert_with(|| (user.clone(), place.frame));
                }
            }
            (false, None) => seen.given = seen.given.or(Some(place.frame)),
            (false, Some(code)) => seen.refused = Some((place.frame, code)),
        }
    }

    pub(super) fn granted(&mut self, place: &Place, user: &str, credentials: &RelayCredentials) {
        if self.grants.len() < MAX_KEPT {
            let (client, server, frame) = (place.client, place.server, place.frame);
            self.grants.push(RelayGrant {
                client,
                server,
                frame,
                user: user.to_owned(),
                credentials: credentials.clone(),
            });
        }
    }

    pub(super) fn candidates(&mut self, place: &Place, addresses: &[IpAddr]) {
        if self.candidates.len() < MAX_KEPT {
            self.candidates.push(CandidatesSeen {
                client: place.client,
                server: place.server,
                frame: place.frame,
                to_client: place.from == Direction::ToClient,
                addresses: addresses.into(),
            });
        }
    }
}
