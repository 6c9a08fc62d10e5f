//! The web service itself, or what stands in its place: F54, F55.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::discover::{is_online, led_online};
use super::gateway::{asked_host, in_front};
use super::ticket::{certain, exchange, has_id, ids, says};
use super::{Case, Cause, Finding};
use crate::analysis::{Operation, WebExchange};
use crate::fact::{Direction, Ending, Scheme};
use crate::knowledge::client::identify;
use crate::knowledge::service::{Door, Service};
use crate::wire::time::NANOS;

pub(super) static CAUSES: &[Cause] = &[
    Cause {
        code: "F54",
        name: "service-forbids",
        stage: Stage::Ticket,
        title: "The web service forbids the request before anybody authenticated",
        signature: "403 without a challenge and without X-Ms-diagnostics",
        remedy: &[
            "Compare with a client that works: path, source address, User-Agent",
            "IIS: URL authorization, IP restrictions and permissions of the WebTicket and CertProv directories",
            "Check the reverse proxy's or firewall's rule for that path",
        ],
        weakened: "",
        check: forbids,
    },
    Cause {
        code: "F55",
        name: "service-broken",
        stage: Stage::Ticket,
        title: "The web service is missing or broken",
        signature: "404 or 5xx to mex or to the service's path, and no credential refused",
        remedy: &[
            "Get-CsWindowsService; IIS application pools (LyncIntFeature, LyncExtFeature)",
            "Enable-CsComputer, or reinstall web components",
            "Check the path on the reverse proxy",
        ],
        weakened: "",
        check: broken,
    },
];

/// True if a closer look at who asks, or at where, says more than that the service forbids it.
fn is_special(case: &Case<'_, '_>, exchange: &WebExchange) -> bool {
    identify(&exchange.user_agent).0.is_mobile() || is_online(&exchange.host) && led_online(case.story).is_some()
}

/// True if no credential was refused by this answer.
fn before_credentials(exchange: &WebExchange) -> bool {
    let said = exchange.credential.is_some() || exchange.cut || ids(exchange).next().is_some();
    !said
}

/// True if a certificate, or a ticket for name and password, is forbidden without a word. The service refuses with a fault;
/// a bare 403 is of the server that it runs on, or of something in front of it.
pub(super) fn is_barred(case: &Case<'_, '_>, exchange: &WebExchange) -> bool {
    (exchange.operation == Operation::PublishCertificate || is_in_message(exchange))
        && exchange.status == Some(403)
        && exchange.fault.is_none()
        && !exchange.cut
        && ids(exchange).next().is_none()
        && !is_special(case, exchange)
}

/// True if name and password, or a PIN, stand in the message itself.
fn is_in_message(exchange: &WebExchange) -> bool {
    exchange.service == Service::WebTicket(Door::Pin) && exchange.operation != Operation::Metadata
        || matches!(exchange.credential, Some(Scheme::UsernameToken))
        || exchange.service == Service::OAuthToken && matches!(exchange.credential, Some(Scheme::Form))
}

fn forbids(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    if is_barred(case, exchange) {
        let sentence = format!("{} answers 403 to {}, without a word of the service.", exchange.host, exchange.path);
        let or: &[&'static str] = match () {
            () if exchange.operation == Operation::PublishCertificate => &["F30"],
            () if exchange.service == Service::WebTicket(Door::Pin) => &["F51"],
            () if exchange.service == Service::OAuthToken => &["F14"],
            () => &["F23"],
        };
        let found = Finding::likely(sentence).weight(2).proof(exchange.frames()).or(or);
        let in_front = exchange.server_fqdn.is_none() && is_in_message(exchange);
        return Some(if in_front { found.or(&["F28"]) } else { found });
    }
    (exchange.status == Some(403) && before_credentials(exchange) && !is_special(case, exchange)).then(|| {
        let path = &exchange.path;
        let host = asked_host(exchange);
        let sentence = format!("{host} answers 403 to {path} before anybody was asked to authenticate.");
        let found = certain(exchange, sentence).or(in_front(exchange));
        // What led there was not captured. Who does not give his name may stand in front of the service.
        let found = if is_online(&exchange.host) { found.or(&["F52"]) } else { found };
        if exchange.server_fqdn.is_none() { found.or(&["F28"]) } else { found }
    })
}

fn broken(case: &Case<'_, '_>) -> Option<Finding> {
    if let Trouble::Web(exchange) = case.trouble
        && matches!(exchange.service, Service::Autodiscover(_))
    {
        if exchange.status.is_none() {
            return unanswered(case, exchange);
        }
        let status = exchange.status.filter(|status| *status >= 500 && !exchange.cut)?;
        let sentence = format!("{} answers {status} where the autodiscover document should be.", asked_host(exchange));
        return Some(certain(exchange, sentence).or(&["F11"]).or(in_front(exchange)));
    }
    let exchange = exchange(case).filter(|w| w.operation != Operation::RootChain)?;
    match exchange.status {
        // Nobody was refused by an error inside the service.
        Some(500) if has_id(exchange, &[FAILS_INSIDE]) => {
            Some(certain(exchange, format!("{} fails inside: {}.", exchange.host, says(exchange))).weight(2))
        }
        Some(status)
            if (status == 404 || status >= 500)
                && ids(exchange).next().is_none()
                && !exchange.cut
                && !judges_credential(exchange) =>
        {
            let sentence = format!("{} answers {status} to {}.", asked_host(exchange), exchange.path);
            let or: &[&'static str] = match exchange.service {
                _ if exchange.operation == Operation::PublishCertificate => &["F30"],
                // What the federation service issued may be what it fails over.
                Service::Passive if &*exchange.method == "POST" => &["F27"],
                _ => &[],
            };
            Some(certain(exchange, sentence).or(or).or(in_front(exchange)))
        }
        None => unanswered(case, exchange),
        _ => None,
    }
}

/// The service ends the connection, or the client gave up or was still waiting long after.
fn unanswered(case: &Case<'_, '_>, exchange: &WebExchange) -> Option<Finding> {
    let (host, path) = (asked_host(exchange), &exchange.path);
    let by_server = |end: Ending| end.by == Direction::ToClient;
    let sentence = if case.story.ending(exchange.flow)?.ended.is_some_and(by_server) {
        format!("{host} ends the connection instead of answering {path}.")
    } else {
        let seconds = case.failure.time.since(exchange.request?.time) / NANOS;
        format!("{host} takes the request for {path} and does not answer it in {seconds} s.")
    };
    Some(Finding::likely(sentence).proof(exchange.frames()).or(in_front(exchange)))
}

/// True if the service speaks of the credential: with 401, with an id of its own, or with a fault of WS-Security. What has
/// no word of it is of a path that is not there, of a gateway, or of a service that fails.
pub(super) fn is_judged(exchange: &WebExchange) -> bool {
    exchange.status == Some(401) || ids(exchange).any(|id| id != FAILS_INSIDE) || judges_credential(exchange)
}

/// An error inside the service ([MS-OCAUTHWS] 3.2.4.1).
const FAILS_INSIDE: u32 = 28_001;

/// True if the fault is one of WS-Security 1.1 §12: the service works, and minds the credential.
fn judges_credential(exchange: &WebExchange) -> bool {
    const FAULTS: [&str; 6] = [
        "FailedAuthentication",
        "FailedCheck",
        "InvalidSecurity",
        "InvalidSecurityToken",
        "SecurityTokenUnavailable",
        "UnsupportedSecurityToken",
    ];
    exchange.fault.as_ref().is_some_and(|f| FAULTS.iter().any(|name| f.code == *name || f.subcode == *name))
}
