//! Who stands between the client and the web services: the federation service and what asks for a sign-in of its own. F27, F28.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::super::story::Story;
use super::super::web::{asks_again, asks_for_password, asks_to_log_on};
use super::ticket::certain;
use super::{Case, Cause, Finding};
use crate::analysis::WebExchange;
use crate::knowledge::service::Service;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F27",
        name: "federation-broken",
        stage: Stage::Ticket,
        title: "The federation service refuses or loops",
        signature: "ms_rtc_passiveauthuri, then an error page of ADFS or the same redirects again",
        remedy: &[
            "Check the relying party trust at ADFS (identifier and endpoint)",
            "Set-CsWebServiceConfiguration -WsFedPassiveMetadataUri <uri>",
        ],
        weakened: "",
        check: federation,
    },
    Cause {
        code: "F28",
        name: "preauthentication",
        stage: Stage::Ticket,
        title: "A device before the front end asks for its own sign-in",
        signature: "302 to a sign-in page of another product, or 403 without X-MS-Server-Fqdn",
        remedy: &[
            "Publish the web services anonymously, or with a product that knows Lync",
            "Register the user's device with that product",
        ],
        weakened: "That no front end answered is concluded from missing headers.",
        check: preauthentication,
    },
];

/// Whom a request was for, and through which proxy it went.
pub(super) fn asked_host(exchange: &WebExchange) -> String {
    let (host, proxy) = (&exchange.host, exchange.server);
    if exchange.proxied { format!("{host}, asked through the proxy {proxy},") } else { host.to_string() }
}

/// Of what a proxy was asked for, the answer may be its own, unless a front end gives its name in it.
pub(super) fn in_front(exchange: &WebExchange) -> &'static [&'static str] {
    if exchange.proxied && exchange.server_fqdn.is_none() { &["F06"] } else { &[] }
}

/// From the service to the federation service and back, three times or more, and no ticket comes of it.
pub(super) fn passive_circles(story: &Story<'_>) -> Option<(&'static Cause, Finding)> {
    let sent = |w: &&WebExchange| matches!(w.service, Service::Passive | Service::Sts) && w.redirect.is_some();
    let sent: Vec<_> = story.web.iter().copied().filter(sent).collect();
    let back = sent.iter().filter(|w| w.service == Service::Passive).count();
    let mut hosts: Vec<&str> = sent.iter().map(|w| &*w.host).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let helped = story.web.iter().any(|w| w.ticket.is_some() || w.service == Service::OAuthToken && w.succeeded());
    if back < 3 || hosts.len() < 2 || helped {
        return None;
    }
    let cause = CAUSES.iter().find(|cause| cause.code == "F27")?;
    let sentence =
        format!("{} send the client to each other, {back} times, and no ticket comes of it.", hosts.join(" and "));
    Some((cause, Finding::likely(sentence).proof(sent.iter().rev().filter_map(|w| w.response).map(|seen| seen.frame))))
}

fn federation(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    if let Some(error) = exchange.said().page.as_ref().and_then(|page| page.adfs_error.as_deref()) {
        return Some(certain(exchange, format!("{} shows the error {error}.", exchange.host)).weight(4));
    }
    // Somebody else's service, and none of ours that is broken.
    let broken = exchange.status.filter(|status| *status == 404 || *status >= 500);
    if let Some(status) = broken.filter(|_| exchange.service == Service::Sts && exchange.fault.is_none()) {
        let sentence = format!("The federation service {} answers {status} to {}.", exchange.host, exchange.path);
        return Some(certain(exchange, sentence).weight(2).or(&["F55"]));
    }
    if asks_again(exchange) {
        let host = &exchange.host;
        let sentence = format!(
            "{host} answers name and password with its sign-in page again, consistent with a password that it refuses."
        );
        return Some(Finding::likely(sentence).weight(3).proof(exchange.frames()).next(AT_PROVIDER));
    }
    let passive = exchange.fault.as_ref().and_then(|fault| fault.passive_url.as_deref())?;
    Some(
        Finding::likely(format!(
            "{} sends the client to {passive} to sign in, and nothing comes of it.",
            exchange.host
        ))
        .proof(exchange.frames()),
    )
}

const AT_PROVIDER: &[&str] = &[
    "Check user name and password at the federation service",
    "Event log of the federation service (AD FS/Admin, with auditing of failed sign-ins)",
];

fn preauthentication(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    if asks_for_password(exchange) {
        let offered: Vec<_> = exchange.offered.iter().map(ToString::to_string).collect();
        let (host, offered) = (asked_host(exchange), offered.join(", "));
        let discovers = matches!(exchange.service, Service::Autodiscover(_));
        let sentence = if discovers {
            format!(
                "{host} asks for a password ({offered}) before it tells of autodiscover, which the service itself never does."
            )
        } else {
            format!(
                "{host} asks for a password by {offered}, where the service itself ({}) never does.",
                exchange.service.name()
            )
        };
        let found = Finding::likely(sentence).weight(3).proof(exchange.frames());
        return Some(found.or(if discovers { &["F11"] } else { &[] }));
    }
    if asks_to_log_on(exchange) {
        let place = exchange.led_to().map(|(_, host, path)| format!("{host}{path}")).unwrap_or_default();
        let sentence = format!("Something in front of {} sends the client to {place} to log on.", exchange.host);
        let found = Finding::likely(sentence).weight(3).proof(exchange.frames());
        // A network that lets nobody out before its own sign-in does the same.
        let portal = matches!(exchange.service, Service::Autodiscover(_)) && !exchange.encrypted;
        return Some(if portal { found.or(&["F11"]) } else { found });
    }
    let page = exchange.said().page.as_ref().filter(|page| page.asks_password)?;
    (exchange.server_fqdn.is_none() && !exchange.cut && !matches!(exchange.service, Service::Passive | Service::Sts))
        .then(|| {
            let sentence = format!("{} answers with a sign-in page (\"{}\") of its own.", exchange.host, page.title);
            Finding::likely(sentence).weight(3).proof(exchange.frames())
        })
}
