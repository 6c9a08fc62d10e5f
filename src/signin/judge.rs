//! What stands at the end of a story: outcome, failing stage, cause, proof, next steps.

use super::causes::{self, Case};
use super::fill;
use super::host::is_candidate;
use super::machine;
use super::over::{End, end};
use super::sentence::sentence;
use super::stage::Stage;
use super::steps::{self, Event, Step, Trouble};
use super::story::Story;
use super::unnamed;
use super::{Confidence, Outcome, ServerWords, Side, SignIn, Verdict};
use crate::analysis::{Carrier, Registration, SipStep, SipWhat};
use crate::fact::{Diagnostic, Direction, Scheme};
use crate::knowledge::client::identify;
use crate::knowledge::sip::phrase;
use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use std::collections::BTreeSet;

/// How soon after a refusal a client that was registered leaves because of it, in nanoseconds.
pub(super) const GIVES_UP: i64 = 30 * NANOS;
/// Refusals in a row after which a sign-in goes in circles.
const REPEATS: usize = 5;
/// The reservation with a failure that the capture ends with.
pub const END_OF_CAPTURE: &str = "the capture ends with it: what the client did next is not in it";
/// Frames of proof shown.
const MAX_PROOF: usize = 8;
/// Next steps shown.
const MAX_NEXT: usize = 3;

/// Tells the story.
pub(super) fn judge(story: &Story<'_>) -> SignIn {
    let steps = steps::steps(story);
    let progress = machine::run(&steps);
    let last = progress.open.and_then(|at| steps.get(at));
    let open = last.filter(|failure| !progress.signed_in || gives_up(story, &steps, failure));
    let case = open.and_then(|failure| Some(Case { story, steps: &steps, failure, trouble: failure.trouble? }));
    let end = case.as_ref().and_then(end);
    let over = case.as_ref().filter(|_| end.is_some());
    let again = || case.as_ref().filter(|case| end != Some(End::Certain) && repeats(case)).and_then(causes::rule);
    let looping = causes::loops(story, &progress).or_else(again);
    let outcome = match (&looping, progress.signed_in && open.is_none(), over) {
        (Some(_), ..) => Outcome::Looping,
        (None, true, _) => Outcome::SignedIn,
        (None, false, Some(_)) => Outcome::Failed,
        _ => unfinished(story, &steps),
    };
    let ruling = match outcome {
        Outcome::Failed => over.and_then(causes::rule),
        Outcome::Looping => looping,
        _ => None,
    };
    let words = case.as_ref().and_then(words).filter(|_| outcome != Outcome::SignedIn);
    let failed_stage = match outcome {
        Outcome::Failed => open.map(|failure| failure.stage),
        Outcome::Looping => ruling.as_ref().map(|ruling| ruling.cause.stage),
        _ => None,
    };
    let (first, last) = (steps.first(), steps.last());
    let time = |step: Option<&Step<'_>>| step.map_or_else(Timestamp::default, |step| step.time);
    let user_agent = user_agent(story);
    let (family, version) = user_agent.as_deref().map(identify).unwrap_or_default();
    let last_frame = steps.iter().map(|step| step.frame).chain(last_leg(story)).max().unwrap_or(0);
    let mut signin = SignIn {
        id: 0,
        server: case.as_ref().and_then(server_of).or_else(|| story.registrations.last().map(|r| r.server)),
        addresses: story.addresses.clone(),
        family,
        version: Some(version).filter(|version| !version.is_empty()),
        last_frame,
        user: story.user.clone(),
        client: client(story),
        user_agent,
        endpoint: story.registrations.iter().find_map(|r| r.endpoint.clone()),
        side: side(story),
        started: time(first),
        ended: time(last),
        first_frame: steps.iter().map(|step| step.frame).filter(|frame| *frame > 0).min().unwrap_or(0),
        outcome,
        failed_stage,
        verdict: None,
        sentence: String::new(),
        server_words: words,
        stages: progress.stages.clone(),
        offered: offered(story),
        used: used(story),
        asked: asked(story),
        evidence: Vec::new(),
        next: Vec::new(),
        weakened: weakened(story),
        negotiations: story.negotiations.iter().map(|n| n.id).collect(),
    };
    if outcome == Outcome::Failed && end == Some(End::OfCapture) {
        signin.weakened.push(END_OF_CAPTURE.to_owned());
    }
    if let Some(mut ruling) = ruling {
        if end == Some(End::OfCapture) {
            ruling.confidence = ruling.confidence.min(Confidence::Likely);
        }
        signin.sentence = ruling.sentence;
        signin.evidence = ruling.evidence;
        let filled = |step: &&str| case.as_ref().map_or_else(|| (*step).to_owned(), |case| fill::fill(step, case));
        signin.next = ruling.next.iter().take(MAX_NEXT).map(filled).collect();
        if !ruling.cause.weakened.is_empty() {
            signin.weakened.push(ruling.cause.weakened.to_owned());
        }
        signin.verdict = Some(Verdict { cause: ruling.cause, or: ruling.or, confidence: ruling.confidence });
    } else {
        // What fails once it is signed in is told, too.
        let later = last.filter(|_| outcome == Outcome::SignedIn);
        let later = later.and_then(|failure| Some(Case { story, steps: &steps, failure, trouble: failure.trouble? }));
        let failure = case.as_ref().or(later.as_ref()).and_then(causes::rule).map(|ruling| ruling.sentence);
        signin.sentence = sentence(&signin, story, &progress, case.as_ref(), failure);
        signin.evidence = open.map(|failure| failure.frame).into_iter().collect();
        if outcome == Outcome::Failed {
            signin.next = over.map(unnamed::next).unwrap_or_default();
        }
    }
    if outcome == Outcome::SignedIn {
        signin.evidence = proof_of_success(&steps);
    }
    signin.evidence.retain(|frame| *frame > 0);
    signin.evidence.sort_unstable();
    signin.evidence.dedup();
    signin.evidence.truncate(MAX_PROOF);
    signin.evidence.shrink_to_fit();
    signin
}

