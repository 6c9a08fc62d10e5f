//! A story as steps through the stages: what began, what went well, what failed and on what evidence.

use super::host::is_candidate;
use super::purpose::{Purpose, of_server, of_talk};
use super::stage::Stage;
use super::story::Story;
use crate::analysis::{
    Carrier, LookupSeen, Negotiation, Outcome, Refusal, Registration, SRV, SipStep, SipWhat, TlsTalk, Undelivered,
    Unopened, WebExchange,
};
use crate::fact::{Access, Covered, Direction, Scheme};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use std::collections::{BTreeMap, BTreeSet};

/// What a step did to its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request went out, or an answer that is no end.
    Began,
    /// It ended well.
    Ok,
    /// It ended well, but not in the way first tried.
    Otherwise,
    /// It ended badly.
    Failed,
    /// It took place inside TLS that stayed closed.
    Encrypted,
}

/// What shows a failure.
#[derive(Clone, Copy, Debug)]
pub enum Trouble<'e> {
    /// No name of the client's list leads anywhere.
    Names,
    /// A name that the client needs leads nowhere.
    Name(&'e LookupSeen),
    /// A connection never came about.
    Unopened(&'e Unopened),
    /// The network sent a packet back.
    Undelivered(&'e Undelivered),
    /// A TLS handshake came to nothing.
    Tls(&'e TlsTalk),
    /// The KDC refused.
    Kdc(&'e Negotiation),
    /// The KDC never answered.
    KdcSilent(&'e Negotiation),
    /// The registrar refused a credential.
    Refused(&'e SipStep),
    /// The registrar's verdict on the request itself.
    Answer(&'e Registration, &'e SipStep),
    /// The registrar never answered.
    Silent(&'e Registration, &'e SipStep),
    /// The server ended the connection before it answered.
    Cut(&'e Registration, &'e SipStep),
    /// The client closes after the challenge and sends no credential.
    GaveUp(&'e Registration),
    /// A request after signing in was refused.
    Refusal(&'e Registration, &'e Refusal),
    /// The registrar says yes, and its signature does not fit.
    Forged(&'e Registration, &'e SipStep),
    /// A web service refused, failed or answered something else.
    Web(&'e WebExchange),
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step<'e> {
    /// The frame that shows it.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// Of which stage.
    pub stage: Stage,
    /// What it did.
    pub event: Event,
    /// What it was to reach.
    pub purpose: Purpose,
    /// What shows the failure.
    pub trouble: Option<Trouble<'e>>,
}

impl<'e> Step<'e> {
    /// A step without trouble.
    pub const fn new(frame: u64, time: Timestamp, stage: Stage, event: Event) -> Self {
        Self { frame, time, stage, event, purpose: Purpose::Unknown, trouble: None }
    }

    /// A failure.
    pub const fn failed(frame: u64, time: Timestamp, stage: Stage, trouble: Trouble<'e>) -> Self {
        Self { trouble: Some(trouble), ..Self::new(frame, time, stage, Event::Failed) }
    }

    /// The same to reach this.
    pub const fn to(self, purpose: Purpose) -> Self {
        Self { purpose, ..self }
    }
}

/// How long a registrar may think before its silence counts, in nanoseconds: half of RFC 3261's timer F.
const PATIENCE: i64 = 16 * NANOS;

/// All steps of a story, in the order of time.
pub fn steps<'e>(story: &Story<'e>) -> Vec<Step<'e>> {
    let mut out = Vec::new();
    names(story, &mut out);
    unopened(story, &mut out);
    tls(story, &mut out);
    for registration in &story.registrations {
        register(story, registration, &mut out);
    }
    kdc(story, &mut out);
    super::web::steps(story, &mut out);
    out.sort_by_key(|step| (step.time, step.frame, step.stage));
    out
}

/// Names: one that leads somewhere is a good end; that none does is told once, with the last answer.
fn names<'e>(story: &Story<'e>, out: &mut Vec<Step<'e>>) {
    let led_to: BTreeSet<&str> =
        story.lookups.iter().flat_map(|l| &l.services).map(|(host, _)| host.as_str()).collect();
    // What a service record names is a name of the list no more: the client asks for it because of the record.
    let (candidates, others): (Vec<_>, Vec<_>) = story
        .lookups
        .iter()
        .copied()
        .partition(|l| is_candidate(&l.name, l.kind) && (l.kind == SRV || !led_to.contains(&*l.name)));
    for lookup in &candidates {
        out.push(Step::new(lookup.frame, lookup.time, Stage::Discover, Event::Began));
        if let Some((frame, time, _)) = lookup.answer {
            let event = if lookup.leads_somewhere() { Event::Ok } else { Event::Began };
            out.push(Step::new(frame, time, Stage::Discover, event));
        }
    }
    // Of an alias the resolver may ask for what it stands for.
    let resolved = |host: &str| others.iter().any(|l| *l.name == *host && !l.addresses.is_empty());
    let found =
        candidates.iter().any(|l| l.answer.is_some() && (!l.is_empty() || l.alias.as_deref().is_some_and(resolved)));
    let last = candidates.iter().map(|l| l.answer.map_or((l.last, l.frame), |(frame, time, _)| (time, frame))).max();
    if let (false, Some((time, frame))) = (found, last) {
        out.push(Step::failed(frame, time, Stage::Discover, Trouble::Names));
    }
    // A host that a service record or the client's settings name.
    let mut hosts: BTreeMap<&str, Vec<&'e LookupSeen>> = BTreeMap::new();
    for lookup in others.into_iter().filter(|l| l.kind != SRV) {
        hosts.entry(&lookup.name).or_default().push(lookup);
    }
    for lookups in hosts.values() {
        let Some(first) = lookups.first() else { continue };
        let wanted = led_to.contains(&*first.name);
        if !wanted && lookups.iter().all(|l| l.is_denied()) && is_sent_to(story, first) && !is_reached(story, first) {
            let last = lookups.iter().filter_map(|l| l.answer).map(|(frame, time, _)| (time, frame)).max();
            let (time, frame) = last.unwrap_or((first.time, first.frame));
            out.push(Step::failed(frame, time, Stage::Ticket, Trouble::Name(first)));
            continue;
        }
        let good = lookups.iter().find(|l| !l.addresses.is_empty());
        match good {
            Some(good) => out.push(Step::new(good.proof(), good.time, Stage::Discover, Event::Ok)),
            None if wanted && lookups.iter().all(|l| l.answer.is_some() && !l.cut) => {
                let time = first.answer.map_or(first.time, |(_, time, _)| time);
                out.push(Step::failed(first.proof(), time, Stage::Discover, Trouble::Name(first)));
            }
            None => {}
        }
    }
}

/// True if a registrar's challenge sent the client to this name for a ticket before it was asked for.
fn is_sent_to(story: &Story<'_>, lookup: &LookupSeen) -> bool {
    story.registrations.iter().any(|r| {
        r.first() <= lookup.time && r.issuer_host().is_some_and(|host| host.eq_ignore_ascii_case(&lookup.name))
    })
}

/// True if the client talks to this name all the same: something else than DNS knows its address.
fn is_reached(story: &Story<'_>, lookup: &LookupSeen) -> bool {
    let is = |host: &str| host.eq_ignore_ascii_case(&lookup.name);
    // Of a connection whose beginning is missing it is not known whom it was for.
    let may_be = |talk: &TlsTalk| {
        story.is_client(talk.client.ip()) && talk.server_name.as_deref().map_or(talk.time >= lookup.time, is)
    };
    story.web.iter().any(|w| is(&w.host)) || story.evidence.tls.iter().any(may_be)
}

/// The stage that a server's port belongs to.
const fn stage_of(port: u16) -> Stage {
    match port {
        53 => Stage::Discover,
        88 | 464 => Stage::Authenticate,
        _ => Stage::Connect,
    }
}

fn unopened<'e>(story: &Story<'e>, out: &mut Vec<Step<'e>>) {
    for row in &story.unopened {
        let Some((frame, time)) = row.life.opened else { continue };
        let stage = stage_of(row.server.port());
        let purpose = of_server(story, row.server);
        out.push(Step::new(frame, time, stage, Event::Began).to(purpose));
        if let Some(end) = row.life.ended.filter(|end| end.reset && end.by == Direction::ToClient) {
            out.push(Step::failed(end.frame, end.time, stage, Trouble::Unopened(row)).to(purpose));
        } else if row.life.syns >= 3 && story.hears_servers() {
            out.push(Step::failed(frame, row.life.last_syn, stage, Trouble::Unopened(row)).to(purpose));
        }
    }
    for row in &story.undelivered {
        let stage = stage_of(row.server.port());
        let purpose = of_server(story, row.server);
        out.push(Step::failed(row.frame, row.time, stage, Trouble::Undelivered(row)).to(purpose));
    }
}

/// True if this handshake came to nothing, as far as that can be seen from outside.
pub fn is_broken(story: &Story<'_>, talk: &TlsTalk) -> bool {
    if talk.decrypted && talk.data[0] || talk.data == [true, true] {
        return false;
    }
    let unsure = matches!(talk.access, Some(Access::Lost | Access::Part | Access::Mismatch));
    // In TLS 1.3 everything after the hellos looks like data. A client of which there is nothing has not finished either.
    let hidden = unsure || talk.version == Some(0x0304) && !talk.decrypted && !talk.is_speechless();
    let alert = talk.alert.is_some_and(|(alert, _)| alert.level == 2 || matches!(alert.code, 42..=49));
    // Bytes that the capture misses may be what is missed here.
    let whole = |c: &crate::fact::Connection| c.lost == [0, 0] && c.seen == [true, true];
    let ended = story.ending(talk.flow).is_some_and(|c| c.ended.is_some() && whole(c));
    // An alert in place of the client's Finished ends a handshake, whatever it says.
    let covered = talk.covered == Some(Covered::Alert) && !talk.decrypted && !talk.data[0];
    alert || covered || ended && !hidden && talk.offered.is_some() && !talk.data[0]
}

fn tls<'e>(story: &Story<'e>, out: &mut Vec<Step<'e>>) {
    for talk in &story.tls {
        let frame = talk.frames.first().copied().unwrap_or(0);
        let opened = story.ending(talk.flow).and_then(|c| c.opened);
        let (at, time) = opened.unwrap_or((frame, talk.time));
        let purpose = of_talk(story, talk);
        out.push(Step::new(at, time, Stage::Connect, Event::Ok).to(purpose));
        let end = story.ending(talk.flow).and_then(|c| c.ended);
        if is_broken(story, talk) {
            let last = talk.frames.last().copied().unwrap_or(frame);
            let time = end.map_or(talk.time, |end| end.time);
            out.push(Step::new(frame, talk.time, Stage::Tls, Event::Began));
            out.push(Step::failed(last, time, Stage::Tls, Trouble::Tls(talk)).to(purpose));
        } else if talk.decrypted {
            out.push(Step::new(frame, talk.time, Stage::Tls, Event::Ok).to(purpose));
        } else if talk.data == [true, true] {
            // The connection is up; what it is used for cannot be seen.
            out.push(Step::new(frame, talk.time, Stage::Tls, Event::Ok).to(purpose));
            for stage in [Stage::Challenge, Stage::Authenticate, Stage::Register] {
                if purpose == Purpose::Sip {
                    out.push(Step::new(frame, talk.time, stage, Event::Encrypted));
                }
            }
            if fetches_certificate(story, talk) {
                out.push(Step::new(frame, talk.time, Stage::Ticket, Event::Encrypted));
                out.push(Step::new(frame, talk.time, Stage::Certificate, Event::Encrypted));
            }
        } else {
            out.push(Step::new(frame, talk.time, Stage::Tls, Event::Began));
        }
    }
}

/// True if the registrar has sent the client for a certificate, and this connection, which could not be read, goes where it
/// is to be had: to the host that the challenge names.
pub fn fetches_certificate(story: &Story<'_>, talk: &TlsTalk) -> bool {
    let name = talk.server_name.as_deref();
    !talk.decrypted
        && talk.data == [true, true]
        && story.registrations.iter().any(|r| {
            let Some(host) = r.issuer_host() else { return false };
            let named = name.is_some_and(|name| name.eq_ignore_ascii_case(host));
            let found = || {
                let there = |l: &&&LookupSeen| l.addresses.contains(&talk.server.ip());
                story.lookups.iter().filter(there).any(|l| l.name.eq_ignore_ascii_case(host))
                    || host.parse() == Ok(talk.server.ip())
            };
            let sent = r.steps.iter().find(|step| matches!(step.what, SipWhat::Answer { status: 401 | 407, .. }));
            (named || name.is_none() && found()) && sent.is_some_and(|step| step.time <= talk.time)
        })
}

/// Ports at which SIP is spoken and nothing else.
pub const fn is_sip_port(port: u16) -> bool {
    matches!(port, 5060 | 5061)
}

/// The negotiation that this answer refused, if there is one.
fn refused_by<'e>(story: &Story<'e>, answer: &SipStep) -> Option<&'e Negotiation> {
    story.negotiations.iter().copied().find(|n| {
        n.carrier == Carrier::Sip
            && n.outcome == Outcome::Refused
            && n.legs.last().is_some_and(|leg| leg.frame == answer.frame)
    })
}

/// True if something else was tried before this scheme, and failed.
fn is_second_choice(story: &Story<'_>, scheme: &Scheme, time: Timestamp) -> bool {
    story.negotiations.iter().any(|n| {
        let failed = matches!(n.outcome, Outcome::Refused | Outcome::Abandoned);
        let other = match n.carrier {
            Carrier::Sip => n.scheme != *scheme,
            Carrier::Kdc => *scheme != Scheme::Kerberos && n.target.as_deref().is_some_and(is_sip_service),
            _ => false,
        };
        failed && other && n.legs.first().is_some_and(|leg| leg.time < time)
    })
}

/// True for the SPN of a registrar.
pub fn is_sip_service(target: &str) -> bool {
    target.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("sip/"))
}

