//! Exchanges with web services as steps of a sign-in.

use super::purpose::{Purpose, of_name};
use super::stage::Stage;
use super::steps::{Event, Step, Trouble, is_web_service};
use super::story::Story;
use crate::analysis::{Carrier, Operation, Outcome, WebExchange};
use crate::fact::{Direction, Scheme};
use crate::knowledge::service::{Resource, Service};

/// The stage that an exchange belongs to; nothing if it has no part in signing in.
pub(super) fn stage(exchange: &WebExchange) -> Option<Stage> {
    Some(match exchange.service {
        service if service.signs_in() && exchange.status == Some(407) => Stage::Connect,
        // Who is refused there is not let in; the rest of it belongs to one who is.
        Service::Mcx if exchange.status.is_some_and(|status| status >= 400) => Stage::Register,
        Service::Autodiscover(Resource::Frame) => return None,
        Service::Autodiscover(_) => Stage::Discover,
        Service::Proxy => Stage::Connect,
        Service::WebTicket(_) | Service::OAuthToken | Service::Passive | Service::Sts => Stage::Ticket,
        // Phones begin with the chain: they trust nobody before.
        Service::CertProv if matches!(exchange.operation, Operation::RootChain) => Stage::Discover,
        Service::CertProv => Stage::Certificate,
        Service::Ucwa if matches!(exchange.operation, Operation::Apply) => Stage::Register,
        Service::Ucwa | Service::Mcx | Service::Reach | Service::GroupExpansion | Service::AddressBook => {
            Stage::Provision
        }
        // Of what was issued, the answer says what it is without its request.
        _ => match exchange.operation {
            Operation::IssueTicket => Stage::Ticket,
            Operation::PublishCertificate => Stage::Certificate,
            _ => return None,
        },
    })
}

/// Steps of all its exchanges.
pub(super) fn steps<'e>(story: &Story<'e>, out: &mut Vec<Step<'e>>) {
    for exchange in &story.web {
        let Some(stage) = stage(exchange) else { continue };
        let purpose = match exchange.service {
            Service::Proxy => of_name(story, &exchange.host),
            _ => Purpose::Web,
        };
        if let Some(asked) = exchange.request {
            out.push(Step::new(asked.frame, asked.time, stage, Event::Began).to(purpose));
        }
        if let Some(answer) = exchange.response {
            let event = verdict(story, exchange);
            let proxied = |w: &WebExchange| w.server == exchange.server && w.status == Some(407);
            if exchange.status != Some(407) && story.web.iter().any(|w| proxied(w)) {
                out.push(Step::new(answer.frame, answer.time, Stage::Connect, Event::Ok).to(purpose));
            }
            let event = if exchange.issued_out_of_date() { Event::Failed } else { event };
            let step = Step::new(answer.frame, answer.time, stage, event).to(purpose);
            let trouble = (event == Event::Failed).then_some(Trouble::Web(exchange));
            out.push(Step { trouble, ..step });
        } else if let Some(asked) = exchange.request {
            // The service took the request and left without a word.
            let life = story.ending(exchange.flow).filter(|life| life.lost == [0, 0]);
            let end =
                life.and_then(|life| life.ended).filter(|end| end.by == Direction::ToClient && end.time >= asked.time);
            if let Some(end) = end.filter(|_| life.is_some_and(|life| life.seen == [true, true])) {
                out.push(Step::failed(end.frame, end.time, stage, Trouble::Web(exchange)));
            }
        }
    }
    no_scheme(story, out);
}