/// The address that talked to the registrar, else the first one known.
fn client(story: &Story<'_>) -> std::net::IpAddr {
    let registering = story.registrations.first().map(|r| r.client.ip());
    let trying = story.unopened.first().map(|u| u.client.ip());
    let asking = story.lookups.first().map(|l| l.client);
    let talking = story.tls.first().map(|t| t.client.ip());
    let surfing = story.web.first().map(|w| w.client.ip());
    let nowhere = std::net::IpAddr::from([0, 0, 0, 0]);
    registering.or(surfing).or(trying).or(talking).or(asking).or(story.addresses.first().copied()).unwrap_or(nowhere)
}

/// The server at which it failed.
fn server_of(case: &Case<'_, '_>) -> Option<std::net::SocketAddr> {
    Some(match case.trouble {
        Trouble::Names => return None,
        Trouble::Refusal(registration, _) | Trouble::Forged(registration, _) => registration.server,
        Trouble::Name(lookup) => lookup.server,
        Trouble::Unopened(row) => row.server,
        Trouble::Undelivered(row) => row.server,
        Trouble::Tls(talk) => talk.server,
        Trouble::Kdc(exchange) | Trouble::KdcSilent(exchange) => exchange.server,
        Trouble::Refused(step) | Trouble::Answer(_, step) | Trouble::Silent(_, step) | Trouble::Cut(_, step) => {
            step.server
        }
        Trouble::GaveUp(registration) => registration.server,
        Trouble::Web(exchange) => exchange.server,
    })
}

/// What the client calls itself, to the registrar rather than to web services.
fn user_agent(story: &Story<'_>) -> Option<String> {
    let sip = story.registrations.iter().find_map(|r| r.user_agent.clone());
    let applied = || story.web.iter().find_map(|w| w.said().application.as_ref()?.user_agent.clone());
    let web = || story.web.iter().map(|w| &w.user_agent).find(|agent| !agent.is_empty()).map(ToString::to_string);
    sip.or_else(applied).or_else(web)
}

