//! W14: NTLM inside TLS without channel binding.

use crate::analysis::Carrier;
use crate::fact::NtlmVersion;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W14.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W14",
    name: "ntlm-unbound",
    severity: Severity::Medium,
    title: "NTLM inside TLS without channel binding",
    why: "The answer is not tied to this TLS connection, so whoever makes the client talk to him can pass it on to any https service that accepts it.",
    remedy: "Require Extended Protection for Authentication in IIS where the clients support it (Windows Authentication, Extended Protection: Required)",
    references: &["[MS-NLMP] 2.2.2.1", "RFC 5056"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let Some(traits) = n.ntlm else { continue };
        let answered = matches!(traits.version, Some(version) if version != NtlmVersion::Anonymous);
        if n.carrier == Carrier::Http && n.encrypted && answered && !traits.channel_bound {
            report.found(&n.account(), n.client, n.server).times(n.count).proof(Item::new(
                n.frame_of("authenticate"),
                "ntlmssp.ntlmv2_response.channel_bindings",
                "absent or zero",
            ));
        }
    }
}
