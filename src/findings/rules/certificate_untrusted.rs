//! W36: a chain of certificates that leads nowhere.

use crate::analysis::Trusted;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};

/// W36.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W36",
    name: "certificate-untrusted",
    severity: Severity::High,
    title: "Server certificate is not trusted",
    why: "A client that checks refuses the server; one that does not accepts any certificate, and then also that of an attacker.",
    remedy: "Use a certificate of a CA that clients trust (Request-CsCertificate) and let the server send every certificate between it and the root; publish a private root by group policy",
    references: &["RFC 5280 6.1", "RFC 8446 4.4.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for shown in facts.servers_shown() {
        let (certificate, verdict) = (shown.certificate, shown.verdict);
        let issuer = &certificate.issuer;
        let (title, confidence) = if verdict.self_signed {
            ("Server certificate signed itself".to_owned(), Confidence::Certain)
        } else if verdict.wrong_use {
            ("Server certificate is not meant for servers".to_owned(), Confidence::Certain)
        } else if verdict.missing_intermediate {
            (format!("The server does not send the certificate of its issuer, {issuer}"), Confidence::Likely)
        } else if verdict.trusted == Trusted::No {
            ("Server certificate leads to none of the authorities given".to_owned(), Confidence::Certain)
        } else if shown.unknown_authority.is_some() {
            (format!("The client does not know the authority {issuer}"), Confidence::Certain)
        } else {
            continue;
        };
        let value = format!("{}, issued by {issuer}, {} sent", certificate.subject, shown.sent);
        let found = report.found("", shown.client, shown.server);
        found.title(title).confidence(confidence).proof(Item::new(shown.frame, "tls.handshake.certificate", value));
        if let Some(frame) = shown.unknown_authority {
            found.proof(Item::new(frame, "tls.alert_message.desc", "48"));
        }
    }
}
