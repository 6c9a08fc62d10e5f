//! W08: NTLMv1 response with extended session security.

use crate::fact::NtlmVersion;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W08.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W08",
    name: "ntlm-v1-ess",
    severity: Severity::High,
    title: "NTLMv1 response with extended session security",
    why: "The client's challenge stops prepared tables, not guessing: it is still DES over the NT hash.",
    remedy: "Set LmCompatibilityLevel to 5 on clients, servers and domain controllers (Network security: LAN Manager authentication level)",
    references: &["[MS-NLMP] 3.3.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        if n.ntlm.and_then(|t| t.version) == Some(NtlmVersion::V1Ess) {
            report.found(&n.account(), n.client, n.server).proof(Item::new(
                n.frame_of("authenticate"),
                "ntlmssp.auth.ntresponse",
                "24 bytes (hidden)",
            ));
        }
    }
}
