//! Sign-ins to directories, file shares, remote procedures and mail: one negotiation per association of a connection.
//!
//! What the protocols differ in (how an answer finds its request, what shares a session) they have put into numbers
//! already; here is only the order of steps.

use super::group::{Auth, Group};
use super::kdc::Tickets;
use super::negotiation::{Carrier, ErrorCode, Negotiation, Outcome};
use super::negotiations::{Index, Negotiations};
use super::token::{Seen, absorb};
use crate::fact::{Fact, Login, LoginAsk, LoginRefusal, LoginStep, Ntlm, Place, Scheme, Service};
use crate::knowledge::code::Space;
use crate::knowledge::{ldap, ntstatus};
use crate::wire::hash::HashMap;
use crate::wire::text::escape;
use std::collections::VecDeque;

/// Connections remembered.
const MAX_KEPT: usize = 20_000;
/// Connections that may be there before those without open questions are let go.
const ROOMY: usize = 2_000;
/// Sign-ins in progress, and requests without answer, of one connection.
const MAX_OPEN: usize = 32;

#[derive(Clone, Debug, Default)]
struct Connection {
    /// Sign-ins in progress, by association. A pipe of SMB carries calls, each with sign-ins of its own.
    open: Vec<((Service, u64), Index)>,
    /// Requests that wait for their answer: exchange, sign-in.
    waiting: VecDeque<((Service, u64), Index)>,
}

/// Joins steps into negotiations.
#[derive(Clone, Debug, Default)]
pub(super) struct Logins {
    connections: HashMap<u32, Connection>,
    /// How many connections may be there before they are looked through.
    roomy: usize,
}

impl Logins {
    pub(super) fn message(&mut self, group: &Group, all: &mut Negotiations, tickets: &Tickets) {
        if self.connections.len() >= self.roomy.max(ROOMY) && !self.connections.contains_key(&group.place.flow) {
            self.connections.retain(|_, c| {
                let unsaid = |at: &Index| all.get(*at).is_some_and(Negotiation::is_open);
                c.waiting.iter().any(|(_, at)| unsaid(at)) || c.open.iter().any(|(_, at)| unsaid(at))
            });
            self.connections.shrink_to(ROOMY);
            self.roomy = self.connections.len().saturating_mul(2);
            if self.connections.len() >= MAX_KEPT {
                return;
            }
        }
        let connection = self.connections.entry(group.place.flow).or_default();
        for auth in group.logins() {
            match &auth.header.step {
                LoginStep::Ask(ask) => connection.ask(&group.place, auth, ask, all, tickets),
                _ => connection.answer(&group.place, auth, all, tickets),
            }
        }
    }
}

impl Connection {
    fn ask(&mut self, place: &Place, auth: Auth<'_, Login>, ask: &LoginAsk, all: &mut Negotiations, tickets: &Tickets) {
        let Auth { header: login, token } = auth;
        let negotiates = token.iter().any(|f| matches!(f, Fact::Ntlm(n) if matches!(**n, Ntlm::Negotiate { .. })));
        let key = (login.service, login.association);
        let known = self.open.iter().position(|(association, _)| *association == key);
        let open = known.and_then(|at| self.open.get(at)).map(|(_, at)| *at);
        let open = open.filter(|at| all.get(*at).is_some_and(Negotiation::is_open));
        // Another scheme, or NTLM's first message behind another of its messages, is another sign-in.
        let begins = ask.begins
            || open.and_then(|at| all.get(at)).is_some_and(|n| {
                ask.scheme.as_ref().is_some_and(|scheme| *scheme != n.scheme) || negotiates && n.ntlm.is_some()
            });
        let at = if let Some(at) = open.filter(|_| !begins) {
            at
        } else {
            if let Some(before) = open.and_then(|at| all.get_mut(at)) {
                before.end(Outcome::Abandoned, "the client began anew");
            }
            if let Some(known) = known {
                self.open.remove(known);
            }
            let scheme = ask.scheme.clone().unwrap_or(Scheme::Negotiate);
            let mut fresh = Negotiation::new(Carrier::Service(login.service), scheme, place);
            if fresh.scheme.is_password() {
                fresh.mechanism = Some("password in clear text".into());
            }
            let Some(at) = all.add(fresh) else { return };
            if self.open.len() >= MAX_OPEN {
                self.open.remove(0);
            }
            self.open.push((key, at));
            at
        };
        all.witness(at, token);
        let Some(negotiation) = all.get_mut(at) else { return };
        if let Some(user) = ask.user.as_ref().filter(|user| !user.is_empty()) {
            negotiation.user = Some(user.as_str().into());
        }
        if let Some(target) = &ask.target {
            negotiation.target = Some(target.as_str().into());
        }
        let before = negotiation.legs.len();
        absorb(negotiation, place, token, tickets);
        if negotiation.legs.len() == before {
            negotiation.leg(place, if ask.credentials { "credentials" } else { "request" });
        }
        if self.waiting.len() >= MAX_OPEN {
            self.waiting.pop_front();
        }
        self.waiting.push_back(((login.service, login.exchange), at));
    }

