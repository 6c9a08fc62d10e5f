//! W13: NTLM answer without message integrity code.

use crate::fact::NtlmVersion;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W13.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W13",
    name: "ntlm-without-mic",
    severity: Severity::Medium,
    title: "NTLM answer without message integrity code",
    why: "The server sent its time, so the client had to protect the three messages with a MIC. Without it a relay can strip signing and channel binding from the exchange.",
    remedy: "Update the client; on servers refuse what has no MIC (Windows updates for CVE-2019-1040 and CVE-2019-1166)",
    references: &["[MS-NLMP] 3.1.5.1.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in &facts.negotiations {
        let Some(traits) = n.ntlm else { continue };
        // A client may put a time of its own beside its answer: only the challenge says what was offered.
        let challenged = n.legs.iter().any(|leg| leg.what == "challenge");
        if challenged && traits.time_offered == Some(true) && !traits.mic && traits.version == Some(NtlmVersion::V2) {
            report
                .found(&n.account(), n.client, n.server)
                .proof(Item::new(n.frame_of("challenge"), "ntlmssp.challenge.target_info.timestamp", "present"))
                .proof(Item::new(n.frame_of("authenticate"), "ntlmssp.authenticate.mic", "absent"));
        }
    }
}
