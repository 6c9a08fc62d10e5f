//! W22: web ticket good for longer than usual.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::Service;
use crate::wire::hash::HashSet;
use crate::wire::time::NANOS;

/// Default life inside, in minutes.
const INSIDE: i64 = 480;
/// Default life outside, in minutes.
const OUTSIDE: i64 = 15;

/// W22.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W22",
    name: "web-ticket-long-lived",
    severity: Severity::Medium,
    title: "Web ticket good for longer than usual",
    why: "Who gets hold of a ticket is the user until it expires.",
    remedy: "Compare with the defaults: 8 hours inside, 15 minutes outside; check which web site answered (AccessLocation)",
    references: &["[MS-OCAUTHWS] 3.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    // What an identity provider issues is no web ticket.
    let foreign = facts.web.iter().filter(|w| matches!(w.service, Service::Sts | Service::Passive | Service::Exchange));
    let foreign: HashSet<_> = foreign.filter_map(|w| w.response).map(|answer| answer.frame).collect();
    for seen in facts.tickets.iter().filter(|seen| seen.ticket.issued && !foreign.contains(&seen.frame)) {
        let Some((from, to)) = seen.ticket.created.zip(seen.ticket.expires) else { continue };
        let minutes = to.since(from) / NANOS / 60;
        // Tokens of the token service last eight hours wherever they are used.
        let outside = seen.ticket.life.is_none() && near::is_outside(facts, seen.client.ip(), seen.frame);
        let limit = if outside { OUTSIDE } else { INSIDE };
        if minutes > limit {
            report
                .found(&seen.ticket.user, seen.client, seen.server)
                .title(format!("Web ticket good for {minutes} minutes"))
                .proof(Item::new(seen.frame, "lync.ticket.expires", to.rfc3339_seconds()));
        }
    }
}
