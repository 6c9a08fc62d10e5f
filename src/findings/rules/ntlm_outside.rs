//! W09: NTLMv2 challenge and answer readable on an untrusted network.

use super::near;
use crate::fact::NtlmVersion;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W09.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W09",
    name: "ntlm-on-foreign-network",
    severity: Severity::Medium,
    title: "NTLM answer readable on a network outside",
    why: "Who reads challenge and answer can try passwords at leisure, or pass the answer on.",
    remedy: "Use Kerberos, certificates or OAuth outside: Set-CsAuthConfig -Scenario BlockWindowsAuthExternally, then Enable-CsComputer; carry SIP in TLS only",
    references: &["[MS-NLMP] 5.1"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in facts.negotiations.iter().filter(|n| !n.encrypted) {
        let answered = n.ntlm.is_some_and(|traits| traits.version == Some(NtlmVersion::V2));
        let challenged = n.legs.iter().any(|leg| leg.what == "challenge");
        if answered && challenged && near::is_outside(facts, n.client.ip(), n.first_frame()) {
            report
                .found(&n.account(), n.client, n.server)
                .proof(Item::new(n.frame_of("challenge"), "ntlmssp.ntlmserverchallenge", "readable"))
                .proof(Item::new(n.frame_of("authenticate"), "ntlmssp.ntlmv2_response", "(hidden)"));
        }
    }
}
