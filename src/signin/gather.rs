//! Cuts the evidence into stories: whose sign-in each piece belongs to.
//!
//! Join keys, strongest first: the SIP address with its endpoint, the dialog, the client's machine and the time. Where two
//! users sign in behind one address at the same time, what names nobody is left out rather than given to the wrong one.

use super::host::{Hosts, is_candidate};
use super::join::{Join, crowd, same_account};
use super::purpose::{Purpose, of_name};
use super::steps::{is_broken, is_sip_port};
use super::story::Story;
use crate::analysis::{A, Evidence, Operation, Registration, SipWhat, WebExchange};
use crate::knowledge::service::{Resource, Service};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use crate::wire::text::short_name;
use crate::wire::time::NANOS;
use std::net::IpAddr;

/// After this much silence a new sign-in begins, in nanoseconds.
const IDLE: i64 = 120 * NANOS;
/// What happens this soon before the first REGISTER belongs to it.
const BEFORE: i64 = 120 * NANOS;
/// What happens this soon after the last step of one who signed in belongs to it.
const AFTER: i64 = 10 * NANOS;
/// Sign-ins told of.
pub const MAX_STORIES: usize = 20_000;

/// A story in the making, with its window of time.
pub(super) struct Draft<'e> {
    pub(super) story: Story<'e>,
    host: IpAddr,
    pub(super) endpoint: Option<&'e str>,
    pub(super) from: Timestamp,
    to: Timestamp,
    /// It signed in at this moment.
    signed_in: Option<Timestamp>,
    /// The client took its registration back at this moment.
    removed: Option<Timestamp>,
}

impl Draft<'_> {
    pub(super) fn widen(&mut self, time: Timestamp) {
        (self.from, self.to) = (self.from.min(time), self.to.max(time));
    }

    pub(super) fn covers(&self, time: Timestamp) -> bool {
        // Who is not signed in yet goes on with it, be it after a look at the keyboard.
        let over = self.signed_in.is_some() || self.removed.is_some();
        self.from.since(time) <= BEFORE && time.since(self.to) <= if over { AFTER } else { IDLE }
    }

    /// How far a moment lies from the story; what lies within is nearest, what came before is nearer than what follows.
    pub(super) fn distance(&self, time: Timestamp) -> i64 {
        self.from.since(time).max(time.since(self.to).saturating_mul(2)).max(0)
    }
}

/// Where the stories of a machine stand among all of them.
type ByHost = HashMap<IpAddr, Vec<usize>>;

/// The stories that the evidence begins, no more than there is room for.
fn begun<'e>(evidence: &'e Evidence, hosts: &Hosts, room: usize) -> (Vec<Draft<'e>>, ByHost) {
    let mut drafts = reunited(registered(evidence, hosts, room));
    let mut by_host = ByHost::default();
    for (at, draft) in drafts.iter().enumerate() {
        by_host.entry(draft.host).or_default().push(at);
    }
    lone(evidence, hosts, &mut drafts, &mut by_host, room);
    (drafts, by_host)
}

/// How many sign-ins there are that are not told of: the budgets of the evidence bound them, too.
pub(super) fn beyond(evidence: &Evidence) -> usize {
    let (drafts, _) = begun(evidence, &Hosts::of(evidence), usize::MAX);
    drafts.len().saturating_sub(MAX_STORIES)
}

/// All stories.
pub(super) fn stories(evidence: &Evidence) -> Vec<Story<'_>> {
    let hosts = Hosts::of(evidence);
    let (mut drafts, mut by_host) = begun(evidence, &hosts, MAX_STORIES);
    for here in by_host.values_mut() {
        here.sort_by_key(|at| drafts.get(*at).map(|draft| draft.from));
    }
    let mut by_name: HashMap<(IpAddr, String), Vec<usize>> = HashMap::default();
    for (at, draft) in drafts.iter().enumerate() {
        if let Some(user) = &draft.story.user {
            by_name.entry((draft.host, short_name(user))).or_default().push(at);
        }
    }
    for here in by_name.values_mut() {
        here.sort_by_key(|at| drafts.get(*at).map(|draft| draft.from));
    }
    let mut join = Join::new(evidence, &hosts, &mut drafts, &by_host, &by_name);
    join.web();
    join.negotiations();
    join.lookups();
    join.connections();
    drafts.into_iter().map(|draft| draft.story).collect()
}

