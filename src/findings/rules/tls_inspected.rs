//! W64: a device on the way opens TLS.

use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};

/// W64.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W64",
    name: "tls-inspected",
    severity: Severity::Medium,
    title: "TLS is opened on its way",
    why: "A device between client and server shows a certificate of its own: it reads credentials, and clients that check refuse it.",
    remedy: "Exempt the SIP domain and the names of the web services from TLS inspection",
    references: &["RFC 5280 6.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for talk in &facts.tls {
        let (Some(certificate), Some((frame, _))) = (&talk.certificate, talk.certificate_at) else { continue };
        if talk.verdict.as_ref().is_some_and(|verdict| verdict.inspection) {
            report
                .found("", talk.client, talk.server)
                .title("The server's certificate was issued by a device that looks into TLS")
                .confidence(Confidence::Consistent)
                .proof(Item::new(frame, "tls.handshake.certificate", certificate.issuer.clone()));
        }
    }
}
