//! Authentication in HTTP: NTLM belongs to the connection, Kerberos, Basic and the like to the request.

use super::group::{Auth, Group};
use super::kdc::Tickets;
use super::negotiation::{Carrier, ErrorCode, Negotiation, Outcome, answered};
use super::negotiations::{Index, Negotiations};
use super::sip::error_of;
use super::token::absorb;
use crate::fact::{Credential, Fact, Head, Offer, Place, Scheme, Start, Web};
use crate::knowledge::code::Space;
use crate::wire::hash::HashMap;
use crate::wire::words::{Shared, said};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Connections, and kinds of repeated credentials, remembered.
const MAX_KEPT: usize = 20_000;
/// Connections that may be there before those without open questions are let go.
const ROOMY: usize = 2_000;
/// Requests of a connection that wait for their answer.
const MAX_WAITING: usize = 64;

#[derive(Clone, Debug)]
struct Waiting {
    transaction: u32,
    /// Negotiations that this request carries a step of, and whether the credential was complete.
    steps: Vec<(Index, bool)>,
}

#[derive(Clone, Debug, Default)]
struct Connection {
    waiting: VecDeque<Waiting>,
    /// The NTLM or Negotiate handshake in progress.
    open: Option<Index>,
    offered: Arc<[Scheme]>,
}

/// What makes two credentials the same: who, where, how, with what result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Same {
    client: IpAddr,
    server: SocketAddr,
    scheme: Scheme,
    user: Option<Arc<str>>,
    outcome: Outcome,
    encrypted: bool,
    proxy: bool,
}

/// How many requests of a client a server answered with anything but a challenge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// With what was wanted, or with why not.
    pub requests: u32,
}

/// Joins HTTP messages into negotiations.
#[derive(Clone, Debug, Default)]
pub(super) struct HttpAuth {
    connections: HashMap<u32, Connection>,
    /// Servers offer one of few lists.
    schemes: Shared<[Scheme]>,
    /// How many connections may be there before they are looked through.
    roomy: usize,
    seen: HashMap<Same, Index>,
    pub(super) answered: HashMap<(IpAddr, SocketAddr), Answered>,
}

impl HttpAuth {
    pub(super) fn message(&mut self, group: &Group, head: &Head, all: &mut Negotiations, tickets: &Tickets) {
        if self.connections.len() >= self.roomy.max(ROOMY) && !self.connections.contains_key(&group.place.flow) {
            // Connections are short: those whose requests were all answered are of no more use.
            self.connections.retain(|_, c| !c.waiting.is_empty() || c.open.is_some());
            self.connections.shrink_to(ROOMY);
            // Looked at again when twice as many wait, so that looking never costs more than the messages do.
            self.roomy = self.connections.len().saturating_mul(2);
            if self.connections.len() >= MAX_KEPT {
                return;
            }
        }
        match &head.start {
            Start::Request { .. } => self.request(group, head, all, tickets),
            Start::Response { status, .. } => self.response(group, head, *status, all, tickets),
        }
    }

    fn request(&mut self, group: &Group, head: &Head, all: &mut Negotiations, tickets: &Tickets) {
        let place = &group.place;
        let connection = self.connections.entry(place.flow).or_default();
        let mut steps = Vec::new();
        for auth in group.credentials() {
            steps.extend(connection.credential(place, head, auth, all, tickets));
        }
        for fact in &group.facts {
            let fresh = match fact {
                Fact::Passphrase(seen) => {
                    let mut fresh = Negotiation::new(Carrier::Http, seen.scheme.clone(), place);
                    (fresh.domain, fresh.user) = split_account(&seen.user);
                    fresh.mechanism =
                        Some(if seen.readable { "password in clear text" } else { "password digest" }.into());
                    fresh.leg(place, "password");
                    fresh
                }
                // A bearer token is a credential already.
                Fact::WebTicket(ticket) if !ticket.issued && ticket.via != "Authorization" => {
                    let mut fresh = Negotiation::new(Carrier::Http, Scheme::WebTicket, place);
                    fresh.user = said(&ticket.user);
                    fresh.mechanism = Some(format!("ticket #{:08x}", ticket.digest >> 32).into());
                    fresh.leg(place, "ticket");
                    fresh
                }
                _ => continue,
            };
            steps.extend(
                all.add(Negotiation { target: head.host.as_deref().map(Into::into), ..fresh }).map(|at| (at, true)),
            );
        }
        if connection.waiting.len() >= MAX_WAITING {
            connection.waiting.pop_front();
        }
        connection.waiting.push_back(Waiting { transaction: head.transaction, steps });
    }

