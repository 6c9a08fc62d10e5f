//! W02: password sent with HTTP Basic inside TLS.

use crate::analysis::Carrier;
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W02.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W02",
    name: "basic-in-tls",
    severity: Severity::High,
    title: "Password sent with HTTP Basic inside TLS",
    why: "The password itself reaches every proxy, log and server that ends TLS on the way, and can be tried elsewhere.",
    remedy: "Offer Negotiate or OAuth instead and switch Basic off in IIS; for media: Set-CsWebServiceConfiguration -EnableMediaBasicAuth $false",
    references: &["RFC 7617 4"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        if n.carrier == Carrier::Http && n.scheme == Scheme::Basic && n.encrypted {
            let found = report.found(&n.account(), n.client, n.server).times(n.count);
            for leg in n.legs.iter().filter(|leg| leg.what == "credentials") {
                found.proof(Item::new(leg.frame, "http.authorization", "Basic (hidden)"));
            }
        }
    }
}
