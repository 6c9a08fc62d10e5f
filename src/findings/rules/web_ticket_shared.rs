//! W24: one web ticket from two addresses.

use crate::analysis::TicketSeen;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::wire::hash::HashMap;
use crate::wire::time::NANOS;
use std::net::IpAddr;

/// W24.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W24",
    name: "web-ticket-shared",
    severity: Severity::Medium,
    title: "One web ticket from two addresses",
    why: "A ticket belongs to one client; a second one may have stolen it.",
    remedy: "Ask the user for a second device; otherwise revoke: Revoke-CsClientCertificate -Identity <user>, and change the password",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut first: HashMap<u64, &TicketSeen> = HashMap::default();
    for seen in facts.tickets.iter().filter(|seen| !seen.ticket.issued) {
        let before = *first.entry(seen.ticket.digest).or_insert(seen);
        let (a, b) = (before.client.ip(), seen.client.ip());
        if a != b && !same_machine(facts, a, b) && !passed_on(facts, before, seen) {
            report
                .found(&seen.ticket.user, seen.client, seen.server)
                .confidence(Confidence::Consistent)
                .title(format!("One web ticket from {a} and from {b}"))
                .proof(Item::new(before.frame, "ip.src", a.to_string()))
                .proof(Item::new(seen.frame, "ip.src", b.to_string()));
        }
    }
}

/// Two addresses that a sign-in showed to be one machine's.
fn same_machine(facts: &Facts<'_>, a: IpAddr, b: IpAddr) -> bool {
    a.is_ipv4() != b.is_ipv4() || facts.sign_ins.iter().any(|s| s.addresses.contains(&a) && s.addresses.contains(&b))
}

/// A proxy hands on what it got: it was asked itself, or it asks the same at once.
fn passed_on(facts: &Facts<'_>, before: &TicketSeen, seen: &TicketSeen) -> bool {
    if seen.client.ip() == before.server.ip() || seen.server.ip() == before.client.ip() {
        return true;
    }
    let request = |of: &TicketSeen| facts.exchange_asked(of.frame);
    let (Some(one), Some(other)) = (request(before), request(seen)) else { return false };
    let apart = seen.time.since(before.time).abs();
    one.server != other.server && (&one.method, &one.path) == (&other.method, &other.path) && apart < NANOS
}
