//! The connection that NTLM is bound to: F22.

use super::super::stage::Stage;
use super::super::web::accepted_here;
use super::ticket::{exchange, negotiation, says};
use super::{Case, Cause, Finding};
use crate::analysis::{Carrier, Negotiation, Outcome, WebExchange};
use crate::fact::{Connection, Scheme};

pub(super) static CAUSES: &[Cause] = &[Cause {
    code: "F22",
    name: "affinity-broken",
    stage: Stage::Ticket,
    title: "A proxy breaks the connection that NTLM is bound to",
    signature: "NTLM accepted, and the next request on the same connection is asked again; or the challenge and its answer are on two connections",
    remedy: &[
        "Reverse proxy: no pooling of connections to the front end, keep-alive on",
        "Persistence on port 4443 of the load balancer",
    ],
    weakened: "",
    check: affinity_broken,
}];

/// True if a handshake went on before on the connection of this exchange.
pub(super) fn is_challenged(case: &Case<'_, '_>, exchange: &WebExchange) -> bool {
    let frame = |w: &WebExchange| w.first().map(|seen| seen.frame);
    case.story.web.iter().any(|w| w.flow == exchange.flow && w.continues && frame(w) < frame(exchange))
}

/// An earlier handshake of the same account with the same server that went well, if this one was refused.
pub(super) fn accepted_before<'e>(case: &Case<'_, 'e>, exchange: &WebExchange) -> Option<&'e Negotiation> {
    let refused = negotiation(case, exchange).filter(|n| !n.account().is_empty())?;
    let answer = exchange.response?;
    case.story.negotiations.iter().copied().find(|n| {
        n.carrier == Carrier::Http
            && n.outcome == Outcome::Accepted
            && n.scheme == refused.scheme
            && n.server == refused.server
            && n.account() == refused.account()
            && n.legs.last().is_some_and(|leg| leg.time < answer.time)
    })
}

/// True if NTLM's last message comes without a challenge before it on its connection, from whose beginning on nothing is
/// missing. The challenge came on another one, and holds for that alone ([MS-NTHT]).
pub(super) fn is_torn(case: &Case<'_, '_>, exchange: &WebExchange) -> bool {
    let mut legs = negotiation(case, exchange).into_iter().flat_map(|n| &n.legs);
    let begins = legs.next().is_some_and(|leg| leg.what == "authenticate");
    let cut = case.story.web.iter().any(|w| w.flow == exchange.flow && w.cut);
    let whole = |life: &Connection| life.opened.is_some() && life.lost == [0, 0] && life.seen == [true, true];
    begins && !cut && !is_challenged(case, exchange) && case.story.ending(exchange.flow).is_some_and(whole)
}

/// The server ends the connection with its challenge, or gets the answer to it on another one.
fn torn(case: &Case<'_, '_>, exchange: &WebExchange) -> Option<Finding> {
    let host = &exchange.host;
    let sentence = if exchange.continues && !exchange.complete {
        format!("{host} ends the connection right after its NTLM challenge, which can be answered nowhere else.")
    } else if is_torn(case, exchange) {
        format!(
            "The client answers the NTLM challenge of {host} on another connection than it came on, where nobody knows it."
        )
    } else {
        return None;
    };
    Some(Finding::likely(sentence).weight(2).proof(exchange.frames()).next(KEEP_ALIVE))
}

const KEEP_ALIVE: &[&str] = &[
    "Look who ends the connection after the 401: Connection: close, or HTTP/1.0, of a proxy on the way or of the server",
    "Reverse proxy and web server: keep-alive on; no pooling of connections to the front end",
    "Let the client bypass a forward proxy for the web services' names",
];

fn affinity_broken(case: &Case<'_, '_>) -> Option<Finding> {
    let exchange = exchange(case)?;
    if let Some(found) = torn(case, exchange).filter(|_| exchange.status == Some(401)) {
        return Some(found);
    }
    if let Some(before) = accepted_here(case.story, exchange) {
        let sentence = format!(
            "{} accepts {} with NTLM, and asks for it again with the next request on the same connection, each time.",
            exchange.host,
            before.account()
        );
        let accepted = before.legs.last().map(|leg| leg.frame);
        return Some(Finding::likely(sentence).weight(2).proof(accepted).proof(exchange.frames()));
    }
    if exchange.status != Some(401) || !matches!(exchange.credential, Some(Scheme::Ntlm | Scheme::Negotiate)) {
        return None;
    }
    let before = accepted_before(case, exchange)?;
    let sentence = format!(
        "{} accepts {} once and refuses it the next time ({}): its connections may be shared on the way.",
        exchange.host,
        before.account(),
        says(exchange)
    );
    let accepted = before.legs.last().map(|leg| leg.frame);
    Some(Finding::likely(sentence).weight(2).proof(accepted).proof(exchange.frames()).or(&["F14"]))
}
