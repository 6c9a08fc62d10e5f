//! A sign-in as a ladder: lifelines of the machines that took part, and one step for each message between them.
//!
//! This is data. `collect` makes steps of the facts of messages, `text`, `svg` and `mermaid` draw them; the screen may draw
//! them in its own way.

mod collect;
pub mod compare;
pub mod mermaid;
pub mod svg;
pub mod text;

pub use collect::Steps;

use crate::wire::Timestamp;
use crate::wire::time::{NANOS, Seconds};
use std::collections::BTreeSet;

/// What a machine is in a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Signs in.
    Client,
    /// Answers names.
    Dns,
    /// Hands out Kerberos tickets.
    Kdc,
    /// Speaks SIP.
    FrontEnd,
    /// Was asked to open a way for others (`CONNECT`).
    Proxy,
    /// Speaks HTTP.
    Web,
    /// Speaks TLS, and what is inside was not seen.
    Tls,
}

impl Role {
    /// The word over the lifeline.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Dns => "DNS",
            Self::Kdc => "KDC",
            Self::FrontEnd => "front end",
            Self::Proxy => "proxy",
            Self::Web => "web",
            Self::Tls => "TLS server",
        }
    }
}

/// One machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifeline {
    /// What it was found to be; a domain controller is two things.
    pub roles: BTreeSet<Role>,
    /// Its address.
    pub address: String,
    /// The name it was called by, if one was seen.
    pub name: Option<String>,
}

impl Lifeline {
    /// The name, or else the address.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.address)
    }

    /// What it is, in a word or two: `DNS, KDC`.
    pub fn role(&self) -> String {
        // TLS says little of a machine that was seen to do something else too.
        let more = self.roles.len() > 1;
        let names: Vec<_> = self.roles.iter().filter(|r| !(more && **r == Role::Tls)).map(|r| r.name()).collect();
        names.join(", ")
    }
}

/// How a step stands in the story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// It goes on.
    #[default]
    Plain,
    /// The server was content.
    Good,
    /// The server asked for more, or complained of something that did not end it.
    Asked,
    /// An error.
    Bad,
    /// Where the sign-in failed.
    Failed,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The frame in which it ended.
    pub frame: u64,
    /// When.
    pub time: Timestamp,
    /// Index of the lifeline that sent it.
    pub from: usize,
    /// Index of the lifeline that got it.
    pub to: usize,
    /// `SIP`, `DNS`
    pub protocol: &'static str,
    /// What it was: `REGISTER NTLM authenticate`. Not yet made harmless for any output.
    pub label: String,
    /// How it stands.
    pub state: State,
    /// How often it was sent, one right after the other.
    pub count: u32,
    /// It came out of TLS.
    pub encrypted: bool,
    /// Its conversation.
    pub flow: u32,
}

impl Step {
    /// Its label, with how often and inside what.
    pub fn said(&self) -> String {
        let times = if self.count > 1 { format!(" ×{}", self.count) } else { String::new() };
        format!("{}{times}", self.label)
    }
}

/// A ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    /// Whose.
    pub title: String,
    /// How it ended, in a sentence; may be empty.
    pub sentence: String,
    /// The machines; the client is the first.
    pub lifelines: Vec<Lifeline>,
    /// The messages, in order.
    pub steps: Vec<Step>,
    /// Messages that are not drawn.
    pub more: u64,
}

/// Longest round of steps that is folded, and fewest rounds that are.
const MAX_ROUND: usize = 8;
const LEAST_ROUNDS: usize = 3;

impl Ladder {
    /// The same with rounds that repeat one right after the other told once: a client that tries the same thing again and
    /// again. The step where it failed stays.
    pub fn folded(&self) -> Self {
        let same = |a: &Step, b: &Step| {
            (a.from, a.to, a.state, a.count, a.encrypted) == (b.from, b.to, b.state, b.count, b.encrypted)
                && a.label == b.label
        };
        let mut steps = Vec::new();
        let mut rest = self.steps.as_slice();
        while let Some(first) = rest.first() {
            // Of what repeats the shortest round.
            let round = (1..=MAX_ROUND).find_map(|long| {
                let one = rest.get(..long)?;
                let again = rest.chunks_exact(long).take_while(|next| next.iter().zip(one).all(|(a, b)| same(a, b)));
                let rounds = again.count();
                (rounds >= LEAST_ROUNDS).then_some((one, rounds))
            });
            let Some((one, rounds)) = round else {
                steps.push(first.clone());
                rest = rest.get(1..).unwrap_or_default();
                continue;
            };
            let times = u32::try_from(rounds).unwrap_or(u32::MAX);
            steps.extend(one.iter().map(|step| Step { count: step.count.saturating_mul(times), ..step.clone() }));
            rest = rest.get(one.len().saturating_mul(rounds)..).unwrap_or_default();
        }
        Self { steps, ..self.clone() }
    }

