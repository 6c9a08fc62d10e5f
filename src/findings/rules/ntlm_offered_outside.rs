//! W45: nTLM is offered to clients outside.

use super::near;
use crate::fact::Scheme;
use crate::findings::{Facts, Item, Report, Rule, Severity};

/// W45.
pub(in crate::findings) static RULE: Rule = Rule {
    code: "W45",
    name: "ntlm-offered-outside",
    severity: Severity::Medium,
    title: "NTLM is offered to clients outside",
    why: "Passwords can be guessed from anywhere, and accounts locked.",
    remedy: "Set-CsProxyConfiguration -Identity service:EdgeServer:<fqdn> -UseNtlmForClientToProxyAuth $false once every client has a certificate",
    references: &["[MS-SIPAE] 3.2"],
    check,
};

fn check(facts: &Facts<'_>, report: &mut Report) {
    for offer in facts.sip_offers.iter().filter(|offer| offer.scheme == Scheme::Ntlm) {
        if near::is_outside(facts, offer.client.ip(), offer.frame) {
            report.at_server(offer.server).times(offer.count).proof(Item::new(
                offer.frame,
                "sip.WWW-Authenticate",
                "NTLM",
            ));
        }
    }
}
