//! Steps of a ladder out of the facts of messages: a fold beside the analysis, over the same facts.

use super::{Ladder, Lifeline, Role, State, Step};
use crate::analysis::{alert_name, tls_version};
use crate::fact::{
    Connection, Credential, Direction, Fact, FactRow, Handshake, Head, Kerberos, KerberosKind, Language, Lookup, Ntlm,
    Offer, Place, Start, Token,
};
use crate::knowledge;
use crate::report::model::Report;
use crate::signin::SignIn;
use crate::wire::Timestamp;
use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// Steps kept of a capture.
const MAX_STEPS: usize = 200_000;
/// Steps drawn in one ladder.
const MAX_DRAWN: usize = 1_000;
/// Facts of one message that are looked at.
const MAX_FACTS: usize = 256;
/// Characters of a label.
const MAX_LABEL: usize = 100;
/// Longest time from a question for a name to its answer, in nanoseconds.
const LOOKUP: i64 = 5 * NANOS;
/// Names kept of servers.
const MAX_NAMES: usize = 20_000;

/// A message that may become a step.
#[derive(Clone, Debug)]
struct Seen {
    frame: u64,
    time: Timestamp,
    client: SocketAddr,
    server: SocketAddr,
    from: Direction,
    role: Role,
    label: Box<str>,
    state: State,
    encrypted: bool,
    flow: u32,
    /// Whose address it names, in SIP.
    user: Option<Box<str>>,
}

/// Which messages make a ladder.
#[derive(Clone, Debug)]
struct Choice<'c> {
    title: String,
    sentence: String,
    /// The client's addresses: it asks its KDC over IPv4 and signs in over IPv6.
    clients: &'c [IpAddr],
    /// The first and the last frame.
    frames: (u64, u64),
    /// Questions for names that were asked since then belong to it too: a sign-in counts from their answers.
    since: Timestamp,
    /// Frames that belong to it in any case.
    also: BTreeSet<u64>,
    /// The SIP address that signs in; SIP of other users at the same machine is left out.
    user: Option<&'c str>,
    /// Where it failed, the frames in the order of preference.
    failed: Vec<u64>,
}

/// The fold.
#[derive(Debug, Default)]
pub struct Steps {
    group: Option<(Place, Vec<Fact>)>,
    seen: Vec<Seen>,
    dropped: u64,
    names: HashMap<IpAddr, String>,
}

impl Steps {
    /// Takes the next fact.
    pub fn observe(&mut self, row: &FactRow) {
        match &mut self.group {
            Some((place, facts)) if place.pdu == row.place.pdu => {
                if facts.len() < MAX_FACTS {
                    facts.push(row.fact.clone());
                }
            }
            _ => {
                self.flush();
                self.group = Some((row.place, vec![row.fact.clone()]));
            }
        }
    }

    /// The capture is over.
    pub fn finish(&mut self) {
        self.flush();
        self.seen.sort_by_key(|seen| seen.frame);
    }

    /// All facts of a message were told, so that a ladder may be drawn of what there is.
    pub fn settle(&mut self) {
        self.flush();
    }

    /// Where packets come for ever, the oldest steps make room in time.
    pub fn make_room(&mut self) {
        if self.seen.len() >= MAX_STEPS.saturating_sub(MAX_FACTS) {
            self.seen.drain(..MAX_STEPS / 4);
        }
        if self.names.len() >= MAX_NAMES {
            self.names.clear();
        }
    }

