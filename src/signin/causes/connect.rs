//! Connections: F05, F06, F43.

use super::super::gather::ALIKE;
use super::super::stage::Stage;
use super::super::steps::{Trouble, is_sip_port};
use super::super::story::Story;
use super::discover::is_private;
use super::{Case, Cause, Finding, never};
use crate::analysis::Unopened;
use crate::knowledge::service::Service;
use crate::wire::time::NANOS;
use std::net::IpAddr;

/// How long a server may leave requests for a connection unanswered before that is its answer, in nanoseconds: as long as
/// the fourth is waited for where the wait is doubled each time (RFC 6298).
const DEAF: i64 = 7 * NANOS;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F05",
        name: "connection-refused",
        stage: Stage::Connect,
        title: "The server does not take the connection",
        signature: "SYN answered by RST, by ICMP, or by nothing",
        remedy: &[
            "Check that the service runs and listens: Get-CsWindowsService on the server",
            "Check every firewall on the way for this port (5061, 443, 4443)",
            "Test-NetConnection <server> -Port <port> from the client's network",
        ],
        weakened: "",
        check: refused,
    },
    Cause {
        code: "F06",
        name: "proxy-in-the-way",
        stage: Stage::Connect,
        title: "A web proxy refuses the connection",
        signature: "CONNECT answered with 407 or 403",
        remedy: &[
            "Let the client bypass the proxy for the SIP domain and the web services' names (PAC file, WPAD)",
            "Allow CONNECT to those names without authentication: the client does not sign in to a proxy for SIP",
        ],
        weakened: "",
        check: proxy,
    },
    Cause {
        code: "F43",
        name: "idle-connection-dropped",
        stage: Stage::Connect,
        title: "Something on the way forgets idle connections",
        signature: "connections end after the same silence again and again, each followed by a new registration",
        remedy: &[
            "Set the TCP idle time-out of NAT and load balancer to 30 minutes or more",
            "Keep the interval of the client's keep-alives below it",
        ],
        weakened: "",
        check: never,
    },
];

/// The connections of a story that were dropped after a pause and that the client replaced: frame, moment and pause, of the
/// last so many that are alike.
fn dropped_alike(story: &Story<'_>) -> Vec<(u64, i64)> {
    let mut flows: Vec<u32> = Vec::new();
    for step in story.registrations.iter().flat_map(|r| &r.steps) {
        if !flows.contains(&step.flow) {
            flows.push(step.flow);
        }
    }
    let lives = flows.iter().filter_map(|flow| story.ending(*flow));
    let drops = lives.filter_map(|life| {
        let (frame, _) = life.opened.unwrap_or_default();
        Some((life.ended.map_or(frame, |end| end.frame), life.pause.filter(|_| life.dropped)?))
    });
    let mut alike: Vec<(u64, i64)> = Vec::new();
    for drop in drops {
        let first = alike.first().map(|(_, pause)| *pause);
        if first.is_some_and(|first| (drop.1 - first).abs() > first / ALIKE) {
            alike.clear();
        }
        alike.push(drop);
    }
    alike
}

/// Three connections or more, each dropped after the same silence.
pub(super) fn dropped(story: &Story<'_>) -> Option<(&'static Cause, Finding)> {
    let drops = dropped_alike(story);
    let (_, pause) = drops.get(2)?;
    let cause = CAUSES.iter().find(|cause| cause.code == "F43")?;
    let sentence = format!(
        "{} connections to the registrar end after a silence of about {} s, and the client registers anew each time: \
         something on the way forgets them.",
        drops.len(),
        pause / NANOS
    );
    Some((cause, Finding::likely(sentence).proof(drops.iter().map(|(frame, _)| *frame))))
}

