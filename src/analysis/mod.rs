//! Facts into negotiations, and whatever else a finding needs to know.
//!
//! A fold: facts come one after the other, in capture order, and what is kept is bounded. Nothing here sees a packet.

mod certificate;
mod chain;
mod client_certificate;
mod clock;
mod connection;
mod copies;
mod ending;
mod exchange;
mod group;
mod http;
mod inner;
mod kdc;
mod kerberos;
mod lease;
mod login;
mod lookup;
mod negotiation;
mod negotiations;
mod prove;
mod prove_kerberos;
mod register;
mod relay;
mod sip;
mod tls;
mod token;
mod transaction;
mod web;

pub use crate::knowledge::code::Space;
pub use certificate::{Certificate, SignatureHash};
pub use chain::{Chain, Trusted, inspector, inspects};
pub use clock::{ClockReading, ClockSource, Clocks};
pub use connection::{Connections, Undelivered, Unopened};
pub use ending::{End, Ended, made};
pub use exchange::{Operation, Said, Seen, WebExchange};
pub use http::Answered;
pub use inner::ServerCertificate;
pub use kerberos::{KerberosTraits, etype_name, key_words};
pub use lease::{LeaseAnswer, LeaseSeen};
pub use lookup::{A, AAAA, LookupSeen, SRV, candidate};
pub use negotiation::{
    Carrier, ErrorCode, Leg, Negotiation, NtlmTraits, Outcome, PasswordCheck, SignatureAt, Signatures,
};
pub use register::{Refusal, Registration, SipStep, SipWhat};
pub use relay::{CandidatesSeen, Media, RelayGrant, RelaySeen};
pub use tls::TlsTalk;
pub use token::{alert_name, tls_version};

use crate::fact::{Direction, Fact, FactRow, Language, Scheme, Web, WebTicket};
use crate::secrets::Secrets;
use crate::wire::Timestamp;
use crate::wire::hash::{HashMap, HashSet};
use chain::Judge;
use connection::ConnectionLog;
use copies::Copies;
use group::Group;
use http::HttpAuth;
use kdc::{KdcExchanges, Tickets};
use lease::LeaseLog;
use login::Logins;
use lookup::LookupLog;
use negotiations::Negotiations;
use register::Registrar;
use relay::MediaLog;
use sip::SipAuth;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::net::{IpAddr, SocketAddr};
use tls::TlsTalks;
use web::WebExchanges;

/// Conversations and sightings of one kind kept.
const MAX_KEPT: usize = 20_000;
/// Facts of one message that are looked at.
const MAX_FACTS: usize = 4096;

/// SIP between two hosts.
#[derive(Clone, Debug)]
pub struct SipTalk {
    /// The side that opened it.
    pub client: SocketAddr,
    /// The other.
    pub server: SocketAddr,
    /// True over TCP.
    pub tcp: bool,
    /// Its first message.
    pub frame: u64,
    /// Its messages.
    pub messages: u64,
    /// First address seen in From of a request.
    pub user: Option<String>,
    /// First field of its first line, for evidence.
    pub request: bool,
}

/// A challenge of a SIP server.
#[derive(Clone, Debug)]
pub struct SipOffer {
    /// Who was asked for credentials.
    pub client: SocketAddr,
    /// Who asked.
    pub server: SocketAddr,
    /// With which scheme.
    pub scheme: Scheme,
    /// First seen here.
    pub frame: u64,
    /// How often.
    pub count: u32,
    /// The address that was signing in.
    pub user: String,
}

/// A web ticket on the wire.
#[derive(Clone, Debug)]
pub struct TicketSeen {
    /// Who sent the request.
    pub client: SocketAddr,
    /// Who got it.
    pub server: SocketAddr,
    /// Inside TLS.
    pub encrypted: bool,
    /// First seen here.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// How often.
    pub count: u32,
    /// What it says.
    pub ticket: WebTicket,
}