    fn flush(&mut self) {
        let Some((place, facts)) = self.group.take() else { return };
        let Some(told) = tell(&facts) else { return };
        if let Some(name) = told.name.filter(|_| place.from == Direction::ToServer)
            && (self.names.len() < MAX_NAMES || self.names.contains_key(&place.server.ip()))
        {
            self.names.entry(place.server.ip()).or_insert(name);
        }
        if self.seen.len() >= MAX_STEPS {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        self.seen.push(Seen {
            frame: place.frame,
            time: place.time,
            client: place.client,
            server: place.server,
            from: place.from,
            role: told.role,
            label: told.label.chars().take(MAX_LABEL).collect::<String>().into(),
            state: told.state,
            encrypted: place.encrypted,
            flow: place.flow,
            user: told.user.map(Into::into),
        });
    }

    /// The ladder of a sign-in.
    pub fn sign_in(&self, s: &SignIn, report: &Report) -> Ladder {
        let legs = report.negotiations.iter().filter(|n| s.negotiations.contains(&n.id));
        let legs = legs.flat_map(|n| n.legs.iter().map(|leg| leg.frame));
        let also: BTreeSet<u64> = s
            .stages
            .iter()
            .flat_map(|row| row.frames.iter().copied())
            .chain(s.evidence.iter().copied())
            .chain(legs)
            .collect();
        let first = also.first().map_or(s.first_frame, |frame| s.first_frame.min(*frame));
        let last = also.last().map_or(s.last_frame, |frame| s.last_frame.max(*frame));
        let who = s.user.clone().unwrap_or_else(|| s.client.to_string());
        let stage = s.failed_stage.map_or(String::new(), |stage| format!(" at {}", stage.name()));
        // The server's word is where it failed; without one, the last that proves it.
        let words = s.server_words.as_ref().map(|words| words.frame);
        let failed =
            s.failed_stage.map_or(Vec::new(), |_| words.into_iter().chain(s.evidence.iter().rev().copied()).collect());
        self.ladder(&Choice {
            title: format!("#{} {who}: {}{stage}", s.id, s.outcome.words()),
            sentence: s.sentence.clone(),
            clients: &s.addresses,
            frames: (first, last),
            since: Timestamp(s.started.0.saturating_sub(LOOKUP)),
            also,
            user: s.user.as_deref(),
            failed,
        })
    }

    /// What these frames say.
    pub fn frames(&self, title: String, frames: BTreeSet<u64>) -> Ladder {
        self.ladder(&Choice {
            title,
            sentence: String::new(),
            clients: &[],
            frames: (0, 0),
            since: Timestamp(i64::MAX),
            also: frames,
            user: None,
            failed: Vec::new(),
        })
    }

    /// Everything that one client did.
    pub fn client(&self, client: IpAddr) -> Ladder {
        self.ladder(&Choice {
            title: client.to_string(),
            sentence: String::new(),
            clients: &[client],
            frames: (0, u64::MAX),
            since: Timestamp::default(),
            also: BTreeSet::new(),
            user: None,
            failed: Vec::new(),
        })
    }

    /// The ladder of these messages.
    fn ladder(&self, choice: &Choice<'_>) -> Ladder {
        let mine = |seen: &&Seen| {
            let own = choice.clients.contains(&seen.client.ip())
                && seen.frame <= choice.frames.1
                && (seen.frame >= choice.frames.0 || seen.role == Role::Dns && seen.time >= choice.since)
                && match (choice.user, &seen.user) {
                    (Some(wanted), Some(named)) => wanted.eq_ignore_ascii_case(named),
                    _ => true,
                };
            own || choice.also.contains(&seen.frame)
        };
        let mut ladder = Ladder { title: choice.title.clone(), sentence: choice.sentence.clone(), ..Ladder::default() };
        let mut lines: HashMap<IpAddr, usize> = HashMap::default();
        let mut chosen: Vec<&Seen> = self.seen.iter().filter(mine).collect();
        // What was told when a connection was closed stands behind what came later.
        chosen.sort_by_key(|seen| seen.frame);
        ladder.more = u64::try_from(chosen.len().saturating_sub(MAX_DRAWN)).unwrap_or(0).saturating_add(self.dropped);
        chosen.truncate(MAX_DRAWN);
        for seen in &chosen {
            // The client has one lifeline, whichever of its addresses it uses.
            let client = choice.clients.first().copied().unwrap_or(seen.client.ip());
            let ends = [(client, Role::Client), (seen.server.ip(), seen.role)];
            let [client, server] = ends.map(|(ip, role)| {
                let at = *lines.entry(ip).or_insert_with(|| {
                    ladder.lifelines.push(Lifeline { roles: BTreeSet::new(), address: ip.to_string(), name: None });
                    ladder.lifelines.len().saturating_sub(1)
                });
                if let Some(line) = ladder.lifelines.get_mut(at) {
                    line.roles.insert(role);
                    if role != Role::Client && line.name.is_none() {
                        line.name = self.names.get(&ip).cloned();
                    }
                }
                at
            });
            let (from, to) = if seen.from == Direction::ToServer { (client, server) } else { (server, client) };
            let same = |last: &&mut Step| (last.from, last.to) == (from, to) && *last.label == *seen.label;
            if let Some(last) = ladder.steps.last_mut().filter(same) {
                last.count = last.count.saturating_add(1);
                continue;
            }
            ladder.steps.push(Step {
                frame: seen.frame,
                time: seen.time,
                from,
                to,
                protocol: seen.role.protocol(),
                label: seen.label.to_string(),
                state: seen.state,
                count: 1,
                encrypted: seen.encrypted,
                flow: seen.flow,
            });
        }
        let failed = choice.failed.iter().find_map(|frame| ladder.steps.iter().position(|s| s.frame == *frame));
        if let Some(step) = failed.and_then(|at| ladder.steps.get_mut(at)) {
            step.state = State::Failed;
        }
        ladder
    }
}

impl Role {
    const fn protocol(self) -> &'static str {
        match self {
            Self::Client => "",
            Self::Dns => "DNS",
            Self::Kdc => "KRB",
            Self::FrontEnd => "SIP",
            Self::Proxy | Self::Web => "HTTP",
            Self::Tls => "TLS",
        }
    }
}

