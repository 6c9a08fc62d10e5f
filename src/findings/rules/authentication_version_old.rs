//! W43: SIP authentication below version 4.

use crate::analysis::Carrier;
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W43.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W43",
    name: "authentication-version-old",
    severity: Severity::Low,
    title: "SIP authentication below version 4",
    why: "Before version 4 the last message of the handshake is not signed, and in version 2 signatures do not cover the asserted identity of the sender.",
    remedy: "Update what still speaks as OCS 2007 did: clients since Communicator 2007 R2 and servers since OCS 2007 R2 use version 4",
    references: &["[MS-SIPAE] 2.2", "[MS-SIP] 3.1.4.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in facts.negotiations.iter().filter(|n| n.carrier == Carrier::Sip) {
        // Only a step of the handshake carries a version; later messages never do.
        if let (Scheme::Ntlm | Scheme::Kerberos | Scheme::TlsDsk, Some(version @ 0..=3)) = (&n.scheme, n.version) {
            report
                .found(&n.account(), n.client, n.server)
                .title(format!("SIP authentication of version {version}"))
                .proof(Item::new(n.first_frame(), "auth.version", version.to_string()));
        }
    }
}
