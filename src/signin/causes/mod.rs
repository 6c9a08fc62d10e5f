//! Why sign-ins stop: the failure catalogue, one value a cause, grouped by stage.
//!
//! A cause looks at one failure with everything around it and rules, or stays silent. Where several rule, the surest
//! wins, then the one that asks for more. Numbers are never reused.

mod affinity;
mod authenticate;
mod certificate;
pub(super) mod connect;
pub(super) mod discover;
mod gateway;
mod kerberos;
mod provision;
mod register;
mod service;
pub(super) mod ticket;
mod tls;

use super::Confidence;
use super::machine::Progress;
use super::stage::Stage;
use super::steps::{Step, Trouble};
use super::story::Story;
use std::fmt;

/// A cause.
pub struct Cause {
    /// `F01`
    pub code: &'static str,
    /// `names-missing`
    pub name: &'static str,
    /// Where it stops a sign-in.
    pub stage: Stage,
    /// What is the matter, in a line.
    pub title: &'static str,
    /// What the wire shows.
    pub signature: &'static str,
    /// What to do, with cmdlets in their exact spelling; at most three steps.
    pub remedy: &'static [&'static str],
    /// What weakens the verdict; empty if nothing does.
    pub weakened: &'static str,
    /// Rules on a failure.
    pub(super) check: fn(&Case<'_, '_>) -> Option<Finding>,
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// A failure with everything around it.
pub(super) struct Case<'c, 'e> {
    pub(super) story: &'c Story<'e>,
    pub(super) steps: &'c [Step<'e>],
    pub(super) failure: &'c Step<'e>,
    pub(super) trouble: Trouble<'e>,
}

/// What a cause found.
#[derive(Debug)]
pub(super) struct Finding {
    confidence: Confidence,
    /// How much was asked for: among equally sure causes the more demanding one wins.
    weight: u8,
    sentence: String,
    evidence: Vec<u64>,
    or: Vec<&'static str>,
    /// What to do in this case, where more is known than the cause alone tells.
    next: Option<&'static [&'static str]>,
}

impl Finding {
    /// The bytes say so.
    fn certain(sentence: impl Into<String>) -> Self {
        Self {
            confidence: Confidence::Certain,
            weight: 1,
            sentence: sentence.into(),
            evidence: Vec::new(),
            or: Vec::new(),
            next: None,
        }
    }

    /// Hard to explain otherwise.
    fn likely(sentence: impl Into<String>) -> Self {
        Self { confidence: Confidence::Likely, ..Self::certain(sentence) }
    }

    /// The bytes fit it, and something else too.
    fn consistent(sentence: impl Into<String>) -> Self {
        Self { confidence: Confidence::Consistent, ..Self::certain(sentence) }
    }

    /// Proven by these frames.
    fn proof(mut self, frames: impl IntoIterator<Item = u64>) -> Self {
        self.evidence.extend(frames);
        self
    }

    /// Asks for more than others.
    const fn weight(mut self, weight: u8) -> Self {
        self.weight = weight;
        self
    }

    /// What mends this case, in place of what mends most of its cause.
    const fn next(mut self, next: &'static [&'static str]) -> Self {
        self.next = Some(next);
        self
    }

    /// The wire cannot tell it from these.
    fn or(mut self, others: &[&'static str]) -> Self {
        self.or.extend(others);
        self
    }
}

/// A verdict.
#[derive(Debug)]
pub(super) struct Ruling {
    pub(super) cause: &'static Cause,
    pub(super) or: Vec<&'static str>,
    pub(super) confidence: Confidence,
    pub(super) sentence: String,
    pub(super) evidence: Vec<u64>,
    pub(super) next: &'static [&'static str],
}

impl Ruling {
    fn of(cause: &'static Cause, found: Finding) -> Self {
        let Finding { confidence, sentence, evidence, or, next, .. } = found;
        Self { cause, or, confidence, sentence, evidence, next: next.unwrap_or(cause.remedy) }
    }
}

/// The groups of the catalogue.
static GROUPS: [&[Cause]; 12] = [
    discover::CAUSES,
    connect::CAUSES,
    tls::CAUSES,
    ticket::CAUSES,
    affinity::CAUSES,
    service::CAUSES,
    gateway::CAUSES,
    certificate::CAUSES,
    kerberos::CAUSES,
    authenticate::CAUSES,
    register::CAUSES,
    provision::CAUSES,
];

/// Every cause, in the order of the codes.
pub static CAUSES: std::sync::LazyLock<Vec<&'static Cause>> = std::sync::LazyLock::new(|| {
    let mut all: Vec<_> = GROUPS.iter().flat_map(|group| group.iter()).collect();
    all.sort_by_key(|cause| cause.code);
    all
});

/// The cause with this code or name.
pub fn cause(id: &str) -> Option<&'static Cause> {
    CAUSES.iter().copied().find(|c| c.code.eq_ignore_ascii_case(id) || c.name.eq_ignore_ascii_case(id))
}

/// The cause of a failure, if one is known.
pub(super) fn rule(case: &Case<'_, '_>) -> Option<Ruling> {
    CAUSES
        .iter()
        .filter_map(|cause| (cause.check)(case).map(|found| (*cause, found)))
        .max_by(|(_, a), (_, b)| (a.confidence, a.weight).cmp(&(b.confidence, b.weight)))
        .map(|(cause, mut found)| {
            found.evidence.push(case.failure.frame);
            Ruling::of(cause, found)
        })
}

/// A sign-in that goes in circles.
pub(super) fn loops(story: &Story<'_>, progress: &Progress) -> Option<Ruling> {
    let circle = || {
        let registrars = register::redirected(story);
        registrars.or_else(|| discover::circles(story)).or_else(|| gateway::passive_circles(story))
    };
    let thrown_out = || authenticate::forgotten(story).or_else(|| connect::dropped(story));
    // Who is thrown out each time was signed in each time.
    let again = || progress.signed_in.then(|| provision::asks_again(story)).flatten();
    let found = thrown_out().or_else(again).or_else(|| (!progress.signed_in).then(circle).flatten());
    found.map(|(cause, found)| Ruling::of(cause, found))
}

/// What a server says, as it stands inside a sentence.
pub(super) fn plain(reason: &str) -> &str {
    reason.trim_end_matches(['.', ' '])
}

/// Never the cause that a sign-in stopped: reported otherwise, listed for `explain`.
const fn never(_: &Case<'_, '_>) -> Option<Finding> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_there_once_and_remedies_are_short() {
        let mut codes: Vec<_> = CAUSES.iter().map(|c| c.code).collect();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
        let mut names: Vec<_> = CAUSES.iter().map(|c| c.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for cause in CAUSES.iter() {
            assert!((1..=3).contains(&cause.remedy.len()), "{cause:?}");
            assert!(!cause.title.is_empty() && !cause.signature.is_empty(), "{cause:?}");
        }
    }

    #[test]
    fn the_catalogue_is_whole() {
        let expected: Vec<_> = (1..=58).map(|n| format!("F{n:02}")).collect();
        let codes: Vec<_> = CAUSES.iter().map(|c| c.code.to_owned()).collect();
        assert_eq!(codes, expected);
    }
}