/// What findings may look at.
#[derive(Debug, Default)]
pub struct Evidence {
    /// All negotiations, in the order they began.
    pub negotiations: Vec<Negotiation>,
    /// Negotiations that did not fit.
    pub negotiations_dropped: u64,
    /// SIP that was read in clear, one entry a client host and server.
    pub sip_talks: Vec<SipTalk>,
    /// Challenges of SIP servers.
    pub sip_offers: Vec<SipOffer>,
    /// Web tickets, one entry a ticket, client and server.
    pub tickets: Vec<TicketSeen>,
    /// Clock readings.
    pub clocks: Vec<ClockReading>,
    /// Requests answered, by client and server.
    pub answered: HashMap<(IpAddr, SocketAddr), Answered>,
    /// Conversations that are TLS.
    pub tls: Vec<TlsTalk>,
    /// Registrations, in the order they began.
    pub registrations: Vec<Registration>,
    /// Messages of registrations that did not fit.
    pub registrations_dropped: u64,
    /// When a client last talked SIP in a message that was cut before it said in which dialog.
    pub nameless: HashMap<IpAddr, Timestamp>,
    /// When a KDC last told a client to go on with a request that was not captured.
    pub kdc_orphans: HashMap<IpAddr, Timestamp>,
    /// Names that were asked for.
    pub lookups: Vec<LookupSeen>,
    /// Relays for media, and what offers of media give away.
    pub media: Media,
    /// What DHCP told clients.
    pub leases: Vec<LeaseSeen>,
    /// Connections that never came about, and how others ended.
    pub connections: Connections,
    /// The time of the last packet.
    pub until: Timestamp,
    /// Connections that were captured on both sides of a NAT or load balancer: they are told as they were captured first.
    pub passed: u64,
    /// What was asked of web services, in the order it was asked.
    pub web: Vec<WebExchange>,
    /// Exchanges with web services that did not fit.
    pub web_dropped: u64,
}

/// The fold.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    group: Option<Group>,
    /// Room for the facts of the next message: that of the one before.
    emptied: Vec<Fact>,
    negotiations: Negotiations,
    sip: SipAuth,
    http: HttpAuth,
    kdc: KdcExchanges,
    logins: Logins,
    tickets: Tickets,
    clocks: Clocks,
    sip_talks: BTreeMap<(IpAddr, SocketAddr), SipTalk>,
    sip_offers: BTreeMap<(IpAddr, SocketAddr, String), SipOffer>,
    web_tickets: BTreeMap<(u64, IpAddr, SocketAddr, bool), TicketSeen>,
    tls: TlsTalks,
    registrar: Registrar,
    copies: Copies,
    lookups: LookupLog,
    leases: LeaseLog,
    media: MediaLog,
    connections: ConnectionLog,
    until: Timestamp,
    web: WebExchanges,
    /// Conversations that were captured before, on the other side of a NAT or load balancer.
    passed: HashSet<u32>,
    /// Servers of which an answer to this client was captured: hashes of both, as there are many.
    answering: HashSet<u64>,
    /// The newest of them: most answers are one of several.
    answered_last: Option<(IpAddr, SocketAddr)>,
}

impl Analysis {
    /// For a capture that no secrets will be held against: keeps nothing for proofs.
    pub fn without_proofs() -> Self {
        let mut analysis = Self::default();
        analysis.negotiations.without_proofs();
        analysis
    }

    /// Takes the next fact.
    pub fn observe(&mut self, row: FactRow) {
        if self.passed.contains(&row.place.flow) {
            return;
        }
        // These are of no message.
        match row.fact {
            Fact::Passed { .. } => {
                if self.passed.len() < MAX_KEPT {
                    self.passed.insert(row.place.flow);
                }
                return;
            }
            Fact::Connection(life) => {
                self.flush();
                let flow = row.place.flow;
                let watched = self.registrar.knows(flow)
                    || self.tls.knows(flow)
                    || self.web.knows(flow)
                    || self.copies.knows(flow);
                return self.connections.over(&row.place, &life, watched);
            }
            Fact::Over => {
                self.flush();
                self.until = self.until.max(row.place.time);
                return;
            }
            Fact::Unreachable(what) => {
                self.flush();
                return self.connections.undelivered(&row.place, what);
            }
            _ => {}
        }
        match &mut self.group {
            Some(group) if group.place.pdu == row.place.pdu => {
                if group.facts.len() < MAX_FACTS {
                    group.facts.push(row.fact);
                }
            }
            _ => {
                self.flush();
                let mut facts = std::mem::take(&mut self.emptied);
                facts.push(row.fact);
                self.group = Some(Group { place: row.place, facts });
            }
        }
    }

