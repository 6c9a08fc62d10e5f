//! Exchanges with a Kerberos KDC: one negotiation per AS and per TGS exchange, and the tickets they issued.

use super::group::Group;
use super::negotiation::{Carrier, ErrorCode, Negotiation, Outcome};
use super::negotiations::{Index, Negotiations};
use super::prove_kerberos::client_key;
use super::token::krb_error;
use crate::fact::{Fact, Kerberos, KerberosKind, Place, Principal, Scheme};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use crate::wire::words::said;
use std::net::IpAddr;

/// Tickets remembered, and exchanges waiting for an answer.
const MAX_TICKETS: usize = 20_000;

/// Exchanges that may be there before those that ended are let go.
const ROOMY: usize = 2_000;

/// Errors that are a step on the way, not an end: pre-authentication asked for, too large for UDP, another realm, more of
/// the pre-authentication.
const STEPS: [i32; 4] = [25, 52, 68, 91];

/// A ticket that was issued in this capture.
#[derive(Clone, Debug)]
pub(super) struct Issued {
    pub(super) client: Principal,
}

/// Tickets by the digest of their cipher.
#[derive(Clone, Debug, Default)]
pub(super) struct Tickets {
    by_digest: HashMap<u64, Issued>,
}

impl Tickets {
    pub(super) fn issued(&self, digest: u64) -> Option<&Issued> {
        self.by_digest.get(&digest)
    }