    fn response(&mut self, group: &Group, head: &Head, status: u16, all: &mut Negotiations, tickets: &Tickets) {
        if status < 200 {
            return;
        }
        let place = &group.place;
        let connection = self.connections.entry(place.flow).or_default();
        let challenged = matches!(status, 401 | 407);
        if challenged {
            connection.offered = self.schemes.keep(&group.offered());
        }
        let Some(found) = connection.waiting.iter().position(|w| w.transaction == head.transaction) else { return };
        let Some(waiting) = connection.waiting.remove(found) else { return };
        if !challenged
            && (self.answered.len() < MAX_KEPT || self.answered.contains_key(&(place.client.ip(), place.server)))
        {
            let answered = self.answered.entry((place.client.ip(), place.server)).or_default();
            answered.requests = answered.requests.saturating_add(1);
        }
        let mut ended = Vec::new();
        for (at, complete) in waiting.steps {
            let Some(negotiation) = all.get(at) else { continue };
            // Each speaks of its own credential: 407 of the proxy's, 401 of the server's (RFC 9110 11.6.1, 11.7.1).
            let proxy = negotiation.proxy;
            let challenged = status == if proxy { 407 } else { 401 };
            let going_on = group.offers().find(|o| continues(negotiation, o.header));
            if let Some(offer) = &going_on {
                all.witness(at, offer.token);
            }
            let Some(negotiation) = all.get_mut(at) else { continue };
            if let Some(offer) = going_on {
                let seen = absorb(negotiation, place, offer.token, tickets);
                if challenged && !seen.krb_error && !seen.rejected && !complete {
                    continue;
                }
            }
            if !complete && challenged && !head.whole {
                // The token with which the server went on may be what was cut off.
                negotiation.leg(place, "answer");
                continue;
            }
            if !complete && !challenged {
                // The first message of a handshake, answered without one: it was not needed.
                negotiation.leg(place, "answer");
                negotiation.end(Outcome::Abandoned, format!("answered {status} without a challenge"));
            } else if challenged || fails_credentials(group, head, status, &negotiation.scheme) {
                refuse(negotiation, place, head, status);
            } else if is_no_verdict(head, status) || status == 407 {
                negotiation.leg(place, "answer");
                negotiation.end(Outcome::Unfinished, format!("answered {status} before anybody judged it"));
            } else {
                negotiation.leg(place, "answer");
                negotiation.end(Outcome::Accepted, answered(status));
            }
            if connection.open == Some(at) {
                connection.open = None;
            }
            ended.push(at);
        }
        for at in ended {
            self.fold(at, all);
        }
    }

    /// Counts a credential that repeats an earlier one with the same result, instead of listing it again.
    fn fold(&mut self, at: Index, all: &mut Negotiations) {
        let Some(negotiation) = all.get(at) else { return };
        let repeats = matches!(
            negotiation.scheme,
            Scheme::Basic | Scheme::Bearer | Scheme::WebTicket | Scheme::Digest | Scheme::UsernameToken | Scheme::Form
        );
        if !repeats || self.seen.len() >= MAX_KEPT {
            return;
        }
        let same = Same {
            client: negotiation.client.ip(),
            server: negotiation.server,
            scheme: negotiation.scheme.clone(),
            user: negotiation.user.clone().or_else(|| negotiation.mechanism.as_deref().map(Into::into)),
            outcome: negotiation.outcome,
            encrypted: negotiation.encrypted,
            proxy: negotiation.proxy,
        };
        let legs = negotiation.legs.clone();
        let Some(first) = self.seen.get(&same).copied() else {
            self.seen.insert(same, at);
            return;
        };
        if let Some(first) = all.get_mut(first) {
            first.count = first.count.saturating_add(1);
            for leg in &legs {
                if first.legs.len() < 32 {
                    first.legs.push(leg.clone());
                } else {
                    first.more_legs = first.more_legs.saturating_add(1);
                }
            }
        }
        all.withdraw(at);
    }
}

