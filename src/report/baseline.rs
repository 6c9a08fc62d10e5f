//! A baseline: findings that somebody looked at and accepted, in a file that people read and keep beside their captures.
//!
//! One finding a line: the rule, a fingerprint of rule, user, client and server, then words for people; what stands behind
//! `#` and what is empty counts for nothing. A second capture of the same fault has the same fingerprint. `report
//! --baseline` leaves out what stands in it, and the screen writes it.

use super::model::FindingRow;
use crate::findings::Found;
use crate::wire::text::{escape, hex};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Digits of a fingerprint.
const DIGITS: usize = 32;
/// What a file begins with.
const HEAD: &str = "# Findings that were accepted; handshark report --baseline leaves them out.\n";

/// What was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<String>);

/// What is no baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no accepted finding: W12 and {DIGITS} hex digits are wanted, words for people behind them")]
pub struct BaselineError {
    /// Counted from 1.
    pub line: usize,
}

/// Something that has a fingerprint.
pub trait Known {
    /// Rule, user, client and server.
    fn parts(&self) -> [&str; 4];
}

impl Known for FindingRow {
    fn parts(&self) -> [&str; 4] {
        [self.id, &self.user, &self.client, &self.server]
    }
}

impl Known for Found {
    fn parts(&self) -> [&str; 4] {
        [self.rule.code, &self.user, &self.client, &self.server]
    }
}

/// What is the same in two captures of one fault.
pub fn fingerprint(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0"));
    hex(digest.get(..DIGITS / 2).unwrap_or(&digest))
}

/// The fingerprint of a line; nothing if it holds none.
fn of_line(line: &str) -> Option<Result<String, ()>> {
    let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
    let _rule = words.next()?;
    let digits = words.next().filter(|word| word.len() == DIGITS && word.bytes().all(|b| b.is_ascii_hexdigit()));
    Some(digits.map(str::to_ascii_lowercase).ok_or(()))
}

impl Baseline {
    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let lines = text.lines().enumerate().filter_map(|(at, line)| Some((at, of_line(line)?)));
        lines
            .map(|(at, known)| known.map_err(|()| BaselineError { line: at.saturating_add(1) }))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// True if this was accepted.
    pub fn holds(&self, finding: &impl Known) -> bool {
        !self.0.is_empty() && self.0.contains(&fingerprint(&finding.parts()))
    }

    /// True if nothing was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text of a file with this finding in it, or without it. What else stands there stays as it is.
pub fn edited(text: &str, finding: &FindingRow, accepted: bool) -> String {
    let mine = fingerprint(&finding.parts());
    let other = |line: &&str| of_line(line) != Some(Ok(mine.clone()));
    let mut out = String::new();
    for line in text.lines().filter(other) {
        let _ = writeln!(out, "{line}");
    }
    if accepted {
        if out.is_empty() {
            out.push_str(HEAD);
        }
        let who = if finding.user.is_empty() { String::new() } else { format!("{}, ", finding.user) };
        let said = format!("{}; {who}{} -> {}", finding.title, finding.client, finding.server);
        let said = escape(said.as_bytes()).replace('\n', " ");
        let _ = writeln!(out, "{} {mine}  # {said}", finding.id);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(user: &str) -> FindingRow {
        FindingRow {
            id: "W01",
            name: "basic-in-clear",
            severity: "critical",
            confidence: "certain",
            title: "Password # sent\nin clear".into(),
            user: user.into(),
            client: "192.0.2.1".into(),
            server: "192.0.2.2:80".into(),
            count: 1,
            evidence: Vec::new(),
            fix: "",
            sign_in: None,
            accepted: false,
        }
    }

    #[test]
    fn what_is_accepted_is_held_and_can_be_taken_back() {
        let (alice, bob) = (row("alice"), row("bob"));
        let one = edited("", &alice, true);
        let two = edited(&one, &bob, true);
        assert_eq!(edited(&two, &bob, true), two, "once is enough");
        let known = Baseline::parse(&two).unwrap();
        assert!(known.holds(&alice) && known.holds(&bob) && !known.holds(&row("carol")));
        assert_eq!(edited(&two, &bob, false), one);
        assert!(!Baseline::parse(&one).unwrap().holds(&bob));
    }

    #[test]
    fn what_people_wrote_stays_and_what_is_wrong_is_told_with_its_line() {
        let text = "# ours\n\nW02 00112233445566778899AABBCCDDEEFF agreed with Mona\n";
        assert!(edited(text, &row("alice"), true).starts_with(text));
        assert!(!Baseline::parse(text).unwrap().is_empty());
        assert_eq!(Baseline::parse("# x\nW01\n"), Err(BaselineError { line: 2 }));
        assert_eq!(Baseline::parse("hello world"), Err(BaselineError { line: 1 }));
        assert!(Baseline::parse("").unwrap().is_empty());
    }

    #[test]
    fn fingerprints_tell_parts_apart() {
        assert_ne!(fingerprint(&["W01", "ab", "c"]), fingerprint(&["W01", "a", "bc"]));
        assert_eq!(fingerprint(&["W01"]).len(), DIGITS);
    }
}
