//! W53: a user signs in with another device from another network.

use super::near;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::signin::{Outcome, SignIn};
use crate::wire::hash::HashMap;
use std::net::SocketAddr;

/// W53.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W53",
    name: "new-device",
    severity: Severity::Medium,
    title: "A user signs in with another device from another network",
    why: "It may be a new phone, and it may be somebody with the password.",
    remedy: "Ask the user; register devices with a product that ties them to users",
    references: &["[MS-SIPRE]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut first: HashMap<String, &SignIn> = HashMap::default();
    for signin in facts.sign_ins.iter().filter(|s| s.outcome == Outcome::SignedIn) {
        let (Some(user), Some(endpoint)) = (&signin.user, &signin.endpoint) else { continue };
        let before = *first.entry(user.to_ascii_lowercase()).or_insert(signin);
        let other = before.endpoint.as_ref() != Some(endpoint);
        // Rules about inside and outside are silent where the side is unknown.
        let sides = near::is_outside_of(before) || near::is_outside_of(signin);
        if other && sides && !near::same_network(before.client, signin.client) {
            let server = signin.server.unwrap_or_else(|| SocketAddr::new(signin.client, 0));
            report
                .found(user, SocketAddr::new(signin.client, 0), server)
                .confidence(Confidence::Consistent)
                .proof(Item::new(before.first_frame, "sip.from.param", before.endpoint.clone().unwrap_or_default()))
                .proof(Item::new(signin.first_frame, "sip.from.param", endpoint.clone()));
        }
    }
}