/// True for the SPN of a web service.
pub fn is_web_service(target: &str) -> bool {
    target.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("http/"))
}

fn register<'e>(story: &Story<'e>, registration: &'e Registration, out: &mut Vec<Step<'e>>) {
    if let Some(first) = registration.steps.first() {
        let opened = story.ending(first.flow).and_then(|c| c.opened);
        let (frame, time) = opened.unwrap_or((first.frame, first.time));
        out.push(Step::new(frame, time, Stage::Connect, Event::Ok).to(Purpose::Sip));
        if registration.encrypted {
            out.push(Step::new(first.frame, first.time, Stage::Tls, Event::Ok).to(Purpose::Sip));
        }
    }
    for step in &registration.steps {
        match &step.what {
            SipWhat::Request { removes: true, .. } => {}
            SipWhat::Request { scheme, token, signed, .. } => {
                let stage = match scheme {
                    None => Stage::Challenge,
                    Some(_) if *token || !signed => Stage::Authenticate,
                    Some(_) => Stage::Register,
                };
                out.push(Step::new(step.frame, step.time, stage, Event::Began));
            }
            SipWhat::Answer { .. } => answer(story, registration, step, out),
        }
    }
    if let Some((frame, time)) = registration.active {
        out.push(Step::new(frame, time, Stage::Register, Event::Ok));
        out.push(Step::new(frame, time, Stage::Provision, Event::Ok));
    }
    // What others do not take, a call or a message, is no part of signing in, and an event or a mailbox that the server
    // does not have keeps nobody from it. Some clients ask without being registered.
    let settings = |r: &&Refusal| {
        let asks = matches!(&*r.method, "SUBSCRIBE" | "SERVICE")
            && (r.is_final() || matches!(r.status, 480 | 500 | 503 | 504));
        asks && registration.granted_before(r.time)
    };
    for refusal in registration.refusals.iter().filter(settings) {
        let trouble = Trouble::Refusal(registration, refusal);
        out.push(Step::failed(refusal.frame, refusal.time, Stage::Provision, trouble));
    }
    silence(story, registration, out);
    gave_up(story, registration, out);
}

