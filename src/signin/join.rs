//! Gives names, connections, exchanges and negotiations to the stories that they belong to.
//!
//! A machine does more than sign in: it reads mail, looks for updates, opens the intranet. A piece belongs to a sign-in only
//! if something says so: its name, its address, or what led there.

use super::gather::Draft;
use super::host::{Hosts, is_candidate};
use super::steps::{is_sip_port, is_sip_service};
use super::story::Story;
use crate::analysis::{A, Carrier, Evidence, LookupSeen, Negotiation, Outcome, SRV, candidate};
use crate::knowledge::service::{is_discovery_host, place_of};
use crate::wire::Timestamp;
use crate::wire::hash::{HashMap, HashSet};
use crate::wire::text::short_name;
use crate::wire::time::NANOS;
use std::net::IpAddr;

/// How soon after autodiscover a client goes to the web services, in nanoseconds.
const LED: i64 = 10 * NANOS;

/// Of thousands behind one address, so many that began before a moment and after it may be who it is about.
const CROWD: usize = 64;

/// Those of a list, sorted by when they began, that began nearest to this moment.
pub(super) fn crowd<'l>(here: &'l [usize], drafts: &[Draft<'_>], time: Timestamp) -> &'l [usize] {
    let middle = here.partition_point(|at| drafts.get(*at).is_some_and(|draft| draft.from < time));
    here.get(middle.saturating_sub(CROWD)..here.len().min(middle.saturating_add(CROWD))).unwrap_or_default()
}

/// Gives the other pieces of evidence to the stories.
pub(super) struct Join<'j, 'e> {
    evidence: &'e Evidence,
    hosts: &'j Hosts,
    drafts: &'j mut Vec<Draft<'e>>,
    by_host: &'j HashMap<IpAddr, Vec<usize>>,
    /// The same by the user's name before the `@` too: thousands may come from one proxy.
    by_name: &'j HashMap<(IpAddr, String), Vec<usize>>,
    /// When a machine asked autodiscover, inside TLS that may stay closed.
    discovered: HashMap<IpAddr, Vec<Timestamp>>,
    /// Which servers a machine called at ports of SIP.
    called: HashSet<(IpAddr, IpAddr)>,
}

impl<'j, 'e> Join<'j, 'e> {
    pub(super) fn new(
        evidence: &'e Evidence,
        hosts: &'j Hosts,
        drafts: &'j mut Vec<Draft<'e>>,
        by_host: &'j HashMap<IpAddr, Vec<usize>>,
        by_name: &'j HashMap<(IpAddr, String), Vec<usize>>,
    ) -> Self {
        let mut discovered: HashMap<IpAddr, Vec<Timestamp>> = HashMap::default();
        for talk in evidence.tls.iter().filter(|talk| talk.data == [true, true]) {
            if talk.server_name.as_deref().is_some_and(is_discovery_host) {
                discovered.entry(hosts.main(talk.client.ip())).or_default().push(talk.time);
            }
        }
        let unopened = evidence.connections.unopened.iter().map(|row| (row.client, row.server));
        let undelivered = evidence.connections.undelivered.iter().map(|row| (row.client, row.server));
        let talks = evidence.tls.iter().map(|talk| (talk.client, talk.server));
        let called = unopened
            .chain(undelivered)
            .chain(talks)
            .filter(|(_, server)| is_sip_port(server.port()))
            .map(|(client, server)| (hosts.main(client.ip()), server.ip()))
            .collect();
        Self { evidence, hosts, drafts, by_host, by_name, discovered, called }
    }

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
        let near = crowd(here, self.drafts, time);
        let covering = || {
            near.iter()
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

    pub(super) fn negotiations(&mut self) {
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
            let wanted =
                found.and_then(|at| self.drafts.get(at)).is_some_and(|draft| self.wants(draft, negotiation, time));
            let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) else { continue };
            if negotiation.carrier != Carrier::Kdc || wanted {
                draft.story.negotiations.push(negotiation);
                if let Some(last) = negotiation.legs.last().filter(|_| negotiation.carrier == Carrier::Kdc) {
                    draft.widen(last.time);
                }
            }
        }
        for draft in self.drafts.iter_mut() {
            leave_to_others(&mut draft.story);
        }
    }

    pub(super) fn web(&mut self) {
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

    pub(super) fn lookups(&mut self) {
        for lookup in &self.evidence.lookups {
            let domain = candidate(&lookup.name, lookup.kind);
            let found = match domain {
                Some(domain) => {
                    let led = |draft: &Draft<'e>| {
                        let mut services = draft.story.lookups.iter().flat_map(|l| &l.services);
                        services.any(|(host, _)| **host == *lookup.name)
                    };
                    let fits = |draft: &Draft<'e>| {
                        draft.story.domain().is_none_or(|own| own.eq_ignore_ascii_case(domain)) || led(draft)
                    };
                    self.find(lookup.client, lookup.time, fits)
                }
                None => self.find(lookup.client, lookup.time, |draft| {
                    self.seeks(draft, lookup.client, &lookup.name, lookup.time) || self.calls(draft, lookup)
                }),
            };
            if let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) {
                draft.story.lookups.push(lookup);
            }
        }
    }

    /// Exchanges with the KDC that have to do with signing in: for a ticket-granting ticket of somebody, or for a SIP or web
    /// service that the client goes to. Machines have accounts, too; their names end in a dollar sign.
    fn wants(&self, draft: &Draft<'e>, exchange: &Negotiation, time: Timestamp) -> bool {
        if exchange.user.as_deref().is_some_and(|user| user.ends_with('$')) {
            return false;
        }
        let Some(target) = exchange.target.as_deref() else { return exchange.user.is_some() };
        let lower = target.to_ascii_lowercase();
        lower.starts_with("krbtgt") || is_sip_service(target) || {
            let host = lower.strip_prefix("http/").map(|rest| rest.split(['/', '@', ':']).next().unwrap_or(rest));
            host.is_some_and(|host| self.seeks(draft, exchange.client.ip(), host, time))
        }
    }

    /// True if the client looks for this host in order to sign in: a record or an answer led to it, or it is one of the
    /// domain that the client goes to right after autodiscover.
    fn seeks(&self, draft: &Draft<'e>, client: IpAddr, host: &str, time: Timestamp) -> bool {
        let host = host.to_ascii_lowercase();
        let mut names = draft.story.lookups.iter();
        let led =
            names.any(|l| l.services.iter().any(|(target, _)| **target == host) || l.alias.as_deref() == Some(&*host));
        let is = |place: Option<&str>| place.is_some_and(|place| place_of(place, None).0.eq_ignore_ascii_case(&host));
        let told = draft.story.web.iter().any(|w| {
            w.host.eq_ignore_ascii_case(&host)
                || is(w.redirect.as_deref())
                || is(w.issuer.as_deref())
                || w.server_fqdn.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&host))
        });
        let soon = |asked: &Timestamp| (0..=LED).contains(&time.since(*asked));
        let next = || self.discovered.get(&self.hosts.main(client)).is_some_and(|times| times.iter().any(soon));
        // What a challenge says of it may have been cut off.
        let registering = || draft.story.registrations.iter().any(|r| r.cut && time >= r.first());
        let challenged = draft.story.registrations.iter().any(|r| is(r.issuer.as_deref()));
        led || told || challenged || in_domain(draft, &host) && !is_another_service(&host) && (next() || registering())
    }

    /// True if the answer led to a server that the client talks SIP to, or asks for its web services.
    fn calls(&self, draft: &Draft<'e>, lookup: &LookupSeen) -> bool {
        let client = self.hosts.main(lookup.client);
        lookup.addresses.iter().any(|address| {
            self.called.contains(&(client, *address))
                || draft.story.registrations.iter().any(|r| r.server.ip() == *address)
                || draft.story.web.iter().any(|w| w.server.ip() == *address)
        })
    }

    pub(super) fn connections(&mut self) {
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
            let client = talk.client.ip();
            let relevant = |draft: &Draft<'e>| match named {
                _ if is_sip_port(talk.server.port()) => true,
                // One address may be that of a reverse proxy, with everything behind it.
                Some(name) if is_candidate(&name.to_ascii_lowercase(), A) => {
                    in_domain(draft, name) || is_first_of_domain(draft, name)
                }
                Some(name) => self.seeks(draft, client, name, talk.time),
                None => matters(draft, talk.server.ip(), talk.server.port()),
            };
            let found = self.find(client, talk.time, carries).or_else(|| self.find(client, talk.time, relevant));
            if let Some(draft) = found.and_then(|at| self.drafts.get_mut(at)) {
                draft.story.tls.push(talk);
            }
        }
    }
}

