//! What rules look at: the evidence, and the sign-ins it tells of.

use crate::analysis::{Certificate, Chain, Evidence, Negotiation, WebExchange};
use crate::fact::Direction;
use crate::signin::SignIn;
use crate::wire::hash::HashMap;
use std::cell::LazyCell;
use std::net::{IpAddr, SocketAddr};
use std::ops::{Deref, RangeInclusive};

/// A certificate that a server showed, to a connection or inside TLS-DSK, and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct ServerShown<'e> {
    /// To whom.
    pub client: SocketAddr,
    /// Who.
    pub server: SocketAddr,
    /// Its own certificate.
    pub certificate: &'e Certificate,
    /// The frame it came in.
    pub frame: u64,
    /// How many were sent.
    pub sent: usize,
    /// What is wrong.
    pub verdict: &'e Chain,
    /// The frame in which the client said that it does not know the authority.
    pub unknown_authority: Option<u64>,
}

/// unknown_ca
const UNKNOWN_CA: u8 = 48;

/// The sign-ins of one client address: behind a proxy there may be thousands, and each is asked for its neighbours.
#[derive(Debug, Default)]
struct Crowd<'e> {
    /// In the order in which they began.
    all: Vec<&'e SignIn>,
    /// The last frame of all up to this one.
    reach: Vec<u64>,
}

impl<'e> Crowd<'e> {
    /// Adds the one that began last.
    fn push(&mut self, signin: &'e SignIn) {
        let reach = self.reach.last().map_or(signin.last_frame, |reach| signin.last_frame.max(*reach));
        self.all.push(signin);
        self.reach.push(reach);
    }

    /// Those under way in these frames, the latest first.
    fn during(&self, frames: RangeInclusive<u64>) -> impl Iterator<Item = &'e SignIn> {
        let (from, to) = frames.into_inner();
        let begun = self.all.partition_point(|signin| signin.first_frame <= to);
        let begun = self.all.iter().zip(&self.reach).take(begun).rev();
        begun.take_while(move |(_, reach)| **reach >= from).map(|(s, _)| *s).filter(move |s| s.last_frame >= from)
    }
}

/// Everything a rule may ask about.
#[derive(Debug)]
pub struct Facts<'e> {
    evidence: &'e Evidence,
    /// The sign-ins.
    pub sign_ins: &'e [SignIn],
    by_client: HashMap<IpAddr, Crowd<'e>>,
    /// In the order of their first frames.
    web_by_client: HashMap<IpAddr, Vec<&'e WebExchange>>,
    by_negotiation: HashMap<u32, &'e SignIn>,
    by_question: HashMap<u64, &'e WebExchange>,
    by_answer: HashMap<u64, &'e WebExchange>,
}

impl Deref for Facts<'_> {
    type Target = Evidence;

    fn deref(&self) -> &Evidence {
        self.evidence
    }
}

impl<'e> Facts<'e> {
    /// Over this evidence and what it tells of.
    pub fn new(evidence: &'e Evidence, sign_ins: &'e [SignIn]) -> Self {
        let (mut by_client, mut web_by_client) = (HashMap::<_, Crowd<'_>>::default(), HashMap::<_, Vec<_>>::default());
        let (mut by_negotiation, mut by_question, mut by_answer) =
            (HashMap::default(), HashMap::default(), HashMap::default());
        let mut begun: Vec<&SignIn> = sign_ins.iter().collect();
        begun.sort_by_key(|signin| signin.first_frame);
        for signin in begun {
            for address in &signin.addresses {
                by_client.entry(*address).or_default().push(signin);
            }
            by_negotiation.extend(signin.negotiations.iter().map(|id| (*id, signin)));
        }
        for exchange in &evidence.web {
            web_by_client.entry(exchange.client.ip()).or_default().push(exchange);
            by_question.extend(exchange.request.map(|request| (request.frame, exchange)));
            by_answer.extend(exchange.response.map(|answer| (answer.frame, exchange)));
        }
        for all in web_by_client.values_mut() {
            all.sort_by_key(|exchange: &&WebExchange| began(exchange));
        }
        Self { evidence, sign_ins, by_client, web_by_client, by_negotiation, by_question, by_answer }
    }

    /// The certificates that servers showed.
    pub fn servers_shown(&self) -> impl Iterator<Item = ServerShown<'e>> {
        let outside = self.evidence.tls.iter().filter_map(|talk| {
            let told = talk.alert.filter(|(alert, by)| alert.code == UNKNOWN_CA && *by == Direction::ToServer);
            Some(ServerShown {
                client: talk.client,
                server: talk.server,
                certificate: talk.certificate.as_deref()?,
                frame: talk.certificate_at?.0,
                sent: talk.chain,
                verdict: talk.verdict.as_ref()?,
                unknown_authority: told.and_then(|_| talk.frames.last().copied()),
            })
        });
        let inside = self.evidence.negotiations.iter().filter_map(|n| {
            let shown = n.association().server_certificate.as_deref()?;
            Some(ServerShown {
                client: n.client,
                server: n.server,
                certificate: &shown.certificate,
                frame: shown.frame,
                sent: shown.chain,
                verdict: shown.verdict.as_ref()?,
                unknown_authority: None,
            })
        });
        outside.chain(inside)
    }

    /// Sign-ins of this client that were under way in this frame.
    pub fn sign_ins_at(&self, client: IpAddr, frame: u64) -> impl Iterator<Item = &'e SignIn> {
        self.by_client.get(&client).into_iter().flat_map(move |crowd| crowd.during(frame..=frame))
    }

    /// Exchanges with web services during this sign-in, by its client. Behind an address that others share, only those that
    /// name its user.
    pub fn exchanges_of(&self, signin: &SignIn) -> Vec<&'e WebExchange> {
        let span = signin.first_frame..=signin.last_frame;
        let mine = |name: &str| signin.user.as_deref().is_none_or(|user| user.eq_ignore_ascii_case(name));
        let here = || signin.addresses.iter().filter_map(|address| self.by_client.get(address));
        let shared = LazyCell::new(|| {
            let mut others = here().flat_map(|crowd| crowd.during(span.clone()));
            others.any(|other| other.user.as_deref().is_some_and(|user| !mine(user)))
        });
        let all = signin.addresses.iter().filter_map(|address| self.web_by_client.get(address));
        let during = |all: &'_ Vec<&'e WebExchange>| {
            let [from, to] =
                [*span.start(), span.end().saturating_add(1)].map(|f| all.partition_point(|w| began(w) < f));
            all.get(from..to).unwrap_or_default().to_vec()
        };
        all.flat_map(during).filter(|w| w.user.as_deref().map_or_else(|| !*shared, mine)).collect()
    }

    /// The exchange with a web service that was asked in this frame.
    pub fn exchange_asked(&self, frame: u64) -> Option<&'e WebExchange> {
        self.by_question.get(&frame).copied()
    }

    /// The exchange with a web service that was answered in this frame.
    pub fn exchange_answered(&self, frame: u64) -> Option<&'e WebExchange> {
        self.by_answer.get(&frame).copied()
    }

    /// The sign-in that this negotiation belongs to.
    pub fn sign_in_of(&self, negotiation: &Negotiation) -> Option<&'e SignIn> {
        self.by_negotiation.get(&negotiation.id).copied()
    }
}

/// The frame in which an exchange was first seen.
fn began(exchange: &WebExchange) -> u64 {
    exchange.first().map_or(0, |seen| seen.frame)
}