/// True if every address known for the name of this server was refused, by it or by the network: nothing is left to try.
pub(in super::super) fn all_refused(story: &Story<'_>, server: IpAddr) -> bool {
    let name = story.lookups.iter().find(|l| l.addresses.contains(&server)).map(|l| &l.name);
    let known = story.lookups.iter().filter(|l| Some(&l.name) == name).flat_map(|l| &l.addresses);
    let refused = |address| {
        story.unopened.iter().any(|u| u.server.ip() == address && u.life.ended.is_some_and(|end| end.reset))
            || story.undelivered.iter().any(|u| u.tcp && u.server.ip() == address)
    };
    name.is_some() && known.into_iter().all(|address| refused(*address))
}

/// True if each address known for the name of this server was asked for a connection so often, and for so long, that its
/// silence is its answer, or refused one.
pub(in super::super) fn all_deaf(story: &Story<'_>, row: &Unopened) -> bool {
    let lasted = |u: &Unopened| u.life.opened.is_some_and(|(_, time)| u.life.last_syn.since(time) >= DEAF);
    // Of a name whose answers were not captured, or not whole, there may be another address.
    let Some(lookup) = story.lookups.iter().find(|l| l.addresses.contains(&row.server.ip())) else { return false };
    let of_name = || story.lookups.iter().filter(|l| l.name == lookup.name);
    if of_name().any(|l| l.cut) {
        return false;
    }
    let known = of_name().flat_map(|l| &l.addresses);
    let answer = |u: &Unopened| u.life.ended.is_some_and(|end| end.reset) || u.life.syns >= 4 && lasted(u);
    let deaf = |address| story.unopened.iter().any(|u| u.server.ip() == address && answer(u));
    deaf(row.server.ip()) && known.into_iter().all(|address| deaf(*address))
}

/// Which of the private networks an address is of (RFC 1918); 0 for any other.
const fn block(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(v4) if v4.is_private() => v4.octets()[0],
        _ => 0,
    }
}

fn refused(case: &Case<'_, '_>) -> Option<Finding> {
    match case.trouble {
        Trouble::Unopened(row) if !matches!(row.server.port(), 53 | 88 | 464) => {
            let name = case.story.name_of(row.server.ip());
            let port = row.server.port();
            let others = || case.story.unopened.iter().filter(|u| u.server.port() == port);
            let frames = others().filter_map(|u| u.life.opened).map(|(frame, _)| frame);
            let found = if row.life.ended.is_some() {
                Finding::certain(format!("{name} refuses connections to port {port}: nothing listens there."))
            } else {
                let seconds = row.life.opened.map_or(0, |(_, time)| row.life.last_syn.since(time)) / NANOS;
                Finding::certain(format!(
                    "{name} does not answer on port {port}: {} requests in {seconds} s went unanswered.",
                    row.life.syns
                ))
            };
            // A private address for somebody outside: by what name it was found is not known. Outside may be another
            // private network, that of a home.
            let outside = is_private(row.server.ip()) && block(row.client.ip()) != block(row.server.ip());
            Some(found.proof(frames).or(if outside { &["F03"] } else { &[] }))
        }
        Trouble::Undelivered(row)
            if is_sip_port(row.server.port()) || row.tcp && !matches!(row.server.port(), 53 | 88 | 464) =>
        {
            let why = if row.what.is_prohibited() { "forbidden by a firewall" } else { "not reachable" };
            let name = case.story.name_of(row.server.ip());
            let sentence = format!("The network reports that {name} port {} is {why}.", row.server.port());
            Some(Finding::certain(sentence).weight(2))
        }
        _ => None,
    }
}

fn proxy(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    let status = exchange.status.filter(|status| exchange.service == Service::Proxy || *status == 407)?;
    let why = match status {
        407 if exchange.complete => "refuses the credential that it is given",
        407 => "asks the client to sign in to it",
        502..=504 => "does not reach the server",
        _ => "does not let it through",
    };
    let asked = if exchange.service == Service::Proxy { "CONNECT" } else { "a request to" };
    let sentence = format!("The proxy {} {why}: {asked} {} is answered {status}.", exchange.server, exchange.host);
    // Who cannot be reached through a proxy may be down.
    let or: &[&'static str] = if status >= 500 { &["F05"] } else { &[] };
    Some(Finding::certain(sentence).weight(2).proof(exchange.frames()).or(or))
}
