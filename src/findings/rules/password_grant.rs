//! W05: password in a form for a token service (OAuth password grant).

use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W05.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W05",
    name: "password-grant",
    severity: Severity::High,
    title: "Password in a form for a token service (OAuth password grant)",
    why: "The token service and everything that opens TLS before it get the password as text; outside TLS anybody does.",
    remedy: "Let clients use the windows or passive grant, or Bearer: Set-CsAuthConfig -Scenario <scenario>; Set-CsWebServiceConfiguration -MobilePreferredAuthType <type>",
    references: &["RFC 6749 §4.3", "RFC 9700 §2.4"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in facts.negotiations.iter().filter(|n| n.scheme == Scheme::Form) {
        let severity = if n.encrypted { Severity::High } else { Severity::Critical };
        let place = if n.encrypted { "inside TLS" } else { "outside TLS" };
        let found = report.found(&n.account(), n.client, n.server).times(n.count).severity(severity);
        found.title(format!("Password in a form for a token service, {place}"));
        for leg in n.legs.iter().filter(|leg| leg.what == "password") {
            found.proof(Item::new(leg.frame, "lync.password", "(hidden)"));
        }
    }
}