/// Names of hosts, up to the first digit or dot, under which other services of an organisation are found.
const ANOTHER: [&str; 22] = [
    "autodiscover",
    "mail",
    "webmail",
    "owa",
    "outlook",
    "exchange",
    "exch",
    "ews",
    "mx",
    "smtp",
    "imap",
    "pop",
    "www",
    "intranet",
    "portal",
    "sharepoint",
    "files",
    "fs",
    "wpad",
    "vpn",
    "print",
    "dc",
];

fn is_another_service(host: &str) -> bool {
    let end = host.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(host.len());
    host.get(..end).is_some_and(|label| ANOTHER.contains(&label))
}

/// True if a server is one that this sign-in looked for, talks SIP on, or asks for names or tickets.
fn matters(draft: &Draft<'_>, server: IpAddr, port: u16) -> bool {
    let named = || {
        let services = draft.story.lookups.iter().flat_map(|l| &l.services);
        matches!(port, 80 | 443 | 444 | 4443 | 8080) || services.map(|(_, port)| *port).any(|named| named == port)
    };
    is_sip_port(port)
        || matches!(port, 53 | 88 | 464)
        || named() && draft.story.lookups.iter().any(|l| l.kind != SRV && l.addresses.contains(&server))
        || draft.story.registrations.iter().any(|r| r.server.ip() == server)
        || draft.story.web.iter().any(|w| w.server.ip() == server)
}