    fn answer(&mut self, place: &Place, auth: Auth<'_, Login>, all: &mut Negotiations, tickets: &Tickets) {
        let Auth { header: login, token } = auth;
        let key = (login.service, login.association);
        let asked = self.waiting.iter().position(|(exchange, _)| *exchange == (login.service, login.exchange));
        let asked = asked.and_then(|at| self.waiting.remove(at)).map(|(_, at)| at);
        // What no request waits for may still be said of a sign-in in progress: a call that is granted, or not, after
        // the last step, which nobody answers.
        let open = || self.open.iter().find(|(association, _)| *association == key).map(|(_, at)| *at);
        // A refusal that names no association is of the newest.
        let newest = || {
            let refuses = login.association == 0 && matches!(login.step, LoginStep::Refuse(_));
            let mut mine = self.open.iter().rev().filter(|((service, _), _)| refuses && *service == login.service);
            mine.next().map(|(_, at)| *at)
        };
        let Some(at) = asked.or_else(open).or_else(newest) else { return };
        if !all.get(at).is_some_and(Negotiation::is_open) {
            return;
        }
        all.witness(at, token);
        let Some(negotiation) = all.get_mut(at) else { return };
        let before = negotiation.legs.len();
        let seen = absorb(negotiation, place, token, tickets);
        let completed = token.iter().any(|f| matches!(f, Fact::Spnego(s) if !s.init && s.state == Some(0)));
        match &login.step {
            LoginStep::More if seen.rejected => negotiation.end(Outcome::Refused, "the server rejects the token"),
            LoginStep::More if completed => negotiation.end(Outcome::Accepted, "the server is content with the token"),
            LoginStep::More => {}
            LoginStep::Refuse(refusal) => refuse(negotiation, place, login.service, refusal, seen),
            LoginStep::Accept | LoginStep::Ask(_) => {
                negotiation.leg(place, "answer");
                negotiation.end(Outcome::Accepted, "the server says so");
            }
        }
        let Some(negotiation) = all.get_mut(at) else { return };
        if negotiation.is_open() {
            if negotiation.legs.len() == before {
                negotiation.leg(place, "answer");
            }
            // A server names the session in its first answer.
            let known = self.open.iter_mut().find(|(_, of)| *of == at);
            if let Some((association, _)) = known {
                *association = key;
            }
        } else {
            self.open.retain(|(_, of)| *of != at);
            self.waiting.retain(|(_, of)| *of != at);
        }
    }
}

fn refuse(negotiation: &mut Negotiation, place: &Place, service: Service, refusal: &LoginRefusal, seen: Seen) {
    negotiation.leg(place, "refusal");
    let status = refusal.status.or_else(|| ldap::logon_status(&refusal.text).filter(|_| service == Service::Ldap));
    let error = match (status, refusal.code) {
        (Some(status), _) => {
            Some(ErrorCode::new(Space::NtStatus, status, ntstatus::name(status).unwrap_or("unknown status")))
        }
        (None, Some(code)) if service == Service::Ldap => {
            Some(ErrorCode::new(Space::Ldap, code, ldap::result(code).unwrap_or("unknown")))
        }
        _ => None,
    };
    let said = error.as_ref().map(|error| error.name.clone());
    // A Kerberos error in the token says more than the refusal around it.
    if !seen.krb_error {
        negotiation.error = error.map(Box::new);
    }
    let words = escape(refusal.text.trim_end_matches(['\0', '\r', '\n']).as_bytes()).into_owned();
    let number = match service {
        Service::Ldap => refusal.code.map(|code| format!("result {code}")),
        Service::Dcerpc => refusal.code.map(|code| format!("fault 0x{code:08x}")),
        _ => refusal.code.map(|code| format!("answered {code}")),
    };
    let parts: Vec<_> = [number, said].into_iter().flatten().collect();
    let reason = match (parts.is_empty(), words.is_empty()) {
        (true, true) => "the server refuses".into(),
        (true, false) => words,
        (false, true) => parts.join(" "),
        (false, false) => format!("{}: {words}", parts.join(" ")),
    };
    negotiation.end(Outcome::Refused, reason);
}