/// What the answer makes of the request.
fn verdict(story: &Story<'_>, exchange: &WebExchange) -> Event {
    let Some(status) = exchange.status else { return Event::Began };
    match exchange.service {
        Service::Proxy if status < 300 => return Event::Ok,
        Service::Proxy => return Event::Failed,
        _ if status == 407 => return Event::Failed,
        _ => {}
    }
    if asks_for_password(exchange) {
        return Event::Failed;
    }
    // A challenge, to one who has not answered it yet.
    if matches!(status, 401 | 407) && !exchange.complete {
        return Event::Began;
    }
    if (300..400).contains(&status) {
        return if asks_to_log_on(exchange) { Event::Failed } else { Event::Began };
    }
    if status >= 400 || exchange.fault.is_some() {
        return Event::Failed;
    }
    if exchange.is_page_for_document() || exchange.said().page.as_ref().is_some_and(|page| page.adfs_error.is_some()) {
        return Event::Failed;
    }
    match exchange.operation {
        Operation::Metadata | Operation::Call | Operation::Leave => Event::Began,
        Operation::Fetch if matches!(exchange.service, Service::Autodiscover(_)) => {
            if exchange.redirect.is_some() {
                Event::Began
            } else {
                Event::Ok
            }
        }
        Operation::Fetch if matches!(exchange.service, Service::Ucwa) => Event::Ok,
        Operation::Fetch => Event::Began,
        // What was issued may be in the part that was cut off.
        Operation::IssueTicket | Operation::PublishCertificate if !exchange.succeeded() && !exchange.cut => {
            Event::Began
        }
        Operation::IssueTicket if fell_back(story, exchange) => Event::Otherwise,
        _ => Event::Ok,
    }
}

/// True if autodiscover is asked for in general, which the service tells everybody, and something wants to know who asks.
pub(super) fn asks_for_password(exchange: &WebExchange) -> bool {
    let general = matches!(exchange.service, Service::Autodiscover(Resource::Root | Resource::Domain));
    let windows =
        |scheme: &Scheme| matches!(scheme, Scheme::Basic | Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos);
    general
        && exchange.status == Some(401)
        && exchange.server_fqdn.is_none()
        && exchange.issuer.is_none()
        && !exchange.continues
        && !exchange.cut
        && exchange.offered.iter().any(windows)
}

/// Words in the places where gateways ask people to log on.
const LOG_ON: [&str; 8] = ["logon", "login", "signin", "sign-in", "cookieauth", "my.policy", "/sso", "preauth"];

/// True if something in front of the service sends the client to a page of its own to log on.
pub(super) fn asks_to_log_on(exchange: &WebExchange) -> bool {
    let (Some(target), Some((_, host, path))) = (&exchange.redirect, exchange.led_to()) else { return false };
    let target = target.to_ascii_lowercase();
    exchange.server_fqdn.is_none()
        && !exchange.cut
        && Service::of("GET", &host, &path) == Service::Other
        && LOG_ON.iter().any(|word| target.contains(word))
}

/// The service offers one scheme or none at all, and the client, which has the time, sends no credential and does not ask
/// the KDC for one.
fn no_scheme<'e>(story: &Story<'e>, out: &mut Vec<Step<'e>>) {
    let tickets = || story.web.iter().copied().filter(|w| matches!(stage(w), Some(Stage::Ticket | Stage::Certificate)));
    let windows = |scheme: &&Scheme| matches!(scheme, Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos);
    let Some(last) = tickets().next_back().filter(|w| w.status == Some(401)) else { return };
    let (Some(answer), Some(stage)) = (last.response, stage(last)) else { return };
    let tried = tickets().any(|w| w.credential.is_some())
        || story.negotiations.iter().any(|n| n.carrier == Carrier::Kdc || n.carrier == Carrier::Http);
    // What was sent may be in bytes that the capture misses.
    let holes = |w: &&WebExchange| story.ending(w.flow).is_some_and(|life| life.lost[0] > 1);
    let choice = last.offered.iter().filter(windows).count();
    let narrow = choice == 1 || last.offered.is_empty() && last.issuer.is_none();
    if tried || tickets().any(|w| w.cut || holes(&w)) || !narrow {
        return;
    }
    let (frame, time) =
        story.ending(last.flow).and_then(|life| life.client_left).unwrap_or((answer.frame, answer.time));
    out.push(Step::failed(frame.max(answer.frame), time.max(answer.time), stage, Trouble::Web(last)));
}

/// True if Kerberos to the web services failed before: what followed was the second choice.
fn fell_back(story: &Story<'_>, exchange: &WebExchange) -> bool {
    let before = |n: &crate::analysis::Negotiation| {
        n.legs.first().zip(exchange.response).is_some_and(|(leg, answer)| leg.time < answer.time)
    };
    story.negotiations.iter().any(|n| {
        n.carrier == Carrier::Kdc
            && n.outcome == Outcome::Refused
            && n.target.as_deref().is_some_and(is_web_service)
            && before(n)
    })
}
