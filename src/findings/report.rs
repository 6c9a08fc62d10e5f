//! What rules write to: findings with their evidence, equal ones counted together.

use super::{Confidence, Rule, Severity};
use crate::wire::grow;
use crate::wire::hash::HashMap;
use crate::wire::words::Words;
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Pieces of evidence kept of one finding.
const MAX_ITEMS: usize = 16;
/// Findings kept of one rule.
const MAX_FOUND: usize = 2_000;

/// The client of a finding that is about a server.
const ANY: &str = "any";

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The frame.
    pub frame: u64,
    /// The field to look at.
    pub field: &'static str,
    /// What it says; secrets stand as `(hidden)`.
    pub value: Cow<'static, str>,
}

impl Item {
    /// Evidence in this field of this frame.
    pub fn new(frame: u64, field: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        Self { frame, field, value: value.into() }
    }
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Found {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad in this case.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong in this case.
    pub title: Cow<'static, str>,
    /// Whose account or address.
    pub user: Arc<str>,
    /// Which client.
    pub client: Arc<str>,
    /// Which server.
    pub server: Arc<str>,
    /// How often.
    pub count: u32,
    /// The proof.
    pub evidence: Vec<Item>,
    /// It was found before, for the same user, client and server, and is told with that.
    again: bool,
    /// Not always in the same words.
    mixed: bool,
    /// What was found of others, and is counted with this for want of room.
    pub beyond: u32,
}

impl Found {
    /// Another severity than the rule's; of what is told together the worst.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = if self.again { self.severity.max(severity) } else { severity };
        self
    }

    /// Another confidence than certain.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = confidence;
        self
    }

    /// Says it in the words of this case. What is told together and differs has the words of the rule; the proof tells the
    /// cases apart.
    pub fn title(&mut self, title: impl Into<Cow<'static, str>>) -> &mut Self {
        let title = title.into();
        self.mixed |= self.again && self.title != title;
        self.title = if self.mixed { self.rule.title.into() } else { title };
        self
    }

    /// Seen so often.
    pub fn times(&mut self, count: u32) -> &mut Self {
        self.count = self.count.saturating_add(count.saturating_sub(1));
        self
    }

    /// One more piece of evidence; a frame and field already there is not repeated.
    pub fn proof(&mut self, item: Item) -> &mut Self {
        let known = self.evidence.iter().any(|i| i.frame == item.frame && i.field == item.field);
        if item.frame > 0 && !known && self.evidence.len() < MAX_ITEMS {
            // Of thousands most have one: room for four leaves holes that nothing else fits into.
            if self.evidence.len() == self.evidence.capacity() {
                self.evidence.reserve_exact(self.evidence.len().max(1));
            }
            self.evidence.push(item);
        }
        self
    }
}

/// Receives findings.
#[derive(Debug, Default)]
pub struct Report {
    found: Vec<Found>,
    rule: Option<&'static Rule>,
    /// Findings of the rule that runs, by user, client and server.
    mine: HashMap<(Arc<str>, Option<IpAddr>, SocketAddr), usize>,
    words: Words,
}

impl Report {
    pub(super) fn begin(&mut self, rule: &'static Rule) {
        self.settle();
        self.rule = Some(rule);
        self.mine.clear();
    }

    /// The rule is done: no more evidence comes for what it found, and there may be thousands of them.
    fn settle(&mut self) {
        let first = self.found.len().saturating_sub(self.mine.len());
        for found in self.found.get_mut(first..).unwrap_or_default() {
            found.evidence.shrink_to_fit();
        }
    }

    /// A finding of the rule that runs, about this user, client and server. The same again is counted with the first.
    pub fn found(&mut self, user: &str, client: SocketAddr, server: SocketAddr) -> &mut Found {
        self.about(user, Some(client.ip()), server)
    }

    /// A finding of the rule that runs, about a server as it is to every client.
    pub fn at_server(&mut self, server: SocketAddr) -> &mut Found {
        self.about("", None, server)
    }

    fn about(&mut self, user: &str, client: Option<IpAddr>, server: SocketAddr) -> &mut Found {
        let rule = self.rule.unwrap_or(super::RULES[0]);
        let key = (self.words.keep(user), client, server);
        let at = match self.mine.get(&key).copied() {
            Some(at) => {
                self.found[at].count = self.found[at].count.saturating_add(1);
                self.found[at].again = true;
                at
            }
            // Beyond the budget all count as one.
            None if self.mine.len() >= MAX_FOUND => {
                let at = self.found.len() - 1;
                self.found[at].beyond = self.found[at].beyond.saturating_add(1);
                self.found[at].count = self.found[at].count.saturating_add(1);
                self.found[at].again = true;
                at
            }
            None => {
                // Port 0 stands for a host as such.
                let host = if server.port() == 0 { server.ip().to_string() } else { server.to_string() };
                let fresh = Found {
                    rule,
                    severity: rule.severity,
                    confidence: Confidence::Certain,
                    title: rule.title.into(),
                    user: key.0.clone(),
                    client: self.words.keep(&client.map_or_else(|| ANY.to_owned(), |ip| ip.to_string())),
                    server: self.words.keep(&host),
                    count: 1,
                    evidence: Vec::new(),
                    again: false,
                    mixed: false,
                    beyond: 0,
                };
                grow::push(&mut self.found, fresh);
                let at = self.found.len() - 1;
                self.mine.insert(key, at);
                at
            }
        };
        &mut self.found[at]
    }

    pub(super) fn finish(mut self) -> Vec<Found> {
        self.settle();
        // By keys of their own: a stable sort of the findings themselves needs room for all of them once more.
        self.found.sort_by_cached_key(|f| {
            (std::cmp::Reverse(f.severity), f.rule.code, f.evidence.first().map_or(u64::MAX, |item| item.frame))
        });
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let server: SocketAddr = "192.0.2.2:2".parse().unwrap();
        let mut report = Report::default();
        report.begin(super::super::RULES[0]);
        let users = MAX_FOUND + 3;
        for user in 0..users {
            report.found(&user.to_string(), server, server);
        }
        let found = report.finish();
        assert_eq!((found.len(), found.iter().map(|f| f.beyond).sum::<u32>()), (MAX_FOUND, 3));
        assert_eq!(found.iter().map(|f| f.count).sum::<u32>() as usize, users);
    }

    #[test]
    fn what_is_told_together_has_words_that_fit_all_of_it() {
        let ends: [SocketAddr; 2] = ["192.0.2.1:1", "192.0.2.2:2"].map(|text| text.parse().unwrap());
        let told = |cases: &[(&'static str, Severity)]| {
            let mut report = Report::default();
            report.begin(super::super::RULES[0]);
            for (title, severity) in cases {
                report.found("u", ends[0], ends[1]).severity(*severity).title(*title);
            }
            let found = report.finish().remove(0);
            (found.title.into_owned(), found.severity, found.count)
        };
        let general = super::super::RULES[0].title.to_owned();
        let (low, high) = (Severity::Low, Severity::High);
        assert_eq!(told(&[("one", low)]), ("one".to_owned(), low, 1));
        assert_eq!(told(&[("one", low), ("one", low)]), ("one".to_owned(), low, 2));
        assert_eq!(told(&[("one", high), ("other", low)]), (general.clone(), high, 2));
        assert_eq!(told(&[("one", low), ("other", high), ("one", low)]), (general, high, 3));
    }
}
