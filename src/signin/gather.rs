//! Cuts the evidence into stories: whose sign-in each piece belongs to.
//!
//! Join keys, strongest first: the SIP address with its endpoint, the dialog, the client's machine and the time. Where two
//! users sign in behind one address at the same time, what names nobody is left out rather than given to the wrong one.

use super::host::{Hosts, is_candidate};
use super::steps::{is_broken, is_sip_port, is_sip_service};
use super::story::Story;
use crate::analysis::{
    A, Carrier, Evidence, Negotiation, Operation, Registration, SRV, SipWhat, WebExchange, candidate,
};
use crate::knowledge::service::{Resource, Service};
use crate::wire::Timestamp;
use crate::wire::text::short_name;
use crate::wire::time::NANOS;
use std::collections::HashMap;
use std::net::IpAddr;

/// After this much silence a new sign-in begins, in nanoseconds.
const IDLE: i64 = 120 * NANOS;
/// What happens this soon before the first REGISTER belongs to it.
const BEFORE: i64 = 120 * NANOS;
/// What happens this soon after the last step belongs to it.
const AFTER: i64 = 10 * NANOS;
/// Sign-ins told of.
const MAX_STORIES: usize = 20_000;

/// A story in the making, with its window of time.
struct Draft<'e> {
    story: Story<'e>,
    host: IpAddr,
    endpoint: Option<&'e str>,
    from: Timestamp,
    to: Timestamp,
    /// It signed in at this moment.
    signed_in: Option<Timestamp>,
    /// The client took its registration back at this moment.
    removed: Option<Timestamp>,
}

impl Draft<'_> {
    fn widen(&mut self, time: Timestamp) {
        (self.from, self.to) = (self.from.min(time), self.to.max(time));
    }

    fn covers(&self, time: Timestamp) -> bool {
        self.from.since(time) <= BEFORE && time.since(self.to) <= AFTER
    }

    /// How far a moment lies from the story; what lies within is nearest, what came before is nearer than what follows.
    fn distance(&self, time: Timestamp) -> i64 {
        self.from.since(time).max(time.since(self.to).saturating_mul(2)).max(0)
    }
}

/// All stories.
pub(super) fn stories(evidence: &Evidence) -> Vec<Story<'_>> {
    let hosts = Hosts::of(evidence);
    let mut drafts = registered(evidence, &hosts);
    let mut by_host: HashMap<IpAddr, Vec<usize>> = HashMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        by_host.entry(draft.host).or_default().push(at);
    }
    lone(evidence, &hosts, &mut drafts, &mut by_host);
    let mut by_name: HashMap<(IpAddr, String), Vec<usize>> = HashMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        if let Some(user) = &draft.story.user {
            by_name.entry((draft.host, short_name(user))).or_default().push(at);
        }
    }
    let mut join = Join { evidence, hosts: &hosts, drafts: &mut drafts, by_host: &by_host, by_name: &by_name };
    join.web();
    join.negotiations();
    join.lookups();
    join.connections();
    drafts.into_iter().map(|draft| draft.story).collect()
}

/// Stories of registrations: one a client, address and endpoint, until it signed in or was idle.
fn registered<'e>(evidence: &'e Evidence, hosts: &Hosts) -> Vec<Draft<'e>> {
    let mut drafts: Vec<Draft<'e>> = Vec::new();
    let mut newest: HashMap<(IpAddr, String, Option<&'e str>), usize> = HashMap::new();
    let mut ordered: Vec<_> = evidence.registrations.iter().filter(|r| opens(r)).collect();
    ordered.sort_by_key(|r| began(r));
    for registration in ordered {
        let host = hosts.main(registration.client.ip());
        let user = registration.user.to_ascii_lowercase();
        let key = (host, user, registration.endpoint.as_deref());
        let from = began(registration);
        let known = newest.get(&key).and_then(|at| drafts.get(*at)).filter(|draft| {
            let over =
                draft.signed_in.is_some_and(|time| time <= from) || draft.removed.is_some_and(|time| time <= from);
            !over && from.since(draft.to) <= IDLE
        });
        let at = match (known.is_some(), newest.get(&key)) {
            (true, Some(at)) => *at,
            _ if drafts.len() >= MAX_STORIES => break,
            _ => {
                let mut story = Story::new(evidence, hosts.all(host));
                story.user = Some(registration.user.clone()).filter(|user| user.contains('@') || !user.is_empty());
                drafts.push(Draft {
                    story,
                    host,
                    endpoint: registration.endpoint.as_deref(),
                    from,
                    to: from,
                    signed_in: None,
                    removed: None,
                });
                newest.insert(key, drafts.len() - 1);
                drafts.len() - 1
            }
        };
        let Some(draft) = drafts.get_mut(at) else { continue };
        draft.story.registrations.push(registration);
        for step in &registration.steps {
            draft.widen(step.time);
            match &step.what {
                SipWhat::Answer { status: 200..=299, .. } => {
                    let removes = registration
                        .asked(step)
                        .is_some_and(|asked| matches!(asked.what, SipWhat::Request { removes: true, .. }));
                    if !removes {
                        draft.signed_in.get_or_insert(step.time);
                    }
                }
                SipWhat::Request { removes: true, .. } => {
                    draft.removed.get_or_insert(step.time);
                }
                _ => {}
            }
        }
        if let Some((_, time)) = registration.active {
            draft.widen(time);
            draft.signed_in.get_or_insert(time);
        }
    }
    drafts
}

