//! Registrations: what a client asked of a registrar in one dialog, and what it was told (RFC 3261 §10, [MS-SIPREGE]).
//!
//! Negotiations say how a client authenticated; a registration says what came of it. Requests that are no REGISTER count
//! where they prove that the client is signed in, or show what the server refuses afterwards.

use super::exchange::bounded;
use super::group::Group;
use super::sip::{address, bare_address, goes_on};
use super::transaction::{Transaction, branch, differ};
use crate::fact::{Diagnostic, Head, Place, Scheme, SipHead, Start};
use crate::wire::hash::HashMap;
use crate::wire::{Timestamp, grow};
use std::hash::BuildHasher;
use std::net::{IpAddr, SocketAddr};

/// Registrations kept.
const MAX_KEPT: usize = 20_000;
/// Steps kept of one.
const MAX_STEPS: usize = 48;
/// Refusals of other requests kept of one.
const MAX_REFUSALS: usize = 8;
/// Requests of a flow that wait for their answer.
const MAX_WAITING: usize = 32;

/// One request or answer.
#[derive(Clone, Debug)]
pub struct SipStep {
    /// The frame in which it ended.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// Number of its request.
    pub cseq: u32,
    /// The transaction, by a hash of its `branch`; clients before RFC 3261 have none.
    pub transaction: Option<u64>,
    /// The conversation.
    pub flow: u32,
    /// Who registers whom it asks.
    pub server: SocketAddr,
    /// What it was.
    pub what: SipWhat,
}

impl SipStep {
    /// True if both are of one transaction: who tries several at once may give all of them one number.
    fn is_of(&self, other: &Self) -> bool {
        self.cseq == other.cseq && self.flow == other.flow && !differ(self.transaction, other.transaction)
    }
}

/// What a step of a registration was.
#[derive(Clone, Debug)]
pub enum SipWhat {
    /// REGISTER
    Request {
        /// The scheme of its credential.
        scheme: Option<Scheme>,
        /// The credential carries a token, or starts a handshake.
        token: bool,
        /// The credential carries a signature.
        signed: bool,
        /// It takes the registration back (`Expires: 0`).
        removes: bool,
    },
    /// A final answer to it.
    Answer {
        /// Status code.
        status: u16,
        /// Its phrase.
        phrase: String,
        /// A challenge that goes on: it carries a token or the handle of an association, or only the nonce was too old.
        continues: bool,
        /// What the server says of the reason.
        diagnostics: Option<Box<Diagnostic>>,
        /// Its head came to its end.
        whole: bool,
    },
}

/// A request after signing in that the server refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The frame of the answer.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// The method.
    pub method: String,
    /// Status code.
    pub status: u16,
    /// What the server says of the reason.
    pub diagnostics: Option<Box<Diagnostic>>,
}

impl Refusal {
    /// True if asking again would not help.
    pub const fn is_final(&self) -> bool {
        matches!(self.status, 403 | 488)
    }
}

/// What a client asked of a registrar in one dialog.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Who registers.
    pub client: SocketAddr,
    /// At whom, first.
    pub server: SocketAddr,
    /// The conversation of its last step.
    pub flow: u32,
    /// True over TCP.
    pub tcp: bool,
    /// Inside TLS.
    pub encrypted: bool,
    /// The address that signs in, bare.
    pub user: String,
    /// `epid` of From, or `+sip.instance` of Contact.
    pub endpoint: Option<String>,
    /// `User-Agent`
    pub user_agent: Option<String>,
    /// `Server` of an answer.
    pub server_agent: Option<String>,
    /// The server says that the client came through the Edge (`ms-user-logon-data: RemoteUser`).
    pub remote: bool,
    /// Where a user certificate is to be had, as the challenge says (`sts-uri` of TLS-DSK).
    pub issuer: Option<String>,
    /// Schemes of all challenges, in the order in which they were first seen.
    pub offered: Vec<Scheme>,
    /// Its steps.
    pub steps: Vec<SipStep>,
    /// A head of it was cut: offers or credentials may be missing.
    pub cut: bool,
    /// The newest provisional answer (`100 Trying`): its frame and its time.
    pub provisional: Option<(u64, Timestamp)>,
    /// A signed request other than REGISTER was answered with success: frame and time of the first.
    pub active: Option<(u64, Timestamp)>,
    /// Other requests that were refused.
    pub refusals: Vec<Refusal>,
    /// Other signed requests that were answered with a challenge: the server knows the association no more. The newest.
    pub forgotten: Vec<(u64, Timestamp)>,
}

/// A request that is no REGISTER and waits for its answer.
#[derive(Clone, Debug)]
struct Waiting {
    asked: Transaction,
    signed: bool,
}

/// What a server says of the reason. A hop that only says that the one before it said nothing says less than another.
fn telling(said: &[Diagnostic]) -> Option<Diagnostic> {
    said.iter().find(|said| !matches!(said.id, 1011 | 1033..=1037)).or(said.first()).cloned()
}