    fn add(&mut self, digest: u64, issued: Issued) {
        if self.by_digest.len() < MAX_TICKETS {
            self.by_digest.insert(digest, issued);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    client: IpAddr,
    kdc: IpAddr,
    ticket_granting: bool,
    /// The client of an AS exchange, the service of a TGS exchange.
    name: Principal,
}

/// A request on its flow.
#[derive(Clone, Debug)]
struct Asked {
    key: Key,
    /// What it tells itself from others by: its number, and whether it proves the password.
    mark: (Option<u32>, bool),
    at: Index,
}

/// Joins requests and answers of KDCs.
#[derive(Clone, Debug, Default)]
pub(super) struct KdcExchanges {
    open: HashMap<Key, Index>,
    /// The request last seen on a flow: what an error there answers.
    by_flow: HashMap<u32, Asked>,
    /// Who last got a ticket-granting ticket, by client address.
    holder: HashMap<IpAddr, Principal>,
    /// How many exchanges may be there before they are looked through.
    roomy: usize,
    /// When a client was last told to go on with a request that was not captured.
    orphans: HashMap<IpAddr, Timestamp>,
}

impl KdcExchanges {
    /// When clients were last told to go on with requests that were not captured.
    pub(super) fn orphans(self) -> HashMap<IpAddr, Timestamp> {
        self.orphans
    }

    pub(super) fn message(&mut self, group: &Group, all: &mut Negotiations, tickets: &mut Tickets) {
        for fact in &group.facts {
            if let Fact::Kerberos(message) = fact {
                match message.kind {
                    KerberosKind::AsReq | KerberosKind::TgsReq => self.request(&group.place, message, all, tickets),
                    KerberosKind::AsRep | KerberosKind::TgsRep => self.reply(&group.place, message, all, tickets),
                    KerberosKind::Error => self.error(&group.place, message, all),
                    KerberosKind::ApReq | KerberosKind::ApRep => {}
                }
            }
        }
    }

    fn key(place: &Place, message: &Kerberos) -> Key {
        let ticket_granting = matches!(message.kind, KerberosKind::TgsReq | KerberosKind::TgsRep);
        let name = if ticket_granting { &message.service } else { &message.client };
        let mut name = name.clone().unwrap_or_default();
        // A KDC may answer with the realm in its own spelling.
        name.realm.make_ascii_uppercase();
        if ticket_granting {
            name.name.make_ascii_lowercase();
        }
        Key { client: place.client.ip(), kdc: place.server.ip(), ticket_granting, name }
    }

    fn request(&mut self, place: &Place, message: &Kerberos, all: &mut Negotiations, tickets: &Tickets) {
        let key = Self::key(place, message);
        let mark = (message.nonce, message.preauthenticated);
        let open = |at: &Index| all.get(*at).is_some_and(Negotiation::is_open);
        // A datagram that was captured at two places comes again after its answer: it asks for nothing.
        let again =
            |asked: &Asked| message.nonce.is_some() && asked.mark == mark && asked.key == key && !open(&asked.at);
        if self.by_flow.get(&place.flow).is_some_and(again) {
            return;
        }
        let at = self.open.get(&key).copied().filter(open);
        let Some(at) = at.or_else(|| {
            let mut fresh = Negotiation::new(Carrier::Kdc, Scheme::Kerberos, place);
            fresh.mechanism = Some("Kerberos".into());
            fresh.target = message.service.as_ref().map(|s| s.name.as_str().into());
            let client = message
                .client
                .clone()
                .filter(|c| !c.name.is_empty())
                .or_else(|| message.ticket.and_then(|t| tickets.issued(t)).map(|issued| issued.client.clone()))
                .or_else(|| key.ticket_granting.then(|| self.holder.get(&place.client.ip()).cloned()).flatten());
            if let Some(client) = client {
                fresh.user = Some(client.name.into());
                fresh.domain = said(&client.realm);
            }
            all.add(fresh)
        }) else {
            return;
        };
        if let Some(negotiation) = all.get_mut(at) {
            negotiation.leg(place, if key.ticket_granting { "TGS-REQ" } else { "AS-REQ" });
            negotiation.preauthenticated |= message.preauthenticated;
            negotiation.offered_etypes.clone_from(&message.offered_etypes);
            if let Some(fit) = message.opened.as_ref().and_then(|o| o.client.as_ref()) {
                client_key(negotiation, fit, false);
            }
        }
        all.witness_kerberos(at, message);
        if self.by_flow.len().max(self.open.len()) >= self.roomy.max(ROOMY) {
            // Exchanges that ended are of use only for answers sent twice, which come at once.
            self.by_flow.retain(|_, asked| all.get(asked.at).is_some_and(Negotiation::is_open));
            self.open.retain(|_, at| all.get(*at).is_some_and(Negotiation::is_open));
            self.by_flow.shrink_to(ROOMY);
            self.open.shrink_to(ROOMY);
            self.roomy = self.by_flow.len().max(self.open.len()).saturating_mul(2);
        }
        if self.open.len() < MAX_TICKETS && self.by_flow.len() < MAX_TICKETS {
            self.by_flow.insert(place.flow, Asked { key: key.clone(), mark, at });
            self.open.insert(key, at);
        }
    }

    /// The exchange an answer belongs to: that of its flow if kind fits, else that of its names; a new one if the
    /// request was not captured.
    fn find(&mut self, place: &Place, message: &Kerberos, all: &mut Negotiations) -> Option<Index> {
        let key = Self::key(place, message);
        let flow = self.by_flow.get(&place.flow).filter(|asked| asked.key.ticket_granting == key.ticket_granting);
        if let Some(asked) = flow.filter(|asked| all.get(asked.at).is_some_and(Negotiation::is_open)) {
            return Some(asked.at);
        }
        if let Some(at) = self.open.get(&key).filter(|at| all.get(**at).is_some_and(Negotiation::is_open)) {
            if let Some(negotiation) = all.get_mut(*at) {
                // The request that this answers came from another port, and was not captured.
                negotiation.preauthenticated = true;
            }
            return Some(*at);
        }
        // The same answer again: nothing new.
        if flow.is_some() || self.open.contains_key(&key) {
            return None;
        }
        let mut fresh = Negotiation::new(Carrier::Kdc, Scheme::Kerberos, place);
        fresh.mechanism = Some("Kerberos".into());
        fresh.target = message.service.as_ref().map(|s| s.name.as_str().into());
        // What the request carried was not captured; nothing may be concluded from its absence.
        fresh.preauthenticated = true;
        all.add(fresh)
    }

    fn reply(&mut self, place: &Place, message: &Kerberos, all: &mut Negotiations, tickets: &mut Tickets) {
        let granting = message.kind == KerberosKind::TgsRep;
        if let (Some(client), Some(digest)) = (&message.client, message.ticket) {
            tickets.add(digest, Issued { client: client.clone() });
            if !granting && self.holder.len() < MAX_TICKETS {
                self.holder.insert(place.client.ip(), client.clone());
            }
        }
        let Some(at) = self.find(place, message, all) else { return };
        all.witness_kerberos(at, message);
        let Some(negotiation) = all.get_mut(at) else { return };
        negotiation.open(message);
        if let Some(fit) = message.opened.as_ref().and_then(|o| o.client.as_ref()) {
            client_key(negotiation, fit, true);
        }
        negotiation.leg(place, if granting { "TGS-REP" } else { "AS-REP" });
        negotiation.ticket_etype = message.ticket_etype;
        if let Some(client) = &message.client {
            negotiation.user = Some(client.name.as_str().into());
            negotiation.domain = Some(client.realm.as_str().into());
        }
        negotiation.end(Outcome::Accepted, "ticket issued");
    }

    fn error(&mut self, place: &Place, message: &Kerberos, all: &mut Negotiations) {
        let code = message.error.unwrap_or(-1);
        let known = self.by_flow.get(&place.flow).map(|asked| asked.at);
        // What refuses says for whom and for which service, also where the request was not captured.
        let Some(at) = known.or_else(|| {
            let mut fresh = Negotiation::new(Carrier::Kdc, Scheme::Kerberos, place);
            fresh.mechanism = Some("Kerberos".into());
            fresh.target = message.service.as_ref().map(|s| s.name.as_str().into());
            fresh.preauthenticated = true;
            (!STEPS.contains(&code)).then(|| all.add(fresh)).flatten()
        }) else {
            if self.orphans.len() < MAX_TICKETS {
                self.orphans.insert(place.client.ip(), place.time);
            }
            return;
        };
        all.witness_kerberos(at, message);
        let Some(negotiation) = all.get_mut(at).filter(|n| n.is_open()) else { return };
        negotiation.leg(place, "KRB-ERROR");
        if STEPS.contains(&code) {
            return;
        }
        let error = ErrorCode { ntstatus: message.ntstatus, ..krb_error(code) };
        let mut reason = format!("KDC error {code} {}", error.name);
        if let Some(status) = error.status_words() {
            reason = format!("{reason}, {status}");
        }
        if let Some(text) = message.text.as_deref().filter(|t| !t.is_empty()) {
            reason = format!("{reason}: {}", crate::wire::text::escape(text.as_bytes()));
        }
        if negotiation.user.is_none()
            && let Some(client) = message.client.as_ref().filter(|c| !c.name.is_empty())
        {
            negotiation.user = Some(client.name.as_str().into());
            negotiation.domain = Some(client.realm.as_str().into());
        }
        negotiation.error = Some(Box::new(error));
        negotiation.end(Outcome::Refused, reason);
    }
}
