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
        let Some(run) = roasted(tickets) else { continue };
        let Some(first) = run.first() else { continue };
        let found = report.found(&first.account(), first.client, first.server);
        found.title(format!("Tickets with RC4 for {} hosts within a minute", hosts(run).len()));
        for n in run {
            found.proof(Item::new(
                n.first_frame(),
                "kerberos.SNameString",
                n.target.as_deref().unwrap_or_default().to_owned(),
            ));
        }
    }
}

/// The first run of tickets within the window for so many hosts. The services of one host are many, and are used at once.
fn roasted<'n, 'e>(tickets: &'n [&'e Negotiation]) -> Option<&'n [&'e Negotiation]> {
    let began = |n: &Negotiation| n.legs.first().map_or(0, |leg| leg.time.0);
    tickets.iter().enumerate().find_map(|(at, first)| {
        let run = tickets.get(at..)?;
        let len = run.iter().take_while(|n| began(n).saturating_sub(began(first)) <= WINDOW).count();
        run.get(..len).filter(|run| hosts(run).len() >= MANY)
    })
}

/// The hosts, or accounts, that tickets are for: `MSSQLSvc/db1.contoso.com:1433` is `db1.contoso.com`.
fn hosts(tickets: &[&Negotiation]) -> BTreeSet<String> {
    let host = |target: &str| {
        let name = target.split('/').nth(1).unwrap_or(target);
        name.split([':', '@']).next().unwrap_or(name).to_ascii_lowercase()
    };
    tickets.iter().filter_map(|n| n.target.as_deref()).map(host).collect()
}
