//! What DHCP told clients: one entry a hardware address, with what each server answered.

use crate::fact::{Direction, Lease, Place};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use std::net::{IpAddr, SocketAddr};

/// Clients kept.
const MAX_CLIENTS: usize = 8_000;
/// Servers kept of one client.
const MAX_SERVERS: usize = 8;

/// A client of DHCP.
#[derive(Clone, Debug)]
pub struct LeaseSeen {
    /// Its hardware address, bytes joined by colons.
    pub hardware: String,
    /// The address it was given last.
    pub address: Option<IpAddr>,
    /// It called itself a Lync phone, or asked for both options that lead one.
    pub is_phone: bool,
    /// Its first message.
    pub frame: u64,
    /// What each server answered last, an offer or an acknowledgment.
    pub answers: Vec<LeaseAnswer>,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct LeaseAnswer {
    /// Who sent it: a relay, where one stands between.
    pub from: SocketAddr,
    /// The server by its own word, else who sent it.
    pub server: IpAddr,
    /// Where it was seen.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// The address was given, not only offered.
    pub acknowledged: bool,
    /// Where certificates are to be had (option 43).
    pub web: Option<String>,
    /// SIP servers (option 120).
    pub sip: Vec<String>,
}

impl LeaseAnswer {
    /// True if it says anything of where to sign in.
    pub fn leads(&self) -> bool {
        self.web.is_some() || !self.sip.is_empty()
    }

    /// What it says of where to sign in, in a line.
    pub fn way(&self) -> String {
        let web = self.web.as_deref().into_iter();
        web.chain(self.sip.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
    }
}

impl LeaseSeen {
    /// The answer that gave the address.
    pub fn given(&self) -> Option<&LeaseAnswer> {
        self.answers.iter().filter(|answer| answer.acknowledged).max_by_key(|answer| answer.frame)
    }
}

/// Collects them.
#[derive(Clone, Debug, Default)]
pub(super) struct LeaseLog {
    seen: HashMap<String, LeaseSeen>,
}

impl LeaseLog {
    /// All of them, in the order in which they began.
    pub(super) fn finish(self) -> Vec<LeaseSeen> {
        let mut list: Vec<_> = self.seen.into_values().collect();
        list.sort_by_key(|lease| lease.frame);
        list
    }

    pub(super) fn observe(&mut self, place: &Place, said: &Lease) {
        if self.seen.len() >= MAX_CLIENTS && !self.seen.contains_key(&said.hardware) {
            return;
        }
        let seen = self.seen.entry(said.hardware.clone()).or_insert_with(|| LeaseSeen {
            hardware: said.hardware.clone(),
            address: None,
            is_phone: false,
            frame: place.frame,
            answers: Vec::new(),
        });
        seen.is_phone |= said.is_phone || said.asks_web && said.asks_sip;
        if !matches!(said.kind, Lease::OFFER | Lease::ACKNOWLEDGMENT) {
            return;
        }
        let acknowledged = said.kind == Lease::ACKNOWLEDGMENT;
        if acknowledged {
            seen.address = said.address.map(IpAddr::V4).or(seen.address);
        }
        let from = if place.from == Direction::ToClient { place.server } else { place.client };
        let answer = LeaseAnswer {
            from,
            server: said.server.map_or(from.ip(), IpAddr::V4),
            frame: place.frame,
            time: place.time,
            acknowledged,
            web: said.web.clone(),
            sip: said.sip.clone(),
        };
        match seen.answers.iter().position(|known| known.server == answer.server) {
            Some(at) => seen.answers[at] = answer,
            None if seen.answers.len() < MAX_SERVERS => seen.answers.push(answer),
            None => {}
        }
    }
}
