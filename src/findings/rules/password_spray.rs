//! W16: many accounts are tried from one address.

use super::near;
use crate::analysis::Outcome;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// Refused accounts from one address that are more than people sharing it.
const MANY: usize = 8;

/// W16.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W16",
    name: "password-spray",
    severity: Severity::Medium,
    title: "Many accounts are tried from one address",
    why: "One source that fails with many accounts is guessing passwords or names.",
    remedy: "Block the source; authenticate before the front end with a product that locks sources, not accounts",
    references: &["MITRE ATT&CK T1110.003"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut by_client: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for n in facts.negotiations.iter().filter(|n| n.outcome == Outcome::Refused && n.user.is_some()) {
        by_client.entry(n.client.ip()).or_default().push(n);
    }
    for refused in by_client.values() {
        let users: BTreeSet<_> =
            refused.iter().filter_map(|n| n.user.as_deref()).map(str::to_ascii_lowercase).collect();
        let outside = refused.iter().any(|n| near::is_outside(facts, n.client.ip(), n.first_frame()));
        let Some(first) = refused.first().filter(|_| users.len() >= MANY && outside) else { continue };
        let found = report.found("", first.client, first.server);
        found.title(format!("{} accounts are tried from one address and refused", users.len()));
        for n in refused {
            found.proof(Item::new(n.first_frame(), "auth.user", n.account()));
        }
    }
}