/// The client closes after the challenge, has sent no credential, and does nothing else by which it could have got one:
/// of value only where the challenge offers little.
fn gave_up<'e>(story: &Story<'e>, registration: &'e Registration, out: &mut Vec<Step<'e>>) {
    let Some(last) = registration.steps.last() else { return };
    let SipWhat::Answer { status: 401 | 407, .. } = &last.what else { return };
    let lync = [Scheme::Ntlm, Scheme::Kerberos, Scheme::TlsDsk];
    let usable: Vec<_> = registration.offered.iter().filter(|scheme| lync.contains(scheme)).collect();
    let little = matches!(usable.as_slice(), [] | [Scheme::Kerberos | Scheme::TlsDsk]);
    // Only who was asked for the first time sends no credential; what the answer alone was captured of may have had one.
    let first =
        registration.asked(last).is_some_and(|asked| matches!(asked.what, SipWhat::Request { scheme: None, .. }));
    let orphans = &story.evidence.kdc_orphans;
    let elsewhere = story.lookups.iter().any(|lookup| lookup.is_denied() && is_sent_to(story, lookup))
        || story.addresses.iter().any(|a| orphans.get(a).is_some_and(|time| *time >= registration.first()))
        || !story.negotiations.is_empty()
        || !story.undelivered.is_empty()
        || story.tls.iter().any(|talk| talk.flow != registration.flow)
        || !story.unopened.is_empty()
        || !story.web.is_empty();
    if little
        && first
        && !elsewhere
        && !registration.cut
        && let Some((frame, time)) = story.ending(last.flow).and_then(|c| c.client_left)
    {
        out.push(Step::failed(frame, time, Stage::Challenge, Trouble::GaveUp(registration)));
    }
}

