//! W33: weak handshake inside TLS-DSK.

use crate::analysis::tls_version;
use crate::findings::{Facts, Item, Report, Rule, Severity};
use crate::protocol::tls::suites;

/// W33.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W33",
    name: "inner-suite-weak",
    severity: Severity::Medium,
    title: "Weak handshake inside TLS-DSK",
    why: "The keys that sign SIP messages come from this handshake: with TLS 1.0 from MD5 and SHA-1, with an MD5 suite the signatures are MD5 too.",
    remedy: "Update the operating system of the client; servers of this product cannot do much better, so keep SIP inside TLS 1.2",
    references: &["[MS-SIPAE] 3.2.5.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let Some((version, suite)) = n.association().inner else { continue };
        let name = suites::name(suite).unwrap_or_default();
        if version > 0x0301 && !suites::is_broken(name) {
            continue;
        }
        let shown = n.legs.iter().find(|leg| leg.what.starts_with("ServerHello"));
        report
            .found(n.address.as_deref().unwrap_or_default(), n.client, n.server)
            .title(format!("Weak handshake inside TLS-DSK: {} {name}", tls_version(version)))
            .proof(Item::new(shown.map_or_else(|| n.began(), |leg| leg.frame), "tls.handshake.ciphersuite", name));
    }
}
