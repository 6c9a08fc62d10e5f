//! W32: key exchange without forward secrecy.

use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::protocol::tls::suites;

/// W32.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W32",
    name: "no-forward-secrecy",
    severity: Severity::Medium,
    title: "No forward secrecy",
    why: "Whoever gets the server's private key later can read every connection that was recorded before.",
    remedy: "Order the suites in SChannel so that ECDHE comes first and RSA key exchange is off",
    references: &["RFC 9325 4.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for talk in &facts.tls {
        let Some(name) = talk.suite.and_then(suites::name) else { continue };
        let fixed = ["TLS_RSA_", "TLS_DH_", "TLS_ECDH_"].iter().any(|start| name.starts_with(start));
        if fixed && !name.contains("_anon_") {
            report.found("", talk.client, talk.server).proof(Item::new(
                talk.choice_frame,
                "tls.handshake.ciphersuite",
                name,
            ));
        }
    }
}