fn answer<'e>(story: &Story<'e>, registration: &'e Registration, step: &'e SipStep, out: &mut Vec<Step<'e>>) {
    let SipWhat::Answer { status, continues, diagnostics, whole, .. } = &step.what else { return };
    let asked = registration.asked(step);
    let (scheme, credential) = match asked.map(|asked| &asked.what) {
        Some(SipWhat::Request { removes: true, .. }) => return,
        Some(SipWhat::Request { scheme, .. }) => (scheme.as_ref(), scheme.is_some()),
        _ => (None, false),
    };
    let now = |stage, event| Step::new(step.frame, step.time, stage, event);
    let failed = |stage, trouble| Step::failed(step.frame, step.time, stage, trouble);
    match status {
        401 | 407 => {
            // What the server says of a handshake that failed counts also where the request was not captured.
            let final_words = asked.is_none() && diagnostics.as_ref().is_some_and(|d| d.id == 1000);
            let refuses = refused_by(story, step).is_some() || final_words;
            if refuses || credential && !continues && *whole {
                out.push(failed(Stage::Authenticate, Trouble::Refused(step)));
            } else if credential || *continues {
                out.push(now(Stage::Authenticate, Event::Began));
            } else {
                out.push(now(Stage::Challenge, Event::Ok));
            }
        }
        300..=399 => out.push(now(Stage::Register, Event::Began)),
        // A registrar that checks passwords itself has refused this one.
        403 if refused_by(story, step).is_some() => out.push(failed(Stage::Authenticate, Trouble::Refused(step))),
        _ => {
            if let Some(scheme) = scheme {
                let second = is_second_choice(story, scheme, step.time);
                out.push(now(Stage::Authenticate, if second { Event::Otherwise } else { Event::Ok }));
            }
            if *status < 300 && is_forged(story, step) {
                out.push(failed(Stage::Register, Trouble::Forged(registration, step)));
            } else if *status < 300 {
                out.push(now(Stage::Register, Event::Ok));
            } else {
                out.push(failed(Stage::Register, Trouble::Answer(registration, step)));
            }
        }
    }
}

