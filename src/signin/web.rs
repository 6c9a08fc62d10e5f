//! Exchanges with web services as steps of a sign-in.

use super::purpose::{Purpose, of_name};
use super::stage::Stage;
use super::steps::{Event, Step, Trouble, is_web_service};
use super::story::Story;
use crate::analysis::{Carrier, Negotiation, Operation, Outcome, WebExchange};
use crate::fact::{Direction, Scheme};
use crate::knowledge::service::{Resource, Service};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;

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
            let fails = exchange.issued_out_of_date() || is_left_alone(story, exchange);
            let event = if fails { Event::Failed } else { event };
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
            } else if let Some((frame, time)) = silence(story, exchange) {
                out.push(Step::failed(frame, time, stage, Trouble::Web(exchange)));
            }
        }
    }
    no_scheme(story, out);
    asked_anew(story, out);
}

/// How soon after its challenge a server that ends the connection did so with it, in nanoseconds.
const AT_ONCE: i64 = 2 * NANOS;

/// True if the server goes on with NTLM, which holds for one connection, and ends that connection.
fn is_left_alone(story: &Story<'_>, exchange: &WebExchange) -> bool {
    let (Some(401), Some(answer), true) = (exchange.status, exchange.response, exchange.continues) else {
        return false;
    };
    let challenges = |n: &Negotiation| {
        let last = n.legs.last().filter(|leg| leg.frame == answer.frame);
        n.carrier == Carrier::Http && last.is_some_and(|leg| leg.what == "challenge")
    };
    let ended = story.ending(exchange.flow).filter(|life| life.lost == [0, 0]).and_then(|life| life.ended);
    ended.is_some_and(|end| end.by == Direction::ToClient && end.time.since(answer.time) <= AT_ONCE)
        && !exchange.complete
        && story.negotiations.iter().any(|n| challenges(n))
        && !story
            .web
            .iter()
            .any(|w| w.flow == exchange.flow && w.request.is_some_and(|asked| asked.frame > answer.frame))
}

/// How long a service of the sign-in may think before its silence counts, in nanoseconds: longer than one takes that has to
/// be started, and shorter where the client did not wait either.
const PATIENCE: [i64; 2] = [40 * NANOS, 15 * NANOS];