/// True unless all it does is take a registration back.
fn opens(registration: &Registration) -> bool {
    registration.active.is_some()
        || registration.steps.iter().any(|step| match &step.what {
            SipWhat::Request { removes, .. } => !removes,
            SipWhat::Answer { .. } => registration.asked(step).is_none(),
        })
}

fn began(registration: &Registration) -> Timestamp {
    let first = registration.steps.first().map(|step| step.time);
    first.or(registration.active.map(|(_, time)| time)).unwrap_or_default()
}

/// Something that opens a sign-in without a REGISTER: who, when, and for whom if it says so.
struct Moment<'e> {
    host: IpAddr,
    from: Timestamp,
    to: Timestamp,
    user: Option<&'e str>,
}

/// Look-ups, connections and exchanges that open a sign-in.
fn moments<'e>(evidence: &'e Evidence, hosts: &Hosts) -> Vec<Moment<'e>> {
    let probe = Story::new(evidence, Vec::new());
    let mut all: Vec<Moment<'e>> = Vec::new();
    let mut note = |client: IpAddr, from, to, user| all.push(Moment { host: hosts.main(client), from, to, user });
    for lookup in evidence.lookups.iter().filter(|l| is_candidate(&l.name, l.kind)) {
        note(lookup.client, lookup.time, lookup.last, None);
    }
    for row in evidence.connections.unopened.iter().filter(|row| is_sip_port(row.server.port())) {
        if let Some((_, time)) = row.life.opened {
            note(row.client.ip(), time, row.life.last_syn, None);
        }
    }
    for talk in &evidence.tls {
        let named = talk.server_name.as_deref().is_some_and(|name| is_candidate(&name.to_ascii_lowercase(), A));
        let sip = is_sip_port(talk.server.port());
        if sip && (is_broken(&probe, talk) || !talk.decrypted) || named && is_broken(&probe, talk) {
            note(talk.client.ip(), talk.time, talk.time, None);
        }
    }
    for exchange in evidence.web.iter().filter(|w| opens_by_web(w)) {
        if let Some(first) = exchange.first() {
            let last = exchange.response.map_or(first.time, |answer| answer.time);
            note(exchange.client.ip(), first.time, last, exchange.user.as_deref());
        }
    }
    all.sort_by_key(|moment| moment.from);
    all
}

/// True for a request that only somebody signing in makes.
fn opens_by_web(exchange: &WebExchange) -> bool {
    match exchange.service {
        Service::Autodiscover(resource) => resource != Resource::Frame,
        Service::WebTicket(_) | Service::OAuthToken | Service::CertProv => true,
        Service::Ucwa => exchange.operation == Operation::Apply,
        Service::Proxy => is_candidate(&exchange.host, A),
        _ => false,
    }
}

/// Stories of clients that do not register by SIP, or did not come that far.
fn lone<'e>(
    evidence: &'e Evidence,
    hosts: &Hosts,
    drafts: &mut Vec<Draft<'e>>,
    by_host: &mut HashMap<IpAddr, Vec<usize>>,
) {
    for moment in moments(evidence, hosts) {
        let same = |draft: &Draft<'e>| match (draft.story.user.as_deref(), moment.user) {
            (Some(own), Some(named)) => same_account(Some(own), Some(named)),
            _ => true,
        };
        let known = by_host.get(&moment.host).into_iter().flatten().copied().find(|at| {
            drafts.get(*at).is_some_and(|draft| {
                let registers = !draft.story.registrations.is_empty();
                let near = if registers { draft.covers(moment.from) } else { moment.from.since(draft.to) <= IDLE };
                near && same(draft)
            })
        });
        if let Some(draft) = known.and_then(|at| drafts.get_mut(at)) {
            if draft.story.registrations.is_empty() {
                draft.widen(moment.to);
                draft.story.user = draft.story.user.take().or_else(|| moment.user.map(str::to_owned));
            }
            continue;
        }
        if drafts.len() >= MAX_STORIES {
            break;
        }
        let mut story = Story::new(evidence, hosts.all(moment.host));
        story.user = moment.user.map(str::to_owned);
        by_host.entry(moment.host).or_default().push(drafts.len());
        drafts.push(Draft {
            story,
            host: moment.host,
            endpoint: None,
            from: moment.from,
            to: moment.to,
            signed_in: None,
            removed: None,
        });
    }
}

