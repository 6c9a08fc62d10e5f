//! W02: password sent with HTTP Basic inside TLS.

use super::near;
use crate::analysis::{Carrier, TlsTalk};
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::protocol::tls::suites;

/// W02.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W02",
    name: "basic-in-tls",
    severity: Severity::High,
    title: "Password sent with HTTP Basic inside TLS",
    why: "The password itself reaches every proxy, log and server that ends TLS on the way, and can be tried elsewhere.",
    remedy: "Offer Negotiate or OAuth instead and switch Basic off in IIS; for media: Set-CsWebServiceConfiguration -EnableMediaBasicAuth $false; at a proxy: Negotiate instead",
    references: &["RFC 7617 4"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    // Some suites only sign what they carry (RFC 5246 A.5, RFC 4785).
    let is_bare = |talk: &&TlsTalk| talk.suite.and_then(suites::name).is_some_and(|name| name.contains("_WITH_NULL_"));
    let bare: Vec<_> = facts.tls.iter().filter(is_bare).map(|talk| (talk.client, talk.server)).collect();
    for n in &facts.negotiations {
        if n.carrier == Carrier::Http && n.scheme == Scheme::Basic && n.encrypted {
            let found = report.found(&n.account(), n.client, n.server).times(n.count);
            if n.proxy {
                found.title("Password sent to a proxy with HTTP Basic inside TLS");
            }
            if bare.contains(&(n.client, n.server)) {
                found
                    .severity(Severity::Critical)
                    .title("Password sent with HTTP Basic inside TLS that encrypts nothing");
            }
            for leg in n.legs.iter().filter(|leg| leg.what == "credentials") {
                found.proof(Item::new(leg.frame, near::basic_field(n), "Basic (hidden)"));
            }
        }
    }
}
