//! W37: weak server certificate.

use crate::analysis::SignatureHash;
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
    for talk in &facts.tls {
        let (Some(certificate), Some((frame, _))) = (&talk.certificate, talk.certificate_at) else { continue };
        // The signature under a root certificate proves nothing, whatever its hash.
        let hash = match certificate.hash {
            _ if certificate.self_issued => None,
            SignatureHash::Md5 => Some("signed with MD5".to_owned()),
            SignatureHash::Sha1 => Some("signed with SHA-1".to_owned()),
            SignatureHash::Other => None,
        };
        let small = certificate.key_bits.filter(|bits| certificate.rsa && *bits < 2048);
        let small = small.map(|bits| format!("RSA key of {bits} bits"));
        let what: Vec<String> = hash.into_iter().chain(small).collect();
        if !what.is_empty() {
            report
                .found("", talk.client, talk.server)
                .title(format!("Weak server certificate: {}", what.join(", ")))
                .proof(Item::new(frame, "tls.handshake.certificate", certificate.subject.clone()));
        }
    }
}