/// Gives the other pieces of evidence to the stories.
struct Join<'j, 'e> {
    evidence: &'e Evidence,
    hosts: &'j Hosts,
    drafts: &'j mut Vec<Draft<'e>>,
    by_host: &'j HashMap<IpAddr, Vec<usize>>,
    /// The same by the user's name before the `@` too: thousands may come from one proxy.
    by_name: &'j HashMap<(IpAddr, String), Vec<usize>>,
}

impl<'e> Join<'_, 'e> {
    /// The story of a client at a moment. `fits` narrows the choice where several users share the machine.
    fn find(&self, client: IpAddr, time: Timestamp, fits: impl Fn(&Draft<'e>) -> bool) -> Option<usize> {
        self.nearest(self.by_host.get(&self.hosts.main(client))?, time, fits)
    }

    /// The story of a client at a moment, and of this user or of one whose address begins alike.
    fn find_named(
        &self,
        client: IpAddr,
        time: Timestamp,
        user: Option<&str>,
        fits: impl Fn(&Draft<'e>) -> bool,
    ) -> Option<usize> {
        self.nearest(self.by_name.get(&(self.hosts.main(client), short_name(user?)))?, time, fits)
    }

    fn nearest(&self, here: &[usize], time: Timestamp, fits: impl Fn(&Draft<'e>) -> bool) -> Option<usize> {
        let covering = || {
            here.iter()
                .copied()
                .filter_map(|at| Some((at, self.drafts.get(at)?)))
                .filter(|(_, draft)| draft.covers(time))
        };
        // One after the other is no doubt, several at once is.
        let mut best: Option<(usize, &Draft<'e>, i64)> = None;
        let mut second: Option<(&Draft<'e>, i64)> = None;
        for (at, draft) in covering().filter(|(_, draft)| fits(draft)) {
            let distance = draft.distance(time);
            if best.is_none_or(|(.., least)| distance < least) {
                second = best.map(|(_, draft, distance)| (draft, distance));
                best = Some((at, draft, distance));
            } else if second.is_none_or(|(_, least)| distance < least) {
                second = Some((draft, distance));
            }
        }
        let (at, first, least) = best?;
        let clear = second.is_none_or(|(other, distance)| {
            least < distance || first.story.user == other.story.user && first.endpoint == other.endpoint
        });
        clear.then_some(at)
    }

    fn negotiations(&mut self) {
        for negotiation in &self.evidence.negotiations {
            let Some(time) = negotiation.legs.first().map(|leg| leg.time) else { continue };
            // Directories, file shares and mail are no step of a sign-in to Lync.
            if matches!(negotiation.carrier, Carrier::Service(_)) {
                continue;
            }
            let client = negotiation.client.ip();
            let found = if negotiation.carrier == Carrier::Sip {
                let address = negotiation.address.as_deref();
                self.find_named(client, time, address, |draft| same_user(draft.story.user.as_deref(), address))
            } else {
                let account = negotiation.user.as_deref();
                let named = |draft: &Draft<'e>| same_account(draft.story.user.as_deref(), account);
                self.find_named(client, time, account, named).or_else(|| self.find(client, time, |_| true))
            };
            let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) else { continue };
            if negotiation.carrier != Carrier::Kdc || wanted(draft, negotiation) {
                draft.story.negotiations.push(negotiation);
                if let Some(last) = negotiation.legs.last().filter(|_| negotiation.carrier == Carrier::Kdc) {
                    draft.widen(last.time);
                }
            }
        }
    }

    fn web(&mut self) {
        for exchange in &self.evidence.web {
            let Some(first) = exchange.first() else { continue };
            if super::web::stage(exchange).is_none() {
                continue;
            }
            let client = exchange.client.ip();
            let user = exchange.user.as_deref();
            let named = |draft: &Draft<'e>| same_account(draft.story.user.as_deref(), user);
            // What names somebody else is somebody else's.
            let nobody = |draft: &Draft<'e>| user.is_none() || draft.story.user.is_none();
            // A connection is used by one.
            let flow = |draft: &Draft<'e>| draft.story.web.iter().any(|w| w.flow == exchange.flow);
            let found = self
                .find_named(client, first.time, user, named)
                .or_else(|| self.find(client, first.time, |draft| nobody(draft) && flow(draft)))
                .or_else(|| self.find(client, first.time, nobody));
            if let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) {
                draft.widen(first.time);
                if let Some(answer) = exchange.response {
                    draft.widen(answer.time);
                }
                draft.story.web.push(exchange);
            }
        }
    }

    fn lookups(&mut self) {
        for lookup in &self.evidence.lookups {
            let domain = candidate(&lookup.name, lookup.kind);
            let found = match domain {
                Some(domain) => {
                    let led = |draft: &Draft<'e>| {
                        let mut services = draft.story.lookups.iter().flat_map(|l| &l.services);
                        services.any(|(host, _)| *host == lookup.name)
                    };
                    let fits = |draft: &Draft<'e>| {
                        draft.story.domain().is_none_or(|own| own.eq_ignore_ascii_case(domain)) || led(draft)
                    };
                    self.find(lookup.client, lookup.time, fits)
                }
                None => self.find(lookup.client, lookup.time, |_| true),
            };
            if let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) {
                draft.story.lookups.push(lookup);
            }
        }
    }

    fn connections(&mut self) {
        for row in &self.evidence.connections.unopened {
            let Some((_, time)) = row.life.opened else { continue };
            let found = self.find(row.client.ip(), time, |draft| matters(draft, row.server.ip(), row.server.port()));
            if let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) {
                draft.widen(row.life.last_syn);
                draft.story.unopened.push(row);
            }
        }
        for row in &self.evidence.connections.undelivered {
            let found =
                self.find(row.client.ip(), row.time, |draft| matters(draft, row.server.ip(), row.server.port()));
            if let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) {
                draft.story.undelivered.push(row);
            }
        }
        for talk in &self.evidence.tls {
            let carries = |draft: &Draft<'e>| {
                draft.story.registrations.iter().any(|r| r.flow == talk.flow)
                    || draft.story.web.iter().any(|w| w.flow == talk.flow)
            };
            let named = talk.server_name.as_deref();
            let relevant = |draft: &Draft<'e>| {
                is_sip_port(talk.server.port())
                    || matters(draft, talk.server.ip(), talk.server.port())
                    || named.is_some_and(|name| in_domain(draft, name))
            };
            let client = talk.client.ip();
            let found = self.find(client, talk.time, carries).or_else(|| self.find(client, talk.time, relevant));
            if let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) {
                draft.story.tls.push(talk);
            }
        }
    }
}

