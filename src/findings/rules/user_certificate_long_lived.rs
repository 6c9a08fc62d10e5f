//! W18: user certificate of TLS-DSK lives long.

use crate::analysis::Operation;
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::wire::hash::HashSet;

/// W18.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W18",
    name: "user-certificate-long-lived",
    severity: Severity::Medium,
    title: "User certificate of TLS-DSK lives long",
    why: "Signing in with this certificate asks no domain controller: a disabled or locked account keeps signing in until it expires.",
    remedy: "Set-CsWebServiceConfiguration -DefaultValidityPeriodHours and -MaxValidityPeriodHours to hours or days; when an account is closed: Revoke-CsClientCertificate -Identity <user>",
    references: &["[MS-SIPAE] 3.2.5", "Set-CsWebServiceConfiguration"],
    check,
};

/// Days from which it is worth a word.
const LONG: i64 = 30;
/// The default of 180 days, and a day for clocks.
const DEFAULT: i64 = 181;

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut shown = HashSet::default();
    for n in &facts.negotiations {
        let Some(certificate) = n.certificate.as_deref().filter(|_| n.scheme == Scheme::TlsDsk) else { continue };
        let days = certificate.days();
        // One that had run out when it was sent opens nothing any more.
        let sent = n.legs.iter().find(|leg| leg.frame == n.association().certificate_frame).map(|leg| leg.time);
        if days < LONG || sent.is_some_and(|sent| sent.seconds() > certificate.not_after.seconds()) {
            continue;
        }
        let found = report.found(n.address.as_deref().unwrap_or_default(), n.client, n.server);
        found.title(format!("User certificate of TLS-DSK is good for {days} days")).proof(Item::new(
            n.association().certificate_frame,
            "tls.handshake.certificate",
            certificate.not_after.rfc3339_seconds(),
        ));
        if days > DEFAULT {
            found.severity(Severity::High);
        }
        shown.insert(certificate.sha256);
    }
    // One that was issued and not shown yet is as good.
    for exchange in facts.web.iter().filter(|w| w.operation == Operation::PublishCertificate && w.succeeded()) {
        let (Some(certificate), Some(answer)) = (exchange.certificate.as_deref(), exchange.response) else { continue };
        let days = certificate.days();
        if days < LONG || answer.time > certificate.not_after || !shown.insert(certificate.sha256) {
            continue;
        }
        let found = report.found(exchange.user.as_deref().unwrap_or_default(), exchange.client, exchange.server);
        found.title(format!("A user certificate is issued for {days} days")).proof(Item::new(
            answer.frame,
            "lync.service",
            format!("{}, issued until {}", exchange.service, certificate.not_after.rfc3339_seconds()),
        ));
        if days > DEFAULT {
            found.severity(Severity::High);
        }
    }
}