/// Stories of registrations: one a client, address and endpoint, until it signed in or was idle.
fn registered<'e>(evidence: &'e Evidence, hosts: &Hosts, room: usize) -> Vec<Draft<'e>> {
    let mut drafts: Vec<Draft<'e>> = Vec::new();
    let mut newest: HashMap<(IpAddr, String, Option<&'e str>), usize> = HashMap::default();
    // A request that does not name its endpoint is of the one that uses the connection.
    let mut on_flow: HashMap<(u32, String), usize> = HashMap::default();
    let mut ordered: Vec<_> = evidence.registrations.iter().filter(|r| opens(r)).collect();
    ordered.sort_by_key(|r| r.first());
    for registration in ordered {
        let host = hosts.main(registration.client.ip());
        let user = registration.user.to_ascii_lowercase();
        let key = (host, user, registration.endpoint.as_deref());
        let from = registration.first();
        let flow = (registration.flow, key.1.clone());
        let same = on_flow.get(&flow).copied().filter(|at| {
            drafts
                .get(*at)
                .is_some_and(|draft: &Draft<'_>| draft.endpoint.is_none() || key.2.is_none() || leaves(registration))
        });
        if let Some(at) = same {
            newest.insert(key.clone(), at);
        }
        let known = newest.get(&key).and_then(|at| drafts.get(*at)).filter(|draft| {
            let over =
                draft.signed_in.is_some_and(|time| time <= from) || draft.removed.is_some_and(|time| time <= from);
            same.is_some() || !over && from.since(draft.to) <= IDLE
        });
        let at = match (known.is_some(), newest.get(&key)) {
            (true, Some(at)) => *at,
            _ if drafts.len() >= room => break,
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
        on_flow.insert(flow, at);
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

/// Connections that are dropped for their silence and replaced at once, again and again, are one sign-in that never lasts.
const MIN_DROPS: usize = 3;
/// How far apart two pauses may be and still be of one length: a quarter.
pub(super) const ALIKE: i64 = 4;

/// An endpoint: its machine, its address in lower case, its own name.
type Who<'e> = (IpAddr, Option<String>, Option<&'e str>);

/// Joins the drafts of one endpoint whose connection was dropped after a pause, each but the last followed by the next.
fn reunited(drafts: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    let drop = |draft: &Draft<'_>| {
        let flow = draft.story.registrations.last()?.flow;
        let life = draft.story.ending(flow).filter(|life| life.dropped)?;
        Some((life.pause?, life.ended.map_or(life.last, |end| end.time)))
    };
    let mut runs: HashMap<Who<'_>, Vec<Vec<usize>>> = HashMap::default();
    for (at, draft) in drafts.iter().enumerate() {
        let key = (draft.host, draft.story.user.as_ref().map(|user| user.to_ascii_lowercase()), draft.endpoint);
        let runs = runs.entry(key).or_default();
        let drop_of = |at: Option<&usize>| at.and_then(|at| drafts.get(*at)).and_then(drop);
        let follows = runs.last().is_some_and(|run| {
            let (first, before) = (drop_of(run.first()), drop_of(run.last()));
            first.zip(before).is_some_and(|((first, _), (pause, end))| {
                draft.from.since(end) <= IDLE && (pause - first).abs() <= first / ALIKE
            })
        });
        match runs.last_mut() {
            Some(run) if follows => run.push(at),
            _ => runs.push(vec![at]),
        }
    }
    let mut into: HashMap<usize, usize> = HashMap::default();
    for run in runs.into_values().flatten() {
        let drops = run.iter().filter_map(|at| drafts.get(*at)).filter(|draft| drop(draft).is_some()).count();
        if drops >= MIN_DROPS
            && let Some((first, rest)) = run.split_first()
        {
            into.extend(rest.iter().map(|at| (*at, *first)));
        }
    }
    if into.is_empty() {
        return drafts;
    }
    let mut kept: Vec<Draft<'_>> = Vec::new();
    let mut place: HashMap<usize, usize> = HashMap::default();
    for (at, draft) in drafts.into_iter().enumerate() {
        let first = into.get(&at).and_then(|first| place.get(first)).and_then(|place| kept.get_mut(*place));
        if let Some(first) = first {
            first.widen(draft.to);
            first.story.registrations.extend(draft.story.registrations);
        } else {
            place.insert(at, kept.len());
            kept.push(draft);
        }
    }
    kept
}

/// True unless all it does is take a registration back.
fn opens(registration: &Registration) -> bool {
    registration.active.is_some()
        || registration.steps.iter().any(|step| match &step.what {
            SipWhat::Request { removes, .. } => !removes,
            SipWhat::Answer { .. } => registration.asked(step).is_none(),
        })
}

/// True if the dialog only takes back what another one on its connection asked for.
fn leaves(registration: &Registration) -> bool {
    let asks = |what: &SipWhat| matches!(what, SipWhat::Request { removes: false, .. });
    !registration.steps.iter().any(|step| asks(&step.what))
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
        let name = talk.server_name.as_deref().map(str::to_ascii_lowercase);
        let named = name.as_deref().is_some_and(|name| is_candidate(name, A));
        // An Edge is called at 443, and by its name where the client knew the address already.
        let edge =
            named && name.is_some_and(|name| of_name(&probe, &name) == Purpose::Sip) && talk.data == [true, true];
        let sip = is_sip_port(talk.server.port()) || edge;
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
        Service::WebTicket(_) | Service::OAuthToken | Service::CertProv | Service::Passive => true,
        Service::Ucwa => exchange.operation == Operation::Apply,
        Service::Proxy => is_candidate(&exchange.host, A),
        // Who is signed in goes on with it; who is refused was not let in.
        Service::Mcx => exchange.status.is_some_and(|status| status >= 400),
        _ => false,
    }
}

/// Stories of clients that do not register by SIP, or did not come that far.
fn lone<'e>(evidence: &'e Evidence, hosts: &Hosts, drafts: &mut Vec<Draft<'e>>, by_host: &mut ByHost, room: usize) {
    for moment in moments(evidence, hosts) {
        let same = |draft: &Draft<'e>| match (draft.story.user.as_deref(), moment.user) {
            (Some(own), Some(named)) => same_account(Some(own), Some(named)),
            _ => true,
        };
        let here = by_host.entry(moment.host).or_default();
        let known = crowd(here, drafts, moment.from).iter().copied().find(|at| {
            drafts.get(*at).is_some_and(|draft| {
                let registers = !draft.story.registrations.is_empty();
                let near = if registers { draft.covers(moment.from) } else { moment.from.since(draft.to) <= IDLE };
                near && same(draft)
            })
        });
        if let Some(draft) = known.and_then(|at| drafts.get_mut(at)) {
            let goes_on = draft.signed_in.is_none() && draft.removed.is_none() && moment.user.is_some();
            if goes_on || draft.story.registrations.is_empty() {
                draft.widen(moment.to);
                draft.story.user = draft.story.user.take().or_else(|| moment.user.map(str::to_owned));
            }
            continue;
        }
        if drafts.len() >= room {
            break;
        }
        let mut story = Story::new(evidence, hosts.all(moment.host));
        story.user = moment.user.map(str::to_owned);
        let place = here.partition_point(|at| drafts.get(*at).is_some_and(|draft| draft.from <= moment.from));
        here.insert(place, drafts.len());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Unopened;
    use crate::fact::Connection;
    use std::net::{Ipv4Addr, SocketAddr};

    #[test]
    fn what_there_is_no_room_for_is_counted() {
        let of = |machines: u32| {
            let mut evidence = Evidence::default();
            evidence.connections.unopened.extend((0..machines).map(|one| Unopened {
                client: SocketAddr::from((Ipv4Addr::from(0x0a00_0000 + one), 50_000)),
                server: SocketAddr::from(([192, 0, 2, 10], 5061)),
                life: Connection { opened: Some((u64::from(one) + 1, Timestamp(0))), syns: 1, ..Connection::default() },
            }));
            (super::super::tell(&evidence).len(), beyond(&evidence))
        };
        assert_eq!(of(20_000), (MAX_STORIES, 0));
        assert_eq!(of(20_003), (MAX_STORIES, 3));
    }
}
