//! W35: server certificate is for another name than the client asked for.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W35.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W35",
    name: "certificate-name-mismatch",
    severity: Severity::High,
    title: "Server certificate is for another name",
    why: "The client asked for a name that the certificate does not hold: it refuses, or it accepts any certificate, and then also that of an attacker.",
    remedy: "Request a certificate whose subject alternative names hold every name that clients use (Request-CsCertificate -DomainName, -AllSipDomain)",
    references: &["RFC 6125 6.4"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for shown in facts.servers_shown() {
        let certificate = shown.certificate;
        if let Some(name) = &shown.verdict.name_mismatch {
            let names = if certificate.names.is_empty() {
                certificate.common_name.clone().unwrap_or_else(|| certificate.subject.clone())
            } else {
                certificate.names.join(", ")
            };
            report
                .found("", shown.client, shown.server)
                .title(format!("Server certificate is not for {name}"))
                .proof(Item::new(shown.frame, "tls.handshake.certificate", names));
        }
    }
}
