//! W07: NTLMv1 or LM response.

use crate::fact::NtlmVersion;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W07.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W07",
    name: "ntlm-v1",
    severity: Severity::Critical,
    title: "NTLMv1 or LM response",
    why: "A DES response to an eight-byte challenge is broken in hours on a rented machine, gives the NT hash itself, and can be relayed.",
    remedy: "Set LmCompatibilityLevel to 5 on clients, servers and domain controllers (Network security: LAN Manager authentication level)",
    references: &["[MS-NLMP] 3.3.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let title = match n.ntlm.and_then(|t| t.version) {
            Some(NtlmVersion::V1) => "NTLMv1 response",
            Some(NtlmVersion::LmAndV1) => "NTLMv1 response with an LM response beside it",
            Some(NtlmVersion::Lm) => "LM response",
            _ => continue,
        };
        report.found(&n.account(), n.client, n.server).title(title).proof(Item::new(
            n.frame_of("authenticate"),
            "ntlmssp.auth.ntresponse",
            "24 bytes (hidden)",
        ));
    }
}