/// What one message says.
struct Told {
    role: Role,
    label: String,
    state: State,
    /// What the server is called.
    name: Option<String>,
    user: Option<String>,
}

fn tell(facts: &[Fact]) -> Option<Told> {
    facts.iter().find_map(|fact| match fact {
        Fact::Head(head) => Some(message(head, facts)),
        Fact::Lookup(lookup) => Some(name(lookup)),
        Fact::Kerberos(ticket) => Some(exchange(ticket)),
        Fact::Handshake(said) => handshake(said),
        Fact::Connection(life) => connection(life),
        _ => None,
    })
}

/// A message of SIP or HTTP, with what its tokens say.
fn message(head: &Head, facts: &[Fact]) -> Told {
    let role = match (head.language, &head.start) {
        (Language::Sip, _) => Role::FrontEnd,
        (_, Start::Request { method, .. }) if method == "CONNECT" => Role::Proxy,
        _ => Role::Web,
    };
    let sip = head.sip.as_deref();
    let user = sip.map(|s| s.from.strip_prefix("sip:").unwrap_or(&s.from).to_owned());
    let offers: Vec<&Offer> =
        facts.iter().filter_map(|f| if let Fact::Offer(o) = f { Some(&**o) } else { None }).collect();
    let given = facts.iter().find_map(|f| if let Fact::Credential(c) = f { Some(&**c) } else { None });
    let inside = token(facts);
    let (label, state) = match &head.start {
        Start::Request { method, target } => {
            let what = match head.language {
                Language::Sip => method.clone(),
                Language::Http => format!("{method} {}", path(target)),
            };
            let with = given.map_or(String::new(), |c| format!(" {}", credential(c, inside.as_deref())));
            (format!("{what}{with}"), State::Plain)
        }
        Start::Response { status, phrase } => {
            let asked = challenge(&offers, inside.as_deref());
            let id = head.diagnostics.first().map_or(String::new(), |d| format!(" ms-diagnostics {}", d.id));
            let words = if asked.is_empty() { format!(" {phrase}") } else { format!(" {asked}") };
            let state = match status {
                401 | 407 => State::Asked,
                200..=299 => State::Good,
                400.. => State::Bad,
                _ => State::Plain,
            };
            (format!("{status}{words}{id}"), state)
        }
    };
    let host = head.host.as_deref().map(|h| h.rsplit_once(':').map_or(h, |(host, _)| host).to_owned());
    Told { role, label, state, name: host, user }
}

/// The path of a target, without query: that is long, and may hold tickets.
fn path(target: &str) -> &str {
    let end = target.find(['?', '#']).unwrap_or(target.len());
    target.get(..end).unwrap_or(target)
}

/// What the token in a header turned out to be.
fn token(facts: &[Fact]) -> Option<String> {
    facts.iter().find_map(|fact| {
        Some(match fact {
            Fact::Ntlm(ntlm) => match &**ntlm {
                Ntlm::Negotiate { .. } => "NTLM negotiate".into(),
                Ntlm::Challenge(_) => "NTLM challenge".into(),
                Ntlm::Authenticate(said) if said.user.is_empty() => "NTLM authenticate".into(),
                Ntlm::Authenticate(said) => format!("NTLM authenticate {}", said.user),
            },
            Fact::Kerberos(ticket) => match ticket.kind {
                KerberosKind::ApReq => {
                    let service = ticket.service.as_ref().map_or(String::new(), |s| format!(" for {}", s.name));
                    format!("Kerberos ticket{service}")
                }
                KerberosKind::ApRep => "Kerberos answer".into(),
                _ => exchange(ticket).label,
            },
            Fact::Tls(flight) if flight.alert.is_some_and(|code| code != 0) => {
                format!("TLS-DSK alert {}", alert_name(flight.alert.unwrap_or(0)))
            }
            Fact::Tls(flight) if flight.client_hello => "TLS-DSK ClientHello".into(),
            Fact::Tls(flight) if flight.server_hello => "TLS-DSK ServerHello".into(),
            Fact::Tls(flight) if !flight.certificates.is_empty() => "TLS-DSK certificate".into(),
            Fact::Tls(_) => "TLS-DSK finished".into(),
            _ => return None,
        })
    })
}

