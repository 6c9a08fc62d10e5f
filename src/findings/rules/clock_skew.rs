//! W51: clocks differ.

use crate::analysis::{Carrier, ClockReading, ClockSource, Space};
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::wire::time::NANOS;
use std::net::SocketAddr;

/// W51.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W51",
    name: "clock-skew",
    severity: Severity::Low,
    title: "Clocks differ",
    why: "Kerberos fails beyond five minutes, NTLM and web tickets later; replay protection grows as wide as the difference.",
    remedy: "w32tm /query /status on both machines; w32tm /resync; check the time source of the one that is off",
    references: &["RFC 4120 1.6"],
    check,
};

/// Difference worth a word, and the one that breaks Kerberos, in seconds.
const NOTABLE: i64 = 60;
const BREAKING: i64 = 300;
/// Beyond a day a single reading says more about the capture than about a clock.
const ABSURD: i64 = 86_400;
/// A time in a place that often holds none is a time only if it is this near.
const NOISE: i64 = 120 * ABSURD;

fn check(facts: &Facts<'_>, report: &mut Report) {
    // The KDC, or the service, has compared the clocks itself; by how much they differ is in the encrypted part of the
    // request.
    for n in &facts.negotiations {
        let refused = n.error.as_ref().filter(|e| e.space == Space::Krb && e.code == 37);
        if let Some(error) = refused {
            let found = report.found("", SocketAddr::new(n.client.ip(), 0), SocketAddr::new(n.server.ip(), 0));
            let kdc = n.carrier == Carrier::Kdc;
            let who = if kdc { "KDC" } else { "server" };
            let shows = n.legs.iter().rev().find(|leg| !kdc || leg.what == "KRB-ERROR");
            let frame = shows.map_or_else(|| n.first_frame(), |leg| leg.frame);
            found
                .severity(Severity::High)
                .title(format!(
                    "The {who} finds the client's clock too far from its own \
                     (more than 5 minutes, unless set otherwise)"
                ))
                .proof(Item::new(frame, "kerberos.error_code", format!("37 {}", error.name)));
        }
    }
    for client in facts.clocks.iter().filter(|c| !c.server && !is_noise(c)) {
        // The server's clock beside it, read from the same pair of hosts, else from any server of this client.
        let beside = |same: bool| {
            facts
                .clocks
                .iter()
                .filter(|s| s.server && s.peer == client.host && (!same || s.host == client.peer))
                .min_by_key(|s| (s.ahead.saturating_sub(client.ahead)).unsigned_abs())
        };
        if let Some(server) = beside(true).or_else(|| beside(false)) {
            tell(report, client, Some(server), client.ahead.saturating_sub(server.ahead));
        } else {
            tell(report, client, None, client.ahead);
        }
    }
    for server in facts.clocks.iter().filter(|s| s.server) {
        let paired = facts.clocks.iter().any(|c| !c.server && c.host == server.peer && !is_noise(c));
        if !paired {
            tell(report, server, None, server.ahead);
        }
    }
}

/// Most programs fill the random with nothing but random bytes, which are as likely to say any moment of 136 years.
fn is_noise(reading: &ClockReading) -> bool {
    reading.source == ClockSource::TlsDskClient && reading.ahead.abs() / NANOS > NOISE
}

fn tell(report: &mut Report, of: &ClockReading, against: Option<&ClockReading>, ahead: i64) {
    let seconds = ahead / NANOS;
    if seconds.abs() <= NOTABLE {
        return;
    }
    let severity = if seconds.abs() > BREAKING { Severity::High } else { Severity::Low };
    let confidence = match against {
        _ if of.source == ClockSource::TlsDskClient && seconds.abs() > ABSURD => Confidence::Consistent,
        Some(_) => Confidence::Certain,
        None if seconds.abs() > ABSURD => Confidence::Consistent,
        None => Confidence::Likely,
    };
    let (client, server) = if of.server { (of.peer, of.host) } else { (of.host, of.peer) };
    let whose = if of.server { "server" } else { "client" };
    let than = if against.is_some() { "the server's" } else { "the capture's" };
    let way = if seconds > 0 { "ahead of" } else { "behind" };
    let found = report.found("", SocketAddr::new(client, 0), SocketAddr::new(server, 0));
    if found.evidence.is_empty() {
        found
            .severity(severity)
            .confidence(confidence)
            .title(format!("The {whose}'s clock is {} s {way} {than}", seconds.abs()));
    }
    found.proof(Item::new(of.frame, of.source.field(), of.said.rfc3339_seconds()));
    if let Some(other) = against {
        found.proof(Item::new(other.frame, other.source.field(), other.said.rfc3339_seconds()));
    }
}
