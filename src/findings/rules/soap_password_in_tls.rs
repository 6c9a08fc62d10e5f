//! W04: password in a SOAP UsernameToken inside TLS.

use crate::analysis::Carrier;
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W04.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W04",
    name: "soap-password-in-tls",
    severity: Severity::High,
    title: "Password in a SOAP UsernameToken inside TLS",
    why: "The server and everything that opens TLS before it get the password as text, and the endpoint invites guessing.",
    remedy: "Update the client (Android from 5.4 on uses NTLM); let clients use NTLM, Negotiate or OAuth, and block /WebTicket/WebTicketService.svc/Auth at the reverse proxy",
    references: &["WS-Security UsernameToken Profile 1.1", "[MS-OCAUTHWS] 3.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let readable = n.mechanism.as_deref() == Some("password in clear text");
        if n.scheme == Scheme::UsernameToken && n.carrier == Carrier::Http && readable && n.encrypted {
            let found = report.found(&n.account(), n.client, n.server).times(n.count);
            for leg in n.legs.iter().filter(|leg| leg.what == "password") {
                found.proof(Item::new(leg.frame, "xml.secret", "(hidden)"));
            }
        }
    }
}
