//! W34: server certificate expired or not yet valid when it was sent.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W34.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W34",
    name: "certificate-out-of-date",
    severity: Severity::High,
    title: "Server certificate out of date",
    why: "Clients either refuse the server or learn to accept any certificate, and then also that of an attacker.",
    remedy: "Renew the certificate (Request-CsCertificate, Set-CsCertificate) and check the clocks of both machines",
    references: &["RFC 5280 4.1.2.5"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for shown in facts.servers_shown() {
        let (certificate, verdict) = (shown.certificate, shown.verdict);
        let (what, when) = if verdict.expired {
            ("expired on", certificate.not_after)
        } else if verdict.not_yet {
            ("is not valid before", certificate.not_before)
        } else {
            if let Some(whose) = &verdict.old_issuer {
                report
                    .found("", shown.client, shown.server)
                    .title("A certificate between the server's and its authority is out of date")
                    .proof(Item::new(shown.frame, "tls.handshake.certificate", whose.clone()));
            }
            continue;
        };
        let when = when.rfc3339_seconds();
        report.found("", shown.client, shown.server).title(format!("Server certificate {what} {when}")).proof(
            Item::new(shown.frame, "tls.handshake.certificate", format!("{}, {what} {when}", certificate.subject)),
        );
    }
}
