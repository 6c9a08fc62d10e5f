//! Names that clients asked for, and what they were told: one entry a client, name and type, and a new one each time that
//! it asks again after a pause.

use crate::fact::{Lookup, Place};
use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
use crate::wire::words::Words;
use crate::wire::{Timestamp, grow};
use std::borrow::Cow;
use std::hash::BuildHasher;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Look-ups kept of names that a sign-in begins with.
const MAX_KEPT: usize = 20_000;
/// Look-ups kept of any other names.
const MAX_OTHERS: usize = 8_000;
/// Addresses and targets kept of an answer.
const MAX_ANSWERS: usize = 16;
/// Whoever asks again after this much silence wants to know anew, in nanoseconds: resolvers go on for 15 s at most, from one
/// server to the next.
const ANEW: i64 = 30 * NANOS;

/// How long a resolver waits for an answer at least, in nanoseconds.
const AGAIN: i64 = NANOS / 2;

/// An address record.
pub const A: u16 = 1;
/// An address record of IPv6.
pub const AAAA: u16 = 28;
/// A service record (RFC 2782).
pub const SRV: u16 = 33;

/// A name that was asked for.
#[derive(Clone, Debug)]
pub struct LookupSeen {
    /// Who asked.
    pub client: IpAddr,
    /// Who was asked first, or gave the answer.
    pub server: SocketAddr,
    /// The name, in lower case.
    pub name: Arc<str>,
    /// The type: [`A`], [`AAAA`], [`SRV`].
    pub kind: u16,
    /// The first question.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// The last question.
    pub last: Timestamp,
    /// How often it was asked.
    pub tries: u16,
    /// How often it was answered.
    pub answers: u16,
    /// The first answer of the most telling kind: frame, time, response code.
    pub answer: Option<(u64, Timestamp, u8)>,
    /// Addresses answered.
    pub addresses: Vec<IpAddr>,
    /// SRV targets answered: host in lower case, and port.
    pub services: Vec<(String, u16)>,
    /// The last of the canonical names answered, in lower case: the name is an alias of it.
    pub alias: Option<Arc<str>>,
    /// An answer came of which not all records are here.
    pub cut: bool,
}

impl LookupSeen {
    /// The name was answered, but there is nothing by it, or nothing of this type.
    pub fn is_empty(&self) -> bool {
        self.answer.is_some() && !self.leads_somewhere() && !self.cut
    }

    /// There is an address or a host by it.
    pub fn leads_somewhere(&self) -> bool {
        !(self.addresses.is_empty() && self.services.is_empty())
    }

    /// There is no such name (NXDOMAIN). Of an alias it is what it stands for that does not exist.
    pub fn is_denied(&self) -> bool {
        self.alias.is_none() && self.answer.is_some_and(|(_, _, code)| code == 3)
    }

    /// The server would or could not answer (SERVFAIL, REFUSED and the like).
    pub fn is_refused(&self) -> bool {
        self.answer.is_some_and(|(_, _, code)| !matches!(code, 0 | 3))
    }

    /// It was asked again for want of an answer. Where one fails, the next server is asked at once.
    pub fn was_repeated(&self) -> bool {
        self.tries > 1 && self.last.since(self.time) >= AGAIN
    }

    /// How much an answer decides: what helps, then what there is nothing by, then a server that would or could not say.
    /// Resolvers ask the next server after the latter.
    fn weight(helps: bool, code: u8) -> u8 {
        match code {
            _ if helps => 2,
            0 | 3 => 1,
            _ => 0,
        }
    }

    /// Its last question or answer.
    fn latest(&self) -> Timestamp {
        self.answer.map_or(self.last, |(_, time, _)| time.max(self.last))
    }

    /// The frame of the answer, or of the question.
    pub fn proof(&self) -> u64 {
        self.answer.map_or(self.frame, |(frame, ..)| frame)
    }
}

/// The SIP domain that a client looks for, if it asks for a name that a sign-in begins with: the candidate names of a
/// Lync client ([MS-OCDISCWS] and RFC 3263).
pub fn candidate(name: &str, kind: u16) -> Option<&str> {
    const HOSTS: [&str; 5] = ["lyncdiscoverinternal.", "lyncdiscover.", "sipinternal.", "sipexternal.", "sip."];
    const SERVICES: [&str; 6] =
        ["_sipinternaltls._tcp.", "_sipinternal._tcp.", "_sip._tls.", "_sips._tcp.", "_sip._tcp.", "_sip._udp."];
    let list = if kind == SRV { &SERVICES[..] } else { &HOSTS[..] };
    list.iter().find_map(|prefix| name.strip_prefix(prefix)).filter(|domain| domain.contains('.'))
}