/// Frames of negotiations, which go on after the last step.
fn last_leg(story: &Story<'_>) -> impl Iterator<Item = u64> {
    story.negotiations.iter().filter_map(|n| n.legs.last()).map(|leg| leg.frame)
}

/// Inside or outside, if something proves it: the Edge marks its users, autodiscover says which web site answered.
fn side(story: &Story<'_>) -> Side {
    if story.registrations.iter().any(|r| r.remote) {
        return Side::External;
    }
    match story.web.iter().rev().find_map(|w| w.said().autodiscover.as_deref().filter(|access| !access.is_empty())) {
        Some(access) if access.eq_ignore_ascii_case("External") => Side::External,
        Some(access) if access.eq_ignore_ascii_case("Internal") => Side::Internal,
        _ => Side::Unknown,
    }
}

fn offered(story: &Story<'_>) -> Vec<Scheme> {
    let mut all: Vec<Scheme> = Vec::new();
    for scheme in story.registrations.iter().flat_map(|r| &r.offered) {
        if !all.contains(scheme) {
            all.push(scheme.clone());
        }
    }
    all
}

fn used(story: &Story<'_>) -> Vec<Scheme> {
    let mut all: Vec<Scheme> = Vec::new();
    for negotiation in story.negotiations.iter().filter(|n| n.carrier == Carrier::Sip) {
        if !all.contains(&negotiation.scheme) {
            all.push(negotiation.scheme.clone());
        }
    }
    all
}

fn asked(story: &Story<'_>) -> Vec<String> {
    let names: Vec<_> = story.lookups.iter().filter(|l| is_candidate(&l.name, l.kind)).map(|l| &*l.name).collect();
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| seen.insert(*name)).map(str::to_owned).collect()
}

/// True if the client is registered, is refused its settings or services, gets nothing of them, and leaves.
fn gives_up(story: &Story<'_>, steps: &[Step<'_>], failure: &Step<'_>) -> bool {
    let helped = steps.iter().any(|step| step.stage == Stage::Provision && step.event == Event::Ok);
    let soon = |time: Timestamp| time >= failure.time && time.since(failure.time) <= GIVES_UP;
    let leaves = |r: &&Registration| {
        let takes_back =
            |step: &&SipStep| matches!(step.what, SipWhat::Request { removes: true, .. }) && soon(step.time);
        story.ending(r.flow).and_then(|life| life.client_left).is_some_and(|(_, time)| soon(time))
            || r.steps.iter().any(|step| takes_back(&step))
    };
    // What the server cannot do just now it may do in a minute, on the next connection.
    let passing = matches!(failure.trouble, Some(Trouble::Refusal(_, refusal)) if !refusal.is_final());
    failure.stage == Stage::Provision
        && !passing
        && !helped
        && !story.registrations.is_empty()
        && story.registrations.iter().copied().all(|r| leaves(&r))
}

/// True if a credential was refused so often that nobody types that: the client asks again by itself.
fn repeats(case: &Case<'_, '_>) -> bool {
    let refusals = case.steps.iter().filter(|step| {
        let refusal = matches!(step.trouble, Some(Trouble::Refused(_) | Trouble::Web(_) | Trouble::Kdc(_)));
        refusal && step.event == Event::Failed && step.stage == case.failure.stage
    });
    refusals.count() >= REPEATS
}

