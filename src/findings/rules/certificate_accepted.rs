//! W38: a client went on after a certificate that it should have refused.

use crate::fact::Direction;
use crate::findings::{Confidence, Facts, Item, Report, Rule, Severity};

/// W38.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W38",
    name: "bad-certificate-accepted",
    severity: Severity::Medium,
    title: "Client accepts a bad server certificate",
    why: "A client that does not check certificates hands its credentials to whoever stands between it and the server.",
    remedy: "Update the client; old mobile clients did not validate (fixed in the Android client 5.4)",
    references: &["RFC 5280 6.1", "RFC 6125 6"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for talk in &facts.tls {
        let (Some(certificate), Some((frame, time))) = (&talk.certificate, talk.certificate_at) else { continue };
        let Some(verdict) = talk.verdict.as_ref() else { continue };
        // What the client sends after it saw the certificate counts, not what the server sends.
        if talk.alert.is_some() || !talk.data[Direction::ToServer.index()] {
            continue;
        }
        // The client judged then, not at the time the user may have given.
        let (what, confidence) = if verdict.expired && time > certificate.not_after {
            ("expired", Confidence::Certain)
        } else if verdict.not_yet && time < certificate.not_before {
            ("not valid yet", Confidence::Certain)
        } else if verdict.name_mismatch.is_some() {
            ("for another name", Confidence::Certain)
        } else if verdict.wrong_use {
            ("not meant for servers", Confidence::Certain)
        } else if !verdict.self_signed {
            continue;
        } else {
            // It may have been put into the client's store by hand.
            ("signed by itself", Confidence::Likely)
        };
        report
            .found("", talk.client, talk.server)
            .title(format!("Client goes on though the server's certificate is {what}"))
            .confidence(confidence)
            .proof(Item::new(frame, "tls.handshake.certificate", certificate.subject.clone()));
    }
}