/// Collects them.
#[derive(Clone, Debug, Default)]
pub(super) struct LookupLog {
    list: Vec<LookupSeen>,
    /// Where the newest stands, by the hash of who asks for which record of which name: there are many, and the list has
    /// the rest.
    seen: HashMap<u64, u32>,
    others: usize,
    words: Words,
}

impl LookupLog {
    /// All of them, in the order in which they were asked.
    pub(super) fn finish(self) -> Vec<LookupSeen> {
        let mut list = self.list;
        list.sort_by_cached_key(|lookup| (lookup.frame, lookup.kind));
        list
    }

    pub(super) fn observe(&mut self, place: &Place, said: &Lookup) {
        if !matches!(said.kind, A | AAAA | SRV) || said.name.is_empty() || said.name.len() > 255 {
            return;
        }
        let client = place.client.ip();
        let name = lower(&said.name);
        let key = self.seen.hasher().hash_one((client, said.kind, &*name));
        let known = self.seen.get(&key).and_then(|at| usize::try_from(*at).ok()).filter(|at| {
            self.list.get(*at).is_some_and(|l| l.client == client && l.kind == said.kind && *l.name == *name)
        });
        let newest = known.and_then(|at| self.list.get(at));
        // An answer belongs to the question that waits for it, however late it is.
        let goes_on = newest.filter(|before| {
            place.time.since(before.latest()) <= ANEW || said.code.is_some() && before.answer.is_none()
        });
        let is_candidate = || candidate(&name, said.kind).is_some();
        let full = || if is_candidate() { self.list.len() >= MAX_KEPT } else { self.others >= MAX_OTHERS };
        let at = if let Some(at) = known.filter(|_| goes_on.is_some() || full()) {
            at
        } else {
            if full() {
                return;
            }
            self.others = self.others.saturating_add(usize::from(!is_candidate()));
            grow::push(
                &mut self.list,
                LookupSeen {
                    client,
                    server: place.server,
                    name: self.words.keep(&name),
                    kind: said.kind,
                    frame: place.frame,
                    time: place.time,
                    last: place.time,
                    tries: 0,
                    answers: 0,
                    answer: None,
                    addresses: Vec::new(),
                    services: Vec::new(),
                    alias: None,
                    cut: false,
                },
            );
            let at = self.list.len().saturating_sub(1);
            self.seen.insert(key, u32::try_from(at).unwrap_or(u32::MAX));
            at
        };
        let Some(seen) = self.list.get_mut(at) else { return };
        let Some(code) = said.code else {
            seen.tries = seen.tries.saturating_add(1);
            seen.last = place.time;
            return;
        };
        seen.answers = seen.answers.saturating_add(1);
        // An answer that helps takes the place of one that did not.
        let helps = !(said.addresses.is_empty() && said.services.is_empty());
        seen.cut |= said.cut;
        let before = seen.answer.map(|(.., code)| LookupSeen::weight(seen.leads_somewhere(), code));
        if before.is_none_or(|before| LookupSeen::weight(helps, code) > before) {
            (seen.answer, seen.server) = (Some((place.frame, place.time, code)), place.server);
            seen.alias = said.aliases.last().map(|alias| self.words.keep(&lower(alias)));
        }
        // Most have one or two of them.
        if seen.addresses.is_empty() {
            seen.addresses.reserve_exact(said.addresses.len().min(MAX_ANSWERS));
        }
        for address in &said.addresses {
            if seen.addresses.len() < MAX_ANSWERS && !seen.addresses.contains(address) {
                seen.addresses.push(*address);
            }
        }
        if seen.services.is_empty() {
            seen.services.reserve_exact(said.services.len().min(MAX_ANSWERS));
        }
        for (host, port) in &said.services {
            let service = (lower(host).into_owned(), *port);
            if seen.services.len() < MAX_ANSWERS && !seen.services.contains(&service) {
                seen.services.push(service);
            }
        }
    }
}

/// A name without the dot of the root, in lower case.
fn lower(name: &str) -> Cow<'_, str> {
    let name = name.trim_end_matches('.');
    if name.bytes().any(|b| b.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidate_names_and_their_neighbours() {
        assert_eq!(candidate("lyncdiscover.contoso.com", A), Some("contoso.com"));
        assert_eq!(candidate("sip.contoso.com", AAAA), Some("contoso.com"));
        assert_eq!(candidate("_sipinternaltls._tcp.contoso.com", SRV), Some("contoso.com"));
        assert_eq!(candidate("_sipfederationtls._tcp.contoso.com", SRV), None);
        assert_eq!(candidate("lyncdiscover.contoso.com", SRV), None);
        assert_eq!(candidate("sipserver.contoso.com", A), None);
        assert_eq!(candidate("sip.com", A), None);
    }
}
