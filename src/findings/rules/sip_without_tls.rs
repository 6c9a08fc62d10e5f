//! W39: SIP without TLS.

use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W39.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W39",
    name: "sip-without-tls",
    severity: Severity::Critical,
    title: "SIP without TLS",
    why: "Everything about the sign-in and all that follows is readable, and the signatures of SIP messages cover only a few headers.",
    remedy: "Use sip over TLS on 5061 or 443 only: remove the TCP listener 5060 from the topology and the _sipinternal._tcp record, then Enable-CsTopology",
    references: &["RFC 3261 26.2", "[MS-SIPAE] 3.2.5.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for talk in &facts.sip_talks {
        let field = if talk.request { "sip.Method" } else { "sip.Status-Code" };
        let carrier = if talk.tcp { "TCP" } else { "UDP" };
        report
            .found(talk.user.as_deref().unwrap_or_default(), talk.client, talk.server)
            .times(u32::try_from(talk.messages).unwrap_or(u32::MAX))
            .proof(Item::new(talk.frame, field, format!("SIP over {carrier}")));
    }
}
