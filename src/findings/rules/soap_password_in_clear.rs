//! W03: password in a SOAP UsernameToken outside TLS.

use crate::analysis::Carrier;
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W03.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W03",
    name: "soap-password-in-clear",
    severity: Severity::Critical,
    title: "Password in a SOAP UsernameToken outside TLS",
    why: "The /Auth endpoint of the web ticket service takes the password as base64 text; outside TLS anybody on the way reads it.",
    remedy: "Publish /WebTicket over https only, and block its /Auth path at the reverse proxy for clients that can do better",
    references: &["WS-Security UsernameToken Profile 1.1", "[MS-OCAUTHWS] 3.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let readable = n.mechanism.as_deref() == Some("password in clear text");
        if n.scheme == Scheme::UsernameToken && n.carrier == Carrier::Http && readable && !n.encrypted {
            let found = report.found(&n.account(), n.client, n.server).times(n.count);
            for leg in n.legs.iter().filter(|leg| leg.what == "password") {
                found.proof(Item::new(leg.frame, "xml.secret", "(hidden)"));
            }
        }
    }
}
