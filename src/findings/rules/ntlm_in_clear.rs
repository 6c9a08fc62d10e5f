//! W10: NTLM over HTTP outside TLS.

use crate::analysis::Carrier;
use crate::fact::NtlmVersion;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W10.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W10",
    name: "ntlm-in-clear",
    severity: Severity::High,
    title: "NTLM over HTTP outside TLS",
    why: "The exchange can be relayed to another server while it runs, and its password guessed offline.",
    remedy: "Publish the service over https only; prefer Kerberos: Set-CsWebServiceConfiguration -UseWindowsAuth Negotiate",
    references: &["[MS-NTHT]"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        // Without a user there is no password to guess, and nobody to be taken for.
        let answered = n.ntlm.is_some_and(|t| t.version.is_some_and(|version| version != NtlmVersion::Anonymous));
        if n.carrier == Carrier::Http && answered && !n.encrypted {
            report.found(&n.account(), n.client, n.server).proof(Item::new(
                n.frame_of("authenticate"),
                "ntlmssp.messagetype",
                "0x00000003",
            ));
        }
    }
}