    /// The capture is over, and there are no secrets to hold against it.
    pub fn finish(self) -> Evidence {
        self.finish_with(&Secrets::default())
    }

    /// The capture is over: these secrets are held against it.
    pub fn finish_with(mut self, secrets: &Secrets) -> Evidence {
        self.flush();
        let connections = self.connections.finish();
        for negotiation in self.negotiations.all_mut() {
            if negotiation.is_open() {
                if let Some(why) = connections.undeliverable(negotiation) {
                    (negotiation.outcome, negotiation.reason) = (Outcome::Unfinished, why.into());
                    continue;
                }
                let ends = self.answering.hasher().hash_one((negotiation.client.ip(), negotiation.server));
                let answered = self.answering.contains(&ends);
                negotiation.outcome = if answered { Outcome::Unfinished } else { Outcome::Unseen };
                negotiation.reason = if answered {
                    "the server's verdict is not in the capture".into()
                } else {
                    "nothing that this server sent was captured".into()
                };
            }
        }
        let dropped = self.negotiations.dropped();
        let mut judge = Judge::new(&secrets.trust);
        let inner = self.tls.take_inner();
        let mut tls = self.tls.into_list(&mut judge);
        // What only looked like TLS at its beginning: the Edge lets media through in this way ([MS-TURN] 2.1.1).
        tls.retain(|talk| !self.media.is_relay(talk.flow));
        let mut negotiations: Vec<_> =
            std::mem::take(&mut self.negotiations).into_list(secrets).into_iter().filter(|n| n.count > 0).collect();
        let with_certificates: Vec<_> = tls.iter().filter_map(client_certificate::negotiation).collect();
        if !with_certificates.is_empty() {
            // Growing by half of a long list would be dear.
            negotiations.reserve_exact(with_certificates.len());
            negotiations.extend(with_certificates);
            negotiations.sort_by_cached_key(Negotiation::began);
        }
        let mut renamed: HashMap<u32, u32> = HashMap::default();
        for (at, negotiation) in negotiations.iter_mut().enumerate() {
            inner::judge(negotiation, &inner, &mut judge);
            ending::close(negotiation, &connections);
            let id = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
            let before = std::mem::replace(&mut negotiation.id, id);
            let kept = negotiation.association();
            if before != id && (kept.renews.is_some() || kept.renewed_by.is_some()) {
                renamed.insert(before, id);
            }
        }
        for kept in negotiations.iter_mut().filter_map(|n| n.association.as_mut()).filter(|_| !renamed.is_empty()) {
            for id in [&mut kept.renews, &mut kept.renewed_by].into_iter().flatten() {
                *id = renamed.get(id).copied().unwrap_or(*id);
            }
        }
        let (web, web_dropped) = self.web.into_list();
        // As they came, whatever their digests are: those of a redacted copy are others.
        let mut tickets: Vec<_> = self.web_tickets.into_values().collect();
        tickets.sort_by_key(|ticket| ticket.frame);
        let (registrations, nameless, registrations_dropped) = self.registrar.finish();
        Evidence {
            web,
            web_dropped,
            negotiations,
            negotiations_dropped: dropped,
            sip_talks: self.sip_talks.into_values().collect(),
            sip_offers: self.sip_offers.into_values().collect(),
            tickets,
            clocks: self.clocks.readings().collect(),
            answered: self.http.answered,
            tls,
            registrations,
            registrations_dropped,
            nameless,
            kdc_orphans: self.kdc.orphans(),
            lookups: self.lookups.finish(),
            leases: self.leases.finish(),
            media: self.media.finish(),
            connections,
            until: self.until,
            passed: self.passed.len() as u64,
        }
    }

