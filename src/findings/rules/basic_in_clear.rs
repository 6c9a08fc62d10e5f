//! W01: password sent with HTTP Basic outside TLS.

use super::near;
use crate::analysis::Carrier;
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W01.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W01",
    name: "basic-in-clear",
    severity: Severity::Critical,
    title: "Password sent with HTTP Basic outside TLS",
    why: "Base64 is an encoding, not encryption: whoever can read these packets has the password.",
    remedy: "Publish the service over https only and switch Basic off in IIS; for media: Set-CsWebServiceConfiguration -EnableMediaBasicAuth $false; at a proxy: Negotiate instead, or https to the proxy",
    references: &["RFC 7617 4"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        if n.carrier == Carrier::Http && n.scheme == Scheme::Basic && !n.encrypted {
            let found = report.found(&n.account(), n.client, n.server).times(n.count);
            if n.proxy {
                found.title("Password sent to a proxy with HTTP Basic outside TLS");
            }
            for leg in n.legs.iter().filter(|leg| leg.what == "credentials") {
                found.proof(Item::new(leg.frame, near::basic_field(n), "Basic (hidden)"));
            }
        }
    }
}