/// True if nothing else tells the domain of a client, and the names it called before are of the same one.
fn is_first_of_domain(draft: &Draft<'_>, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let same = |other: &str| candidate(&other.to_ascii_lowercase(), A) == candidate(&host, A);
    let lone = draft.story.registrations.is_empty() && draft.story.domain().is_none();
    lone && draft.story.tls.iter().filter_map(|talk| talk.server_name.as_deref()).all(same)
}

fn in_domain(draft: &Draft<'_>, host: &str) -> bool {
    let Some(domain) = draft.story.domain() else { return false };
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
}

/// An account that a KDC does not serve is somebody else's if the client's address does not name it, and the client signs in
/// with another one by NTLM, or does so already, or cannot be seen to do something else.
fn leave_to_others(story: &mut Story<'_>) {
    let signs = |n: &&&Negotiation| n.ntlm.is_some() && matches!(n.carrier, Carrier::Sip | Carrier::Http) && !n.proxy;
    let first = |n: &Negotiation| n.legs.first().map(|leg| leg.time);
    let own: Vec<_> = story.negotiations.iter().filter(signs).filter_map(|n| n.user.clone()).collect();
    let began = story.negotiations.iter().filter(signs).filter_map(|n| first(n)).min();
    let cut = story.registrations.iter().any(|r| r.cut);
    let user = story.user.clone();
    story.negotiations.retain(|n| {
        let for_account = n.target.as_deref().is_none_or(|target| short_name(target).starts_with("krbtgt"));
        let unserved = n.carrier == Carrier::Kdc && n.outcome != Outcome::Accepted && for_account;
        let later = first(n).zip(began).is_some_and(|(time, began)| time > began);
        let of_another = match n.user.as_deref() {
            Some(account) => {
                let is = |name: &str| same_account(Some(name), Some(account));
                !user.as_deref().is_some_and(is) && !own.iter().any(|own| is(own)) && (later || cut || !own.is_empty())
            }
            None => later,
        };
        !(unserved && of_another)
    });
}

fn same_user(story: Option<&str>, address: Option<&str>) -> bool {
    matches!((story, address), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

/// True if an account may be that of an address: the same before the `@`, or the same as a whole.
pub(super) fn same_account(story: Option<&str>, account: Option<&str>) -> bool {
    let (Some(user), Some(account)) = (story, account) else { return false };
    user.eq_ignore_ascii_case(account) || short_name(user) == short_name(account)
}
