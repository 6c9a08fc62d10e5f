//! W37: weak server certificate.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W37.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W37",
    name: "certificate-weak",
    severity: Severity::Medium,
    title: "Weak server certificate",
    why: "A signature with MD5 or SHA-1, or an RSA key below 2048 bits, can be forged.",
    remedy: "Reissue the certificate with SHA-256 and an RSA key of 2048 bits or more",
    references: &["RFC 9325 4.5"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for shown in facts.servers_shown() {
        let what = &shown.verdict.weak;
        if !what.is_empty() {
            report
                .found("", shown.client, shown.server)
                .title(format!("Weak server certificate: {}", what.join(", ")))
                .proof(Item::new(shown.frame, "tls.handshake.certificate", shown.certificate.subject.clone()));
        }
    }
}
