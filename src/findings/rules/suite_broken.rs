//! W31: broken cipher suite chosen by the server.

use super::near;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::protocol::tls::suites;

/// W31.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W31",
    name: "suite-broken",
    severity: Severity::High,
    title: "Broken cipher suite in use",
    why: "RC4, DES, 3DES, export ciphers, no cipher or no authentication: what runs inside can be read or changed with bearable effort.",
    remedy: "Order the suites in SChannel (Enable-TlsCipherSuite, Disable-TlsCipherSuite) so that only AES-GCM and ChaCha20 with ECDHE remain",
    references: &["RFC 7465", "RFC 9325 4.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for talk in facts.tls.iter().filter(|talk| !near::is_pretence(talk)) {
        let Some(name) = talk.suite.and_then(suites::name) else { continue };
        if suites::is_broken(name) {
            report
                .found("", talk.client, talk.server)
                .title(format!("Broken cipher suite in use: {name}"))
                .proof(Item::new(talk.choice_frame, "tls.handshake.ciphersuite", name));
        }
    }
}
