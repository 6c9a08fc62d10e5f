//! W23: web ticket readable on the wire.

use crate::analysis::{Carrier, Negotiation};
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::wire::hash::HashSet;

/// W23.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W23",
    name: "web-ticket-in-clear",
    severity: Severity::High,
    title: "Web ticket readable on the wire",
    why: "Whoever holds the ticket is the user for the web services until it expires.",
    remedy: "Publish the web services over https only; keep tickets out of addresses",
    references: &["[MS-OCAUTHWS] 1.3.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for seen in &facts.tickets {
        let in_query = seen.ticket.via == "query";
        if seen.encrypted && !in_query {
            continue;
        }
        let title = match (seen.ticket.issued, in_query) {
            (true, _) => "Web ticket issued outside TLS",
            (_, true) => "Web ticket in an address",
            _ => "Web ticket sent outside TLS",
        };
        let field = if in_query {
            "http.request.uri"
        } else if seen.ticket.issued {
            "xml"
        } else {
            "http.request.line"
        };
        report.found(&seen.ticket.user, seen.client, seen.server).times(seen.count).title(title).proof(Item::new(
            seen.frame,
            field,
            format!("ticket #{:08x} (hidden)", seen.ticket.digest >> 32),
        ));
    }
    // Tokens of OAuth are no web tickets, and as good as one for whoever reads them.
    let in_clear = |n: &&Negotiation| n.carrier == Carrier::Http && n.scheme == Scheme::Bearer && !n.encrypted;
    let bearers: Vec<_> = facts.negotiations.iter().filter(in_clear).collect();
    let askers: HashSet<_> = bearers.iter().map(|n| (n.client.ip(), n.server)).collect();
    let between = facts.tickets.iter().map(|seen| (seen.client.ip(), seen.server));
    let told: HashSet<_> = between.filter(|ends| askers.contains(ends)).collect();
    for n in bearers.into_iter().filter(|n| !told.contains(&(n.client.ip(), n.server))) {
        let found = report.found(&n.account(), n.client, n.server).times(n.count);
        found.title("OAuth token sent outside TLS");
        for leg in n.legs.iter().filter(|leg| leg.what == "credentials") {
            found.proof(Item::new(leg.frame, "http.authorization", "Bearer (hidden)"));
        }
    }
}
