//! Which addresses are one machine: a client often asks for names over IPv4 and signs in over IPv6.
//!
//! Two addresses of different families are joined only where something shows it: one asked for a name, and the other at
//! once connected to an address of the answer; or the same user is named at both, and nowhere else; or there is only one client of each family in the whole capture.

use crate::analysis::{Evidence, candidate};
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How soon after an answer a connection follows from it, in nanoseconds.
const SOON: i64 = 10 * NANOS;

/// How far apart a user may be named at two addresses of his machine, in nanoseconds.
const NEAR: i64 = 120 * NANOS;
/// How often a user is looked for.
const MAX_PLACES: usize = 256;

/// Addresses of one machine, under one of them.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    same: BTreeMap<IpAddr, IpAddr>,
    others: HashMap<IpAddr, Vec<IpAddr>>,
}

/// A connection of a client: from, to, when.
type Call = (IpAddr, IpAddr, Timestamp);

impl Hosts {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let mut hosts = Self::default();
        let calls = calls(evidence);
        let mut by_server: HashMap<IpAddr, Vec<Call>> = HashMap::default();
        for call in &calls {
            by_server.entry(call.1).or_default().push(*call);
        }
        for calls in by_server.values_mut() {
            calls.sort_unstable_by_key(|(_, _, time)| *time);
        }
        // Where many ask and call at once, one may seem to follow another by chance. A machine has one address of each
        // family that does this: who seems to belong to several belongs to nobody.
        let mut partners: BTreeMap<IpAddr, BTreeSet<IpAddr>> = BTreeMap::new();
        for lookup in &evidence.lookups {
            let Some((_, answered, _)) = lookup.answer else { continue };
            for address in lookup.addresses.iter().filter(|a| a.is_ipv4() != lookup.client.is_ipv4()) {
                let calls = by_server.get(address).map_or(&[][..], Vec::as_slice);
                let since = calls.partition_point(|(_, _, time)| *time < answered);
                let soon = calls.iter().skip(since).take_while(|(_, _, time)| time.since(answered) < SOON);
                for caller in soon.map(|(caller, ..)| *caller) {
                    partners.entry(lookup.client).or_default().insert(caller);
                    partners.entry(caller).or_default().insert(lookup.client);
                }
            }
        }
        for (four, six) in both(evidence) {
            hosts.join(four, six);
            for known in [four, six] {
                partners.remove(&known);
                for others in partners.values_mut() {
                    others.remove(&known);
                }
            }
        }
        for (one, others) in &partners {
            if let (1, Some(other)) = (others.len(), others.first())
                && partners.get(other).is_some_and(|back| back.len() == 1)
            {
                hosts.join(*one, *other);
            }
        }
        if hosts.same.is_empty() {
            hosts.only_ones(evidence, &calls);
        }
        hosts.gather()
    }

    /// One client of each family, and no other: nobody else is there to be mixed up with.
    fn only_ones(&mut self, evidence: &Evidence, calls: &[Call]) {
        let servers: BTreeSet<_> = calls.iter().map(|(_, server, _)| *server).collect();
        let asking = evidence.lookups.iter().map(|l| l.client);
        let proving = evidence.negotiations.iter().map(|n| n.client.ip());
        let clients: BTreeSet<_> = calls
            .iter()
            .map(|(client, ..)| *client)
            .chain(asking)
            .chain(proving)
            .filter(|a| !servers.contains(a))
            .collect();
        let (four, six): (Vec<_>, Vec<_>) = clients.into_iter().partition(IpAddr::is_ipv4);
        if let (&[four], &[six]) = (&four[..], &six[..]) {
            self.join(four, six);
        }
    }

    fn join(&mut self, a: IpAddr, b: IpAddr) {
        let (a, b) = (self.main(a), self.main(b));
        if a != b {
            self.same.insert(a.max(b), a.min(b));
        }
    }

    /// The address that stands for the machine.
    pub(super) fn main(&self, mut address: IpAddr) -> IpAddr {
        while let Some(other) = self.same.get(&address) {
            address = *other;
        }
        address
    }

    /// All addresses of the machine of this one.
    pub(super) fn all(&self, address: IpAddr) -> Vec<IpAddr> {
        let main = self.main(address);
        let others = self.others.get(&main).into_iter().flatten().copied();
        std::iter::once(main).chain(others).collect()
    }

    /// Which addresses stand behind which, once all are joined.
    fn gather(mut self) -> Self {
        for other in self.same.keys() {
            self.others.entry(self.main(*other)).or_default().push(*other);
        }
        self
    }
}

/// Addresses of two families at which the same user is named within a short time, and at no other of either family.
fn both(evidence: &Evidence) -> Vec<(IpAddr, IpAddr)> {
    let mut named: BTreeMap<String, Vec<(IpAddr, Timestamp)>> = BTreeMap::new();
    let registered = evidence.registrations.iter().map(|r| (r.user.as_str(), r.client.ip(), r.first()));
    let surfing = evidence.web.iter().filter_map(|w| Some((w.user.as_deref()?, w.client.ip(), w.first()?.time)));
    for (user, client, time) in registered.chain(surfing).filter(|(user, ..)| user.contains('@')) {
        let places = named.entry(user.to_ascii_lowercase()).or_default();
        if places.len() < MAX_PLACES {
            places.push((client, time));
        }
    }
    let alone = |places: &[(IpAddr, Timestamp)], four: bool| {
        let mut all = places.iter().map(|(client, _)| *client).filter(|client| client.is_ipv4() == four);
        let first = all.next()?;
        all.all(|other| other == first).then_some(first)
    };
    let pair = |places: &Vec<(IpAddr, Timestamp)>| {
        let (four, six) = (alone(places, true)?, alone(places, false)?);
        let times = |of: IpAddr| places.iter().filter(move |(client, _)| *client == of).map(|(_, time)| *time);
        let near = times(four).any(|a| times(six).any(|b| a.since(b).abs() <= NEAR));
        (places.len() < MAX_PLACES && near).then_some((four, six))
    };
    named.values().filter_map(pair).collect()
}

/// Connections that a sign-in may have made.
fn calls(evidence: &Evidence) -> Vec<Call> {
    let registered = evidence
        .registrations
        .iter()
        .filter_map(|r| r.steps.first().map(|step| (r.client.ip(), r.server.ip(), step.time)));
    let unopened =
        evidence.connections.unopened.iter().filter_map(|u| Some((u.client.ip(), u.server.ip(), u.life.opened?.1)));
    let tls = evidence.tls.iter().map(|t| (t.client.ip(), t.server.ip(), t.time));
    registered.chain(unopened).chain(tls).collect()
}

/// True if the name is one that a sign-in begins with.
pub(super) fn is_candidate(name: &str, kind: u16) -> bool {
    candidate(name, kind).is_some()
}
