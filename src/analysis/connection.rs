//! Connections: which never came about, and how those ended that a sign-in may have used.

use super::negotiation::{Carrier, Negotiation};
use crate::fact::{Connection, Direction, Ending, Place, Unreachable};
use crate::wire::hash::HashMap;
use crate::wire::{Timestamp, grow};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// Connections kept of each kind.
const MAX_KEPT: usize = 20_000;

/// A connection that never came about, or of which no more is known.
#[derive(Clone, Copy, Debug)]
pub struct Unopened {
    /// Who asked for it.
    pub client: SocketAddr,
    /// Who was asked.
    pub server: SocketAddr,
    /// What became of it.
    pub life: Connection,
}

/// A packet that the network could not deliver.
#[derive(Clone, Copy, Debug)]
pub struct Undelivered {
    /// Who had sent it.
    pub client: SocketAddr,
    /// To whom.
    pub server: SocketAddr,
    /// TCP; else UDP.
    pub tcp: bool,
    /// The frame of the ICMP message.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// What it says.
    pub what: Unreachable,
}

/// The port of a KDC (RFC 4120 7.2.1).
const KERBEROS: u16 = 88;

/// How the server ended a connection, if with a reset.
fn reset_by_server(life: &Connection) -> Option<Ending> {
    life.ended.filter(|end| end.reset && end.by == Direction::ToClient)
}

/// What is known of connections.
#[derive(Debug, Default)]
pub struct Connections {
    /// Those that never came about, in the order of their flows.
    pub unopened: Vec<Unopened>,
    /// How those ended that carried SIP, TLS or a web service of a sign-in, by flow.
    pub(super) ended: Vec<(u32, Connection)>,
    /// Those at ports of SIP that came about and of which nothing was understood.
    pub unread: Vec<Unopened>,
    /// Packets that could not be delivered, one a pair of ends.
    pub undelivered: Vec<Undelivered>,
    /// Those with a KDC that it reset.
    kdc_resets: Vec<Unopened>,
    /// When a machine last asked for a connection, or used one of which nothing is known.
    pub(super) asked: HashMap<IpAddr, Timestamp>,
}

impl Connections {
    /// How a connection ended that carried a part of a sign-in.
    pub fn ending(&self, flow: u32) -> Option<&Connection> {
        let at = self.ended.binary_search_by_key(&flow, |(flow, _)| *flow).ok()?;
        self.ended.get(at).map(|(_, life)| life)
    }

    /// What the network said of requests to a KDC that has not answered, in words: that they could not be delivered, or that
    /// it takes no connection.
    pub(super) fn undeliverable(&self, asked: &Negotiation) -> Option<&'static str> {
        if asked.carrier != Carrier::Kdc {
            return None;
        }
        let since = asked.legs.first()?.time;
        let here = |client: SocketAddr, server: SocketAddr, time: Timestamp| {
            client.ip() == asked.client.ip() && server == asked.server && time >= since
        };
        if self.undelivered.iter().any(|row| here(row.client, row.server, row.time)) {
            return Some("the network says that the server cannot be reached");
        }
        let told = |rows: &[Unopened]| {
            let mut ends = rows.iter().filter_map(|row| Some((row, reset_by_server(&row.life)?)));
            ends.any(|(row, end)| here(row.client, row.server, end.time))
        };
        if told(&self.kdc_resets) {
            return Some("the server reset the connection instead of an answer");
        }
        told(&self.unopened).then_some("the server refused a connection instead of an answer")
    }

    /// When this machine last asked for a connection, to whomever, or used one of which nothing is known.
    pub fn last_asked(&self, client: IpAddr) -> Option<Timestamp> {
        self.asked.get(&client).copied()
    }
}

/// Collects them.
#[derive(Clone, Debug, Default)]
pub(super) struct ConnectionLog {
    unopened: BTreeMap<u32, Unopened>,
    ended: Vec<(u32, Connection)>,
    unread: Vec<Unopened>,
    kdc_resets: Vec<Unopened>,
    undelivered: BTreeMap<(SocketAddr, SocketAddr, bool), Undelivered>,
    asked: HashMap<IpAddr, Timestamp>,
}

impl ConnectionLog {
    pub(super) fn finish(mut self) -> Connections {
        self.ended.sort_unstable_by_key(|(flow, _)| *flow);
        Connections {
            unopened: self.unopened.into_values().collect(),
            ended: self.ended,
            unread: self.unread,
            undelivered: self.undelivered.into_values().collect(),
            kdc_resets: self.kdc_resets,
            asked: self.asked,
        }
    }

    /// A connection is over; `watched` if it carried something that a sign-in is made of.
    pub(super) fn over(&mut self, place: &Place, life: &Connection, watched: bool) {
        if self.asked.len() < MAX_KEPT || self.asked.contains_key(&place.client.ip()) {
            let last = self.asked.entry(place.client.ip()).or_default();
            *last = if watched { life.last_syn } else { life.last }.max(*last);
        }
        let reset = place.server.port() == KERBEROS && life.accepted && reset_by_server(life).is_some();
        if reset && self.kdc_resets.len() < MAX_KEPT {
            let row = Unopened { client: place.client, server: place.server, life: *life };
            grow::push(&mut self.kdc_resets, row);
        }
        if !life.accepted && life.syns > 0 {
            if self.unopened.len() < MAX_KEPT {
                let row = Unopened { client: place.client, server: place.server, life: *life };
                self.unopened.insert(place.flow, row);
            }
        } else if watched && self.ended.len() < MAX_KEPT {
            grow::push(&mut self.ended, (place.flow, *life));
        } else if !watched && matches!(place.server.port(), 5060 | 5061) && self.unread.len() < MAX_KEPT {
            grow::push(&mut self.unread, Unopened { client: place.client, server: place.server, life: *life });
        }
    }

    pub(super) fn undelivered(&mut self, place: &Place, what: Unreachable) {
        if self.undelivered.len() < MAX_KEPT {
            self.undelivered.entry((place.client, place.server, place.tcp)).or_insert(Undelivered {
                client: place.client,
                server: place.server,
                tcp: place.tcp,
                frame: place.frame,
                time: place.time,
                what,
            });
        }
    }
}
