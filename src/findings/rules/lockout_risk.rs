//! W17: one device keeps failing with one account.

use super::near;
use crate::analysis::{Negotiation, Outcome, Space};
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::wire::Timestamp;
use crate::wire::time::NANOS;
use std::collections::BTreeMap;

/// Refusals that may lock an account.
const FEW: usize = 3;
/// The usual window in which they are counted, in nanoseconds.
const WINDOW: i64 = 30 * 60 * NANOS;

/// W17.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W17",
    name: "lockout-risk",
    severity: Severity::Medium,
    title: "One device keeps failing with one account",
    why: "Three refusals are often enough to lock the account: a forgotten device locks its owner out, and so can anybody.",
    remedy: "Find the device and renew its password; authenticate before the front end with a product that does not count towards the domain lock-out",
    references: &["[MS-SAMR] 3.1.1.7.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut by_account: BTreeMap<_, Vec<&Negotiation>> = BTreeMap::new();
    for n in facts.negotiations.iter().filter(|n| matches!(n.outcome, Outcome::Refused | Outcome::Accepted)) {
        if let Some(user) = n.user.as_ref().filter(|_| shows_password(n)) {
            by_account.entry((n.client.ip(), user.to_ascii_lowercase())).or_default().push(n);
        }
    }
    for shown in by_account.values() {
        // A password that is right sets the domain's counter back.
        let runs = shown.split(|n| n.outcome == Outcome::Accepted);
        let Some(refused) = runs.filter(|run| is_close(run)).max_by_key(|run| times(run)) else { continue };
        let Some(first) = refused.first() else { continue };
        let found = report.found(&first.account(), first.client, first.server);
        found.title(format!("One device fails {} times with one account", times(refused)));
        for n in refused {
            for leg in n.legs.iter().filter(|leg| leg.what == "refusal" || leg.what == "KRB-ERROR") {
                found.proof(Item::new(leg.frame, near::verdict_field(n), "refused"));
            }
            found.proof(Item::new(n.legs.last().map_or(0, |leg| leg.frame), near::verdict_field(n), "refused"));
        }
    }
}

/// How often it was refused; passwords that are simply sent again are counted together.
fn times(refused: &[&Negotiation]) -> u32 {
    refused.iter().fold(0, |sum: u32, n| sum.saturating_add(n.count))
}

/// True if so many of these came within the window.
fn is_close(refused: &[&Negotiation]) -> bool {
    let mut all: Vec<_> = refused.iter().flat_map(|n| moments(n)).collect();
    all.sort_unstable();
    all.windows(FEW).any(|few| few.first().zip(few.last()).is_some_and(|(a, b)| b.since(*a) <= WINDOW))
}

/// When a negotiation, and what was counted with it, was refused.
fn moments(n: &Negotiation) -> Vec<Timestamp> {
    if n.count > 1 {
        let refusals: Vec<_> = n.legs.iter().filter(|leg| leg.what == "refusal").map(|leg| leg.time).collect();
        if !refusals.is_empty() {
            return refusals;
        }
    }
    n.legs.first().map(|leg| leg.time).into_iter().collect()
}

/// True if it shows a password, and was not refused for something else: only then it counts towards a lock-out.
fn shows_password(n: &Negotiation) -> bool {
    let wrong = n.error.as_ref().is_none_or(|e| e.space != Space::Krb || e.code == 24);
    matches!(n.scheme, Scheme::Ntlm | Scheme::Negotiate | Scheme::Basic | Scheme::UsernameToken | Scheme::Form)
        || n.scheme == Scheme::Kerberos && wrong && n.preauthenticated
}