impl Connection {
    fn credential(
        &mut self,
        place: &Place,
        head: &Head,
        auth: Auth<'_, Credential>,
        all: &mut Negotiations,
        tickets: &Tickets,
    ) -> Option<(Index, bool)> {
        let Auth { header, token } = auth;
        // The name alone shows no token (RFC 6750 2.1) and no password (RFC 7617 2): clients ask with it.
        if matches!(header.scheme, Scheme::Basic | Scheme::Bearer) && header.token == crate::fact::Token::Absent {
            return None;
        }
        let has = |wanted: fn(&Fact) -> bool| token.iter().any(wanted);
        let authenticates = has(|f| matches!(f, Fact::Ntlm(n) if matches!(**n, crate::fact::Ntlm::Authenticate(_))));
        let begins = has(|f| matches!(f, Fact::Ntlm(n) if matches!(**n, crate::fact::Ntlm::Negotiate { .. })));
        let handshake = matches!(header.scheme, Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos);
        let open = self.open.filter(|at| {
            let same = |n: &Negotiation| n.is_open() && n.scheme == header.scheme && n.proxy == header.proxy;
            all.get(*at).is_some_and(same)
        });
        let at = if let Some(at) = open.filter(|_| handshake && !begins) {
            at
        } else {
            let mut fresh = Negotiation::new(Carrier::Http, header.scheme.clone(), place);
            fresh.proxy = header.proxy;
            fresh.offered = self.offered.clone();
            fresh.target = head.host.as_deref().map(Into::into);
            if let Some(user) = &header.user {
                (fresh.domain, fresh.user) = (None, Some(user.as_str().into()));
            }
            let before = self.open.filter(|_| handshake).and_then(|at| all.get_mut(at));
            if let Some(before) = before.filter(|before| before.proxy == header.proxy) {
                before.end(Outcome::Abandoned, "the client began anew");
            }
            let at = all.add(fresh)?;
            if handshake {
                self.open = Some(at);
            }
            at
        };
        all.witness(at, token);
        let negotiation = all.get_mut(at)?;
        let seen = absorb(negotiation, place, token, tickets);
        if !handshake {
            negotiation.leg(place, "credentials");
        }
        let complete = !handshake || authenticates || seen.ap_req || seen == super::token::Seen::default();
        Some((at, complete))
    }
}

/// True if this challenge belongs to the handshake in progress.
fn continues(negotiation: &Negotiation, offer: &Offer) -> bool {
    offer.scheme == negotiation.scheme && offer.proxy == negotiation.proxy && offer.token.is_some()
}

/// True for answers made before a service saw the credential: by a gateway that does not reach it, or by the listener of the
/// operating system, to which the header is too long (as it is with a large Kerberos ticket).
fn is_no_verdict(head: &Head, status: u16) -> bool {
    let listener = || head.server.as_deref().is_some_and(|server| server.starts_with("Microsoft-HTTPAPI"));
    matches!(status, 413 | 414 | 431 | 502 | 504) || status == 400 && listener()
}

/// What a service says of a ticket or token that it does not take ([MS-OCER] 7.22): none that is valid (28020), invalid or
/// expired (28032, 28033, 28055, 28056), not to be verified (28072), for somebody else (28077), of nobody (28081).
const TICKET_REFUSED: [u32; 8] = [28_020, 28_032, 28_033, 28_055, 28_056, 28_072, 28_077, 28_081];
/// Its bearer was known, and is not enabled ([MS-OCAUTHWS] 3.2.4.1).
const NOT_ENABLED: u32 = 28_000;

/// SOAP and token services refuse a password with 400, 403 or a fault in a 500, and a ticket with one that says so.
fn fails_credentials(group: &Group, head: &Head, status: u16, scheme: &Scheme) -> bool {
    let fault = group.facts.iter().find_map(|fact| match fact {
        Fact::Web(web) => match &**web {
            Web::Fault(fault) => fault.id,
            _ => None,
        },
        _ => None,
    });
    let says = |id: &u32| fault == Some(*id) || head.diagnostics.iter().any(|said| said.id == *id);
    match scheme {
        Scheme::UsernameToken | Scheme::Form => status >= 400,
        Scheme::WebTicket | Scheme::Bearer if status >= 400 => {
            TICKET_REFUSED.iter().any(says) || status == 403 && !says(&NOT_ENABLED)
        }
        Scheme::WebTicket | Scheme::Bearer => false,
        _ => says(&28_001),
    }
}

fn refuse(negotiation: &mut Negotiation, place: &Place, head: &Head, status: u16) {
    negotiation.leg(place, "refusal");
    let said = head.diagnostics.first();
    let reason = said.map_or_else(
        || format!("answered {status}"),
        |d| format!("answered {status}, X-Ms-diagnostics {}: {}", d.id, d.reason),
    );
    let Start::Response { phrase, .. } = &head.start else { return };
    let status_error = ErrorCode::new(Space::Http, status, phrase.as_str());
    negotiation.error =
        negotiation.error.take().or_else(|| error_of(&head.diagnostics)).or_else(|| Some(Box::new(status_error)));
    negotiation.end(Outcome::Refused, reason);
}

/// `DOMAIN\user` apart.
fn split_account(account: &str) -> (Option<Arc<str>>, Option<Arc<str>>) {
    match account.split_once('\\') {
        Some((domain, user)) => (Some(domain.into()), Some(user.into())),
        None => (None, Some(account.into())),
    }
}