/// Collects registrations.
#[derive(Clone, Debug, Default)]
pub(super) struct Registrar {
    list: Vec<Registration>,
    /// By Call-ID, address and client: clients that begin in the same second may make the same Call-ID.
    by_dialog: HashMap<u64, usize>,
    /// The registration of a flow.
    by_flow: HashMap<u32, usize>,
    waiting: HashMap<u32, Vec<Waiting>>,
    /// When a client last talked SIP in a message that was cut before it said in which dialog.
    nameless: HashMap<IpAddr, Timestamp>,
    /// Messages of registrations that did not fit.
    dropped: u64,
}

impl Registrar {
    /// The registrations, when a client last talked SIP in a message too cut to say more, and how many messages did not
    /// fit.
    pub(super) fn finish(self) -> (Vec<Registration>, HashMap<IpAddr, Timestamp>, u64) {
        (self.list, self.nameless, self.dropped)
    }

    /// True if the flow carried a registration.
    pub(super) fn knows(&self, flow: u32) -> bool {
        self.by_flow.contains_key(&flow)
    }

    pub(super) fn message(&mut self, group: &Group, head: &Head) {
        let Some(sip) = &head.sip else { return };
        // A message cut before these says too little to be trusted.
        if sip.call_id.is_empty() || sip.from.is_empty() || sip.method.is_empty() {
            let client = group.place.client.ip();
            if !head.whole && (self.nameless.len() < MAX_KEPT || self.nameless.contains_key(&client)) {
                self.nameless.insert(client, group.place.time);
            }
            return;
        }
        if sip.method == "REGISTER" {
            self.register(group, head, sip);
        } else {
            self.other(group, head, sip);
        }
    }

    fn register(&mut self, group: &Group, head: &Head, sip: &SipHead) {
        let place = &group.place;
        // Nobody is registered by this, should the request be missing that asked for it.
        let removed = matches!(head.start, Start::Response { status: 200..=299, .. }) && sip.expires == Some(0);
        if removed {
            return;
        }
        let key = self.by_dialog.hasher().hash_one((&*sip.call_id, bare_address(&sip.from), place.client.ip()));
        let at = if let Some(at) = self.by_dialog.get(&key) {
            *at
        } else {
            let Some(at) = self.begin(place, sip) else { return };
            self.by_dialog.insert(key, at);
            at
        };
        if self.by_flow.len() < MAX_KEPT {
            self.by_flow.insert(place.flow, at);
        }
        let transaction = branch(sip, self.by_dialog.hasher());
        let Some(mine) = self.list.get_mut(at) else { return };
        mine.flow = place.flow;
        mine.cut |= !head.whole;
        mine.remote |= sip.logon_data.as_deref().is_some_and(|data| data.eq_ignore_ascii_case("RemoteUser"));
        let what = match &head.start {
            Start::Request { .. } => {
                mine.user_agent = mine.user_agent.take().or_else(|| head.user_agent.clone());
                mine.endpoint = mine.endpoint.take().or_else(|| sip.epid.clone()).or_else(|| sip.instance.clone());
                let credential = group.credentials().last().map(|auth| auth.header);
                SipWhat::Request {
                    scheme: credential.map(|c| c.scheme.clone()),
                    token: credential.is_some_and(|c| c.token != crate::fact::Token::Absent),
                    signed: credential.is_some_and(|c| c.signature.is_some()),
                    removes: sip.expires == Some(0),
                }
            }
            Start::Response { status, .. } if *status < 200 => {
                mine.provisional = Some((place.frame, place.time));
                return;
            }
            Start::Response { status, phrase } => {
                mine.server_agent = mine.server_agent.take().or_else(|| head.server.clone());
                for offer in group.offers() {
                    mine.issuer =
                        mine.issuer.take().or_else(|| Some(bounded(offer.header.sts_uri.as_deref()?).to_owned()));
                    if mine.offered.len() < 16 && !mine.offered.contains(&offer.header.scheme) {
                        mine.offered.push(offer.header.scheme.clone());
                    }
                }
                SipWhat::Answer {
                    status: *status,
                    phrase: phrase.clone(),
                    continues: group.offers().any(|offer| goes_on(offer.header)),
                    diagnostics: telling(&head.diagnostics).map(Box::new),
                    whole: head.whole,
                }
            }
        };
        mine.step(SipStep {
            frame: place.frame,
            time: place.time,
            cseq: sip.cseq,
            transaction,
            flow: place.flow,
            server: place.server,
            what,
        });
    }

