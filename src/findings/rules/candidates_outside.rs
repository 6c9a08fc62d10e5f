//! W61: addresses of the inside in offers of media to clients outside.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W61.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W61",
    name: "candidates-outside",
    severity: Severity::Low,
    title: "Addresses of the inside are told to clients outside",
    why: "The candidates of a call name hosts and networks of the inside to whoever is called.",
    remedy: "Expected where clients inside and outside call each other; where it is not wanted, route such calls through relays only",
    references: &["[MS-ICE2]", "RFC 8839"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for seen in facts.media.candidates.iter().filter(|seen| seen.to_client) {
        let client = seen.client.ip();
        // A call comes long after the sign-in that shows where the client is.
        let outside = facts
            .sign_ins
            .iter()
            .find(|s| s.first_frame <= seen.frame && s.addresses.contains(&client) && near::is_outside_of(s));
        let Some(signin) = outside else { continue };
        let list = seen.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let proof = Item::new(seen.frame, "sdp.ice_candidate.address", list);
        report.found(signin.user.as_deref().unwrap_or_default(), seen.client, seen.server).proof(proof);
    }
}