/// The moment at which a request that arrived and was not answered is given up.
fn silence(story: &Story<'_>, exchange: &WebExchange) -> Option<(u64, Timestamp)> {
    let asked = exchange.request.filter(|_| !exchange.cut)?;
    let known = matches!(
        exchange.service,
        Service::Autodiscover(_) | Service::WebTicket(_) | Service::OAuthToken | Service::CertProv
    );
    let life = story.ending(exchange.flow)?;
    let whole = life.lost == [0, 0] && life.seen == [true, true] && life.delivered[Direction::ToServer.index()];
    // Whoever was answered since has gone on elsewhere.
    let later = |time: Timestamp| time > asked.time;
    let answered = story.web.iter().any(|w| w.response.is_some_and(|seen| later(seen.time)))
        || story.registrations.iter().flat_map(|r| &r.steps).any(|step| later(step.time));
    let (at, patience) = match life.client_left {
        Some(left) => (left, PATIENCE[1]),
        None => ((asked.frame, story.evidence.until), PATIENCE[0]),
    };
    (known && whole && !answered && at.1.since(asked.time) >= patience).then_some(at)
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
    if exchange.is_page_for_document()
        || exchange.is_other_document()
        || exchange.said().page.as_ref().is_some_and(|page| page.adfs_error.is_some())
    {
        return Event::Failed;
    }
    if asks_again(exchange) {
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

/// True if autodiscover is asked for in general, which the service tells everybody, and something wants to know who asks; or
/// if a password is wanted in a way that the ticket service does not know (Set-CsWebServiceConfiguration).
pub(super) fn asks_for_password(exchange: &WebExchange) -> bool {
    let general = matches!(exchange.service, Service::Autodiscover(Resource::Root | Resource::Domain));
    let foreign = |scheme: &Scheme| matches!(scheme, Scheme::Basic | Scheme::Digest);
    let windows =
        |scheme: &Scheme| foreign(scheme) || matches!(scheme, Scheme::Ntlm | Scheme::Negotiate | Scheme::Kerberos);
    let tickets = matches!(exchange.service, Service::WebTicket(_) | Service::CertProv | Service::OAuthToken);
    (general || tickets && exchange.offered.iter().all(foreign))
        && exchange.status == Some(401)
        && exchange.server_fqdn.is_none()
        && exchange.issuer.is_none()
        && !exchange.continues
        && !exchange.cut
        && exchange.offered.iter().any(windows)
}

/// True if the federation service answers name and password with its page for them.
pub(super) fn asks_again(exchange: &WebExchange) -> bool {
    let said = exchange.said();
    let given = said.passphrase.is_some() || said.grant.as_ref().is_some_and(|grant| grant.password);
    let page = said.page.as_ref().is_some_and(|page| page.asks_password && !page.passive_result);
    exchange.service == Service::Sts && given && page
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
    // Nor is it known what was sent before the capture began.
    let begun = story.ending(last.flow).is_some_and(|life| life.opened.is_some());
    if tried || !begun || tickets().any(|w| w.cut || holes(&w)) || !narrow {
        return;
    }
    let (frame, time) =
        story.ending(last.flow).and_then(|life| life.client_left).unwrap_or((answer.frame, answer.time));
    out.push(Step::failed(frame.max(answer.frame), time.max(answer.time), stage, Trouble::Web(last)));
}

/// The account was accepted on a connection, and the next request there is asked for a password all the same.
pub(super) fn accepted_here<'e>(story: &Story<'e>, exchange: &WebExchange) -> Option<&'e Negotiation> {
    let asked = exchange.request.filter(|_| exchange.status == Some(401) && exchange.credential.is_none())?;
    story.negotiations.iter().copied().find(|n| {
        n.carrier == Carrier::Http
            && (n.client, n.server) == (exchange.client, exchange.server)
            && n.ntlm.is_some()
            && n.outcome == Outcome::Accepted
            && !n.proxy
            && n.legs.last().is_some_and(|leg| leg.frame < asked.frame)
    })
}

/// The client is asked again right after it was accepted, more than once, and leaves it at that.
fn asked_anew<'e>(story: &Story<'e>, out: &mut Vec<Step<'e>>) {
    let tickets = || story.web.iter().copied().filter(|w| matches!(stage(w), Some(Stage::Ticket | Stage::Certificate)));
    let anew = |w: &&WebExchange| accepted_here(story, w).is_some();
    let Some(last) = tickets().next_back().filter(anew) else { return };
    let (Some(answer), Some(stage)) = (last.response, stage(last)) else { return };
    let whole = |life: &crate::fact::Connection| life.lost == [0, 0] && life.seen == [true, true];
    let left = story.ending(last.flow).filter(|life| whole(life)).and_then(|life| life.client_left);
    if let Some((frame, time)) = left.filter(|(_, time)| *time >= answer.time)
        && tickets().filter(anew).count() > 1
        && !tickets().any(|w| w.cut)
    {
        out.push(Step::failed(frame, time, stage, Trouble::Web(last)));
    }
}

/// True if Kerberos to the web services failed before: what followed was the second choice.
fn fell_back(story: &Story<'_>, exchange: &WebExchange) -> bool {
    let before =
        |n: &Negotiation| n.legs.first().zip(exchange.response).is_some_and(|(leg, answer)| leg.time < answer.time);
    story.negotiations.iter().any(|n| {
        n.carrier == Carrier::Kdc
            && n.outcome == Outcome::Refused
            && n.target.as_deref().is_some_and(is_web_service)
            && before(n)
    })
}