    fn begin(&mut self, place: &Place, sip: &SipHead) -> Option<usize> {
        if self.list.len() >= MAX_KEPT {
            self.dropped = self.dropped.saturating_add(1);
            return None;
        }
        let fresh = Registration {
            client: place.client,
            server: place.server,
            flow: place.flow,
            tcp: place.tcp,
            encrypted: place.encrypted,
            user: address(&sip.from),
            endpoint: sip.epid.clone().or_else(|| sip.instance.clone()),
            user_agent: None,
            server_agent: None,
            remote: false,
            issuer: None,
            offered: Vec::new(),
            steps: Vec::new(),
            cut: false,
            provisional: None,
            active: None,
            refusals: Vec::new(),
            forgotten: Vec::new(),
        };
        grow::push(&mut self.list, fresh);
        Some(self.list.len() - 1)
    }

    /// Requests that are no REGISTER: on the flow of a registration, or signed, which only a client does that once
    /// signed in.
    fn other(&mut self, group: &Group, head: &Head, sip: &SipHead) {
        let place = &group.place;
        let from_client = place.from == crate::fact::Direction::ToServer;
        let signed = group.credentials().any(|c| c.header.signature.is_some());
        match &head.start {
            Start::Request { .. } if from_client => {
                if !signed && !self.knows(place.flow) || sip.method == "ACK" {
                    return;
                }
                if self.waiting.len() >= MAX_KEPT && !self.waiting.contains_key(&place.flow) {
                    return;
                }
                let waiting = self.waiting.entry(place.flow).or_default();
                if waiting.len() >= MAX_WAITING {
                    waiting.remove(0);
                }
                waiting.push(Waiting { asked: Transaction::of(sip, place, self.by_dialog.hasher()), signed });
            }
            Start::Response { status, .. } if !from_client && *status >= 200 => {
                let Some(waiting) = self.waiting.get_mut(&place.flow) else { return };
                let answer = Transaction::of(sip, place, self.by_dialog.hasher());
                let mine = waiting.iter().position(|w| w.asked.is_of(&answer));
                let Some(waited) = mine.map(|at| waiting.remove(at)) else { return };
                if waiting.is_empty() {
                    self.waiting.remove(&place.flow);
                }
                let known = self.by_flow.get(&place.flow).copied();
                let Some(at) = known.or_else(|| {
                    let begun = (waited.signed && *status < 300).then(|| self.begin(place, sip)).flatten()?;
                    self.by_flow.insert(place.flow, begun);
                    Some(begun)
                }) else {
                    return;
                };
                let Some(registration) = self.list.get_mut(at) else { return };
                if *status < 300 && waited.signed {
                    registration.active.get_or_insert((place.frame, place.time));
                } else if waited.signed && matches!(status, 401 | 407) {
                    if registration.forgotten.len() >= MAX_REFUSALS {
                        registration.forgotten.remove(0);
                    }
                    registration.forgotten.push((place.frame, place.time));
                } else if *status >= 400 && !matches!(status, 401 | 407) && registration.refusals.len() < MAX_REFUSALS {
                    registration.refusals.push(Refusal {
                        frame: place.frame,
                        time: place.time,
                        method: waited.asked.into_method(),
                        status: *status,
                        diagnostics: telling(&head.diagnostics).map(Box::new),
                    });
                }
            }
            _ => {}
        }
    }
}

impl Registration {
    /// When it began, as far as that was captured.
    pub fn first(&self) -> Timestamp {
        self.steps.first().map(|step| step.time).or(self.active.map(|(_, time)| time)).unwrap_or_default()
    }

    fn step(&mut self, step: SipStep) {
        // The same again over UDP says nothing new.
        let again = self.steps.iter().any(|before| {
            before.is_of(&step) && std::mem::discriminant(&before.what) == std::mem::discriminant(&step.what)
        });
        if again {
            return;
        }
        if self.steps.len() < MAX_STEPS {
            self.steps.push(step);
        } else {
            // The newest matter more than those in the middle.
            self.steps.remove(MAX_STEPS / 2);
            self.steps.push(step);
        }
    }

    /// The host at which a user certificate is to be had.
    pub fn issuer_host(&self) -> Option<&str> {
        let rest = self.issuer.as_deref()?.split_once("://")?.1;
        let host = rest.split(['/', '?']).next()?;
        let bare = host.strip_prefix('[').and_then(|host| host.split_once(']')).map(|(host, _)| host);
        bare.or_else(|| host.split(':').next()).filter(|host| !host.is_empty())
    }

    /// True if the server granted the registration before this moment.
    pub fn granted_before(&self, time: Timestamp) -> bool {
        self.steps.iter().any(|step| {
            let removed = || self.asked(step).is_some_and(|a| matches!(a.what, SipWhat::Request { removes: true, .. }));
            step.time <= time && matches!(step.what, SipWhat::Answer { status: 200..=299, .. }) && !removed()
        })
    }

    /// The request that this answers.
    pub fn asked(&self, answer: &SipStep) -> Option<&SipStep> {
        self.steps.iter().rev().find(|step| step.is_of(answer) && matches!(step.what, SipWhat::Request { .. }))
    }
}
