//! The sentence of a sign-in for which no cause is known: what happened, and how far it came.

use super::causes::{Case, plain};
use super::machine::Progress;
use super::over::is_hidden;
use super::purpose::{Purpose, of_talk};
use super::stage::{Stage, State};
use super::steps::{fetches_certificate, is_sip_service};
use super::story::Story;
use super::unnamed::plainly;
use super::{Outcome, ServerWords, SignIn};
use crate::analysis::{Carrier, LookupSeen, Negotiation, Outcome as Ended, SRV, TlsTalk};
use crate::fact::{Direction, Scheme};
use crate::knowledge::code::and_result;
use crate::wire::time::{NANOS, span};

/// How long a capture goes on without a word of the client's before its end is not the reason, in nanoseconds.
const SILENCE: i64 = 10 * NANOS;

/// What had failed before it went well, with the reason that is known of it.
fn before_that(story: &Story<'_>, signin: &SignIn) -> String {
    // A KDC that issues the same ticket afterwards had only something to correct, a clock or a type of encryption.
    let corrected = |n: &Negotiation| {
        let later =
            |other: &&&Negotiation| other.legs.first().map(|leg| leg.frame) > n.legs.first().map(|leg| leg.frame);
        let mut same = story
            .negotiations
            .iter()
            .filter(later)
            .filter(|other| other.carrier == Carrier::Kdc && other.target == n.target && other.user == n.user);
        n.carrier == Carrier::Kdc && same.any(|other| other.outcome == Ended::Accepted)
    };
    let refused = story.negotiations.iter().find(|n| n.outcome == Ended::Refused && !corrected(n));
    if let Some(n) = refused {
        let what = n
            .target
            .as_deref()
            .filter(|_| n.carrier == Carrier::Kdc)
            .map_or_else(|| n.scheme.to_string(), |target| format!("{} for {target}", n.scheme));
        return format!(", after {what} had failed ({})", n.reason);
    }
    if let Some(lookup) = nameless_kdc(story, signin) {
        return format!(", after no KDC was found (#{}: there is no {})", lookup.proof(), lookup.name);
    }
    let failed = signin.stages.iter().find(|row| matches!(row.state, State::Warn | State::Retried));
    failed.map_or_else(String::new, |row| format!(", after a failure at {}", row.stage.name()))
}

/// How long before NTLM a client may have looked for a KDC, in nanoseconds.
const LOOKED: i64 = 30 * NANOS;
/// Look-ups before it that are looked through: there may be thousands of clients at a time.
const NEAR: usize = 256;

/// The name of a KDC (RFC 4120 7.2.3.2) that does not exist: it was asked for right before a client that was offered
/// Kerberos went on with NTLM, and no other one led anywhere.
fn nameless_kdc<'e>(story: &Story<'e>, signin: &SignIn) -> Option<&'e LookupSeen> {
    if !signin.offered.contains(&Scheme::Kerberos) || signin.used.contains(&Scheme::Kerberos) {
        return None;
    }
    let ntlm = story.negotiations.iter().find(|n| n.carrier == Carrier::Sip && n.scheme == Scheme::Ntlm)?;
    let began = ntlm.legs.first()?;
    let asked = &story.evidence.lookups;
    let end = asked.partition_point(|lookup| lookup.frame < began.frame);
    let mut near = asked.get(end.saturating_sub(NEAR)..end)?.iter().filter(|lookup| {
        lookup.kind == SRV
            && story.is_client(lookup.client)
            && (0..=LOOKED).contains(&began.time.since(lookup.time))
            && lookup.name.starts_with("_kerberos.")
    });
    near.clone().all(LookupSeen::is_denied).then(|| near.next_back()).flatten()
}

/// How a connection that could not be read ended, as a clause.
fn ended(story: &Story<'_>, talk: &TlsTalk) -> String {
    match story.ending(talk.flow).and_then(|life| life.ended) {
        Some(end) => {
            let who = if end.by == Direction::ToClient { "the server" } else { "the client" };
            let how = if end.reset { "resets" } else { "closes" };
            format!("{who} {how} it after {}", span(end.time.since(talk.time)))
        }
        None => "it is open when the capture ends".into(),
    }
}

