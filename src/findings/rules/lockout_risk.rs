//! W17: one device keeps failing with one account.

use crate::analysis::{Negotiation, Outcome};
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
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
    for n in facts.negotiations.iter().filter(|n| n.outcome == Outcome::Refused && shows_password(n)) {
        if let Some(user) = &n.user {
            by_account.entry((n.client.ip(), user.to_ascii_lowercase())).or_default().push(n);
        }
    }
    for refused in by_account.values() {
        let close = refused.windows(FEW).any(|three| match three {
            [first, .., last] => {
                last.legs.first().zip(first.legs.first()).is_some_and(|(b, a)| b.time.since(a.time) <= WINDOW)
            }
            _ => false,
        });
        let Some(first) = refused.first().filter(|_| close) else { continue };
        let found = report.found(&first.account(), first.client, first.server);
        found.title(format!("One device fails {} times with one account", refused.len()));
        for n in refused {
            found.proof(Item::new(n.legs.last().map_or(0, |leg| leg.frame), "auth.outcome", "refused"));
        }
    }
}

/// True if what was refused counts towards a lock-out: proof of a password.
fn shows_password(n: &Negotiation) -> bool {
    let wrong = n.error.as_ref().is_none_or(|e| e.space != crate::analysis::Space::Krb || e.code == 24);
    matches!(n.scheme, Scheme::Ntlm | Scheme::Negotiate | Scheme::Basic | Scheme::UsernameToken | Scheme::Form)
        || n.scheme == Scheme::Kerberos && wrong && n.preauthenticated
}