/// True if the signature of this answer was proven not to fit it: the client does not believe it either.
fn is_forged(story: &Story<'_>, answer: &SipStep) -> bool {
    let mine = story.negotiations.iter().filter(|n| n.carrier == Carrier::Sip && n.server == answer.server);
    mine.flat_map(|n| &n.association().invalid).any(|at| at.frame == answer.frame && !at.from_client)
}

/// The last request, if nobody answered it although it arrived.
fn silence<'e>(story: &Story<'e>, registration: &'e Registration, out: &mut Vec<Step<'e>>) {
    let Some(last) = registration.steps.last().filter(|_| registration.tcp) else { return };
    let SipWhat::Request { scheme, removes: false, .. } = &last.what else { return };
    let Some(life) = story.ending(last.flow) else { return };
    // Bytes that the capture misses may be the answer.
    if life.lost[Direction::ToClient.index()] > 0 || !life.seen[Direction::ToClient.index()] {
        return;
    }
    let stage = if scheme.is_some() { Stage::Authenticate } else { Stage::Challenge };
    let end = life.ended;
    // Where bytes of the client are missing, its end may be among them, and have come first.
    let first = life.lost[Direction::ToServer.index()] == 0;
    if let Some(end) = end.filter(|end| first && end.by == Direction::ToClient && end.time >= last.time) {
        out.push(Step::failed(end.frame, end.time, stage, Trouble::Cut(registration, last)));
        return;
    }
    let waited = life.client_left.map_or(story.evidence.until, |(_, time)| time).since(last.time);
    if waited >= PATIENCE && life.delivered[Direction::ToServer.index()] {
        let (frame, time) = life.client_left.unwrap_or((last.frame, story.evidence.until));
        out.push(Step::failed(frame, time, stage, Trouble::Silent(registration, last)));
    }
}

