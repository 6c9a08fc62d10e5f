//! What was asked of web services, and what they answered: one entry an exchange, request and response joined.
//!
//! A fold with a budget. Exchanges with services that have no part in signing in are counted against a smaller one, so
//! that somebody's browsing does not push a sign-in out.

use super::exchange::{Operation, Seen, WebExchange, bounded};
use super::group::{Auth, Group};
use super::sip::address;
use crate::fact::{Credential, Fact, Head, KerberosKind, Ntlm, Scheme, Start, Token, Web};
use crate::knowledge::service::{Service, place_of};
use crate::wire::grow;
use crate::wire::hash::{HashMap, HashSet};
use crate::wire::words::{Shared, Words};
use std::collections::VecDeque;

/// Exchanges kept.
const MAX_EXCHANGES: usize = 20_000;
/// Exchanges with services that have no part in a sign-in that are kept.
const MAX_OTHERS: usize = 4_000;
/// Requests of a connection that wait for their answer.
const MAX_WAITING: usize = 64;
/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct WebExchanges {
    all: Vec<WebExchange>,
    /// Requests without an answer, by connection: transaction and place in `all`.
    waiting: HashMap<u32, VecDeque<(u32, usize)>>,
    others: usize,
    dropped: u64,
    /// Connections to services that take part in signing in.
    flows: HashSet<u32>,
    words: Words,
    /// Servers offer one of few lists.
    schemes: Shared<[Scheme]>,
}

impl WebExchanges {
    /// The exchanges in the order they began, and how many did not fit.
    pub(super) fn into_list(self) -> (Vec<WebExchange>, u64) {
        (self.all, self.dropped)
    }

    /// True if the flow carried an exchange of a sign-in.
    pub(super) fn knows(&self, flow: u32) -> bool {
        self.flows.contains(&flow)
    }

    pub(super) fn message(&mut self, group: &Group, head: &Head) {
        match &head.start {
            Start::Request { method, target } => self.request(group, head, method, target),
            // An interim response is none.
            Start::Response { status, .. } if *status < 200 && *status != 101 => {}
            Start::Response { status, .. } => self.response(group, head, *status),
        }
    }

    fn request(&mut self, group: &Group, head: &Head, method: &str, target: &str) {
        let mut exchange = WebExchange::new(&group.place);
        let (host, path) = place_of(target, head.host.as_deref());
        exchange.service = Service::of(method, host, path);
        exchange.request = Some(Seen { frame: group.place.frame, time: group.place.time });
        exchange.cut = !head.whole;
        exchange.proxied = method != "CONNECT" && !target.starts_with('/') && target.contains("://");
        exchange.method = self.words.keep(bounded(method));
        exchange.user = named_in_query(target).map(|user| self.words.keep(&user));
        (exchange.host, exchange.path) =
            (self.words.keep(&bounded(host).to_ascii_lowercase()), self.words.keep(bounded(path)));
        exchange.user_agent = self.words.keep(head.user_agent.as_deref().map_or("", bounded));
        exchange.operation = operation(method, &exchange, group, head);
        // What is for the server counts, be there something for the proxy beside it.
        let of_server = group.credentials().any(|auth| !auth.header.proxy);
        for auth in group.credentials().filter(|auth| !(auth.header.proxy && of_server)) {
            exchange.for_proxy = auth.header.proxy;
            exchange.credential = Some(auth.header.scheme.clone());
            exchange.complete = is_complete(&auth);
            exchange.token_size = auth.header.token.size();
            if let Some(user) = auth.header.user.as_deref().filter(|user| user.contains('@')) {
                exchange.user.get_or_insert_with(|| self.words.keep(bounded(user)));
            }
        }
        for fact in &group.facts {
            exchange.learn(fact, &mut self.words);
        }
        let Some(at) = self.keep(exchange) else { return };
        let waiting = self.waiting.entry(group.place.flow).or_default();
        if waiting.len() >= MAX_WAITING {
            waiting.pop_front();
        }
        waiting.push_back((head.transaction, at));
    }

