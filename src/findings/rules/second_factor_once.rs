//! W20: a sign-in at the identity provider becomes a certificate.

use crate::analysis::Operation;
use crate::fact::Scheme;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};
use crate::knowledge::service::Service;

/// W20.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W20",
    name: "second-factor-once",
    severity: Severity::Medium,
    title: "A sign-in at the identity provider becomes a certificate",
    why: "Whatever factors the identity provider asked for, the certificate asks for none until it expires.",
    remedy: "Set-CsWebServiceConfiguration -DefaultValidityPeriodHours <hours>: the shorter the certificate lives, the more often the identity provider is asked",
    references: &["[MS-OCAUTHWS]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for signin in facts.sign_ins {
        let mine = facts.exchanges_of(signin);
        let provider = mine.iter().find(|w| {
            matches!(w.service, Service::Sts | Service::Passive) || matches!(w.credential, Some(Scheme::Bearer))
        });
        let issued = mine.iter().find(|w| w.operation == Operation::PublishCertificate && w.succeeded());
        let (Some(provider), Some(issued)) = (provider, issued) else { continue };
        let (Some(from), Some(to)) = (provider.first(), issued.response) else { continue };
        if from.frame < to.frame {
            report
                .found(signin.user.as_deref().unwrap_or_default(), issued.client, issued.server)
                .confidence(Confidence::Consistent)
                .proof(Item::new(from.frame, "http.host", provider.host.to_string()))
                .proof(Item::new(to.frame, "lync.operation", issued.operation.name()));
        }
    }
}
