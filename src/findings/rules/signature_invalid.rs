//! W41: invalid signature.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W41.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W41",
    name: "signature-invalid",
    severity: Severity::High,
    title: "Invalid signature of a SIP message",
    why: "The key of the association is known and gives another signature: the message was changed on its way, or was made by somebody without the key. Devices that rewrite SIP (ALG) do this too.",
    remedy: "Switch off SIP inspection (ALG) on routers and firewalls between client and server, and use TLS so that nobody can rewrite",
    references: &["[MS-SIPAE] 3.2.5.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for n in facts.negotiations.iter().filter(|n| n.association().signatures.invalid > 0) {
        let found = report.found(&n.account(), n.client, n.server).times(n.association().signatures.invalid);
        for at in &n.association().invalid {
            let field = if at.from_client { "auth.response" } else { "auth.rspauth" };
            found.proof(Item::new(at.frame, field, format!("of message {}, differs", at.number)));
        }
    }
}
