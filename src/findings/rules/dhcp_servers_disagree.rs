//! W55: DHCP servers lead phones to different places.

use crate::analysis::LeaseAnswer;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// W55.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W55",
    name: "dhcp-servers-disagree",
    severity: Severity::Medium,
    title: "DHCP servers lead phones to different places",
    why: "Who answers a phone first decides whom it trusts and where it signs in: one of the servers may be a stranger's.",
    remedy: "Compare the server identifiers with the DHCP servers you run; allow only those on the switches (DHCP snooping)",
    references: &["RFC 2131", "RFC 3361"],
    check,
};

/// A server that says nothing of the way is none that leads elsewhere: registrars answer phones beside the network's own.
fn check(facts: &Facts<'_>, report: &mut Report) {
    for lease in &facts.leases {
        let leading: Vec<&LeaseAnswer> = lease.answers.iter().filter(|answer| answer.leads()).collect();
        let Some(first) = leading.first() else { continue };
        // Each may tell one half: only what both tell can differ.
        let differs = |a: &LeaseAnswer, b: &LeaseAnswer| {
            let web = a.web.as_deref().zip(b.web.as_deref());
            web.is_some_and(|(a, b)| !a.eq_ignore_ascii_case(b))
                || !a.sip.is_empty() && !b.sip.is_empty() && places(&a.sip) != places(&b.sip)
        };
        if !leading.iter().any(|answer| differs(first, answer)) {
            continue;
        }
        for answer in leading {
            let field = if answer.web.is_some() { "dhcp.option.vendor.value" } else { "dhcp.option.sip_server.name" };
            report
                .at_server(SocketAddr::new(answer.server, 67))
                .confidence(Confidence::Consistent)
                .title(format!("DHCP servers lead phones to different places: this one to {}", answer.way()))
                .proof(Item::new(answer.frame, "dhcp.option.dhcp_server_id", answer.server.to_string()))
                .proof(Item::new(answer.frame, field, answer.way()));
        }
    }
}

/// Names are the same in any case, and lead to the same places in any order.
fn places(servers: &[String]) -> BTreeSet<String> {
    servers.iter().map(|server| server.trim_end_matches('.').to_ascii_lowercase()).collect()
}