fn credential(c: &Credential, inside: Option<&str>) -> String {
    match (inside, c.token) {
        (Some(said), _) => said.to_owned(),
        (None, Token::Empty) => format!("{} start", c.scheme),
        _ if c.signature.is_some() => format!("{} signed", c.scheme),
        _ => match c.user.as_deref().filter(|user| !user.is_empty()) {
            Some(user) => format!("{} {user}", c.scheme),
            None => c.scheme.to_string(),
        },
    }
}

fn challenge(offers: &[&Offer], inside: Option<&str>) -> String {
    if let Some(said) = inside.filter(|_| !offers.is_empty()) {
        return said.to_owned();
    }
    let mut schemes: Vec<String> = Vec::new();
    for offer in offers {
        let scheme = offer.scheme.to_string();
        if !schemes.contains(&scheme) {
            schemes.push(scheme);
        }
    }
    schemes.join(", ")
}

/// A connection that never came about.
fn connection(life: &Connection) -> Option<Told> {
    if life.accepted || life.syns == 0 {
        return None;
    }
    let label = if life.ended.is_some_and(|end| end.reset) { "SYN, refused" } else { "SYN, no answer" };
    Some(Told { role: Role::Tls, label: label.into(), state: State::Bad, name: None, user: None })
}

/// A name asked for, or answered.
fn name(lookup: &Lookup) -> Told {
    let kind = match lookup.kind {
        1 => "A",
        28 => "AAAA",
        33 => "SRV",
        5 => "CNAME",
        12 => "PTR",
        _ => "other",
    };
    let (label, state) = match lookup.code {
        None => (format!("{kind} {}", lookup.name), State::Plain),
        Some(0) => {
            let services = lookup.services.iter().map(|(host, port)| format!("{host}:{port}"));
            let answers: Vec<String> =
                services.chain(lookup.addresses.iter().map(ToString::to_string)).take(3).collect();
            if answers.is_empty() {
                (format!("{kind} no record"), State::Bad)
            } else {
                (format!("{kind} {}", answers.join(", ")), State::Good)
            }
        }
        Some(1) => (format!("{kind} format error"), State::Bad),
        Some(2) => (format!("{kind} server failure"), State::Bad),
        Some(3) => (format!("{kind} no such name"), State::Bad),
        Some(5) => (format!("{kind} refused"), State::Bad),
        Some(code) => (format!("{kind} code {code}"), State::Bad),
    };
    Told { role: Role::Dns, label, state, name: None, user: None }
}

/// A message to or from a KDC.
fn exchange(ticket: &Kerberos) -> Told {
    let service = ticket.service.as_ref().map_or(String::new(), |s| format!(" {}", s.name));
    let (label, state) = match ticket.kind {
        KerberosKind::AsReq => (format!("AS-REQ{service}"), State::Plain),
        KerberosKind::AsRep => (format!("AS-REP{service}"), State::Good),
        KerberosKind::TgsReq => (format!("TGS-REQ{service}"), State::Plain),
        KerberosKind::TgsRep => (format!("TGS-REP{service}"), State::Good),
        KerberosKind::ApReq => (format!("AP-REQ{service}"), State::Plain),
        KerberosKind::ApRep => ("AP-REP".into(), State::Good),
        KerberosKind::Error => {
            let code = ticket.error.unwrap_or(0);
            let name = knowledge::kerberos::error_name(code).unwrap_or("KRB-ERROR");
            // Pre-authentication required is a step, not a refusal.
            (format!("{name} ({code})"), if code == 25 { State::Asked } else { State::Bad })
        }
    };
    Told { role: Role::Kdc, label, state, name: None, user: None }
}

/// What a TLS connection says while it is set up.
fn handshake(said: &Handshake) -> Option<Told> {
    let (label, state, name) = if let Some(alert) = said.alert.filter(|a| !matches!(a.code, 0 | 90)) {
        (format!("alert {}", alert_name(alert.code)), State::Bad, None)
    } else if let Some(offer) = &said.offer {
        let host = offer.server_name.as_ref().map_or(String::new(), |n| format!(" {n}"));
        (format!("ClientHello{host}"), State::Plain, offer.server_name.clone())
    } else if let Some(choice) = &said.choice {
        (format!("ServerHello {}", tls_version(choice.version)), State::Plain, None)
    } else if said.chain > 0 {
        ("Certificate".into(), State::Plain, None)
    } else {
        return None;
    };
    Some(Told { role: Role::Tls, label, state, name, user: None })
}
