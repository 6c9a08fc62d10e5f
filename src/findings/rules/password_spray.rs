//! W16: many accounts are tried from one address.

use super::near;
use crate::analysis::{Carrier, Negotiation, Outcome, Space};
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::wire::time::NANOS;
use std::collections::{BTreeMap, BTreeSet};

/// Refused accounts from one address that are more than people sharing it.
const MANY: usize = 8;

/// Within this time, in nanoseconds: the usual window in which refusals are counted.
const WINDOW: i64 = 30 * 60 * NANOS;

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
        if tries_account(n) {
            by_client.entry(n.client.ip()).or_default().push(n);
        }
    }
    for refused in by_client.values() {
        let Some(tried) = sprayed(refused) else { continue };
        let all = accounts(tried);
        if let_in(facts, tried).intersection(&all).count() * 2 > all.len() {
            continue;
        }
        let outside = tried.iter().any(|n| near::is_outside(facts, n.client.ip(), n.first_frame()));
        let Some(first) = tried.first().filter(|_| outside) else { continue };
        let found = report.found("", first.client, first.server);
        found.title(format!("{} accounts are tried from one address and refused", all.len()));
        for n in tried {
            found.proof(Item::new(n.legs.last().map_or(0, |leg| leg.frame), near::verdict_field(n), n.account()));
        }
    }
}

/// Who is let in from the same address afterwards. Who mistypes is: at a terminal server, or behind one address, many do so
/// at a time.
fn let_in(facts: &Facts<'_>, tried: &[&Negotiation]) -> BTreeSet<String> {
    let Some(first) = tried.first() else { return BTreeSet::new() };
    let ended = |n: &Negotiation| n.legs.last().map(|leg| leg.time);
    let later = |n: &&Negotiation| {
        n.outcome == Outcome::Accepted && n.client.ip() == first.client.ip() && ended(n) >= ended(first)
    };
    let later: Vec<_> = facts.negotiations.iter().filter(later).collect();
    accounts(&later)
}

/// True if the refusal is about the account or its password, not about a service, a ticket or a certificate.
fn tries_account(n: &Negotiation) -> bool {
    let error = n.error.as_ref().filter(|e| e.space == Space::Krb).map(|e| e.code);
    match n.scheme {
        Scheme::Ntlm | Scheme::Negotiate => n.ntlm.is_some(),
        Scheme::Kerberos => n.carrier == Carrier::Kdc && matches!(error, Some(6 | 18 | 24)),
        Scheme::Basic | Scheme::UsernameToken | Scheme::Form => true,
        _ => n.scheme.is_password(),
    }
}

/// The first run within the window with so many accounts, and all that follows without a pause as long. People behind one
/// address have machines of their own.
fn sprayed<'n, 'e>(refused: &'n [&'e Negotiation]) -> Option<&'n [&'e Negotiation]> {
    let began = |n: &Negotiation| n.legs.first().map_or(0, |leg| leg.time.0);
    refused.iter().enumerate().find_map(|(at, first)| {
        let run = refused.get(at..)?;
        let len = run.iter().take_while(|n| began(n).saturating_sub(began(first)) <= WINDOW).count();
        let run = run.get(..len)?;
        let machines: BTreeSet<_> = run.iter().filter_map(|n| n.workstation.as_deref()).collect();
        (accounts(run).len() >= MANY && machines.len() < MANY / 2).then_some(run)
    })
}

fn accounts(refused: &[&Negotiation]) -> BTreeSet<String> {
    refused.iter().filter_map(|n| n.user.as_deref()).map(str::to_ascii_lowercase).collect()
}