/// Exchanges with the KDC that have to do with signing in: for a ticket-granting ticket, or for a SIP or web service.
fn wanted(draft: &Draft<'_>, exchange: &Negotiation) -> bool {
    let Some(target) = exchange.target.as_deref() else { return true };
    let lower = target.to_ascii_lowercase();
    lower.starts_with("krbtgt") || is_sip_service(target) || {
        let host = lower.strip_prefix("http/").map(|rest| rest.split(['/', '@', ':']).next().unwrap_or(rest));
        host.is_some_and(|host| in_domain(draft, host) || !draft.story.registrations.is_empty())
    }
}

/// True if a server is one that this sign-in looked for, talks SIP on, or asks for names or tickets.
fn matters(draft: &Draft<'_>, server: IpAddr, port: u16) -> bool {
    is_sip_port(port)
        || matches!(port, 53 | 88 | 464)
        || draft.story.lookups.iter().any(|l| l.kind != SRV && l.addresses.contains(&server))
        || draft.story.registrations.iter().any(|r| r.server.ip() == server)
        || draft.story.web.iter().any(|w| w.server.ip() == server)
}

fn in_domain(draft: &Draft<'_>, host: &str) -> bool {
    let Some(domain) = draft.story.domain() else { return false };
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
}

fn same_user(story: Option<&str>, address: Option<&str>) -> bool {
    matches!((story, address), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

/// True if an account may be that of an address: the same before the `@`, or the same as a whole.
fn same_account(story: Option<&str>, account: Option<&str>) -> bool {
    let (Some(user), Some(account)) = (story, account) else { return false };
    user.eq_ignore_ascii_case(account) || short_name(user) == short_name(account)
}