    fn response(&mut self, group: &Group, head: &Head, status: u16) {
        let place = &group.place;
        let found = self.waiting.get_mut(&place.flow).and_then(|waiting| {
            let at = waiting.iter().position(|(transaction, _)| *transaction == head.transaction)?;
            waiting.remove(at)
        });
        if self.waiting.get(&place.flow).is_some_and(VecDeque::is_empty) {
            self.waiting.remove(&place.flow);
        }
        let at = match found {
            Some((_, at)) => at,
            // An answer alone is kept only if it says something.
            None if !group.facts.iter().any(|f| matches!(f, Fact::Web(_)) || is_issued(f)) => return,
            None => match self.keep(WebExchange::new(place)) {
                Some(at) => at,
                None => return,
            },
        };
        let Some(exchange) = self.all.get_mut(at) else { return };
        exchange.response = Some(Seen { frame: place.frame, time: place.time });
        exchange.status = Some(status);
        if exchange.for_proxy && status != 407 && exchange.service != Service::Proxy {
            (exchange.credential, exchange.complete, exchange.token_size) = (None, false, None);
        }
        exchange.cut |= !head.whole;
        exchange.diagnostics.clone_from(&head.diagnostics);
        exchange.product = head.server.as_deref().map(|product| self.words.keep(bounded(product)));
        exchange.offered = self.schemes.keep(&group.offered());
        for offer in group.offers() {
            exchange.continues |= offer.header.token.is_some();
            if let Some(place) = &offer.header.sts_uri {
                exchange.issuer.get_or_insert_with(|| self.words.keep(bounded(place)));
            }
        }
        if let Some(web) = head.web.as_deref() {
            exchange.content_type = self.words.keep(&web.content_type);
            exchange.server_fqdn = web.server_fqdn.as_deref().map(|name| self.words.keep(name));
            exchange.runtime = web.runtime.as_deref().map(|version| self.words.keep(version));
            (exchange.hsts, exchange.any_origin) = (web.hsts, web.any_origin);
            exchange.redirect = web.location.as_deref().map(|place| self.words.keep(place));
            if let Some(url) = &web.ticket_url {
                exchange.issuer = Some(self.words.keep(url));
            }
        }
        for fact in &group.facts {
            exchange.learn(fact, &mut self.words);
        }
    }

    fn keep(&mut self, exchange: WebExchange) -> Option<usize> {
        let other = matches!(exchange.service, Service::Other | Service::Revocation);
        if self.all.len() >= MAX_EXCHANGES || other && self.others >= MAX_OTHERS {
            self.dropped = self.dropped.saturating_add(u64::from(!other));
            return None;
        }
        self.others = self.others.saturating_add(usize::from(other));
        if exchange.service.signs_in() || exchange.service == Service::Proxy {
            self.flows.insert(exchange.flow);
        }
        grow::push(&mut self.all, exchange);
        self.all.len().checked_sub(1)
    }
}

fn is_complete(auth: &Auth<'_, Credential>) -> bool {
    let step = auth.token.iter().find_map(|fact| match fact {
        Fact::Ntlm(message) => Some(matches!(**message, Ntlm::Authenticate(_))),
        Fact::Kerberos(message) => Some(message.kind == KerberosKind::ApReq),
        _ => None,
    });
    let handshake = matches!(auth.header.scheme, Scheme::Ntlm | Scheme::Kerberos | Scheme::Negotiate);
    step.unwrap_or(!handshake || auth.header.token == Token::Broken)
}

fn is_issued(fact: &Fact) -> bool {
    matches!(fact, Fact::WebTicket(ticket) if ticket.issued)
}

fn operation(method: &str, exchange: &WebExchange, group: &Group, head: &Head) -> Operation {
    let last = exchange.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let action = head.web.as_deref().map_or("", |web| web.action.rsplit('/').next().unwrap_or_default());
    let told = |wanted: fn(&Web) -> bool| group.facts.iter().any(|f| matches!(f, Fact::Web(web) if wanted(web)));
    match () {
        () if method == "CONNECT" => Operation::Connect,
        () if last == "mex" => Operation::Metadata,
        () if told(|web| matches!(web, Web::CertificateRequest(_))) || action == "GetAndPublishCert" => {
            Operation::PublishCertificate
        }
        () if told(|web| matches!(web, Web::TicketRequest(_))) => Operation::IssueTicket,
        () if action == "Issue" && matches!(exchange.service, Service::WebTicket(_) | Service::Sts) => {
            Operation::IssueTicket
        }
        () if last.contains("getrootcert") || action.starts_with("GetRootCert") => Operation::RootChain,
        () if exchange.service == Service::OAuthToken && method == "POST" => Operation::Grant,
        () if exchange.service == Service::Ucwa => match method {
            "POST" if last == "applications" => Operation::Apply,
            "DELETE" if exchange.path.to_ascii_lowercase().contains("/applications/") => Operation::Leave,
            "GET" if last == "events" => Operation::Events,
            "GET" => Operation::Fetch,
            _ => Operation::Call,
        },
        () if method == "GET" => Operation::Fetch,
        () => Operation::Call,
    }
}

/// The user that a query names: `sipuri=` of autodiscover, `login=` of the realm service.
fn named_in_query(target: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let named = ["sipuri", "login", "login_hint", "username"].iter().any(|n| name.eq_ignore_ascii_case(n));
        let value = value.replace("%40", "@").replace("%3A", ":").replace("%3a", ":");
        (named && value.contains('@')).then(|| bounded(&address(&value)).to_owned())
    })
}
