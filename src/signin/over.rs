//! Whether a failure is the end of a sign-in, or something may have come after it.

use super::causes::{self, Case};
use super::judge::GIVES_UP;
use super::purpose::{Purpose, of_talk};
use super::steps::{Step, Trouble};
use super::story::Story;
use crate::analysis::{Registration, SipStep, SipWhat, TlsTalk, WebExchange};
use crate::fact::{Covered, Direction};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;

/// How long a client may take to try something else, in nanoseconds.
const PAUSE: i64 = 3 * NANOS;

/// How surely a failure is the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// No longer capture could contradict it: the client left, or had the time to try something else.
    Certain,
    /// The capture ends with it, and nothing of the client's is missing from what was captured.
    OfCapture,
}

/// Whether a failure is the end; nothing if the client may have gone on, or did.
pub(super) fn end(case: &Case<'_, '_>) -> Option<End> {
    let Case { story, steps, failure, .. } = case;
    // It went on: in messages of which too little was captured, or with a request whose answer was not.
    let murmurs = |address| story.evidence.nameless.get(address).is_some_and(|time| *time > failure.time);
    let unread = story
        .evidence
        .connections
        .unread
        .iter()
        .filter(|row| story.is_client(row.client.ip()) && row.life.last > failure.time);
    if story.addresses.iter().any(murmurs) || unread.count() > 0 || waits(story, failure) || shakes_again(case) {
        return None;
    }
    let last = steps.last().map_or(failure.time, |step| step.time).max(failure.time);
    if is_hidden(story, failure) {
        return None;
    }
    if is_over(case, last) {
        Some(End::Certain)
    } else if ends_with(case, last) {
        Some(End::OfCapture)
    } else {
        None
    }
}

/// True if the client closes first, and no alert says why.
fn leaves_silently(story: &Story<'_>, talk: &TlsTalk) -> bool {
    let by_client =
        story.ending(talk.flow).and_then(|life| life.ended).is_some_and(|end| end.by == Direction::ToServer);
    by_client && talk.alert.is_none() && talk.covered != Some(Covered::Alert)
}

/// A failure that no longer capture could contradict.
fn is_over(case: &Case<'_, '_>, last: Timestamp) -> bool {
    let Case { story, failure, .. } = case;
    let idle = story.evidence.until.since(last) >= PAUSE;
    let left = |registration: &Registration| story.client_left(registration.flow, failure.time);
    let gone = !story.registrations.is_empty() && story.registrations.iter().all(|r| left(r) || !r.tcp && idle);
    // Autodiscover is asked for at more ports than one.
    let all_refused = |server: std::net::SocketAddr| {
        failure.purpose != Purpose::Web && causes::connect::all_refused(story, server.ip())
    };
    match case.trouble {
        Trouble::Names => causes::discover::is_complete(story) || story.evidence.until.since(last) >= 10 * NANOS,
        Trouble::Unopened(row) if row.life.ended.is_some() => idle || gone || all_refused(row.server),
        Trouble::Undelivered(row) if row.tcp => idle || gone || all_refused(row.server),
        // Who leaves without a word may come back at once.
        Trouble::Tls(talk) => {
            idle || !leaves_silently(story, talk) && story.ending(talk.flow).is_some_and(|c| c.client_left.is_some())
        }
        Trouble::Answer(_, step) | Trouble::Refused(step) => {
            let verdict = matches!(step.what, SipWhat::Answer { status: 403 | 404 | 603, .. });
            verdict || idle || gone
        }
        Trouble::Silent(..) => true,
        // A connection of HTTP is no more than a request or two: who closes it may open the next one, to another server,
        // unless it was the user who was refused.
        Trouble::Web(exchange) if story.registrations.is_empty() => {
            let denied =
                exchange.status == Some(401) || exchange.said().passphrase.is_some() && exchange.fault.is_some();
            idle || exchange.complete && denied && story.client_left(exchange.flow, failure.time)
        }
        _ => idle || gone,
    }
}