    fn flush(&mut self) {
        let Some(group) = self.group.take() else { return };
        let place = group.place;
        self.until = self.until.max(place.time);
        let ends = (place.client.ip(), place.server);
        if place.from == Direction::ToClient && self.answered_last != Some(ends) && self.answering.len() < MAX_KEPT {
            self.answering.insert(self.answering.hasher().hash_one(ends));
            self.answered_last = Some(ends);
        }
        for fact in &group.facts {
            self.clocks.observe(&place, fact);
            match fact {
                Fact::Encrypted if !place.encrypted => {
                    self.tls.seen(&place);
                }
                Fact::Handshake(said) if !place.encrypted => self.tls.observe(&place, said),
                Fact::Tls(flight) if place.from == Direction::ToClient => self.tls.inside(&flight.certificates),
                Fact::WebTicket(ticket) => self.web_ticket(&group, ticket),
                Fact::Lookup(said) => self.lookups.observe(&place, said),
                Fact::Lease(said) => self.leases.observe(&place, said),
                Fact::Relay(said) => self.media.relay(&place, said),
                Fact::Candidates(addresses) => self.media.candidates(&place, addresses),
                Fact::Web(web) => {
                    if let (Web::Relay(said), Some(sip)) = (&**web, group.head().and_then(|head| head.sip.as_deref())) {
                        self.media.granted(&place, &sip::address(&sip.from), said);
                    }
                }
                _ => {}
            }
        }
        match group.head() {
            Some(head) if head.language == Language::Sip => {
                self.sip_talk(&group);
                if !self.copies.holds(&group.place, head) {
                    self.registrar.message(&group, head);
                    self.sip.message(&group, head, &mut self.negotiations, &self.tickets);
                }
            }
            Some(head) => {
                if let Some(host) = head.host.as_deref().filter(|_| place.encrypted) {
                    self.tls.host(place.flow, host);
                }
                self.web.message(&group, head);
                self.http.message(&group, head, &mut self.negotiations, &self.tickets);
            }
            None if group.logins().next().is_some() => {
                self.logins.message(&group, &mut self.negotiations, &self.tickets);
            }
            None => self.kdc.message(&group, &mut self.negotiations, &mut self.tickets),
        }
        self.negotiations.settle();
        let mut facts = group.facts;
        facts.clear();
        self.emptied = facts;
    }

    fn sip_talk(&mut self, group: &Group) {
        let place = &group.place;
        let Some(head) = group.head() else { return };
        let Some(sip) = &head.sip else { return };
        let key = (place.client.ip(), place.server);
        if !place.encrypted && (self.sip_talks.len() < MAX_KEPT || self.sip_talks.contains_key(&key)) {
            let talk = self.sip_talks.entry(key).or_insert_with(|| SipTalk {
                client: place.client,
                server: place.server,
                tcp: place.tcp,
                frame: place.frame,
                messages: 0,
                user: None,
                request: matches!(head.start, crate::fact::Start::Request { .. }),
            });
            talk.messages = talk.messages.saturating_add(1);
            if talk.user.is_none() && !sip.from.is_empty() {
                talk.user = Some(sip::address(&sip.from));
            }
        }
        for offer in group.offers() {
            let key = (place.client.ip(), place.server, offer.header.scheme.to_string());
            if self.sip_offers.len() < MAX_KEPT || self.sip_offers.contains_key(&key) {
                let kept = self.sip_offers.entry(key).or_insert_with(|| SipOffer {
                    client: place.client,
                    server: place.server,
                    scheme: offer.header.scheme.clone(),
                    frame: place.frame,
                    count: 0,
                    user: sip::address(&sip.from),
                });
                kept.count = kept.count.saturating_add(1);
            }
        }
    }

    fn web_ticket(&mut self, group: &Group, ticket: &WebTicket) {
        let place = &group.place;
        let key = (ticket.digest, place.client.ip(), place.server, ticket.issued);
        if self.web_tickets.len() >= MAX_KEPT && !self.web_tickets.contains_key(&key) {
            return;
        }
        let kept = self.web_tickets.entry(key).or_insert_with(|| TicketSeen {
            client: place.client,
            server: place.server,
            encrypted: place.encrypted,
            frame: place.frame,
            time: place.time,
            count: 0,
            ticket: lasting(ticket, place.time),
        });
        kept.count = kept.count.saturating_add(1);
    }
}

/// A ticket of which only its remaining life was told, from the moment of the answer on.
fn lasting(ticket: &WebTicket, now: Timestamp) -> WebTicket {
    let mut ticket = ticket.clone();
    if let (None, None, Some(life)) = (ticket.created, ticket.expires, ticket.life) {
        let end = now.seconds().saturating_add(life.into());
        (ticket.created, ticket.expires) = (Some(now), Some(Timestamp::new(end, now.subsec())));
    }
    ticket
}