/// Nothing failed for good, and nothing succeeded.
fn unfinished(story: &Story<'_>, steps: &[Step<'_>]) -> Outcome {
    // A server that said nothing was heard all the same where its segments were captured.
    let heard = |r: &Registration| {
        r.steps.iter().any(|step| matches!(step.what, SipWhat::Answer { .. }))
            || story.ending(r.flow).is_some_and(|life| life.seen[Direction::ToClient.index()])
    };
    let from_server = story.registrations.iter().copied().any(heard);
    let readable = steps.iter().any(|step| !matches!(step.event, Event::Encrypted));
    let only_closed = steps.iter().any(|step| step.event == Event::Encrypted) && story.registrations.is_empty();
    // What came of the way to a certificate nobody can read, and that the client never came back says nothing of it.
    let to_registrar = |step: &Step<'_>| !matches!(step.stage, Stage::Discover | Stage::Connect | Stage::Tls);
    let last = steps.iter().rev().find(|step| to_registrar(step)).map(|step| (step.stage, step.event));
    let went_for_it = last == Some((Stage::Certificate, Event::Encrypted));
    if only_closed || went_for_it || !readable || !story.registrations.is_empty() && !from_server {
        Outcome::Unknown
    } else {
        Outcome::Unfinished
    }
}

/// What the server said with the failure.
pub(super) fn words(case: &Case<'_, '_>) -> Option<ServerWords> {
    match case.trouble {
        Trouble::Refused(step) | Trouble::Answer(_, step) | Trouble::Forged(_, step) => {
            let SipWhat::Answer { status, phrase, diagnostics, .. } = &step.what else { return None };
            Some(ServerWords {
                status: *status,
                phrase: phrase.clone(),
                diagnostics: diagnostics.as_deref().cloned(),
                frame: step.frame,
            })
        }
        Trouble::Refusal(_, refusal) => Some(ServerWords {
            status: refusal.status,
            phrase: phrase(refusal.status).unwrap_or_default().to_owned(),
            diagnostics: refusal.diagnostics.as_deref().cloned(),
            frame: refusal.frame,
        }),
        Trouble::Web(exchange) => {
            let fault = exchange.fault.as_ref();
            let said = exchange.diagnostics.first().cloned().or_else(|| {
                let fault = fault.filter(|fault| fault.id.is_some())?;
                let result = Diagnostic::result_in(fault.reason.as_bytes());
                Some(Diagnostic { id: fault.id?, reason: fault.reason.clone(), source: String::new(), result })
            });
            Some(ServerWords {
                status: exchange.status?,
                phrase: fault.map(|fault| fault.reason.clone()).unwrap_or_default(),
                diagnostics: said,
                frame: exchange.response?.frame,
            })
        }
        _ => None,
    }
}

/// Frames that show how a sign-in went well: the first request, each challenge that was used, the registrar's yes.
fn proof_of_success(steps: &[Step<'_>]) -> Vec<u64> {
    let first = |stage: Stage, event: Event| steps.iter().find(|s| s.stage == stage && s.event == event);
    let last = steps.iter().find(|s| s.stage == Stage::Register && s.event == Event::Ok);
    [
        first(Stage::Challenge, Event::Began),
        first(Stage::Challenge, Event::Ok),
        first(Stage::Authenticate, Event::Began),
        last,
    ]
    .into_iter()
    .flatten()
    .map(|step| step.frame)
    .collect()
}

/// What a verdict rests on that was not seen.
fn weakened(story: &Story<'_>) -> Vec<String> {
    let mut out = Vec::new();
    // A single one is the end of a connection that was not captured: a FIN counts as a byte.
    let bytes = |lost: u64| if lost > 1 { lost } else { 0 };
    let ends = || story.registrations.iter().filter_map(|r| story.ending(r.flow));
    let lost = ends().map(|c| bytes(c.lost[0]).saturating_add(bytes(c.lost[1]))).sum::<u64>();
    if lost > 0 {
        out.push(format!("{lost} bytes of its SIP connection are missing from the capture"));
    }
    let one_sided = story.registrations.iter().filter_map(|r| story.ending(r.flow)).any(|c| c.seen != [true, true]);
    if one_sided {
        out.push("only one direction of its SIP connection was captured".into());
    }
    let closed = story.tls.iter().filter(|talk| !talk.decrypted && talk.data == [true, true]).count();
    if closed > 0 {
        out.push(format!("{closed} of its TLS connections could not be read"));
    }
    out
}