/// Nothing of the registrar's could be read.
fn unread(story: &Story<'_>) -> String {
    let closed =
        |talk: &&&TlsTalk| !talk.decrypted && talk.data == [true, true] && of_talk(story, talk) == Purpose::Sip;
    let end = story.tls.iter().rev().find(closed).map_or_else(String::new, |talk| format!("; {}", ended(story, talk)));
    // A ticket for the registrar is bought for nothing else.
    let ticket = story.negotiations.iter().find_map(|n| {
        let target = n.target.as_deref().filter(|target| is_sip_service(target))?;
        let issued = n.carrier == Carrier::Kdc && n.outcome == Ended::Accepted;
        issued.then(|| {
            format!(" with Kerberos: the KDC issues a ticket for {target} (#{})", n.legs.last().map_or(0, |l| l.frame))
        })
    });
    format!(
        "A connection inside TLS that could not be read, consistent with a sign-in{}{end}.",
        ticket.unwrap_or_default()
    )
}

/// The registrar could be read, and the web services to which it sends could not.
fn unread_certificate(story: &Story<'_>) -> String {
    let talk = story.tls.iter().rev().find(|talk| fetches_certificate(story, talk));
    let host = story.registrations.iter().rev().find_map(|r| r.issuer_host()).unwrap_or("the web services");
    let end = talk.map_or_else(String::new, |talk| format!("; {}", ended(story, talk)));
    format!(
        "After the challenge the client talks to {host} inside TLS that could not be read, consistent with a web ticket and a \
         certificate{end}. It does not come back to the registrar in this capture."
    )
}

/// The sentence of a sign-in without a cause.
pub(super) fn sentence(
    signin: &SignIn,
    story: &Story<'_>,
    progress: &Progress,
    case: Option<&Case<'_, '_>>,
    failure: Option<String>,
) -> String {
    let list = |schemes: &[Scheme]| schemes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", then ");
    match signin.outcome {
        Outcome::SignedIn => {
            // What was refused before is told behind it.
            let good = |scheme: &&Scheme| {
                let mut mine = story.negotiations.iter().filter(|n| n.carrier == Carrier::Sip && n.scheme == **scheme);
                mine.any(|n| n.outcome == Ended::Accepted)
            };
            let good: Vec<Scheme> = signin.used.iter().filter(good).cloned().collect();
            let how = match (good.is_empty(), signin.used.is_empty()) {
                (false, _) => list(&good),
                (true, false) => list(&signin.used),
                (true, true) => "no authentication that was captured".into(),
            };
            // A sentence goes on inside another: names keep their case, the article does not.
            let but = failure.map_or_else(String::new, |failure| match failure.strip_prefix("The ") {
                Some(rest) => format!(" But the {rest}"),
                None => format!(" But {failure}"),
            });
            format!("Signed in with {how}{}.{but}", before_that(story, signin))
        }
        Outcome::Failed => {
            let stage = signin.failed_stage.map_or("an unknown stage", Stage::name);
            match (case.and_then(plainly), &signin.server_words) {
                (Some(what), _) => format!("Stopped at {stage}: {what}."),
                (None, Some(ServerWords { diagnostics: Some(said), status, .. })) => {
                    format!(
                        "Stopped at {stage}: the server answers {status}, {} \"{}\"{}.",
                        said.id,
                        plain(&said.reason),
                        and_result(said.result)
                    )
                }
                (None, Some(words)) => {
                    let phrase = Some(&words.phrase).filter(|phrase| !phrase.is_empty());
                    let phrase = phrase.map_or_else(String::new, |phrase| format!(" \"{}\"", plain(phrase)));
                    format!("Stopped at {stage}: the server answers {}{phrase} and says no more.", words.status)
                }
                (None, None) => format!("Stopped at {stage}; nothing captured tells why."),
            }
        }
        Outcome::Looping => "The same steps repeat without an end.".into(),
        Outcome::Unfinished => {
            let at = progress.at.map_or("its beginning", Stage::name);
            let unclear = if case.is_some_and(|case| is_hidden(story, case.failure)) {
                "what the client did next lies in TLS that could not be read."
            } else {
                "the capture ends before it is clear whether the client went on."
            };
            let silent = story.evidence.until.since(signin.ended) >= SILENCE;
            match (failure, progress.open) {
                (Some(failure), _) => format!("{failure} But {unclear}"),
                (None, Some(_)) => format!("Something failed at {at}; {unclear}"),
                (None, None) if silent => format!("The client comes to {at}; nothing more of it was captured."),
                (None, None) => format!("The capture ends while the client is at {at}."),
            }
        }
        Outcome::Unknown => {
            let closed = signin.stages.iter().any(|row| row.state == State::Encrypted);
            if closed && !story.registrations.is_empty() {
                unread_certificate(story)
            } else if closed {
                unread(story)
            } else {
                "Only what the client sent was captured; how it ended cannot be told.".into()
            }
        }
    }
}
