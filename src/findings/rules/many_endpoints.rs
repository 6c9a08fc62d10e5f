//! W54: one user, many endpoints.

use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::signin::{Outcome, SignIn};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The limit that servers set by default.
const DEFAULT: usize = 8;

/// W54.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W54",
    name: "many-endpoints",
    severity: Severity::Low,
    title: "One user, many endpoints",
    why: "More devices than a person has are a shared account, or a stolen one.",
    remedy: "Set-CsRegistrarConfiguration -MaxEndpointsPerUser <number>",
    references: &["[MS-SIPRE]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut by_user: BTreeMap<String, BTreeMap<&str, &SignIn>> = BTreeMap::new();
    for signin in facts.sign_ins.iter().filter(|signin| signin.outcome == Outcome::SignedIn) {
        if let (Some(user), Some(endpoint)) = (&signin.user, &signin.endpoint) {
            by_user.entry(user.to_ascii_lowercase()).or_default().entry(endpoint).or_insert(signin);
        }
    }
    for (user, endpoints) in by_user {
        let Some(first) = endpoints.values().next().filter(|_| endpoints.len() > DEFAULT) else { continue };
        let server = first.server.unwrap_or_else(|| SocketAddr::new(first.client, 0));
        let found = report.found(&user, SocketAddr::new(first.client, 0), server);
        found.title(format!("One user, {} endpoints", endpoints.len()));
        for (endpoint, signin) in &endpoints {
            found.proof(Item::new(signin.first_frame, "sip.from.param", (*endpoint).to_owned()));
        }
    }
}