/// Requests to a KDC that it did not answer: those after its last word.
pub fn in_vain(exchange: &Negotiation) -> usize {
    exchange.legs.iter().rev().take_while(|leg| leg.what.ends_with("-REQ")).count()
}

fn kdc<'e>(story: &Story<'e>, out: &mut Vec<Step<'e>>) {
    let exchanges = || story.negotiations.iter().copied().filter(|n| n.carrier == Carrier::Kdc);
    for exchange in exchanges() {
        let (Some(first), Some(last)) = (exchange.legs.first(), exchange.legs.last()) else { continue };
        let web = exchange.target.as_deref().is_some_and(is_web_service);
        let stage = if web { Stage::Ticket } else { Stage::Authenticate };
        out.push(Step::new(first.frame, first.time, stage, Event::Began));
        let later = exchanges().any(|n| {
            n.outcome == Outcome::Accepted
                && n.target == exchange.target
                && n.legs.last().is_some_and(|leg| leg.time > last.time)
        });
        // One domain controller after the other is asked, each once or twice.
        let silent = |n: &&Negotiation| {
            matches!(n.outcome, Outcome::Unfinished | Outcome::Unseen)
                && n.target == exchange.target
                && n.user == exchange.user
                && n.legs.iter().all(|leg| leg.what.ends_with("-REQ"))
        };
        let others = exchanges().filter(silent).filter(|n| n.server != exchange.server).map(in_vain).sum::<usize>();
        let requests = in_vain(exchange) + if silent(&exchange) { others } else { 0 };
        match exchange.outcome {
            Outcome::Refused if !later => out.push(Step::failed(last.frame, last.time, stage, Trouble::Kdc(exchange))),
            Outcome::Unfinished | Outcome::Unseen if requests >= 3 && !later => {
                out.push(Step::failed(last.frame, last.time, stage, Trouble::KdcSilent(exchange)));
            }
            _ => out.push(Step::new(last.frame, last.time, stage, Event::Began)),
        }
    }
}