    /// Seconds from the first step, `0.012`.
    pub fn since_first(&self, step: usize) -> String {
        let time = |at: usize| self.steps.get(at).map(|s| s.time);
        let since = time(step).zip(time(0)).map(|(now, first)| Seconds(now.since(first)).to_string());
        since.and_then(|text| text.get(..text.len().saturating_sub(6)).map(str::to_owned)).unwrap_or_default()
    }

    /// Seconds from the step before, `+0.012`; the first step gives its time of day.
    pub fn since(&self, step: usize) -> String {
        let time = |at: usize| self.steps.get(at).map(|s| s.time);
        match (time(step), step.checked_sub(1).and_then(time)) {
            (Some(now), Some(before)) => {
                let milliseconds = now.since(before).div_euclid(NANOS / 1000);
                let text = Seconds(milliseconds.saturating_mul(NANOS / 1000)).to_string();
                let short = text.get(..text.len().saturating_sub(6)).unwrap_or(&text).to_owned();
                if short.starts_with('-') { short } else { format!("+{short}") }
            }
            (Some(now), None) => now.clock().get(..12).unwrap_or_default().to_owned(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two steps between a client and a front end; the second failed.
    pub(super) fn sample() -> Ladder {
        let line = |role, address: &str, name: Option<&str>| Lifeline {
            roles: BTreeSet::from([role]),
            address: address.into(),
            name: name.map(str::to_owned),
        };
        let step = |frame, millis: i64, from, to, label: &str, state| Step {
            frame,
            time: Timestamp(millis * 1_000_000),
            from,
            to,
            protocol: "SIP",
            label: label.into(),
            state,
            count: 1,
            encrypted: false,
            flow: 0,
        };
        Ladder {
            title: "alice@contoso.com".into(),
            sentence: "It failed.".into(),
            lifelines: vec![
                line(Role::Client, "10.0.0.50", None),
                line(Role::FrontEnd, "10.0.0.10", Some("fe01.example")),
            ],
            steps: vec![
                step(6, 1000, 0, 1, "REGISTER NTLM start", State::Plain),
                step(7, 1012, 1, 0, "401 NTLM challenge", State::Failed),
                step(8, 1012, 0, 1, "REGISTER NTLM authenticate alice", State::Plain),
            ],
            more: 0,
        }
    }

    #[test]
    fn rounds_that_repeat_are_told_once() {
        let mut ladder = sample();
        let [start, asked, answer] = ladder.steps.clone().try_into().unwrap();
        let asked = Step { state: State::Asked, ..asked };
        let round = [&start, &asked, &answer];
        let (own, last) = (Step { frame: 3, ..start.clone() }, Step { state: State::Failed, ..asked.clone() });
        let repeated = std::iter::repeat_n(round, 5).flatten().cloned();
        ladder.steps = [own.clone()].into_iter().chain(repeated).chain([start.clone(), last.clone()]).collect();
        let folded = ladder.folded();
        let told: Vec<_> = folded.steps.iter().map(|step| (step.frame, step.count, step.state)).collect();
        // The first step is a round that was broken off; the last one is where it failed.
        let plain = State::Plain;
        assert_eq!(
            told,
            [(3, 1, plain), (6, 5, plain), (7, 5, State::Asked), (8, 5, plain), (6, 1, plain), (7, 1, State::Failed)]
        );
        // Two rounds are no habit.
        ladder.steps = round.into_iter().chain(round).cloned().collect();
        assert_eq!(ladder.folded(), ladder);
    }

    #[test]
    fn times_are_told_from_step_to_step() {
        let ladder = sample();
        assert_eq!([ladder.since(0), ladder.since(1), ladder.since(2)], ["00:00:01.000", "+0.012", "+0.000"]);
    }
}
