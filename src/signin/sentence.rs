//! The sentence of a sign-in for which no cause is known: what happened, and how far it came.

use super::causes::Case;
use super::machine::Progress;
use super::stage::{Stage, State};
use super::steps::Trouble;
use super::story::Story;
use super::{Outcome, ServerWords, SignIn};
use crate::analysis::{Carrier, Outcome as Ended, alert_name};
use crate::fact::{Direction, Scheme};
use crate::wire::time::NANOS;

/// How long a capture goes on without a word of the client's before its end is not the reason, in nanoseconds.
const SILENCE: i64 = 10 * NANOS;

/// What had failed before it went well, with the reason that is known of it.
fn before_that(story: &Story<'_>, signin: &SignIn) -> String {
    let refused = story.negotiations.iter().find(|n| n.outcome == Ended::Refused);
    if let Some(n) = refused {
        let what = n
            .target
            .as_deref()
            .filter(|_| n.carrier == Carrier::Kdc)
            .map_or_else(|| n.scheme.to_string(), |target| format!("{} for {target}", n.scheme));
        return format!(", after {what} had failed ({})", n.reason);
    }
    let failed = signin.stages.iter().find(|row| matches!(row.state, State::Warn | State::Retried));
    failed.map_or_else(String::new, |row| format!(", after a failure at {}", row.stage.name()))
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
            let how =
                if signin.used.is_empty() { "no authentication that was captured".into() } else { list(&signin.used) };
            // A sentence goes on inside another: names keep their case, the article does not.
            let but = failure.map_or_else(String::new, |failure| match failure.strip_prefix("The ") {
                Some(rest) => format!(" But the {rest}"),
                None => format!(" But {failure}"),
            });
            format!("Signed in with {how}{}.{but}", before_that(story, signin))
        }
        Outcome::Failed => {
            let stage = signin.failed_stage.map_or("an unknown stage", Stage::name);
            match &signin.server_words {
                Some(ServerWords { diagnostics: Some(said), status, .. }) => {
                    format!("Stopped at {stage}: the server answers {status}, {} \"{}\".", said.id, said.reason)
                }
                Some(words) => {
                    let phrase = Some(&words.phrase).filter(|phrase| !phrase.is_empty());
                    let phrase = phrase.map_or_else(String::new, |phrase| format!(" \"{phrase}\""));
                    format!("Stopped at {stage}: the server answers {}{phrase} and says no more.", words.status)
                }
                None => match case.and_then(plainly) {
                    Some(what) => format!("Stopped at {stage}: {what}."),
                    None => format!("Stopped at {stage}; nothing captured tells why."),
                },
            }
        }
        Outcome::Looping => "The same steps repeat without an end.".into(),
        Outcome::Unfinished => {
            let at = progress.at.map_or("its beginning", Stage::name);
            let unclear = "the capture ends before it is clear whether the client went on.";
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
            if closed {
                "A connection inside TLS that could not be read, consistent with a sign-in.".into()
            } else {
                "Only what the client sent was captured; how it ended cannot be told.".into()
            }
        }
    }
}

/// What failed, in plain words, where no answer of the server's says it.
fn plainly(case: &Case<'_, '_>) -> Option<String> {
    Some(match case.trouble {
        Trouble::Kdc(exchange) => {
            let error = exchange.error.as_ref()?;
            let target = exchange.target.as_deref().unwrap_or("a ticket");
            format!(
                "the KDC {} answers {} {} to {} for {target}",
                exchange.server.ip(),
                error.code,
                error.name,
                exchange.account()
            )
        }
        Trouble::Tls(talk) => {
            let host = talk.server_name.as_deref().map_or_else(|| case.story.name_of(talk.server.ip()), str::to_owned);
            if let Some((alert, by)) = talk.alert {
                let who = if by == Direction::ToClient { "the server" } else { "the client" };
                format!("{who} ends the TLS handshake with {host} by alert {} {}", alert.code, alert_name(alert.code))
            } else {
                let end = case.story.ending(talk.flow).and_then(|life| life.ended)?;
                let who = if end.by == Direction::ToClient { "the server" } else { "the client" };
                let how = if end.reset { "resets" } else { "closes" };
                format!("{who} {how} the connection to {host} in the middle of the TLS handshake")
            }
        }
        Trouble::Web(exchange) => format!("{} does not answer {}", exchange.host, exchange.path),
        _ => return None,
    })
}
