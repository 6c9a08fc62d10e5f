//! W48: many service tickets with RC4 in a short time.

use crate::analysis::{Carrier, Negotiation};
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::wire::time::NANOS;
use std::collections::{BTreeMap, BTreeSet};

/// Services asked for that no client needs at once.
const MANY: usize = 10;
/// Within this time, in nanoseconds.
const WINDOW: i64 = 60 * NANOS;
/// RC4-HMAC
const RC4: i32 = 23;

/// W48.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W48",
    name: "kerberoasting",
    severity: Severity::High,
    title: "Many service tickets with RC4 in a short time",
    why: "Who collects tickets of many services is about to guess their passwords offline.",
    remedy: "Give service accounts AES keys and long random passwords (gMSA); look at the client",
    references: &["MITRE ATT&CK T1558.003"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut by_client: BTreeMap<_, Vec<&Negotiation>> = BTreeMap::new();
    for n in facts.negotiations.iter().filter(|n| n.carrier == Carrier::Kdc && n.ticket_etype == Some(RC4)) {
        if n.target.as_deref().is_some_and(|target| !target.starts_with("krbtgt")) {
            by_client.entry(n.client.ip()).or_default().push(n);
        }
    }
    for tickets in by_client.values() {
        let close = |window: &[&Negotiation]| match window {
            [first, .., last] => {
                first.legs.first().zip(last.legs.first()).is_some_and(|(a, b)| b.time.since(a.time) <= WINDOW)
            }
            _ => false,
        };
        let services =
            |window: &[&Negotiation]| window.iter().filter_map(|n| n.target.as_deref()).collect::<BTreeSet<_>>().len();
        let Some(window) = tickets.windows(MANY).find(|window| close(window) && services(window) >= MANY) else {
            continue;
        };
        let Some(first) = window.first() else { continue };
        let found = report.found(&first.account(), first.client, first.server);
        for n in window {
            found.proof(Item::new(n.first_frame(), "kerberos.SNameString", n.target.as_deref().unwrap_or_default()));
        }
    }
}
