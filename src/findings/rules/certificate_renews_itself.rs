//! W21: a certificate is renewed with a ticket that a certificate bought.

use crate::analysis::Operation;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::{Door, Service};

/// W21.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W21",
    name: "certificate-renews-itself",
    severity: Severity::Medium,
    title: "A certificate is renewed with a ticket that a certificate bought",
    why: "Nobody proves a password in this circle: whoever has the certificate keeps it for ever.",
    remedy: "Set-CsWebServiceConfiguration -DefaultValidityPeriodHours <hours>; Revoke-CsClientCertificate -Identity <user> for a device that is lost",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for signin in facts.sign_ins {
        let mine = facts.exchanges_of(signin);
        let bought = mine
            .iter()
            .find(|w| w.service == Service::WebTicket(Door::Certificate) && w.succeeded() && w.ticket.is_some());
        let issued = mine.iter().find(|w| w.operation == Operation::PublishCertificate && w.succeeded());
        let (Some(bought), Some(issued)) = (bought, issued) else { continue };
        let (Some(from), Some(to)) = (bought.response, issued.response) else { continue };
        if from.frame < to.frame {
            report
                .found(signin.user.as_deref().unwrap_or_default(), issued.client, issued.server)
                .proof(Item::new(from.frame, "lync.service", bought.service.to_string()))
                .proof(Item::new(to.frame, "lync.service", format!("{}, {}", issued.service, issued.operation.name())));
        }
    }
}