/// True if the capture ends with the failure: what it happened on is over, and nothing of the client's follows.
fn ends_with(case: &Case<'_, '_>, last: Timestamp) -> bool {
    let Case { story, failure, .. } = case;
    let over = match case.trouble {
        // A silence that lasted is an answer.
        Trouble::Unopened(row) if row.life.ended.is_none() => causes::connect::all_deaf(story, row),
        Trouble::Names => causes::discover::is_deaf(story),
        Trouble::Undelivered(row) if row.server.port() == 53 => causes::discover::is_deaf(story),
        // A reset leaves the client nothing to close.
        Trouble::Cut(_, step) => story.ending(step.flow).and_then(|life| life.ended).is_some_and(|end| end.reset),
        Trouble::Tls(talk) => {
            let end = story.ending(talk.flow).and_then(|life| life.ended);
            end.is_some_and(|end| end.reset) || leaves_silently(story, talk)
        }
        Trouble::Web(exchange) => story.registrations.is_empty() && story.client_left(exchange.flow, failure.time),
        _ => false,
    };
    let closed = |flow| story.ending(flow).is_none_or(|life| life.ended.is_some());
    let asked = story.lookups.iter().map(|lookup| lookup.last).max();
    let opened = story.addresses.iter().filter_map(|client| story.evidence.connections.last_asked(*client)).max();
    over && last == failure.time
        && asked.into_iter().chain(opened).all(|time| time <= failure.time)
        && story.web.iter().all(|w| closed(w.flow))
        && story.tls.iter().all(|talk| closed(talk.flow))
}

/// True if the client went on talking to its registrar inside TLS that stayed closed, where the failure may have been
/// overcome. Who leaves the registrar because of the failure leaves soon. What web services fail over in one place they may
/// have done in another.
pub(super) fn is_hidden(story: &Story<'_>, failure: &Step<'_>) -> bool {
    let since = match failure.trouble {
        Some(Trouble::Web(exchange)) if exchange.status.is_none() => exchange.request.map(|seen| seen.time),
        Some(Trouble::Web(_)) => Some(failure.time),
        _ => None,
    };
    let goes_on = |since: Timestamp| {
        // What carried data may be among the bytes that the capture misses.
        let holes = |talk: &TlsTalk| story.ending(talk.flow).is_some_and(|life| life.lost != [0, 0]);
        let closed = story.tls.iter().filter(|talk| !talk.decrypted && (talk.data == [true, true] || holes(talk)));
        closed
            .filter(|talk| of_talk(story, talk) != Purpose::Sip)
            .any(|talk| story.ending(talk.flow).is_none_or(|life| life.last > since))
    };
    if since.is_some_and(goes_on) {
        return true;
    }
    let closed = story.tls.iter().filter(|talk| !talk.decrypted && talk.data == [true, true]);
    closed.filter(|talk| of_talk(story, talk) == Purpose::Sip).any(|talk| {
        story.ending(talk.flow).is_none_or(|life| {
            let left = life.client_left.is_some_and(|(_, time)| (0..=GIVES_UP).contains(&time.since(failure.time)));
            life.last > failure.time && !left
                // A connection that is not over may carry whatever comes.
                || life.ended.is_none()
        })
    })
}

/// True if a handshake of TLS failed, and a later one may have come about: bytes of it are missing, or it is not over.
fn shakes_again(case: &Case<'_, '_>) -> bool {
    let Trouble::Tls(failed) = case.trouble else { return false };
    let story = case.story;
    let open = |talk: &TlsTalk| story.ending(talk.flow).is_none_or(|life| life.ended.is_none() || life.lost != [0, 0]);
    let same = |talk: &TlsTalk| of_talk(story, talk) == case.failure.purpose;
    story.tls.iter().any(|talk| talk.time > failed.time && talk.flow != failed.flow && same(talk) && open(talk))
}

/// True if registrar or web services were asked again after the failure, and no answer was captured, or not all of it.
fn waits(story: &Story<'_>, failure: &Step<'_>) -> bool {
    // Where bytes are missing, an answer may be among them, and its request.
    let holes = |w: &WebExchange| story.ending(w.flow).is_some_and(|life| life.lost != [0, 0]);
    let unread = |w: &&WebExchange| {
        w.request.is_some_and(|seen| seen.time > failure.time) && (w.cut || w.status.is_none() || holes(w))
    };
    if story.web.iter().copied().any(|w| unread(&w)) {
        return true;
    }
    // Where nothing of the registrar was captured, its answers are not.
    let unheard = |step: &&SipStep| {
        let asks = matches!(step.what, SipWhat::Request { removes: false, .. }) && step.time > failure.time;
        asks && story.ending(step.flow).is_some_and(|life| !life.seen[Direction::ToClient.index()])
    };
    if story.registrations.iter().flat_map(|r| &r.steps).any(|step| unheard(&step)) {
        return true;
    }
    let last = story.registrations.iter().filter_map(|r| r.steps.last()).max_by_key(|step| (step.time, step.frame));
    last.is_some_and(|step| {
        matches!(step.what, SipWhat::Request { removes: false, .. })
            && (step.time, step.frame) > (failure.time, failure.frame)
    })
}
