//! W49: a ticket-granting ticket handed to a service.

use crate::analysis::Carrier;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W49.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W49",
    name: "unconstrained-delegation",
    severity: Severity::High,
    title: "Client hands its ticket-granting ticket to a service",
    why: "With the ticket-granting ticket goes the key to it: whoever holds the service's host can act as the user everywhere.",
    remedy: "Clear \"trusted for delegation\" on the service's account and delegate to named services instead (msDS-AllowedToDelegateTo); put privileged users into Protected Users",
    references: &["RFC 4121 4.1.1", "RFC 4120 2.8", "MS-SFU"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in facts.negotiations.iter().filter(|n| n.carrier != Carrier::Kdc) {
        let service = n.target.as_deref().unwrap_or("the service");
        let frame = n.frame_of("AP-REQ");
        if n.opened().delegated {
            report
                .found(&n.account(), n.client, n.server)
                .title(format!("The client handed its ticket-granting ticket to {service}"))
                .proof(Item::new(frame, "kerberos.gssapi.checksum.flags.deleg", "1"));
        } else if n.opened().ok_as_delegate {
            report
                .found(&n.account(), n.client, n.server)
                .severity(Severity::Medium)
                .title(format!(
                    "{service} is trusted for delegation, so clients may hand it their ticket-granting ticket"
                ))
                .proof(Item::new(frame, "kerberos.TicketFlags.ok.as.delegate", "1"));
        }
    }
}
